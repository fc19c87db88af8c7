"""Tables of a run → one self-contained HTML page: timeline, reader, entities, map.

Reads a folder of tables; writes a page that opens from disk and asks the network for nothing. Everything taken from
articles travels as data and is shown as text, never as markup. Charts are drawn by Vega, whose script comes from the
installed package vl-convert; the outline of the countries is Natural Earth's (public domain, by way of world-atlas).
"""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from pipeline import write
from pipeline.model import lexicon
from pipeline.model.article import DepecheError
from pipeline.output.export import day_of, leading
from pipeline.output.wording import when

PAGE = Path(__file__).resolve().parent / "page"
MOST_BYTES = 5_000_000
MOST_EVENTS = 20_000
TOP, PAIRS = 40, 40
Data = dict[str, Any]


def report(
    outputs: str | Path, out: str | Path | None = None, *, lang: str = "fr", reader: bool = True
) -> tuple[Path, str]:
    """Write the page of the run in `outputs`; returns where it is and a note on what it had to leave out ("" mostly).

    `reader=False` leaves the articles' text out. A page past five megabytes first loses the text, then the events
    told least. Raises DepecheError when `outputs` holds no run or the package vl-convert is missing.

    >>> report("outputs", "report.html", lang="fr")  # doctest: +SKIP
    """
    tables = write.load(outputs)
    target = Path(out) if out else Path(outputs) / "report.html"
    words = lexicon.toml("report.toml")[lang]
    note = ""
    limit = MOST_EVENTS
    while True:
        data = _data(tables, lang, words, reader, limit)
        page = _page(data, words, lang)
        if len(page) <= MOST_BYTES or (not reader and limit <= 500):
            break
        reader, limit = False, limit if reader else limit // 2
    shown = len(data["events"])
    if shown < len(tables.timeline):
        note = words["partial"].format(shown=f"{shown:,}", all=f"{len(tables.timeline):,}")
        page = _page({**data, "note": note}, words, lang)
    target.write_bytes(page)
    return target, note


def _page(data: Data, words: Data, lang: str) -> bytes:
    loader = jinja2.FileSystemLoader(PAGE)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    packed = gzip.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), mtime=0)
    page = environment.get_template("page.html").render(
        lang=lang,
        words=words,
        data=base64.b64encode(packed).decode("ascii"),
        vega=_vega(),
        style=(PAGE / "page.css").read_text(encoding="utf-8"),
        script=(PAGE / "page.js").read_text(encoding="utf-8"),
    )
    return page.encode("utf-8")


def _vega() -> str:
    try:
        import vl_convert
    except ImportError as error:
        raise DepecheError("the report needs vl-convert-python; install it with: pip install 'depeche[viz]'") from error
    return str(vl_convert.javascript_bundle())  # type: ignore[call-arg]


def _data(tables: write.Tables, lang: str, words: Data, reader: bool, limit: int) -> Data:
    """Everything the page shows, as lists that refer to each other by position."""
    documents = tables.documents.reset_index(drop=True)
    entities = tables.entities.reset_index(drop=True)
    doc_at = {doc_id: i for i, doc_id in enumerate(documents.doc_id)}
    entity_at = {entity_id: i for i, entity_id in enumerate(entities.entity_id)}
    events, row_of = _events(tables, lang, limit)
    type_names = {r["type"]: r["type_fr"] if lang == "fr" else r["type"] for r in lexicon.rows("event_types.csv")}
    return {
        "lang": lang,
        "words": words,
        "types": type_names,
        "docs": [_document(r, reader) for r in _records(documents)],
        "entities": [_entity(r) for r in _records(entities)],
        "events": events,
        "tellings": _tellings(tables, row_of, doc_at),
        "marks": _marks(tables, doc_at, entity_at, lang) if reader else [],
        "pairs": _pairs(tables, entity_at),
        "eventPlaces": _event_places(tables, entity_at),
        "world": json.loads((PAGE / "world.json").read_text(encoding="utf-8")),
        "note": "",
    }


