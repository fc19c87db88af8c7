"""Repairs of characters, spaces and paragraphs, each as edits `(start, end, replacement)` of the text given.

`spaces("l'équipe.En fin de match")` gives `[(9, 9, " ")]`: a space goes in at 9. Edits never overlap.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator

from rapidfuzz.distance import Indel

from pipeline.model import lexicon

Edit = tuple[int, int, str]

_SUSPECT = re.compile("[ÂÃâÅÄ][\u0080-\u00ff\u0152-\u0178\u02c6\u02dc\u2013-\u2122]|\ufffd|Ã")
_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_LINE_END = re.compile("\r\n?|[\u2028\u2029\u0085\x0b\x0c]")
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+"
)
_DIVIDED = re.compile(r"(?<![\w-])([a-zà-öø-ÿœæ'’]{2,})[-\u2010]\n(?=([a-zà-öø-ÿœæ]{2,})(?![\w-]))")
_AFTER_END = re.compile(
    r"(?P<end>(?<=[a-zà-öø-ÿœ0-9%€)»\"”])(?:\.|[ \u00a0\u202f]?[!?…]|\.{3})[»\"”)]{0,2})"
    r"(?=(?P<next>[A-ZÀ-ÖØ-Þ«“\"][\w'’ «]))"
)
_GLUED = re.compile(
    r"(?<![\w.@/-])(?P<left>[A-Za-zÀ-ÖØ-öø-ÿœŒ-]*[a-zà-öø-ÿœ]{2})(?P<right>[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿœ]*['’]?)(?=[ ,\n\w]|$)"
)
_ADDRESS = re.compile(r"(?i)www|http|@|\.(?:com|fr|org|net|info|be|ch|ca|eu|html?|php)\b")
_BLANKS = re.compile(r"[ \t\u00a0\u202f\u3000]+(?=\n|\Z)|(?<=\n)[ \t\u00a0\u202f\u3000]+")
_EMPTY = re.compile(r"\n{3,}")


def _changed(text: str, change: object) -> Iterator[Edit]:
    """Edits that turn each line into `change(line)`; small ones, so that offsets stay exact."""
    at = 0
    for line in text.split("\n"):
        new = change(line)  # type: ignore[operator]
        if new != line:
            if len(line) > 20_000:
                yield at, at + len(line), new
            else:
                for op in Indel.opcodes(line, new):
                    if op.tag != "equal":
                        yield at + op.src_start, at + op.src_end, new[op.dest_start : op.dest_end]
        at += len(line) + 1


def mojibake(text: str) -> list[Edit]:
    """UTF-8 read as cp1252 or latin-1 ("Ã©") becomes what it was; « », NBSP, ’ and œ are left alone."""
    if not _SUSPECT.search(text):
        return []
    import ftfy

    fixer = functools.partial(ftfy.fix_encoding)
    return list(_changed(text, lambda line: fixer(line) if _SUSPECT.search(line) else line))


def compose(text: str) -> list[Edit]:
    """Letters and their accents become one character (NFC); a fifth combining mark on a letter and more go."""
    if long := [(m.end(1), m.end(), "") for m in _MARKS.finditer(text)]:
        return long if unicodedata.is_normalized("NFC", text) else _both(text, long)
    if unicodedata.is_normalized("NFC", text):
        return []
    return list(_changed(text, lambda line: unicodedata.normalize("NFC", line)))


def _both(text: str, cuts: list[Edit]) -> list[Edit]:
    return list(_changed(text, lambda line: unicodedata.normalize("NFC", _MARKS.sub(r"\1", line))))


def controls(text: str) -> list[Edit]:
    """One kind of line end; no control, zero-width and direction characters."""
    edits = [(m.start(), m.end(), "\n") for m in _LINE_END.finditer(text)]
    edits += [(m.start(), m.end(), "") for m in _CONTROL.finditer(text)]
    return edits


def hyphens(text: str) -> list[Edit]:
    """Soft hyphens go; "gouver-\\nnement" is one word again."""
    edits = [(m.start(), m.end(), "") for m in re.finditer("\xad\n?", text)]
    before, after = _compounds()
    for match in _DIVIDED.finditer(text):
        word = match[1].rpartition("’")[2].rpartition("'")[2]
        compound = word in before or match[2] in after
        edits.append((match.end() - 1 if compound else match.end(1), match.end(), ""))
    return edits


@functools.cache
def _compounds() -> tuple[frozenset[str], frozenset[str]]:
    data = lexicon.toml("clean.toml")["hyphens"]
    return frozenset(data["before"]), frozenset(data["after"])


def spaces(text: str) -> list[Edit]:
    """A space between two sentences that stand glued.

    >>> spaces("l'équipe.En fin de match")
    [(9, 9, ' ')]
    """
    edits = []
    for match in _AFTER_END.finditer(text):
        place = match.end()
        if _in_address(text, match.start()):
            continue
        if match["end"].endswith('"') and not _closes(text, place - 1):
            place -= 1
        elif match["next"][0] == '"' and _closes(text, place):
            if match["next"][1] in " ,":
                continue
            place += 1
        if place < len(text) and not text[place].isspace():
            edits.append((place, place, " "))
    for match in _GLUED.finditer(text):
        if _is_glued(match["left"], match["right"], text[match.end() : match.end() + 1]):
            edits.append((match.start("right"), match.start("right"), " "))
    return sorted(set(edits))


def _in_address(text: str, at: int) -> bool:
    start = max(text.rfind(" ", max(0, at - 80), at), text.rfind("\n", max(0, at - 80), at)) + 1
    end = min((e for e in (text.find(" ", at), text.find("\n", at)) if e >= 0), default=len(text))
    return _ADDRESS.search(text, start, min(end, at + 80)) is not None


def _closes(text: str, at: int) -> bool:
    """True when the straight quote at `at` closes: an odd number of them stands before it on its line."""
    start = text.rfind("\n", max(0, at - 5000), at) + 1
    return text.count('"', max(start, at - 5000), at) % 2 == 1


@functools.cache
def _glue() -> tuple[frozenset[str], frozenset[str]]:
    data = lexicon.toml("clean.toml")["spaces"]
    return frozenset(data["openers"]), frozenset(w.lower() for w in data["whole"])


def _is_glued(left: str, right: str, following: str) -> bool:
    openers, whole = _glue()
    if (left + right).lower() in whole:
        return False
    if following.isalnum() and not right.endswith(("'", "’")):
        return False
    if right in openers:
        return len(left) >= 3
    return left.islower() and len(left) >= 4 and len(right) >= 4 and following in (" ", ",")


def paragraphs(text: str) -> list[Edit]:
    """Line ends inside a paragraph become spaces: in hard-wrapped text, and where a line goes on in lower case."""
    lines = text.split("\n")
    full = [len(line) for line in lines if line.strip()]
    if len(full) < 2:
        return []
    width = sorted(full)[int(len(full) * 0.9)]
    wrapped = _hard_wrapped(lines, width)
    edits = []
    at = 0
    for line, following in itertools.pairwise(lines):
        at += len(line) + 1
        bare, after = line.rstrip(), following.lstrip()
        if not bare or not after or after[0] in "-–—•*·":
            continue
        continues = bare[-1] not in '.!?…:;»”"' and (after[0].islower() or after[0] in ",;)")
        if continues or (wrapped and len(bare) > 0.75 * width - len(after.split()[0])):
            edits.append(
                (
                    at - 1 - (len(line) - len(bare)),
                    at + len(following) - len(after),
                    " " if after[0] not in ",)" else "",
                )
            )
    return edits


def _hard_wrapped(lines: list[str], width: int) -> bool:
    """True when most lines are about as long as the longest and many break in the middle of a sentence."""
    if not 40 <= width <= 110:
        return False
    pairs = [(a.rstrip(), b.strip()) for a, b in itertools.pairwise(lines) if a.strip() and b.strip()]
    if len(pairs) < 4:
        return False
    broken = sum(a[-1] not in '.!?…:;»”"' and b[0].islower() for a, b in pairs)
    return broken > 0.3 * len(pairs) and max(map(len, lines)) <= 1.3 * width


def blanks(text: str) -> list[Edit]:
    """No blanks at either end of a line, one blank line between paragraphs, none at the ends of the text."""
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    edits: list[Edit] = [(0, first, "")] if first else []
    for match in re.finditer(r"[ \t\u00a0\u202f\u3000]*\n\s*", text[first:last]):
        new = "\n\n" if match.group().count("\n") > 1 else "\n"
        if match.group() != new:
            edits.append((first + match.start(), first + match.end(), new))
    if last < len(text) and last > first:
        edits.append((last, len(text), ""))
    return edits
