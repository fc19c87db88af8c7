"""Events told by several documents become one row of the timeline.

Reads `events` rows (those that `link.Links.locate` gives carry the entities) and `documents` rows; writes `timeline`
rows sorted by date, and the timeline row of every event. Near-linear: events are swept in order of date and compared
only with those that share a name, a place or a trigger at that time; rows wait on disk. The result does not depend on
the order of the rows, and never makes one of two events of one document.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from pipeline import namekeys, sameevent
from pipeline.corrections import Correction, typed
from pipeline.model.schema import SEPARATOR
from pipeline.sameevent import NEWS, Row, Telling, day

CANDIDATES = 40
"""At most that many active tellings of a block are compared, the nearest in time."""
SWEEP = 7
"""Days after which tellings that are over are forgotten."""
FOUNDED = ("explicit", "relative", "inherited", "publication", "unknown")
SETTLED = ("occurred", "negated", "ongoing", "planned", "uncertain")
DATE = ("earliest", "latest", "edtf", "precision", "approximate", "relation", "extent", "basis")


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
    database = sqlite3.connect("")
    database.execute("CREATE TABLE event (id TEXT PRIMARY KEY, doc TEXT, first INT, last INT, row TEXT)")
    spread: Counter[str] = Counter()
    database.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (_kept(row, spread) for row in events))
    groups = _Groups(database.execute("SELECT id, doc FROM event ORDER BY id"))
    edits = [c for c in corrections if c.scope == "timeline" or c.action in ("merge", "split")]
    alone = groups.force([c for c in edits if c.scope == "event"])
    _join(database, groups, alone, sameevent.common_names(spread))
    if edits:
        groups.edit([c for c in edits if c.scope == "timeline"])
    place_in = groups.names()
    facts = {d["doc_id"]: (d.get("duplicate_of") or "", _publisher(d)) for d in documents}
    _write(database, place_in, facts, [c for c in edits if c.scope == "timeline"])
    return _read(database), place_in


def _kept(row: Row, spread: Counter[str]) -> tuple[str, str, int, int, str]:
    spread.update({entity[1] for entity in row.get("_entities", ())} | sameevent.clause_words(row))
    first, last, _ = sameevent.interval(row)
    return row["event_id"], row["doc_id"], first, last, json.dumps(row, ensure_ascii=False, default=str)


def _publisher(document: Row) -> str:
    if document.get("publisher"):
        return str(document["publisher"])
    source = str(document.get("source") or "")
    return urlsplit(source).netloc.removeprefix("www.") if "://" in source else ""


class _Groups:
    """Events put together.

    A group never holds two events of one document, nor days further apart than one, unless a correction says so.
    `days` of a group are its latest first day and its earliest last day.
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

    def root(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def documents_of(self, root: int) -> set[str]:
        return self.documents.get(root) or {self.doc[root]}

    def join(self, i: int, j: int, force: bool = False) -> bool:
        i, j = sorted((self.root(i), self.root(j)))
        if i == j:
            return False
        mine, theirs = self.documents_of(i), self.documents_of(j)
        days = [self.days[k] for k in (i, j) if k in self.days]
        first, last = max((d[0] for d in days), default=0), min((d[1] for d in days), default=0)
        if not force and (mine & theirs or first > last + 1):
            return False
        if days:
            self.days[i] = (first, last)
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


def _join(database: sqlite3.Connection, groups: _Groups, alone: set[int], weigh: sameevent.Rarity) -> None:
    """Join the pairs with most points first."""
    database.execute("CREATE TABLE pair (points REAL, a INT, b INT)")
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
            groups.days[groups.number[new.event_id]] = (new.first, new.last)
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
    facts: dict[str, tuple[str, str]],
    edits: list[Correction],
) -> None:
    """Make the timeline rows, group by group."""
    database.execute("CREATE TABLE member (timeline TEXT, event TEXT)")
    database.executemany("INSERT INTO member VALUES (?, ?)", ((t, e) for e, t in place_in.items()))
    database.execute("CREATE TABLE timeline (undated INT, first TEXT, last TEXT, id TEXT, row TEXT)")
    reading = database.execute("SELECT timeline, row FROM member JOIN event ON event = id ORDER BY timeline, event")
    wanted: dict[str, list[Correction]] = defaultdict(list)
    for c in edits:
        if c.id in place_in:
            wanted[place_in[c.id]].append(c)
    writing = database.cursor()
    for timeline_id, rows in _grouped(reading):
        row = _row(timeline_id, rows, facts)
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


