"""Where the named places of a document are: present-day country, first division, coordinates, GeoNames id.

Reads `places.tsv.gz` (GeoNames), `countries.csv`, `divisions.csv` and a user's own file; loaded on first use. Homonyms
are decided by the document's other places, then by population: "Vienne" beside "Lyon" is the town on the Rhône,
beside "Autriche" or alone the capital. What stays undecided is None: no place is better than a wrong one.
"""

from __future__ import annotations

import functools
import gzip
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from pipeline.linking import namekeys
from pipeline.model import lexicon
from pipeline.model.article import DepecheError
from pipeline.model.schema import SEPARATOR
from pipeline.reading import usertable


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


class Candidate(NamedTuple):
    """A place that a name may mean. `prior` is about the decimal logarithm of its inhabitants."""

    place: Place
    kind: str
    prior: float
    main: bool
    key: str = ""


OWN_COLUMNS = ("name", "latitude", "longitude", "country", "id", "admin1")
OWN, REGION, AREA, DEPARTMENT = 20.0, 7.2, 6.0, 5.2
CAPITAL, OTHER_NAME, PART_OF_NAME, SYNONYM, FRENCH = 1.5, -0.5, -1.5, -1.0, 0.5
COUNTRY_NEAR, COUNTRY_FIRST, DIVISION_NEAR, NEIGHBOUR = 2.5, 0.5, 1.0, 1.0
MARGIN, SURE, LARGE, ELSEWHERE, KNOWN, TOWN, LONG = 0.5, 1.5, 5.0, 5.0, 4.6, 4.1, 6
NEIGHBOURS_KM, SAME_KM = 60.0, 50.0


@dataclass
class _Context:
    """Where the other places of a document lie, by the name that tells it."""

    told: dict[str, Candidate] = field(default_factory=dict)
    countries: Counter[str] = field(default_factory=Counter)
    divisions: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, name: str, candidate: Candidate) -> None:
        self.told[name] = candidate
        self.countries[candidate.place.country] += 1
        self.divisions[candidate.place.country, candidate.place.admin1] += 1

    def knows_others(self, name: str) -> bool:
        """Whether places besides `name`, or roles, tell a country."""
        return sum(self.countries.values()) > (name in self.told)

    def support(self, name: str, candidate: Candidate) -> float:
        """What the places besides `name` say for a candidate."""
        place, own = candidate.place, self.told.get(name)
        countries = self.countries
        if own:
            countries = countries.copy()
            countries[own.place.country] -= 1
        if not place.country or countries[place.country] < 1:
            return 0.0
        total = COUNTRY_NEAR
        if countries[place.country] == max(countries.values()):
            total += COUNTRY_FIRST
        mine = own is not None and (own.place.country, own.place.admin1) == (place.country, place.admin1)
        if place.admin1 and self.divisions[place.country, place.admin1] > mine:
            total += DIVISION_NEAR
        if any(n != name and c.kind == "city" and _km(place, c.place) < NEIGHBOURS_KM for n, c in self.told.items()):
            total += NEIGHBOUR
        return total


