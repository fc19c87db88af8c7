"""Named evidence and its learned weights: what is named once is weighed once.

Evidence comes in tuples of names, each made by a function that remembers its answers: there are few combinations.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable
from pathlib import Path

Names = tuple[str, ...]
FOLDER = Path(__file__).resolve().parent / "weights"


_REMEMBERED = 100_000  # combinations


class Weights:
    """Learned weights, in log-odds, of the names in a CSV file (`feature`, `weight`) of the folder `weights/`."""

    def __init__(self, name: str):
        self.path = FOLDER / name
        self.summed: dict[Names, float] = {}

    @functools.cached_property
    def by_name(self) -> dict[str, float]:
        """The weight of each name."""
        with self.path.open(encoding="utf-8", newline="") as file:
            return {row["feature"]: float(row["weight"]) for row in csv.DictReader(file)}

    def of(self, evidence: Iterable[Names]) -> float:
        """Sum of the weights of some evidence; a name without one weighs nothing."""
        total, summed = 0.0, self.summed
        for names in evidence:
            weight = summed.get(names)
            if weight is None:
                if len(summed) > _REMEMBERED:
                    summed.clear()
                weight = summed[names] = sum(self.by_name.get(name, 0.0) for name in names)
            total += weight
        return total


def true(**signs: bool) -> Names:
    """The names of what is true; `_` stands for a space.

    >>> true(in_title=True, question=False)
    ('in title',)
    """
    return tuple(name.replace("_", " ") for name, holds in signs.items() if holds)
