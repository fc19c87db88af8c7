"""Tell the lines of an article from the furniture around it.

Reads the lines of a text and the hashes of lines that repeat across its source; gives for each line "" (keep it) or
the reason to drop it, such as "share" or "repeated". "Spread the love" is "share". Patterns are in
`lexicon/boilerplate.toml`. When in doubt a line stays.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.model import lexicon

LONGEST = 600  # characters of a line of furniture; longer lines are article
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"'’)\]]*$")
_DATELINE = re.compile(
    r"(?i:[-–—]\s*$|\b\d{1,2}(er)?\s+(janv|f[ée]v|mars|avr|mai|juin|juil|ao[ûu]t|sept|oct|nov|d[ée]c)\w*\b)"
    r"|\([A-Z]\w{1,9}\)[ .,]*$"
)
_RULE = re.compile(r"[\s\-–—_=*•·|~#+<>/\\.:]+")
_MENU = re.compile(r" *[|•·›»>/▪] *| [–-] ")


def _table() -> dict[int, str]:
    table = dict.fromkeys((0xA0, 0x202F, 0x2009, 0x2007, 0xFEFF, 0x200B, 0xFE0F, 0x2019, 0x2018, 0x27, 0x60, 0xB4), " ")
    for code in range(0xC0, 0x250):
        plain = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        if plain != chr(code):
            table[code] = plain
    return table | {0x153: "oe", 0x152: "oe", 0xE6: "ae", 0xC6: "ae"}


_FOLD = _table()


def fold(line: str) -> str:
    """A line as the patterns see it: lower case, no accents, a space for an apostrophe, single spaces.

    >>> fold("À lire sur l’appli")
    'a lire sur l appli'
    """
    return " ".join(line.translate(_FOLD).lower().split())


def line_hash(line: str) -> int:
    """A 63-bit hash of the folded line, the same in every process."""
    return int.from_bytes(hashlib.blake2b(fold(line).encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def is_prose(line: str, least: int = 8) -> bool:
    """True for a line that ends like a sentence and has at least `least` words."""
    return len(line.split()) >= least and _SENTENCE_END.search(line) is not None


def may_repeat(line: str) -> bool:
    """True when a line met on many pages is furniture: not a dateline, and no prose unless it addresses the reader.

    >>> may_repeat("Le journal des Vosges"), may_repeat("PARIS, 3 mai (AFP) –")
    (True, False)
    """
    if not 2 <= len(line) <= LONGEST or is_dateline(line) or not any(c.isalpha() for c in line):
        return False
    return not is_prose(line) or not _words("address").isdisjoint(re.findall(r"[\w@©]+", fold(line)))


def is_dateline(line: str) -> bool:
    """True for a line with a day and month, or one that ends with a dash or an agency: "PARIS, 3 mai (AFP) –"."""
    return _DATELINE.search(line) is not None


@functools.cache
def _words(group: str) -> frozenset[str]:
    return frozenset(lexicon.toml("boilerplate.toml")["words"][group])


_FORM = r"[^\w«\"“(\[©#←]{0,5}(?:%s)[ .:!*>»…]{0,4}"


@functools.cache
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = lexicon.toml("boilerplate.toml")
    return tuple((why, re.compile(_FORM % _filled("|".join(some), data["parts"]))) for why, some in data[kind].items())


def patterns_of(kind: str) -> list[re.Pattern[str]]:
    """Each pattern of `line`, `head` or `tail` by itself, to see which lines it matches."""
    data = lexicon.toml("boilerplate.toml")
    return [re.compile(_FORM % _filled(pattern, data["parts"])) for some in data[kind].values() for pattern in some]


@functools.cache
def _any(kind: str) -> re.Pattern[str]:
    """One pattern for all groups of a kind, since most lines match none."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for _, pattern in _patterns(kind)))


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with the named parts in the place of "<name>"."""
    while named := re.search(r"<(\w+)>", pattern):
        pattern = pattern.replace(named[0], parts[named[1]])
    return pattern


@functools.cache
def _inline() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    data = dict(lexicon.toml("boilerplate.toml")["inline"])
    cues = re.compile("|".join(map(re.escape, data.pop("cues"))))
    return cues, tuple((why, re.compile("|".join(some), re.MULTILINE)) for why, some in data.items())


def inline(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, reason) of furniture inside paragraphs, line by line."""
    cues, groups = _inline()
    end = 0
    for cue in cues.finditer(text):
        if cue.start() < end:
            continue
        start = text.rfind("\n", 0, cue.start()) + 1
        end = text.find("\n", cue.end())
        end = len(text) if end < 0 else end
        if end - start < 50_000:
            for why, pattern in groups:
                yield from ((m.start(), m.end(), why) for m in pattern.finditer(text, start, end))


