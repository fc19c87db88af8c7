"""What kind of event a trigger tells, among the types of `lexicon/event_types.csv`.

The lexicon proposes types for the lemma, the likeliest first; the topic of the document (the types of its other
triggers), the words of the sentence and the object decide, weighed by learned numbers (`eventness/types.csv`).
"battre" is sport in a match report, attack beside *blessé*.
"""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path

from pipeline.eventness import Surroundings
from pipeline.model import lexicon
from pipeline.triggers import Candidate, lexemes

WEIGHTS = Path(__file__).resolve().parent / "eventness" / "types.csv"
OTHER, STATEMENT = "other", "statement"


@functools.cache
def types() -> tuple[str, ...]:
    """Names of the event types, in the order of the lexicon."""
    return lexicon.words("event_types.csv", "type")


@functools.cache
def weights() -> dict[str, float]:
    """Learned weight of each piece of evidence for a type."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        return {row["feature"]: float(row["weight"]) for row in csv.DictReader(file)}


class Topics:
    """Which types the triggers of a Doc speak of, in the whole Doc, by sentence, and in its title."""

    def __init__(self, around: Surroundings, triggers: list[Candidate]):
        self.around = around
        self.document: dict[str, float] = {}
        self.sentence: dict[int, dict[str, float]] = {}
        for trigger in triggers:
            sentence = self.sentence.setdefault(around.sentence_of[trigger.i], {})
            for name, share in _proposed(trigger):
                self.document[name] = self.document.get(name, 0.0) + share
                sentence[name] = sentence.get(name, 0.0) + share
        self.title: dict[str, float] = {}
        for word in re.findall(r"\w{4,}", (around.doc._.title or "").lower()):
            known = lexemes().get((word.rstrip("s"), "NOUN")) or lexemes().get((re.sub("ée?s?$", "er", word), "VERB"))
            for name, _ in known.types[:1] if known else ():
                self.title[name] = self.title.get(name, 0.0) + 1


def _proposed(trigger: Candidate) -> list[tuple[str, float]]:
    if trigger.lexeme is None or not trigger.lexeme.types:
        return []
    names = list(dict.fromkeys(name for name, _ in trigger.lexeme.types))
    return [(name, trigger.score / (rank + 1) / len(names)) for rank, name in enumerate(names)]


def evidence(trigger: Candidate, topics: Topics) -> list[tuple[str, list[str]]]:
    """For each type, the names of what speaks for it."""
    lexeme = trigger.lexeme
    names = list(dict.fromkeys(name for name, _ in lexeme.types)) if lexeme else []
    kind = (lexeme.kind if lexeme else "") or "unknown"
    around = topics.around
    own = dict(_proposed(trigger))
    total = sum(v for k, v in topics.document.items() if k not in (STATEMENT, OTHER)) - sum(
        v for k, v in own.items() if k not in (STATEMENT, OTHER)
    )
    here = topics.sentence.get(around.sentence_of[trigger.i], {})
    ranked = sorted(topics.document, key=lambda k: (-(topics.document[k] - own.get(k, 0)), k))
    ranked = [k for k in ranked if k not in (STATEMENT, OTHER)]
    object_types = _object_types(trigger, around)
    found = []
    for name in types():
        rank = names.index(name) + 1 if name in names else 0
        place = f"only of {kind}" if rank and len(names) == 1 else f"{min(rank, 4)} of {kind}"
        reasons = [f"rank {place}", f"type {name}"]
        share = max(topics.document.get(name, 0) - own.get(name, 0), 0) / total if total > 0 else 0
        if name not in (STATEMENT, OTHER):
            bucket = 0 if share < 0.05 else 1 if share < 0.15 else 2 if share < 0.3 else 3 if share < 0.5 else 4
            reasons += [f"share {bucket}", f"share {bucket} {'listed' if rank else 'unlisted'}"]
            if ranked and ranked[0] == name:
                reasons += ["main topic", f"main topic {'listed' if rank else 'unlisted'}", f"main topic {name}"]
            if here.get(name, 0) - own.get(name, 0) > 0.2:
                reasons += ["in sentence"]
            if name in topics.title:
                reasons += ["in title"]
        if name in object_types:
            reasons += ["of object", f"of object of {kind}"]
        if around.quoted[trigger.i] and name == STATEMENT:
            reasons += ["quoted statement"]
        found.append((name, reasons))
    return found


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
    known = weights()
    best = max(evidence(trigger, topics), key=lambda e: sum(known.get(r, 0.0) for r in e[1]))
    trigger.type = best[0]
    listed = [s for name, s in (trigger.lexeme.types if trigger.lexeme else ()) if name == best[0]]
    trigger.subtype = listed[0] if listed else ""
