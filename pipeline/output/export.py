"""Tables of a run → forms for other programs: TimelineJS, a spreadsheet, a copy that may be shared.

`export("outputs", "timelinejs")` writes `outputs/timelinejs.csv`. Data tables stay verbatim; only the spreadsheet
neutralises cells that a spreadsheet program would run as a formula.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import write
from pipeline.model import schema
from pipeline.model.article import DepecheError
from pipeline.output.inuse import check_free, put_in_place
from pipeline.output.wording import when

SHARED_SENTENCE = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_CELL = 32_767
_SLIDE = (
    *("Year", "Month", "Day", "Time", "End Year", "End Month", "End Day", "End Time", "Display Date", "Headline"),
    *("Text", "Media", "Media Credit", "Media Caption", "Media Thumbnail", "Type", "Group", "Background", "Link"),
)


def export(outputs: str | Path, to: str, out: str | Path | None = None) -> Path:
    """Write the run in `outputs` as `to` (timelinejs, excel or share); returns where it is.

    Raises DepecheError when `outputs` holds no run or `to` is not known.
    """
    writer, name = _TARGETS.get(to, (None, ""))
    if writer is None:
        raise DepecheError(f"--to {to}: choose {', '.join(_TARGETS)}")
    tables = write.load(outputs)
    target = Path(out) if out else Path(outputs) / name
    if to == "share":
        writer(tables, target)
        return target
    check_free(target)
    part = target.with_name(target.name + ".part")
    try:
        writer(tables, part)
        put_in_place(part, target)
    except OSError as error:
        raise DepecheError(f"{target}: cannot be written ({error.strerror or error})") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def shown_by_default(events: pd.DataFrame) -> pd.Series:
    """True for the rows a reader sees first: dated, and a statement only when it leads its article."""
    lead = events["lead"].fillna(False).astype(bool) if "lead" in events else False
    return events["earliest"].notna() & ((events["type"] != "statement") | lead)


def leading(timeline: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """For each timeline row, whether one of its events leads its article."""
    lead = set(events.loc[events["lead"].fillna(False).astype(bool), "timeline_id"])
    return timeline["timeline_id"].isin(lead)


def day_of(value: Any) -> date | None:
    """A pandas timestamp as a date, NaT as None."""
    return None if pd.isna(value) else value.date()


def _timelinejs(tables: write.Tables, target: Path) -> None:
    timeline = tables.timeline.assign(lead=leading(tables.timeline, tables.events))
    rows = [_slide(row) for row in timeline[shown_by_default(timeline)].to_dict("records")]
    pd.DataFrame(rows, columns=_SLIDE).to_csv(target, index=False, lineterminator="\n")


def _slide(row: dict[Any, Any]) -> dict[str, Any]:
    """One TimelineJS row. What is not one known day gets no Day, and says so in Display Date."""
    first, last = day_of(row["earliest"]), day_of(row["latest"])
    assert first and last
    approximate = bool(row["approximate"]) if not pd.isna(row["approximate"]) else False
    relation = "at" if pd.isna(row["relation"]) else row["relation"]
    extent = "within" if pd.isna(row["extent"]) else row["extent"]
    fixed = relation == "at" and not approximate and (first == last or extent == "throughout")
    slide = {"Year": first.year, "Month": first.month if _same_year(first, last) or fixed else None}
    if fixed:
        slide["Day"] = first.day
    if first != last and relation == "at":
        slide |= {"End Year": last.year, "End Month": last.month, "End Day": last.day if fixed else None}
    return {
        **slide,
        "Display Date": when(first, last, relation=relation, extent=extent, approximate=approximate),
        "Headline": _text(row["summary"]),
        "Text": " — ".join(filter(None, (_text(row["sentence"]), _STATUS.get(row["status"], "")))),
        "Group": row["type"],
    }


_STATUS = {"planned": "(prévu)", "negated": "(n’a pas lieu)", "uncertain": "(incertain)", "ongoing": "(en cours)"}


def _same_year(first: date, last: date) -> bool:
    return first.year == last.year and (first.month, last.month) != (1, 12)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _excel(tables: write.Tables, target: Path) -> None:
    try:
        import openpyxl
    except ImportError as error:
        raise DepecheError("--to excel needs openpyxl; install it with: pip install 'depeche[excel]'") from error
    book = openpyxl.Workbook(write_only=True)
    _read_me(book.create_sheet("Lisez-moi"), tables)
    for name, spec in schema.tables().items():
        data = getattr(tables, name)
        fields = [f for f in spec["fields"] if f["name"] != "text" or name != "documents"]
        sheet = book.create_sheet(spec["title_fr"][:31])
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(len(fields))}{len(data) + 1}"
        sheet.append([f["title_fr"] for f in fields])
        for row in data[[f["name"] for f in fields]].itertuples(index=False):
            sheet.append([_spreadsheet_cell(value) for value in row])
    book.save(target)


def _read_me(sheet: Any, tables: write.Tables) -> None:
    sheet.append(["Tables produites par Dépêche. Le texte intégral des articles n’y figure pas."])
    sheet.append(["Une cellule vide signifie : non connu. Les listes sont séparées par « | »."])
    for name, spec in schema.tables().items():
        sheet.append([])
        sheet.append([spec["title_fr"], f"{len(getattr(tables, name))} lignes", spec["description_fr"]])
        for field in spec["fields"]:
            sheet.append([None, field["title_fr"], field["description_fr"]])


def _spreadsheet_cell(value: Any) -> Any:
    """A value a spreadsheet shows and never runs; days before 1900 as text, for a spreadsheet has none."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime().date() if value.year >= 1900 else value.strftime("%Y-%m-%d")
    if not isinstance(value, str):
        return value
    clean = "".join(c for c in value[:_EXCEL_CELL] if c >= " " or c in "\t\n\r")
    return "'" + clean if clean.startswith(_FORMULA) else clean


def _share(tables: write.Tables, target: Path) -> None:
    """A copy without full texts: sentences cut, hashes and offsets kept."""
    write.check_out(target)
    writer = write.Writer(target, ("csv",), [])
    for name in schema.tables():
        data = getattr(tables, name).copy()
        if name == "documents":
            data["text"] = pd.NA
        if "sentence" in data:
            data["sentence"] = data["sentence"].str.slice(0, SHARED_SENTENCE)
        writer.write(name, (_plain(row) for row in data.to_dict("records")))
    writer.finish({"note": "for sharing: no full texts, sentences cut at 200 characters"})
    shutil.rmtree(target / write.STATE, ignore_errors=True)


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        k: None if pd.isna(v) else v.strftime("%Y-%m-%d") if isinstance(v, pd.Timestamp) else v for k, v in row.items()
    }


_TARGETS: dict[str, tuple[Callable[[write.Tables, Path], None], str]] = {
    "timelinejs": (_timelinejs, "timelinejs.csv"),
    "excel": (_excel, "depeche.xlsx"),
    "share": (_share, "share"),
}
