"""What kind of event a trigger tells, among the types of `lexicon/event_types.csv`.

The lexicon proposes types for the lemma, the likeliest first; the topic of the document (the types of its other
triggers), the words of the sentence and the object decide, weighed by learned numbers (`eventness/types.csv`).
"battre" is sport in a match report, attack beside *blessé*.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right

from pipeline.model import lexicon
from pipeline.model.words import Word
from pipeline.telling.eventness import Surroundings
from pipeline.telling.evidence import Names, Weights
from pipeline.telling.triggers import Candidate, lexemes

WEIGHTS = Weights("types.csv")
OTHER, STATEMENT = "other", "statement"


@functools.cache
def types() -> tuple[str, ...]:
    """Names of the event types, in the order of the lexicon."""
    return lexicon.words("event_types.csv", "type")


@functools.cache
def topic_words() -> dict[str, tuple[str, ...]]:
    """Types that a noun or adjective hints at, by lemma: "tribunal" speaks of trials."""
    found: dict[str, tuple[str, ...]] = {}
    for row in lexicon.rows("topics.csv"):
        found[row["word"]] = (*found.get(row["word"], ()), row["type"])
    return found


class Topics:
    """Which types a Doc speaks of, by its triggers and topic words: in the whole Doc, by sentence, and in its title."""

    def __init__(self, around: Surroundings, triggers: list[Candidate]):
        self.around = around
        self.document: dict[str, float] = {}
        self.sentence: dict[int, dict[str, float]] = {}
        for trigger in triggers:
            sentence = self.sentence.setdefault(around.sentence_of[trigger.i], {})
            for name, share in _proposed(trigger):
                self.document[name] = self.document.get(name, 0.0) + share
                sentence[name] = sentence.get(name, 0.0) + share
        words = topic_words()
        for token in around.doc:
            for name in words.get(token.lemma_.lower(), ()) if token.pos_ in _TOPICAL else ():
                self.document[name] = self.document.get(name, 0.0) + _TOPIC_WORD
                sentence = self.sentence.setdefault(around.sentence_of[token.i], {})
                sentence[name] = sentence.get(name, 0.0) + _TOPIC_WORD
        self.title: set[str] = set()
        for word in re.findall(r"\w{3,}", (around.doc._.title or "").lower()):
            singular = word.removesuffix("s")
            known = lexemes().get((singular, "NOUN")) or lexemes().get((re.sub("é(?:e?s?)$", "er", word), "VERB"))
            self.title.update(name for name, _ in (known.types[:1] if known else ()))
            self.title.update(words.get(singular, ()))

    def silent(self, trigger: Candidate) -> bool:
        """Whether next to nothing but the trigger itself speaks of a topic."""
        return sum(self.document.values()) - sum(mass for _, mass in _proposed(trigger)) < _LITTLE


_LITTLE = 1.0
_TOPICAL = frozenset({"NOUN", "ADJ", "PROPN"})
_TOPIC_WORD = 0.3  # of a trigger


def is_open(trigger: Candidate) -> bool:
    """Whether the lemma leaves its type to the topic: "hausse", "réaliser", or a lemma not in the lexicon."""
    return trigger.lexeme is None or not trigger.lexeme.types or OTHER in trigger.lexeme.names


def _proposed(trigger: Candidate) -> list[tuple[str, float]]:
    if is_open(trigger) or trigger.lexeme is None:
        return []
    names = [name for name in trigger.lexeme.names if name != STATEMENT]
    return [(name, trigger.score / (rank + 1) / len(names)) for rank, name in enumerate(names)]


def evidence(trigger: Candidate, topics: Topics) -> list[tuple[str, Names]]:
    """For each type, the names of what speaks for it; an open lemma may be of any type, others of their own alone."""
    lexeme, around = trigger.lexeme, topics.around
    names = lexeme.names if lexeme else ()
    opened = is_open(trigger)
    manner = "open" if opened else "fixed"
    report = "report" if lexeme and lexeme.kind == "report" else "plain"
    own = dict(_proposed(trigger))
    others = {name: mass - own.get(name, 0.0) for name, mass in topics.document.items()}
    total = sum(others.values())
    main = min(others, key=lambda name: (-others[name], name), default="")
    here = topics.sentence.get(around.sentence_of[trigger.i], {})
    object_types = _object_types(trigger, around)
    found = []
    for name in types() if opened else names:
        rank = names.index(name) + 1 if name in names else 0
        of_object = name in object_types
        if name in (STATEMENT, OTHER):
            quoted = around.quoted[trigger.i]
            reasons = _of_plain(name, min(rank, 3), min(len(names), 3), manner, report, quoted, of_object)
        else:
            share = others.get(name, 0.0) / total if total > 0 else 0.0
            beside = here.get(name, 0.0) - own.get(name, 0.0) > 0.25
            reasons = _of_topic(
                bisect_right(_SHARES, share),
                min(rank, 3),
                min(len(names), 3),
                manner,
                report,
                name == main,
                beside,
                name in topics.title,
                of_object,
            )
        found.append((name, reasons))
    return found


def _ranked(rank: int, count: int, manner: str, report: str) -> list[str]:
    return [f"rank {rank} {manner} {report}", f"rank {rank} of {count}"]


@functools.lru_cache(maxsize=1024)
def _of_plain(name: str, rank: int, count: int, manner: str, report: str, quoted: bool, of_object: bool) -> Names:
    """What speaks for a type that no topic speaks for: statement, other."""
    listed = "listed" if rank else "unlisted"
    found = [*_ranked(rank, count, manner, report), f"{name} {manner} {report} {listed}"]
    if quoted:
        found.append(f"{name} quoted {listed}")
    return (*found, *_of_object(manner, listed)) if of_object else tuple(found)


@functools.lru_cache(maxsize=4096)
def _of_topic(
    share: int,
    rank: int,
    count: int,
    manner: str,
    report: str,
    main: bool,
    beside: bool,
    titled: bool,
    of_object: bool,
) -> Names:
    """What speaks for a type by its share among the other triggers and topic words."""
    listed = "listed" if rank else "unlisted"
    found = _ranked(rank, count, manner, report)
    found += [f"share {share}", f"share {share} {listed} {manner}", f"share {share} {listed}"]
    if main:
        found += [f"main topic {listed} {manner}", f"main topic {listed}"]
    if beside:
        found.append(f"in sentence {listed} {manner}")
    if titled:
        found.append(f"in title {listed} {manner}")
    return (*found, *_of_object(manner, listed)) if of_object else tuple(found)


def _of_object(manner: str, listed: str) -> Names:
    return "of object", f"of object {manner} {listed}"


_SHARES = (0.03, 0.08, 0.15, 0.25, 0.4)


def _object_types(trigger: Candidate, around: Surroundings) -> set[str]:
    """Types of the event noun a verb takes, or of the verb a noun is the object of."""
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


def settle(trigger: Candidate, topics: Topics) -> None:
    """Fill `type` and `subtype` of a trigger; ties go to the first in the list of types."""
    tested = by_arguments(trigger, topics.around)
    if tested:
        best = tested
    elif topics.silent(trigger) and trigger.lexeme and trigger.lexeme.types:
        best = trigger.lexeme.types[0][0]
    else:
        best = max(evidence(trigger, topics), key=lambda e: WEIGHTS.of((e[1],)))[0]
    trigger.type = best
    listed = [s for name, s in (trigger.lexeme.types if trigger.lexeme else ()) if name == best]
    trigger.subtype = listed[0] if listed else ""


def settle_all(triggers: list[Candidate], topics: Topics) -> None:
    """Types of all triggers; a support or aspect verb is of the type of its event noun."""
    for trigger in triggers:
        settle(trigger, topics)
    by_token = {t.i: t for t in triggers}
    for trigger in triggers:
        noun = by_token.get(trigger.noun) if trigger.noun is not None else None
        if trigger.pos == "VERB" and noun is not None and noun.pos == "NOUN":
            trigger.type, trigger.subtype = noun.type, noun.subtype


@functools.cache
def tests() -> dict[tuple[str, str], list[tuple[str, frozenset[str], str]]]:
    """Argument tests by (lemma, pos): which argument, which words, which type."""
    found: dict[tuple[str, str], list[tuple[str, frozenset[str], str]]] = {}
    for row in lexicon.rows("type_tests.csv"):
        entry = (row["argument"], frozenset(row["words"].split()), row["type"])
        found.setdefault((row["lemma"], row["pos"]), []).append(entry)
    return found


def by_arguments(trigger: Candidate, around: Surroundings) -> str:
    """The type that an argument test settles ("saisir" the court or the drugs), or an empty string."""
    rows = tests().get((trigger.lemma, trigger.pos), [])
    if not rows:
        return ""
    token = around.doc[trigger.i]
    arguments = _arguments(token)
    for argument, words, name in rows:
        if argument == "passive":
            if any(c.dep_ in ("aux:pass", "nsubj:pass") for c in token.children):
                return name
            continue
        for child in arguments.get(argument, ()):
            if child.lemma_.lower() in words or words & _classes(child, around):
                return name
    return ""


def _arguments(token: Word) -> dict[str, list[Word]]:
    """Children of a trigger by the names of the tests; the subject of a passive is an object."""
    found: dict[str, list[Word]] = {}
    for child in token.children:
        if name := _ARGUMENTS.get(child.dep_):
            found.setdefault(name, []).append(child)
        if child.dep_ in ("nmod", "amod", "obl:arg", "obl:mod", "acl"):
            found.setdefault("modifier", []).append(child)
    if token.dep_ in ("acl", "acl:relcl") and "object" not in found:
        found["object"] = [token.head]
    return found


_ARGUMENTS = {
    "obj": "object",
    "nsubj:pass": "object",
    "nsubj": "subject",
    "obl:agent": "subject",
    "obl:arg": "complement",
    "obl:mod": "complement",
    "obl": "complement",
    "xcomp": "complement",
}


def _classes(token: Word, around: Surroundings) -> set[str]:
    label = around.entities.get(token.i, "")
    found = {"PERSON"} if label == "PER" else {"PLACE"} if label == "LOC" else set()
    other = around.by_token.get(token.i)
    if other is not None and other.pos == "NOUN" and other.lexeme and other.lexeme.kind == "event":
        found.add("EVENT")
    return found
