"""A short clause of the text's own words that tells an event: what its verb says, without the clauses around it.

Words are verbatim and in their order. Left out are relative and other clauses, asides and what another verb says; of
what is then still too long, adjuncts beyond a date and a place, the farthest from the trigger first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pipeline.model.doc import Event
from pipeline.model.words import Word, Words
from pipeline.telling import syntax

LONGEST = 15  # words
_HEDGES = 5  # the head of a clause and as many above it as may hold the cue, less one
_OTHER_CLAUSES = frozenset({"acl:relcl", "advcl", "parataxis", "discourse", "vocative", "csubj", "ccomp"})
_ADJUNCTS = frozenset({"advmod", "obl:mod", "obl:arg", "obl:agent", "nmod", "acl", "appos", "conj", "dep", "ccomp"})
_LOOSE = frozenset({"ADP", "DET", "CCONJ", "SCONJ", "PUNCT", "AUX"})
_BREAKS = frozenset({";", ":", "–", "—", "«", "»", "“", "”", '"', "(", ")", "[", "]"})
_RELATIVES = frozenset({"qui", "que", "qu'", "qu’", "lequel", "laquelle", "lesquels", "lesquelles", "dont", "où"})


def summary(doc: Words, event: Event) -> str:
    """The clause of an event in verbatim words, at most about fifteen; the words that make it doubtful, denied or
    planned (`event.cue`) stay in.

    >>> summary(nlp("Mardi, la police a arrêté Jean Petit, qui a tout nié."), event)  # doctest: +SKIP
    'Mardi, la police a arrêté Jean Petit'
    """
    trigger = doc[event.head]
    span = doc.doc.char_span(event.start, event.end, alignment_mode="expand")
    core = {trigger.i} | set(range(span.start, span.end) if span is not None else ())
    head = _head(trigger, set(event.cue.lower().replace("…", " ").split()))
    core |= {head.i} | _path(trigger, head)
    line = _line(doc, trigger)
    kept = {i for i in _clause(head, core) | core if i in line}
    return _written(doc, _trimmed(doc, _shortened(doc, kept, core), core))


def _head(trigger: Word, cue: set[str]) -> Word:
    """The word whose clause tells the trigger: its verb, up through infinitives and to the one that holds the cue."""
    head = trigger
    while head.head != head and (not _tells(head) or (head.dep_ == "xcomp" and syntax.is_infinite(head))):
        if not _tells(head) and head.dep_ not in _ARGUMENTS:
            break
        head = head.head
    above = islice((head, *head.ancestors), _HEDGES) if cue else ()
    return next((w for w in above if not cue.isdisjoint(c.lower_ for c in (w, *w.children))), head)


_ARGUMENTS = frozenset(
    {"obj", "nsubj", "nsubj:pass", "obl:arg", "obl:agent", "fixed", "xcomp", "iobj", "amod", "obl:mod", "nmod", "conj"}
)


def _tells(word: Word) -> bool:
    return syntax.is_verb(word) and word.pos_ not in ("NOUN", "PROPN")


def _path(trigger: Word, head: Word) -> set[int]:
    """The words between a trigger and the head of its clause, with the prepositions that tie them."""
    found: set[int] = set()
    word = trigger
    while word != head and word.head != word:
        found |= {word.i} | {c.i for c in word.children if c.dep_ in ("case", "mark", "fixed", "det")}
        word = word.head
    return found


def _line(doc: Words, trigger: Word) -> range:
    """The words of the sentence that stand in the trigger's own line: no heading, no byline."""
    start, end = trigger.sent.start, trigger.sent.end
    breaks = [word.i for word in doc[start:end] if word.is_space and "\n" in word.text]
    return range(
        max((i + 1 for i in breaks if i < trigger.i), default=start),
        min((i for i in breaks if i > trigger.i), default=end),
    )


def _clause(head: Word, core: set[int]) -> set[int]:
    """What hangs on the head but for the clauses of other verbs; the subject from elsewhere where it has none."""
    kept = _below(head, core)
    if _tells(head) and not any(c.dep_ in syntax.SUBJECT and c.lower_ not in _RELATIVES for c in head.children):
        for subject in syntax.subjects(head)[:1]:
            kept |= _below(subject, core)
        kept -= {c.i for c in head.children if c.lower_ in _RELATIVES}
    return kept


def _below(word: Word, core: set[int]) -> set[int]:
    kept = {word.i}
    for child in word.children:
        if _is_other_clause(child) and core.isdisjoint(w.i for w in child.subtree):
            continue
        kept |= _below(child, core)
    return kept


