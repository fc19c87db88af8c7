"""The names of a corpus on their way to entities: which rows are one, and why.

Rows wait on disk, sorted by document; memory holds a few numbers for each (`Corpus`). Every row is put in an *atom*;
atoms are joined when evidence says so. All comparison is by equal keys (`namekeys`), never pair by pair, and the rows
that may be one are read together (`Corpus.blocks`), so cost and memory hardly depend on how many names there are.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from pipeline.linking import namekeys
from pipeline.linking.unions import root
from pipeline.model import lexicon

LABELS = ("PER", "LOC", "ORG")
NO_REASON: frozenset[str] = frozenset()
_COLUMNS = "row, doc, label, name, forms, role, mentions, published"
_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
CREATE TABLE given (doc TEXT, id TEXT, label TEXT, name TEXT, forms TEXT, role TEXT, mentions INT, published TEXT);
CREATE TABLE name (row INTEGER PRIMARY KEY, id TEXT, doc INT, label TEXT, name TEXT, forms TEXT, role TEXT,
                   mentions INT, published TEXT);
CREATE TABLE doc (doc INTEGER PRIMARY KEY, id TEXT);
"""


class Name(NamedTuple):
    """One `_names` row, a name of one document with its evidence. `row` and `doc` are numbers in sorted order."""

    row: int
    doc: int
    label: str
    name: str
    forms: str
    role: str
    mentions: int
    published: str


class Corpus:
    """Sorted name rows on disk; in memory document, key and atom of each, which atoms are joined, and why."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]):
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.executescript(_TABLES)
        self.doc, self.first = array("i"), array("i")
        """Document of each row; first row of each document, and after the last."""
        self._label, self._key = array("b"), array("q")
        self._sort(rows)
        self.atom_of = array("i", [-1]) * len(self.doc)
        self.parent = array("i")
        self.why: dict[int, frozenset[str]] = {}
        self._reasons: dict[frozenset[str], frozenset[str]] = {}
        self._context = functools.lru_cache(maxsize=4096)(self._telling)

    def _sort(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.database.execute("BEGIN")
        self.database.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_given, rows))
        order = "doc, id, label, name, forms, role, mentions, published"
        reading = self.database.execute(f"SELECT * FROM given ORDER BY {order}")
        for doc_id, told in itertools.groupby(reading, key=itemgetter(0)):
            number = len(self.first)
            self.first.append(len(self.doc))
            self.database.execute("INSERT INTO doc VALUES (?, ?)", (number, doc_id))
            for _, *cells in told:
                label, name = cells[1], cells[2]
                self.database.execute(
                    "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (len(self.doc), cells[0], number, *cells[1:])
                )
                self.doc.append(number)
                self._label.append(LABELS.index(label))
                self._key.append(_mark(f"{label}:{namekeys.fold(name)}"))
        self.first.append(len(self.doc))
        self.database.executescript("DROP TABLE given; CREATE INDEX doc_id ON doc (id);")  # commits what is open

    def __len__(self) -> int:
        return len(self.doc)

    def label(self, row: int) -> str:
        return LABELS[self._label[row]]

    def together(self, row: int) -> range:
        """Rows of the document of this row."""
        return self.rows_in(self.doc[row])

    def rows_in(self, doc: int) -> range:
        """Rows of a document."""
        return range(self.first[doc], self.first[doc + 1])

    def names(self, rows: range) -> list[Name]:
        """Successive rows."""
        query = f"SELECT {_COLUMNS} FROM name WHERE row BETWEEN ? AND ? ORDER BY row"
        return [Name(*cells) for cells in self.database.execute(query, (rows.start, rows.stop - 1))]

    def documents(self) -> Iterator[list[Name]]:
        """The rows of one document after the other."""
        reading = self.database.execute(f"SELECT {_COLUMNS} FROM name ORDER BY row")
        for _, rows in itertools.groupby(reading, key=itemgetter(1)):
            yield [Name(*cells) for cells in rows]

    def blocks(self, label: str, key: Callable[[str, str], str]) -> Iterator[tuple[str, list[Name]]]:
        """The rows of a label whose `key` of name and forms is the same, in the order of keys."""
        self.database.create_function("key", 2, key, deterministic=True)
        query = f"SELECT key(name, forms) AS block, {_COLUMNS} FROM name WHERE label = ? ORDER BY block, row"
        for block, rows in itertools.groupby(self.database.execute(query, (label,)), key=itemgetter(0)):
            yield block, [Name(*cells[1:]) for cells in rows]

    def doc_id(self, doc: int) -> str:
        return str(self.database.execute("SELECT id FROM doc WHERE doc = ?", (doc,)).fetchone()[0])

    def doc_number(self, doc_id: str) -> int | None:
        found = self.database.execute("SELECT doc FROM doc WHERE id = ?", (doc_id,)).fetchone()
        return found[0] if found else None

    def atom(self, names: Iterable[Name], why: str = "") -> int:
        """A new atom that holds these rows."""
        new = len(self.parent)
        self.parent.append(new)
        for name in names:
            self.atom_of[name.row] = new
        if why:
            self.explain(new, why)
        return new

    def root(self, atom: int) -> int:
        return root(self.parent, atom)

    def join(self, a: int, b: int, why: str) -> None:
        a, b = sorted((self.root(a), self.root(b)))
        if a != b:
            self.parent[b] = a
            self.explain(a, *self.why.pop(b, NO_REASON))
        self.explain(a, why)

    def explain(self, atom: int, *why: str) -> None:
        """Note reasons for which rows are in an atom."""
        if why:
            root = self.root(atom)
            reasons = self.why.get(root, NO_REASON).union(why)
            self.why[root] = self._reasons.setdefault(reasons, reasons)

    def context(self, row: int) -> frozenset[int]:
        """Names of people and organisations beside this one, those found all over the corpus left out."""
        return self._context(self.doc[row]) - {self._key[row]}

    def _telling(self, doc: int) -> frozenset[int]:
        place = LABELS.index("LOC")
        return frozenset(self._key[i] for i in self.rows_in(doc) if self._label[i] != place) - self._everywhere

    @functools.cached_property
    def _everywhere(self) -> frozenset[int]:
        """Keys that tell nothing: of press agencies, and of names found in a twentieth of the documents."""
        import numpy as np

        keys, counts = np.unique(np.frombuffer(self._key, dtype="int64"), return_counts=True)
        limit = max(10, (len(self.first) - 1) // 20)
        agencies = (_mark(f"{label}:{word}") for label in LABELS for word in namekeys.words("agency"))
        return frozenset(keys[counts > limit].tolist()).union(agencies)


def _given(row: Mapping[str, Any]) -> tuple[str | int, ...]:
    doc_id, name_id, label, name, forms, role, published = (
        str(row.get(c) or "") for c in ("doc_id", "name_id", "label", "name", "forms", "role", "published")
    )
    return doc_id, name_id, label, name, "" if forms == name else forms, role, int(row.get("mentions") or 1), published


@functools.lru_cache(maxsize=1 << 15)
def _mark(text: str) -> int:
    """A number that stands for a text; two texts share one as good as never (64 bits)."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


