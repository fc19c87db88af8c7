"""Corrections of entities: merge, split, rename, relabel, drop, set, in the order of the file.

Reads and changes `Entities` before their rows are made; a line names an entity by its id, or by a name that only one
bears.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.linking import namekeys
from pipeline.linking.corrections import Correction, typed
from pipeline.linking.entityrows import Entities

Touched = dict[tuple[str, str, str], str]
"""(doc_id, label, name) of names whose label is another now, and which; "" when they were dropped."""


def correct(entities: Entities, wanted: Sequence[Correction]) -> Touched:
    """Apply entity corrections; those that match nothing say why in `problem`."""
    by_name = _named(entities, {namekeys.fold(text) for c in wanted for text in (c.id, c.value)})
    edits = _Edits(entities, by_name)
    for c in wanted:
        target = edits.target(c)
        if target is not None:
            edits.apply(c, target)
    return edits.touched()


def _named(entities: Entities, wanted: set[str]) -> dict[str, set[int]]:
    """Folded name → the entities that bear it, for the names wanted."""
    found: dict[str, set[int]] = defaultdict(set)
    for names in entities.corpus.documents():
        for name in names:
            if (folded := namekeys.fold(name.name)) in wanted:
                found[folded].add(entities.of[name.row])
    return found


class _Edits:
    """Corrections on their way into the entities; `moved` are merged ones, by where they went."""

    def __init__(self, entities: Entities, by_name: dict[str, set[int]]):
        self.entities, self.by_name = entities, by_name
        self.moved: dict[int, int] = {}

    def target(self, c: Correction) -> int | None:
        """The entity that a correction is about, or the part of it in one document."""
        found = self._find(c, c.id)
        return self._part(c, found) if found is not None and c.doc_id else found

    def apply(self, c: Correction, target: int) -> None:
        entity = self.entities.entity(target)
        if c.action == "merge":
            other = self._find(c, c.value)
            if other is None or other == target:
                c.problem = c.problem or f"{c.id} is {c.value} already"
                return
            self._move(self.entities.rows(target), other)
            self.moved[target] = other
            why, entity = entity.why, self.entities.entity(other)
            entity.why |= why
        elif c.action == "drop":
            entity.label = ""
        elif c.action == "set":
            entity.cells = (entity.cells or {}) | {c.column: typed("entities", c.column, c.value)}
        elif c.action == "relabel":
            entity.label = c.value
        elif c.value:
            entity.name = c.value
            self.by_name[namekeys.fold(c.value)].add(target)
        entity.why |= {c.mark}
        c.matched = True

    def _move(self, rows: list[int], number: int) -> None:
        for row in rows:
            self.entities.of[row] = number

    def _find(self, c: Correction, wanted: str) -> int | None:
        """The entity that an id or a name means; a name that several bear means none."""
        by_id = self.entities.find(wanted)
        found = {by_id} if by_id is not None else self.by_name.get(namekeys.fold(wanted), set())
        while any(f in self.moved for f in found):
            found = {self.moved.get(f, f) for f in found}
        if c.doc_id and len(found) > 1:
            found = {f for f in found if f"@{c.doc_id}" in self.entities.entity(f).id} or found
        if len(found) != 1:
            c.problem = f"{len(found)} entities are named {wanted}, give the id" if found else f"no entity {wanted}"
            return None
        return next(iter(found))

    def _part(self, c: Correction, number: int) -> int | None:
        """The mentions of one document as an entity of their own."""
        entity, corpus = self.entities.entity(number), self.entities.corpus
        doc = corpus.doc_number(c.doc_id)
        part = (
            [] if doc is None else [n for n in corpus.names(corpus.rows_in(doc)) if self.entities.of[n.row] == number]
        )
        if not part:
            c.problem = f"{entity.id} is not named in {c.doc_id}"
            return None
        if len(part) == len(self.entities.rows(number)):
            return number
        entity.why |= {c.mark}
        new = self.entities.count
        self.entities.new(new, f"{entity.id}@{c.doc_id}", part)
        self._move([n.row for n in part], new)
        made = self.entities.entity(new)
        made.label, made.place = entity.label, entity.place
        return new

    def touched(self) -> Touched:
        """Let go of the names that were dropped; tell which names have another label now."""
        changed = {number: e.label for number, e in self.entities.changed.items()}
        touched = {}
        for names in self.entities.corpus.documents():
            for name in names:
                label = changed.get(self.entities.of[name.row], name.label)
                if label != name.label:
                    touched[self.entities.corpus.doc_id(name.doc), name.label, name.name] = label
                if not label:
                    self.entities.of[name.row] = -1
        return touched
