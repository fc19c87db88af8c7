"""Triggers → events: support verbs joined to their noun, and tellings of one event brought together.

"a mené une attaque" is one telling; "l'attaque", three sentences on, is the same event told again when nothing
says otherwise: same word family or a definite noun of the type, and no contradicting date.
"""

from __future__ import annotations

from pipeline.model.words import Word, Words
from pipeline.telling import event_types
from pipeline.telling.clocks import Days
from pipeline.telling.dating import UNKNOWN, Choice, value
from pipeline.telling.eventness import Surroundings
from pipeline.telling.triggers import Candidate

_OBJECTS = frozenset({"obj", "obl:arg", "obl:mod", "nsubj:pass", "xcomp", "obl"})
_STEM = 5
_ANOTHER = frozenset(
    {
        "autre",
        "nouveau",
        "nouvelle",
        "second",
        "seconde",
        "deuxième",
        "troisième",
        "même",
        "plusieurs",
        "certain",
        "précédent",
    }
)
_DEFINITE = frozenset(
    {
        "le",
        "la",
        "l'",
        "l’",
        "les",
        "ce",
        "cet",
        "cette",
        "ces",
        "du",
        "des",
        "au",
        "aux",
        "son",
        "sa",
        "ses",
        "leur",
        "leurs",
    }
)


def join(found: list[Candidate], around: Surroundings) -> None:
    """Join support and aspect verbs to their event noun ("éclater" and "manifestation"): each is the other's `noun`,
    and what speaks for one speaks for both (`score`)."""
    for trigger in found:
        if trigger.pos != "VERB" or trigger.lexeme is None or not {"support", "aspect"} & trigger.lexeme.kinds:
            continue
        noun = _event_noun(around.doc[trigger.i], trigger, around)
        if noun is not None and noun.noun is None:
            trigger.noun, noun.noun = noun.i, trigger.i
            trigger.score = noun.score = max(trigger.score, noun.score)


def _event_noun(verb: Word, trigger: Candidate, around: Surroundings) -> Candidate | None:
    assert trigger.lexeme is not None
    for child in verb.children:
        other = around.by_token.get(child.i)
        if other is None:
            if child.i in around.dated and (other := _behind_date(child, around)):
                return other
            continue
        if (other.pos == "VERB" and child.dep_ != "xcomp") or other.lexeme is None:
            continue
        if other.lexeme.kind not in ("event", "report"):
            continue
        if child.dep_ in _OBJECTS or (child.dep_ == "nsubj" and "aspect" in trigger.lexeme.kinds):
            return other
        if child.dep_ == "nsubj" and trigger.lexeme.lemma in _INTRANSITIVE:
            return other
    above = around.by_token.get(verb.head.i) if verb.dep_ == "acl" else None
    return above if above and above.pos == "NOUN" and above.lexeme and above.lexeme.kind == "event" else None


def _behind_date(child: Word, around: Surroundings) -> Candidate | None:
    """A fixed phrase the parser hangs on the date before it: "a déclaré le 10 janvier jour de deuil national"."""
    return next((c for t in child.subtree if (c := around.by_token.get(t.i)) and c.phrase and c.pos == "NOUN"), None)


_INTRANSITIVE = frozenset({"survenir", "produire", "dérouler", "tenir", "avoir lieu", "prendre fin"})


class Telling:
    """An event in the making: its triggers in text order, each with its ranked choices of date."""

    def __init__(self, trigger: Candidate, dates: list[Choice]):
        self.triggers = [trigger]
        self.dates = [dates]

    def add(self, other: Telling) -> None:
        """Take over the triggers of another telling."""
        self.triggers += other.triggers
        self.dates += other.dates

    def best(self) -> tuple[Candidate, Choice]:
        """The best-dated trigger: one beside its date, else the surest; a noun before its support verb."""

        def rank(k: int) -> tuple[bool, bool, float, bool, int]:
            choice = self.dates[k][0]
            return (
                choice.kind != UNKNOWN,
                choice.link in _BESIDE,
                choice.probability,
                self.triggers[k].pos == "NOUN",
                -k,
            )

        k = max(range(len(self.triggers)), key=rank)
        trigger = self.triggers[k]
        if trigger.pos == "VERB" and trigger.noun is not None:
            partner = next((t for t in self.triggers if t.i == trigger.noun and t.pos == "NOUN"), None)
            trigger = partner or trigger
        return trigger, self.dates[k][0]


