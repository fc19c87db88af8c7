"""Events told by several documents become one row of the timeline.

Reads `events` rows (those that `link.Links.locate` gives carry the entities) and `documents` rows; writes `timeline`
rows sorted by date, and the timeline row of every event. Near-linear: events are swept in order of date and compared
only with those that share a name, a place or a trigger at that time; rows wait on disk. The result does not depend on
the order of the rows, and never makes one of two events of one document.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from urllib.parse import urlsplit

from pipeline.linking import sameevent, timelinerow
from pipeline.linking.corrections import Correction, typed
from pipeline.linking.eventgroups import Groups
from pipeline.linking.eventwords import clause_words
from pipeline.linking.sameevent import NEWS, Row, Telling

CANDIDATES = 40
"""At most that many active tellings of a block are compared, the nearest in time."""
SWEEP = 7
"""Days after which tellings that are over are forgotten."""
COUNTED = 50_000
"""Entities and words counted in memory before the counts go to disk."""
_TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384;
CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT UNIQUE, original TEXT DEFAULT '', publisher TEXT DEFAULT '');
CREATE TABLE event (number INTEGER PRIMARY KEY, id TEXT UNIQUE, doc INT, said BLOB, first INT, last INT, row TEXT);
CREATE TABLE spread (what TEXT PRIMARY KEY, often INT) WITHOUT ROWID;
CREATE TABLE pair (points REAL, a INT, b INT);
CREATE TABLE member (root INT, event INT);
CREATE TABLE timeline (undated INT, first TEXT, last TEXT, id TEXT, row TEXT);
"""


def merge(events: Iterable[Row], documents: Iterable[Row] = (), *, corrections: Sequence[Correction] = ()) -> Timeline:
    """The timeline of some event rows.

    `documents` rows give `publisher`, `source` and `duplicate_of`. Corrections of scope event (merge, split) and
    timeline are applied; those that match nothing keep `matched` False.

    >>> told = {"type": "protest", "lemma": "manifester", "earliest": "2022-01-02", "latest": "2022-01-02",
    ...         "places": "Almaty", "basis": "explicit", "status": "occurred"}
    >>> made = merge([{**told, "event_id": f"{d}#e1", "doc_id": d} for d in "ab"])
    >>> made["b#e1"], [r["documents"] for r in made.rows()]
    ('a#e1', [2])
    """
    made = Timeline()
    made.add(events, documents)
    made.merge(corrections)
    return made


