"""Which time expression dates which event; publication day and "not known" compete on equal terms.

Reads the parse, `doc.spans["dates"]` as resolved by chronology, the publication day and the triggers taken for events.
Each trigger chooses among the dates around it, the publication day and no date, by evidence (who governs the
expression, clause, distance, tense, what else claims the date) weighed with numbers learned from annotated news
(`weights/dating.csv`). "Il a fui le 3 mai. Puis la police l'a arrêté." dates both; the second is inherited.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pipeline.model.words import Word
from pipeline.telling import datesigns
from pipeline.telling.clocks import Clock, Clocks, Days
from pipeline.telling.datesigns import Context
from pipeline.telling.eventness import Surroundings, verb_form
from pipeline.telling.evidence import Names, Weights
from pipeline.telling.triggers import Candidate

WEIGHTS = Weights("dating.csv")
PUBLISHED, UNKNOWN = "published", "unknown"
_BACK, _AHEAD = 6, 3  # how many time expressions before and after a trigger compete


class Memory:
    """The dates given so far in a Doc: to the last event, to the last of its sort, to the last of the same word."""

    def __init__(self) -> None:
        self.dates: dict[str, Days] = {}

    def keep(self, trigger: Candidate, days: Days) -> None:
        """Remember the days of a trigger."""
        for key in ("last", _sort(trigger), trigger.lemma[:5]):
            self.dates[key] = days

    def given(self, trigger: Candidate) -> list[Days | None]:
        """The dates given to the last event, the last of the trigger's sort, the last of its word."""
        return [self.dates.get(key) for key in ("last", _sort(trigger), trigger.lemma[:5])]


def _sort(trigger: Candidate) -> str:
    return "statement" if trigger.lexeme and trigger.lexeme.kind == "report" else "happening"


@dataclass(slots=True)
class Choice:
    """A date for a trigger: `clock`, or PUBLISHED, or UNKNOWN, with its probability and the link that speaks for it."""

    kind: str
    clock: Clock | None
    probability: float
    link: str


class Option(NamedTuple):
    """What may date a trigger, and the names of the evidence for it."""

    kind: str
    clock: Clock | None
    link: str
    evidence: list[Names]


def choices(trigger: Candidate, known: Clocks, around: Surroundings, memory: Memory | None = None) -> list[Option]:
    """What may date a trigger: not known, the publication day, the dates around; `memory` holds the dates before."""
    token, published = around.doc[trigger.i], around.published
    given = (memory or Memory()).given(trigger)
    sort, number = _sort(trigger), around.sentence_of[trigger.i]
    k = bisect_right(known.starts, trigger.i)
    before, after = known.all[max(k - _BACK, 0) : k], known.all[k : k + _AHEAD]
    here = [c for c in before + after if c.sentence == number]
    context = _context(trigger, token, around, bool(here))
    nothing = [datesigns.of_context(context, "none "), _again(given, (None, None), sort, "none ")]
    found = [Option(UNKNOWN, None, UNKNOWN, nothing)]
    remote = _at_a_remove(token)
    if published and not remote:
        again = _again(given, (published, published), sort, "published ")
        evidence = [datesigns.of_context(context, "published "), again]
        found.append(Option(PUBLISHED, None, PUBLISHED, evidence))
    last = before[-1] if before else None
    plain = _plain(trigger, here, before, after)
    past = context.form in _TOLD or (token.dep_ in ("nsubj", "nsubj:pass") and context.form in _SUBJECT_TOLD)
    for clock in before + after:
        own = clock.governor == trigger.i
        if (remote and not own and clock.governor >= 0) or (past and not own and clock.ahead):
            continue
        if clock.timex.said.get("ref") == "event" and around.doc.root(clock.span).is_ancestor(token):
            continue
        link = relation(trigger, token, clock, around)
        evidence = [_evidence(trigger, clock, known, around, last, len(here), link), _fit(clock, context, link)]
        if clock is plain:
            where = "here" if clock.sentence == number else "before" if clock.start <= trigger.i else "after"
            evidence.append(_PLAIN[where])
        evidence.append(_again(given, clock.days, sort, after=" here" if clock.sentence == number else " elsewhere"))
        found.append(Option("date", clock, link, evidence))
    return found


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
        return min(nearest, key=lambda c: min(abs(c.start - trigger.i), abs(c.end - 1 - trigger.i)))
    return before[-1] if before else after[0] if after else None


def _context(trigger: Candidate, token: Word, around: Surroundings, dated: bool) -> Context:
    article = ""
    if token.pos_ == "NOUN":
        det = next((c.lower_ for c in token.children if c.dep_ == "det"), "")
        article = "none" if not det else "indefinite" if det in ("un", "une", "des", "de") else "definite"
    return Context(
        form=tense(token),
        pos=trigger.pos,
        number=min(around.sentence_of[token.i], 4),
        dated=dated,
        quoted=around.quoted[token.i],
        statement=_sort(trigger) == "statement",
        article=article,
        titled=trigger.lemma[:5] in around.title,
        dates=min(len(around.dates), 4),
    )


def _again(given: list[Days | None], days: Days, sort: str, before: str = "", after: str = "") -> Names:
    return datesigns.given_before(given[0] == days, given[1] == days, given[2] == days, sort, before, after)