_BESIDE = frozenset({"governed", "partner"})


def tellings(triggers: list[Candidate], dates: list[list[Choice]], around: Surroundings) -> list[Telling]:
    """One Telling an event, in order of first trigger."""
    found: list[Telling] = []
    by_token: dict[int, Telling] = {}
    by_family: dict[str, Telling] = {}
    for trigger, ranked in zip(triggers, dates, strict=True):
        new = Telling(trigger, ranked)
        earlier = by_token.get(trigger.noun) if trigger.noun is not None else None
        if earlier is None:
            earlier = _told_before(trigger, ranked, by_family, around)
        if earlier is None:
            found.append(new)
            earlier = new
        else:
            earlier.add(new)
        by_token[trigger.i] = earlier
        for family in _families(trigger):
            by_family[family] = earlier
    return found


def _families(trigger: Candidate) -> list[str]:
    """Keys under which a later telling may find this one: its word family."""
    return [trigger.lemma[:_STEM] if len(trigger.lemma) > _STEM else trigger.lemma]


def _told_before(
    trigger: Candidate, ranked: list[Choice], by_family: dict[str, Telling], around: Surroundings
) -> Telling | None:
    earlier = next((by_family[f] for f in _families(trigger) if f in by_family), None)
    if earlier is None or not _same_sort(trigger, earlier.triggers[0]) or _another(around.doc[trigger.i]):
        return None
    published = around.doc.published
    mine = value(ranked[0], published)
    for choices in earlier.dates:
        theirs = value(choices[0], published)
        if mine[0] and theirs[0] and not _overlap(mine, theirs) and ranked[0].link in _BESIDE | {"sentence"}:
            return None
    if _apart(trigger, earlier, around.doc):
        return None
    if trigger.type == "statement" and around.sentence_of[trigger.i] - around.sentence_of[earlier.triggers[-1].i] > 2:
        return None
    return earlier


def _apart(trigger: Candidate, earlier: Telling, doc: Words) -> bool:
    """Whether words of a family name other people or other places: "expulsé à Metz", "expulsé dans l'Ain"."""
    mine = {label: names for label, names in _named(doc[trigger.i]).items() if names}
    if not mine:
        return False
    others = (_named(doc[other.i]) for other in earlier.triggers)
    return any(theirs[label] and names.isdisjoint(theirs[label]) for theirs in others for label, names in mine.items())


def _named(head: Word) -> dict[str, set[str]]:
    """Names of the people and places in a trigger's own arguments, by their last word."""
    found: dict[str, set[str]] = {"PER": set(), "LOC": set()}
    for child in head.children:
        for token in (child, *child.conjuncts):
            if token.ent_type_ == "PER" or (token.ent_type_ == "LOC" and child.dep_.startswith(("obl", "nmod"))):
                found[token.ent_type_].add(token.doc[token.doc.named[token.i].end - 1].lower_)
    return found


def _same_sort(trigger: Candidate, other: Candidate) -> bool:
    """Whether two words of a family may tell one event: of one type, or both of a plain meaning."""
    return trigger.type == other.type or not (event_types.is_open(trigger) or event_types.is_open(other))


def _another(token: Word) -> bool:
    return any(
        c.lemma_.lower() in _ANOTHER or c.lower_ in _ANOTHER or c.pos_ == "NUM"
        for c in token.children
        if token.pos_ == "NOUN"
    )


def _overlap(a: Days, b: Days) -> bool:
    return (
        a[0] is not None
        and b[0] is not None
        and a[1] is not None
        and b[1] is not None
        and a[0] <= b[1]
        and b[0] <= a[1]
    )
