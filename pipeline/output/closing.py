"""The closing words of a run on the terminal: counts, most mentioned names, first and last events, where the files are.

Rows are counted as they stream into the tables, so that a large run need not be read back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.output.wording import when

LABELS = {"PER": "People", "LOC": "Places", "ORG": "Organisations"}
MOST, REASONS, NAMED = 5, 20, 3
Row = dict[str, Any]


class Closing:
    """What a run found, counted while its tables are written."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.most: dict[str, list[str]] = {label: [] for label in LABELS}
        self.leading: set[str] = set()
        self.first: Row | None = None
        self.last: Row | None = None
        self.unmatched: list[str] = []
        self.reasons: Counter[str] = Counter()
        self.where: dict[str, list[str]] = {}

    def watch(self, table: str, rows: Iterable[Row]) -> Iterator[Row]:
        """Pass the rows of a table through, counting them; events before timeline, entities the most told first."""
        note = getattr(self, f"_{table}", None)
        for row in rows:
            self.counts[table] += 1
            if note:
                note(row)
            yield row

    def _documents(self, row: Row) -> None:
        self.counts[row["status"]] += 1
        self.counts["undated"] += row["status"] == "ok" and not row["published"]
        self.counts["words"] += row["words"] or 0
        why = row["note"].removeprefix(f"{row['source']}: ")
        if row["status"] != "ok" and (why in self.reasons or len(self.reasons) < REASONS):
            self.reasons[why] += 1
            named = self.where.setdefault(why, [])
            if len(named) < NAMED and row["source"] not in named:
                named.append(row["source"])

    def _entities(self, row: Row) -> None:
        self.counts[row["label"]] += 1
        if len(self.most[row["label"]]) < MOST:
            self.most[row["label"]].append(f"{row['name']} ({row['mentions']})")

    def _events(self, row: Row) -> None:
        self.counts["dated"] += bool(row["earliest"])
        if row["lead"] and row["type"] == "statement":
            self.leading.add(row["timeline_id"])

    def _timeline(self, row: Row) -> None:
        if row["earliest"] and (row["type"] != "statement" or row["timeline_id"] in self.leading):
            self.counts["shown"] += 1
            self.first, self.last = self.first or row, row

    def _reason(self, why: str, count: int) -> str:
        """How many documents were passed over for a reason, and the first of them."""
        named = self.where[why]
        more = " …" if count > len(named) == NAMED else ""
        return f"  {count:,} × {why} ({', '.join(named)}{more})"

    def words(self, out: str | Path) -> str:
        """A dozen lines that say what the run found and where it is."""
        n = self.counts
        states = ", ".join(f"{n[status]:,} {status}" for status in ("ok", "skipped", "failed"))
        undated = f"{n['undated']:,} without a publication day"
        lines = [f"Documents     {n['documents']:,}: {states}; {undated}; {n['words']:,} words"]
        lines += [self._reason(why, count) for why, count in self.reasons.most_common(MOST)]
        for label, name in LABELS.items():
            lines.append(": ".join(filter(None, (f"{name:13} {n[label]:,}", ", ".join(self.most[label])))))
        lines.append(f"Events        {n['events']:,} told, {n['dated']:,} of them dated")
        lines.append(
            f"Timeline      {n['timeline']:,} events, {n['shown']:,} to look at first (dated, no mere statements)"
        )
        if self.first and self.last:
            lines += [f"  first       {_event(self.first)}", f"  last        {_event(self.last)}"]
        lines += [f"Correction not applied: {problem}" for problem in self.unmatched]
        lines.append(f"Written to {out}/ (documents holds the full texts: mind their copyright before you share it)")
        return "\n".join(lines)


def _event(row: Row) -> str:
    first, last = (date.fromisoformat(str(row[column])) for column in ("earliest", "latest"))
    said = when(
        first,
        last,
        relation=row["relation"] or "at",
        extent=row["extent"] or "within",
        approximate=bool(row["approximate"]),
        lang="en",
    )
    return f"{said}: {row['summary']} ({row['status']})"
