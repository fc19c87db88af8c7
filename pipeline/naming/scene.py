"""One document while its references are read: who bears what, who is in focus, where speeches begin and end."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import partial

from spacy.tokens import Span

from pipeline.model.words import Word, Words
from pipeline.naming.bearers import Bearers
from pipeline.naming.descriptions import Descriptions
from pipeline.naming.focus import SUBJECT_LABELS, Focus
from pipeline.naming.titles import Titles

_SPEECH = re.compile(r"«[^«»]{2,2000}?»|“[^“”]{2,2000}?”|\"[^\"\n]{2,2000}?\"")
_REACH = 60  # tokens a pronoun may look back


class Scene:
    """The persons and bodies of a Doc, its sentences (first tokens) and speeches (token ranges)."""

    def __init__(self, doc: Words, titles: Titles) -> None:
        self.doc, self.sentences = doc, [sent.start for sent in doc.sents]
        speeches = _speeches(doc)
        # no method of the scene itself: a circle would keep the Doc in memory
        self.speech: Callable[[int], int] = partial(_speech_at, speeches, [start for start, _ in speeches])
        self.bearers = Bearers(doc, titles, self.sentences)
        self.descriptions = Descriptions(doc, list(doc.ents))
        self.focus = Focus(doc, self.bearers, self.sentences, self.speech)

    def backwards(self, i: int) -> Iterator[Word]:
        """Tokens before `i`, near ones first: of its sentence and the one before, in the same speech or none."""
        sentence = bisect_right(self.sentences, i) - 1
        start = self.sentences[max(0, sentence - 1)] if self.sentences else 0
        own = self.speech(i)
        for j in range(i - 1, max(start, i - _REACH) - 1, -1):
            if self.speech(j) == own:
                yield self.doc[j]

    def note_gender(self, person: Span, gender: str) -> None:
        """Remember a gender that a pronoun told."""
        self.bearers.note_gender(person, gender)
        self.focus.gender.setdefault(person._.name, gender)

    def beside(self, i: int) -> frozenset[str]:
        """Names of those who stand in another role of the same verb: "Luc Roy a battu le joueur" is of two."""
        head = self.doc[i].head
        return frozenset(m.name for m in self.focus.near(i) if m.token.head == head and m.token.i != i)

    def subjects_of(self, verb: Word) -> frozenset[str]:
        """Names of the named subjects of a verb."""
        return frozenset(
            m.name for m in self.focus.near(verb.i) if m.token.head == verb and m.token.dep_ in SUBJECT_LABELS
        )


def _speeches(doc: Words) -> list[tuple[int, int]]:
    """Passages between quotation marks, as token ranges; by characters, for a mark may be glued to a word."""
    found = [m.span() for m in _SPEECH.finditer(doc.text)]
    if not found:
        return []
    at = [token.idx for token in doc]
    return [(bisect_right(at, start), bisect_left(at, end - 1)) for start, end in found]


def _speech_at(speeches: list[tuple[int, int]], starts: list[int], i: int) -> int:
    """Number of the speech that token `i` stands in, or -1."""
    n = bisect_right(starts, i) - 1
    return n if n >= 0 and i < speeches[n][1] else -1
