"""Atoms → entities: an id and a best name for each, which name belongs to which, and the rows of the table.

Entities wait on disk, numbered in the order of their first document; memory holds a number for each name. A person told
as "Kassym-Jomart Tokayev" and "Tokaïev" is `PER:kassym-jomart-tokayev`, with "Tokaïev" among the aliases.
"""

from __future__ import annotations

import itertools
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from pipeline.linking import namekeys
from pipeline.linking.corpusnames import NO_REASON, Corpus, Name, role_kind, tally
from pipeline.linking.gazetteer import Place
from pipeline.linking.placing import Placed
from pipeline.model.schema import SEPARATOR

Row = dict[str, Any]
_TABLES = """
CREATE TABLE entity (number INTEGER PRIMARY KEY, id TEXT UNIQUE, label TEXT, name TEXT, country TEXT, kind TEXT,
                     mentions INT, row TEXT);
CREATE TABLE link (name TEXT PRIMARY KEY, entity INT) WITHOUT ROWID;
CREATE TABLE belongs (entity INT, row INT);
"""


@dataclass(slots=True)
class Entity:
    """One entity on its way: why its names are one, and what corrections changed."""

    number: int
    id: str
    label: str
    name: str
    why: frozenset[str]
    place: Place | None
    cells: Row | None = None


class Entities:
    """The entities of a corpus: `of` gives the number of the entity of each name row, -1 where it was dropped."""

    def __init__(self, corpus: Corpus, placed: Placed):
        self.corpus, self.placed = corpus, placed
        self.database = corpus.database
        self.database.executescript(_TABLES)
        self.of = array("i")
        self._why: dict[int, frozenset[str]] = {}
        self._number_rows()
        self.count = 0
        self.database.execute("BEGIN")
        for number, names in self._groups():
            self.new(number, f"{names[0].label}:{namekeys.slug(best_name(names))}", names)
        self.database.execute("COMMIT")
        self.changed: dict[int, Entity] = {}

    def _number_rows(self) -> None:
        """Number the roots of all atoms in the order of their first row."""
        number_of = array("i", [-1]) * len(self.corpus.parent)
        count = 0
        for atom in self.corpus.atom_of:
            root = self.corpus.root(atom)
            if number_of[root] < 0:
                number_of[root] = count
                if why := self.corpus.why.get(root):
                    self._why[count] = why
                count += 1
            self.of.append(number_of[root])

    def _groups(self) -> Iterator[tuple[int, list[Name]]]:
        """The name rows of each entity, in the order of numbers."""
        self.database.execute("DELETE FROM belongs")
        self.database.executemany(
            "INSERT INTO belongs VALUES (?, ?)", ((n, row) for row, n in enumerate(self.of) if n >= 0)
        )
        columns = "name.row, doc, label, name, forms, role, mentions, published"
        reading = self.database.execute(
            f"SELECT entity, {columns} FROM belongs JOIN name USING (row) ORDER BY entity, row"
        )
        for number, rows in itertools.groupby(reading, key=itemgetter(0)):
            yield number, [Name(*cells[1:]) for cells in rows]

    def new(self, number: int, entity_id: str, names: list[Name]) -> None:
        """Note an entity of these names; homonyms are told apart by the document of their first name."""
        while self.find(entity_id) is not None:
            entity_id += f"@{self.corpus.doc_id(names[0].doc)}"
        made = (number, entity_id, names[0].label, best_name(names))
        self.database.execute("INSERT INTO entity (number, id, label, name) VALUES (?, ?, ?, ?)", made)
        self.count = number + 1

    def find(self, entity_id: str) -> int | None:
        """The number of an entity id."""
        found = self.database.execute("SELECT number FROM entity WHERE id = ?", (entity_id,)).fetchone()
        return found[0] if found else None

    def rows(self, number: int) -> list[int]:
        """The name rows of an entity."""
        return [row for row, n in enumerate(self.of) if n == number]

    def entity(self, number: int) -> Entity:
        """An entity as corrections left it so far; changes made to it stay."""
        if number not in self.changed:
            self.changed[number] = self._made(number, map(self.placed.place, self.rows(number)))
        return self.changed[number]

    def _made(self, number: int, places: Iterable[Place | None]) -> Entity:
        query = "SELECT id, label, name FROM entity WHERE number = ?"
        entity_id, label, name = self.database.execute(query, (number,)).fetchone()
        place = next(filter(None, places), None)
        return Entity(number, entity_id, label, name, self._why.get(number, NO_REASON), place)

    def finish(self) -> None:
        """Make the rows of the entities, and note the entity of every name."""
        self.database.execute("BEGIN")
        writing = self.database.cursor()
        made = "UPDATE entity SET label = ?, name = ?, country = ?, kind = ?, mentions = ?, row = ? WHERE number = ?"
        for number, names in self._groups():
            entity = self.changed.get(number) or self._made(number, (self.placed.place(n.row) for n in names))
            row, kind = _row(entity, names), entity.place.id.partition(":")[0] if entity.place else ""
            told = (entity.label, entity.name, row["country"], kind, row["mentions"])
            writing.execute(made, (*told, json.dumps(row, ensure_ascii=False), number))
        writing.execute("DELETE FROM entity WHERE row IS NULL")
        ids = self.database.execute("SELECT id, row FROM name ORDER BY id")
        links = ((name, self.of[row]) for name, row in ids if self.of[row] >= 0)
        writing.executemany("INSERT OR REPLACE INTO link VALUES (?, ?)", links)
        writing.execute("CREATE INDEX rank ON entity (mentions DESC, id)")
        self.database.execute("COMMIT")


