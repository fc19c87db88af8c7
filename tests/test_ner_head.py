"""The press NER head alone: it loads, keeps its labels and offsets, and finds the names of `cases/ner_head.csv`."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.ner import BASE, add_press_head

MARK = re.compile(r"\[([^\]]+)\]\((PER|LOC|ORG)\)")
with (Path(__file__).parent / "cases" / "ner_head.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))


@pytest.fixture(scope="module")
def head() -> Language:
    """The head behind the tokenizer, nothing else."""
    nlp = spacy.load(BASE, exclude=["tok2vec", "morphologizer", "parser", "attribute_ruler", "lemmatizer", "ner"])
    add_press_head(nlp)
    return nlp


def found(nlp: Language, text: str) -> list[tuple[str, str]]:
    return [(e.text, e.label_) for e in nlp(text).ents]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["note"])
def test_names(head: Language, case: dict[str, str]) -> None:
    assert found(head, MARK.sub(r"\1", case["text"])) == MARK.findall(case["text"])


def test_labels(head: Language) -> None:
    assert head.get_pipe("ner").labels == ("LOC", "ORG", "PER")


def test_head_comes_first() -> None:
    nlp = spacy.load(BASE)
    add_press_head(nlp)
    assert nlp.pipe_names[0] == "ner"
    assert nlp.pipe_names.count("ner") == 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_offsets_whatever_the_text(head: Language, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    doc = head(text)
    ends = [0]
    for e in doc.ents:
        assert text[e.start_char : e.end_char] == e.text
        assert e.start_char >= ends[-1]
        ends.append(e.end_char)
