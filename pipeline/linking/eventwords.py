"""The words of an event that tell whether another report is about it: stems, numbers that count something.

"ont manifesté" and "la manifestation" share a stem; "12 morts" and "15 morts" do not share a count.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from pipeline.linking import namekeys
from pipeline.model import lexicon

Row = dict[str, Any]


@functools.cache
def _empty() -> frozenset[str]:
    return frozenset(namekeys.fold(w) for w in lexicon.toml("same_event.toml")["empty_words"])


@functools.lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """The beginning that a verb and its noun share.

    >>> stem("manifester") == stem("manifestation"), stem("demission") == stem("demissionner")
    (True, True)
    """
    if group := _triggers().get(word):
        return group
    if " " in word:
        return word
    word = (word.removesuffix("s") if len(word) > 4 else word).replace("y", "i")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:6]


_ENDINGS = (
    "isation",
    "ionner",
    "ation",
    "aison",
    "ition",
    "ement",
    "ature",
    "ment",
    "ion",
    "age",
    "er",
    "ir",
    "ee",
    "e",
)


@functools.cache
def _triggers() -> dict[str, str]:
    """Lemma → a stem of its own for its group."""
    groups = lexicon.toml("same_event.toml")["triggers"]
    return {namekeys.fold(word): f"={namekeys.fold(group[0])}" for group in groups for word in group}


@functools.cache
def _ordinals() -> frozenset[str]:
    return frozenset(namekeys.fold(w) for w in lexicon.toml("same_event.toml")["ordinals"])


@functools.lru_cache(maxsize=1 << 12)
def words_of(text: str) -> frozenset[str]:
    """Stems of the words that may tell an event, and numbers of more than two digits that are no year."""
    empty = _empty()
    return frozenset(
        stem(w)
        for w in namekeys.fold(text).split()
        if (len(w) > 3 or (len(w) > 2 and w.isdigit())) and w not in empty and not _YEAR.fullmatch(w)
    )


_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_COUNT = re.compile(rf"(?<![\d,.])((?:\d{{1,3}}(?:\s\d{{3}})+|\d+)(?:,\d+)?)(?![\d,.]|er\b| ?h| (?:{_MONTHS})\b)")


def counts_of(text: str) -> frozenset[str]:
    """Numbers of a text that count something: no days, hours, years; ordinals in words too."""
    found = {re.sub(r"\s", "", n) for n in _COUNT.findall(text)}
    ordinals = {w for w in namekeys.fold(text).split() if w in _ordinals()}
    return frozenset(n for n in found if not _YEAR.fullmatch(n)) | ordinals


def clause_words(row: Row) -> frozenset[str]:
    """Stems of the words of the summary, or of the sentence where there is none."""
    return words_of(row.get("summary") or row.get("sentence") or "")
