"""Where the named places of a document are. First stage: countries alone."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline import namekeys
from pipeline.model import lexicon


@dataclass(frozen=True)
class Place:
    """A place of the present day; what is not known is empty."""

    id: str
    name: str
    country: str = ""
    admin1: str = ""
    latitude: float | None = None
    longitude: float | None = None
    geonames_id: str = ""


class Gazetteer:
    """Places by name."""

    def __init__(self) -> None:
        self.countries: dict[str, Place] = {}
        for row in lexicon.rows("countries.csv"):
            place = Place(f"country:{row['code']}", row["name"], row["code"])
            for name in (row["name"], *row["synonyms"].split(" | ")):
                if name:
                    self.countries.setdefault(namekeys.place_key(name), place)

    def settle(self, names: Iterable[str]) -> list[Place | None]:
        """The places of one document, in the order given."""
        return [self.countries.get(namekeys.place_key(name)) for name in names]


@functools.cache
def shipped() -> Gazetteer:
    """The gazetteer that comes with the package."""
    return Gazetteer()
