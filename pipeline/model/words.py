"""A parsed Doc as plain Python objects, for rules that ask much of every word.

spaCy makes a Token anew at every `doc[i]`, `.head` and `.children`, and looks a string up at every `.lemma_`; a `Word`
is made once and holds them. The names are spaCy's, so a rule reads the same over either. `words(doc)` is the one way to
a view: it is true as long as nothing writes into the Doc, and comes apart when that of another Doc is asked for.
"""

from __future__ import annotations

import functools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar

from spacy.strings import StringStore
from spacy.tokens import Doc, Span

from pipeline.model.doc import text_of

_STRINGS = ("ORTH", "LOWER", "LEMMA", "POS", "DEP", "ENT_TYPE", "MORPH")
_NUMBERS = ("ENT_IOB", "HEAD", "IDX", "SPACY", "IS_PUNCT", "IS_SPACE", "SENT_START")
_CHANGING = ("HEAD", "DEP", "POS", "LEMMA", "ENT_TYPE", "ENT_IOB")
_ENTITY = ("", "I", "O", "B")
_NAMED = frozenset({"PER", "LOC", "ORG"})
_REMEMBERED = 50_000
"""Strings and morphologies kept by their hash, before the memory of them starts anew."""

State = tuple[bytes, date | None, str]
_Found = TypeVar("_Found")


class Word:
    """A token of a parsed Doc; `children` are in text order, `morph` has one value a feature ("Fem,Masc" if two)."""

    __slots__ = (
        "children",
        "dep_",
        "doc",
        "ent_iob_",
        "ent_type_",
        "head",
        "i",
        "idx",
        "is_punct",
        "is_space",
        "lemma_",
        "lower_",
        "morph",
        "pos_",
        "sent",
        "text",
        "whitespace_",
    )
    doc: Words
    i: int
    idx: int
    text: str
    lower_: str
    lemma_: str
    pos_: str
    dep_: str
    morph: dict[str, str]
    ent_type_: str
    ent_iob_: str
    whitespace_: str
    is_punct: bool
    is_space: bool
    head: Word
    children: list[Word]
    sent: Sentence

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    def nbor(self, by: int = 1) -> Word:
        """The word so many places on."""
        return self.doc[self.i + by]

    @property
    def is_quote(self) -> bool:
        """Whether it is a quotation mark."""
        return self.doc.doc[self.i].is_quote

    @property
    def like_num(self) -> bool:
        """Whether it is a number in digits or words."""
        return self.doc.doc[self.i].like_num

    @property
    def is_sent_start(self) -> bool:
        """Whether a sentence begins here."""
        return self.i == self.sent.start

    @property
    def is_title(self) -> bool:
        """Whether it is written with a capital first letter."""
        return self.text.istitle()

    @property
    def ancestors(self) -> Iterator[Word]:
        """Its head, the head of that, and so on."""
        current = self
        while current.head is not current:
            current = current.head
            yield current

    def is_ancestor(self, other: Word) -> bool:
        """Whether the other word hangs on this one, however far below."""
        while other.head is not other:
            other = other.head
            if other is self:
                return True
        return False

    @property
    def subtree(self) -> list[Word]:
        """This word and all that hang on it, in text order."""
        below = [self]
        for word in below:
            below.extend(word.children)
        return sorted(below, key=_place) if len(below) > 1 else below

    @property
    def conjuncts(self) -> list[Word]:
        """What is coordinated with this word, whichever the parse hangs on which."""
        first = self
        while first.dep_ == "conj" and first.head is not first:
            first = first.head
        joined = [first]
        for word in joined:
            joined.extend(child for child in word.children if child.dep_ == "conj" and child.i > word.i)
        return [word for word in joined if word is not self]

    @property
    def left_edge(self) -> Word:
        """The first word of the subtree."""
        first = self
        while first.children and first.children[0].i < first.i:
            first = first.children[0]
        return first

    @property
    def right_edge(self) -> Word:
        """The last word of the subtree."""
        last = self
        while last.children and last.children[-1].i > last.i:
            last = last.children[-1]
        return last


def _place(word: Word) -> int:
    return word.i


class Sentence:
    """Words `start`..`end` of a Doc."""

    __slots__ = ("doc", "end", "number", "start")

    def __init__(self, doc: Words, number: int, start: int, end: int):
        self.doc, self.number, self.start, self.end = doc, number, start, end

    def __iter__(self) -> Iterator[Word]:
        return iter(self.doc[self.start : self.end])

    @property
    def start_char(self) -> int:
        """Its first character in the text of the Doc."""
        return self.doc[self.start].idx

    @property
    def end_char(self) -> int:
        """Where its last word ends in the text of the Doc."""
        last = self.doc[self.end - 1]
        return last.idx + len(last.text)

    @property
    def root(self) -> Word:
        """The word that the others hang on."""
        return self.doc.root(self.doc.doc[self.start : self.end])


