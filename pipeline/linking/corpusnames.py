"""The names of a corpus on their way to entities: which rows are one, and why.

Works on sorted name rows (`Corpus`) and puts every row in an *atom*; atoms are joined when evidence says so. All
comparison is by equal keys (`namekeys`), never pair by pair, so the cost is near-linear in the number of names.
"""

from __future__ import annotations

import functools
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline.linking import namekeys
from pipeline.model import lexicon


class Name(NamedTuple):
    """One `_names` row: a name of one document with its evidence."""

    doc_id: str
    name_id: str
    label: str
    name: str
    forms: str
    role: str
    mentions: int
    published: str


@dataclass
class Corpus:
    """Sorted name rows, the atom of each, and which atoms have been joined and why."""

    names: list[Name]
    atom_of: array[int] = field(default_factory=lambda: array("l"))
    parent: array[int] = field(default_factory=lambda: array("l"))
    why: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    _contexts: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.atom_of = array("l", [-1]) * len(self.names)

    def atom(self, rows: Iterable[int], why: str = "") -> int:
        """A new atom that holds these rows."""
        new = len(self.parent)
        self.parent.append(new)
        for row in rows:
            self.atom_of[row] = new
        if why:
            self.why[new].add(why)
        return new

    def root(self, atom: int) -> int:
        while self.parent[atom] != atom:
            self.parent[atom] = self.parent[self.parent[atom]]
            atom = self.parent[atom]
        return atom

    def join(self, a: int, b: int, why: str) -> None:
        a, b = sorted((self.root(a), self.root(b)))
        if a != b:
            self.parent[b] = a
            self.why[a] |= self.why.pop(b, set())
        if why:
            self.why[a].add(why)

    @cached_property
    def spans(self) -> dict[str, tuple[int, int]]:
        """First and last-plus-one row of every document."""
        found: dict[str, tuple[int, int]] = {}
        for i, name in enumerate(self.names):
            found[name.doc_id] = (found.get(name.doc_id, (i, 0))[0], i + 1)
        return found

    def together(self, row: int) -> range:
        """Rows of the document of this row."""
        return range(*self.spans[self.names[row].doc_id])

    @cached_property
    def keys(self) -> list[str]:
        return [sys.intern(f"{n.label}:{namekeys.fold(n.name)}") for n in self.names]

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(self.keys)

    def context(self, row: int) -> frozenset[str]:
        """Names of people and organisations beside this one, those found all over the corpus left out."""
        doc_id = self.names[row].doc_id
        if doc_id not in self._contexts:
            self._contexts[doc_id] = self._telling(self.together(row))
        return self._contexts[doc_id] - {self.keys[row]}

    def forget_contexts(self) -> None:
        """Free what only people need."""
        self._contexts.clear()
        self.__dict__.pop("keys", None)
        self.__dict__.pop("_spread", None)

    def _telling(self, rows: range) -> frozenset[str]:
        limit = max(10, len(self.spans) // 20)
        agencies = namekeys.words("agency")
        keys = (self.keys[i] for i in rows if self.names[i].label in ("PER", "ORG"))
        return frozenset(k for k in keys if self._spread[k] <= limit and k.partition(":")[2] not in agencies)


def role_kind(role: str) -> str:
    """The walk of life that a role tells (`role_kinds.csv`), or "".

    >>> role_kind("ancien maire de Lyon"), role_kind("attaquant"), role_kind("voisin")
    ('state', 'sport', '')
    """
    words, phrases = _role_kinds()
    told = namekeys.fold(role)
    for phrase, kind in phrases:
        if f" {phrase} " in f" {told} ":
            return kind
    return next((words[w] for w in told.split() if w in words), "")


@functools.cache
def _role_kinds() -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Kinds by single word, and by phrase."""
    kinds = {namekeys.fold(r["word"]): r["kind"] for r in lexicon.rows("role_kinds.csv")}
    return {w: k for w, k in kinds.items() if " " not in w}, [(w, k) for w, k in kinds.items() if " " in w]


def spelling(corpus: Corpus, rows: list[int], rule: str = "transliteration") -> str:
    """The rule, if the rows spell their name in several ways."""
    return rule if len({namekeys.fold(corpus.names[i].name) for i in rows}) > 1 else ""


def linked(corpus: Corpus, rows: list[int], evidence: Mapping[int, Collection[str]]) -> list[list[int]]:
    """Rows in groups: together when of one document or when they share a piece of evidence."""
    leader = {row: row for row in rows}

    def find(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    first: dict[str, int] = {}
    for row in rows:
        for token in sorted({*evidence[row], f"doc:{corpus.names[row].doc_id}"}):
            a, b = sorted((find(row), find(first.setdefault(token, row))))
            leader[b] = a
    groups: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        groups[find(row)].append(row)
    return list(groups.values())


def apart(corpus: Corpus, rows: list[int], evidence: Mapping[int, Collection[str]]) -> list[list[int]]:
    """Rows of a name that many bear, apart where evidence does not link them; those without any join the most."""
    told = [row for row in rows if evidence[row]]
    if len(rows) < 2 or not told:
        return [rows]
    groups = linked(corpus, told, evidence)
    main = max(groups, key=lambda g: (len(g), -g[0]))
    main += [row for row in rows if not evidence[row]]
    return sorted(sorted(g) for g in groups)


def rest(corpus: Corpus, label: str) -> Iterator[list[int]]:
    """Rows of one label by folded name, in order."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(corpus.names):
        if name.label == label:
            groups[namekeys.place_key(name.name)].append(i)
    for key in sorted(groups):
        yield groups[key]
