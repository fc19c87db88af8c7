"""Which names of a corpus mean one person or one organisation.

Works on sorted name rows (`Corpus`) and puts every row in an *atom*; atoms are joined when evidence says so. All
comparison is by equal keys (`namekeys`), never pair by pair, so the cost is near-linear in the number of names.

- People: the same full name, also transliterated, is one person, unless the roles are of different kinds and the
  articles share no other name ("two Jean Martin"). A surname alone joins the only bearer of its document, else a
  bearer of the corpus that roles or shared names single out, else the only one there is, unless the surname is common.
- Organisations: the same words that count; an acronym joins the name that its document, or the corpus alone, or
  `acronyms.csv` gives it.
"""

from __future__ import annotations

import functools
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline import namekeys
from pipeline.model import lexicon
from pipeline.model.schema import SEPARATOR

PREDOMINANT, FEW = 0.95, 10
"""A bearer counts as the one meant with this share of the documents, and at least this many of them."""


class Name(NamedTuple):
    """One `_names` row: a name of one document with its evidence."""

    doc_id: str
    name_id: str
    label: str
    name: str
    forms: str
    role: str
    mentions: int
    published: str


@dataclass
class Corpus:
    """Sorted name rows, the atom of each, and which atoms have been joined and why."""

    names: list[Name]
    atom_of: array[int] = field(default_factory=lambda: array("l"))
    parent: array[int] = field(default_factory=lambda: array("l"))
    why: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    _contexts: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.atom_of = array("l", [-1]) * len(self.names)

    def atom(self, rows: Iterable[int], why: str = "") -> int:
        """A new atom that holds these rows."""
        new = len(self.parent)
        self.parent.append(new)
        for row in rows:
            self.atom_of[row] = new
        if why:
            self.why[new].add(why)
        return new

    def root(self, atom: int) -> int:
        while self.parent[atom] != atom:
            self.parent[atom] = self.parent[self.parent[atom]]
            atom = self.parent[atom]
        return atom

    def join(self, a: int, b: int, why: str) -> None:
        a, b = sorted((self.root(a), self.root(b)))
        if a != b:
            self.parent[b] = a
            self.why[a] |= self.why.pop(b, set())
        if why:
            self.why[a].add(why)

    @cached_property
    def spans(self) -> dict[str, tuple[int, int]]:
        """First and last-plus-one row of every document."""
        found: dict[str, tuple[int, int]] = {}
        for i, name in enumerate(self.names):
            found[name.doc_id] = (found.get(name.doc_id, (i, 0))[0], i + 1)
        return found

    def together(self, row: int) -> range:
        """Rows of the document of this row."""
        return range(*self.spans[self.names[row].doc_id])

    @cached_property
    def keys(self) -> list[str]:
        return [sys.intern(f"{n.label}:{namekeys.fold(n.name)}") for n in self.names]

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(self.keys)

    def context(self, row: int) -> frozenset[str]:
        """Names of people and organisations beside this one, those found all over the corpus left out."""
        doc_id = self.names[row].doc_id
        if doc_id not in self._contexts:
            self._contexts[doc_id] = self._telling(self.together(row))
        return self._contexts[doc_id] - {self.keys[row]}

    def forget_contexts(self) -> None:
        """Free what only people need."""
        self._contexts.clear()
        self.__dict__.pop("keys", None)
        self.__dict__.pop("_spread", None)

    def _telling(self, rows: range) -> frozenset[str]:
        limit = max(10, len(self.spans) // 20)
        agencies = namekeys.words("agency")
        keys = (self.keys[i] for i in rows if self.names[i].label in ("PER", "ORG"))
        return frozenset(k for k in keys if self._spread[k] <= limit and k.partition(":")[2] not in agencies)


def role_kind(role: str) -> str:
    """The walk of life that a role tells (`role_kinds.csv`), or "".

    >>> role_kind("ancien maire de Lyon"), role_kind("attaquant"), role_kind("voisin")
    ('state', 'sport', '')
    """
    kinds = _role_kinds()
    for word in namekeys.fold(role).split():
        if word in kinds:
            return kinds[word]
    return ""


@functools.cache
def _role_kinds() -> dict[str, str]:
    return {namekeys.fold(r["word"]): r["kind"] for r in lexicon.rows("role_kinds.csv")}


def people(corpus: Corpus) -> None:
    """Put every PER row in an atom."""
    full: dict[tuple[str, ...], list[int]] = defaultdict(list)
    short: list[tuple[int, tuple[str, ...]]] = []
    for i, name in enumerate(corpus.names):
        if name.label == "PER":
            key = _best_key(name)
            if namekeys.is_full(key):
                full[key].append(i)
            else:
                short.append((i, key))
    bearers: dict[tuple[str, ...], list[int]] = defaultdict(list)
    given: dict[int, tuple[str, ...]] = {}
    rows_of: dict[int, list[int]] = {}
    for key in sorted(full):
        for rows in _persons(corpus, full[key]):
            atom = corpus.atom(rows, _spelling(corpus, rows))
            rows_of[atom] = rows
            given[atom] = key
            for cut in range(1, min(len(key), 4)):
                bearers[key[cut:]].append(atom)
    _short_names(corpus, short, _Bearers(corpus, bearers, given, rows_of))


def _best_key(name: Name) -> tuple[str, ...]:
    """The key of the fullest form the document gives, if it ends like the name."""
    key = namekeys.person_key(name.name)
    if namekeys.is_full(key):
        return key
    forms = (namekeys.person_key(form) for form in name.forms.split(SEPARATOR))
    longer = [f for f in forms if namekeys.is_full(f) and f[-1] == key[-1]]
    return max(longer, key=lambda f: (len(f), f), default=key)


def _spelling(corpus: Corpus, rows: list[int], rule: str = "transliteration") -> str:
    return rule if len({namekeys.fold(corpus.names[i].name) for i in rows}) > 1 else ""


def _persons(corpus: Corpus, rows: list[int]) -> list[list[int]]:
    """Rows of one full name, by person: apart when roles are of different kinds and nothing links the articles."""
    kinds = {row: role_kind(corpus.names[row].role) for row in rows}
    if len(set(kinds.values()) - {""}) < 2:
        return [rows]
    evidence = {row: corpus.context(row) | {f"kind:{kinds[row]}"} - {"kind:"} for row in rows}
    groups = _linked(corpus, rows, evidence)
    told = [g for g in groups if any(kinds[r] for r in g)]
    main = max(told, key=lambda g: (len(g), -g[0]))
    main += [r for g in groups if not any(kinds[r] for r in g) for r in g]
    return sorted(sorted(g) for g in told)


def _linked(corpus: Corpus, rows: list[int], evidence: Mapping[int, Collection[str]]) -> list[list[int]]:
    """Rows in groups: together when of one document or when they share a piece of evidence."""
    leader = {row: row for row in rows}

    def find(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    first: dict[str, int] = {}
    for row in rows:
        for token in sorted({*evidence[row], f"doc:{corpus.names[row].doc_id}"}):
            a, b = sorted((find(row), find(first.setdefault(token, row))))
            leader[b] = a
    groups: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        groups[find(row)].append(row)
    return list(groups.values())


def apart(corpus: Corpus, rows: list[int], evidence: Mapping[int, Collection[str]]) -> list[list[int]]:
    """Rows of a name that many bear, together only where evidence links them; those without any stay together."""
    if len(rows) < 2 or not any(evidence[row] for row in rows):
        return [rows]
    return _linked(corpus, rows, {row: evidence[row] or {""} for row in rows})


@dataclass
class _Bearers:
    """Persons known by full name, by the ends of their names."""

    corpus: Corpus
    by_end: dict[tuple[str, ...], list[int]]
    key: dict[int, tuple[str, ...]]
    rows: dict[int, list[int]]
    _contexts: dict[int, set[str]] = field(default_factory=dict)

    def of(self, short: tuple[str, ...]) -> list[int]:
        """Atoms whose full name may be shortened so: "Le Pen", "J.-M. Le Pen"."""
        letters, surname = namekeys.split_initials(short)
        found = self.by_end.get(surname, [])
        return [a for a in found if self._starts(a, len(surname), letters)]

    def _starts(self, atom: int, surname: int, letters: str) -> bool:
        given = "".join(word[0].lower() for word in self.key[atom][:-surname])
        return given.startswith(letters)

    def documents(self, atom: int) -> int:
        return len({self.corpus.names[i].doc_id for i in self.rows[atom]})

    def context(self, atom: int) -> set[str]:
        if atom not in self._contexts:
            self._contexts[atom] = set().union(*(self.corpus.context(i) for i in self.rows[atom]))
        return self._contexts[atom]

    def agree(self, atom: int, row: int) -> int:
        """How much speaks for this bearer: 2 for a shared role, 1 for each shared name up to 2; -1 when roles clash."""
        role = self.corpus.names[row].role
        score = min(2, len(self.context(atom) & self.corpus.context(row)))
        if role:
            theirs = {self.corpus.names[i].role for i in self.rows[atom]} - {""}
            if namekeys.fold(role) in {namekeys.fold(r) for r in theirs}:
                return score + 2
            kinds = {role_kind(r) for r in theirs} - {""}
            if role_kind(role) and kinds and role_kind(role) not in kinds:
                return score or -1
        return score


def _short_names(corpus: Corpus, short: list[tuple[int, tuple[str, ...]]], known: _Bearers) -> None:
    """Join surnames and initialled names to a bearer, or to each other."""
    alone: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, key in short:
        bearer, why = _bearer(corpus, row, key, known)
        if bearer is None:
            alone[key].append(row)
        else:
            corpus.atom_of[row] = bearer
            corpus.why[corpus.root(bearer)].add(why)
    for key in sorted(alone):
        for rows in _persons(corpus, alone[key]):
            corpus.atom(rows, _spelling(corpus, rows))


def _bearer(corpus: Corpus, row: int, key: tuple[str, ...], known: _Bearers) -> tuple[int | None, str]:
    letters, surname = namekeys.split_initials(key)
    rule = "initials" if letters else "surname"
    candidates = known.of(key)
    here = {corpus.atom_of[i] for i in corpus.together(row)}
    present = [a for a in candidates if a in here]
    if len(present) == 1:
        return present[0], f"{rule} in the same document"
    if not candidates or present or (len(key) == 1 and namekeys.is_given(namekeys.fold(corpus.names[row].name))):
        return None, ""
    scores = {a: known.agree(a, row) for a in candidates}
    best = max(scores.values())
    leading = [a for a in candidates if scores[a] == best]
    if best > 0 and len(leading) == 1:
        return leading[0], f"{rule} and context"
    if len(candidates) == 1 and best == 0 and (letters or not _common(corpus.names[row].name, surname)):
        return candidates[0], f"{rule} of one bearer"
    spread = {a: known.documents(a) for a in leading}
    most = max(leading, key=lambda a: (spread[a], -a))
    everyone = sum(known.documents(a) for a in candidates)
    if best >= 0 and spread[most] >= FEW and spread[most] >= PREDOMINANT * everyone:
        return most, f"{rule} of the predominant bearer"
    return None, ""


def _common(name: str, surname: tuple[str, ...]) -> bool:
    return len(surname) == 1 and namekeys.is_common_surname(namekeys.fold(name).split()[-1])


def organisations(corpus: Corpus, country_of: Mapping[str, str], towns: Mapping[str, Collection[str]]) -> None:
    """Put every ORG row in an atom.

    `country_of` gives the country a document is about and `towns` the towns it names: "ministère de l'Intérieur" is
    one organisation in each country, "tribunal correctionnel" in each town.
    """
    full: dict[tuple[str, ...], list[int]] = defaultdict(list)
    short: dict[str, list[int]] = defaultdict(list)
    meanings: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for i, name in enumerate(corpus.names):
        if name.label != "ORG":
            continue
        forms = [name.name, *name.forms.split(SEPARATOR)]
        acronyms = [_letters(f) for f in forms if namekeys.is_acronym(f)]
        long = [f for f in forms if f and _letters(f) not in acronyms]
        if not long:
            short[acronyms[0] if acronyms else namekeys.fold(name.name)].append(i)
            continue
        key = namekeys.organisation_key(name.name if name.name in long else max(long, key=lambda f: (len(f), f)))
        full[key].append(i)
        for acronym in acronyms:
            meanings[acronym].add(key)
    atoms = {}
    for key in sorted(full):
        for rows in _bodies(corpus, key, full[key], country_of, towns):
            atoms[key] = corpus.atom(rows, _spelling(corpus, rows, "same words"))
    _acronyms(corpus, short, meanings, atoms)


def _letters(name: str) -> str:
    return namekeys.fold(name).replace(" ", "")


def _bodies(
    corpus: Corpus,
    key: tuple[str, ...],
    rows: list[int],
    country_of: Mapping[str, str],
    towns: Mapping[str, Collection[str]],
) -> list[list[int]]:
    """Rows of one name: apart by country where every state has such a body, by town where every town has."""
    if len(rows) == 1:
        return [rows]
    name = namekeys.fold(corpus.names[rows[0]].name)
    if key[0] in namekeys.words("local_institution") or name in namekeys.words("local_institution"):
        return apart(corpus, rows, {row: towns.get(corpus.names[row].doc_id, ()) for row in rows})
    if key[0] not in namekeys.words("institution") or not namekeys.words("supranational").isdisjoint(key):
        return [rows]
    groups: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        groups[country_of.get(corpus.names[row].doc_id, "")].append(row)
    if len(groups) == 2:
        groups[max(groups)] += groups.pop("", [])
    return [sorted(groups[country]) for country in sorted(groups)]


def _acronyms(
    corpus: Corpus,
    short: dict[str, list[int]],
    meanings: dict[str, set[tuple[str, ...]]],
    atoms: dict[tuple[str, ...], int],
) -> None:
    """Join acronyms to the names they stand for: in their document first, then in the corpus and the list."""
    for acronym, key in _listed():
        if key in atoms:
            for other in sorted(meanings[acronym] & {k for a, k in _listed() if a == acronym}):
                corpus.join(atoms[other], atoms[key], "list of acronyms")
            meanings[acronym].add(key)
    letters: dict[int, frozenset[str]] = {}
    left: list[tuple[str, int]] = []
    for acronym in sorted(short):
        for row in short[acronym]:
            spelled = _spelled_out(corpus, row, acronym, letters)
            if spelled is None:
                left.append((acronym, row))
            else:
                corpus.atom_of[row] = corpus.atom_of[spelled]
                corpus.why[corpus.root(corpus.atom_of[spelled])].add("initials of a name in the same document")
                meanings[acronym].add(namekeys.organisation_key(corpus.names[spelled].name))
    undecided: dict[str, list[int]] = defaultdict(list)
    for acronym, row in left:
        roots = {corpus.root(atoms[key]) for key in meanings[acronym] if key in atoms}
        if len(roots) == 1:
            (root,) = roots
            corpus.atom_of[row] = root
            corpus.why[root].add("acronym")
        else:
            undecided[acronym].append(row)
    for acronym in sorted(undecided):
        corpus.atom(undecided[acronym])


@functools.cache
def _listed() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = lexicon.rows("acronyms.csv")
    return tuple((_letters(r["acronym"]), namekeys.organisation_key(r["name"])) for r in rows)


def _spelled_out(corpus: Corpus, row: int, acronym: str, letters: dict[int, frozenset[str]]) -> int | None:
    """A row of the one organisation of the document whose initials these are."""
    found: dict[int, int] = {}
    for i in corpus.together(row):
        if corpus.names[i].label == "ORG" and corpus.atom_of[i] >= 0 and i != row:
            if i not in letters:
                letters[i] = namekeys.initials(corpus.names[i].name)
            if acronym in letters[i]:
                found.setdefault(corpus.atom_of[i], i)
    return next(iter(found.values())) if len(found) == 1 else None


def rest(corpus: Corpus, label: str) -> Iterator[list[int]]:
    """Rows of one label by folded name, in order."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(corpus.names):
        if name.label == label:
            groups[namekeys.place_key(name.name)].append(i)
    for key in sorted(groups):
        yield groups[key]
