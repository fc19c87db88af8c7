"""Tables open in another program: noticed before work starts, and told when they stand in the way of new ones.

LibreOffice sets `.~lock.events.csv#` beside a file it has open, Excel `~$events.xlsx`; Windows besides denies renaming
an open file, which is tried by renaming it to its own name.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.model.article import DepecheError


def check_free(path: Path) -> None:
    """Raise DepecheError when `path` exists and is open in another program or cannot be written.

    >>> check_free(Path("not-there.csv"))
    """
    if not path.exists():
        return
    for lock in (path.with_name(f".~lock.{path.name}#"), path.with_name(f"~${path.name}")):
        if lock.exists():
            raise DepecheError(
                f"{path}: is open in another program; close it there and run the same command again "
                f"(when no program has it open, delete {lock.name} beside it)"
            )
    try:
        os.replace(path, path)
        free = os.access(path, os.W_OK)
    except OSError:
        free = False
    if not free:
        raise DepecheError(f"{path}: cannot be written; is it open in another program, or protected?")


def put_in_place(new: Path, path: Path) -> None:
    """Move the finished file `new` to `path`. Raises DepecheError when another program holds `path`; `new` stays."""
    try:
        os.replace(new, path)
    except PermissionError as error:
        raise DepecheError(
            f"{path}: cannot be replaced; is it open in another program? Close it and run the same command again: "
            f"what was made is kept in {new.parent}"
        ) from error
