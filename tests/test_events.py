"""Which events a sentence tells, of which type, on which day: cases in `cases/events.csv`.

`[mort](death|2023-05-15)` asks for an event whose trigger touches the marked words, of that type, on that day. Two days
parted by `/` are an interval; without a day it must be found, whenever; `!` before a day: not then. A case without
marks asks for nothing but statements. All are published on Wednesday 17 May 2023.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from spacy.tokens import Doc

CASES = list(csv.DictReader((Path(__file__).parent / "cases" / "events.csv").open(encoding="utf-8", newline="")))
PUBLISHED = date(2023, 5, 17)
MARK = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")


def unmarked(text: str) -> tuple[str, list[tuple[int, int, str, str]]]:
    """The plain text and its marks as (start, end, type, day)."""
    plain, marks, at = "", [], 0
    for match in MARK.finditer(text):
        plain += text[at : match.start()]
        kind, _, day = match[2].partition("|")
        marks.append((len(plain), len(plain) + len(match[1]), kind, day))
        plain += match[1]
        at = match.end()
    return plain + text[at:], marks


def annotated(nlp, text: str, published: date | None = PUBLISHED) -> Doc:
    doc = nlp.make_doc(text)
    doc._.published = published
    return nlp(doc)


def days(event) -> str:
    found = dict.fromkeys(str(d) for d in (event.earliest, event.latest) if d)
    return "/".join(found)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['rule']}: {c['text'][:40]}")
def test_case(nlp, case: dict[str, str]) -> None:
    text, marks = unmarked(case["text"])
    doc = annotated(nlp, text)
    found = [span._.event for span in doc.spans["events"]]
    shown = [(text[e.start : e.end], e.type, days(e)) for e in found]
    if not marks:
        assert not [e for e in found if e.type != "statement"], shown
    for start, end, kind, day in marks:
        there = [e for e in found if any(s < end and start < t for s, t in [(e.start, e.end), *e.also_at])]
        assert there, shown
        assert kind in ("", there[0].type), shown
        if day.startswith("!"):
            assert days(there[0]) != day[1:], shown
        elif day:
            assert days(there[0]) == day, shown


def test_no_year_without_publication_day(nlp) -> None:
    doc = annotated(nlp, "Des manifestations ont éclaté le 2 janvier. La police a arrêté mardi deux hommes.", None)
    assert doc.spans["events"]
    assert not [span for span in doc.spans["events"] if span._.event.earliest]


def test_one_event_told_twice_is_one(nlp) -> None:
    text = "Un incendie a ravagé mardi une usine à Rouen. L'incendie a été maîtrisé mercredi."
    found = [s._.event for s in annotated(nlp, text).spans["events"] if s._.event.lemma == "incendie"]
    assert len(found) == 1 and found[0].also_at


def test_types_are_listed(nlp) -> None:
    from pipeline.model import lexicon
    from pipeline.telling.event_types import OF_ARGUMENT, types

    for name in ("triggers.csv", "phrases.csv", "topics.csv", "type_tests.csv"):
        assert {row["type"] for row in lexicon.rows(name)} <= {*types(), OF_ARGUMENT}, name
