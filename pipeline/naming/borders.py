"""Borders of a name: what belongs to it and what does not.

Reads the text (with straight apostrophes, see `fold_quote`) around a mention found by a NER; writes `Mention`s with
better limits. "l'ancien président Tokayev" becomes *Tokayev*, *Réau* after "prison de" becomes *prison de Réau*.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import lexicon

UPPER = "A-ZÀ-ÖØ-Þ"
Words = tuple[tuple[str, int], ...]
_WORD = re.compile(r"\w+(?:-\w+)*'?|\S")
_MESSY = re.compile(r"[\n;:»«\"“”|()\[\],/]| (?:et|ou|[-–—]) |\. [LIEUA]")
_BREAK = re.compile(
    r"/?\.\s+(?=(?:Le|La|Les|Il|Elle|Un|Une|En|Au)\b|L')|/\.|\s*\n\s*\n\s*|\s+[-–—/]\s+|\s*[;:»«\"“”|]\s*|\s*[()\[\]]\s*"
)
_JOINT = re.compile(r"\s*,\s*|\s+(?:et|ou)\s+")
_EDGE = " \n\t\r\u00a0\u202f\u2009.,;:!?…'’\"“”«»‹›()[]{}<>*_–—-/|\\•·\u200b\u200e\u200f\ufeff"
_ELIDED = re.compile(r"(?:l|d|qu|n|s|c|j|m|t|jusqu|lorsqu|puisqu)'", re.I)
_LINKS = frozenset({"de", "du", "des", "d'", "la", "le", "les", "l'"})
_ARTICLES = frozenset({"la", "le", "les", "l'"})
_PERSON_TAIL = re.compile(r"\s+(?:le|la|l'|les|un|une|qui|que|et|au|à)\s*[a-zà-ÿ].*$", re.S)
_SMALL_TAIL = re.compile(r"(?:\s+[a-zà-ÿ][a-zà-ÿ'-]*)+$")
_INITIALS = re.compile(rf"(?:[{UPPER}]\.)+[{UPPER}]\.$")
_CAPITAL = re.compile(rf"\b[{UPPER}]")
_SENTENCE_ENDS = '.!?…:»"\n'
_WIDTH = 64  # characters of context


@dataclass(slots=True)
class Mention:
    """A possible name at characters `start`..`end`; `weight` says how much its finder trusts `label`."""

    start: int
    end: int
    label: str
    weight: float = 1.0


def fold_quote(text: str) -> str:
    """The text with one kind of apostrophe, of the same length."""
    return text.replace("’", "'")


@functools.lru_cache(maxsize=4096)
def words_before(text: str, at: int) -> Words:
    """The words before character `at` in its own paragraph, each with its offset; signs count as words.

    >>> words_before("Dans l'ancienne prison de Réau", 26)
    (('Dans', 0), ("l'", 5), ('ancienne', 7), ('prison', 16), ('de', 23))
    """
    base = max(0, at - _WIDTH, text.rfind("\n\n", max(0, at - _WIDTH), at))
    if base and text[base - 1].isalnum() and text[base].isalnum():
        blank = text.find(" ", base, at)
        base = at if blank == -1 else blank
    return tuple([(m[0], m.start()) for m in _WORD.finditer(text, base, at)])


def grammar(kind: str) -> frozenset[str]:
    """A set of small words of `org_patterns.toml`."""
    return frozenset(lexicon.toml("org_patterns.toml")["words"][kind])


def demonyms() -> frozenset[str]:
    """All forms of all demonyms, small."""
    forms = lexicon.words("demonyms.csv", "masculine") + lexicon.words("demonyms.csv", "feminine")
    return frozenset(forms) | {d if d[-1] in "sx" else d + "s" for d in forms}


class Borders:
    """Trims, splits and extends mentions with the word lists of the lexicon."""

    def __init__(self, known: frozenset[str], countries: frozenset[str]) -> None:
        self.known, self.countries = known, countries
        titles = {w for r in lexicon.rows("roles.csv") for w in (r["masculine"], r["feminine"])}
        titles |= {w + "s" for w in titles} | {w.rstrip(".") for w in lexicon.words("titles.csv", "title")}
        self.titles = frozenset(titles | {w[0].upper() + w[1:] for w in titles})
        self.modifiers, self.leading, self.particles = grammar("modifiers"), grammar("leading"), grammar("particles")
        self.buildings, self.at_a_building, self.streets = (
            grammar("buildings"),
            grammar("at_a_building"),
            grammar("streets"),
        )
        self.days, self.ranks = grammar("weekdays_and_the_like"), grammar("ranks")
        self.tails = self.leading | self.days
        self.given = frozenset(lexicon.words("given_names.csv", "name"))
        self.demonyms = demonyms()
        self.generic = frozenset(lexicon.words("not_names.csv", "words", kind="generic"))
        self.heads = _heads()

    def refine(self, text: str, found: Mention) -> Iterator[Mention]:
        """The mentions that really stand in a found one: split where it runs over a border, trimmed at both ends."""
        party, _, rest = text[found.start : found.end].partition(" ")
        if found.label == "PER" and rest[:1].isupper() and party.isupper() and party in self.known:  # "EELV Eva Joly"
            yield Mention(found.start, found.start + len(party), "ORG", found.weight)
            found = Mention(found.start + len(party) + 1, found.end, found.label, found.weight)
        for start, end in self._pieces(text, found):
            piece = self._trim(text, start, end, found.label)
            if piece is not None:
                yield Mention(*piece, found.label, found.weight)

    def _pieces(self, text: str, found: Mention) -> Iterator[tuple[int, int]]:
        body = text[found.start : found.end]
        at = 0
        if _MESSY.search(body):
            breaks = [m.span() for m in _BREAK.finditer(body)]
            if found.label == "PER" or "," in body:
                breaks += [m.span() for m in _JOINT.finditer(body) if found.label != "ORG" or "," in m[0]]
            for start, end in sorted(breaks):
                if start >= at:
                    yield found.start + at, found.start + start
                    at = end
        yield found.start + at, found.end

    def _trim(self, text: str, start: int, end: int, label: str) -> tuple[int, int] | None:
        start, end = self._edges(text, start, end)
        word = _WORD.match(text, start, end)
        while word and word.end() < end and self._leaves(text, word, end, label):
            start, end = self._edges(text, word.end(), end)
            word = _WORD.match(text, start, end)
        end = self._tail(text, start, end, label)
        return (start, end) if any(c.isalnum() for c in text[start:end]) else None

    def _edges(self, text: str, start: int, end: int) -> tuple[int, int]:
        while start < end and text[start] in _EDGE:
            start += 1
        while start < end and text[end - 1] in _EDGE and not _INITIALS.match(text, start, end):
            end -= 1
        return start, end

    def _tail(self, text: str, start: int, end: int, label: str) -> int:
        """Where the small words after a name begin: *Paul* of "Paul le poulpe", *Paris* of "Paris jeudi"."""
        if label == "PER":
            tail = _PERSON_TAIL.search(text, start, end)
            if tail and (tail[0].split()[0] not in self.particles or not _CAPITAL.search(tail[0])):
                return tail.start()
        tail = _SMALL_TAIL.search(text, start, end)
        if tail and label == "ORG" and tail[0].split()[0] not in self.days:
            return end
        if tail and label == "LOC" and len(tail[0].split()) == 1 and tail[0].strip() not in self.tails:
            return end
        return tail.start() if tail and tail.start() > start else end

    def _leaves(self, text: str, m: re.Match[str], end: int, label: str) -> bool:
        """Whether the first word `m` of a mention is no part of the name."""
        word, small = m[0], m[0].lower()
        rest = text[m.end() : end].lstrip(" .\n\u00a0")
        if not rest or (len(rest) < 3 and word in self.titles):  # "Lady Di"
            return False
        if small in self.leading or _ELIDED.fullmatch(word):
            return self._is_article(text, m, rest, label)
        if word == "République":  # "procureur de la République de Brest"
            return any(w.startswith("procureur") for w, _ in words_before(text, m.start())[-3:])
        if word in self.titles or word in self.modifiers:
            return label != "ORG" or (word.islower() and (rest[0].isupper() or word not in self.heads))
        if word in self.generic:
            return word.islower()
        if small in self.demonyms and label != "ORG":
            return word.islower() or (label == "PER" and " " in rest)
        return False

    def _is_article(self, text: str, m: re.Match[str], rest: str, label: str) -> bool:
        """Whether a first small word is an article or preposition, not part of "Le Monde" or "de Gaulle"."""
        word = m[0]
        if word in ("Le", "La", "Les"):
            if not rest[0].isupper() or not self._begins_sentence(text, m.start()):
                return not rest[0].isupper()
            return label == "PER" or (rest in self.known and f"{word} {rest}" not in self.known)
        if word == "L'" and label in ("ORG", "LOC"):
            return self._begins_sentence(text, m.start()) or not rest[0].isupper()
        if label == "PER" and word.lower() in self.particles and word not in ("le", "la", "des", "du", "d'"):
            before = words_before(text, m.start())
            return word in ("de", "l'") and bool(before) and not self._is_ranked(before)
        return True

    def _is_ranked(self, before: Words) -> bool:
        """Whether "général", "M." … stand before."""
        last = before[-1][0]
        return last in self.ranks or (last == "." and len(before) > 1 and before[-2][0] in self.ranks)

    def _begins_sentence(self, text: str, start: int) -> bool:
        before = text[max(0, start - 4) : start].rstrip(" \u00a0")[-1:]
        return not before or before in _SENTENCE_ENDS

    def extend(self, text: str, mention: Mention) -> None:
        """Take in the noun that makes the name: prison de + *Réau*, rue + *Anatole France*; a given name + *Roy*."""
        before = words_before(text, mention.start)
        i = len(before) - 1
        if i >= 0 and mention.label == "PER" and before[i][0] in self.given and text[mention.start - 1] == " ":
            mention.start = before[i][1]
            return
        surname = mention.label == "PER" and " " not in text[mention.start : mention.end]
        if i > 0 and surname and before[i][0] in ("de", "d'") and self._is_ranked(before[:i]):
            mention.start = before[i][1]
            return
        linked = False
        while i >= 0 and before[i][0] in _LINKS and not (linked and before[i][0] in _ARTICLES):
            linked = True
            i -= 1
        if i < 0 or (linked and before[i + 1][0] in _ARTICLES):
            return
        for words, label in self.heads.get(before[i][0], ()):
            first = i - len(words) + 1
            if first >= 0 and tuple([w for w, _ in before[first : i + 1]]) == words:
                if self._joins(words, label, mention, linked, text, before[max(0, first - 3) : first]):
                    mention.start, mention.label = before[first][1], label
                    mention.weight = max(mention.weight, 1.0) + 1.0
                return

    def _joins(
        self, words: tuple[str, ...], label: str, mention: Mention, linked: bool, text: str, before: Words
    ) -> bool:
        """Whether a noun like "prison" makes one name with the mention after it."""
        noun = words[-1]
        if noun in self.buildings and any(w in self.at_a_building for w, _ in before):
            return False
        if mention.label == "PER" and linked and (noun not in self.streets or noun == "place"):
            return False
        if noun.lower() == "équipe":
            return linked and mention.label == "LOC" and text[mention.start : mention.end] in self.countries
        if noun == "place":
            return mention.label == "LOC" or not linked
        if mention.label == "ORG" and label == "LOC":  # "gare SNCF", "porte de Matignon"
            return False
        return linked or mention.label != label or words[0][0].isupper()


def _heads() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The nouns of `name_heads.csv` by their last word, longest first, with the label they give."""
    heads: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for row in lexicon.rows("name_heads.csv"):
        capital = row["head"][0].upper() + row["head"][1:]
        for form in sorted({row["head"], capital}) if row["written"] == "any" else [row["head"]]:
            words = tuple(_WORD.findall(fold_quote(form)))
            heads.setdefault(words[-1], []).append((words, row["label"]))
    for entries in heads.values():
        entries.sort(key=lambda e: -len(e[0]))
    return heads
