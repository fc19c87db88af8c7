"""Which names mean one person.

The same full name, also transliterated, is one person, unless the roles are of different kinds and the articles share
no other name ("two Jean Martin"). A surname alone joins the only bearer of its document, else a bearer of the corpus
that roles or shared names single out, else the only one there is, unless the surname is common.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from pipeline.linking import namekeys
from pipeline.linking.corpusnames import Corpus, Name, linked, role_kind, spelling
from pipeline.model.schema import SEPARATOR

PREDOMINANT, FEW = 0.95, 10
"""A bearer counts as the one meant with this share of the documents, and at least this many of them."""


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
            atom = corpus.atom(rows, spelling(corpus, rows))
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


def _persons(corpus: Corpus, rows: list[int]) -> list[list[int]]:
    """Rows of one full name, by person: apart when roles are of different kinds and nothing links the articles."""
    kinds = {row: role_kind(corpus.names[row].role) for row in rows}
    if len(set(kinds.values()) - {""}) < 2:
        return [rows]
    evidence = {row: corpus.context(row) | {f"kind:{kinds[row]}"} - {"kind:"} for row in rows}
    groups = linked(corpus, rows, evidence)
    told = [g for g in groups if any(kinds[r] for r in g)]
    main = max(told, key=lambda g: (len(g), -g[0]))
    main += [r for g in groups if not any(kinds[r] for r in g) for r in g]
    return sorted(sorted(g) for g in told)


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
            corpus.atom(rows, spelling(corpus, rows))


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
