"""What a time expression is read against (Frame), and what it then means (Value)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.timex.calendar_fr import Stretch

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """What an expression can be counted from.

    `now` is the publication day, `then` the date in force in the text, `inherited` a year from the context, `direction`
    where the verb looks (`pipeline.tense.direction`), `present` whether it is in the present tense, `after` the first
    day of the list or range that this expression continues.
    """

    now: date | None
    then: Stretch | None = None
    direction: int = 0
    inherited: int | None = None
    present: bool = False
    after: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A stretch, its basis (explicit, relative, inherited, none), what it was counted from (published, then, "")."""

    stretch: Stretch
    basis: str
    anchor: str = ""
    note: str = ""


def approximate(stretch: Stretch) -> Stretch:
    """The same days with fuzzy limits."""
    if stretch.approximate or not stretch.edtf:
        return stretch
    parts = stretch.edtf.split("/")
    marked = "/".join(p if p.endswith("X") or p == ".." or "T" in p else f"{p}~" for p in parts)
    return replace(stretch, edtf=marked, approximate=True)
