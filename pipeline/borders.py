"""Borders of a name: what belongs to it and what does not.

Reads the text around a mention found by a NER; writes `Mention`s with better limits. "l'ancien président Tokayev"
becomes *Tokayev*, *Réau* after "prison de" becomes *prison de Réau*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import lexicon

Words = list[tuple[str, int]]


@dataclass(slots=True)
class Mention:
    """A possible name at characters `start`..`end`; `weight` says how much its finder trusts `label`."""

    start: int
    end: int
    label: str
    weight: float = 1.0


UPPER = "A-ZÀ-ÖØ-Þ"
CAPITALISED = re.compile(rf"(?<![\w’'-])[{UPPER}][\w]*(?:[-’'.&][\w]+)*|(?<=[dlDL][’'])[{UPPER}][\w]*(?:[-’'.&][\w]+)*")
_WORD = re.compile(r"\w+(?:-\w+)*['’]?|\S")
_BLANK_LINE = re.compile(r"\s*\n\s*\n\s*")
_BREAK = re.compile(r"\s*\n\s*\n\s*|\s+[-–—/]\s+|\s*[;:»«\"“”|]\s*|\s*[()\[\]]\s*")
_JOINT = re.compile(r"\s*,\s*|\s+(?:et|ou)\s+")
_EDGE = " \n\t\r\u00a0\u202f\u2009.,;:!?…'’\"“”«»‹›()[]{}<>*_–—-/|\\•·’\u200b\u200e\u200f\ufeff"
_ELIDED = re.compile(r"(?:l|d|qu|n|s|c|j|m|t|jusqu|lorsqu|puisqu)['’]", re.I)
_LINKS = frozenset({"de", "du", "des", "d'", "la", "le", "les", "l'"})
_LEADING = frozenset(
    "le la les un une des de du d' l' au aux à en dans sur sous par pour chez vers avec sans selon et ou ce cet cette ces "
    "son sa ses leur leurs mon ma mes notre nos votre vos que qui comme dont entre contre depuis devant derrière".split()
)
_PARTICLES = frozenset(
    "de du des d' la le van von der den ben bin ibn el al dos da di del della ould abou abu zu".split()
)
_PERSON_TAIL = re.compile(r"\s+(?:le|la|l['’]|les|un|une|qui|que|et|au|à)\s*[a-zà-ÿ].*$", re.S)
_SMALL_TAIL = re.compile(r"(?:\s+[a-zà-ÿ][a-zà-ÿ’'-]*)+$")


def fold_quote(text: str) -> str:
    """The text with one kind of apostrophe, of the same length."""
    return text.replace("’", "'")


def words_before(text: str, at: int, width: int = 64) -> Words:
    """The words before character `at` in its own paragraph, each with its offset; signs count as words.

    >>> words_before("Dans l’ancienne prison de Réau", 26)
    [('Dans', 0), ("l'", 5), ('ancienne', 7), ('prison', 16), ('de', 23)]
    """
    base = max(0, at - width, text.rfind("\n\n", max(0, at - width), at))
    if base and text[base - 1].isalnum() and text[base].isalnum():
        base = text.find(" ", base, at) if " " in text[base:at] else at
    return [(fold_quote(m[0]), m.start()) for m in _WORD.finditer(text, base, at)]


class Borders:
    """Trims, splits and extends mentions with the word lists of the lexicon."""

    def __init__(self) -> None:
        roles = lexicon.rows("roles.csv")
        self.titles = {w for r in roles for w in (r["masculine"], r["feminine"])}
        self.titles |= {w + "s" for w in self.titles}
        self.titles |= {w.rstrip(".") for w in lexicon.words("titles.csv", "title")}
        self.titles |= {w[0].upper() + w[1:] for w in self.titles}
        words = lexicon.toml("org_patterns.toml")["role"]
        self.modifiers, self.building = set(words["before"]), set(words["building_verbs"])
        self.given = frozenset(lexicon.words("given_names.csv", "name"))
        demonyms = lexicon.words("demonyms.csv", "masculine") + lexicon.words("demonyms.csv", "feminine")
        self.demonyms = set(demonyms) | {d if d[-1] in "sx" else d + "s" for d in demonyms}
        self.generic = set(lexicon.words("not_names.csv", "words", kind="generic"))
        self.heads: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for row in lexicon.rows("name_heads.csv"):
            capital = row["head"][0].upper() + row["head"][1:]
            for form in sorted({row["head"], capital}) if row["written"] == "any" else [row["head"]]:
                words = tuple(fold_quote(m[0]) for m in _WORD.finditer(form))
                self.heads.setdefault(words[-1], []).append((words, row["label"]))
        for entries in self.heads.values():
            entries.sort(key=lambda e: -len(e[0]))

    def refine(self, text: str, found: Mention) -> Iterator[Mention]:
        """The mentions that really stand in a found one: split where it runs over a border, trimmed at both ends."""
        for start, end in self._pieces(text, found):
            piece = self._trim(text, start, end, found.label)
            if piece is not None:
                yield Mention(*piece, found.label, found.weight)

    def _pieces(self, text: str, found: Mention) -> Iterator[tuple[int, int]]:
        body = text[found.start : found.end]
        breaks = [m.span() for m in _BREAK.finditer(body)]
        if found.label == "PER" or "," in body:
            breaks = sorted(breaks + [m.span() for m in _JOINT.finditer(body) if found.label != "ORG" or "," in m[0]])
        at = 0
        for start, end in breaks:
            if start >= at:
                yield found.start + at, found.start + start
                at = end
        yield found.start + at, found.end

    def _trim(self, text: str, start: int, end: int, label: str) -> tuple[int, int] | None:
        while start < end and text[start] in _EDGE:
            start += 1
        while start < end and text[end - 1] in _EDGE and not self._dotted(text, start, end):
            end -= 1
        for m in list(_WORD.finditer(text, start, end)):
            if m.end() >= end or not self._leaves(text, m, end, label):
                break
            start = m.end()
            while start < end and text[start] in _EDGE:
                start += 1
        tail = _PERSON_TAIL.search(text, start, end) if label == "PER" else None
        if tail and fold_quote(tail[0].split()[0]) in _PARTICLES and re.search(rf"\b[{UPPER}]", tail[0]):
            tail = None
        if tail is None and label in ("PER", "LOC"):
            tail = _SMALL_TAIL.search(text, start, end)
            if tail and label == "LOC" and len(tail[0].split()) == 1 and not self._is_tail(tail[0].strip()):
                tail = None
        if tail and tail.start() > start:
            end = tail.start()
        return (start, end) if any(c.isalnum() for c in text[start:end]) else None

    def _is_tail(self, word: str) -> bool:
        return word in _LEADING or word in {"jeudi", "lundi", "mardi", "mercredi", "vendredi", "samedi", "dimanche"}

    def _dotted(self, text: str, start: int, end: int) -> bool:
        """Whether a final dot belongs to the name: "U.S.A.", "S.A."."""
        return (
            text[end - 1] == "."
            and bool(re.search(rf"(?:^|\.|\s)[{UPPER}]\.$", text[start:end]))
            and text.count(".", start, end) > 1
        )

    def _leaves(self, text: str, m: re.Match[str], end: int, label: str) -> bool:
        """Whether the first word `m` of a mention is no part of the name."""
        word = fold_quote(m[0])
        rest = text[m.end() : end].lstrip(" .\n\u00a0")
        if not rest or len(rest) < 3 and word in self.titles:  # "Lady Di"
            return False
        if word.lower() in _LEADING or _ELIDED.fullmatch(word):
            if word in ("Le", "La", "Les"):
                return not rest[0].isupper() or label == "PER" and self._begins_sentence(text, m.start())
            if word in ("L'",) and label in ("ORG", "LOC"):
                return self.keeps_article(text, m.start(), rest) is False
            if word.lower() in _PARTICLES and label == "PER" and word.lower() not in ("le", "la", "des", "du", "d'"):
                return word.lower() in ("de", "l'") and self._other_name_before(text, m.start())
            return True
        if word == "République":  # "procureur de la République de Brest"
            return any(w.startswith("procureur") for w, _ in words_before(text, m.start(), 24)[-3:])
        if word in self.titles or word in self.modifiers:
            return label != "ORG" or word.islower() and rest[0].isupper()
        if word in self.generic or word.lower() in self.generic and label != "ORG":
            return word.islower()
        if word.lower() in self.demonyms and label != "ORG":
            return word.islower() or label == "PER" and len(rest.split()) > 1
        return False

    def keeps_article(self, text: str, start: int, rest: str) -> bool:
        """Whether a capital "L'" in the middle of a sentence is part of a name: "à L'Express"."""
        before = text[:start].rstrip()[-1:]
        return bool(before) and before not in '.!?…:»"\n' and rest[0].isupper()

    def _begins_sentence(self, text: str, start: int) -> bool:
        before = text[:start].rstrip(" \u00a0")[-1:]
        return not before or before in '.!?…:»"\n'

    def _other_name_before(self, text: str, start: int) -> bool:
        before = words_before(text, start, 24)
        return bool(before) and (before[-1][0][0].islower() or before[-1][0] in self.titles)

    def extend(self, text: str, mention: Mention) -> None:
        """Take in the common noun that makes the name: prison de + Réau, rue + Anatole France, Force des + Nations unies."""
        before = words_before(text, mention.start)
        i = len(before) - 1
        if i >= 0 and mention.label == "PER" and before[i][0] in self.given and text[mention.start - 1] == " ":
            mention.start = before[i][1]
            return
        linked = False
        while i >= 0 and before[i][0] in _LINKS and not (linked and before[i][0] in ("le", "la", "les", "l'")):
            linked = True
            i -= 1
        if i < 0 or linked and before[i + 1][0] in ("le", "la", "les", "l'"):
            return
        for words, label in self.heads.get(before[i][0], ()):
            first = i - len(words) + 1
            if first < 0 or tuple(w for w, _ in before[first : i + 1]) != words:
                continue
            if self._is_building(words, before, first):
                return
            if self._joins(words, label, mention, linked, text):
                mention.start, mention.label = before[first][1], label
                mention.weight = max(mention.weight, 1.0) + 1.0
            return

    def _is_building(self, words: tuple[str, ...], before: Words, first: int) -> bool:
        """Whether a town hall or prefecture is spoken of as a building ("devant la mairie")."""
        if words[-1] not in ("préfecture", "mairie", "sous-préfecture"):
            return False
        return any(w in self.building for w, _ in before[max(0, first - 3) : first])

    def _joins(self, words: tuple[str, ...], label: str, mention: Mention, linked: bool, text: str) -> bool:
        if mention.label == "PER" and linked and words[-1] not in ("rue", "avenue", "boulevard", "quai"):
            return False
        if words[-1] in ("équipe", "Équipe"):
            return linked and mention.label == "LOC" and text[mention.start : mention.end] in self.countries
        if words[-1] == "place":
            return mention.label == "LOC" or not linked
        if mention.label == "ORG" and label == "LOC" and not linked:  # "gare SNCF"
            return False
        return linked or mention.label != label or words[0][0].isupper()

    countries: frozenset[str] = frozenset()
