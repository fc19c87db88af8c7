"""spaCy component `depeche_events`: which events a Doc tells, when each happened, who takes part.

Reads the parse, `doc.ents`, `doc.spans["dates"]`, `doc._.published`, `doc._.title`; writes `doc.spans["events"]`,
one span an event at its best-dated telling, with the `Event` record in `span._.event`.
"Des manifestations ont éclaté le 2 janvier." → *manifestations*, protest, 2 January.
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.chronology import count_from_event
from pipeline.model import doc as extensions
from pipeline.model.doc import Event
from pipeline.model.words import Words, words
from pipeline.telling import dating, event_types, eventness, places, tellings
from pipeline.telling.dating import Choice
from pipeline.telling.eventness import Surroundings
from pipeline.telling.participants import participants
from pipeline.telling.topics import Topics
from pipeline.telling.triggers import Candidate, candidates

extensions.declare()

LIKELY = 0.65  # an event
REPORTS = 0.2  # a reporting verb is a statement far sooner
SURE = 0.4  # a date less likely stays unknown
SURE_BOTH = 0.3  # so does one of a less likely event
LEAD = 2  # sentences


@Language.factory(
    "depeche_events",
    assigns=["doc.spans", "span._.event"],
    requires=[
        "token.pos",
        "token.dep",
        "token.lemma",
        "doc.sents",
        "doc.ents",
        "doc.spans",
        "span._.timex",
    ],
)
def create_events(nlp: Language, name: str) -> Events:
    """Make the component; it has no settings."""
    return Events()


class Events:
    """Callable component: Doc in, the same Doc with `doc.spans["events"]` out."""

    def __call__(self, doc: Doc) -> Doc:
        spans: list[Span] = []
        for event in events(words(doc)):
            span = doc.char_span(event.start, event.end, label="EVENT", alignment_mode="expand")
            if span is not None:
                span._.event = event
                spans.append(span)
        doc.spans["events"] = spans
        return doc


def events(doc: Words) -> list[Event]:
    """The events of a parsed Doc in text order of their chosen tellings."""
    found = candidates(doc)
    around = eventness.score(doc, found)
    tellings.join(found, around)
    triggers = [c for c in found if c.score >= (REPORTS if c.lexeme and c.lexeme.kind == "report" else LIKELY)]
    around.by_token = {i: t for t in triggers for i in range(t.start, t.end)}
    event_types.settle_all(triggers, Topics(around, found))
    told = tellings.tellings(triggers, dating.sequence(triggers, around), around)
    if _count_from_events(told, doc):
        told = tellings.tellings(triggers, dating.sequence(triggers, around), around)
    made = [_event(telling, around) for telling in told]
    made.sort(key=lambda e: e.start)
    for event in made:
        event.participants = participants(doc, event)
    places.settle(doc, made)
    return made


def _count_from_events(told: list[tellings.Telling], doc: Words) -> bool:
    """Resolve expressions that hang on an event told with its day ("au lendemain de l'élection"); whether any was."""
    expressions = (span._.timex for span in doc.spans.get("dates", ()))
    waiting = [timex for timex in expressions if timex and timex.said.get("ref") == "event"]
    resolved = False
    for timex in waiting:
        said = str(timex.anchor).lower().split() if not timex.earliest else []
        for telling in told if said else ():
            _, choice = telling.best()
            earliest, latest = dating.value(choice, doc.published)
            if earliest and latest and any(_names(said[0], t, doc) for t in telling.triggers):
                resolved |= count_from_event(timex, earliest, latest)
                break
    return resolved


def _names(word: str, trigger: Candidate, doc: Words) -> bool:
    return word == doc[trigger.i].lower_ or word.rstrip("s") == trigger.lemma


def _event(telling: tellings.Telling, around: Surroundings) -> Event:
    doc = around.doc
    trigger, choice = telling.best()
    start, end = _characters(trigger, doc)
    event = Event(start, end, trigger.i, trigger.lemma, trigger.type, trigger.subtype)
    event.also_at = sorted(_characters(t, doc) for t in telling.triggers if t is not trigger)
    event.lead = _leads(telling.triggers, around)
    if choice.probability >= SURE and choice.probability * max(t.score for t in telling.triggers) >= SURE_BOTH:
        _date(event, choice, doc, around)
    return event


def _characters(trigger: Candidate, doc: Words) -> tuple[int, int]:
    last = doc[trigger.end - 1]
    return doc[trigger.start].idx, last.idx + len(last)


def _leads(triggers: list[Candidate], around: Surroundings) -> bool:
    return any(around.sentence_of[t.i] < LEAD or t.lemma[:5] in around.title for t in triggers)


def _date(event: Event, choice: Choice, doc: Words, around: Surroundings) -> None:
    """Copy the chosen date into the event and say how it was found."""
    event.basis = dating.basis(choice, around.sentence_of[event.head])
    event.rule = f"{choice.link} {choice.probability:.2f}"
    if choice.kind == dating.UNKNOWN:
        return
    if choice.clock is None:
        event.earliest = event.latest = doc.published
        event.edtf, event.precision, event.relation, event.extent = str(doc.published), "day", "at", "within"
        return
    timex = choice.clock.timex
    event.timex = timex
    event.earliest, event.latest, event.edtf = timex.earliest, timex.latest, timex.edtf
    event.precision, event.approximate, event.relation = timex.precision, timex.approximate, timex.relation
    event.extent = "throughout" if timex.relation == "since" or _LASTING.match(choice.clock.span.text) else "within"


_LASTING = re.compile(r"(?:du|de|depuis|pendant|durant|tout)\b", re.IGNORECASE)