def _km(a: Place, b: Place) -> float:
    """Distance on a sphere, in kilometres; infinite when one has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    north, south, east = map(math.radians, (a.latitude, b.latitude, a.longitude - b.longitude))
    cosine = math.sin(north) * math.sin(south) + math.cos(north) * math.cos(south) * math.cos(east)
    return 6371.0 * math.acos(max(-1.0, min(1.0, cosine)))


class Gazetteer:
    """Places by name; `own` are a user's rows, which come before all others.

    >>> shipped().locate("Vienne", ["Lyon"]).country, shipped().locate("Vienne").country
    ('FR', 'AT')
    """

    def __init__(self, own: Sequence[Candidate] = ()):
        self._lines = gzip.decompress((lexicon.FOLDER / "places.tsv.gz").read_bytes()).decode("utf-8").splitlines()
        self._index: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            entry = 2 * number
            for key in line[: line.index("\t")].split("|"):
                self._index.setdefault(key, []).append(entry)
                entry = 2 * number + 1
        self._wide: dict[str, list[Candidate]] = {}
        self._division: dict[tuple[str, str], str] = {}
        self._add_divisions()
        for candidate in own:
            self._wide.setdefault(namekeys.place_key(candidate.place.name), []).append(candidate)
        self._placeless = namekeys.words("placeless")
        self._hesitant = namekeys.words("hesitant")
        self.candidates = functools.lru_cache(maxsize=1 << 13)(self._candidates)

    def _add_divisions(self) -> None:
        rows = lexicon.rows("divisions.csv")
        self._division = {(r["country"], r["code"]): r["name"] for r in rows if r["code"] and r["kind"] == "region"}
        country = {r["country"]: r for r in rows if r["kind"] == "country"}
        for row in lexicon.rows("countries.csv"):
            self._add_country(row, country.get(row["code"], {}))
        prior = {"region": REGION, "department": DEPARTMENT, "province": DEPARTMENT, "area": AREA}
        for r in rows:
            if r["kind"] != "country":
                upper = self._division.get((r["country"], r["admin1"] or r["code"]), "")
                point = float(r["latitude"]), float(r["longitude"])
                place = Place(f"{r['kind']}:{r['country']}:{r['name']}", r["name"], r["country"], upper, *point)
                for name in filter(None, (r["name"], *r["synonyms"].split(SEPARATOR))):
                    self._add(name, Candidate(place, "division", prior[r["kind"]], True))

    def _add_country(self, row: dict[str, str], more: dict[str, str]) -> None:
        code, people = row["code"], float(more.get("population") or 0)
        prior = math.log10(max(people, 1)) + (3.3 if people > 3e5 else 2.0)
        place = Place(f"country:{code}", row["name"], code, geonames_id=more.get("geonames_id", ""))
        if more:
            place = replace(place, latitude=float(more["latitude"]), longitude=float(more["longitude"]))
        for name in filter(None, (row["name"], *row["synonyms"].split(SEPARATOR))):
            self._add(name, Candidate(place, "country", prior, True))
        for name in filter(None, more.get("synonyms", "").split(SEPARATOR)):
            self._add(name, Candidate(place, "country", prior + SYNONYM, False))
        for name in filter(None, row["historic"].split(SEPARATOR)):
            past = Place(f"country:{code}:{name}", name, code)
            self._add(name, Candidate(past, "country", prior, True))

    def _add(self, name: str, candidate: Candidate) -> None:
        known = self._wide.setdefault(namekeys.place_key(name), [])
        if all(c.place.id != candidate.place.id for c in known):
            known.append(candidate)

    def _city(self, key: str, entry: int) -> Candidate:
        number, other = divmod(entry, 2)
        keys, geonames_id, name, country, code, latitude, longitude, people, capital = self._lines[number].split("\t")
        prior = math.log10(max(int(people), 1)) + (CAPITAL if capital else 0.0)
        if other:
            prior += PART_OF_NAME if keys.startswith(f"{key} ") else OTHER_NAME
        prior += FRENCH if country in _french_speaking() and not other else 0.0
        admin1 = self._division.get((country, code), "")
        place = Place(f"city:{geonames_id}", name, country, admin1, float(latitude), float(longitude), geonames_id)
        return Candidate(place, "city", prior, not other, key)

    def _candidates(self, name: str) -> tuple[Candidate, ...]:
        key = namekeys.place_key(name)
        if key in self._placeless and key not in self._wide:
            return ()
        found = self._named(key) or self._named(key.removeprefix("l ").removeprefix("d "))
        kind, rest = _without_head(key)
        if kind and not found:
            found, key = self._named(rest), rest
            found = [c for c in found if c.kind == kind] or found
        found = [c._replace(key=key) for c in found]
        best: dict[str, Candidate] = {}
        for c in sorted(found, key=lambda c: (-c.prior, c.place.id)):
            best.setdefault(c.place.id, c)
        return tuple(best.values())

    def _named(self, key: str) -> list[Candidate]:
        """All places of a folded name; large ones also where the text's *du*, *au* has swallowed their article."""
        found = [*self._wide.get(key, ()), *(self._city(key, entry) for entry in self._index.get(key, ()))]
        for article in ("le", "la", "les"):
            cities = (self._city(f"{article} {key}", e) for e in self._index.get(f"{article} {key}", ()))
            found += [c for c in cities if c.prior >= LARGE]
        return found

    def locate(self, name: str, near: Iterable[str] = (), countries: Iterable[str] = ()) -> Place | None:
        """The place a name means beside other place names and countries (ISO codes) of its document, or None."""
        return self.settle([name, *near], countries)[0]

    def settle(self, names: Sequence[str], countries: Iterable[str] = ()) -> list[Place | None]:
        """The places that the names of one document mean, in the order given; None where that is not certain.

        `countries` are ISO codes that the document tells otherwise ("le président kazakh"). The order of the names
        does not matter.
        """
        distinct = sorted(set(names))
        context = _Context(countries=Counter(sorted(set(countries))))
        settled: dict[str, Place | None] = {}
        for name in distinct:
            if sure := self._sure(name):
                context.add(name, sure)
        for _ in range(2):
            added = []
            for name in distinct:
                if settled.get(name) is None:
                    settled[name], whole = self._decide(name, context)
                    if whole and name not in context.told:
                        added.append((name, whole))
            for name, candidate in added:
                context.add(name, candidate)
        return [settled[name] for name in names]

    def _sure(self, name: str) -> Candidate | None:
        """A candidate that needs no context: a country, or a large place far ahead of its homonyms."""
        found = self.candidates(name)
        if not found or namekeys.place_key(name) in self._hesitant:
            return None
        first = found[0]
        ahead = all(first.prior - c.prior >= SURE for c in found[1:] if not _same_spot(first, c))
        return first if ahead and first.prior >= LARGE else None

    def _decide(self, name: str, context: _Context) -> tuple[Place | None, Candidate | None]:
        """The place, and the candidate when it is decided as a whole and may serve as context."""
        found = self.candidates(name)
        if not found:
            return None, None
        scored = ((c.prior + context.support(name, c), c) for c in found)
        ranked = sorted(scored, key=lambda x: (-x[0], x[1].place.id))
        score, first = ranked[0]
        if namekeys.place_key(name) in self._hesitant and score - first.prior < COUNTRY_NEAR + DIVISION_NEAR:
            return None, None
        rivals = [c for s, c in ranked[1:] if score - s < MARGIN and not _same_spot(first, c)]
        if not _credible(first, score - first.prior, context.knows_others(name), alone=len(found) == 1):
            return None, None
        if rivals:
            return _in_common(name, [first, *rivals]), None
        return _town_of(first, found)


