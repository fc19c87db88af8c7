"""The best form of each entity of a document: full name for a surname, long form for an acronym.

Reads `doc.ents` and the acronyms' definitions; gives one name a mention. "Luc Roy … M. Roy … ROY" are all *Luc Roy*.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from itertools import pairwise

from spacy.tokens import Doc, Span

from pipeline.linking.namekeys import fold
from pipeline.model import lexicon
from pipeline.model.doc import text_of
from pipeline.naming.acronyms import Definition, initials

_ARTICLE = re.compile(r"(?:l|le|la|les) ")
_PARTICLES = frozenset(
    {"de", "du", "des", "d", "la", "le", "el", "al", "ben", "bin", "van", "von", "der", "den", "dos", "da"}
)
_TITLE_WORD = re.compile(r"[\w'’-]+|[^\w\s]")
_PART = re.compile(r"\s+")
Key = tuple[str, str]


def key(name: str) -> str:
    """A name without case, accents, hyphens and kinds of apostrophe.

    >>> key("Kassym-Jomart\\nTOKAÏEV")
    'kassym jomart tokaiev'
    """
    return fold(name)


def entity_key(label: str, name: str) -> Key:
    """Label and folded name; the article of a newspaper's name does not count."""
    folded = fold(name)
    return label, _ARTICLE.sub("", folded, count=1) if label == "ORG" and _ARTICLE.match(folded) else folded


def forms_to_seek(name: str, label: str) -> list[str]:
    """The forms under which a name may stand elsewhere in the document: as it is, and a person's surname.

    >>> forms_to_seek("Luc de Royan", "PER")
    ['Luc de Royan', 'Royan']
    """
    too_short = len(name) < 3 and not name.isupper()
    common = not name[0].isupper() and " " not in name
    if "\n" in name or too_short or common:
        return []
    forms = [name]
    if label == "PER" and " " in name:
        surname = name.split()[-1]
        if len(surname) > 3 and surname[0].isupper() and not surname.isupper():
            forms.append(surname)
    return forms


def best_forms(doc: Doc, ents: list[Span], text: str, definitions: list[Definition], genders: list[str]) -> list[str]:
    """One name for each entity: the fullest, best written form of the same entity in the document."""
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    keys = []
    whole = text_of(doc)
    for ent in ents:
        name = whole[ent.start_char : ent.end_char]
        keys.append(entity_key(ent.label_, name))
        written[keys[-1]][_PART.sub(" ", name)] += 1
    for name, label in _carried(doc):
        written.setdefault(entity_key(label, name), Counter())[name] += 1
    best = {k: best_spelling(forms, k[0]) for k, forms in written.items()}
    longer = _long_forms(text, definitions, written)
    full = _full_names(keys, written, genders)
    return [best[longer.get(f, f)] if longer.get(f, f) in best else best[k] for k, f in zip(keys, full, strict=True)]


def _carried(doc: Doc) -> list[tuple[str, str]]:
    """Names in force from the preceding segment of a long document, and persons' full names in the title."""
    before = doc._.before
    names = [(ent._.name, ent.label_) for ent in before.ents if ent._.name] if before is not None else []
    given = _given()
    return names + [
        (f"{a} {b}", "PER") for a, b in pairwise(_TITLE_WORD.findall(doc._.title)) if a in given and b[0].isupper()
    ]


@functools.cache
def _given() -> frozenset[str]:
    return frozenset(lexicon.words("given_names.csv", "name"))


def best_spelling(forms: Counter[str], label: str = "PER") -> str:
    """The form written most often, capitals throughout (save acronyms) and lost accents last.

    >>> best_spelling(Counter(["REDOINE FAÏD", "Redoine Faid", "Rédoine Faïd"]))
    'Rédoine Faïd'
    """

    def rank(form: str) -> tuple[bool, int, int, str]:
        shouted = form.isupper() and (label != "ORG" or " " in form or len(form) > 6)
        return shouted, -forms[form], -sum(not c.isascii() for c in form), form

    return min(forms, key=rank)