class Timeline:
    """Event rows on disk, then the rows of the timeline made of them. Add all rows, merge once, then read."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self._spread: Counter[str] = Counter()
        self._number, self._ranks = array("i"), array("i")
        """The number (order of adding) of the event of each rank (order of ids), and the reverse."""
        self._groups = Groups(array("i"))
        self._dropped: set[int] = set()

    def add(self, events: Iterable[Row], documents: Iterable[Row] = ()) -> None:
        """Take event rows, and rows of documents, in any order."""
        for d in documents:
            self._database.execute(
                "INSERT INTO document (id, original, publisher) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET original = excluded.original, publisher = excluded.publisher",
                (d["doc_id"], d.get("duplicate_of") or "", _publisher(d)),
            )
        for row in events:
            self._spread.update({entity[1] for entity in row.get("_entities", ())} | clause_words(row))
            if len(self._spread) > COUNTED:
                self._count()
            self._database.execute("INSERT OR IGNORE INTO document (id) VALUES (?)", (row["doc_id"],))
            first, last, _ = sameevent.interval(row)
            said = f"{row.get('trigger')}\0{row.get('sentence')}".encode("utf-8", "surrogatepass")
            text = json.dumps(row, ensure_ascii=False, default=str)
            self._database.execute(
                "INSERT INTO event (id, doc, said, first, last, row) "
                "VALUES (?, (SELECT number FROM document WHERE id = ?), ?, ?, ?, ?)",
                (row["event_id"], row["doc_id"], hashlib.sha256(said).digest(), first, last, text),
            )

    def _count(self) -> None:
        self._database.executemany(
            "INSERT INTO spread VALUES (?, ?) ON CONFLICT DO UPDATE SET often = often + excluded.often",
            sorted(self._spread.items()),
        )
        self._spread.clear()

    def merge(self, corrections: Sequence[Correction] = ()) -> None:
        """Put together what is one event, and make the rows."""
        self._database.execute("CREATE INDEX by_document ON event (doc)")
        self._rank_all()
        edits = [c for c in corrections if c.scope == "timeline" or c.action in ("merge", "split")]
        alone = self._force([c for c in edits if c.scope == "event"])
        self._join_repeated(alone)
        self._join(alone)
        self._edit([c for c in edits if c.scope == "timeline"])
        self._write([c for c in edits if c.scope == "timeline"])
        self._database.execute("COMMIT")

    def _rank_all(self) -> None:
        documents = array("i")
        for number, document in self._database.execute("SELECT number, doc FROM event ORDER BY id"):
            self._number.append(number)
            documents.append(document)
        self._ranks = array("i", [0]) * (len(self._number) + 1)
        for rank, number in enumerate(self._number):
            self._ranks[number] = rank
        self._groups = Groups(documents)

    def _rank(self, event_id: str) -> int | None:
        found = self._database.execute("SELECT number FROM event WHERE id = ?", (event_id,)).fetchone()
        return self._ranks[found[0]] if found else None

    def _id(self, rank: int) -> str:
        query = "SELECT id FROM event WHERE number = ?"
        return str(self._database.execute(query, (self._number[rank],)).fetchone()[0])

    def __getitem__(self, event_id: str) -> str:
        """The timeline_id of an event; "" when a correction dropped the row."""
        rank = self._rank(event_id)
        if rank is None:
            raise KeyError(event_id)
        return self._timeline_id(rank)

    def _timeline_id(self, rank: int) -> str:
        root = self._groups.root(rank)
        return "" if root in self._dropped else self._id(root)

    def rows(self) -> Iterator[Row]:
        """Timeline rows in order of date."""
        for (text,) in self._database.execute("SELECT row FROM timeline ORDER BY undated, first, last, id"):
            yield json.loads(text)

    def events(self) -> Iterator[Row]:
        """The event rows in the order in which they were added, with their `timeline_id`."""
        for number, event_id, text in self._database.execute("SELECT number, id, row FROM event ORDER BY number"):
            rank = self._ranks[number]
            alone = self._groups.root(rank) == rank and rank not in self._dropped
            yield {**json.loads(text), "timeline_id": event_id if alone else self._timeline_id(rank)}

    def _force(self, wanted: list[Correction]) -> set[int]:
        """Apply event corrections before anything is joined; returns the events that stand alone."""
        alone = set()
        for c in wanted:
            i = self._rank(c.id)
            if i is None:
                continue
            if c.action == "split":
                alone.add(i)
            elif (j := self._rank(c.value)) is None:
                c.problem = f"no event {c.value}"
                continue
            else:
                self._groups.join(i, j, force=True)
            c.matched = True
        return alone

    def _edit(self, wanted: list[Correction]) -> None:
        """Apply merges and splits of timeline rows, each named by any of its events."""
        for c in wanted:
            i = self._rank(c.id)
            if i is None:
                continue
            if c.action == "merge":
                if (j := self._rank(c.value)) is None:
                    c.problem = f"no timeline event {c.value}"
                    continue
                self._groups.join(i, j, force=True)
            elif c.action == "split" and not self._groups.split(i, self._document(c.doc_id)):
                c.problem = f"{c.id} holds no event of {c.doc_id}, or no other"
                continue
            c.matched = True

    def _document(self, doc_id: str) -> int:
        found = self._database.execute("SELECT number FROM document WHERE id = ?", (doc_id,)).fetchone()
        return found[0] if found else -1

    def _join_repeated(self, alone: set[int]) -> None:
        """Join the events of a near-duplicate with those that its original tells in the same words."""
        copies = (
            "SELECT copy.number, document.number FROM document AS copy JOIN document ON document.id = copy.original"
        )
        same = "SELECT b.number, a.number FROM event a JOIN event b USING (said) WHERE a.doc = ? AND b.doc = ?"
        for pair in self._database.execute(f"{copies} WHERE copy.original != '' ORDER BY copy.id").fetchall():
            for told in self._database.execute(f"{same} ORDER BY b.id, a.id", pair).fetchall():
                first, again = (self._ranks[number] for number in told)
                if first not in alone and again not in alone:
                    self._groups.join(first, again, any_day=True)

    def _join(self, alone: set[int]) -> None:
        """Join the pairs with most points first."""
        self._count()
        often = "SELECT what, often FROM spread WHERE often > ?"
        weigh = sameevent.common_names(dict(self._database.execute(often, (sameevent.OFTEN,))))
        self._database.executemany("INSERT INTO pair VALUES (?, ?, ?)", self._pairs(weigh))
        for a, b in self._database.execute("SELECT a, b FROM pair ORDER BY points DESC, a, b"):
            if a not in alone and b not in alone:
                self._groups.join(a, b)

    def _pairs(self, weigh: sameevent.Rarity) -> Iterator[tuple[float, int, int]]:
        """Sweep over the events by first day; give pairs with enough points."""
        active: dict[str, list[Telling]] = defaultdict(list)
        swept = 0
        for number, text in self._database.execute("SELECT number, row FROM event ORDER BY first, last, id"):
            new = sameevent.telling(json.loads(text), self._ranks[number])
            if new.dated and new.basis != "publication":
                self._groups.date(new.rank, new.first, new.last)
            if new.first >= swept + SWEEP:
                swept = new.first
                _forget(active, swept)
            met = {t.rank: t for key in sameevent.lookups(new) for t in active.get(key, ())[-CANDIDATES:]}
            for old in met.values():
                points = sameevent.points(old, new, weigh)
                if points and points >= sameevent.needed(old, new):
                    a, b = sorted((old.rank, new.rank))
                    yield round(points, 6), a, b
            for key in new.keys:
                active[key].append(new)

    def _write(self, edits: list[Correction]) -> None:
        """Make the timeline rows, group by group."""
        wanted: dict[int, list[Correction]] = defaultdict(list)
        for c in edits:
            if (rank := self._rank(c.id)) is not None:
                wanted[self._groups.root(rank)].append(c)
        for root, told in self._grouped():
            rows = [json.loads(text) for text, *_ in told]
            facts = {row["doc_id"]: known for row, (_, *known) in zip(rows, told, strict=True)}
            row = timelinerow.make(rows[0]["event_id"], rows, facts)
            if any(c.action == "drop" for c in wanted.get(root, ())):
                self._dropped.add(root)
                continue
            for c in wanted.get(root, ()):
                if c.action == "set":
                    row[c.column] = typed("timeline", c.column, c.value)
                row["note"] = "; ".join(filter(None, [row["note"], c.mark]))
            first, last = str(row["earliest"] or ""), str(row["latest"] or "")
            cells = not first, first, last, row["timeline_id"], json.dumps(row, ensure_ascii=False)
            self._database.execute("INSERT INTO timeline VALUES (?, ?, ?, ?, ?)", cells)

    def _grouped(self) -> Iterator[tuple[int, list[list[str]]]]:
        """The root of each group, and of its events, in the order of ids: row, original and publisher."""
        roots = ((self._groups.root(rank), number) for rank, number in enumerate(self._number))
        self._database.executemany("INSERT INTO member VALUES (?, ?)", roots)
        reading = self._database.execute(
            "SELECT root, row, original, publisher FROM member JOIN event ON event = event.number "
            "JOIN document ON doc = document.number ORDER BY root, member.rowid"
        )
        for root, told in itertools.groupby(reading, key=itemgetter(0)):
            yield root, [list(cells[1:]) for cells in told]


def _publisher(document: Row) -> str:
    if document.get("publisher"):
        return str(document["publisher"])
    source = str(document.get("source") or "")
    return urlsplit(source).netloc.removeprefix("www.") if source.startswith(("http://", "https://")) else ""


def _forget(active: dict[str, list[Telling]], today: int) -> None:
    """Leave out the tellings that are over."""
    for key in list(active):
        left = [t for t in active[key] if t.last + NEWS >= today]
        if left:
            active[key] = left
        else:
            del active[key]
