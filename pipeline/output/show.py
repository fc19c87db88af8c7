"""The timeline of a run in a terminal: filtered, dates in words, hidden rows counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline import write
from pipeline.model.schema import SEPARATOR
from pipeline.output.export import day_of, leading, shown_by_default
from pipeline.output.wording import when


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events to show; `first` and `last` are ISO days, texts match inside names, case and accents aside."""

    person: str = ""
    place: str = ""
    first: str = ""
    last: str = ""
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    everything: bool = False


def chosen(outputs: str | Path, wanted: Wanted) -> tuple[pd.DataFrame, int]:
    """The timeline rows wanted, and how many that match are hidden because undated or mere statements.

    >>> rows, hidden = chosen("outputs", Wanted(person="Tokayev"))  # doctest: +SKIP
    """
    tables = write.load(outputs)
    timeline = tables.timeline.assign(lead=leading(tables.timeline, tables.events))
    keep = pd.Series(True, index=timeline.index)
    for column, words in (("people", wanted.person), ("places", wanted.place)):
        if words:
            keep &= _fold(timeline[column]).str.contains(_fold(pd.Series([words]))[0], regex=False)
    if wanted.first:
        keep &= timeline.latest >= pd.Timestamp(wanted.first)
    if wanted.last:
        keep &= timeline.earliest <= pd.Timestamp(wanted.last)
    if wanted.types:
        keep &= timeline.type.isin(wanted.types)
    if wanted.statuses:
        keep &= timeline.status.isin(wanted.statuses)
    matching = timeline[keep]
    if wanted.everything:
        return matching, 0
    shown = matching[shown_by_default(matching)]
    return shown, len(matching) - len(shown)


def _fold(column: pd.Series) -> pd.Series:
    plain = column.fillna("").astype("str").str.normalize("NFKD")
    return plain.str.encode("ascii", "ignore").str.decode("ascii").str.lower()


def in_words(timeline: pd.DataFrame, lang: str = "fr") -> list[tuple[str, str, str, str]]:
    """(date, status, what, who says so or where) of each row, for a table people read."""
    return [
        (
            when(
                day_of(row["earliest"]),
                day_of(row["latest"]),
                relation=row["relation"] if pd.notna(row["relation"]) else "at",
                extent=row["extent"] if pd.notna(row["extent"]) else "within",
                approximate=bool(row["approximate"]) if pd.notna(row["approximate"]) else False,
                lang=lang,
            ),
            str(row["status"]),
            str(row["summary"]) if pd.notna(row["summary"]) else "",
            str(row["places"]).split(SEPARATOR)[0] if pd.notna(row["places"]) else "",
        )
        for row in timeline.to_dict("records")
    ]
