"""Load the data files of `pipeline/lexicon/`, with a user's own rows laid over them.

`rows("months.csv")` gives dicts, `words("x.csv", "word")` one column, `toml("dates.toml")` a dict. An overlay folder
(`use(DIR)`) may hold files of the same names: its CSV rows are added after ours, its TOML tables are merged into
ours (lists are extended, values replaced).
"""

from __future__ import annotations

import csv
import functools
import hashlib
import sys
import tomllib
from pathlib import Path
from typing import Any

from pipeline.model.article import DepecheError

FOLDER = Path(__file__).resolve().parent.parent / "lexicon"
_overlay: Path | None = None


def use(folder: Path | None) -> None:
    """Lay the files of `folder` over the shipped lexicon; models loaded before are loaded anew.

    Raises DepecheError when the folder does not exist.
    """
    global _overlay
    if folder is not None and not folder.is_dir():
        raise DepecheError(f"{folder}: no such lexicon folder")
    if folder == _overlay:
        return
    _overlay = folder
    for name, module in list(sys.modules.items()):  # whatever was made of the lexicon before is made anew
        if name.startswith("pipeline"):
            for made in vars(module).values():
                if hasattr(made, "cache_clear"):
                    made.cache_clear()


def _files(name: str) -> list[Path]:
    files = [FOLDER / name]
    if _overlay is not None and (_overlay / name).is_file():
        files.append(_overlay / name)
    return files


@functools.cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV lexicon file as dicts of strings.

    >>> rows("months.csv")[0]["month"]
    '1'
    """
    found: list[dict[str, str]] = []
    for path in _files(name):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found.extend({k: v or "" for k, v in row.items() if k} for row in csv.DictReader(file))
        except UnicodeDecodeError as error:
            raise DepecheError(f"{path}: is not UTF-8; save it as UTF-8") from error
    return tuple(found)


def words(name: str, column: str, **where: str) -> tuple[str, ...]:
    """One column of a CSV lexicon file, in file order, empty cells left out; `where` keeps rows with these values."""
    return tuple(r[column] for r in rows(name) if r.get(column) and all(r.get(k) == v for k, v in where.items()))


@functools.cache
def toml(name: str) -> dict[str, Any]:
    """A TOML lexicon file as a dict. Raises DepecheError naming file and line when it does not parse."""
    merged: dict[str, Any] = {}
    for path in _files(name):
        try:
            merged = _merge(merged, tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise DepecheError(f"{path}: not valid TOML ({error})") from error
    return merged


def _merge(under: Any, over: Any) -> Any:
    if isinstance(under, dict) and isinstance(over, dict):
        return {**under, **{k: _merge(under[k], v) if k in under else v for k, v in over.items()}}
    if isinstance(under, list) and isinstance(over, list):
        return under + over
    return over


def fingerprint() -> str:
    """SHA-256 over all lexicon files in force, for `run.json`."""
    digest = hashlib.sha256()
    for folder in filter(None, (FOLDER, _overlay)):
        for path in sorted(p for p in folder.iterdir() if p.is_file()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
