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

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
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
    atom_of: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    why: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.atom_of = [-1] * len(self.names)

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
        return [f"{n.label}:{namekeys.fold(n.name)}" for n in self.names]

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(self.keys)

    def context(self, row: int) -> set[str]:
        """Names of people and organisations beside this one, those found all over the corpus left out."""
        limit = max(10, len(self.spans) // 20)
        agencies = namekeys.words("agency")
        return {
            self.keys[i]
            for i in self.together(row)
            if self.names[i].label in ("PER", "ORG")
            and self.keys[i] != self.keys[row]
            and self._spread[self.keys[i]] <= limit
            and self.keys[i].partition(":")[2] not in agencies
        }


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


def _spelling(corpus: Corpus, rows: list[int]) -> str:
    return "transliteration" if len({namekeys.fold(corpus.names[i].name) for i in rows}) > 1 else ""


def _persons(corpus: Corpus, rows: list[int]) -> list[list[int]]:
    """Rows of one full name, by person: apart when roles are of different kinds and nothing links the articles."""
    kinds = {row: role_kind(corpus.names[row].role) for row in rows}
    if len(set(kinds.values()) - {""}) < 2:
        return [rows]
    leader = {row: row for row in rows}

    def find(row: int) -> int:
        while leader[row] != row:
            row = leader[row]
        return row

    first: dict[str, int] = {}
    for row in rows:
        tokens = corpus.context(row) | {f"doc:{corpus.names[row].doc_id}"}
        if kinds[row]:
            tokens.add(f"kind:{kinds[row]}")
        for token in sorted(tokens):
            a, b = sorted((find(row), find(first.setdefault(token, row))))
            leader[b] = a
    groups: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        groups[find(row)].append(row)
    told = [g for g in groups.values() if any(kinds[r] for r in g)]
    main = max(told, key=lambda g: (len(g), -g[0]))
    main += [r for g in groups.values() if not any(kinds[r] for r in g) for r in g]
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


def organisations(corpus: Corpus) -> None:
    """Put every ORG row in an atom."""
    full: dict[tuple[str, ...], list[int]] = defaultdict(list)
    short: dict[str, list[int]] = defaultdict(list)
    meanings: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for i, name in enumerate(corpus.names):
        if name.label != "ORG":
            continue
        forms = [name.name, *name.forms.split(SEPARATOR)]
        acronyms = [namekeys.fold(f).replace(" ", "") for f in forms if namekeys.is_acronym(f)]
        long = [
            f for f in forms if f and not namekeys.is_acronym(f) and namekeys.fold(f).replace(" ", "") not in acronyms
        ]
        if not long:
            short[acronyms[0] if acronyms else namekeys.fold(name.name)].append(i)
            continue
        key = namekeys.organisation_key(name.name if name.name in long else max(long, key=lambda f: (len(f), f)))
        full[key].append(i)
        for acronym in acronyms:
            meanings[acronym].add(key)
    atoms = {key: corpus.atom(full[key], _spelling(corpus, full[key])) for key in sorted(full)}
    _acronyms(corpus, short, meanings, atoms)


def _acronyms(
    corpus: Corpus,
    short: dict[str, list[int]],
    meanings: dict[str, set[tuple[str, ...]]],
    atoms: dict[tuple[str, ...], int],
) -> None:
    listed: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for line in lexicon.rows("acronyms.csv"):
        listed[namekeys.fold(line["acronym"]).replace(" ", "")].add(namekeys.organisation_key(line["name"]))
    for acronym in sorted(listed):
        _join_listed(corpus, listed[acronym], meanings, acronym, atoms)
    letters: dict[int, frozenset[str]] = {}
    for acronym in sorted(short):
        undecided = []
        known = meanings.get(acronym, set()) or {k for k in listed.get(acronym, ()) if k in atoms}
        roots = {corpus.root(atoms[key]) for key in known}
        for row in short[acronym]:
            spelled = _spelled_out(corpus, row, acronym, letters)
            if spelled is not None:
                corpus.atom_of[row] = spelled
                corpus.why[corpus.root(spelled)].add("initials of a name in the same document")
            elif len(roots) == 1:
                (root,) = roots
                corpus.atom_of[row] = root
                corpus.why[root].add("acronym")
            else:
                undecided.append(row)
        if undecided:
            corpus.atom(undecided)


def _join_listed(
    corpus: Corpus,
    names: set[tuple[str, ...]],
    meanings: dict[str, set[tuple[str, ...]]],
    acronym: str,
    atoms: dict[tuple[str, ...], int],
) -> None:
    """Names that `acronyms.csv` gives as ways to write one organisation are one."""
    present = sorted(key for key in names if key in atoms)
    for key in present[1:]:
        corpus.join(atoms[present[0]], atoms[key], "list of acronyms")
    if present and not meanings.get(acronym):
        meanings[acronym] = set(present)


def _spelled_out(corpus: Corpus, row: int, acronym: str, letters: dict[int, frozenset[str]]) -> int | None:
    """The one organisation of the document whose initials these are."""
    found = set()
    for i in corpus.together(row):
        if corpus.names[i].label == "ORG" and corpus.atom_of[i] >= 0 and i != row:
            if i not in letters:
                letters[i] = namekeys.initials(corpus.names[i].name)
            if acronym in letters[i]:
                found.add(corpus.atom_of[i])
    return found.pop() if len(found) == 1 else None


def rest(corpus: Corpus, label: str) -> Iterator[list[int]]:
    """Rows of one label by folded name, in order."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(corpus.names):
        if name.label == label:
            groups[namekeys.place_key(name.name)].append(i)
    for key in sorted(groups):
        yield groups[key]
