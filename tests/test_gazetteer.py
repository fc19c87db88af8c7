"""Places: every name marked in `cases/places.csv` lies where its row says, and a user's file is checked."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest

from pipeline.linking import gazetteer
from pipeline.model.article import DepecheError

CASES = Path(__file__).parent / "cases" / "places.csv"
MARK = re.compile(r"\[([^]]+)\]\(([^)]*)\)")
DEGREES = 0.3


def cases() -> list[str]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("text", cases())
def test_place(text: str) -> None:
    """`[name](CC lat lon)` is there, `(CC)` in that country, `(-)` nowhere, `()` only context."""
    marked = MARK.findall(text)
    found = gazetteer.shipped().settle([name for name, _ in marked])
    for (name, wanted), place in zip(marked, found, strict=True):
        if wanted == "-":
            assert place is None, f"{name}: {place}"
        elif wanted:
            country, *point = wanted.split()
            assert place is not None and place.country == country, f"{name}: {place}"
            if point:
                latitude, longitude = map(float, point)
                assert abs(place.latitude - latitude) < DEGREES, f"{name}: {place}"
                assert abs(place.longitude - longitude) < DEGREES, f"{name}: {place}"


def test_order_of_names_does_not_matter() -> None:
    names = sorted({name for text in cases() for name, _ in MARK.findall(text)})[:60]
    expected = dict(zip(names, gazetteer.shipped().settle(names), strict=True))
    random.Random(7).shuffle(names)
    assert dict(zip(names, gazetteer.shipped().settle(names), strict=True)) == expected


def test_country_told_by_a_role() -> None:
    assert gazetteer.locate("Vienne", countries=["FR"]).country == "FR"
    assert gazetteer.locate("Vienne", countries=["AT"]).country == "AT"


def test_own_places_come_first(tmp_path: Path) -> None:
    path = tmp_path / "lieux.csv"
    path.write_text("name;latitude;longitude;country;id\nLa Belle de Mai;43,31;5,39;fr;q-1\nParis;33.66;-95.55;US;\n")
    own = gazetteer.Gazetteer(gazetteer.read(path))
    place = own.locate("La Belle de Mai")
    assert (place.country, place.latitude, place.geonames_id) == ("FR", 43.31, "q-1")
    assert own.locate("Paris").country == "US"
    assert own.locate("Lyon").country == "FR"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,latitude,longitude\nA,1,2\n", "line 1: the column country is missing"),
        ("name,latitude,longitude,country,kind\n", "line 1: unknown column 'kind'"),
        ("name,latitude,longitude,country\nA,91,2,FR\n", "line 2: latitude 91.0 is not between -90 and 90"),
        ("name,latitude,longitude,country\nA,1,2,FR\nB,x,2,FR\n", "line 3: 'x' is no latitude in degrees"),
        ("name,latitude,longitude,country\nA,1,2,France\n", "line 2: 'France' is no ISO 3166-1 alpha-2"),
        ("name,latitude,longitude,country\n,1,2,FR\n", "line 2: the name is missing"),
    ],
)
def test_bad_own_places(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "lieux.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DepecheError, match=re.escape(said)):
        gazetteer.read(path)


def test_missing_own_places(tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match=r"absent\.csv: cannot be read"):
        gazetteer.read(tmp_path / "absent.csv")
