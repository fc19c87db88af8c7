"""Names that the NER did not find: patterns, known names, acronyms, names after a title.

Reads the text and the mentions found so far; gives further `Mention`s. "devant le préfet Lallement" gives PER
*Lallement*, "le ministère des finances" ORG.
"""

from __future__ import annotations

import re
from collections import defaultdict

from pipeline.acronyms import Definition
from pipeline.borders import CAPITALISED, UPPER, Borders, Mention, fold_quote, words_before
from pipeline.evidence import Evidence
from pipeline.model import lexicon

_SEQUENCE = re.compile(
    rf"[{UPPER}][\w]*(?:[-’'.&][\w]+)*"
    rf"(?:[ \u00a0](?:(?:de|du|des|van|von|der|den|ben|bin|el|al|da|dos|di|del|le|la|ould)[ ]|d['’]|de la |de l['’])?[{UPPER}][\w]*(?:[-’'.&][\w]+)*){{0,4}}"
)
_PERSON = re.compile(
    rf"[{UPPER}][\w]*(?:[-’'.][\w]+)*"
    rf"(?:[ \u00a0](?:(?:de|du|des|van|von|der|den|ben|bin|el|al|da|dos|di|del|le|la|ould)[ ]|d['’]|de la )?[{UPPER}][\w]*(?:[-’'][\w]+)*){{0,3}}"
)
_IN_PARENTHESES = re.compile(rf" ?\( ?([{UPPER}][{UPPER}\d&-]{{1,9}}|[{UPPER}][a-zà-ÿ]{{2,9}}) ?[,)]")


class Finders:
    """Finders of further names, with the word lists of the lexicon."""

    def __init__(self, borders: Borders, evidence: Evidence) -> None:
        self.borders, self.evidence = borders, evidence
        borders.countries = evidence.countries
        patterns = lexicon.toml("org_patterns.toml")
        slots = {f"{{{name}}}": value for name, value in patterns["slots"].items()}
        self.patterns = [(re.compile(_filled(p["pattern"], slots)), p["label"]) for p in patterns["pattern"]]
        self.by_first: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        small = [name for name, (_, use) in evidence.known.items() if name[0].islower() and use == "yes"]
        for name, (label, use) in evidence.known.items():
            first = re.match(r"[\w-]+", name)
            if first:
                self.by_first[first[0]].append((name, label, use))
        for entries in self.by_first.values():
            entries.sort(key=lambda e: (-len(e[0]), e[0]))
        self.small = re.compile(
            rf"(?<![\w'’-])(?:{'|'.join(map(re.escape, sorted(small, key=lambda n: (-len(n), n))))})(?![\w-])"
        )

    def fixed(self, text: str) -> list[Mention]:
        """Names found by the patterns of `org_patterns.toml`, and known names written small."""
        found = [Mention(m.start(), m.end(), label, 3.0) for rx, label in self.patterns for m in rx.finditer(text)]
        folded = fold_quote(text)
        return found + [
            Mention(m.start(), m.end(), self.evidence.known[m[0]][0], 3.0) for m in self.small.finditer(folded)
        ]

    def defined(self, text: str, found: list[Mention], definitions: list[Definition]) -> list[Mention]:
        """Both sides of an acronym's definition, where one of them was found or begins like a body's name."""
        mentions = []
        for d in definitions:
            label = self._label_of_definition(text, found, d)
            if label:
                mentions.append(Mention(d.start, d.end, label, 2.5))
                mentions.append(Mention(d.short_start, d.short_end, label, 2.5))
        for m in found:
            short = _IN_PARENTHESES.match(text, m.end) if m.label == "ORG" else None
            if short and short[1].isupper():
                mentions.append(Mention(short.start(1), short.end(1), "ORG", 1.5))
        return mentions

    def _label_of_definition(self, text: str, found: list[Mention], d: Definition) -> str:
        for m in found:
            if m.label != "PER" and m.weight and (m.start < d.end and d.start < m.end and text[d.start].isupper()):
                return "ORG"
            if m.label == "ORG" and m.start == d.short_start and m.end == d.short_end:
                return "ORG"
        first = re.match(r"[\w'’-]+", text[d.start : d.end])
        heads = self.borders.heads.get(first[0], []) if first else []
        return next((label for words, label in heads if len(words) == 1), "")

    def known(self, text: str, found: list[Mention]) -> list[Mention]:
        """The found mentions, with well-known longer names in place of parts of them ("France" + "3")."""
        result = []
        for m in found:
            longer = self._known_at(text, m.start) or self._known_at(text, _with_article(text, m.start))
            if longer and longer.end >= m.end and longer.end - longer.start > m.end - m.start and longer.weight >= 2:
                result.append(longer)
            else:
                result.append(m)
        return result

    def _known_at(self, text: str, start: int) -> Mention | None:
        first = re.compile(r"[\w-]+(?:['’](?=[A-ZÉ]))?").match(text, start)
        if not first:
            return None
        word = fold_quote(first[0])
        for name, label, use in self.by_first.get(word.rstrip("'"), ()):
            end = start + len(name)
            if (
                fold_quote(text[start:end]) == name
                and not text[end : end + 1].isalnum()
                and text[end : end + 2][:1] != "-"
            ):
                return Mention(start, end, label, 0.6 if use == "label" else 2.0)
        return None

    def uncovered(self, text: str, found: list[Mention]) -> list[Mention]:
        """Names among the capitalised words that no mention covers: known ones, after a title, a body's or place's noun."""
        covered = bytearray(len(text) + 1)
        for m in found:
            covered[m.start : m.end] = b"\1" * (m.end - m.start)
        added: list[Mention] = []
        at = 0
        for capital in CAPITALISED.finditer(text):
            start = capital.start()
            if start < at or covered[start]:
                continue
            mention = self._uncovered(text, start)
            if mention and not any(covered[mention.start : mention.end]):
                added.append(mention)
                at = mention.end
        return added

    def _uncovered(self, text: str, start: int) -> Mention | None:
        known = self._known_at(text, start)
        if known and known.weight >= 2:
            return known
        before = words_before(text, start)
        if not before:
            return None
        last = before[-1][0]
        title = self.evidence.title(before)
        if title:
            sequence = _PERSON.match(text, start)
            name = sequence[0] if sequence else ""
            if (
                name
                and not {fold_quote(name), name.split()[0]} & self.evidence.never
                and (not name.isupper() or len(name) > 5)
            ):
                if title == "civility" or name.split()[0].lower() not in self.evidence.demonyms:
                    return Mention(start, start + len(name), "PER", 1.0)
            return None
        sequence = _SEQUENCE.match(text, start)
        if not sequence or last[:1].isupper():
            return None
        if last in self.evidence.direct_bodies and len(sequence[0]) > 2:
            return Mention(start, sequence.end(), "ORG", 1.0)
        trial = Mention(start, sequence.end(), "LOC", 1.0)
        self.borders.extend(text, trial)
        return trial if trial.start < start else None


def _with_article(text: str, start: int) -> int:
    """Where a capital article before a name begins ("Le" of "Le Monde"), else `start`."""
    for article in ("Le ", "La ", "Les ", "L'", "L’"):
        if text.startswith(article, start - len(article)) and start >= len(article):
            return start - len(article)
    return start


def _filled(pattern: str, slots: dict[str, str]) -> str:
    for slot, value in slots.items():
        pattern = pattern.replace(slot, value)
    return pattern
