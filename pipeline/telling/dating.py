"""Which time expression dates which event; publication day and "not known" compete on equal terms.

Reads the parse, `doc.spans["dates"]` as resolved by chronology, `doc._.published` and the triggers taken for events.
Each trigger chooses among the dates around it, the publication day and no date, by evidence (who governs the
expression, clause, distance, tense, what else claims the date) weighed with numbers learned from annotated news
(`eventness/dating.csv`). "Il a fui le 3 mai. Puis la police l'a arrêté." dates both; the second is inherited.
"""

from __future__ import annotations

import csv
import functools
import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from spacy.tokens import Span

from pipeline.model.doc import Timex
from pipeline.model.words import Word, Words
from pipeline.telling.eventness import Surroundings, governors, verb_form
from pipeline.telling.triggers import Candidate

WEIGHTS = Path(__file__).resolve().parent / "weights" / "dating.csv"
PUBLISHED, UNKNOWN = "published", "unknown"
Days = tuple[date | None, date | None]
_BACK, _AHEAD = 6, 3  # how many time expressions before and after a trigger compete
_OPENING = 40  # tokens within which a date may only open the article


@dataclass(slots=True)
class Clock:
    """A time expression that may date events, with what the whole Doc says about it."""

    span: Span
    timex: Timex
    sentence: int
    governor: int  # the trigger that governs it, or -1
    common: bool  # the day most often named
    dateline: bool


class Memory:
    """The dates given so far in a Doc: to the last event, to the last of its sort, to the last of the same word."""

    def __init__(self) -> None:
        self.dates: dict[str, Days] = {}

    def keep(self, trigger: Candidate, days: Days) -> None:
        """Remember the days of a trigger."""
        for key in ("last", _sort(trigger), trigger.lemma[:5]):
            self.dates[key] = days

    def same(self, trigger: Candidate, days: Days) -> list[str]:
        """What speaks for the days of a trigger because they were given before."""
        found = []
        if self.dates.get("last") == days:
            found.append("as before")
        if self.dates.get(_sort(trigger)) == days:
            found.append(f"as last {_sort(trigger)}")
        if self.dates.get(trigger.lemma[:5]) == days:
            found.append("as same word")
        return found


def _sort(trigger: Candidate) -> str:
    return "statement" if trigger.lexeme and trigger.lexeme.kind == "report" else "happening"


@dataclass(slots=True)
class Choice:
    """A date for a trigger: `clock`, or PUBLISHED, or UNKNOWN, with its probability and the link that speaks for it."""

    kind: str
    clock: Clock | None
    probability: float
    link: str


def clocks(doc: Words, around: Surroundings, triggers: list[Candidate]) -> list[Clock]:
    """The dated time expressions of the Doc in text order."""
    by_token = {i: t for t in triggers for i in range(t.start, t.end)}
    spans = [
        s for s in doc.spans.get("dates", ()) if s._.timex and s._.timex.kind in ("date", "time") and s._.timex.earliest
    ]
    spans = [s for s in spans if not (_dateline(doc, s) and s._.timex.earliest == s._.timex.latest == doc._.published)]
    days = Counter((s._.timex.earliest, s._.timex.latest) for s in spans)
    most = max(days.values(), default=0)
    found = []
    for span in spans:
        above = governors(doc.root(span), by_token)
        timex = span._.timex
        common = most > 1 and days[timex.earliest, timex.latest] == most
        dateline = _dateline(doc, span)
        governor = above[0].i if above and not dateline else -1
        found.append(Clock(span, timex, around.sentence_of[span.start], governor, common, dateline))
    return found


def _dateline(doc: Words, span: Span) -> bool:
    """Whether a date only opens the article: "PARIS, 3 mai (AFP) –", "22 janvier 2017. –", or a line of its own."""
    if span.start >= _OPENING:
        return False
    following = "".join(t.text + t.whitespace_ for t in doc[span.end : span.end + 5])
    alone = (span.start == 0 or "\n" in doc[span.start - 1].text) and following.startswith("\n")
    return alone or bool(re.match(r"[ .,]*(?:\([^)]{1,20}\) ?)?\s*[–—-]", following))


