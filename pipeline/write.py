"""Rows → files: CSV and Parquet tables, `datapackage.json`, `METHODS.md`, `run.json`; and back with `load`.

Tables are written beside (`OUT/.depeche/new/`) and moved into place when all are there, so a run that fails leaves
the earlier one intact. `run.json` comes last; it lists the hash of every file, which tells a hand-edited table.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pipeline.model import schema
from pipeline.model.article import DepecheError
from pipeline.output.inuse import check_free, put_in_place
from pipeline.output.methods import methods

STATE = ".depeche"
RUN, PACKAGE, CHANGES, METHODS = "run.json", "datapackage.json", "id_changes.csv", "METHODS.md"


class Tables(NamedTuple):
    """The seven tables of a run as typed DataFrames."""

    documents: pd.DataFrame
    mentions: pd.DataFrame
    entities: pd.DataFrame
    dates: pd.DataFrame
    events: pd.DataFrame
    participants: pd.DataFrame
    timeline: pd.DataFrame


class Writer:
    """Writes the tables of one run beside the earlier ones; `finish` puts them in place together."""

    def __init__(self, out: Path, formats: tuple[str, ...], carried: list[str]):
        self.out, self.formats, self.carried = out, formats, carried
        self.new = out / STATE / "new"
        shutil.rmtree(self.new, ignore_errors=True)
        self.new.mkdir(parents=True)
        self.counts: dict[str, int] = {}

    def write(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Stream the rows of one table into its files."""
        columns = schema.columns(table) + (self.carried if table == "documents" else [])
        self.counts[table] = 0
        with (self.new / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            for row in rows:
                writer.writerow({c: _cell(row.get(c)) for c in columns})
                self.counts[table] += 1
        if "parquet" in self.formats:
            _to_parquet(table, self.new)
        if "csv" not in self.formats:
            (self.new / f"{table}.csv").unlink()

    def finish(self, report: dict[str, Any]) -> None:
        """Write `id_changes.csv`, `datapackage.json`, `METHODS.md`, `run.json` (with `report`); move all into place."""
        if "csv" in self.formats and (changes := list(id_changes(self.out, self.new))):
            with (self.new / CHANGES).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([("table", "old_id", "new_id"), *changes])
        if "csv" in self.formats:
            resources = [
                schema.descriptor(t, f"{t}.csv", self.carried if t == "documents" else None) for t in schema.tables()
            ]
            package = {"name": "depeche", "profile": "tabular-data-package", "resources": resources}
            _dump(self.new / PACKAGE, package)
        told = {**report, "rows": self.counts}
        if "depeche" in told:
            (self.new / METHODS).write_text(methods(told), encoding="utf-8", newline="\n")
        files = {p.name: file_hash(p) for p in sorted(self.new.iterdir())}
        draft = self.new / f"{RUN}.part"
        _dump(draft, {**told, "files": files})
        os.replace(draft, self.new / RUN)
        move_into_place(self.out)


def move_into_place(out: Path) -> None:
    """Move the tables of a run that were all written, but not all moved yet, to where they belong.

    `run.json` is the last to be written and the last to be moved, so a run cut short here is completed by the next.
    """
    new = out / STATE / "new"
    if not (new / RUN).exists():
        return
    files = json.loads((new / RUN).read_text(encoding="utf-8"))["files"]
    for name in [*files, RUN]:
        if (new / name).exists():
            put_in_place(new / name, out / name)
    for stale in {*_table_files(), CHANGES} - set(files):
        (out / stale).unlink(missing_ok=True)
    new.rmdir()


def id_changes(old: Path, new: Path) -> Iterator[tuple[str, str, str]]:
    """(table, old id, new id) of entities and timeline events that linking moved since the tables in `old`."""
    for table, key, column, moved in (
        ("mentions", "mention_id", "entity_id", "entities"),
        ("events", "event_id", "timeline_id", "timeline"),
    ):
        if not (old / f"{table}.csv").exists():
            continue
        database = sqlite3.connect("")
        database.execute("CREATE TABLE old (key TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID")
        database.executemany(
            "INSERT OR REPLACE INTO old VALUES (?, ?)", _two_columns(old / f"{table}.csv", key, column)
        )
        changes = set()
        for row, after in _two_columns(new / f"{table}.csv", key, column):
            before = database.execute("SELECT id FROM old WHERE key = ?", (row,)).fetchone()
            if before and before[0] != after:
                changes.add((moved, before[0], after))
        database.close()
        yield from sorted(changes)


def _two_columns(path: Path, first: str, second: str) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if first not in row or second not in row:  # not our table: nothing to compare
                return
            yield row[first], row[second]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _table_files() -> list[str]:
    return [f"{t}.{kind}" for t in schema.tables() for kind in ("csv", "parquet")]


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_out(out: Path, replace: bool = False) -> None:
    """Raise DepecheError where writing into `out` would lose somebody's work.

    An earlier run's files may be replaced; a table edited by hand since, or files of those names that no run wrote,
    may not, unless `replace`.
    """
    if out.exists() and not out.is_dir():
        raise DepecheError(f"{out}: is a file; --out needs a folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DepecheError(f"{out}: cannot be made ({error.strerror})") from error
    move_into_place(out)
    known = read_run(out).get("files", {}) if (out / RUN).exists() else {}
    for name in [*_table_files(), PACKAGE, CHANGES]:
        path = out / name
        if not path.exists():
            continue
        check_free(path)
        if replace:
            continue
        if name not in known:
            raise DepecheError(
                f"{path}: was not written by depeche; choose another --out, or --replace to overwrite it"
            )
        if file_hash(path) != known[name]:
            raise DepecheError(f"{path}: was edited since the run that wrote it; copy it, or --replace to overwrite it")


def read_run(folder: Path) -> dict[str, Any]:
    """`run.json` of a folder. Raises DepecheError when it is missing or broken."""
    try:
        report: dict[str, Any] = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DepecheError(f"{folder}: no run.json, so no run of depeche; try depeche run --out {folder}") from error
    except (OSError, ValueError) as error:
        raise DepecheError(f"{folder / RUN}: cannot be read ({error})") from error
    return report


def load(folder: str | Path = "outputs") -> Tables:
    """Read the tables of a run back with their dtypes (nullable; days as datetime64[s]).

    Raises DepecheError when the folder holds no run.

    >>> load("outputs").events[["earliest", "summary"]]  # doctest: +SKIP
    """
    folder = Path(folder)
    read_run(folder)
    return Tables(**{table: _load_table(table, folder) for table in schema.tables()})


def _load_table(table: str, folder: Path) -> pd.DataFrame:
    path = folder / f"{table}.csv"
    if not path.exists():
        return _typed(pd.read_parquet(folder / f"{table}.parquet"), table)
    return _typed(pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""]), table)


