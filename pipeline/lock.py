"""One run at a time into a folder: the second is told so; a lock never outlives its process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.model.article import DepecheError


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process while the block runs; works alike on Windows, macOS and Linux.

    Raises DepecheError when another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "lock.sqlite", timeout=0, isolation_level=None)
    try:
        database.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        database.close()
        if "locked" not in str(error):
            raise
        raise DepecheError(
            f"{folder.parent}: another run is writing there; wait for it, or choose another --out"
        ) from error
    try:
        yield
    finally:
        database.close()
