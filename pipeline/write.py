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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pipeline.model import schema
from pipeline.model.article import DepecheError
from pipeline.model.frames import typed
from pipeline.output import parquet
from pipeline.output.inuse import check_free, put_in_place
from pipeline.output.methods import methods

Rows = Iterable[dict[str, Any]]
STATE = ".depeche"
BY_PART = ("documents", "mentions", "dates", "participants")
"""Tables whose rows come document by document."""
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

    def write(self, table: str, rows: Rows) -> None:
        """Stream the rows of one table into its files."""
        self.write_parts([{table: rows}], (table,))

    def write_parts(
        self, parts: Iterable[dict[str, Iterable[dict[str, Any]]]], tables: Sequence[str] = BY_PART
    ) -> None:
        """Stream the rows of several tables, told document by document, into their files."""
        with ExitStack() as files:
            writers = {table: files.enter_context(self._open(table)) for table in tables}
            for part in parts:
                for table, rows in part.items():
                    writers[table](rows)
        for table in tables:
            if "parquet" in self.formats:
                parquet.from_csv(table, self.new, self.counts[table])
            if "csv" not in self.formats:
                (self.new / f"{table}.csv").unlink()

    @contextmanager
    def _open(self, table: str) -> Iterator[Callable[[Rows], None]]:
        """Opens the CSV file of a table; gives the function that adds rows."""
        columns = schema.columns(table) + (self.carried if table == "documents" else [])
        self.counts[table] = 0
        with (self.new / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)

            def add(rows: Rows) -> None:
                for row in rows:
                    writer.writerow([_cell(row.get(c)) for c in columns])
                    self.counts[table] += 1

            yield add

    def finish(self, report: dict[str, Any]) -> None:
        """Write `id_changes.csv`, `datapackage.json`, `METHODS.md`, `run.json` (with `report`); move all into place."""
        if "csv" in self.formats and (changes := list(id_changes(self.out, self.new))):
            with (self.new / CHANGES).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([("table", "old_id", "new_id"), *changes])
        kind = "csv" if "csv" in self.formats else "parquet"
        resources = [
            schema.descriptor(t, self._path(t, kind), self.carried if t == "documents" else None)
            for t in schema.tables()
        ]
        package = {"name": "depeche", "profile": "tabular-data-package", "resources": resources}
        _dump(self.new / PACKAGE, package)
        told = {**report, "rows": self.counts}
        if "depeche" in told:
            (self.new / METHODS).write_text(methods(told), encoding="utf-8", newline="\n")
        files = {p.relative_to(self.new).as_posix(): file_hash(p) for p in _files(self.new)}
        draft = self.new / f"{RUN}.part"
        _dump(draft, {**told, "files": files})
        os.replace(draft, self.new / RUN)
        move_into_place(self.out)

    def _path(self, table: str, kind: str) -> str | list[str]:
        """Where a table stands, as datapackage.json tells it: a file, or the files of a folder."""
        path = self.new / f"{table}.{kind}"
        return [p.relative_to(self.new).as_posix() for p in _files(path)] if path.is_dir() else path.name


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def move_into_place(out: Path) -> None:
    """Move the tables of a run that were all written, but not all moved yet, to where they belong.

    `run.json` is the last to be written and the last to be moved, so a run cut short here is completed by the next.
    """
    new = out / STATE / "new"
    if not (new / RUN).exists():
        return
    files = json.loads((new / RUN).read_text(encoding="utf-8"))["files"]
    names = list(dict.fromkeys(name.partition("/")[0] for name in files))
    for name in [*names, RUN]:
        if (new / name).exists():
            if (new / name).is_dir() or (out / name).is_dir():
                _remove(out / name)
            put_in_place(new / name, out / name)
    for stale in set(owned_names()) - set(names):
        _remove(out / stale)
    new.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
    return str(value).lower() if value is True or value is False else value


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def owned_names() -> list[str]:
    """Names of the files and folders that a run may write, besides its state and `run.json`."""
    return [*(f"{t}.{kind}" for t in schema.tables() for kind in ("csv", "parquet")), PACKAGE, CHANGES]


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
    for name in owned_names():
        path = out / name
        for file in _files(path) if path.is_dir() else [path] if path.exists() else []:
            _check_file(file, known.get(file.relative_to(out).as_posix()), replace)


def _check_file(path: Path, known: str | None, replace: bool) -> None:
    """`known` is the hash that the earlier run noted."""
    check_free(path)
    if replace:
        return
    if known is None:
        raise DepecheError(f"{path}: was not written by depeche; choose another --out, or --replace to overwrite it")
    if file_hash(path) != known:
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
        return typed(pd.read_parquet(folder / f"{table}.parquet"), table)
    return typed(pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""]), table)
