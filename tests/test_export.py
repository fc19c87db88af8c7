"""Dates in words, and the forms a run is exported to."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from conftest import cases

from pipeline.model.article import DepecheError
from pipeline.output import export, show
from pipeline.output.wording import when


@pytest.mark.parametrize("case", cases("wording.csv"), ids=lambda c: c["words"])
def test_dates_in_words(case: dict[str, str]) -> None:
    first, last = (date.fromisoformat(case[k]) if case[k] else None for k in ("earliest", "latest"))
    said = when(
        first,
        last,
        relation=case["relation"],
        extent=case["extent"],
        approximate=bool(case["approximate"]),
        lang=case["lang"],
    )
    assert said == case["words"]


def test_timelinejs_shows_no_fuzzy_date_as_one_day(seeds_out: Path, tmp_path: Path) -> None:
    path = export.export(seeds_out, "timelinejs", tmp_path / "t.csv")
    with path.open(encoding="utf-8", newline="") as file:
        slides = list(csv.DictReader(file))
    assert slides
    for slide in slides:
        fuzzy = slide["Display Date"].split()[0] in ("avant", "après", "vers", "entre", "en", "d’ici", "depuis")
        assert not (fuzzy and slide["Day"]), slide["Display Date"]
        assert slide["Year"] and slide["Headline"]


@pytest.mark.parametrize("value", ["=1+1", "+33", "-Oui", "@x", "\tx", "\rx"])
def test_spreadsheet_cells_are_no_formulas(value: str) -> None:
    assert export._spreadsheet_cell(value) == "'" + value


def test_shared_copy_has_no_full_text(seeds_out: Path, tmp_path: Path) -> None:
    target = export.export(seeds_out, "share", tmp_path / "share")
    shared = show.write.load(target)
    assert shared.documents.text.isna().all() and shared.documents.sha256.notna().any()
    assert shared.events.sentence.str.len().max() <= export.SHARED_SENTENCE
    assert len(shared.mentions)


def test_excel_has_a_sheet_a_table_and_no_full_text(seeds_out: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(export.export(seeds_out, "excel", tmp_path / "t.xlsx"))
    assert book.sheetnames[0] == "Lisez-moi" and len(book.sheetnames) == 8
    heads = [cell.value for cell in book["Documents"][1]]
    assert "texte" not in heads and "jour de parution" in heads


def test_unknown_target_is_told(seeds_out: Path) -> None:
    with pytest.raises(DepecheError, match="timelinejs"):
        export.export(seeds_out, "pdf")


def test_timeline_filters_and_counts_what_is_hidden(seeds_out: Path) -> None:
    every, _ = show.chosen(seeds_out, show.Wanted(everything=True))
    shown, hidden = show.chosen(seeds_out, show.Wanted())
    assert len(shown) + hidden == len(every)
    planned, _ = show.chosen(seeds_out, show.Wanted(statuses=("planned",), everything=True))
    assert set(planned.status) <= {"planned"}
    assert all(len(row) == 4 for row in show.in_words(shown))


def test_sharing_into_a_folder_leaves_what_else_stands_there(seeds_out: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("à garder", encoding="utf-8")
    export.export(seeds_out, "share", tmp_path)
    export.export(seeds_out, "share", tmp_path)
    assert (tmp_path / "mine.txt").exists() and (tmp_path / "events.csv").exists()
