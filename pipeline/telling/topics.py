"""What a Doc tells of: the share of each event type among its triggers and topic words.

Reads tags and lemmas, `doc._.title` and the `Candidate`s; changes nothing. A Doc with *grève*, *cortège* and *syndicat*
is a protest story, so that "ils ont brûlé des palettes" is told as protest and not as an accident.
"""

from __future__ import annotations

import functools
import re

from pipeline.model import lexicon
from pipeline.telling.eventness import Surroundings
from pipeline.telling.triggers import Candidate, Lexeme, lexemes

OTHER, STATEMENT = "other", "statement"
TOPICAL = frozenset({"NOUN", "ADJ", "PROPN"})
_WORD = 0.4  # what a topic word weighs beside a trigger
_LEAD, _LEAD_SENTENCES = 1.5, 2  # the first sentences say more
_TITLE = 3.0  # what the title weighs, in triggers
_LITTLE = 1.0

Shares = dict[str, float]


@functools.cache
def topic_words() -> dict[str, tuple[str, ...]]:
    """Types that a noun or adjective hints at, by lemma: "tribunal" speaks of trials."""
    found: dict[str, tuple[str, ...]] = {}
    for row in lexicon.rows("topics.csv"):
        found[row["word"]] = (*found.get(row["word"], ()), row["type"])
    return found


@functools.cache
def _topic_shares() -> dict[str, tuple[tuple[str, float], ...]]:
    """What each topic word says of its types."""
    return {word: tuple((name, _WORD / len(names)) for name in names) for word, names in topic_words().items()}


class Topics:
    """Which types a Doc speaks of: `document` and, by sentence number, `sentence` hold masses, `title` names."""

    def __init__(self, around: Surroundings, triggers: list[Candidate]):
        self.around = around
        self.document: Shares = {}
        self.sentence: dict[int, Shares] = {}
        told: dict[str, int] = {}
        for i, lemma, shares in self._hints(triggers):
            number = around.sentence_of[i]
            told[lemma] = told.get(lemma, 0) + 1
            weight = (_LEAD if number < _LEAD_SENTENCES else 1.0) / told[lemma] ** 0.5
            sentence = self.sentence.setdefault(number, {})
            for name, share in shares:
                self.document[name] = self.document.get(name, 0.0) + share * weight
                sentence[name] = sentence.get(name, 0.0) + share
        self.title = self._title_types()
        for name in sorted(self.title):
            self.document[name] = self.document.get(name, 0.0) + _TITLE / len(self.title)
        self.mass = sum(self.document.values())

    def _hints(self, triggers: list[Candidate]) -> list[tuple[int, str, tuple[tuple[str, float], ...]]]:
        """Token, lemma and shares of all that speaks of a topic: triggers, then topic words."""
        words, dated = _topic_shares(), self.around.dated
        hints = [(trigger.i, trigger.lemma, shares) for trigger in triggers if (shares := proposed(trigger))]
        for token in self.around.doc:
            if token.pos_ in TOPICAL and (hinted := words.get(token.lemma_.lower())) and token.i not in dated:
                hints.append((token.i, token.lemma_.lower(), hinted))
        return hints

    def _title_types(self) -> frozenset[str]:
        """Types that words of the title hint at, looked up by the lemmas that the same words have in the text."""
        wanted = re.findall(r"\w{3,}", self.around.doc.title.lower())
        if not wanted:
            return frozenset()
        lemmas = {token.lower_: token.lemma_.lower() for token in self.around.doc if token.lower_ in wanted}
        found: set[str] = set()
        for word in wanted:
            lemma = lemmas.get(word) or word.removesuffix("s")
            found.update(topic_words().get(lemma, ())[:1])
            participle = _PARTICIPLE.sub("er", word)
            known = _known(lemma, "NOUN") or _known(lemma, "VERB") or _known(participle, "VERB")
            if known and known.types[0][0] not in (OTHER, STATEMENT):
                found.add(known.types[0][0])
        return frozenset(found)

    def beside(self, trigger: Candidate) -> Shares:
        """The masses in the document without what the trigger itself says."""
        shares = self.document.copy()
        for name, share in proposed(trigger):
            shares[name] = shares.get(name, 0.0) - share
        return shares

    def silent(self, trigger: Candidate) -> bool:
        """Whether next to nothing but the trigger itself speaks of a topic."""
        return self.mass - sum(share for _, share in proposed(trigger)) < _LITTLE


_PARTICIPLE = re.compile("é(?:e?s?)$")


def _known(lemma: str, pos: str) -> Lexeme | None:
    known = lexemes().get((lemma, pos))
    return known if known and known.types else None


def proposed(trigger: Candidate) -> tuple[tuple[str, float], ...]:
    """Types of a trigger with their shares in what it says of the topic; one that fits any story says nothing."""
    lexeme = trigger.lexeme
    if lexeme is None or lexeme.manner == "general":
        return ()
    names = [name for name in lexeme.names if name not in (STATEMENT, OTHER)]
    return tuple((name, trigger.score / (rank + 1) / len(names)) for rank, name in enumerate(names))
