"""Inputs and outputs by way of fsspec: the same tables, the same care, one sentence for what cannot be reached."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import pipeline
from pipeline import flow, remote, write
from pipeline.model.article import DepecheError

fsspec = pytest.importorskip("fsspec")
ARTICLES = {
    "a.txt": "Le maire de Lyon a démissionné mardi 3 mai 2022.",
    "deep/b.txt": "Un incendie a détruit une usine à Lille le 4 mai 2022.",
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder in memory with two articles; runs keep their state under tmp_path."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = fsspec.filesystem("memory")
    for name, text in ARTICLES.items():
        files.pipe(f"/press/{name}", text.encode())
    yield "memory://press"
    files.rm("/", recursive=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in ARTICLES.items():
        (tmp_path / "press" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "press" / name).write_text(text, encoding="utf-8")
    return tmp_path / "press"


def test_a_remote_folder_gives_the_tables_of_a_local_one(store: str, folder: Path, tmp_path: Path) -> None:
    mine, theirs = pipeline.run(store, tmp_path / "a"), pipeline.run(folder, tmp_path / "b")
    for name in ("mentions", "entities", "dates", "participants", "timeline"):
        pd.testing.assert_frame_equal(getattr(mine, name), getattr(theirs, name))
    assert list(mine.documents.doc_id) == ["a.txt", "deep/b.txt"]
    assert list(mine.documents.source) == ["memory://press/a.txt", "memory://press/deep/b.txt"]
    assert not (tmp_path / "a" / write.STATE / "inputs").exists()


@pytest.mark.parametrize(("path", "ids"), [("/a.txt", ["a.txt"]), ("/**/*.txt", ["a.txt", "deep/b.txt"])])
def test_a_file_or_a_pattern(store: str, path: str, ids: list[str], tmp_path: Path) -> None:
    assert list(pipeline.run(store + path, tmp_path / "out").documents.doc_id) == ids


def test_tables_go_to_the_remote_folder_whole(store: str, folder: Path, tmp_path: Path) -> None:
    files = fsspec.filesystem("memory")
    tables = pipeline.run(folder, "memory://tables/may", format="both")
    assert len(tables.documents) == 2
    told = set(write.read_run(remote.home("memory://tables/may"))["files"]) | {"run.json"}
    assert {Path(f).name for f in files.find("/tables/may")} == told
    assert files.cat_file("/tables/may/events.csv") == (remote.home("memory://tables/may") / "events.csv").read_bytes()
    flow.relink("memory://tables/may")
    pipeline.run(folder, "memory://tables/may", format="csv")
    assert not files.exists("/tables/may/events.parquet")


def test_a_file_address_is_a_path(folder: Path, tmp_path: Path) -> None:
    tables = pipeline.run(f"file://{folder}", f"file://{tmp_path}/out")
    assert len(tables.documents) == 2 and (tmp_path / "out" / "events.csv").exists()


def test_a_foreign_remote_table_is_not_overwritten(store: str, folder: Path) -> None:
    fsspec.filesystem("memory").pipe("/theirs/events.csv", b"a\n1\n")
    with pytest.raises(DepecheError, match=r"memory://theirs/events\.csv: was not written by depeche"):
        pipeline.run(folder, "memory://theirs")
    pipeline.run(folder, "memory://theirs", replace=True)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("memory://nothing/here", "no such file or folder"),
        ("nosuch://bucket/x", "cannot be reached or used .*nosuch"),
        ("s3://bucket/x", "the driver is missing .*s3fs"),
    ],
)
def test_what_cannot_be_reached_is_told(address: str, said: str, store: str, folder: Path, tmp_path: Path) -> None:
    if address.startswith("s3") and "s3fs" in sys.modules:
        pytest.skip("the driver is there")
    with pytest.raises(DepecheError, match=f"{address}: {said}"):
        pipeline.run(address, tmp_path / "out")
    assert not (tmp_path / "out" / "run.json").exists()


def test_without_fsspec_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(DepecheError, match=r"needs fsspec; install it with: pip install 'depeche\[remote\]'"):
        pipeline.run("memory://press", tmp_path / "out")