def best_name(names: list[Name]) -> str:
    """The fullest name: of a person with given name, of an organisation spelled out; then the most frequent."""
    counts = tally(names)
    if len(counts) == 1:
        return names[0].name
    label = names[0].label

    def rank(name: str) -> tuple[bool, bool, int, int, str]:
        full = namekeys.is_full(namekeys.person_key(name)) if label == "PER" else not namekeys.is_acronym(name)
        shouted = len(name) > 4 and name.isupper()
        return (not full, shouted, -counts[name], -sum(not c.isascii() for c in name), name)

    return min(counts, key=rank)


def _row(entity: Entity, names: list[Name]) -> Row:
    place = entity.place
    days = sorted(n.published for n in names if n.published)
    forms: Counter[str] = Counter()
    for n in names:
        for form in {n.name, *filter(None, n.forms.split(SEPARATOR))}:
            forms[form] += n.mentions
    forms.pop(entity.name, None)
    rules = sorted(entity.why) or (["same name"] if len(names) > 1 else [])
    if any(SEPARATOR in n.forms for n in names):
        rules.append("forms of one document")
    return {
        "entity_id": entity.id,
        "label": entity.label,
        "name": entity.name,
        "aliases": SEPARATOR.join(sorted(forms, key=lambda f: (-forms[f], f))),
        "description": _description(names),
        "mentions": sum(n.mentions for n in names),
        "documents": len({n.doc for n in names}),
        "first_published": days[0] if days else "",
        "last_published": days[-1] if days else "",
        "country": place.country if place else "",
        "admin1": place.admin1 if place else "",
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "geonames_id": place.geonames_id if place else "",
        "merge_rule": SEPARATOR.join(rules),
        **(entity.cells or {}),
    }


def _description(names: list[Name]) -> str:
    """The role most documents give, in its most specific wording; never one that accuses."""
    told: Counter[str] = Counter(n.role for n in names if n.role and role_kind(n.role) != "accused")
    if not told:
        return ""
    most = min(told, key=lambda r: (-told[r], -len(r), r))
    words = set(namekeys.fold(most).split())
    finer = [r for r in told if words <= set(namekeys.fold(r).split())]
    return min(finer, key=lambda r: (r == most and len(finer) > 1, -told[r], -len(r), r))