def choices(
    trigger: Candidate, known: list[Clock], around: Surroundings, memory: Memory | None = None
) -> list[tuple[str, Clock | None, list[str]]]:
    """What may date a trigger, each with the names of the evidence for it; `memory` holds the dates given before."""
    doc, memory = around.doc, memory or Memory()
    token = doc[trigger.i]
    before = [c for c in known if c.span.start <= trigger.i][-_BACK:]
    after = [c for c in known if c.span.start > trigger.i][:_AHEAD]
    number = around.sentence_of[trigger.i]
    here = [c for c in before + after if c.sentence == number]
    context = _context(trigger, token, around, bool(here))
    found: list[tuple[str, Clock | None, list[str]]] = [(UNKNOWN, None, [f"none {c}" for c in context])]
    found[0][2].extend(f"none {name}" for name in memory.same(trigger, (None, None)))
    if doc._.published and not _at_a_remove(token):
        again = memory.same(trigger, (doc._.published, doc._.published))
        found.append((PUBLISHED, None, [f"published {name}" for name in [*context, *again]]))
    last = before[-1] if before else None
    plain = _plain(trigger, here, before, after)
    for clock in before + after:
        if _impossible(trigger, clock, context, doc):
            continue
        evidence = _evidence(trigger, token, clock, around, last, here, context)
        if clock is plain:
            evidence.append("plain choice")
            evidence.append(
                f"plain choice {'here' if clock.sentence == number else 'before' if clock in before else 'after'}"
            )
        where = "here" if clock.sentence == number else "elsewhere"
        evidence += [f"{name} {where}" for name in memory.same(trigger, (clock.timex.earliest, clock.timex.latest))]
        found.append(("date", clock, evidence))
    return found


def _impossible(trigger: Candidate, clock: Clock, context: list[str], doc: Words) -> bool:
    """Whether a date cannot be the trigger's: one to come, not governed by it, of what the text tells as past, or one
    counted from the trigger itself ("au lendemain de l'élection")."""
    if clock.timex.said.get("ref") == "event" and doc.root(clock.span).is_ancestor(doc[trigger.i]):
        return True
    if clock.governor not in (trigger.i, -1) and _at_a_remove(doc[trigger.i]):
        return True
    earliest, published = clock.timex.earliest, doc._.published
    if clock.governor == trigger.i or not published or not earliest or earliest <= published:
        return False
    if any(name in _TOLD_AS_PAST for name in context):
        return True
    # "les tentatives ont échoué" is told as past, "la mise en service est prévue" is not
    subject = doc[trigger.i].dep_ in ("nsubj", "nsubj:pass")
    return subject and any(name in _SUBJECT_TOLD_AS_PAST for name in context)


def _at_a_remove(token: Word) -> bool:
    """Whether an act lies before the day of those who tell it: "soupçonné d'avoir volé", "il aurait volé"."""
    return any(
        c.dep_.startswith("aux") and (c.morph.get("VerbForm") == "Inf" or c.morph.get("Mood") == "Cnd")
        for c in token.children
    )


def _plain(trigger: Candidate, here: list[Clock], before: list[Clock], after: list[Clock]) -> Clock | None:
    """What a reader in a hurry takes: the date governed, else the nearest here, else the one before, else the next."""
    own = [c for c in here if c.governor == trigger.i]
    nearest = own or here
    if nearest:
        return min(nearest, key=lambda c: min(abs(c.span.start - trigger.i), abs(c.span.end - 1 - trigger.i)))
    return before[-1] if before else after[0] if after else None


def _context(trigger: Candidate, token: Word, around: Surroundings, dated: bool) -> list[str]:
    number = around.sentence_of[token.i]
    form = tense(token)
    statement = bool(trigger.lexeme and trigger.lexeme.kind == "report")
    found = ["bias", f"form={form}", f"pos={trigger.pos}", f"sentence={'first' if number < 2 else 'later'}"]
    found += [f"date here={dated}", f"quoted={around.quoted[token.i]}", f"statement={statement}"]
    if token.pos_ == "NOUN":
        det = next((c.lower_ for c in token.children if c.dep_ == "det"), "")
        found.append(f"det={'none' if not det else 'indefinite' if det in ('un', 'une', 'des', 'de') else 'definite'}")
    if statement:
        found.append(f"statement form={form}")
    found.append(f"sentence no={min(number, 4)}")
    found.append(f"in title={trigger.lemma[:5] in around.title}")
    found.append(f"dates in text={min(len(around.dates), 4)}")
    return found


