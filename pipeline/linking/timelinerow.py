"""One timeline row of the event rows put together: the best date, the latest status, whether sources disagree.

Reads event rows of one event (and what is known of their documents), writes a `timeline` row. "Le match aura lieu
samedi" on Monday and "Le match est annulé" on Friday give status negated, statuses "negated | planned".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipeline.linking import namekeys
from pipeline.linking.sameevent import Row, day, interval
from pipeline.model.schema import SEPARATOR

FOUNDED = ("explicit", "relative", "inherited", "publication", "unknown")
SETTLED = ("occurred", "negated", "ongoing", "planned", "uncertain")
DATE = ("earliest", "latest", "edtf", "precision", "approximate", "relation", "extent", "basis")
Facts = Mapping[str, Sequence[str]]
"""doc_id → (the document it nearly repeats or "", publisher or "")."""


def make(timeline_id: str, rows: list[Row], facts: Facts) -> Row:
    """The timeline row of event rows sorted by event_id. Near-duplicates add nothing but their event ids."""
    doc_ids = _originals(rows, facts)
    events = [r["event_id"] for r in rows]
    rows = [r for r in rows if r["doc_id"] in doc_ids]
    dated = _best_dated(rows)
    newest = min(rows, key=lambda r: (-day(r.get("published")), _settled(r), r["event_id"]))
    told = min(rows, key=lambda r: (r["status"] != newest["status"], _foundation(r), not r.get("lead"), r["event_id"]))
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
        "events": SEPARATOR.join(events),
        "note": _other_dates(rows, dated),
    }


def _originals(rows: list[Row], facts: Facts) -> list[str]:
    """The documents, a near-duplicate counted as the one it repeats when that one tells the event too."""
    present = {r["doc_id"] for r in rows}
    return sorted({d for d in present if facts.get(d, ("", ""))[0] not in present} or present)


def _settled(row: Row) -> int:
    return SETTLED.index(row["status"]) if row["status"] in SETTLED else len(SETTLED)


def _foundation(row: Row) -> int:
    return FOUNDED.index(row["basis"]) if row.get("basis") in FOUNDED else len(FOUNDED)


def _is_founded(row: Row) -> bool:
    """Whether the text itself gives the date."""
    return bool(row.get("earliest")) and _foundation(row) < FOUNDED.index("publication")


def _best_dated(rows: list[Row]) -> Row:
    """The row with the best-founded date; a narrower one inside it that the text founds too comes first."""

    def width(row: Row) -> int:
        first, last, dated = interval(row)
        return last - first if dated else 10**6

    best = min(rows, key=lambda r: (_foundation(r), width(r), r["event_id"]))
    first, last, _ = interval(best)
    inside = [r for r in rows if _is_founded(r) and first <= interval(r)[0] and interval(r)[1] <= last]
    return min(inside, key=lambda r: (width(r), _foundation(r), r["event_id"]), default=best)


def _other_dates(rows: list[Row], dated: Row) -> str:
    """The dates of other documents that contradict the one shown."""
    first, last, known = interval(dated)
    others: dict[str, list[str]] = defaultdict(list)
    for r in rows:
        if known and _is_founded(r) and (interval(r)[0] > last or interval(r)[1] < first):
            others[r.get("edtf") or str(r["earliest"])].append(r["doc_id"])
    return "; ".join(f"dated {when} in {', '.join(docs)}" for when, docs in sorted(others.items()))


def _disputed(rows: list[Row], facts: Facts) -> bool:
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