@functools.lru_cache(maxsize=1 << 14)
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


def spelling(names: list[Name], rule: str = "transliteration") -> str:
    """The rule, if the rows spell their name in several ways."""
    return rule if len({namekeys.fold(n.name) for n in names}) > 1 else ""


Evidence = Mapping[int, Collection[Any]]
"""What may link rows, by row."""


def linked(names: list[Name], evidence: Evidence) -> list[list[Name]]:
    """Rows in groups: together when of one document or when they share a piece of evidence."""
    leader = {n.row: n.row for n in names}
    first: dict[Any, int] = {}
    for name in names:
        for token in (*evidence[name.row], ("doc", name.doc)):
            a, b = sorted((root(leader, name.row), root(leader, first.setdefault(token, name.row))))
            leader[b] = a
    groups: dict[int, list[Name]] = defaultdict(list)
    for name in names:
        groups[root(leader, name.row)].append(name)
    return list(groups.values())


def apart(names: list[Name], evidence: Evidence) -> list[list[Name]]:
    """Rows of a name that many bear, apart where evidence does not link them; those without any join the most."""
    told = [n for n in names if evidence[n.row]]
    if len(names) < 2 or not told:
        return [names]
    groups = linked(told, evidence)
    main = max(groups, key=lambda g: (len(g), -g[0].row))
    main += [n for n in names if not evidence[n.row]]
    return sorted(sorted(g) for g in groups)


def tally(names: Iterable[Name]) -> Counter[str]:
    """How often each name is told."""
    counts: Counter[str] = Counter()
    for n in names:
        counts[n.name] += n.mentions
    return counts
