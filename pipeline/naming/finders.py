"""Names that the NER did not find: patterns, known names, acronyms, names after a title.

Reads the text (with straight apostrophes) and the mentions found so far; gives further `Mention`s. "devant le préfet
Lallement" gives PER *Lallement*, "le ministère des finances" ORG.
"""

from __future__ import annotations

import re
from collections import defaultdict

from pipeline.model import lexicon
from pipeline.naming.acronyms import Definition
from pipeline.naming.borders import UPPER, Borders, Mention, words_before
from pipeline.naming.evidence import SURE, Evidence

# the look-behinds stand after the first letter: the regex engine then skips to capitals at once
_CAPITALISED = re.compile(rf"[{UPPER}](?:(?<![\w'-].)|(?<=[dlDL]'.))\w*(?:[-'.&]\w+)*")
_INSIDE = r"(?:(?:de|du|des|van|von|der|den|ben|bin|el|al|da|dos|di|del|le|la|ould) |d'|de la |de l')?"
_SEQUENCE = re.compile(rf"[{UPPER}]\w*(?:[-'.&]\w+)*(?:[ \u00a0]{_INSIDE}[{UPPER}]\w*(?:[-'.&]\w+)*){{0,4}}")
_PERSON = re.compile(rf"[{UPPER}]\w*(?:[-'.]\w+)*(?:[ \u00a0]{_INSIDE}[{UPPER}]\w*(?:[-']\w+)*){{0,3}}")
_IN_PARENTHESES = re.compile(rf" ?\( ?([{UPPER}][{UPPER}\d&-]{{1,9}}) ?[,)]")
_FIRST = re.compile(r"[\w-]+")
_ARTICLES = ("Le ", "La ", "Les ", "L'")


