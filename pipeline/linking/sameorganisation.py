"""Which names mean one organisation.

The same words that count are one organisation; ministries are one in each country, town councils in each town. An
acronym joins the name that its document, or the corpus alone, or `acronyms.csv` gives it.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Mapping

from pipeline.linking import namekeys
from pipeline.linking.corpusnames import Corpus, Name, apart, spelling
from pipeline.model import lexicon
from pipeline.model.schema import SEPARATOR

PREDOMINANT = 2 / 3
"""A country with this share of an institution's documents takes those of no known country."""


def organisations(corpus: Corpus, country_of: Mapping[str, str], towns: Mapping[str, Collection[str]]) -> None:
    """Put every ORG row in an atom.

    `country_of` gives the country a document is about and `towns` the towns it names: "ministère de l'Intérieur" is
    one organisation in each country, "tribunal correctionnel" in each town.
    """
    rows = [i for i, name in enumerate(corpus.names) if name.label == "ORG"]
    known = _acronyms_in(corpus, rows)
    full: dict[tuple[str, ...], list[int]] = defaultdict(list)
    short: dict[str, list[int]] = defaultdict(list)
    meanings: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for i in rows:
        name = corpus.names[i]
        forms = _forms(name)
        acronyms = [_letters(f) for f in forms if _letters(f) in known]
        long = [f for f in forms if _letters(f) not in known]
        if not long:
            short[acronyms[0]].append(i)
            continue
        key = namekeys.organisation_key(name.name if name.name in long else max(long, key=lambda f: (len(f), f)))
        full[key].append(i)
        for acronym in acronyms:
            meanings[acronym].add(key)
    atoms = {}
    for key in sorted(full):
        for rows in _bodies(corpus, key, full[key], country_of, towns):
            atoms[key] = corpus.atom(rows, spelling(corpus, rows, "same words"))
    _acronyms(corpus, short, meanings, atoms)


def _forms(name: Name) -> list[str]:
    return [name.name, *filter(None, name.forms.split(SEPARATOR))]


def _acronyms_in(corpus: Corpus, rows: list[int]) -> set[str]:
    """The letters of all acronyms: listed, or written as one somewhere ("UNESCO", so "Unesco" is one too)."""
    found = {acronym for acronym, _ in _listed()}
    return found | {_letters(f) for i in rows for f in _forms(corpus.names[i]) if namekeys.is_acronym(f)}


@functools.lru_cache(maxsize=1 << 16)
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
    if _is_local(corpus.names[rows[0]].name):
        return apart(corpus, rows, {row: towns.get(corpus.names[row].doc_id, ()) for row in rows})
    if not key or key[0] not in namekeys.words("institution") or not _nations().isdisjoint(key):
        return [rows]
    groups: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        groups[country_of.get(corpus.names[row].doc_id, "")].append(row)
    unknown = groups.pop("", [])
    most = max(groups, key=lambda c: (len(groups[c]), c), default="")
    predominant = len(groups[most]) >= PREDOMINANT * sum(map(len, groups.values()))
    groups[most if predominant else ""] += unknown
    return [sorted(groups[country]) for country in sorted(groups) if groups[country]]


def _is_local(name: str) -> bool:
    """Whether every town has such a body, and the name does not say of which town: "tribunal correctionnel"."""
    local = namekeys.words("local_institution")
    folded = namekeys.fold(name)
    return (folded in local or folded.partition(" ")[0] in local) and not any(w[0].isupper() for w in name.split()[1:])


@functools.cache
def _nations() -> frozenset[str]:
    """Words that tell whose an institution is: demonyms, and those of bodies above the states."""
    rows = lexicon.rows("demonyms.csv")
    demonyms = {namekeys.fold(r[gender]) for r in rows for gender in ("masculine", "feminine")}
    return namekeys.words("supranational") | demonyms | {d + "s" for d in demonyms}


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