def _long_forms(text: str, definitions: list[Definition], written: dict[Key, Counter[str]]) -> dict[Key, Key]:
    """Acronyms of the document and the full names they stand for."""
    longer: dict[Key, Key] = {}
    for d in definitions:
        for label in ("ORG", "LOC"):
            short = entity_key(label, text[d.short_start : d.short_end])
            full = entity_key(label, text[d.start : d.end])
            if short in written and full in written and short != full:
                longer.setdefault(short, full)
    organisations = sorted(name for label, name in written if label == "ORG" and " " in name)
    by_initials: dict[str, list[str]] = defaultdict(list)
    for name in organisations:
        by_initials[initials(name)].append(name)
    for label, name in sorted(written):
        if label != "ORG" or " " in name or (label, name) in longer or not _is_acronym(written[label, name]):
            continue
        matches = [n for n in known_expansions().get(name, ()) if ("ORG", n) in written] or by_initials.get(name, [])
        if len(matches) == 1:
            longer[label, name] = ("ORG", matches[0])
    return longer


def _is_acronym(forms: Counter[str]) -> bool:
    return all(form.isupper() for form in forms) or any(form.isupper() and len(form) < 7 for form in forms)


@functools.cache
def known_expansions() -> dict[str, tuple[str, ...]]:
    """Well-known acronyms, folded, and their folded full names."""
    found: dict[str, tuple[str, ...]] = {}
    for row in lexicon.rows("acronyms.csv"):
        short, name = fold(row["acronym"]), entity_key("ORG", row["name"])[1]
        found[short] = (*found.get(short, ()), name)
    return found


def _full_names(keys: list[Key], written: dict[Key, Counter[str]], genders: list[str]) -> list[Key]:
    """For each mention the key of its fullest name: a surname alone goes to the one person who bears it."""
    people = sorted(name for label, name in written if label == "PER" and " " in name)
    gender_of: dict[str, str] = {}
    for (label, name), gender in zip(keys, genders, strict=True):
        if label == "PER" and gender and " " in name:
            gender_of.setdefault(name, gender)
    by_word: dict[str, list[str]] = defaultdict(list)
    for person in people:
        words = person.split()
        for word in dict.fromkeys((words[0], words[-1])):
            by_word[word].append(person)
    last_seen: dict[str, int] = {}
    result: list[Key] = []
    for position, ((label, name), gender) in enumerate(zip(keys, genders, strict=True)):
        if label == "PER":
            short = (
                name.partition(" ")[0] in _PARTICLES or len(name.partition(" ")[0]) == 1 or _is_one_word(written, name)
            )
            matches = [p for p in by_word[name.split(" ")[-1]] if p != name and is_short_for(name, p)] if short else []
            matches = [p for p in matches if not gender or gender_of.get(p, gender) == gender]
            if len(matches) > 1:  # several bear it: the one spoken of last
                seen = [p for p in matches if p in last_seen]
                matches = [max(seen, key=lambda p: last_seen[p])] if seen else []
            name = matches[0] if matches else name
            last_seen[name] = position
        result.append((label, name))
    return result


def _is_one_word(written: dict[Key, Counter[str]], name: str) -> bool:
    """Whether a folded name is one written word ("Rigot-Muller"), so no given name and surname of somebody else."""
    return " " not in name or not any(" " in form for form in written["PER", name])


def is_short_for(short: str, full: str) -> bool:
    """Whether a folded name may be a shorter form of a folded full name: surname, initial and surname, given name.

    >>> is_short_for("macron", "emmanuel macron"), is_short_for("e macron", "emmanuel macron")
    (True, True)
    """
    few, many = short.split(), full.split()
    letters = 0
    while letters < len(few) - 1 and len(few[letters]) == 1:
        letters += 1
    surname = few[letters:]
    given = many[: len(many) - len(surname)]
    if given and many[-len(surname) :] == surname:
        return "".join(few[:letters]) == "".join(word[0] for word in given)[:letters]
    return len(few) == 1 and len(many) > 1 and many[0] == few[0] and few[0] not in _PARTICLES
