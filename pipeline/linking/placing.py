"""Where the place names of a corpus are, document by document, and which of them mean one place.

Reads the LOC rows of a `Corpus`; writes the place of each (`Placed`) and puts every LOC row in an atom, one for each
name and place. "Vienne" in an article about Lyon and "Vienne" in one about Austria are two.
"""

from __future__ import annotations

import functools
from array import array
from collections import Counter, defaultdict

from pipeline.linking import namekeys
from pipeline.linking.corpusnames import Corpus, Name, apart
from pipeline.linking.gazetteer import Gazetteer, Place
from pipeline.model import lexicon

ENOUGH = 3
"""Documents in which a place name must be decided before its undecided mentions follow."""


class Placed:
    """The place of every LOC row, decided document by document; the country and the towns of every document."""

    def __init__(self, corpus: Corpus, gazetteer: Gazetteer):
        self._corpus = corpus
        self._places: list[Place] = []
        self._numbers: dict[Place, int] = {}
        self._place = array("i", [-1]) * len(corpus)
        self._countries: list[str] = [""]
        self._country = array("i")
        for names in corpus.documents():
            local = [n for n in names if n.label == "LOC"]
            told = filter(None, (_country_of(n.role) for n in names))
            settled = gazetteer.settle([n.name for n in local], told) if local else []
            tally: Counter[str] = Counter()
            for name, place in zip(local, settled, strict=True):
                if place:
                    self._place[name.row] = self._number(place)
                    tally[place.country] += name.mentions
            self._country.append(self._country_number(tally))

    def _number(self, place: Place) -> int:
        if place not in self._numbers:
            self._numbers[place] = len(self._places)
            self._places.append(place)
        return self._numbers[place]

    def _country_number(self, tally: Counter[str]) -> int:
        """Of the country that most place mentions lie in, where there is one such."""
        tally.pop("", None)
        most = tally.most_common(2)
        if not most or (len(most) > 1 and most[0][1] == most[1][1]):
            return 0
        if most[0][0] not in self._countries:
            self._countries.append(most[0][0])
        return self._countries.index(most[0][0])

    def place(self, row: int) -> Place | None:
        number = self._place[row]
        return self._places[number] if number >= 0 else None

    def country(self, doc: int) -> str:
        """The country a document is about, or ""."""
        return self._countries[self._country[doc]]

    def towns(self, doc: int) -> set[str]:
        """The towns a document names."""
        places = filter(None, map(self.place, self._corpus.rows_in(doc)))
        return {place.id for place in places if place.id.startswith("city:")}


def places(corpus: Corpus, placed: Placed) -> None:
    """Put every LOC row in an atom; names of the same place are joined."""
    atom_at: dict[str, int] = {}
    for _, names in corpus.blocks("LOC", lambda name, _: namekeys.place_key(name)):
        homonyms: dict[str, list[Name]] = defaultdict(list)
        for name in names:
            place = placed.place(name.row)
            homonyms[place.id if place else ""].append(name)
        _take_undecided(homonyms)
        for same in _streets(homonyms.pop("", []), placed):
            corpus.atom(same)
        for key, same in sorted(homonyms.items()):
            atom = corpus.atom(same)
            if key in atom_at:
                corpus.join(atom_at[key], atom, "same place")
            atom_at.setdefault(key, atom)


def _streets(names: list[Name], placed: Placed) -> list[list[Name]]:
    """Rows of a name without known place; a street or school of that name is another one in another town."""
    if not names:
        return []
    if namekeys.place_key(names[0].name).partition(" ")[0] not in namekeys.words("local_head"):
        return [names]
    return apart(names, {n.row: placed.towns(n.doc) for n in names})


def _take_undecided(homonyms: dict[str, list[Name]]) -> None:
    """Where the corpus knows one place of a name, in some documents, the undecided mentions are of it too."""
    decided = [key for key in homonyms if key]
    if len(decided) != 1 or "" not in homonyms:
        return
    if len({n.doc for n in homonyms[decided[0]]}) >= ENOUGH:
        homonyms[decided[0]] += homonyms.pop("")


@functools.lru_cache(maxsize=1 << 14)
def _country_of(role: str) -> str:
    """The country that a role tells ("président kazakh"), or ""."""
    return next(filter(None, (_demonyms().get(w, "") for w in namekeys.fold(role).split())), "") if role else ""


@functools.cache
def _demonyms() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in lexicon.rows("demonyms.csv"):
        for gender in ("masculine", "feminine"):
            key = namekeys.fold(row[gender])
            for form in (key, key + "s"):
                found.setdefault(form, row["country"])
    return found
