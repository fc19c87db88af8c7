"""Small CSV tables that users write by hand: corrections, places of their own.

Comma or semicolon, UTF-8 with or without byte order mark, empty lines skipped. Every complaint names file and line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.model.article import DepecheError


def rows(path: str | Path, columns: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells (stripped, "" where a known column is absent) of every row.

    Raises DepecheError when the file cannot be read, has a column not in `columns`, lacks one of `needed`, or has a
    row with more cells than the header.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DepecheError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DepecheError(f"{path}: cannot be read as UTF-8; save it as CSV UTF-8") from error
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if unknown := [n for n in names if n not in columns]:
            raise DepecheError(f"{path}, line 1: unknown column {unknown[0]!r}; columns are {', '.join(columns)}")
        if missing := [n for n in needed if n not in names]:
            raise DepecheError(f"{path}, line 1: the column {missing[0]} is missing; columns are {', '.join(columns)}")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    raise DepecheError(f"{path}, line {reader.line_num}: more cells than columns")
                found = dict.fromkeys(columns, "")
                found.update(zip(names, (c.strip() for c in cells), strict=False))
                yield reader.line_num, found
    except csv.Error as error:
        raise DepecheError(f"{path}, line {reader.line_num}: not valid CSV ({error})") from error