def _records(data: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts with None for what is not known."""
    return [
        {str(k): None if v is pd.NA or v is pd.NaT or v != v else v for k, v in row.items()}
        for row in data.to_dict("records")
    ]


def _document(row: dict[str, Any], reader: bool) -> list[Any]:
    published = row["published"].strftime("%Y-%m-%d") if row["published"] else ""
    text = row["text"] if reader else None
    return [row["doc_id"], row["title"] or "", published, row["publisher"] or row["source"], text, row["status"]]


def _entity(row: dict[str, Any]) -> list[Any]:
    keys = ("label", "name", "description", "mentions", "documents", "country", "latitude", "longitude")
    return [row[k] for k in keys]


def _events(tables: write.Tables, lang: str, limit: int) -> tuple[list[list[Any]], dict[str, int]]:
    """Timeline rows, those told first and most when there are too many; and the position of each timeline_id."""
    timeline = tables.timeline.assign(lead=leading(tables.timeline, tables.events))
    if len(timeline) > limit:
        dated = timeline.earliest.notna()
        rank = timeline.assign(dated=dated, plain=timeline.type != "statement")
        rank = rank.sort_values(["dated", "plain", "lead", "documents"], ascending=False, kind="stable")
        timeline = timeline.loc[sorted(rank.index[:limit])]
    rows = _records(timeline)
    return [_event(row, lang) for row in rows], {row["timeline_id"]: i for i, row in enumerate(rows)}


def _event(row: dict[str, Any], lang: str) -> list[Any]:
    first, last = (day_of(row[c]) if row[c] is not None else None for c in ("earliest", "latest"))
    relation, extent = row["relation"] or "at", row["extent"] or "within"
    said = when(first, last, relation=relation, extent=extent, approximate=bool(row["approximate"]), lang=lang)
    fixed = first == last and relation == "at" and not row["approximate"]
    days = [d.isoformat() if d else "" for d in (first, last)]
    keys = ("type", "status", "summary", "sentence", "people", "places", "organisations", "speakers", "basis", "note")
    return [
        *days,
        said,
        fixed,
        *(row[k] or "" for k in keys),
        bool(row["disputed"]),
        bool(row["lead"]),
        row["documents"],
    ]


def _tellings(tables: write.Tables, row_of: dict[str, int], doc_at: dict[str, int]) -> list[list[Any]]:
    """[timeline row, document, start, end, certainty, cue] of each event."""
    return [
        [row_of[e["timeline_id"]], doc_at[e["doc_id"]], int(e["start"]), int(e["end"]), e["certainty"], e["cue"] or ""]
        for e in _records(tables.events)
        if e["timeline_id"] in row_of
    ]


def _marks(tables: write.Tables, doc_at: dict[str, int], entity_at: dict[str, int], lang: str) -> list[list[list[Any]]]:
    """For each document, [start, end, entity position] of names and [start, end, words] of time expressions."""
    marks: list[list[list[Any]]] = [[] for _ in doc_at]
    for m in _records(tables.mentions):
        if m["entity_id"] is not None:
            marks[doc_at[m["doc_id"]]].append([int(m["start"]), int(m["end"]), entity_at[m["entity_id"]]])
    for d in _records(tables.dates):
        first, last = (day_of(d[c]) if d[c] is not None else None for c in ("earliest", "latest"))
        meant = d["duration"] or (when(first, last, lang=lang) if first else d["edtf"] or "")
        marks[doc_at[d["doc_id"]]].append(
            [int(d["start"]), int(d["end"]), [meant, d["basis"] or "none", d["rule"] or ""]]
        )
    return marks


def _pairs(tables: write.Tables, entity_at: dict[str, int]) -> list[list[int]]:
    """[entity, entity, documents] of people and organisations most often named in the same documents."""
    named = tables.mentions[tables.mentions.label.isin(["PER", "ORG"]) & tables.mentions.entity_id.notna()]
    tally: Counter[tuple[int, int]] = Counter()
    for _, ids in named.groupby("doc_id", sort=True).entity_id:
        top = [i for i, _ in Counter(entity_at[e] for e in ids).most_common(25)]
        tally.update(combinations(sorted(top), 2))
    ranked = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    return [[a, b, n] for (a, b), n in ranked[:PAIRS] if n > 1 or len(ranked) < PAIRS]


def _event_places(tables: write.Tables, entity_at: dict[str, int]) -> list[list[int]]:
    """[entity, dated events] of the places where dated events happen."""
    dated = set(tables.events.event_id[tables.events.earliest.notna()])
    where: Iterable[dict[str, Any]] = _records(tables.participants[tables.participants.role == "place"])
    tally = Counter(entity_at[p["entity_id"]] for p in where if p["entity_id"] and p["event_id"] in dated)
    return [[e, n] for e, n in sorted(tally.items(), key=lambda item: (-item[1], item[0]))]
