"""Tables of a run → the closing words on the terminal: counts, most mentioned names, first and last events."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.export import leading, shown_by_default
from pipeline.wording import when
from pipeline.write import Tables

LABELS = {"PER": "people", "LOC": "places", "ORG": "organisations"}
MOST = 5


def summary(tables: Tables, out: Path) -> str:
    """A dozen lines that say what a run found and where it is."""
    timeline = tables.timeline.assign(lead=leading(tables.timeline, tables.events))
    dated = timeline[shown_by_default(timeline)]
    lines = [_documents(tables.documents), *_entities(tables.entities)]
    lines.append(f"Events        {len(tables.events):,} told, {tables.events.earliest.notna().sum():,} of them dated")
    lines.append(f"Timeline      {len(timeline):,} events, {len(dated):,} to look at first (dated, no mere statements)")
    if len(dated):
        ordered = dated.sort_values(["earliest", "timeline_id"])
        lines += [f"  first       {_event(ordered.iloc[0])}", f"  last        {_event(ordered.iloc[-1])}"]
    lines.append(f"Written to {out}/ (documents holds the full texts: mind their copyright before you share it)")
    return "\n".join(lines)


def _documents(documents: pd.DataFrame) -> str:
    by = documents.status.value_counts()
    ok = documents[documents.status == "ok"]
    counts = [f"{by.get(status, 0):,} {status}" for status in ("ok", "skipped", "failed")]
    return (
        f"Documents     {len(documents):,}: {', '.join(counts)}; "
        f"{ok.published.isna().sum():,} without a publication day; {int(ok.words.sum()):,} words"
    )


def _entities(entities: pd.DataFrame) -> list[str]:
    lines = []
    for label, name in LABELS.items():
        some = entities[entities.label == label].sort_values(["mentions", "entity_id"], ascending=[False, True])
        most = ", ".join(
            f"{row.name_} ({row.mentions})" for row in some.rename(columns={"name": "name_"}).head(MOST).itertuples()
        )
        lines.append(f"{name.capitalize():13} {len(some):,}" + (f": {most}" if most else ""))
    return lines


def _event(row: pd.Series) -> str:
    day = when(
        row.earliest.date(),
        row.latest.date(),
        relation=row.relation if pd.notna(row.relation) else "at",
        extent=row.extent if pd.notna(row.extent) else "within",
        approximate=bool(row.approximate) if pd.notna(row.approximate) else False,
        lang="en",
    )
    return f"{day}: {row.summary if pd.notna(row.summary) else ''} ({row.status})"
