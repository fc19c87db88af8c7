"""Acronyms and the names they stand for: "Organisation du traité de sécurité collective (OTSC)".

Reads the text; gives pairs of character spans, the long form and the acronym, after Schwartz and Hearst (2003): the
letters of the acronym begin words of the long form, in order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.naming.borders import UPPER

_IN_PARENTHESES = re.compile(
    rf"\(\s*((?:[{UPPER}]\w*[-&.]?){{1,4}}[{UPPER}0-9]\.?|[{UPPER}]{{2}}[\w-]{{0,10}}|[{UPPER}][a-z]{{2,7}})"
    r"(?: \d{1,3})?\s*[,;)]"
)
_WORD = re.compile(r"\w+")
_STOP = re.compile(r"[.;:!?()»\"]\s|\n\s*\n")
_SMALL = frozenset(
    [
        "de",
        "du",
        "des",
        "d",
        "la",
        "le",
        "les",
        "l",
        "et",
        "en",
        "à",
        "a",
        "au",
        "aux",
        "pour",
        "par",
        "sur",
        "the",
        "of",
        "and",
        "for",
    ]
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A long form at `start`..`end` and its acronym at `short_start`..`short_end`."""

    start: int
    end: int
    short_start: int
    short_end: int


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()


def definitions(text: str) -> Iterator[Definition]:
    """Long forms followed by their acronym in parentheses.

    >>> [text[d.start : d.end] for text in ["Le Parti social libéral (PSL) vote."] for d in definitions(text)]
    ['Parti social libéral']
    """
    for m in _IN_PARENTHESES.finditer(text):
        short = m[1].rstrip(".")
        letters = _bare(re.sub(r"[^\w]", "", short))
        base = max(0, m.start() - 20 * len(letters) - 40)
        for stop in _STOP.finditer(text, base, m.start()):
            base = stop.end()
        start = long_form(text, base, m.start(), letters)
        if start is not None:
            end = m.start()
            while text[end - 1].isspace():
                end -= 1
            yield Definition(start, end, m.start(1), m.start(1) + len(short))


def long_form(text: str, base: int, end: int, letters: str) -> int | None:
    """Where the long form of `letters` begins in `text[base:end]`, or None.

    Every letter begins a word, or goes on in the word of the letter before ("Inserm"); small words may be skipped,
    at most one other word may.
    """
    words = list(_WORD.finditer(text, base, end))
    i, skipped = len(letters), 0
    for word in reversed(words):
        bare = _bare(word[0])
        took = _take(bare, letters[:i])
        if took:
            i -= took
            if i == 0:
                return word.start() if len(words) > 1 and bare not in _SMALL and words[-1] is not word else None
        elif bare not in _SMALL:
            skipped += 1
            if skipped > 1:
                return None
    return None


def _take(word: str, letters: str) -> int:
    """How many of the last letters the word accounts for: the longest tail of `letters` that begins the word."""
    for n in range(min(len(letters), 4), 0, -1):
        if word.startswith(letters[-n:]):
            return n
    return 0


def initials(name: str) -> str:
    """First letters of the words that count, without accents, in lower case.

    >>> initials("Organisation du traité de sécurité collective")
    'otsc'
    """
    return "".join(w[0] for w in map(_bare, _WORD.findall(name)) if w not in _SMALL)
