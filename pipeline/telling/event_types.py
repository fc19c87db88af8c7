"""What kind of event a trigger tells, among the types of `lexicon/event_types.csv`.

An argument test settles it (`argument_tests`), or a lemma of one type; else the types the lexicon proposes for the
lemma, the topic of the story (`topics`), the words of the sentence and the arguments decide, weighed by learned
numbers (`weights/types.csv`). "battre" is sport in a match report, attack beside *blessé*; "organiser" is of the type
of what it organises.
"""

from __future__ import annotations

import functools
from bisect import bisect_right

from pipeline.model import lexicon
from pipeline.telling.argument_tests import OF_ARGUMENT, by_arguments, type_of_argument
from pipeline.telling.eventness import Surroundings
from pipeline.telling.evidence import Names, Weights
from pipeline.telling.topics import OTHER, STATEMENT, TOPICAL, Topics, proposed, topic_words
from pipeline.telling.triggers import Candidate

WEIGHTS = Weights("types.csv")


@functools.cache
def types() -> tuple[str, ...]:
    """Names of the event types, in the order of the lexicon."""
    return lexicon.words("event_types.csv", "type")


def is_open(trigger: Candidate) -> bool:
    """Whether the lemma leaves its type to the story: "hausse", "réaliser", or a lemma not in the lexicon."""
    return _manner(trigger) != "fixed"


def _manner(trigger: Candidate) -> str:
    return trigger.lexeme.manner if trigger.lexeme else "general"


def evidence(trigger: Candidate, topics: Topics) -> list[tuple[str, Names]]:
    """For each type, the names of what speaks for it; a lemma that is not open may be of its own types alone."""
    lexeme, around = trigger.lexeme, topics.around
    names = lexeme.names if lexeme else ()
    how, report = _manner(trigger), "report" if lexeme and lexeme.kind == "report" else "plain"
    others, own = topics.beside(trigger), dict(proposed(trigger))
    total = sum(others.values())
    strength = bisect_right(_SHARES, max(others.values()) / total) if total > 0 else 0
    here = topics.sentence.get(around.sentence_of[trigger.i], {})
    of_object, of_argument = _object_types(trigger, around), _argument_types(trigger, around)
    found = []
    for name in names if how == "fixed" else _in_order({OTHER, STATEMENT, *names, *others, *of_object}):
        rank = min(names.index(name) + 1, 3) if name in names else 0
        listed = _listed(rank, how, report, name in of_object)
        if name in (STATEMENT, OTHER):
            reasons = _of_plain(name, rank > 0, how, report, strength, around.quoted[trigger.i])
        else:
            share = bisect_right(_SHARES, others.get(name, 0.0) / total) if total > 0 else 0
            beside = here.get(name, 0.0) - own.get(name, 0.0) > _BESIDE
            if name == DEATH and not rank and not beside:
                continue  # what somebody dead once did is not a death
            reasons = _of_topic(share, rank > 0, how, beside, name in topics.title, name in of_argument)
        found.append((name, listed + reasons))
    return found


def _in_order(names: set[str]) -> list[str]:
    return [name for name in types() if name in names]


DEATH = "death"
_SHARES = (0.03, 0.08, 0.15, 0.25, 0.4)
_BESIDE = 0.25


@functools.lru_cache(maxsize=1024)
def _listed(rank: int, manner: str, report: str, of_object: bool) -> Names:
    """What the lexicon and the object say of a type."""
    found = (f"rank {rank} {manner} {report}",)
    return (*found, f"of object {manner} {'listed' if rank else 'unlisted'}") if of_object else found


@functools.lru_cache(maxsize=1024)
def _of_plain(name: str, own: bool, manner: str, report: str, strength: int, quoted: bool) -> Names:
    """What speaks for a type that no topic speaks for: statement, other."""
    listed = "listed" if own else "unlisted"
    found = (f"{name} {manner} {report} {listed}", f"{name} {manner} beside {strength}")
    return (*found, f"{name} quoted {listed}") if quoted else found


@functools.lru_cache(maxsize=1024)
def _of_topic(share: int, own: bool, manner: str, beside: bool, titled: bool, argument: bool) -> Names:
    """What speaks for a type by its share of the other triggers and topic words; a share is also all smaller ones."""
    kind = f"{'listed' if own else 'unlisted'} {manner}"
    found = [name for step in range(1, share + 1) for name in (f"share {step}", f"share {step} {kind}")]
    found += ["in sentence", f"in sentence {kind}"] if beside else []
    found += ["in title", f"in title {kind}"] if titled else []
    found += ["of argument", f"of argument {kind}"] if argument else []
    return tuple(found)


def _object_types(trigger: Candidate, around: Surroundings) -> set[str]:
    """First types of the event noun a verb takes, or of the verb a noun is the object of."""
    others = []
    if trigger.noun is not None and trigger.noun in around.by_token:
        others.append(around.by_token[trigger.noun])
    token = around.doc[trigger.i]
    if trigger.pos == "VERB":
        others += [
            around.by_token[c.i]
            for c in token.children
            if c.dep_ in ("obj", "obl:arg", "nsubj:pass") and c.i in around.by_token
        ]
    return {o.lexeme.types[0][0] for o in others if o.lexeme and o.lexeme.types}


def _argument_types(trigger: Candidate, around: Surroundings) -> set[str]:
    """Types that the words a trigger governs hint at: "utiliser un laser" is science."""
    found: set[str] = set()
    for child in around.doc[trigger.i].children:
        if child.pos_ in TOPICAL:
            found.update(topic_words().get(child.lemma_.lower(), ()))
    return found


def settle(trigger: Candidate, topics: Topics) -> None:
    """Fill `type` and `subtype` of a trigger; ties go to the first in the list of types."""
    lexeme = trigger.lexeme
    best = by_arguments(trigger, topics.around)
    if not best and lexeme and lexeme.types and topics.silent(trigger):
        best = lexeme.names[0] if lexeme.names else OTHER
    _name(trigger, best or _likeliest(trigger, topics))


def _name(trigger: Candidate, name: str) -> None:
    listed = (subtype for kind, subtype in (trigger.lexeme.types if trigger.lexeme else ()) if kind == name)
    trigger.type, trigger.subtype = name, next(listed, "")


def _likeliest(trigger: Candidate, topics: Topics) -> str:
    lexeme = trigger.lexeme
    if lexeme and lexeme.manner == "fixed" and len(lexeme.names) == 1:
        return lexeme.names[0]
    return max(evidence(trigger, topics), key=lambda e: WEIGHTS.of((e[1],)))[0]


def settle_all(triggers: list[Candidate], topics: Topics) -> None:
    """Types of all triggers; a support or aspect verb is of the type of its event noun, others of what they govern."""
    for trigger in triggers:
        settle(trigger, topics)
    by_token = {t.i: t for t in triggers}
    for trigger in triggers:
        noun = by_token.get(trigger.noun) if trigger.noun is not None else None
        if trigger.pos == "VERB" and noun is not None and noun.pos == "NOUN":
            trigger.type, trigger.subtype = noun.type, noun.subtype
    for trigger in reversed(triggers):  # "annonce engager des poursuites": what is governed mostly stands behind
        if trigger.type == OF_ARGUMENT:
            trigger.type, trigger.subtype = type_of_argument(trigger, topics.around)
            if not trigger.type:
                _name(trigger, _likeliest(trigger, topics))