class Words(list[Word]):
    """The words of a Doc; `published`, `title` and `spans` are those of the Doc."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # a view is itself alone

    def __init__(self, doc: Doc, state: State):
        self.doc, self.state, self.text = doc, state, text_of(doc)
        self.published: date | None = doc._.published
        self.title: str = doc._.title or ""
        self.memo: defaultdict[Any, dict[Any, Any]] = defaultdict(dict)  # what rules have worked out, by word
        self.ents: tuple[Span, ...] = tuple(doc.ents)
        self.named = {i: ent for ent in self.ents if ent.label_ in _NAMED for i in range(ent.start, ent.end)}
        self.sents: list[Sentence] = []
        super().__init__([Word() for _ in range(len(doc))])
        self._fill(doc.to_array([*_STRINGS, *_NUMBERS]))

    def _fill(self, table: Any) -> None:
        strings = _memory.read(table[:, : len(_STRINGS)].T.tolist(), self.doc.vocab.strings)
        *numbers, begins = table[:, len(_STRINGS) :].view("int64").T.tolist()
        ends = [i for i, flag in enumerate(begins) if flag == 1 and i] + [len(self)]
        self.sents = [Sentence(self, n, a, b) for n, (a, b) in enumerate(zip([0, *ends], ends, strict=False))]
        sentences = [sent for sent in self.sents for _ in range(sent.start, sent.end)]
        for word, i, sent, text, lower, lemma, pos, dep, kind, morph, iob, head, idx, space, punct, blank in zip(
            self, range(len(self)), sentences, *strings, *numbers, strict=True
        ):
            word.doc = self
            word.i = i
            word.sent = sent
            word.text = text
            word.lower_ = lower
            word.lemma_ = lemma
            word.pos_ = pos
            word.dep_ = dep
            word.ent_type_ = kind
            word.morph = morph
            word.ent_iob_ = _ENTITY[iob]
            word.head = self[i + head]
            word.idx = idx
            word.is_punct = punct == 1
            word.is_space = blank == 1
            word.whitespace_ = " " if space else ""
            word.children = []
        for word in self:
            if word.head is not word:
                word.head.children.append(word)

    def release(self) -> None:
        """Undo the references that go round in circles, so that the memory is free at once."""
        for word in self:
            del word.children
            if word.head is word:
                del word.head
        self.sents.clear()
        self.memo.clear()
        self.clear()

    @property
    def spans(self) -> Any:
        """The span groups of the Doc."""
        return self.doc.spans

    @functools.cached_property
    def dated(self) -> set[int]:
        """The tokens of time expressions."""
        return {i for span in self.doc.spans.get("dates", ()) for i in range(span.start, span.end)}

    def root(self, span: Span) -> Word:
        """The word of a span that its others hang on."""
        start = span.start
        return self[start if span.end - start == 1 else span.root.i]

    def span(self, start: int, end: int) -> Span:
        """The words `start`..`end` as spaCy's Span."""
        return self.doc[start:end]

    def said(self, start: int, end: int) -> str:
        """The text of the words `start`..`end`."""
        last = self[end - 1]
        return self.text[self[start].idx : last.idx + len(last.text)]


class _Strings(dict[int, Any]):
    """Strings by their hash, looked up in the store of the last Doc when met for the first time."""

    store: StringStore

    def __missing__(self, key: int) -> Any:
        if len(self) > _REMEMBERED:
            self.clear()
        found = self[key] = self.read(self.store[key])
        return found

    def read(self, string: str) -> Any:
        """What is kept of a string."""
        return string


class _Morphs(_Strings):
    """Morphologies by their hash."""

    def read(self, string: str) -> Any:
        """ "Gender=Fem|Number=Sing" as a dict."""
        return dict(part.split("=", 1) for part in string.split("|") if "=" in part)


class _Memory(threading.local):
    """The last view made in this thread, and the strings met."""

    def __init__(self) -> None:
        self.view: Words | None = None
        self.strings, self.morphs = _Strings(), _Morphs()

    def read(self, columns: list[list[int]], store: StringStore) -> list[list[Any]]:
        """The strings of some columns of hashes, and the morphologies of the last one."""
        self.strings.store = self.morphs.store = store
        known, (*columns, last) = self.strings.__getitem__, columns
        return [*(list(map(known, column)) for column in columns), list(map(self.morphs.__getitem__, last))]


_memory = _Memory()


def words(doc: Doc) -> Words:
    """The words of a parsed Doc; the same view as long as the Doc is the same and nothing in it has changed.

    >>> doc = words(nlp("Le maire a démissionné."))  # doctest: +SKIP
    >>> [child.dep_ for child in doc[3].children]  # doctest: +SKIP
    ['nsubj', 'aux:tense', 'punct']
    """
    state = (doc.to_array([*_CHANGING]).tobytes(), doc._.published, doc._.title)
    last = _memory.view
    if last is not None:
        if last.doc is doc and last.state == state:
            return last
        last.release()
    _memory.view = view = Words(doc, state)
    return view


def once(rule: Callable[[Word], _Found]) -> Callable[[Word], _Found]:
    """Decorate a rule so that it is worked out once a word while the view lasts; nobody may change what it gives."""

    @functools.wraps(rule)
    def known(word: Word) -> _Found:
        found: dict[int, _Found] = word.doc.memo[rule]
        if word.i not in found:
            found[word.i] = rule(word)
        return found[word.i]

    return known
