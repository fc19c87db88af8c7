"""The plain view of a parsed Doc says what spaCy says."""

from __future__ import annotations

import gc

import pytest
from conftest import ROOT
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import read
from pipeline.model.words import Word, words

PLAIN = ("i", "idx", "text", "lower_", "lemma_", "pos_", "dep_", "ent_type_", "ent_iob_", "whitespace_")
FLAGS = ("is_punct", "is_space", "is_quote", "is_title", "is_sent_start")


@pytest.fixture(scope="module")
def docs(nlp: Language) -> list[Doc]:
    return [nlp(article.text) for article in read.read([ROOT / "seeds"]) if article.status == "ok"]


def test_words_are_as_spacy_tells_them(docs: list[Doc]) -> None:
    for doc in docs:
        view = words(doc)
        assert len(view) == len(doc) > 0
        for token, word in zip(doc, view, strict=True):
            assert [getattr(word, name) for name in PLAIN] == [getattr(token, name) for name in PLAIN]
            assert [getattr(word, name) for name in FLAGS] == [bool(getattr(token, name)) for name in FLAGS]
            assert (word.morph, len(word)) == (token.morph.to_dict(), len(token))
            assert (word.head.i, word.left_edge.i, word.right_edge.i) == (
                token.head.i,
                token.left_edge.i,
                token.right_edge.i,
            )
            for kin in ("children", "subtree", "ancestors", "conjuncts"):
                assert [w.i for w in getattr(word, kin)] == [t.i for t in getattr(token, kin)], kin


def test_sentences_and_names_are_as_spacy_tells_them(docs: list[Doc]) -> None:
    for doc in docs:
        view = words(doc)
        assert [(s.start, s.end, s.start_char, s.end_char, s.root.i) for s in view.sents] == [
            (s.start, s.end, s.start_char, s.end_char, s.root.i) for s in doc.sents
        ]
        assert [view.said(s.start, s.end) for s in doc.sents] == [s.text for s in doc.sents]
        assert {i: e.text for i, e in view.named.items()} == {t.i: e.text for e in doc.ents for t in e}


def test_a_view_lasts_until_the_doc_changes(nlp: Language) -> None:
    doc = nlp("Le maire de Dole a démissionné mardi.")
    view = words(doc)
    assert words(doc) is view
    doc.ents = []
    assert words(doc) is not view
    assert words(doc).named == {}


def test_views_of_earlier_docs_are_freed_at_once(nlp: Language) -> None:
    texts = (
        "Le maire a démissionné.",
        "« Non », a dit Luc Roy, maire de Dole. Il est parti.",
        "Luc Roy est venu. Il pleut.",
    )
    for text in texts:
        doc = nlp(text)
    gc.disable()
    try:
        assert sum(isinstance(thing, Word) for thing in gc.get_objects()) == len(words(doc))
    finally:
        gc.enable()
