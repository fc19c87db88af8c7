"""Where an event takes place: the place attached to its trigger, else its sentence's, else the one in force.

None rather than a wrong one: what people say has no place of its own unless it is attached.
"""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc, Span, Token

from pipeline import participants, syntax
from pipeline.model.doc import Event, Participant

_LOCATIVE = frozenset({"à", "en", "dans", "sur", "près de", "devant", "chez", "vers", "depuis", "sous", "au large de", "autour de", "aux environs de", "de"})


def places(doc: Doc, event: Event, others: list[Participant]) -> list[Participant]:
    """Places of an event, the narrowest first; `others` are its participants found before (an actor is no place)."""
    actors = {(p.mention.start, p.mention.end) for p in others if p.mention is not None}
    found: list[Span] = []
    for head in participants.heads(doc, event):
        found += _attached(head)
    if not found and event.type != "statement":
        for head in participants.heads(doc, event):
            found += [e for e in head.sent.ents if e.label_ == "LOC" and _stands_for_place(e)]
            if found:
                break
    if not found and event.type != "statement":
        found = in_force(doc, doc[event.head])
    return [
        Participant("place", e.start_char, e.end_char, e.text, e) for e in found if (e.start, e.end) not in actors
    ]


def _attached(head: Token) -> list[Span]:
    return []


def _stands_for_place(ent: Span) -> bool:
    root = ent.root
    return root.dep_ not in syntax.SUBJECT and root.dep_ != "obl:agent"


def in_force(doc: Doc, head: Token) -> list[Span]:
    """The place named most in the document, if any."""
    names = Counter(e._.name or e.text for e in doc.ents if e.label_ == "LOC")
    if not names:
        return []
    best = max(names, key=lambda n: names[n])
    return [next(e for e in doc.ents if e.label_ == "LOC" and (e._.name or e.text) == best)]
