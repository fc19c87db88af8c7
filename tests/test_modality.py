"""Status, certainty and cue of marked triggers; nobody under suspicion is the asserted agent of an act."""

from __future__ import annotations

import re
from datetime import date

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import modality
from pipeline.model.doc import Event
from pipeline.model.words import words
from pipeline.telling import participants, places, presumption
from tests.conftest import cases

READERS = ("depeche_events", "depeche_modality")


def read(nlp: Language, marked: str, kind: str) -> tuple[Doc, list[Event]]:
    """The Doc of a text with its triggers in brackets, and an Event on each of them."""
    text = re.sub(r"[\[\]]", "", marked)
    with nlp.select_pipes(disable=list(READERS)):
        doc = nlp(text)
    events, spans = [], []
    for number, match in enumerate(re.finditer(r"\[([^\]]+)\]", marked)):
        start = match.start() - 2 * number
        span = doc.char_span(start, start + len(match[1]), alignment_mode="expand")
        head = span[-1] if "VerbForm" in span[-1].morph.to_dict() else span.root
        span._.event = Event(span.start_char, span.end_char, head.i, head.lemma_, kind)
        events.append(span._.event)
        spans.append(span)
    doc.spans["events"] = spans
    parsed = words(doc)
    for event in events:
        event.participants = participants.participants(parsed, event)
    places.settle(parsed, events)
    known = presumption.suspects(parsed)
    for event in events:
        modality.settle(parsed, event, known)
    return doc, events


@pytest.mark.parametrize("case", cases("modality.csv"), ids=lambda case: case["text"])
def test_status(nlp: Language, case: dict[str, str]) -> None:
    _, (event,) = read(nlp, case["text"], case["type"])
    assert (event.status, event.certainty) == (case["status"], case["certainty"]), event.cue
    if case["cue"]:
        assert event.cue == case["cue"]


@pytest.mark.parametrize(("basis", "status"), [("relative", "occurred"), ("inherited", "planned")])
def test_plan_of_the_past(nlp: Language, basis: str, status: str) -> None:
    """A plan dated here in the past is over; the day of another sentence may be that of the plan's announcement."""
    doc, (event,) = read(nlp, "Le maire a annoncé son intention de porter [plainte].", "trial")
    doc._.published = date(2023, 5, 17)
    event.earliest = event.latest = date(2023, 5, 15)
    event.basis = basis
    parsed = words(doc)
    modality.settle(parsed, event, presumption.suspects(parsed))
    assert event.status == status


@pytest.mark.parametrize("case", cases("presumption.csv"), ids=lambda case: case["text"])
def test_presumption(nlp: Language, case: dict[str, str]) -> None:
    """The person is no asserted agent of the marked act, nor of any act that the whole pipeline finds."""
    doc, events = read(nlp, case["text"], case["type"])
    for event in events:
        assert not asserted_agents(event, case["person"])
    if case["certainty"]:
        found = {p.certainty for e in events for p in e.participants if p.role == "agent" and same(p, case["person"])}
        assert found == {case["certainty"]}
    whole = nlp(doc.text)
    for span in whole.spans["events"]:
        if span._.event.type in ("crime", "attack", "death", "accident"):
            assert not asserted_agents(span._.event, case["person"]), span.text


def same(participant: participants.Participant, person: str) -> bool:
    mention = participant.mention
    return person in participant.text or (mention is not None and person in (mention._.name or mention.text))


def asserted_agents(event: Event, person: str) -> list[str]:
    return [p.text for p in event.participants if p.role == "agent" and p.certainty == "asserted" and same(p, person)]
