"""Events told by several documents become one row of the timeline.

Reads `events` rows (those that `link.Links.locate` gives carry the entities) and `documents` rows; writes `timeline`
rows sorted by date, and the timeline row of every event. Near-linear: events are swept in order of date and compared
only with those that share a name, a place or a trigger at that time; rows wait on disk. The result does not depend on
the order of the rows, and never makes one of two events of one document.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from pipeline.linking import sameevent, timelinerow
from pipeline.linking.corrections import Correction, typed
from pipeline.linking.sameevent import NEWS, Row, Telling
from pipeline.linking.timelinerow import Facts

CANDIDATES = 40
"""At most that many active tellings of a block are compared, the nearest in time."""
SWEEP = 7
"""Days after which tellings that are over are forgotten."""


def merge(
    events: Iterable[Row], documents: Iterable[Row] = (), *, corrections: Sequence[Correction] = ()
) -> tuple[Iterator[Row], dict[str, str]]:
    """Timeline rows in order of date, and event_id → timeline_id ("" when a correction dropped the row).

    `documents` rows give `publisher`, `source` and `duplicate_of`. Corrections of scope event (merge, split) and
    timeline are applied; those that match nothing keep `matched` False.

    >>> told = {"type": "protest", "lemma": "manifester", "earliest": "2022-01-02", "latest": "2022-01-02",
    ...         "places": "Almaty", "basis": "explicit", "status": "occurred"}
    >>> rows, place_in = merge([{**told, "event_id": f"{d}#e1", "doc_id": d} for d in "ab"])
    >>> place_in["b#e1"], [r["documents"] for r in rows]
    ('a#e1', [2])
    """
    database = sqlite3.connect("", isolation_level=None)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
    spread: Counter[str] = Counter()
    database.execute("BEGIN")
    database.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", (_kept(row, spread) for row in events))
    groups = _Groups(database.execute("SELECT id, doc FROM event ORDER BY id"))
    facts = {d["doc_id"]: (d.get("duplicate_of") or "", _publisher(d)) for d in documents}
    edits = [c for c in corrections if c.scope == "timeline" or c.action in ("merge", "split")]
    alone = groups.force([c for c in edits if c.scope == "event"])
    _join_repeated(database, groups, alone, facts)
    _join(database, groups, alone, sameevent.common_names(spread))
    groups.edit([c for c in edits if c.scope == "timeline"])
    place_in = groups.names()
    _write(database, place_in, facts, [c for c in edits if c.scope == "timeline"])
    return _read(database), place_in


_TABLES = """
CREATE TABLE event (id TEXT PRIMARY KEY, doc TEXT, said BLOB, first INT, last INT, row TEXT);
CREATE INDEX doc ON event (doc);
CREATE TABLE pair (points REAL, a INT, b INT);
CREATE TABLE member (timeline TEXT, event TEXT);
CREATE TABLE timeline (undated INT, first TEXT, last TEXT, id TEXT, row TEXT);
"""


def _kept(row: Row, spread: Counter[str]) -> tuple[str, str, bytes, int, int, str]:
    spread.update({entity[1] for entity in row.get("_entities", ())} | sameevent.clause_words(row))
    first, last, _ = sameevent.interval(row)
    said = hashlib.sha256(f"{row.get('trigger')}\0{row.get('sentence')}".encode("utf-8", "surrogatepass")).digest()
    return row["event_id"], row["doc_id"], said, first, last, json.dumps(row, ensure_ascii=False, default=str)


def _publisher(document: Row) -> str:
    if document.get("publisher"):
        return str(document["publisher"])
    source = str(document.get("source") or "")
    return urlsplit(source).netloc.removeprefix("www.") if "://" in source else ""


def _gap(days: dict[int, tuple[int, int]], i: int, j: int) -> int:
    """Days between two intervals; 0 where they meet or one is not known."""
    if i not in days or j not in days:
        return 0
    return max(days[i][0], days[j][0]) - min(days[i][1], days[j][1])


class _Groups:
    """Events put together.

    A group never holds two events of one document, nor days that do not meet, unless a correction says so, or the
    two that join it lie a day apart. `days` of a group are its latest first day and its earliest last day; `told` are
    the days of single events. Events dated by their publication alone have none.
    """

    def __init__(self, events: Iterable[tuple[str, str]]):
        self.ids: list[str] = []
        self.doc: list[str] = []
        for event_id, doc_id in events:
            self.ids.append(event_id)
            self.doc.append(sys.intern(doc_id))
        self.number = {event_id: i for i, event_id in enumerate(self.ids)}
        self.parent = list(range(len(self.ids)))
        self.documents: dict[int, set[str]] = {}
        self.days: dict[int, tuple[int, int]] = {}
        self.told: dict[int, tuple[int, int]] = {}

    def root(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def documents_of(self, root: int) -> set[str]:
        return self.documents.get(root) or {self.doc[root]}

    def join(self, i: int, j: int, force: bool = False, any_day: bool = False) -> bool:
        slack = 1 if _gap(self.told, i, j) == 1 else 0
        i, j = sorted((self.root(i), self.root(j)))
        if i == j:
            return False
        mine, theirs = self.documents_of(i), self.documents_of(j)
        if not force and (mine & theirs or (_gap(self.days, i, j) > slack and not any_day)):
            return False
        if days := [self.days[k] for k in (i, j) if k in self.days]:
            self.days[i] = max(d[0] for d in days), min(d[1] for d in days)
        self.documents[i] = mine | theirs
        self.documents.pop(j, None)
        self.parent[j] = i
        return True

    def force(self, wanted: list[Correction]) -> set[int]:
        """Apply event corrections before anything is joined; returns the events that stand alone."""
        alone = set()
        for c in wanted:
            i = self.number.get(c.id)
            if i is None:
                continue
            if c.action == "split":
                alone.add(i)
            elif c.value not in self.number:
                c.problem = f"no event {c.value}"
                continue
            else:
                self.join(i, self.number[c.value], force=True)
            c.matched = True
        return alone

    def edit(self, wanted: list[Correction]) -> None:
        """Apply merges and splits of timeline rows, each named by any of its events."""
        for c in wanted:
            i = self.number.get(c.id)
            if i is None:
                continue
            if c.action == "merge":
                if c.value not in self.number:
                    c.problem = f"no timeline event {c.value}"
                    continue
                self.join(i, self.number[c.value], force=True)
            elif c.action == "split" and not self._split(i, c.doc_id):
                c.problem = f"{c.id} holds no event of {c.doc_id}, or no other"
                continue
            c.matched = True

    def _split(self, i: int, doc_id: str) -> bool:
        root = self.root(i)
        members = [j for j in range(len(self.ids)) if self.root(j) == root]
        mine = [j for j in members if self.doc[j] == doc_id]
        others = [j for j in members if j not in mine]
        for part in (mine, others):
            for j in part:
                self.parent[j] = part[0]
        return bool(mine and others)

    def names(self) -> dict[str, str]:
        """event_id → the smallest event_id of its group."""
        return {event_id: self.ids[self.root(i)] for i, event_id in enumerate(self.ids)}


def _join_repeated(database: sqlite3.Connection, groups: _Groups, alone: set[int], facts: Facts) -> None:
    """Join the events of a near-duplicate with those that its original tells in the same words."""
    query = "SELECT b.id, a.id FROM event a JOIN event b USING (said) WHERE a.doc = ? AND b.doc = ? ORDER BY b.id, a.id"
    for doc_id in sorted(d for d, (original, _) in facts.items() if original):
        for pair in database.execute(query, (doc_id, facts[doc_id][0])).fetchall():
            first, again = (groups.number[event_id] for event_id in pair)
            if first not in alone and again not in alone:
                groups.join(first, again, any_day=True)


def _join(database: sqlite3.Connection, groups: _Groups, alone: set[int], weigh: sameevent.Rarity) -> None:
    """Join the pairs with most points first."""
    database.executemany("INSERT INTO pair VALUES (?, ?, ?)", _pairs(database, groups, weigh))
    for a, b in database.execute("SELECT a, b FROM pair ORDER BY points DESC, a, b"):
        if a not in alone and b not in alone:
            groups.join(a, b)


def _pairs(database: sqlite3.Connection, groups: _Groups, weigh: sameevent.Rarity) -> Iterator[tuple[float, int, int]]:
    """Sweep over the events by first day; give pairs with enough points."""
    active: dict[str, list[Telling]] = defaultdict(list)
    swept = 0
    for (text,) in database.execute("SELECT row FROM event ORDER BY first, last, id"):
        new = sameevent.telling(json.loads(text))
        if new.dated and new.basis != "publication":
            number = groups.number[new.event_id]
            groups.days[number] = groups.told[number] = (new.first, new.last)
        if new.first >= swept + SWEEP:
            swept = new.first
            _forget(active, swept)
        met = {t.event_id: t for key in sameevent.lookups(new) for t in active.get(key, ())[-CANDIDATES:]}
        for old in met.values():
            points = sameevent.points(old, new, weigh)
            if points and points >= sameevent.needed(old, new):
                a, b = sorted((groups.number[old.event_id], groups.number[new.event_id]))
                yield round(points, 6), a, b
        for key in new.keys:
            active[key].append(new)


def _forget(active: dict[str, list[Telling]], today: int) -> None:
    """Leave out the tellings that are over."""
    for key in list(active):
        left = [t for t in active[key] if t.last + NEWS >= today]
        if left:
            active[key] = left
        else:
            del active[key]


def _write(
    database: sqlite3.Connection,
    place_in: dict[str, str],
    facts: Facts,
    edits: list[Correction],
) -> None:
    """Make the timeline rows, group by group."""
    database.executemany("INSERT INTO member VALUES (?, ?)", ((t, e) for e, t in place_in.items()))
    reading = database.execute("SELECT timeline, row FROM member JOIN event ON event = id ORDER BY timeline, event")
    wanted: dict[str, list[Correction]] = defaultdict(list)
    for c in edits:
        if c.id in place_in:
            wanted[place_in[c.id]].append(c)
    writing = database.cursor()
    for timeline_id, rows in _grouped(reading):
        row = timelinerow.make(timeline_id, rows, facts)
        mine = wanted.get(timeline_id, [])
        if any(c.action == "drop" for c in mine):
            place_in.update((r["event_id"], "") for r in rows)
            continue
        for c in mine:
            if c.action == "set":
                row[c.column] = typed("timeline", c.column, c.value)
            row["note"] = "; ".join(filter(None, [row["note"], c.mark]))
        first, last = str(row["earliest"] or ""), str(row["latest"] or "")
        kept = json.dumps(row, ensure_ascii=False)
        writing.execute("INSERT INTO timeline VALUES (?, ?, ?, ?, ?)", (not first, first, last, timeline_id, kept))


def _grouped(reading: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[Row]]]:
    current = ""
    rows: list[Row] = []
    for timeline_id, text in reading:
        if rows and timeline_id != current:
            yield current, rows
            rows = []
        current = timeline_id
        rows.append(json.loads(text))
    if rows:
        yield current, rows


def _read(database: sqlite3.Connection) -> Iterator[Row]:
    for (text,) in database.execute("SELECT row FROM timeline ORDER BY undated, first, last, id"):
        yield json.loads(text)
