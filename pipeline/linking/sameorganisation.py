"""Which names mean one organisation.

The same words that count are one organisation; ministries are one in each country, town councils in each town. An
acronym joins the name that its document, or the corpus alone, or `acronyms.csv` gives it.
"""

from __future__ import annotations

import functools
from collections import defaultdict

from pipeline.linking import namekeys
from pipeline.linking.corpusnames import Corpus, Name, apart, spelling
from pipeline.linking.placing import Placed
from pipeline.model import lexicon
from pipeline.model.schema import SEPARATOR

PREDOMINANT = 2 / 3
"""A country with this share of an institution's documents takes those of no known country."""


def organisations(corpus: Corpus, placed: Placed) -> None:
    """Put every ORG row in an atom.

    `placed` tells the country a document is about and the towns it names: "ministère de l'Intérieur" is one
    organisation in each country, "tribunal correctionnel" in each town.
    """
    known = _acronyms_in(corpus)
    short: dict[str, list[Name]] = defaultdict(list)
    meanings: dict[str, set[str]] = defaultdict(set)
    atoms: dict[str, int] = {}
    for key, names in corpus.blocks("ORG", lambda name, forms: _key(name, forms, known)):
        if not key:
            for name in names:
                short[next(_letters(f) for f in _forms(name.name, name.forms) if _letters(f) in known)].append(name)
            continue
        for name in names:
            for form in _forms(name.name, name.forms):
                if _letters(form) in known:
                    meanings[_letters(form)].add(key)
        for body in _bodies(names, key.split(), placed):
            atoms[key] = corpus.atom(body, spelling(body, "same words"))
    _acronyms(corpus, short, meanings, atoms)


def _key(name: str, forms: str, known: set[str]) -> str:
    """The words that count of the name spelled out; "" when there are acronyms alone."""
    long = [f for f in _forms(name, forms) if _letters(f) not in known]
    if not long:
        return ""
    return " ".join(namekeys.organisation_key(name if name in long else max(long, key=lambda f: (len(f), f)))) or " "


def _forms(name: str, forms: str) -> list[str]:
    return [name, *filter(None, forms.split(SEPARATOR))]


def _acronyms_in(corpus: Corpus) -> set[str]:
    """The letters of all acronyms: listed, or written as one somewhere ("UNESCO", so "Unesco" is one too)."""
    found = {acronym for acronym, _ in _listed()}
    for names in corpus.documents():
        for n in names:
            if n.label == "ORG":
                found.update(_letters(f) for f in _forms(n.name, n.forms) if namekeys.is_acronym(f))
    return found


@functools.lru_cache(maxsize=1 << 14)
def _letters(name: str) -> str:
    return namekeys.fold(name).replace(" ", "")


def _bodies(names: list[Name], key: list[str], placed: Placed) -> list[list[Name]]:
    """Rows of one name: apart by country where every state has such a body, by town where every town has."""
    if len(names) == 1:
        return [names]
    if _is_local(names[0].name):
        return apart(names, {n.row: placed.towns(n.doc) for n in names})
    if not key or key[0] not in namekeys.words("institution") or not _nations().isdisjoint(key):
        return [names]
    groups: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        groups[placed.country(name.doc)].append(name)
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
    corpus: Corpus, short: dict[str, list[Name]], meanings: dict[str, set[str]], atoms: dict[str, int]
) -> None:
    """Join acronyms to the names they stand for: in their document first, then in the corpus and the list."""
    for acronym, key in _listed():
        if key in atoms:
            for other in sorted(meanings[acronym] & {k for a, k in _listed() if a == acronym}):
                corpus.join(atoms[other], atoms[key], "list of acronyms")
            meanings[acronym].add(key)
    left: list[tuple[str, Name]] = []
    for acronym in sorted(short):
        for name in short[acronym]:
            spelled = _spelled_out(corpus, name, acronym)
            if spelled is None:
                left.append((acronym, name))
            else:
                corpus.atom_of[name.row] = corpus.atom_of[spelled.row]
                corpus.explain(corpus.atom_of[spelled.row], "initials of a name in the same document")
                meanings[acronym].add(" ".join(namekeys.organisation_key(spelled.name)) or " ")
    undecided: dict[str, list[Name]] = defaultdict(list)
    for acronym, name in left:
        roots = {corpus.root(atoms[key]) for key in meanings[acronym] if key in atoms}
        if len(roots) == 1:
            (root,) = roots
            corpus.atom_of[name.row] = root
            corpus.explain(root, "acronym")
        else:
            undecided[acronym].append(name)
    for acronym in sorted(undecided):
        corpus.atom(undecided[acronym])


@functools.cache
def _listed() -> tuple[tuple[str, str], ...]:
    rows = lexicon.rows("acronyms.csv")
    return tuple((_letters(r["acronym"]), " ".join(namekeys.organisation_key(r["name"]))) for r in rows)


def _spelled_out(corpus: Corpus, name: Name, acronym: str) -> Name | None:
    """A row of the one organisation of the document whose initials these are."""
    found: dict[int, Name] = {}
    for other in corpus.names(corpus.together(name.row)):
        atom = corpus.atom_of[other.row]
        if other.label == "ORG" and atom >= 0 and other != name and acronym in namekeys.initials(other.name):
            found.setdefault(atom, other)
    return next(iter(found.values())) if len(found) == 1 else None