def _is_other_clause(word: Word) -> bool:
    if word.dep_ in _OTHER_CLAUSES:
        return not (word.dep_ == "ccomp" and not syntax.children(word.head, "obj"))
    return word.dep_ == "conj" and _tells(word) and _tells(word.head)


def _shortened(doc: Words, kept: set[int], core: set[int]) -> set[int]:
    """Within the length: adjuncts are taken out whole, the farthest from the core first, dates and places last."""
    if len(kept) <= LONGEST:
        return kept
    too_many = sum([not doc[i].is_punct and not doc[i].is_space for i in kept]) - LONGEST
    if too_many <= 0:
        return kept
    for _, _, head in sorted(_adjuncts(doc, kept, core)):
        gone = kept & {w.i for w in doc[head].subtree}
        kept = kept - gone
        too_many -= sum(not doc[i].is_punct and not doc[i].is_space for i in gone)
        if too_many <= 0:
            break
    return kept


def _adjuncts(doc: Words, kept: set[int], core: set[int]) -> Iterator[tuple[bool, int, int]]:
    """Phrases that may be left out, as (is a date or place, minus its distance, head word)."""
    for i in kept:
        word = doc[i]
        single = word.dep_ == "advmod" and not word.children
        if word.dep_ not in _ADJUNCTS or single or (word.dep_ == "conj" and word.head.dep_ in syntax.SUBJECT):
            continue
        below = {w.i for w in word.subtree}
        if below.isdisjoint(core) and not _cuts_name(doc, below):
            yield word.ent_type_ == "LOC" or _in_date(word), -min(abs(i - c) for c in core), i


def _cuts_name(doc: Words, below: set[int]) -> bool:
    """Whether leaving these words out would leave a part of a name."""
    return any(
        (doc[i].ent_iob_ == "I" and i - 1 not in below)
        or (doc[i].ent_type_ and i + 1 < len(doc) and doc[i + 1].ent_iob_ == "I" and i + 1 not in below)
        for i in below
    )


def _in_date(word: Word) -> bool:
    return word.i in word.doc.dated


def _trimmed(doc: Words, kept: set[int], core: set[int]) -> list[int]:
    """Without brackets and quotation marks that lost their partner, and without loose words at either end."""
    words = sorted(i for i in kept if not doc[i].is_space)
    first, last = min(core), max(core)
    left = max((k for k, i in enumerate(words) if i < first and doc[i].text in _BREAKS), default=-1)
    right = min((k for k, i in enumerate(words) if i > last and doc[i].text in _BREAKS), default=len(words))
    words = words[left + 1 : right]
    words = [i for i in words if i in core or not _links_away(doc[i], kept)]
    while words and words[0] < first and _opens(doc[words[0]]):
        words.pop(0)
    while words and words[-1] > last and (_hangs(doc[words[-1]], kept) or len(words) > LONGEST + 2):
        kept = kept - {words.pop()}
    return words


def _opens(word: Word) -> bool:
    """Whether a word only ties the clause to what stands before it: "que", "avant que", "et"."""
    return word.pos_ in ("CCONJ", "SCONJ", "PUNCT") or word.dep_ == "mark" or word.lower_ in _RELATIVES


def _hangs(word: Word, kept: set[int]) -> bool:
    """Whether a last word waits for others: "de", "la", "lors", "plus"."""
    if word.pos_ in _LOOSE:
        return True
    return word.pos_ in ("ADV", "PRON", "ADJ") and any(c.i not in kept for c in word.children if c.i > word.i)


def _links_away(word: Word, kept: set[int]) -> bool:
    """Whether a conjunction coordinates with something left out: "Les chalets [ouvriront …] et fermeront"."""
    if word.pos_ != "CCONJ" or word.head.dep_ != "conj":
        return False
    return word.head.head.i not in kept


def _written(doc: Words, words: list[int]) -> str:
    """The kept words, joined as in the text: a gap becomes one space, commas around it go."""
    parts: list[str] = []
    for k, i in enumerate(words):
        text, following = doc[i].text, words[k + 1] if k + 1 < len(words) else None
        if text == "," and (following != i + 1 or words[k - 1] != i - 1):
            parts.append(" ")
            continue
        parts.append(text)
        if following is not None and (following != i + 1 or doc[i].whitespace_):
            parts.append(" " if not text.endswith(("'", "’")) else "")
    return " ".join("".join(parts).split()).replace(" ,", ",").strip(" ,;:–-")