def _typed(data: pd.DataFrame, table: str) -> pd.DataFrame:
    for field in schema.fields(table):
        name, kind = field["name"], field["type"]
        column = data[name]
        if kind == "date":
            data[name] = pd.to_datetime(column, format="%Y-%m-%d").astype("datetime64[s]")
        elif kind == "boolean" and column.dtype != "boolean":
            data[name] = column.map({"true": True, "false": False}).astype("boolean")
        else:
            data[name] = column.astype(schema.DTYPES[kind])
    for name in data.columns[len(schema.fields(table)) :]:
        data[name] = data[name].astype("string")
    return data


def _to_parquet(table: str, folder: Path, rows_at_once: int = 50_000) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise DepecheError("--format parquet needs pyarrow; install it with: pip install 'depeche[parquet]'") from error
    writer = None
    for chunk in _csv_chunks(folder / f"{table}.csv", rows_at_once):
        content = pa.Table.from_pandas(_typed(chunk, table), preserve_index=False)
        writer = writer or pq.ParquetWriter(folder / f"{table}.parquet", content.schema)
        writer.write_table(content)
    if writer:
        writer.close()


def _csv_chunks(path: Path, size: int) -> Iterator[pd.DataFrame]:
    empty = True
    for chunk in pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], chunksize=size):
        empty = False
        yield chunk
    if empty:
        yield pd.read_csv(path, dtype=str)
