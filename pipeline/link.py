"""Names of documents become entities of the corpus.

Reads `_names` rows, one a name of one document; writes `entities` rows, and the entity of every name. The result does
not depend on the order of the rows. "Tokaïev" in one article and "le président Kassym-Jomart Tokayev" in another are
`PER:kassym-jomart-tokayev`; why is said in `merge_rule`.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipeline.linking import byhand, placing, sameorganisation, sameperson
from pipeline.linking import gazetteer as places
from pipeline.linking.corpusnames import Corpus
from pipeline.linking.corrections import Correction
from pipeline.linking.entityrows import Entities
from pipeline.linking.gazetteer import Gazetteer
from pipeline.model.schema import SEPARATOR

Row = dict[str, Any]
Place = tuple[str, str, str]
"""Name, country and kind of place of an entity."""


class Links:
    """The entity of every name of the corpus, kept on disk."""

    def __init__(self, database: sqlite3.Connection, touched: byhand.Touched):
        self._database, self._touched = database, touched
        self._link = functools.lru_cache(maxsize=1 << 12)(self._read_link)
        self._told = functools.lru_cache(maxsize=1 << 12)(self._read_told)

    def _read_link(self, name_id: str) -> tuple[str, str]:
        query = "SELECT entity.id, label FROM link JOIN entity ON entity = number WHERE link.name = ?"
        return self._database.execute(query, (name_id,)).fetchone() or ("", "")

    def _read_told(self, entity_id: str) -> Place:
        query = "SELECT name, country, kind FROM entity WHERE id = ?"
        return self._database.execute(query, (entity_id,)).fetchone() or ("", "", "")

    def __getitem__(self, name_id: str) -> str:
        """The entity_id of a name_id; "" when a correction dropped it."""
        return self._link(name_id)[0]

    def name(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Mention or participant rows with `entity_id` in place of the name id.

        Mentions of a dropped entity are left out, and participants keep its words alone; mentions of a relabelled one
        get their label.
        """
        for row in rows:
            if not row["entity_id"]:
                yield row
                continue
            entity_id, label = self._link(row["entity_id"])
            if "label" in row:
                if entity_id:
                    yield {**row, "entity_id": entity_id, "label": label}
            elif entity_id:
                yield {**row, "entity_id": entity_id}
            else:
                yield {**row, "entity_id": "", "mention_id": ""}

    def entities(self) -> Iterator[Row]:
        """Rows of the entities table, the most told first."""
        for (row,) in self._database.execute("SELECT row FROM entity ORDER BY mentions DESC, id"):
            yield json.loads(row)

    def locate(self, event: Row, participants: Iterable[Row]) -> Row:
        """An event row with the country of its places; `participants` may be those of all events, named by `name`.

        The places where it happens count, else those that take part. `_entities` lists (role, entity_id, name,
        country, kind of place) of the participants, for the timeline.
        """
        if self._touched:
            event = self._corrected(event)
        entities = [
            (p["role"], p["entity_id"], *self._told(p["entity_id"]))
            for p in participants
            if p["event_id"] == event["event_id"] and p["entity_id"]
        ]
        where = {e[3]: None for e in entities if e[0] == "place" and e[3]}
        among = {e[3]: None for e in entities if e[0] != "speaker" and e[3]}
        return {**event, "country": SEPARATOR.join(where or among), "_entities": entities}

    def _corrected(self, event: Row) -> Row:
        """An event row without dropped names, relabelled ones in their column."""
        columns = {"PER": "people", "ORG": "organisations", "LOC": "places"}
        kept: dict[str, list[str]] = {label: [] for label in columns}
        for label, column in columns.items():
            for name in filter(None, (event.get(column) or "").split(SEPARATOR)):
                now = self._touched.get((event["doc_id"], label, name), label)
                if now:
                    kept[now].append(name)
        return {**event, **{columns[label]: SEPARATOR.join(names) for label, names in kept.items()}}


def link(
    names: Iterable[Row],
    *,
    gazetteer: Gazetteer | None = None,
    corrections: Sequence[Correction] = (),
) -> Links:
    """Decide which names of a corpus are one entity.

    `names` are `_names` rows (name_id, doc_id, label PER, LOC or ORG, name, forms joined by " | ", role, mentions,
    published); `gazetteer` replaces the shipped one. Corrections that match nothing keep `matched` False.

    >>> rows = [dict(name_id="a#n0", doc_id="a", label="PER", name="Kassym-Jomart Tokayev"),
    ...         dict(name_id="b#n9", doc_id="b", label="PER", name="Tokaïev")]
    >>> link(rows)["b#n9"]
    'PER:kassym-jomart-tokayev'
    """
    corpus = Corpus(names)
    placed = placing.Placed(corpus, gazetteer or places.shipped())
    sameperson.people(corpus)
    sameorganisation.organisations(corpus, placed)
    placing.places(corpus, placed)
    entities = Entities(corpus, placed)
    wanted = [c for c in corrections if c.scope == "entity"]
    touched = byhand.correct(entities, wanted) if wanted else {}
    entities.finish()
    return Links(corpus.database, touched)
