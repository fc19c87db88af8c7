"""What makes the model faster must not change what it says."""

from __future__ import annotations

import pytest
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
