"""Keys under which two spellings of one name are the same: folding, transliteration, short forms, initials.

Reads a name as written, writes keys for comparison only; names shown to readers are never altered.
`person_key("Kassym-Jomart Tokaïev")` and `person_key("KASSYM-JOMART TOKAYEV")` are equal.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from anyascii import anyascii

from pipeline.model import lexicon

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_SPACED = re.compile(r" ([-&]) ")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&-]{1,9}")
_ROMAN = re.compile(r"x{0,2}(?:ix|iv|v?i{0,3})")
_SURNAME_FIRST = re.compile(r"((?:[A-ZÀ-Þ][A-ZÀ-Þ'’-]+ )+)((?:[A-ZÀ-Þ][a-zß-ÿ]+[ -]?)+)")


@functools.cache
def _latin() -> dict[int, str]:
    """What anyascii makes of the letters and signs of French and its neighbours: a table is faster."""
    return {code: anyascii(chr(code)) for code in (*range(0x80, 0x180), *range(0x2010, 0x203B))}


@functools.lru_cache(maxsize=1 << 15)
def fold(text: str) -> str:
    """Lower-case ASCII words of a text, joined by a space: no accents, case, hyphens or apostrophes.

    >>> fold("L’Île-d’Œuf")
    'l ile d oeuf'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_latin())
        text = text if text.isascii() else anyascii(text)
    return _NOT_WORD.sub(" ", text.lower()).strip()


def slug(text: str) -> str:
    """A readable key of a name for ids; a name without any letter keeps its code points.

    >>> slug("Kassym-Jomart Tokayev")
    'kassym-jomart-tokayev'
    """
    return fold(text).replace(" ", "-") or "-".join(f"{ord(c):x}" for c in text) or "x"


def is_acronym(name: str) -> bool:
    """Whether a name is written as an acronym: ONU, O.N.U., CFE-CGC.

    >>> is_acronym("OTSC"), is_acronym("O.N.U."), is_acronym("Onu")
    (True, True, False)
    """
    return bool(_ACRONYM.fullmatch(_undot(name)))


def _undot(name: str) -> str:
    return _SPACED.sub(r"\1", _DOTTED.sub(lambda m: m[0].replace(".", ""), name)).strip()


def initials(name: str) -> frozenset[str]:
    """The acronyms a full name may have: initials of all its words, and of the words that count.

    >>> sorted(initials("Organisation du traité de l'Atlantique nord"))
    ['odtdlan', 'otan']
    """
    every = fold(name).split()
    counting = [w for w in every if w not in _weak_words()]
    return frozenset("".join(w[0] for w in kept) for kept in (every, counting) if len(kept) > 1)


@functools.cache
def _table(kind: str) -> dict[str, str]:
    """Rows of `name_words.csv` of one kind, folded word → value."""
    return {fold(r["word"]): r["value"] for r in lexicon.rows("name_words.csv") if r["kind"] == kind}


@functools.cache
def _weak_words() -> frozenset[str]:
    return frozenset(_table("weak"))


@functools.cache
def _rewrites() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(r["pattern"]), r["replacement"]) for r in lexicon.toml("transliteration.toml")["rewrite"])


@functools.lru_cache(maxsize=1 << 15)
def sound(word: str) -> str:
    """A folded word as French and English transliterations agree on it.

    >>> sound("loukachenko") == sound("lukashenko"), sound("massimov") == sound("maximov")
    (True, False)
    """
    for pattern, replacement in _rewrites():
        word = pattern.sub(replacement, word)
    return word


@functools.lru_cache(maxsize=1 << 15)
def person_key(name: str) -> tuple[str, ...]:
    """The words of a person's name as keys, given names first, civilities left out.

    A final *-ine*/*-ane* of the surname alone counts as *-in*/*-an* (Poutine, Putin; but not Pascal, Pascale).

    >>> person_key("Vladimir Poutine") == person_key("M. Vladimir Putin")
    True
    """
    turned = _SURNAME_FIRST.fullmatch(name.strip())
    words = fold(f"{turned[2]} {turned[1]}" if turned else name).split()
    while len(words) > 1 and words[0] in _table("civility"):
        words = words[1:]
    given = _table("given")
    keys = [given[w] if w in given else sound(_table("particle").get(w, w)) for w in words]
    if len(words) > 1 and _ROMAN.fullmatch(words[-1]):
        keys[-1] = f"#{words[-1]}"
    if len(keys) > 1:
        keys[-1] = re.sub(r"(?<=[ia]n)e$", "", keys[-1])
    return tuple(keys)


def is_full(key: tuple[str, ...]) -> bool:
    """Whether a person's key holds a given name and a surname ("Jean Martin"; not "Le Pen", "J. Martin").

    >>> is_full(person_key("Marine Le Pen")), is_full(person_key("Le Pen")), is_full(person_key("M. Le Pen"))
    (True, False, False)
    """
    return len(key) > 1 and len(key[0]) > 1 and key[0] not in _particles()


@functools.cache
def words(kind: str) -> frozenset[str]:
    """Folded words of one kind of `name_words.csv`."""
    return frozenset(_table(kind))


def value(kind: str, word: str) -> str:
    """The value of a folded word of one kind of `name_words.csv`, or ""."""
    return _table(kind).get(word, "")


def is_given(word: str) -> bool:
    """Whether a folded word is a known given name (then it is no surname by itself)."""
    return word in _table("first_name") or word in _table("given")


def is_common_surname(word: str) -> bool:
    """Whether a folded word is so common a surname that it says nothing by itself (Martin, Durand, Nguyen)."""
    return word in _table("common_surname")


@functools.cache
def _particles() -> frozenset[str]:
    return frozenset(sound(v or w) for w, v in _table("particle").items())


def split_initials(key: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Initials and surname of a short person key: ("jm", ("le", "pen")) for "J.-M. Le Pen", ("", …) for a surname."""
    n = 0
    while n < len(key) - 1 and len(key[n]) == 1:
        n += 1
    return "".join(key[:n]), key[n:]


@functools.lru_cache(maxsize=1 << 15)
def organisation_key(name: str) -> tuple[str, ...]:
    """The words of an organisation's name that count; small words and company forms are left out.

    >>> organisation_key("Comité de la sécurité nationale") == organisation_key("comité de sécurité nationale")
    True
    """
    words = fold(_undot(name)).split()
    forms = _table("company_form")
    kept = [w for w in words if w not in _weak_words()]
    bare = [w for w in kept if w not in forms]
    return tuple(bare if sum(map(len, bare)) > 2 else kept or words)


@functools.lru_cache(maxsize=1 << 15)
def place_key(name: str) -> str:
    """A place's name folded, with *St* and *Ste* written out.

    >>> place_key("St-Étienne")
    'saint etienne'
    """
    short = _table("place_word")
    return " ".join(short.get(w, w) for w in fold(name).split())
