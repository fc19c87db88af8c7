"""A short clause of the text's own words that tells an event: the trigger with its core arguments, in text order.

Words are verbatim and in their order; what stands between them is left out: relative clauses, asides, adjuncts beyond
a date and a place.
"""

from __future__ import annotations

from pipeline.model.doc import Event
from pipeline.model.words import Word, Words
from pipeline.telling import syntax

LONGEST = 15  # words
_CORE = frozenset(
    {
        "nsubj",
        "nsubj:pass",
        "obj",
        "iobj",
        "obl:agent",
        "obl:arg",
        "xcomp",
        "expl:comp",
        "expl:pass",
        "expl:subj",
        "fixed",
    }
)
_WITH_VERB = frozenset(
    {"aux:tense", "aux:pass", "aux:caus", "aux", "cop", "expl:comp", "expl:pass", "fixed", "compound:prt"}
)
_NOUN_PART = frozenset(
    {
        "det",
        "nummod",
        "amod",
        "nmod",
        "case",
        "fixed",
        "flat:name",
        "flat:foreign",
        "obl:agent",
        "obl:arg",
        "appos",
        "cc",
        "conj",
    }
)
_NEGATION = frozenset({"ne", "n'", "n’", "pas", "plus", "jamais", "rien", "aucun", "personne", "guère"})
_OPENERS = frozenset({"-t-il", "-il", "-elle", "-t-elle"})


def summary(doc: Words, event: Event) -> str:
    """The clause of an event in verbatim words, at most about fifteen; the words that make it doubtful, denied or
    planned (`event.cue`) stay in.

    >>> summary(nlp("Mardi, la police a arrêté Jean Petit, qui a tout nié."), event)  # doctest: +SKIP
    'la police a arrêté Jean Petit'
    """
    trigger = doc[event.head]
    head = _clause_head(trigger)
    kept = _clause(head) if _tells(head) else _noun(head)
    kept |= _noun(trigger) if not _tells(trigger) else {trigger.i}
    kept |= _hedges(trigger, event.cue)
    span = doc.doc.char_span(event.start, event.end, alignment_mode="expand")
    if span is not None:
        kept |= set(range(span.start, span.end))
    return _written(doc, _shortened(doc, kept, trigger, head))


def _tells(token: Word) -> bool:
    return syntax.is_verb(token) and token.pos_ not in ("NOUN", "PROPN")


def _clause_head(trigger: Word) -> Word:
    """The verb to tell a trigger with: the finite one above an infinitive, the one a noun is subject or object of."""
    head = trigger
    if (
        not _tells(head)
        and _tells(head.head)
        and head.dep_ in ("obj", "nsubj", "nsubj:pass", "obl:arg", "fixed", "xcomp")
    ):
        head = head.head
    for _ in range(4):
        if head.dep_ != "xcomp" or not _tells(head) or not _tells(head.head):
            break
        head = head.head
    return head


def _hedges(trigger: Word, cue: str) -> set[int]:
    """The governors of a trigger up to the one that holds the cue, each with what links it to its complement."""
    words = set(cue.lower().replace("…", " ").split())
    current, path = trigger, set()
    for _ in range(6):
        head = current.head
        if not words or head == current:
            return set()
        path |= {c.i for c in current.children if c.dep_ in ("case", "mark", "fixed")}
        path |= {head.i} | {
            c.i for c in head.children if c.dep_ in _WITH_VERB or c.lower_ in _NEGATION or c.dep_ in ("case", "det")
        }
        if any(head.doc[i].lower_ in words for i in path):
            if _tells(head):
                path |= set().union(*(_noun(subject) for subject in syntax.subjects(head)[:1]))
            return path
        current = head
    return set()


def _clause(verb: Word) -> set[int]:
    """A verb with auxiliaries, negation, subject, objects, agent, and its date and place."""
    kept = {verb.i}
    for child in verb.children:
        short = child.dep_ == "advmod" and not child.children
        if child.dep_ in _WITH_VERB or child.lower_ in _NEGATION or short:
            kept |= {t.i for t in child.subtree}
        elif child.dep_ == "mark" and verb.dep_ == "advcl" and syntax.is_infinite(verb):
            kept.add(child.i)
        elif child.dep_ == "xcomp" and syntax.is_verb(child):
            kept |= _clause(child) | {c.i for c in child.children if c.dep_ in ("mark", "case")}
        elif child.dep_ in _CORE or (child.dep_ == "obl:mod" and (child.ent_type_ == "LOC" or _in_date(child))):
            kept |= _noun(child)
    if not any(c.dep_ in syntax.SUBJECT for c in verb.children):
        for subject in syntax.subjects(verb)[:1]:
            kept |= _noun(subject)
    relative = next(
        (c for c in verb.children if c.dep_ in syntax.SUBJECT and c.lower_ in ("qui", "lequel", "laquelle")), None
    )
    if relative is not None:
        kept.discard(relative.i)
        kept |= _noun(syntax.antecedent(relative))
    return kept


def _in_date(token: Word) -> bool:
    return any(span.start <= token.i < span.end for span in token.doc.spans.get("dates", ()))


def _noun(token: Word, depth: int = 0) -> set[int]:
    """A noun phrase without relative clauses, participles and asides; complements one level down."""
    kept = {token.i}
    for child in token.children:
        if child.dep_ not in _NOUN_PART or child.is_space:
            continue
        if child.dep_ in ("nmod", "appos", "conj", "obl:arg") and depth >= 2:
            continue
        if child.dep_ == "appos" and not child.ent_type_:
            continue
        kept |= _noun(child, depth + 1)
    return kept


def _shortened(doc: Words, kept: set[int], trigger: Word, head: Word) -> list[int]:
    """Within the length: the words farthest from trigger and verb go first, whole phrases at a time."""
    words = sorted(i for i in kept if not doc[i].is_space)
    while len(words) > 1 and words[0] != trigger.i and doc[words[0]].pos_ in ("ADP", "CCONJ", "PUNCT", "SCONJ"):
        words.pop(0)
    while sum(not doc[i].is_punct for i in words) > LONGEST:
        ends = [words[0], words[-1]]
        far = max(ends, key=lambda i: (min(abs(i - trigger.i), abs(i - head.i)), i))
        if far in (trigger.i, head.i):
            break
        words.remove(far)
        while words and words[-1] != trigger.i and doc[words[-1]].pos_ in ("ADP", "DET", "CCONJ", "PUNCT"):
            words.pop()
    return words


def _written(doc: Words, words: list[int]) -> str:
    """The kept words, joined as in the text: a gap becomes one space."""
    parts: list[str] = []
    for k, i in enumerate(words):
        parts.append(doc[i].text)
        following = words[k + 1] if k + 1 < len(words) else None
        if following == i + 2 and doc[i + 1].text == ",":
            parts.append(", ")
        elif following is not None and (following != i + 1 or doc[i].whitespace_):
            parts.append(" " if not doc[i].text.endswith(("'", "’")) else "")
    return "".join(parts).strip(" ,;:–-")