def tense(token: Word) -> str:
    """Tense of the clause a trigger stands in: its own form, else that of the verb above it."""
    for above in (token, *token.ancestors):
        if above.pos_ in ("VERB", "AUX"):
            form = verb_form(above)
            if form in ("participle", "infinitive", "gerund") and above is token:
                return f"{form} under {_outer(above)}"
            return form if above is token else f"noun under {form}"
        if above.pos_ == "ADJ" and above is token:
            return "participle"
    return "no verb"


def _outer(token: Word) -> str:
    for above in token.ancestors:
        if above.pos_ in ("VERB", "AUX"):
            form = verb_form(above)
            return (
                "future"
                if "Fut" in form
                else "past"
                if form.endswith(("Past", "Imp", "aux Pres", "passive Pres"))
                else "present"
            )
    return "none"


def _evidence(
    trigger: Candidate,
    token: Word,
    clock: Clock,
    around: Surroundings,
    last: Clock | None,
    here: list[Clock],
    context: list[str],
) -> list[str]:
    link = relation(trigger, token, clock, around)
    number = around.sentence_of[token.i]
    found = ["date bias", f"link={link}"]
    own = clock.governor == trigger.i
    if clock.sentence == number:
        gap = clock.span.start - token.i if clock.span.start > token.i else token.i - clock.span.end + 1
        found.append(f"gap={'touching' if gap <= 2 else 'near' if gap <= 5 else 'mid' if gap <= 10 else 'far'}")
        found.append(f"link={link}:{'before' if clock.span.start < token.i else 'after'}")
        if not own:
            between = range(min(token.i, clock.span.start) + 1, max(token.i, clock.span.start))
            rivals = sum(1 for i in between if i in around.by_token and around.by_token[i].score >= 0.5)
            found.append(f"rivals={min(rivals, 3)}")
            found.append(f"claimed={clock.governor >= 0}")
        if len(here) == 1:
            found.append("only date here")
        if clock.span.start - around.starts[number] in (0, 1):
            found.append("opens sentence")
    else:
        found.append(f"here other={bool(here)}")
        if clock is last:
            found.append("latest before")
        if clock.sentence < 2:
            found.append("in lead")
    if clock.common:
        found.append("common day")
    if clock.dateline:
        found.append("dateline")
    found += _fit(clock.timex, around.doc._.published, context, link)
    return found


def relation(trigger: Candidate, token: Word, clock: Clock, around: Surroundings) -> str:
    """How a date stands to a trigger: dateline, governed, partner, clause, sentence, or how many sentences away."""
    number = around.sentence_of[token.i]
    if clock.dateline:
        return "dateline"
    if clock.sentence != number:
        distance = number - clock.sentence
        if distance < 0:
            return "next" if distance == -1 else "ahead"
        return "previous" if distance == 1 else "two before" if distance == 2 else "back"
    if clock.governor == trigger.i:
        return "governed"
    if trigger.noun is not None and clock.governor == trigger.noun:
        return "partner"
    if clock.governor >= 0:
        governor = around.doc[clock.governor]
        if token.is_ancestor(governor):
            return "below"
        if governor.is_ancestor(token):
            return "above far"
    return "sentence"


def _fit(timex: Timex, published: date | None, context: list[str], link: str) -> list[str]:
    """Whether the date suits the tense of the trigger."""
    form = next(c for c in context if c.startswith("form="))[5:]
    length = (timex.latest - timex.earliest).days if timex.latest and timex.earliest else 0
    found = [
        f"length={next((name for name, limit in _LENGTHS if length < limit), 'long')}",
        f"kind={timex.kind}",
    ]
    near = link in ("governed", "partner")
    if not near:
        found.append(f"far {found[0]}")
        found.append(
            f"far {'statement' if 'statement=True' in context else 'event'}:{'elsewhere' if link in _AWAY else 'here'}"
        )
        found.append(f"far quoted={'quoted=True' in context}")
        found.append(f"far form={form}")
    if timex.relation != "at":
        found.append(f"relation={timex.relation}")
    if published and timex.earliest and timex.latest:
        side = "future" if timex.earliest > published else "today" if timex.latest >= published else "past"
        time = "future" if "Fut" in form or "under future" in form else "past" if form in _PAST else "open"
        found.append(f"{time} in {side}")
        if side == "today" and length > 25:
            found.append("covers publication")
        if not near:
            found.append(f"far {time} in {side}")
    return found


