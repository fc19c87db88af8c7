"""Decide what the time expressions of a text mean.

Reads `doc.spans["dates"]` (from `depeche_dates`), `doc._.published`, tagger and parser where they ran; writes into each
`span._.timex`: edtf, earliest, latest, duration, precision, approximate, relation, basis, anchor, note.

"L'assemblée votera vendredi la confiance." published on Wednesday 2012-05-16: the verb looks ahead, so 2012-05-18,
basis relative, anchor "published". Without a publication day it stays empty: nothing is invented.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.model.doc import Timex
from pipeline.model.words import Word, Words, words
from pipeline.timex import tense
from pipeline.timex.calendar_fr import Stretch, days
from pipeline.timex.timevalues import Frame, Value, moved, value

_ISO = {"day": "D", "night": "D", "week": "W", "month": "M", "year": "Y", "hour": "H", "minute": "M", "second": "S"}
_MULTIPLE = {
    "quarter": (3, "M"),
    "semester": (6, "M"),
    "decade": (10, "Y"),
    "century": (100, "Y"),
    "fortnight": (2, "W"),
    "weekend": (2, "D"),
}
_FINE = ("time", "day", "week")
_SMALL = ("day", "night", "hour", "minute", "second", "week", "weekend")


@dataclass(slots=True)
class Told:
    """A resolved expression, as later ones may lean on it."""

    timex: Timex
    stretch: Stretch
    sentence: int
    initial: bool


@dataclass(slots=True)
class Narrative:
    """What the text has established so far: dates told, in order."""

    published: date | None
    parsed: Words | None = None
    told: list[Told] = field(default_factory=list)
    full: dict[tuple[Any, ...], tuple[int, Timex]] = field(default_factory=dict)

    def then(self, sentence: int, unit: str, counted: bool = False) -> Told | None:
        """The date in force: the last one told that is as fine as the unit needs.

        "six semaines plus tard" (`counted`) may also start from a year told just before: "l'évasion de 2013".
        """
        last = self.told[-1] if self.told else None
        if last is None or unit not in _SMALL:
            return last
        if counted and sentence - last.sentence <= 1:
            return last
        return next((t for t in reversed(self.told) if t.stretch.precision in _FINE), None)


class Chronology:
    """The component: see the module. It keeps nothing between documents."""

    def __call__(self, doc: Doc) -> Doc:
        spans = [(span, span._.timex) for span in doc.spans.get("dates", ())]
        narrative = Narrative(doc._.published, words(doc) if spans and doc.has_annotation("DEP") else None)
        before = doc._.before
        if before is not None and "dates" in before.spans:
            for span in before.spans["dates"]:
                _remember(narrative, span._.timex, -99, False)
        starts = _sentence_starts(doc) if spans else []
        _note_full_dates(narrative, [timex for _, timex in spans])
        waiting = []
        for span, timex in spans:
            number = _sentence_of(starts, span.start)
            initial = number >= 0 and span.start - starts[number] <= 2
            if not narrative.told and _only_of_a_day(timex.said):
                waiting.append((span, timex))
                continue
            if waiting and not narrative.told and timex.said.get("ref") == "then":
                _resolve_lead(waiting, narrative)
                waiting = []
            _resolve(timex, span, narrative, number)
            _remember(narrative, timex, number, initial)
        _resolve_lead(waiting, narrative)
        return doc


def _resolve_lead(spans: list[tuple[Span, Timex]], narrative: Narrative) -> None:
    """Clock times told before any date."""
    lead = _lead(narrative)
    for span, timex in spans:
        _resolve(timex, span, lead, 0)
    if not narrative.told:
        for _, timex in spans:
            _remember(narrative, timex, 0, False)


def _only_of_a_day(said: dict[str, Any]) -> bool:
    """Whether a clock time or part of a day is all that is said."""
    return all(_only_of_a_day(v) if k in ("begin", "end") else k in ("hour", "minute", "part") for k, v in said.items())


def _lead(narrative: Narrative) -> Narrative:
    """For "vers 15 heures" before any date: the first day told if near publication, else that day."""
    first = next((t for t in narrative.told if t.stretch.precision in _FINE), None)
    published = narrative.published
    if first and first.stretch.earliest and published and 0 <= (published - first.stretch.earliest).days <= 7:
        return Narrative(published, narrative.parsed, [first])
    return Narrative(published, narrative.parsed)


@Language.factory("depeche_chronology", assigns=["span._.timex"], requires=["doc.spans", "span._.timex"])
def create_chronology(nlp: Language, name: str) -> Chronology:
    """`nlp.add_pipe("depeche_chronology")` after `depeche_dates` and the parser: resolve `doc.spans["dates"]`."""
    return Chronology()


def _sentence_starts(doc: Doc) -> list[int]:
    return [sent.start for sent in doc.sents] if doc.has_annotation("SENT_START") else [0]


def _sentence_of(starts: list[int], token: int) -> int:
    return bisect_right(starts, token) - 1


def _note_full_dates(narrative: Narrative, expressions: list[Timex]) -> None:
    """Days and months that the text tells with their year somewhere: "le 1er décembre" may lean on them."""
    for timex in expressions:
        for said in _parts(timex.said):
            if "year" in said and "month" in said and isinstance(said["year"], int) and said["year"] > 99:
                narrative.full.setdefault((said["month"], said.get("day")), (said["year"], timex))


def _parts(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [said] + [said[k] for k in ("begin", "end", "of", "around", "shift_of") if isinstance(said.get(k), dict)]


def _resolve(timex: Timex, span: Span, narrative: Narrative, sentence: int) -> None:
    said = timex.said
    if timex.kind in ("duration", "set"):
        timex.duration = duration(said) if timex.kind == "duration" else ""
        if said.get("relation") != "since":
            return
    frame, told, lender = _frame(timex, span, narrative, sentence)
    if _is_habit(timex, frame):
        timex.kind = "set"
        return
    found = value(said, frame)
    if said.get("ref") == "event":
        timex.anchor = said.get("anchor", "")
    if found is None:
        return
    _write(timex, found, told.timex if told else None, lender)


def _write(timex: Timex, found: Value, then: Timex | None, lender: Timex | None) -> None:
    """Write a value into the record; `then` is the date in force, `lender` the one that lent its year."""
    stretch = found.stretch
    timex.earliest, timex.latest, timex.edtf = stretch.earliest, stretch.latest, stretch.edtf
    timex.precision, timex.approximate = stretch.precision, stretch.approximate
    timex.basis, timex.note = found.basis, found.note
    timex.relation = timex.said.get("relation", "at")
    if found.anchor:
        timex.anchor = found.anchor if found.anchor == "published" else lender or then or ""
    if timex.kind == "duration":
        return
    if timex.kind == "time" or "hour" in timex.said:
        timex.precision = "time"
    timex.edtf = _with_relation(timex)


def _with_relation(timex: Timex) -> str:
    edtf, said = timex.edtf, timex.said
    if not edtf or ("X" in edtf and timex.relation != "at"):
        return edtf
    first, last = edtf.split("/")[0], edtf.split("/")[-1]
    if timex.relation in ("since", "after"):
        return f"{first}/.."
    if timex.relation in ("until", "before", "by"):
        return f"../{last}"
    if "hour" in said and "/" not in edtf and len(edtf) == 10 and said["hour"] < 24 and "clock_until" not in said:
        return f"{edtf}T{said['hour']:02}:{said.get('minute', 0):02}:00"
    return edtf


def count_from_event(timex: Timex, earliest: date, latest: date) -> bool:
    """Resolve an expression that hangs on an event ("trois jours après le séisme") once the event's days are known.

    Writes into `timex` as the component does, basis relative, and says whether it could; `anchor` keeps the words.

    >>> timex = Timex(0, 19, "date", "quantity+after_event", {"n": 3, "unit": "day", "ref": "event", "sign": 1})
    >>> count_from_event(timex, date(2011, 3, 11), date(2011, 3, 11)), timex.edtf
    (True, '2011-03-14')
    """
    stretch = moved(timex.said, earliest, latest) if timex.said.get("ref") == "event" else None
    if stretch is None:
        return False
    _write(timex, Value(stretch, "relative"), None, None)
    return True


def _frame(timex: Timex, span: Span, narrative: Narrative, sentence: int) -> tuple[Frame, Told | None, Timex | None]:
    parsed = narrative.parsed
    reading = tense.tense_of(_outside(span, parsed.root(span))) if parsed is not None else tense.NO_READING
    looks = tense.looks(reading)
    told = narrative.then(sentence, timex.said.get("unit", "day"), "n" in timex.said)
    inherited, lender = _inherited_year(timex, narrative, sentence, looks) or (None, None)
    after = _continued(timex, narrative)
    frame = Frame(
        now=narrative.published,
        then=told.stretch if told else None,
        direction=_direction(timex.said, reading, looks),
        inherited=inherited,
        present=reading.tense == tense.Tense.PRESENT,
        after=after,
    )
    return frame, told, lender


def _direction(said: dict[str, Any], reading: tense.Reading, looks: int) -> int:
    hint = said.get("looks", 0)
    if hint < 0 or (hint and not looks):
        return hint
    dated = {"day", "month"} <= set(said)  # "Concert le 12 juillet" may be ahead, "Accident mardi" is behind
    return looks if looks else (-1 if reading.tense == tense.Tense.NONE and not dated else 0)


def _outside(span: Span, root: Word) -> Word:
    """The word the expression hangs on, so that a participle inside it ("passé") does not answer for the clause."""
    token = root
    while span.start <= token.i < span.end and token.head.i != token.i:
        token = token.head
    return token


def _continued(timex: Timex, narrative: Narrative) -> date | None:
    """ "samedi et dimanche": the second goes on from the first."""
    if timex.said.get("listed") and narrative.told:
        return narrative.told[-1].stretch.earliest
    return None


def _inherited_year(timex: Timex, narrative: Narrative, sentence: int, looks: int) -> tuple[int, Timex] | None:
    """The year that the text has given before (or gives for the same day), and the expression that gave it."""
    said = timex.said
    target = said.get("begin", said)
    if "year" in said or "direction" in said or not {"month", "season"} & set(target):
        return None
    key = (target.get("month"), target.get("day"))
    if key in narrative.full and target.get("day"):
        return narrative.full[key]
    for told in reversed(narrative.told):
        if sentence - told.sentence > 2:
            return None
        explicit = told.timex.basis == "explicit" and told.timex.kind in ("date", "time") and "season" not in target
        if explicit or (told.timex.basis == "inherited" and told.stretch.precision in ("day", "month")):
            year = _year_after(target, told, narrative.published, looks)
            return None if year is None else (year, told.timex)
        if narrative.published and told.timex.basis == "relative" and told.timex.anchor == "published":
            return None
    return None


def _year_after(target: dict[str, Any], told: Told, published: date | None, looks: int) -> int | None:
    """The year of a date told before, when this one continues it closely."""
    start = told.stretch.earliest
    if start is None or published is None:
        return start.year if start else None
    if start.year >= published.year or looks > 0:
        return None
    if told.stretch.precision == "year":
        return start.year if told.initial else None
    if told.stretch.precision not in ("day", "time", "month", "week") or "month" not in target:
        return None
    for candidate in (start.year, start.year + 1):
        try:
            when = date(candidate, target["month"], target.get("day", 1))
        except ValueError:
            continue
        if -31 <= (when - start).days <= 120 and when <= published:
            return candidate
    return None


def _is_habit(timex: Timex, frame: Frame) -> bool:
    """ "Les magasins ouvrent le dimanche": article, bare weekday, present tense."""
    return timex.said.get("article") is True and frame.present and set(timex.said) <= {"weekday", "article"}


def _remember(narrative: Narrative, timex: Timex, sentence: int, initial: bool) -> None:
    if timex.earliest is None or timex.latest is None or timex.kind in ("duration", "set"):
        return
    precision = "day" if (timex.latest - timex.earliest).days <= 1 else timex.precision
    edtf = days(timex.earliest, timex.latest).edtf
    stretch = Stretch(timex.earliest, timex.latest, edtf, precision, timex.approximate)
    narrative.told.append(Told(timex, stretch, sentence, initial))


def duration(said: dict[str, Any]) -> str:
    """ISO 8601 duration of what is said.

    >>> duration({"n": 10, "unit": "day"}), duration({"n": "few", "unit": "week"})
    ('P10D', 'PXW')
    """
    unit, n = said.get("unit", ""), said.get("n", "few")
    if unit in _MULTIPLE:
        factor, letter = _MULTIPLE[unit]
        return f"P{n * factor if n != 'few' else 'X'}{letter}"
    if unit not in _ISO:
        return ""
    time = "T" if unit in ("hour", "minute", "second") else ""
    return f"P{time}{'X' if n == 'few' else n}{_ISO[unit]}"
