"""Large tables become folders of Parquet files: read by others in one line, described, replaced, guarded."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

import pipeline
from pipeline import flow
from pipeline.model import schema
from pipeline.model.article import DepecheError
from pipeline.output import export, parquet
from pipeline.write import Tables

pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over seeds/ whose Parquet tables have at most fifty rows a file."""
    out = tmp_path_factory.mktemp("parted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "ROWS_A_FILE", 50)
        pipeline.run(ROOT / "seeds", out, format="parquet")
    return out


def test_a_large_table_is_a_folder_and_a_small_one_a_file(parted: Path) -> None:
    names = [p.name for p in sorted((parted / "events.parquet").iterdir())]
    assert names[:2] == ["part-00000.parquet", "part-00001.parquet"] and len(names) > 2
    assert (parted / "documents.parquet").is_file()
    assert all(len(pd.read_parquet(p)) <= 50 for p in (parted / "events.parquet").iterdir())


def test_parts_hold_the_rows_of_the_csv(parted: Path, tables: Tables) -> None:
    loaded = pipeline.load(parted)
    for name in schema.tables():
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(tables, name))
    assert export.export(parted, "timelinejs", parted / "slides.csv").exists()


def test_pandas_duckdb_and_arrow_read_a_folder_in_one_line(parted: Path, tables: Tables) -> None:
    count = len(tables.events)
    assert len(pd.read_parquet(parted / "events.parquet")) == count
    duckdb = pytest.importorskip("duckdb")
    assert duckdb.sql(f"SELECT count(*) FROM '{parted}/events.parquet/*.parquet'").fetchall() == [(count,)]
    dataset = pytest.importorskip("pyarrow.dataset")
    assert dataset.dataset(parted / "events.parquet").count_rows() == count


def test_the_package_lists_the_files(parted: Path) -> None:
    package = json.loads((parted / "datapackage.json").read_text(encoding="utf-8"))
    paths = {r["name"]: r["path"] for r in package["resources"]}
    assert paths["documents"] == "documents.parquet"
    assert paths["events"] == [f"events.parquet/{p.name}" for p in sorted((parted / "events.parquet").iterdir())]
    assert {r["format"] for r in package["resources"]} == {"parquet"}


def test_folders_files_and_csv_replace_each_other(parted: Path, tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Le maire de Lyon a démissionné mardi 3 mai 2022.", encoding="utf-8")
    out = tmp_path / "out"
    for rows, form in ((1, "both"), (10, "parquet"), (1, "parquet"), (1, "csv")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parquet, "ROWS_A_FILE", rows)
            patch.setattr(parquet, "ROWS_AT_ONCE", {})
            assert len(pipeline.run(article, out, format=form).mentions) == 2
            flow.relink(out)
        assert (out / "mentions.parquet").is_dir() == (rows == 1 and form != "csv"), (rows, form)
        assert (out / "mentions.csv").exists() == (form != "parquet")
    assert not (out / "mentions.parquet").exists()


def test_an_edited_part_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Le maire de Lyon a démissionné mardi 3 mai 2022.", encoding="utf-8")
    monkeypatch.setattr(parquet, "ROWS_A_FILE", 1)
    pipeline.run(article, tmp_path / "out", format="parquet")
    part = tmp_path / "out" / "mentions.parquet" / "part-00001.parquet"
    part.write_bytes(part.read_bytes() + b" ")
    with pytest.raises(DepecheError, match=r"part-00001\.parquet: was edited"):
        pipeline.run(article, tmp_path / "out", format="parquet")
