"""A written CSV table → Parquet: one file, or a folder of files where the table is large.

`events.csv` becomes `events.parquet`; with more than a million rows that is a folder of `part-00000.parquet`,
`part-00001.parquet` …, which pandas, DuckDB and Spark read as one table.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pandas as pd

from pipeline.model.article import DepecheError
from pipeline.model.frames import typed

ROWS_A_FILE = 1_000_000
ROWS_AT_ONCE = {"documents": 2_000}
"""Rows in memory at once, a row group of the file; documents carry whole texts."""
MANY = 50_000


def from_csv(table: str, folder: Path, rows: int) -> None:
    """Write `folder/table.parquet` from `folder/table.csv`, which holds `rows` rows.

    Raises DepecheError when pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise DepecheError("--format parquet needs pyarrow; install it with: pip install 'depeche[parquet]'") from error
    chunks = (pa.Table.from_pandas(typed(c, table), preserve_index=False) for c in _chunks(table, folder))
    target = folder / f"{table}.parquet"
    if rows > ROWS_A_FILE:
        target.mkdir()
    content = next(chunks, None)
    for number in count():
        path = target / f"part-{number:05}.parquet" if target.is_dir() else target
        written = 0
        assert content is not None  # a table without rows still gives an empty chunk
        with pq.ParquetWriter(path, content.schema) as writer:
            while content is not None and (written == 0 or written + len(content) <= ROWS_A_FILE):
                writer.write_table(content)
                written += len(content)
                content = next(chunks, None)
        if content is None:
            return


def _chunks(table: str, folder: Path) -> Iterator[pd.DataFrame]:
    size = min(ROWS_AT_ONCE.get(table, MANY), ROWS_A_FILE)
    empty = True
    path = folder / f"{table}.csv"
    for chunk in pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], chunksize=size):
        empty = False
        yield chunk
    if empty:
        yield pd.read_csv(path, dtype=str)