def _matched(folded: str, kind: str) -> str:
    if not _any(kind).fullmatch(folded):
        return ""
    return next((why for why, pattern in _patterns(kind) if pattern.fullmatch(folded)), "")


@functools.lru_cache(maxsize=20_000)
def reason(line: str) -> str:
    """Why a line by itself is no part of an article; "" when it is.

    >>> reason("Partager sur Facebook"), reason("Le Sénat a voté.")
    ('share', '')
    """
    if not line or len(line) > LONGEST:
        return ""
    folded = fold(line)
    if not folded or _RULE.fullmatch(folded):
        return "rule" if folded else ""
    why = _matched(folded, "line")
    if why and why not in lexicon.toml("boilerplate.toml")["words"]["sentences"] and is_prose(line, 12):
        why = ""
    if not why and line.isupper() and folded.startswith(("photo ", "photos ", "illustration ")):
        return "credit"  # "PHOTO MARTIN ROY, LA PRESSE"
    return why or _matched(folded, "head") or _listing(line, folded)


def _listing(line: str, folded: str) -> str:
    """Rows of buttons and menus: "Facebook Twitter WhatsApp", "Accueil > Politique > Sénat"."""
    words = re.split(r"[\s,|•·/:;()\[\]]+", folded.strip(" ,|•·/:;()[]"))
    if len(words) <= 14 and all(w in _words("share") or w in _words("glue") for w in words):
        return "" if _words("share").isdisjoint(words) else "share"
    parts = [p for p in _MENU.split(line.strip()) if p] if len(line) < 400 and _MENU.search(line) else []
    if len(parts) >= 2 and "|" in line and all(map(reason, parts)):
        return "navigation"
    if len(parts) >= 3 and max(len(p.split()) for p in parts) <= 4 and not _SENTENCE_END.search(line):
        return "navigation" if not any(any(c.isdigit() for c in p) for p in parts) else ""
    return ""


def reasons(lines: Sequence[str], repeated: Collection[int] = ()) -> list[str]:
    """For each line "" or why it goes, looking also at what stands around it and at lines repeated in the source.

    >>> reasons(["Lire aussi", "Le budget en cinq points", "", "Le vote aura lieu mardi."])
    ['related', 'related', '', '']
    """
    found = [reason(line) for line in lines]
    if repeated:
        for i, line in enumerate(lines):
            if not found[i] and may_repeat(line) and line_hash(line) in repeated:
                found[i] = "repeated"
    _boxes(lines, found)
    _tail(lines, found)
    return found


def _boxes(lines: Sequence[str], found: list[str]) -> None:
    """After a bare "Lire aussi" the titles of the box go too: those on the next lines, or one after a blank line."""
    for i, line in enumerate(lines):
        if found[i] != "related" or len(fold(line).split()) > 6 or ":" in line.rstrip(" :\xa0\u202f"):
            continue
        j = i + 1
        blank = j < len(lines) and not lines[j].strip()
        j += blank
        last = j + 1 if blank else i + 6
        while j < min(last, len(lines)) and _is_title(lines[j]):
            found[j] = found[j] or "related"
            j += 1


def _is_title(line: str) -> bool:
    words = line.split()
    return 3 <= len(words) <= 25 and not re.search(r"[.;,:»…][\s)]*$", line)


@functools.lru_cache(maxsize=20_000)
def tail_kind(line: str) -> str:
    """ "comments" or "related" for a line after which no article follows; "" for others."""
    return _matched(fold(line), "tail")


def _tail(lines: Sequence[str], found: list[str]) -> None:
    """Everything after a comment form; after "Articles similaires" everything up to the next prose."""
    words = [0]
    for i, line in enumerate(lines):
        words.append(words[-1] + (len(line.split()) if not found[i] else 0))
    for i, line in enumerate(lines):
        if not line or len(line) > 200 or (words[i] < 40 and words[i] < 0.6 * words[-1]):
            continue
        kind = tail_kind(line)
        if not kind:
            continue
        found[i] = found[i] or kind
        for j in range(i + 1, len(lines)):
            if kind == "related" and is_prose(lines[j], 15):
                break
            if lines[j].strip():
                found[j] = found[j] or kind
        if kind == "comments":
            return
