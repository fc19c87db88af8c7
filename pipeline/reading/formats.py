"""Rows of the tables people have: CSV/TSV, JSON, JSON lines, Parquet, Excel.

`rows(file)` yields (number, dict) a record, numbers from 1, in file order and without holding the file in memory; for
a record that cannot be read, (number, DepecheError). A fault of the whole file is raised as DepecheError.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TextIO

from pipeline.model.article import DepecheError
from pipeline.reading.encoding import stream
from pipeline.reading.files import MAX_SIZE, UNREADABLE, File, is_bomb

Row = tuple[int, dict[str, Any] | DepecheError]


def rows(file: File) -> Iterator[Row]:
    """Records of a table file, told by its ending. Raises DepecheError when the file as a whole is at fault."""
    try:
        yield from TABLES[file.suffix](file)
    except RecursionError as error:
        raise DepecheError("nested too deeply") from error
    except UNREADABLE as error:
        raise DepecheError(f"damaged or unreadable ({error})") from error


def _json_lines(file: File) -> Iterator[Row]:
    with stream(file.stream()) as lines:
        number = 0
        while line := lines.readline(MAX_SIZE):
            number += 1
            if len(line) >= MAX_SIZE:
                yield number, DepecheError(f"line {number} is longer than {MAX_SIZE >> 20} MB; reading stopped there")
                return
            if line.strip("\ufeff \r\n\t"):
                yield number, _record(line, f"line {number}")


def _record(line: str, where: str) -> dict[str, Any] | DepecheError:
    try:
        value = json.loads(line)
    except ValueError as error:
        return DepecheError(f"{where} is not JSON ({error})")
    except RecursionError:
        return DepecheError(f"{where} is nested too deeply")
    return value if isinstance(value, dict) else DepecheError(f"{where} is not a JSON object")


def _json(file: File) -> Iterator[Row]:
    """An array of objects (streamed), one object, an object holding the array, or JSON lines under another ending."""
    with stream(file.stream()) as text:
        head = text.read(1 << 16).lstrip("\ufeff \r\n\t")
        if head.startswith("["):
            yield from _array(head[1:], text)
            return
        whole = head + text.read(MAX_SIZE)
    if not whole.strip():
        raise DepecheError("empty")
    try:
        value = json.loads(whole)
    except ValueError as error:
        if isinstance(_record(whole.split("\n", 1)[0], ""), dict):
            yield from _json_lines(file)
            return
        raise DepecheError(f"not JSON ({error})") from error
    for number, record in enumerate(_listed(value), 1):
        yield number, record if isinstance(record, dict) else DepecheError("not a JSON object")


def _listed(value: Any) -> list[Any]:
    """The records of a parsed file: the longest list of objects in an object that is no article, else the value."""
    if not isinstance(value, dict) or any(isinstance(v, str) and len(v) > 200 for v in value.values()):
        return [value]
    lists: list[list[Any]] = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    return max(lists, key=len) if lists else [value]


def _array(buffer: str, text: TextIO) -> Iterator[Row]:
    """Objects of a JSON array, decoded one by one as the buffer fills."""
    decoder, number, step, at = json.JSONDecoder(), 0, 1 << 16, 0
    while True:
        while at < len(buffer) and buffer[at] in ", \r\n\t":
            at += 1
        if buffer[at : at + 1] == "]":
            return
        try:
            value, at = decoder.raw_decode(buffer, at)
        except ValueError as error:
            more = text.read(step)
            if not more or len(buffer) - at > MAX_SIZE:
                yield number + 1, DepecheError(f"record {number + 1} is not JSON ({error}); reading stopped there")
                return
            buffer, at, step = buffer[at:] + more, 0, min(step * 2, MAX_SIZE)
            continue
        number += 1
        if number == 1 and not isinstance(value, dict):
            raise DepecheError("an array of something else than JSON objects")
        yield number, value if isinstance(value, dict) else DepecheError(f"record {number} is not a JSON object")
        if at > 1 << 20:
            buffer, at, step = buffer[at:], 0, 1 << 16


def _csv(file: File) -> Iterator[Row]:
    csv.field_size_limit(MAX_SIZE)
    with stream(file.stream()) as text:
        sample = text.read(1 << 16)
        text.seek(0)
        lines = csv.reader(text, delimiter=_delimiter(sample, file.suffix))
        try:
            header = [name.strip("\ufeff ") for name in next(lines, [])]
            for number, cells in enumerate(lines, 1):
                if not any(cells):
                    continue
                if len(cells) > len(header) and any(cells[len(header) :]):
                    yield (
                        number,
                        DepecheError(f"row {number} has {len(cells)} cells where the header has {len(header)}"),
                    )
                else:
                    yield number, dict(zip(header, cells, strict=False))
        except csv.Error as error:
            yield lines.line_num, DepecheError(f"line {lines.line_num}: {error}; reading stopped there")


def _delimiter(sample: str, suffix: str) -> str:
    """The separator of the header line: the one that occurs most of tab, semicolon, comma and bar."""
    header = sample.split("\n", 1)[0]
    order = "\t;,|" if suffix == ".tsv" else ",;\t|"
    return max(order, key=lambda c: (header.count(c), -order.index(c)))


def _parquet(file: File) -> Iterator[Row]:
    try:
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise DepecheError("reading Parquet needs pyarrow: pip install 'depeche[parquet]'") from error
    number = 0
    try:
        with file.open() as raw:
            for batch in parquet.ParquetFile(_seekable(raw)).iter_batches(batch_size=200):
                for record in batch.to_pylist():
                    number += 1
                    yield number, record
    except (ValueError, OSError) as error:
        raise DepecheError(f"not a readable Parquet file ({error})") from error


def _excel(file: File) -> Iterator[Row]:
    try:
        import openpyxl
    except ImportError as error:
        raise DepecheError("reading .xlsx needs openpyxl: pip install 'depeche[excel]'") from error
    try:
        raw = _seekable(file.open())
        with zipfile.ZipFile(raw) as archive:
            if is_bomb(archive, file.size):
                raise DepecheError("unpacks to an unlikely size, like a zip bomb; not read")
        book = openpyxl.load_workbook(raw, read_only=True, data_only=True)
        number = 0
        for sheet in book.worksheets:
            lines = sheet.iter_rows(values_only=True)
            header = ["" if v is None else str(v).strip() for v in next(lines, ())]
            for cells in lines:
                if any(v is not None for v in cells):
                    number += 1
                    yield number, dict(zip(header, cells, strict=False))
    except DepecheError:
        raise
    except Exception as error:  # openpyxl lets many kinds of error through on damaged files
        raise DepecheError(f"not a readable .xlsx file ({error})") from error


def _seekable(raw: BinaryIO) -> BinaryIO:
    return raw if raw.seekable() else io.BytesIO(raw.read(MAX_SIZE))


TABLES: dict[str, Callable[[File], Iterator[Row]]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
    ".xlsx": _excel,
}
