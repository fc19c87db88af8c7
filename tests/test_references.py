"""References: `[words](name of the person)` in `cases/references.csv`; words not marked refer to nobody."""

from __future__ import annotations

import re

import pytest
from spacy.language import Language

from tests.conftest import cases

_MARK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
ROWS = cases("references.csv")
Reference = tuple[int, str, str]


def marked(text: str) -> tuple[str, set[Reference]]:
    """The bare text and its references as (start, words, name)."""
    bare, wanted, at = "", set(), 0
    for m in _MARK.finditer(text):
        bare += text[at : m.start()]
        wanted.add((len(bare), m[1], m[2]))
        bare += m[1]
        at = m.end()
    return bare + text[at:], wanted


@pytest.fixture(scope="module")
def answers(nlp: Language) -> list[tuple[set[Reference], set[Reference]]]:
    """For each row the references wanted and those found."""
    texts, wanted = zip(*(marked(row["text"]) for row in ROWS), strict=True)
    docs = nlp.pipe(texts)
    found = [{(s.start_char, s.text, s._.refers_to._.name) for s in doc.spans["references"]} for doc in docs]
    return list(zip(wanted, found, strict=True))


def test_enough_cases() -> None:
    assert len(ROWS) >= 80


def test_precision(answers: list[tuple[set[Reference], set[Reference]]]) -> None:
    wrong = [found - wanted for wanted, found in answers if found - wanted]
    total = sum(len(found) for _, found in answers)
    assert 1 - sum(map(len, wrong)) / total >= 0.9, wrong


def test_recall(answers: list[tuple[set[Reference], set[Reference]]]) -> None:
    missed = [wanted - found for wanted, found in answers if wanted - found]
    total = sum(len(wanted) for wanted, _ in answers)
    assert 1 - sum(map(len, missed)) / total >= 0.8, missed


def test_each_refers_to_an_entity(nlp: Language) -> None:
    doc = nlp("Marine Le Pen a déjeuné à Calais. Elle a visité le port.")
    (reference,) = doc.spans["references"]
    assert reference._.refers_to in doc.ents


def test_nobody_named(nlp: Language) -> None:
    assert list(nlp("Il pleut. Le maire a parlé.").spans["references"]) == []


def test_same_twice(nlp: Language) -> None:
    text = " ".join(marked(row["text"])[0] for row in ROWS[:20])
    once, again = ([(s.start, s.end, s._.refers_to.start) for s in nlp(text).spans["references"]] for _ in range(2))
    assert once == again
