"""Names of documents become entities of the corpus.

Reads `_names` rows, one a name of one document; writes `entities` rows, and the entity of every name. The result does
not depend on the order of the rows. "Tokaïev" in one article and "le président Kassym-Jomart Tokayev" in another are
`PER:kassym-jomart-tokayev`; why is said in `merge_rule`.
"""

from __future__ import annotations

import functools
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.linking import corpusnames, namekeys, sameorganisation, sameperson
from pipeline.linking import gazetteer as places
from pipeline.linking.corpusnames import Corpus, Name
from pipeline.linking.corrections import Correction, typed
from pipeline.linking.gazetteer import Gazetteer, Place
from pipeline.model import lexicon
from pipeline.model.schema import SEPARATOR

Row = dict[str, Any]
NO_RULE: frozenset[str] = frozenset()
ENOUGH = 3
"""Documents in which a place name must be decided before its undecided mentions follow."""


@dataclass(slots=True)
class Group:
    """One entity on its way: its name rows, where it is, and what corrections changed."""

    label: str
    name: str
    rows: list[int]
    why: frozenset[str] = NO_RULE
    place: Place | None = None
    cells: Row | None = None


class Links:
    """The entity of every name of the corpus."""

    def __init__(self, names: list[Name], groups: dict[str, Group], touched: dict[tuple[str, str, str], str]):
        self._names, self._groups, self._touched = names, groups, touched
        self._id = {names[row].name_id: key for key, group in groups.items() for row in group.rows}

    def __getitem__(self, name_id: str) -> str:
        """The entity_id of a name_id; "" when a correction dropped it."""
        return self._id.get(name_id, "")

    def name(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Mention or participant rows with `entity_id` in place of the name id.

        Mentions of a dropped entity are left out, and participants keep its words alone; mentions of a relabelled one
        get their label.
        """
        for row in rows:
            if not row["entity_id"]:
                yield row
                continue
            entity_id = self[row["entity_id"]]
            if "label" in row:
                if entity_id:
                    yield {**row, "entity_id": entity_id, "label": self._groups[entity_id].label}
            elif entity_id:
                yield {**row, "entity_id": entity_id}
            else:
                yield {**row, "entity_id": "", "mention_id": ""}

    def entities(self) -> Iterator[Row]:
        """Rows of the entities table, the most told first."""
        ranks = sorted(self._groups, key=lambda k: (-sum(self._names[i].mentions for i in self._groups[k].rows), k))
        for entity_id in ranks:
            yield _row(entity_id, self._groups[entity_id], self._names)

    def locate(self, event: Row, participants: Iterable[Row]) -> Row:
        """An event row with the country of its places; `participants` are its document's, named by `name`.

        The places where it happens count, else those that take part. `_entities` lists (role, entity_id, name,
        country, kind of place) of the participants, for the timeline.
        """
        if self._touched:
            event = self._corrected(event)
        entities = []
        for p in participants:
            if p["event_id"] == event["event_id"] and p["entity_id"]:
                group = self._groups[p["entity_id"]]
                country, kind = (group.place.country, group.place.id.partition(":")[0]) if group.place else ("", "")
                if group.cells:
                    country = group.cells.get("country", country)
                entities.append((p["role"], p["entity_id"], group.name, country, kind))
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
    corpus = Corpus(sorted(_name(row) for row in names))
    where = _settle(corpus, gazetteer or places.shipped())
    sameperson.people(corpus)
    corpus.forget_contexts()
    towns = _towns(corpus, where)
    sameorganisation.organisations(corpus, _countries(corpus, where), towns)
    located = _places(corpus, where, towns)
    groups = _groups(corpus, located)
    wanted = [c for c in corrections if c.scope == "entity"]
    touched = _correct(groups, corpus.names, wanted) if wanted else {}
    return Links(corpus.names, groups, touched)


def _name(row: Row) -> Name:
    told = {f: str(row.get(f) or "") for f in Name._fields if f != "mentions"}
    if told["forms"] == told["name"]:
        told["forms"] = ""
    for f in ("doc_id", "label", "name", "forms", "role", "published"):
        told[f] = sys.intern(told[f])
    return Name(**told, mentions=int(row.get("mentions") or 1))


def _settle(corpus: Corpus, gazetteer: Gazetteer) -> dict[int, Place | None]:
    """The place of every LOC row, decided document by document."""
    where: dict[int, Place | None] = {}
    for first, last in corpus.spans.values():
        rows = [i for i in range(first, last) if corpus.names[i].label == "LOC"]
        if rows:
            told = (_country_of(corpus.names[i].role) for i in range(first, last))
            settled = gazetteer.settle([corpus.names[i].name for i in rows], filter(None, told))
            where.update(zip(rows, settled, strict=True))
    return where


def _countries(corpus: Corpus, where: dict[int, Place | None]) -> dict[str, str]:
    """The country that most place mentions of a document lie in, where there is one such."""
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for row, place in where.items():
        if place and place.country:
            tally[corpus.names[row].doc_id][place.country] += corpus.names[row].mentions
    found = {}
    for doc_id, countries in tally.items():
        (country, most), *others = countries.most_common(2)
        if not others or others[0][1] < most:
            found[doc_id] = country
    return found


def _towns(corpus: Corpus, where: dict[int, Place | None]) -> dict[str, set[str]]:
    """The towns each document names."""
    found: dict[str, set[str]] = defaultdict(set)
    for row, place in where.items():
        if place and place.id.startswith("city:"):
            found[corpus.names[row].doc_id].add(place.id)
    return found


def _places(corpus: Corpus, where: dict[int, Place | None], towns: dict[str, set[str]]) -> dict[int, Place]:
    """Put every LOC row in an atom, one for each name and place; names of the same place are joined."""
    located: dict[int, Place] = {}
    atom_at: dict[str, int] = {}
    for rows in corpusnames.rest(corpus, "LOC"):
        homonyms: dict[str, list[int]] = defaultdict(list)
        for i in rows:
            place = where[i]
            homonyms[place.id if place else ""].append(i)
        _take_undecided(homonyms, corpus)
        for same in _streets(corpus, homonyms.pop("", []), towns):
            corpus.atom(same)
        for key, same in sorted(homonyms.items()):
            atom = corpus.atom(sorted(same))
            if place := where[same[0]]:
                located[atom] = place
            if key in atom_at:
                corpus.join(atom_at[key], atom, "same place")
            atom_at.setdefault(key, atom)
    return located


def _streets(corpus: Corpus, rows: list[int], towns: dict[str, set[str]]) -> list[list[int]]:
    """Rows of a name without known place; a street or school of that name is another one in another town."""
    if not rows:
        return []
    if namekeys.place_key(corpus.names[rows[0]].name).partition(" ")[0] not in namekeys.words("local_head"):
        return [rows]
    return corpusnames.apart(corpus, rows, {row: towns.get(corpus.names[row].doc_id, set()) for row in rows})


def _take_undecided(homonyms: dict[str, list[int]], corpus: Corpus) -> None:
    """Where the corpus knows one place of a name, in some documents, the undecided mentions are of it too."""
    decided = [key for key in homonyms if key]
    if len(decided) != 1 or "" not in homonyms:
        return
    if len({corpus.names[i].doc_id for i in homonyms[decided[0]]}) >= ENOUGH:
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


def _groups(corpus: Corpus, located: dict[int, Place]) -> dict[str, Group]:
    """Entities by id, in the order of their first document."""
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, atom in enumerate(corpus.atom_of):
        if atom >= 0:
            rows_of[corpus.root(atom)].append(row)
    place_of = {corpus.root(atom): place for atom, place in located.items()}
    groups: dict[str, Group] = {}
    for root, rows in sorted(rows_of.items(), key=lambda item: item[1][0]):
        names = [corpus.names[i] for i in rows]
        why = frozenset(corpus.why[root]) if root in corpus.why else NO_RULE
        group = Group(names[0].label, _best_name(names), rows, why, place_of.get(root))
        entity_id = f"{group.label}:{namekeys.slug(group.name)}"
        while entity_id in groups:
            entity_id += f"@{names[0].doc_id}"
        groups[entity_id] = group
    return groups


def _best_name(names: list[Name]) -> str:
    """The fullest name: of a person with given name, of an organisation spelled out; then the most frequent."""
    tally: Counter[str] = Counter()
    for n in names:
        tally[n.name] += n.mentions
    if len(tally) == 1:
        return names[0].name
    label = names[0].label

    def rank(name: str) -> tuple[bool, bool, int, int, str]:
        full = namekeys.is_full(namekeys.person_key(name)) if label == "PER" else not namekeys.is_acronym(name)
        shouted = len(name) > 4 and name.isupper()
        return (not full, shouted, -tally[name], -sum(not c.isascii() for c in name), name)

    return min(tally, key=rank)


def _row(entity_id: str, group: Group, names: list[Name]) -> Row:
    mine = [names[i] for i in group.rows]
    days = sorted(n.published for n in mine if n.published)
    forms: Counter[str] = Counter()
    for n in mine:
        for form in {n.name, *filter(None, n.forms.split(SEPARATOR))}:
            forms[form] += n.mentions
    forms.pop(group.name, None)
    place = group.place
    rules = sorted(group.why) or (["same name"] if len(mine) > 1 else [])
    if any(SEPARATOR in n.forms for n in mine):
        rules.append("forms of one document")
    return {
        "entity_id": entity_id,
        "label": group.label,
        "name": group.name,
        "aliases": SEPARATOR.join(sorted(forms, key=lambda f: (-forms[f], f))),
        "description": _description(mine),
        "mentions": sum(n.mentions for n in mine),
        "documents": len({n.doc_id for n in mine}),
        "first_published": days[0] if days else "",
        "last_published": days[-1] if days else "",
        "country": place.country if place else "",
        "admin1": place.admin1 if place else "",
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "geonames_id": place.geonames_id if place else "",
        "merge_rule": SEPARATOR.join(rules),
        **(group.cells or {}),
    }


def _description(names: list[Name]) -> str:
    """The role most documents give, in its most specific wording; never one that accuses."""
    tally: Counter[str] = Counter(n.role for n in names if n.role and corpusnames.role_kind(n.role) != "accused")
    if not tally:
        return ""
    most = min(tally, key=lambda r: (-tally[r], -len(r), r))
    words = set(namekeys.fold(most).split())
    finer = [r for r in tally if words <= set(namekeys.fold(r).split())]
    return min(finer, key=lambda r: (r == most and len(finer) > 1, -tally[r], -len(r), r))


def _correct(groups: dict[str, Group], names: list[Name], wanted: list[Correction]) -> dict[tuple[str, str, str], str]:
    """Apply entity corrections to the groups, in file order.

    Returns the label that a document's name has now, "" when dropped, by (doc_id, label, name).
    """
    ids: dict[str, set[str]] = defaultdict(set)
    for entity_id, group in groups.items():
        for name in {group.name, *(names[i].name for i in group.rows)}:
            ids[namekeys.fold(name)].add(entity_id)
    moved: dict[str, str] = {}
    for c in wanted:
        target = _target(c, groups, names, ids, moved)
        if target is None:
            continue
        if c.action == "merge":
            other = _find(c, c.value, groups, ids, moved) or ""
            if other in ("", target):
                c.problem = c.problem or f"{c.id} is {c.value} already"
                continue
            gone = groups.pop(target)
            groups[other].rows = sorted(groups[other].rows + gone.rows)
            groups[other].why |= gone.why
            moved[target] = target = other
        elif c.action == "drop":
            groups[target].label = ""
        elif c.action == "set":
            groups[target].cells = (groups[target].cells or {}) | {c.column: typed("entities", c.column, c.value)}
        elif c.action == "relabel":
            groups[target].label = c.value
        elif c.value:
            groups[target].name = c.value
            ids[namekeys.fold(c.value)].add(target)
        groups[target].why |= {c.mark}
        c.matched = True
    touched = {
        (names[i].doc_id, names[i].label, names[i].name): group.label
        for group in groups.values()
        for i in group.rows
        if names[i].label != group.label
    }
    for entity_id in [k for k, group in groups.items() if not group.label]:
        del groups[entity_id]
    return touched


def _target(
    c: Correction, groups: dict[str, Group], names: list[Name], ids: dict[str, set[str]], moved: dict[str, str]
) -> str | None:
    """The entity that a correction is about, or the part of it in one document."""
    found = _find(c, c.id, groups, ids, moved)
    return _part(c, found, groups, names) if found is not None and c.doc_id else found


def _find(
    c: Correction, wanted: str, groups: dict[str, Group], ids: dict[str, set[str]], moved: dict[str, str]
) -> str | None:
    """The entity that an id or a name means; a name that several bear means none."""
    found = {wanted} if wanted in groups or wanted in moved else ids.get(namekeys.fold(wanted), set())
    while any(f in moved for f in found):
        found = {moved.get(f, f) for f in found}
    found = {f for f in found if f in groups}
    if c.doc_id and len(found) > 1:
        found = {f for f in found if f"@{c.doc_id}" in f} or found
    if len(found) != 1:
        c.problem = f"{len(found)} entities are named {wanted}, give the id" if found else f"no entity {wanted}"
        return None
    return found.pop()


def _part(c: Correction, entity_id: str, groups: dict[str, Group], names: list[Name]) -> str | None:
    """The mentions of one document as an entity of their own."""
    group = groups[entity_id]
    part = [i for i in group.rows if names[i].doc_id == c.doc_id]
    if not part:
        c.problem = f"{entity_id} is not named in {c.doc_id}"
        return None
    if len(part) == len(group.rows):
        return entity_id
    group.rows = [i for i in group.rows if names[i].doc_id != c.doc_id]
    group.why |= {c.mark}
    new = f"{entity_id}@{c.doc_id}"
    groups[new] = Group(group.label, _best_name([names[i] for i in part]), part, NO_RULE, group.place)
    return new
