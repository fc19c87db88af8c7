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
Key = tuple[str, ...]


def people(corpus: Corpus) -> None:
    """Put every PER row in an atom, one surname after the other."""
    for _, names in corpus.blocks("PER", lambda name, forms: (_best_key(name, forms) or ("",))[-1]):
        _surname(corpus, names)


def _surname(corpus: Corpus, names: list[Name]) -> None:
    """Names that end in the same word."""
    full: dict[Key, list[Name]] = defaultdict(list)
    short: list[tuple[Name, Key]] = []
    for name in names:
        key = _best_key(name.name, name.forms)
        if namekeys.is_full(key):
            full[key].append(name)
        else:
            short.append((name, key))
    known = _Bearers(corpus)
    for key in sorted(full):
        for person in _persons(corpus, full[key]):
            known.add(corpus.atom(person, spelling(person)), key, person)
    _short_names(corpus, short, known)


def _best_key(name: str, forms: str) -> Key:
    """The key of the fullest form the document gives, if it ends like the name."""
    key = namekeys.person_key(name)
    if namekeys.is_full(key) or not key:
        return key
    others = (namekeys.person_key(form) for form in forms.split(SEPARATOR))
    longer = [f for f in others if namekeys.is_full(f) and f[-1] == key[-1]]
    return max(longer, key=lambda f: (len(f), f), default=key)


def _persons(corpus: Corpus, names: list[Name]) -> list[list[Name]]:
    """Rows of one full name, by person: apart when roles are of different kinds and nothing links the articles."""
    kinds = {n.row: role_kind(n.role) for n in names}
    if len(set(kinds.values()) - {""}) < 2:
        return [names]
    evidence = {n.row: {*corpus.context(n.row), kinds[n.row]} - {""} for n in names}
    groups = linked(names, evidence)
    told = [g for g in groups if any(kinds[n.row] for n in g)]
    main = max(told, key=lambda g: (len(g), -g[0].row))
    main += [n for g in groups if not any(kinds[n.row] for n in g) for n in g]
    return sorted(sorted(g) for g in told)


@dataclass
class _Bearers:
    """Persons known by full name, by the ends of their names."""

    corpus: Corpus
    by_end: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    key: dict[int, Key] = field(default_factory=dict)
    names: dict[int, list[Name]] = field(default_factory=dict)
    _contexts: dict[int, set[int]] = field(default_factory=dict)
    _roles: dict[int, tuple[set[str], set[str]]] = field(default_factory=dict)
    _documents: dict[int, int] = field(default_factory=dict)

    def add(self, atom: int, key: Key, names: list[Name]) -> None:
        self.key[atom], self.names[atom] = key, names
        for cut in range(1, min(len(key), 4)):
            self.by_end[key[cut:]].append(atom)

    def of(self, short: Key) -> list[int]:
        """Atoms whose full name may be shortened so: "Le Pen", "J.-M. Le Pen"."""
        letters, surname = namekeys.split_initials(short)
        found = self.by_end.get(surname, [])
        return [a for a in found if self._starts(a, len(surname), letters)]

    def _starts(self, atom: int, surname: int, letters: str) -> bool:
        given = "".join(word[0].lower() for word in self.key[atom][:-surname])
        return given.startswith(letters)

    def documents(self, atom: int) -> int:
        if atom not in self._documents:
            self._documents[atom] = len({n.doc for n in self.names[atom]})
        return self._documents[atom]

    def context(self, atom: int) -> set[int]:
        if atom not in self._contexts:
            self._contexts[atom] = set()
            for name in self.names[atom]:
                self._contexts[atom] |= self.corpus.context(name.row)
        return self._contexts[atom]

    def roles(self, atom: int) -> tuple[set[str], set[str]]:
        """Folded roles, and their kinds."""
        if atom not in self._roles:
            told = {n.role for n in self.names[atom]} - {""}
            self._roles[atom] = {namekeys.fold(r) for r in told}, {role_kind(r) for r in told} - {""}
        return self._roles[atom]

    def agree(self, atom: int, name: Name) -> int:
        """How much speaks for this bearer: 2 for a shared role, 1 for each shared name up to 2; -1 when roles clash."""
        score = min(2, len(self.context(atom) & self.corpus.context(name.row)))
        if name.role:
            roles, kinds = self.roles(atom)
            if namekeys.fold(name.role) in roles:
                return score + 2
            if role_kind(name.role) and kinds and role_kind(name.role) not in kinds:
                return score or -1
        return score


def _short_names(corpus: Corpus, short: list[tuple[Name, Key]], known: _Bearers) -> None:
    """Join surnames and initialled names to a bearer, or to each other."""
    alone: dict[Key, list[Name]] = defaultdict(list)
    for name, key in short:
        bearer, why = _bearer(corpus, name, key, known)
        if bearer is None:
            alone[key].append(name)
        else:
            corpus.atom_of[name.row] = bearer
            corpus.explain(bearer, why)
    for key in sorted(alone):
        for names in _persons(corpus, alone[key]):
            corpus.atom(names, spelling(names))


def _bearer(corpus: Corpus, name: Name, key: Key, known: _Bearers) -> tuple[int | None, str]:
    letters, surname = namekeys.split_initials(key)
    rule = "initials" if letters else "surname"
    candidates = known.of(key)
    here = {corpus.atom_of[i] for i in corpus.together(name.row)}
    present = [a for a in candidates if a in here]
    if len(present) == 1:
        return present[0], f"{rule} in the same document"
    if not candidates or present or (len(key) == 1 and namekeys.is_given(namekeys.fold(name.name))):
        return None, ""
    scores = {a: known.agree(a, name) for a in candidates}
    best = max(scores.values())
    leading = [a for a in candidates if scores[a] == best]
    if best > 0 and len(leading) == 1:
        return leading[0], f"{rule} and context"
    if len(candidates) == 1 and best == 0 and (letters or not _common(name.name, surname)):
        return candidates[0], f"{rule} of one bearer"
    spread = {a: known.documents(a) for a in leading}
    most = max(leading, key=lambda a: (spread[a], -a))
    everyone = sum(known.documents(a) for a in candidates)
    if best >= 0 and spread[most] >= FEW and spread[most] >= PREDOMINANT * everyone:
        return most, f"{rule} of the predominant bearer"
    return None, ""


def _common(name: str, surname: Key) -> bool:
    return len(surname) == 1 and namekeys.is_common_surname(namekeys.fold(name).split()[-1])