def _row(timeline_id: str, rows: list[Row], facts: dict[str, tuple[str, str]]) -> Row:
    """One timeline row of the events put together, sorted by event_id."""
    dated = _best_dated(rows)
    newest = min(rows, key=lambda r: (-day(r.get("published")), SETTLED.index(r["status"]), r["event_id"]))
    told = min(rows, key=lambda r: (r["status"] != newest["status"], _foundation(r), not r.get("lead"), r["event_id"]))
    doc_ids = _originals(rows, facts)
    publishers = {facts[d][1] for d in doc_ids if d in facts} - {""}
    published = sorted(str(r["published"]) for r in rows if r.get("published"))
    return {
        "timeline_id": timeline_id,
        **{column: dated.get(column) for column in DATE},
        "type": _most(r["type"] for r in rows) or told["type"],
        "status": newest["status"],
        "statuses": SEPARATOR.join(s for s in SETTLED if any(r["status"] == s for r in rows)),
        "disputed": _disputed(rows, facts),
        "summary": told.get("summary") or "",
        "sentence": told.get("sentence") or "",
        "people": _told_names(rows, "PER", "people"),
        "organisations": _told_names(rows, "ORG", "organisations"),
        "places": _told_names(rows, "LOC", "places"),
        "country": _listed(rows, "country"),
        "speakers": _listed(rows, "speaker"),
        "documents": len(doc_ids),
        "sources": len(publishers) or None,
        "doc_ids": SEPARATOR.join(doc_ids),
        "first_published": published[0] if published else "",
        "last_published": published[-1] if published else "",
        "events": SEPARATOR.join(r["event_id"] for r in rows),
        "note": _other_dates(rows, dated),
    }


def _originals(rows: list[Row], facts: dict[str, tuple[str, str]]) -> list[str]:
    """The documents, a near-duplicate counted as the one it repeats when that one tells the event too."""
    present = {r["doc_id"] for r in rows}
    return sorted({d for d in present if facts.get(d, ("", ""))[0] not in present})


def _foundation(row: Row) -> int:
    return FOUNDED.index(row.get("basis") or "unknown")


def _best_dated(rows: list[Row]) -> Row:
    """The row with the best-founded date; a narrower one inside it that the text founds too comes first."""

    def width(row: Row) -> int:
        return day(row.get("latest")) - day(row.get("earliest")) if row.get("earliest") else 10**6

    best = min(rows, key=lambda r: (_foundation(r), width(r), r["event_id"]))
    inside = [
        r
        for r in rows
        if _foundation(r) < FOUNDED.index("publication")
        and day(best.get("earliest")) <= day(r.get("earliest"))
        and day(r.get("latest")) <= day(best.get("latest"))
        and r.get("earliest")
    ]
    return min(inside, key=lambda r: (width(r), _foundation(r), r["event_id"]), default=best)


def _other_dates(rows: list[Row], dated: Row) -> str:
    """The dates of other documents that contradict the one shown."""
    others: dict[str, list[str]] = defaultdict(list)
    for r in rows:
        if (
            r.get("earliest")
            and dated.get("earliest")
            and _foundation(r) < FOUNDED.index("publication")
            and (day(r["earliest"]) > day(dated["latest"]) or day(r["latest"]) < day(dated["earliest"]))
        ):
            others[r.get("edtf") or str(r["earliest"])].append(r["doc_id"])
    return "; ".join(f"dated {when} in {', '.join(docs)}" for when, docs in sorted(others.items()))


def _disputed(rows: list[Row], facts: dict[str, tuple[str, str]]) -> bool:
    """Whether one source has it that it happened and another that it did not."""

    def source(row: Row) -> str:
        return namekeys.fold(row.get("speaker") or "") or facts.get(row["doc_id"], ("", ""))[1] or row["doc_id"]

    yes = {source(r) for r in rows if r["status"] in ("occurred", "ongoing") and r.get("certainty") != "denied"}
    no = {source(r) for r in rows if r["status"] == "negated" or r.get("certainty") == "denied"}
    return bool(yes and no and len(yes | no) > 1)


def _most(values: Iterable[str]) -> str:
    tally = Counter(filter(None, values))
    return min(tally, key=lambda v: (-tally[v], v), default="")


def _listed(rows: list[Row], column: str) -> str:
    """Distinct cells of a list column, the most frequent first."""
    tally = Counter(v for r in rows for v in (r.get(column) or "").split(SEPARATOR) if v)
    return SEPARATOR.join(sorted(tally, key=lambda v: (-tally[v], v)))


def _told_names(rows: list[Row], label: str, column: str) -> str:
    """Names of those who take part, one for each entity of the corpus."""
    if not any("_entities" in r for r in rows):
        return _listed(rows, column)
    tally = Counter(
        name
        for r in rows
        for name in {e[2] for e in r.get("_entities", ()) if e[0] != "speaker" and e[1].startswith(label)}
    )
    return SEPARATOR.join(sorted(tally, key=lambda v: (-tally[v], v)))
