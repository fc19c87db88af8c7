"""What makes the model faster must not change what it says."""

from __future__ import annotations

import pytest
import spacy
from conftest import ROOT
from spacy.language import Language

from pipeline import annotate, read, speed, tables
from pipeline.model import words
from pipeline.model.article import Article
from pipeline.telling import evidence


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [a for a in read.read([ROOT / "seeds"]) if a.status == "ok"]


def _rows(nlp: Language, articles: list[Article]) -> list[tables.Rows]:
    return [tables.rows(article, segments) for article, segments in annotate.annotate(articles, nlp)]


def test_rows_are_the_same_with_and_without_the_levers(
    nlp: Language, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotate, "speed_up", lambda plain: plain)
    assert _rows(nlp, articles) == _rows(annotate.load(), articles)


def test_rows_do_not_depend_on_what_is_annotated_together(
    nlp: Language, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = _rows(nlp, articles)
    monkeypatch.setattr(annotate, "BATCH_DOCS", 1)
    assert _rows(nlp, articles) == together


def test_a_full_cache_starts_anew_and_changes_nothing(
    nlp: Language, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "REMEMBERED", 200)
    assert _rows(annotate.load(), articles) == _rows(nlp, articles)


def test_tokens_are_the_same_with_and_without_memory(nlp: Language) -> None:
    plain = spacy.load(annotate.DEFAULT_MODEL, exclude=["tok2vec", "morphologizer", "parser", "lemmatizer", "ner"])
    texts = [
        "M. Roy (l'élu) a dit : « C'est fini. »\nMme Bi, 42 ans, n'y croit pas ; elle l'a dit à l'AFP.",
        "(l'élu) l'élu. M. (M.) M.) n°12 n° 12 aujourd'hui, (aujourd'hui) J.-C. a-t-il? (a-t-il) 3,5 km/h…",
        "http://a.fr/b?c=d, (http://a.fr) x@y.fr. :) :-) «:)» O.o l'O.o 10h30-11h15 dix-sept -dix- --",
    ]
    for text in [*texts, *reversed(texts)]:
        assert [t.text_with_ws for t in nlp.tokenizer(text)] == [t.text_with_ws for t in plain.tokenizer(text)]


def test_white_space_is_still_told_from_words_without_tags(nlp: Language) -> None:
    doc = nlp("Le maire a parlé mardi.\n\nIl part.")
    assert [(t.pos_, t.dep_) for t in doc if t.is_space] == [("SPACE", "dep")]
    assert {t.tag_ for t in doc if not t.is_space} == {""}


def test_embeddings_are_found_in_the_model(nlp: Language) -> None:
    cached = [name for name, pipe in nlp.pipeline if getattr(pipe, "model", None) for node in pipe.model.walk()
              if node._func.__qualname__.startswith("_remember")]  # fmt: skip
    assert cached == ["ner", "tok2vec"]


def test_full_memories_start_anew_and_change_nothing(
    nlp: Language, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _rows(nlp, articles)
    monkeypatch.setattr(words, "_REMEMBERED", 200)
    monkeypatch.setattr(evidence, "_REMEMBERED", 20)
    assert _rows(nlp, articles) == rows