class Finders:
    """Finders of further names, with the word lists of the lexicon."""

    def __init__(self, borders: Borders, evidence: Evidence) -> None:
        self.borders, self.evidence = borders, evidence
        spec = lexicon.toml("org_patterns.toml")
        self.patterns = [
            (re.compile(filled(p["pattern"], spec["slots"])), p["label"], tuple(p.get("needs", ())))
            for p in spec["pattern"]
        ]
        self.by_first: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for name, (label, use) in evidence.known.items():
            first = _FIRST.match(name)
            if first:
                self.by_first[first[0]].append((name, label, use))
        for entries in self.by_first.values():
            entries.sort(key=lambda e: (-len(e[0]), e[0]))
        self.small = sorted(name for name, (_, use) in evidence.known.items() if name[0].islower() and use == "yes")

    def fixed(self, text: str) -> list[Mention]:
        """Names found by the patterns of `org_patterns.toml`, and known names written small."""
        found = []
        for pattern, label, needs in self.patterns:
            if not needs or any(part in text for part in needs):
                found += [Mention(m.start(), m.end(), label, SURE) for m in pattern.finditer(text)]
        for name in self.small:
            if name in text:
                found += [Mention(a, b, self.evidence.known[name][0], SURE) for a, b in occurrences(text, name)]
        return found

    def defined(self, text: str, found: list[Mention], definitions: list[Definition]) -> list[Mention]:
        """Both sides of an acronym's definition, where one of them was found or begins like a body's name."""
        mentions = []
        for d in definitions:
            label = self._label_of_definition(text, found, d)
            if label:
                mentions += [Mention(d.start, d.end, label, 2.5), Mention(d.short_start, d.short_end, label, 2.5)]
        for m in found:
            short = _IN_PARENTHESES.match(text, m.end) if m.label == "ORG" and "(" in text[m.end : m.end + 2] else None
            if short:
                mentions.append(Mention(short.start(1), short.end(1), "ORG", 1.5))
        return mentions

    def _label_of_definition(self, text: str, found: list[Mention], d: Definition) -> str:
        for m in found:
            if m.label != "PER" and m.weight and m.start < d.end and d.start < m.end and text[d.start].isupper():
                return "ORG"
            if m.label == "ORG" and m.start == d.short_start and m.end == d.short_end:
                return "ORG"
        first = _FIRST.match(text, d.start)
        heads = self.borders.heads.get(first[0], []) if first else []
        return next((label for words, label in heads if len(words) == 1), "")

    def known(self, text: str, found: list[Mention]) -> list[Mention]:
        """The found mentions, with well-known longer names in place of parts of them ("France" + "3")."""
        result = []
        for m in found:
            longer = self._known_at(text, m.start) or self._broken(text, m)
            if longer is None and text[m.start - 1 : m.start] in (" ", "'"):
                longer = self._known_at(text, _with_article(text, m.start))
            better = longer is not None and longer.weight >= 2 and longer.end >= m.end
            result.append(longer if better and longer and longer.end - longer.start > m.end - m.start else m)
        return result

    def _broken(self, text: str, m: Mention) -> Mention | None:
        """A given name and what follows it on the next line."""
        if text[m.end : m.end + 1] != "\n" or text[m.start : m.end] not in self.evidence.given:
            return None
        following = _PERSON.match(text, m.end + 1)
        return Mention(m.start, following.end(), "PER", 2.0) if following else None

    def _known_at(self, text: str, start: int) -> Mention | None:
        first = _FIRST.match(text, start)
        for name, label, use in self.by_first.get(first[0], ()) if first else ():
            end = start + len(name)
            if text.startswith(name, start) and not text[end : end + 1].isalnum() and text[end : end + 1] != "-":
                return Mention(start, end, label, 0.6 if use == "label" else 2.0)
        return None

    def uncovered(self, text: str, found: list[Mention]) -> list[Mention]:
        """Names among the capitalised words that no mention covers: known, after a title, after a body's noun."""
        covered = cover(len(text), found)
        added: list[Mention] = []
        at = 0
        for capital in _CAPITALISED.finditer(text):
            start = capital.start()
            if start < at or covered[start]:
                continue
            mention = self._uncovered(text, start)
            if mention and 1 not in covered[mention.start : mention.end]:
                added.append(mention)
                at = mention.end
        return added

    def _uncovered(self, text: str, start: int) -> Mention | None:
        known = self._known_at(text, start)
        if known and known.weight >= 2:
            return known
        before = words_before(text, start)
        title = self.evidence.title(before)
        if not before or (before[-1][0] in ".!?»" and not title):
            return None
        if len(before) > 1 and before[-1][0] in ("de", "d'") and before[-2][0] in self.evidence.noble:
            return Mention(start, capital_end(text, start), "LOC", 1.0)
        if title:
            return self._titled(text, start, title)
        last = before[-1][0]
        sequence = _SEQUENCE.match(text, start)
        if not sequence or last[:1].isupper():
            return None
        if last in self.evidence.direct_bodies and len(sequence[0]) > 2:
            return Mention(start, sequence.end(), "ORG", 1.0)
        trial = Mention(start, sequence.end(), "LOC", 1.0)
        self.borders.extend(text, trial)
        return trial if trial.start < start else None

    def _titled(self, text: str, start: int, title: str) -> Mention | None:
        """The name after a title; not a party's or a common word written large."""
        sequence = _PERSON.match(text, start)
        name = sequence[0] if sequence else ""
        first = name.partition(" ")[0]
        if not name or {name, first} & self.evidence.never or (name.isupper() and len(name) < 6):
            return None
        if title == "role" and first.lower() in self.evidence.demonyms:
            return None
        return Mention(start, start + len(name), "PER", 1.0)


def capital_end(text: str, start: int) -> int:
    """Where the capitalised word at `start` ends."""
    word = _CAPITALISED.match(text, start)
    return word.end() if word else start + 1


def cover(length: int, mentions: list[Mention]) -> bytearray:
    """A flag a character: 1 where a mention stands."""
    covered = bytearray(length + 1)
    for m in mentions:
        covered[m.start : m.end] = b"\1" * (m.end - m.start)
    return covered


def occurrences(text: str, form: str) -> list[tuple[int, int]]:
    """Where `form` stands in `text` as whole words.

    >>> occurrences("Roy, Royal et Roy", "Roy")
    [(0, 3), (14, 17)]
    """
    found = []
    at = text.find(form)
    while at != -1:
        end = at + len(form)
        before, after = text[at - 1 : at], text[end : end + 1]
        if not (before.isalnum() or before in ("-", "_", "@", "#")) and not (
            after.isalnum() or after in ("-", "_", "@")
        ):
            found.append((at, end))
        at = text.find(form, end)
    return found


def _with_article(text: str, start: int) -> int:
    """Where a capital article before a name begins ("Le" of "Le Monde"), else `start`."""
    for article in _ARTICLES:
        if start >= len(article) and text.startswith(article, start - len(article)):
            return start - len(article)
    return start


def filled(pattern: str, slots: dict[str, str]) -> str:
    """A pattern of `org_patterns.toml` with its `{slots}` written out."""
    for slot, value in slots.items():
        pattern = pattern.replace(f"{{{slot}}}", value)
    return pattern
