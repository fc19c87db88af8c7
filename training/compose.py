"""Compose short press texts of our own from `templates.txt`, for kinds of press a corpus may lack.

A line of the file is a passage. A slot in braces takes a name from the pools (see augment.py) and is marked with its
label; [words](LABEL) is a longer name around words and slots, which then carry no mark of their own.

    {PER} {PER#1} {LAST#1}      a full name; the person number 1, and the same by surname ({FIRST#1}: by first name)
    {LOC} {ORG}                 a name without article: "Vannes", "Airbus"
    {de LOC} {en LOC}           "d'Arles", "en Vendée"
    {le ORG} {du LOC} {au ORG}  with its article: "la CGT", "de l'Orne", "au Sénat"; {Le ORG} begins a sentence
    {les ORG} {des LOC}         plurals
    {ORG:media} {LOC:site}      a name of one kind: media, firm, club, party; site
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from training.augment import VOWELS, Pools
from training.corpus import Article

TEMPLATES = Path(__file__).with_name("templates.txt")
SLOT = re.compile(r"\{(?:(\w+) )?(PER|LAST|FIRST|LOC|ORG)(?:#(\d))?(?::(\w+))?\}|\[|\]\((PER|LOC|ORG)\)")
PERSON = ("PER", "FIRST", "LAST")
DETERMINERS = {
    "le": {"le": "le ", "la": "la ", "l'": "l'"},
    "du": {"le": "du ", "la": "de la ", "l'": "de l'"},
    "au": {"le": "au ", "la": "à la ", "l'": "à l'"},
    "les": {"les": "les "},
    "des": {"les": "des "},
    "aux": {"les": "aux "},
    "en": {"en": "en "},
}


def read_templates() -> list[str]:
    """The passages of `templates.txt`; blank lines and lines that begin with # are left out."""
    lines = TEMPLATES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def compose(templates: list[str], pools: Pools, rng: random.Random) -> Article:
    """A text of three to six passages with freshly drawn names."""
    text, marks = "", []
    for template in rng.sample(templates, rng.randint(3, 6)):
        passage = fill(template, pools, rng)
        marks += [(start + len(text), end + len(text), label) for start, end, label in passage.marks]
        text += passage.text + rng.choice([" ", " ", "\n", "\n\n"])
    return Article(text.rstrip(), tuple(marks))


def fill(template: str, pools: Pools, rng: random.Random) -> Article:
    """One passage with its slots filled."""
    people: dict[str, tuple[str, str]] = {}
    text, marks, at, opened = "", [], 0, -1
    for slot in SLOT.finditer(template):
        text += template[at : slot.start()]
        at = slot.end()
        if slot[0] == "[":
            opened = len(text)
        elif slot[5]:
            marks.append((opened, len(text), slot[5]))
            opened = -1
        else:
            before, name = name_for(slot, pools, people, rng)
            text += before
            if opened < 0:
                marks.append((len(text), len(text) + len(name), "PER" if slot[2] in PERSON else slot[2]))
            text += name
    return Article(text + template[at:], tuple(marks))


def name_for(
    slot: re.Match[str], pools: Pools, people: dict[str, tuple[str, str]], rng: random.Random
) -> tuple[str, str]:
    """The words before the name ("de la ") and the name, for one slot."""
    word, label, number = slot[1] or "", slot[2], slot[3]
    if label in PERSON:
        person = people.get(number or "") or (rng.choice(pools["PER", "first"]), rng.choice(pools["PER", "last"]))
        if number:
            people[number] = person
        return "", {"FIRST": person[0], "LAST": person[1]}.get(label, " ".join(person))
    if word.lower() in DETERMINERS:
        forms = DETERMINERS[word.lower()]
        kind = rng.choice(sorted(forms))
        before = forms[kind].capitalize() if word[0].isupper() else forms[kind]
        return before, rng.choice(pools[label, kind])
    name = rng.choice(pools[label, slot[4] or "bare"])
    if word == "de":
        return ("d'" if name[0] in VOWELS else "de "), name
    return f"{word} " if word else "", name