_PLAIN = {where: ("plain choice", f"plain choice {where}") for where in ("here", "before", "after")}


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
    trigger: Candidate, clock: Clock, known: Clocks, around: Surroundings, last: Clock | None, here: int, link: str
) -> Names:
    """How a date stands to a trigger; `last` is the date told before it, `here` how many stand in its sentence."""
    i, start, number = trigger.i, clock.start, around.sentence_of[trigger.i]
    if clock.sentence != number:
        return datesigns.evidence_elsewhere(
            link, here > 0, clock is last, clock.sentence < 2, clock.common, clock.dateline
        )
    gap = start - i if start > i else i - clock.end + 1
    far = "touching" if gap <= 2 else "near" if gap <= 5 else "mid" if gap <= 10 else "far"
    rivals = -1
    if clock.governor != i:
        rivals = min(max(known.likely[max(i, start)] - known.likely[min(i, start) + 1], 0), 3)
    opens = start - around.starts[number] in (0, 1)
    claimed = clock.governor >= 0
    return datesigns.evidence_here(
        link, far, start < i, rivals, claimed, here == 1, opens, clock.common, clock.dateline
    )


def relation(trigger: Candidate, token: Word, clock: Clock, around: Surroundings) -> str:
    """How a date stands to a trigger: dateline, governed, partner, below or above it, in its sentence, or how many
    sentences away."""
    if clock.dateline:
        return "dateline"
    distance = around.sentence_of[token.i] - clock.sentence
    if distance < 0:
        return "next" if distance == -1 else "ahead"
    if distance:
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


def _fit(clock: Clock, context: Context, link: str) -> Names:
    """Whether the date suits the tense of the trigger."""
    near = link in ("governed", "partner")
    away = "elsewhere" if link in _AWAY else "here"
    kind, relation = clock.timex.kind, clock.timex.relation
    sort = "statement" if context.statement else "event"
    return datesigns.fits(
        clock.length, kind, relation, clock.side, clock.covers, near, away, sort, context.quoted, context.form
    )


_AWAY = frozenset({"previous", "two before", "back", "next", "ahead"})
_TOLD = frozenset({"aux Pres", "passive Pres", "Past", "Imp", "aux Imp", "passive Past", "aux Past"})
# "les tentatives ont échoué" is told as past, "la mise en service est prévue" is not
_SUBJECT_TOLD = frozenset(f"noun under {form}" for form in _TOLD if not form.startswith("passive"))


def sequence(triggers: list[Candidate], around: Surroundings) -> list[list[Choice]]:
    """Ranked dates of each trigger, decided in text order so that each knows the date of the one told before it."""
    known = Clocks(around, triggers)
    memory = Memory()
    found = []
    for trigger in triggers:
        ranked = choose(trigger, known, around, memory)
        found.append(ranked)
        memory.keep(trigger, value(ranked[0], around.published))
    return found


def choose(trigger: Candidate, known: Clocks, around: Surroundings, memory: Memory | None = None) -> list[Choice]:
    """The possible dates of a trigger, the likeliest first: expressions of one value add up, the likeliest speaks."""
    options = choices(trigger, known, around, memory)
    scores = [WEIGHTS.of(option.evidence) for option in options]
    top = max(scores)
    masses = [math.exp(s - top) for s in scores]
    total = sum(masses)
    best: dict[Days, tuple[float, Option]] = {}
    sums: dict[Days, float] = {}
    for option, mass in zip(options, masses, strict=True):
        probability, days = mass / total, value(option, around.published)
        sums[days] = sums.get(days, 0.0) + probability
        if days not in best or probability > best[days][0]:
            best[days] = probability, option
    ranked = [Choice(option.kind, option.clock, sums[days], option.link) for days, (_, option) in best.items()]
    return sorted(ranked, key=_by_probability)


def _by_probability(choice: Choice) -> float:
    return -choice.probability


def value(choice: Choice | Option, published: date | None) -> Days:
    """The days a choice stands for; (None, None) when it is unknown."""
    if choice.kind == UNKNOWN:
        return None, None
    if choice.clock is None:
        return published, published
    return choice.clock.days


def basis(choice: Choice, sentence: int) -> str:
    """Basis of an event's date: explicit or relative when the expression stands beside it, else inherited; the news of
    the day is told in the first sentences, what goes on with it further down (`sentence` counts from 0) inherits, as
    does a bare "vers 20 heures" its day."""
    if choice.kind == UNKNOWN:
        return "unknown"
    if choice.clock is None:
        return "publication" if sentence < _OPENING else "inherited"
    if choice.link in _ELSEWHERE:
        return "inherited"
    if is_full(choice.clock.span.text):
        return "explicit"
    timex = choice.clock.timex
    of_day = timex.kind == "time" and timex.basis == "inherited" and _DAY.isdisjoint(timex.said)  # "vers 20 heures"
    return "inherited" if of_day else "relative"


_OPENING = 3
_DAY = frozenset({"day", "weekday"})
_ELSEWHERE = _AWAY | {"dateline"}
_MONTH = re.compile(r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre")
_YEAR = re.compile(r"\b[12]\d{3}\b")
_DAY_MONTH = re.compile(rf"\d(?:er)?\s*(?:{_MONTH.pattern})")


def is_full(text: str) -> bool:
    """Whether a time expression names its day and month, or its year: a date a reader needs no context for."""
    return bool(_YEAR.search(text) or _DAY_MONTH.search(text.lower()))
