"""Lint the data files of the lexicon without loading a model: `faults()` → file, line and reason of each fault.

Structure is checked in every file (UTF-8, composed characters, header, width of rows, spaces, repeated rows, TOML that
parses, patterns that compile); meaning where files refer to each other (types of triggers, labels of tables).
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.model import lexicon
from pipeline.model.article import DepecheError

_SLOT = re.compile(r"\{[a-z_]+(?::[a-z_]+)?\}|<[a-z_]+>")
_PLAIN = ("cues", "words")  # of boilerplate.toml, where all else is patterns


class Fault(NamedTuple):
    """One fault: where it is and what is wrong. `str(fault)` reads `file:line: reason`."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


def faults(overlay: Path | None = None) -> list[Fault]:
    """All faults of the shipped lexicon and of a user's own folder, by file and line.

    Raises DepecheError when `overlay` does not exist.

    >>> faults()
    []
    """
    lexicon.use(overlay)
    found: list[Fault] = []
    for folder in filter(None, (lexicon.FOLDER, overlay)):
        for path in sorted(p for p in folder.iterdir() if p.suffix in (".csv", ".toml")):
            found += _file(path)
            if folder != lexicon.FOLDER and not (lexicon.FOLDER / path.name).exists():
                found.append(Fault(path, 1, "no lexicon file has this name; see depeche lexicon copy"))
    for check in (_types, _tests, _rules, _tables):
        try:
            found += check(overlay)
        except (DepecheError, KeyError, ValueError):  # a file that cannot be read as it should was told above
            if not found:
                raise
    return sorted(found)


def _file(path: Path) -> Iterator[Fault]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Fault(path, path.read_bytes()[: error.start].count(b"\n") + 1, "is not UTF-8; save it as UTF-8")
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not unicodedata.is_normalized("NFC", line):
            yield Fault(path, number, "has an accent as a character of its own; type the letter anew")
    yield from (_csv if path.suffix == ".csv" else _toml)(path, text)


def _csv(path: Path, text: str) -> Iterator[Fault]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    seen: dict[tuple[str, ...], int] = {}
    header: list[str] = []
    try:
        for row in reader:
            line = reader.line_num
            if not header:
                header = row
                yield from _header(path, row)
                continue
            if not row:
                yield Fault(path, line, "an empty row")
            elif len(row) != len(header):
                yield Fault(path, line, f"{len(row)} cells, but the header has {len(header)}")
            for name, cell in zip(header, row, strict=False):
                if cell != cell.strip():
                    yield Fault(path, line, f"a space around {cell.strip()!r} in column {name}")
            if row and tuple(row) in seen:
                yield Fault(path, line, f"the same row as line {seen[tuple(row)]}")
            seen.setdefault(tuple(row), line)
    except csv.Error as error:
        yield Fault(path, reader.line_num, f"not valid CSV ({error})")
    if not header:
        yield Fault(path, 1, "an empty file; the first row must name the columns")


def _header(path: Path, row: list[str]) -> Iterator[Fault]:
    if not all(name.strip() for name in row):
        yield Fault(path, 1, "a column without a name")
    if len(set(row)) != len(row):
        yield Fault(path, 1, "two columns of one name")
    ours = lexicon.FOLDER / path.name
    if ours.exists() and ours != path:
        with ours.open(encoding="utf-8", newline="") as file:
            known = next(csv.reader(file))
        for name in set(row) - set(known):
            yield Fault(path, 1, f"column {name!r} is not known here; known: {', '.join(known)}")


def _toml(path: Path, text: str) -> Iterator[Fault]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        yield Fault(path, int(line[1]) if line else text.count("\n") + 1, f"not valid TOML ({error})")
        return
    for name, value in _strings(content, skip=_PLAIN if path.name == "boilerplate.toml" else ()):
        if not ("pattern" in name or path.name == "boilerplate.toml"):
            continue
        try:
            re.compile(_SLOT.sub("(?:x)", value))
        except re.error as error:
            yield Fault(path, _line_of(text, value), f"pattern {value!r} does not compile ({error})")


def _strings(value: Any, name: str = "", skip: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """All strings of a TOML file with the key they stand under, those under `skip` left out."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in skip:
                yield from _strings(inner, key, skip)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, name, skip)


def _line_of(text: str, words: str) -> int:
    at = text.find(words)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _types(overlay: Path | None) -> Iterator[Fault]:
    """Triggers, phrases and topic words name types that exist."""
    known = set(lexicon.words("event_types.csv", "type"))
    for name in ("triggers.csv", "phrases.csv", "topics.csv"):
        for path in _copies(name, overlay):
            for line, row in _numbered(path):
                for kind in filter(None, (row.get("type") or "").split("|")):
                    if kind.strip() not in known:
                        yield Fault(path, line, f"type {kind.strip()!r} is not in event_types.csv")


def _tests(overlay: Path | None) -> Iterator[Fault]:
    """Argument tests name arguments, classes and types that exist."""
    from pipeline.telling.argument_tests import ARGUMENTS, ENTITY_CLASSES, OF_ARGUMENT

    types = {*lexicon.words("event_types.csv", "type"), OF_ARGUMENT}
    classes = {*lexicon.words("argument_classes.csv", "class"), *ENTITY_CLASSES, "EVENT"}
    for path in _copies("type_tests.csv", overlay):
        for line, row in _numbered(path):
            if (row.get("type") or "") not in types:
                yield Fault(path, line, f"type {row.get('type')!r} is not in event_types.csv")
            if (row.get("argument") or "") not in ARGUMENTS:
                yield Fault(path, line, f"argument {row.get('argument')!r} is none of {', '.join(sorted(ARGUMENTS))}")
            for word in (row.get("words") or "").split():
                if word.isupper() and word not in classes:
                    yield Fault(path, line, f"class {word} is not in argument_classes.csv")


def _rules(overlay: Path | None) -> Iterator[Fault]:
    """The rules for time expressions compile with their lists filled in."""
    from pipeline.timex import timepatterns

    try:
        timepatterns.rules()
    except DepecheError as error:
        path = _copies("dates.toml", overlay)[-1]
        slot = re.search(r"named (\{\w+)\}", str(error))
        yield Fault(path, _line_of(path.read_text(encoding="utf-8"), slot[1] if slot else ""), str(error))


def _tables(overlay: Path | None) -> Iterator[Fault]:
    """Columns have a known type and both languages; one name means one type everywhere."""
    types: dict[str, str] = {}
    text = (lexicon.FOLDER / "tables.toml").read_text(encoding="utf-8")
    for table, spec in lexicon.toml("tables.toml").items():
        for field in spec["fields"]:
            where = _line_of(text, f'name = "{field["name"]}"')
            path = lexicon.FOLDER / "tables.toml"
            if field["type"] not in ("string", "integer", "number", "boolean", "date"):
                yield Fault(path, where, f"{table}.{field['name']}: type {field['type']!r} is not known")
            if types.setdefault(field["name"], field["type"]) != field["type"]:
                yield Fault(path, where, f"{table}.{field['name']}: another type than in another table")
            missing = [k for k in ("title", "title_fr", "description", "description_fr") if not field.get(k)]
            if missing and not table.startswith("_"):
                yield Fault(path, where, f"{table}.{field['name']}: no {', '.join(missing)}")


def _copies(name: str, overlay: Path | None) -> list[Path]:
    return [p for folder in (lexicon.FOLDER, overlay) if folder for p in [folder / name] if p.exists()]


def _numbered(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row
