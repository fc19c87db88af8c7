"""The dated time expressions of a Doc, as dates of events: who governs each, how long it is, where it lies.

Reads the parse and `doc.spans["dates"]` as resolved by chronology, and the triggers taken for events. In "PARIS, 3 mai
(AFP) – Il a fui lundi." *3 mai* is a dateline, *lundi* is governed by *fui*.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from spacy.tokens import Span

from pipeline.model.doc import Timex
from pipeline.model.words import Words
from pipeline.telling.eventness import Surroundings, governors
from pipeline.telling.triggers import Candidate

Days = tuple[date | None, date | None]
_OPENING = 40  # tokens within which a date may only open the article
_LENGTHS = (("day", 2), ("week", 10), ("month", 32), ("year", 367))


@dataclass(slots=True)
class Clock:
    """A time expression that may date events, with what the whole Doc says about it."""

    span: Span
    timex: Timex
    start: int  # tokens
    end: int
    sentence: int
    governor: int  # the trigger that governs it, or -1
    common: bool  # the day most often named
    dateline: bool
    days: Days
    length: str
    ahead: bool  # begins after the publication day
    side: str  # of the publication day: past, today, future; nothing where either is not known
    covers: bool  # far more than the publication day


class Clocks:
    """The dated time expressions of a Doc in text order, and how many likely triggers stand before each token."""

    def __init__(self, around: Surroundings, triggers: list[Candidate]):
        doc, published = around.doc, around.published
        spans = [(s, s._.timex, _dateline(doc, s)) for s in doc.spans.get("dates", ())]
        spans = [(s, t, line) for s, t, line in spans if t and t.kind in ("date", "time") and t.earliest]
        spans = [(s, t, line) for s, t, line in spans if not (line and t.earliest == t.latest == published)]
        days = Counter((t.earliest, t.latest) for _, t, _ in spans)
        most = max(days.values(), default=0)
        by_token = {i: t for t in triggers for i in range(t.start, t.end)}
        self.all: list[Clock] = []
        for span, timex, dateline in spans:
            above = governors(doc.root(span), by_token) if not dateline else []
            own = (timex.earliest, timex.latest)
            self.all.append(
                Clock(
                    span=span,
                    timex=timex,
                    start=span.start,
                    end=span.end,
                    sentence=around.sentence_of[span.start],
                    governor=above[0].i if above else -1,
                    common=most > 1 and days[own] == most,
                    dateline=dateline,
                    days=own,
                    length=_length(timex),
                    ahead=published is not None and timex.earliest > published,
                    side=_side(timex, published),
                    covers=_days_long(timex) > 25,
                )
            )
        self.starts = [clock.start for clock in self.all]
        self.likely = list(
            accumulate((i in around.by_token and around.by_token[i].score >= 0.5 for i in range(len(doc))), initial=0)
        )


def _days_long(timex: Timex) -> int:
    return (timex.latest - timex.earliest).days if timex.latest and timex.earliest else 0


def _length(timex: Timex) -> str:
    days = _days_long(timex)
    return next((name for name, limit in _LENGTHS if days < limit), "long")


def _side(timex: Timex, published: date | None) -> str:
    if not (published and timex.earliest and timex.latest):
        return ""
    return "future" if timex.earliest > published else "today" if timex.latest >= published else "past"


def _dateline(doc: Words, span: Span) -> bool:
    """Whether a date only opens the article: "PARIS, 3 mai (AFP) –", "22 janvier 2017. –", or a line of its own."""
    if span.start >= _OPENING:
        return False
    following = "".join(t.text + t.whitespace_ for t in doc[span.end : span.end + 5])
    alone = (span.start == 0 or "\n" in doc[span.start - 1].text) and following.startswith("\n")
    return alone or bool(re.match(r"[ .,]*(?:\([^)]{1,20}\) ?)?\s*[–—-]", following))