_LENGTHS = (("day", 2), ("week", 10), ("month", 32), ("year", 367))
_AWAY = frozenset({"previous", "two before", "back", "next", "ahead"})
_TOLD = ("aux Pres", "passive Pres", "Past", "Imp", "aux Imp", "passive Past", "aux Past")
_TOLD_AS_PAST = frozenset(f"form={form}" for form in _TOLD)
_SUBJECT_TOLD_AS_PAST = frozenset(f"form=noun under {form}" for form in _TOLD if not form.startswith("passive"))
_PAST = frozenset(
    {
        "aux Pres",
        "passive Pres",
        "Past",
        "Imp",
        "aux Imp",
        "aux Past",
        "passive Imp",
        "passive Past",
        "participle under past",
    }
)


@functools.cache
def weights() -> dict[str, float]:
    """Learned weight of each piece of evidence."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        return {row["feature"]: float(row["weight"]) for row in csv.DictReader(file)}


def sequence(triggers: list[Candidate], around: Surroundings) -> list[list[Choice]]:
    """Ranked dates of each trigger, decided in text order so that each knows the date of the one told before it."""
    known = clocks(around.doc, around, triggers)
    memory = Memory()
    found = []
    for trigger in triggers:
        ranked = choose(trigger, known, around, memory)
        found.append(ranked)
        memory.keep(trigger, value(ranked[0], around.doc._.published))
    return found


def choose(trigger: Candidate, known: list[Clock], around: Surroundings, memory: Memory | None = None) -> list[Choice]:
    """The possible dates of a trigger, the likeliest first: expressions of one value add up, the likeliest speaks."""
    known_weights = weights()
    options = choices(trigger, known, around, memory)
    scores = [sum(known_weights.get(name, 0.0) for name in evidence) for _, _, evidence in options]
    top = max(scores)
    masses = [math.exp(s - top) for s in scores]
    total = sum(masses)
    published = around.doc._.published
    best: dict[Days, Choice] = {}
    sums: dict[Days, float] = {}
    for (kind, clock, evidence), mass in zip(options, masses, strict=True):
        choice = Choice(kind, clock, mass / total, evidence[1].removeprefix("link=") if clock else kind)
        days = value(choice, published)
        sums[days] = sums.get(days, 0.0) + choice.probability
        if days not in best or choice.probability > best[days].probability:
            best[days] = choice
    for days, choice in best.items():
        choice.probability = sums[days]
    return sorted(best.values(), key=lambda c: -c.probability)


def value(choice: Choice, published: date | None) -> Days:
    """The days a choice stands for; (None, None) when it is unknown."""
    if choice.kind == UNKNOWN:
        return None, None
    if choice.clock is None:
        return published, published
    return choice.clock.timex.earliest, choice.clock.timex.latest


def basis(choice: Choice, around: Surroundings) -> str:
    """Basis of an event's date: explicit or relative when the expression stands beside it, else inherited."""
    if choice.kind == UNKNOWN:
        return "unknown"
    if choice.clock is None:
        return "publication"
    if choice.link in _ELSEWHERE:
        return "inherited"
    return "explicit" if is_full(choice.clock.span.text) else "relative"


_ELSEWHERE = _AWAY | {"dateline"}
_MONTH = re.compile(r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre")
_YEAR = re.compile(r"\b[12]\d{3}\b")
_DAY_MONTH = re.compile(rf"\d(?:er)?\s*(?:{_MONTH.pattern})")


def is_full(text: str) -> bool:
    """Whether a time expression names its day and month, or its year: a date a reader needs no context for."""
    return bool(_YEAR.search(text) or _DAY_MONTH.search(text.lower()))
