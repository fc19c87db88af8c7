"""Tense and mood: `*word*` in a sentence of `cases/tense.csv`, its tense, where it looks, whether it is planned."""

from __future__ import annotations

import pytest
from conftest import cases
from spacy.language import Language

from pipeline.model.words import words
from pipeline.timex import tense

CASES = cases("tense.csv")


@pytest.mark.parametrize("case", CASES, ids=[c["text"] for c in CASES])
def test_case(nlp: Language, case: dict[str, str]) -> None:
    at = case["text"].index("*")
    with nlp.select_pipes(enable=["tok2vec", "morphologizer", "parser", "attribute_ruler", "lemmatizer"]):
        doc = nlp(case["text"].replace("*", ""))
    token = next(t for t in words(doc) if t.idx == at)
    reading = tense.tense_of(token)
    assert (reading.tense, tense.direction(token), reading.planned) == (
        case["tense"],
        int(case["looks"]),
        case["planned"] == "1",
    )
