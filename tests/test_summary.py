"""Summaries are short, verbatim and in text order."""

from __future__ import annotations

import pytest
from spacy.language import Language

from pipeline.telling.summary import LONGEST
from tests.conftest import cases
from tests.test_modality import read


@pytest.mark.parametrize("case", cases("summary.csv"), ids=lambda case: case["text"])
def test_summary(nlp: Language, case: dict[str, str]) -> None:
    _, (event,) = read(nlp, case["text"], "other")
    assert event.summary == case["summary"]


@pytest.mark.parametrize("case", cases("modality.csv"), ids=lambda case: case["text"])
def test_words_are_those_of_the_text(nlp: Language, case: dict[str, str]) -> None:
    doc, (event,) = read(nlp, case["text"], case["type"])
    words = event.summary.replace("’", "'").replace("'", "' ").replace(",", " ").split()
    assert 0 < len(words) <= LONGEST + 3
    place = 0
    for word in words:
        place = doc.text.replace("’", "'").index(word, place) + len(word)
