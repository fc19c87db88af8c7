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

_SUSPECT = re.compile("[ÂâÅÄ][ \u0080-\u00ff\u0152-\u0178\u02c6\u02dc\u2013-\u2122]|\ufffd|Ã")
_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x0b\x0c]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+")
_C1 = re.compile("[\x80-\x9f]")
_DIVIDED = re.compile(r"[-\u2010]\n(?=([a-zà-öø-ÿœæ]{2,30})(?![\w-]))")
_WORD_BEFORE = re.compile(r"(?<![\w-])[a-zà-öø-ÿœæ]{2,30}$")
_SENTENCE_END = re.compile(r"(?:\.{3}|[.!?…])[»\"”)]{0,2}(?=[A-ZÀ-ÖØ-Þ«“\"][\w'’ «])")
_GLUED = re.compile(r"[a-zà-öø-ÿœ](?=([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿœ]{0,20}['’]?)[ ,\n\w]|([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿœ]{0,20})$)")
_GLUED_WORD = re.compile(r"(?<![\w.@/-])[\w-]*$")
_ADDRESS = re.compile(r"(?i)www|http|@|\.(?:com|fr|org|net|info|be|ch|ca|eu|html?|php)\b")
_BLANK = " \t\u00a0\u202f\u3000"


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

    pairs, blank, a_grave = _pairs()

    def repaired(line: str) -> str:
        if not _SUSPECT.search(line):
            return line
        line = ftfy.fix_encoding(line)
        for wrong, right in pairs:
            line = line.replace(wrong, right)
        return a_grave.sub("à ", blank.sub("\u00a0", line))

    return list(_changed(text, repaired))


@functools.cache
def _pairs() -> tuple[list[tuple[str, str]], re.Pattern[str], re.Pattern[str]]:
    data = lexicon.toml("clean.toml")["mojibake"]
    return [(wrong, right) for wrong, right in data["pairs"]], re.compile(data["blank"]), re.compile(data["a_grave"])


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
    """One kind of line end; no control, zero-width and direction characters.

    Characters U+0080 to U+009F are signs of cp1252 that were read as latin-1.
    """
    edits = [(m.start(), m.end(), "\n") for m in _LINE_END.finditer(text)]
    edits += [(m.start(), m.end(), "") for m in _CONTROL.finditer(text)]
    return edits + [
        (m.start(), m.end(), m.group().encode("latin-1").decode("cp1252", "ignore")) for m in _C1.finditer(text)
    ]


def hyphens(text: str) -> list[Edit]:
    """Soft hyphens go; "gouver-\\nnement" is one word again."""
    edits = [(m.start(), m.end(), "") for m in re.finditer("\xad\n?", text)]
    before, after = _compounds()
    for match in _DIVIDED.finditer(text):
        word = _WORD_BEFORE.search(text, max(0, match.start() - 32), match.start())
        if word is not None:
            compound = word.group() in before or match[1] in after
            edits.append((match.end() - 1 if compound else match.start(), match.end(), ""))
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
    edits = set()
    for match in _SENTENCE_END.finditer(text):
        if _ends_sentence(text, match.start()) and not _in_address(text, match.start()):
            place = _between_quotes(text, match.end())
            if 0 < place < len(text) and not text[place].isspace():
                edits.add(place)
    words: set[str] = set()
    for match in _GLUED.finditer(text):
        right = match[1] or match[2]
        left = _GLUED_WORD.search(text, max(0, match.end() - 40), match.end())
        following = text[match.end() + len(right) : match.end() + len(right) + 1]
        if left is None or (following.isalnum() and not right.endswith(("'", "’"))):
            continue
        words = words or set(re.findall(r"\w{4,}", text))
        if _is_glued(left.group(), right, following) or {left.group(), right} <= words:
            edits.add(match.end())
    return [(place, place, " ") for place in sorted(edits)]


def _ends_sentence(text: str, at: int) -> bool:
    """True when a letter, figure, bracket or quote stands before the mark at `at`, or before a blank before ! or ?."""
    spaced = at > 1 and text[at] != "." and text[at - 1] in " \u00a0\u202f"
    before = text[max(0, at - 1 - spaced) : at - spaced]
    return before.islower() or before.isdigit() or (before != "" and before in '%€)»"”')


def _between_quotes(text: str, place: int) -> int:
    """Where the space goes when straight quotes stand at the border; 0 when none is missing."""
    if text[place - 1] == '"' and not _closes(text, place - 1):
        return place - 1
    if text[place] == '"' and _closes(text, place):
        return 0 if text[place + 1] in " ," else place + 1
    return place


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
    at = first
    for match in re.finditer(r"\n\s*", text[first:last]):
        start, end = first + match.start(), first + match.end()
        start = at + len(text[at:start].rstrip(_BLANK))
        at = end
        new = "\n\n" if match.group().count("\n") > 1 else "\n"
        if text[start:end] != new:
            edits.append((start, end, new))
    if last < len(text) and last > first:
        edits.append((last, len(text), ""))
    return edits
