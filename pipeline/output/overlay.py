"""A folder for a user's own lexicon rows: `copy(folder)` makes one that changes nothing until rows are added to it."""

from __future__ import annotations

from pathlib import Path

from pipeline.model import lexicon
from pipeline.model.article import DepecheError

_README = """These files lie over the lexicon of Dépêche when a run is given `--lexicon` and this folder.
CSV: add your rows under the header; they come after the rows that Dépêche ships.
TOML: tables are merged, lists extended, other values replaced.
Delete the files you do not need. `depeche check --lexicon FOLDER` looks for faults.
The rows that Dépêche ships, to look up what is there already: {shipped}
"""


def copy(folder: Path) -> list[Path]:
    """Write the header of every lexicon file into `folder`; files that are there already are left alone.

    Returns the files written. Raises DepecheError when the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DepecheError(f"{folder}: cannot be made ({error.strerror})") from error
    written = []
    for source in sorted(p for p in lexicon.FOLDER.iterdir() if p.suffix in (".csv", ".toml") and p.stem != "tables"):
        target = folder / source.name
        if not target.exists():
            target.write_text(_header(source), encoding="utf-8", newline="\n")
            written.append(target)
    (folder / "README.txt").write_text(_README.format(shipped=lexicon.FOLDER), encoding="utf-8")
    return written


def _header(path: Path) -> str:
    """The first row of a CSV file, the comment at the top of a TOML file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix == ".csv":
        return lines[0] + "\n"
    last = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "\n".join(lines[:last]) + "\n"