def _town_of(first: Candidate, found: Sequence[Candidate]) -> tuple[Place | None, Candidate | None]:
    """A region's town of the same name if they are about one spot (Genève), what they share if not (Québec)."""
    place = first.place
    if first.kind == "division" and first.prior >= REGION:
        for c in found:
            same = (c.place.country, c.place.admin1) == (place.country, place.admin1)
            part = namekeys.place_key(c.place.name).startswith(f"{c.key} ")
            if same and c.kind == "city" and c.prior >= KNOWN and not part:
                return (c.place, c) if _same_spot(first, c) else (_in_common(place.name, [first, c]), None)
    return place, first


@functools.cache
def _french_speaking() -> frozenset[str]:
    return frozenset(lexicon.words("name_words.csv", "word", kind="french_speaking", value="home"))


def _same_spot(a: Candidate, b: Candidate) -> bool:
    """Whether two candidates are one place for all purposes: a city and the canton around it."""
    return a.place.id == b.place.id or (a.place.country == b.place.country and _km(a.place, b.place) < SAME_KM)


def _credible(candidate: Candidate, support: float, elsewhere: bool, alone: bool) -> bool:
    """Whether a name is really that place.

    It is when something supports it, or it is large, all the more where the document is about other countries
    (`elsewhere`), or French, or when no other place bears so long a name.
    """
    if support > 0 or candidate.kind != "city" or candidate.prior >= (ELSEWHERE if elsewhere else KNOWN):
        return True
    if candidate.main and candidate.place.country in _french_speaking():
        return True
    return alone and not elsewhere and len(candidate.key) >= LONG and candidate.prior >= TOWN


def _in_common(name: str, rivals: list[Candidate]) -> Place | None:
    """What the places a name may mean have in common, a country and perhaps a division."""
    countries = {c.place.country for c in rivals}
    if len(countries) != 1:
        return None
    country = countries.pop()
    divisions = {c.place.admin1 for c in rivals}
    admin1 = divisions.pop() if len(divisions) == 1 else ""
    return Place(f"in:{country}:{admin1}:{namekeys.slug(name)}", name, country, admin1) if country else None


def _without_head(key: str) -> tuple[str, str]:
    """ "ville de lyon" as ("city", "lyon"); a key without such a word as ("", key)."""
    head, _, rest = key.partition(" ")
    kind = namekeys.value("place_head", head)
    if not kind or not rest:
        return "", key
    for small in ("de la ", "de l ", "de ", "du ", "des ", "d "):
        if rest.startswith(small):
            return kind, rest.removeprefix(small)
    return kind, rest


def read(path: str | Path) -> list[Candidate]:
    """Read a user's own places: CSV with name, latitude, longitude, country (ISO 3166-1), id; comma or semicolon.

    Raises DepecheError naming file and line for a missing column or a value that is none.
    """
    codes = {r["code"] for r in lexicon.rows("countries.csv")}
    found = []
    for line, cells in usertable.rows(path, OWN_COLUMNS, OWN_COLUMNS[:4]):
        try:
            found.append(_own(cells, codes))
        except ValueError as error:
            raise DepecheError(f"{path}, line {line}: {error}") from error
    return found


def _own(cells: dict[str, str], codes: set[str]) -> Candidate:
    if not cells["name"]:
        raise ValueError("the name is missing")
    country = cells["country"].upper()
    if country and country not in codes:
        raise ValueError(f"{cells['country']!r} is no ISO 3166-1 alpha-2 country code")
    point = [_degrees(cells, "latitude", 90), _degrees(cells, "longitude", 180)]
    given = cells["id"]
    key = given or f"{namekeys.slug(cells['name'])}:{point[0]}:{point[1]}"
    place = Place(f"own:{key}", cells["name"], country, cells["admin1"], point[0], point[1], given)
    return Candidate(place, "own", OWN, True)


def _degrees(cells: dict[str, str], column: str, limit: int) -> float | None:
    text = cells[column].replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{cells[column]!r} is no {column} in degrees") from None
    if not -limit <= value <= limit:
        raise ValueError(f"{column} {value} is not between -{limit} and {limit}")
    return value


@functools.cache
def shipped() -> Gazetteer:
    """The gazetteer that comes with the package, loaded once."""
    return Gazetteer()


def locate(name: str, near: Iterable[str] = (), countries: Iterable[str] = ()) -> Place | None:
    """The place a name means beside other place names and countries (ISO codes) of its document, or None.

    >>> locate("Tripoli", ["Beyrouth"]).country, locate("Tripoli").country, locate("Trifouillis")
    ('LB', 'LY', None)
    """
    return shipped().locate(name, near, countries)
