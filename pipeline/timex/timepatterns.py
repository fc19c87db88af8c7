"""Compile the rules of `lexicon/dates.toml` and its lists into regular expressions, once.

Reads the lexicon; writes nothing. `rules()` gives the compiled atoms, joins, signals and relations, and `loosened`
is the one place that says which spellings of a pattern count as the same: {weekday} {day} finds "Lundi 3" also with
a no-break space between them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from pipeline.model import lexicon
from pipeline.model.article import DepecheError

SPACE = r"(?:[^\S\n]{1,3}|[^\S\n]?\n[^\S\n]?)"
END = r"(?!(?-i:[a-zà-öø-ÿœ0-9])|(?<=(?-i:[A-ZÀ-ÖØ-Þ]))(?-i:[A-ZÀ-ÖØ-Þ]))"
WORD = re.compile(r"[A-ZÀ-ÖØ-ÞŒ]?[a-zà-öø-ÿœ]+|[A-ZÀ-ÖØ-ÞŒ]+|\d+")
REACH = 60  # characters looked at before and behind an expression
PIECE = re.compile(r"\\.|\(\?P<\w+>|\(\?(?:<?[=!]|:|-?i:)|\[(?:\\.|[^\]])*\]|\{\d*,?\d*\}|\{\w+(?::\w+)?\}|.", re.S)
_LISTS = {  # slot: file, column of the form
    "month": ("months.csv", "form"),
    "weekday": ("weekdays.csv", "form"),
    "ordinal": ("ordinals.csv", "form"),
    "unit": ("timeunits.csv", "form"),
    "part": ("dayparts.csv", "form"),
    "season": ("seasons.csv", "form"),
    "deictic": ("deictics.csv", "form"),
    "near": ("nearness.csv", "form"),
    "feast": ("feasts.csv", "form"),
    "republican": ("republican.csv", "form"),
    "dozen": ("dozens.csv", "form"),
    "edge": ("edges.csv", "form"),
    "holiday": ("holidays.csv", "form"),
}


def plain(text: str) -> str:
    """Lower case, without accents, with plain apostrophes, hyphens and single spaces: the key of a written form.

    >>> plain("Aujourd’hui"), plain("AOÛT")
    ("aujourd'hui", 'aout')
    """
    text = unicodedata.normalize("NFD", text.lower().replace("’", "'").replace("œ", "oe"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub("[‐‑–]", "-", text).split())


def loosened(pattern: str) -> str:
    """The pattern with spaces, apostrophes, hyphens and accents that also match their common variants."""
    return "".join(_loosened_piece(piece) for piece in _pieces(pattern))


def _pieces(pattern: str) -> list[str]:
    """The pattern cut for loosening; "dès" keeps its accent, because "des" is another word."""
    return PIECE.findall(pattern.replace("dès", r"d\xe8s"))


def _loosened_piece(piece: str) -> str:
    if len(piece) > 1:
        return piece
    if piece == " ":
        return SPACE
    if piece == "'":
        return "['’ʼ´]"
    if piece == "-":
        return "[-‐‑]"
    if piece == "à":
        return "(?:à|(?-i:A))"
    base = unicodedata.normalize("NFD", piece)[0]
    return f"[{piece}{base}]" if base != piece and base.isalpha() else piece


@functools.cache
def forms(slot: str) -> dict[str, dict[str, str]]:
    """Rows of a list by plain form.

    >>> forms("month")["aout"]["month"]
    '8'
    """
    file, column = _LISTS[slot]
    return {plain(row[column]).rstrip("."): row for row in lexicon.rows(file)}


def _list_pattern(slot: str, full: bool) -> str:
    file, column = _LISTS[slot]
    found = [r[column] for r in lexicon.rows(file) if not (full and r.get("note") == "abbreviation")]
    ordered = sorted(found, key=lambda form: (-len(form), form))
    return "|".join(loosened(f).replace(".", r"\.?") if f.endswith(".") else loosened(f) for f in ordered)


@functools.cache
def _number_pattern() -> str:
    words = sorted(lexicon.words("numbers.csv", "form"), key=lambda form: (-len(form), form))
    word = "(?:" + "|".join(map(loosened, words)) + ")"
    joined = loosened(r"(?:(?:-| et |-et-| )")
    return rf"\d{{1,4}}(?!\d)|{word}\b{joined}{word}\b){{0,6}}"


def _slot_pattern(slot: str) -> str:
    own = lexicon.toml("dates.toml")["slots"]
    if slot in own:
        return loosened(own[slot])
    if slot == "number":
        return _number_pattern()
    full = slot.endswith("_full")
    name = slot.removesuffix("_full")
    if name in _LISTS:
        return _list_pattern(name, full)
    raise DepecheError(f"dates.toml: no list or slot named {{{slot}}}")


@dataclass(slots=True)
class Context:
    """Conditions on the text around an expression."""

    before: re.Pattern[str] | None = None
    not_before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    not_after: re.Pattern[str] | None = None

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the text around `start`..`end` meets all conditions."""
        low = max(0, start - REACH)
        if self.before and not self.before.search(text, low, start):
            return False
        if self.not_before and self.not_before.search(text, low, start):
            return False
        if self.after and not self.after.match(text, end):
            return False
        return not (self.not_after and self.not_after.match(text, end))


@dataclass(slots=True)
class Atom:
    """One compiled [[atom]]; `groups` are (group number, slot, name) of what it reads."""

    name: str
    type: str
    kind: str
    pattern: re.Pattern[str]
    said: dict[str, Any]
    context: Context
    when: list[Context] | None
    case: str
    extend: re.Pattern[str] | None
    extended: dict[str, Any]
    groups: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Join:
    """One compiled [[join]]."""

    name: str
    op: str
    left: frozenset[str]
    right: frozenset[str]
    between: re.Pattern[str]
    before: re.Pattern[str] | None
    outside: bool


@dataclass(slots=True)
class Signal:
    """One compiled [[signal]]."""

    name: str
    on: frozenset[str]
    ref: str
    before: re.Pattern[str] | None
    outside: bool
    after: re.Pattern[str] | None
    event: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    said: dict[str, Any]


@dataclass(slots=True)
class Rules:
    """Everything compiled: `starts` gives, for a word as spelt ("#" for digits), the atoms that may begin with it."""

    starts: dict[str, tuple[Atom, ...]]
    joins: list[Join]
    signals: list[Signal]
    relations: list[tuple[str, re.Pattern[str]]]


def _compiled(pattern: str | None, anchored: str = "") -> re.Pattern[str] | None:
    if pattern is None:
        return None
    pattern = lexicon.toml("dates.toml")["contexts"].get(pattern, pattern)
    try:
        return re.compile(loosened(pattern) + anchored, re.I)
    except re.error as error:
        raise DepecheError(f"dates.toml: {pattern!r} is not a regular expression ({error})") from error


def _context(row: dict[str, Any]) -> Context:
    return Context(*(_compiled(row.get(key)) for key in ("before", "not_before", "after", "not_after")))


def _expanded(pattern: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The pattern with slots filled as named groups, and (group name, slot, key) for each."""
    names: list[tuple[str, str, str]] = []

    def fill(piece: str) -> str:
        slot, _, key = piece[1:-1].partition(":")
        group = f"s{len(names)}"
        names.append((group, slot.removesuffix("_full"), key or slot.removesuffix("_full")))
        return f"(?P<{group}>{_slot_pattern(slot)})"

    out = "".join(
        fill(piece) if re.fullmatch(r"\{[a-z]\w*(?::\w+)?\}", piece) else _loosened_piece(piece)
        for piece in _pieces(pattern)
    )
    return f"(?:{out}){END}", names


def _atom(row: dict[str, Any]) -> Atom:
    source, names = _expanded(row["pattern"])
    try:
        pattern = re.compile(source, re.I)
    except re.error as error:
        raise DepecheError(f"dates.toml: rule {row['name']} is not a regular expression ({error})") from error
    return Atom(
        name=row["name"],
        type=row["type"],
        kind=row.get("kind", "date"),
        pattern=pattern,
        said=row.get("said", {}),
        context=_context(row),
        when=[_context(w) for w in row["when"]] if "when" in row else None,
        case=row.get("case", ""),
        extend=re.compile(rf"\b(?:{loosened(row['extend'])}){SPACE}?$", re.I) if "extend" in row else None,
        extended=row.get("extended", {}),
        groups=[(pattern.groupindex[group], slot, key) for group, slot, key in names],
    )


def _starts(atoms: list[Atom], rows: list[dict[str, Any]]) -> dict[str, tuple[Atom, ...]]:
    """Atoms by the words that may begin them, in the spellings that occur, in file order."""
    from pipeline.timex import timestarts

    found: dict[str, list[Atom]] = {}
    for atom, row in zip(atoms, rows, strict=True):
        words = timestarts.first_words(row["pattern"], _heads)
        spelt = {s for word in words for plain_word in (word, _unaccented(word)) for s in _cases(plain_word)}
        for word in spelt:
            found.setdefault(word, []).append(atom)
    return {word: tuple(atoms) for word, atoms in found.items()}


@functools.cache
def _heads(slot: str) -> set[tuple[str, bool]]:
    """What may begin a slot."""
    from pipeline.timex import timestarts

    own = lexicon.toml("dates.toml")["slots"]
    if slot == "roman":
        return timestarts.heads_of_forms(timestarts.ROMAN)
    if slot in own:
        return timestarts.heads_of_pattern(own[slot], _heads)
    if slot == "number":
        return timestarts.heads_of_forms(list(lexicon.words("numbers.csv", "form"))) | {("#", False)}
    file, column = _LISTS[slot.removesuffix("_full")]
    return timestarts.heads_of_forms([row[column] for row in lexicon.rows(file)])


def _cases(word: str) -> set[str]:
    return {word, word.lower(), word.capitalize(), word.upper()}


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@functools.cache
def rules() -> Rules:
    """The compiled rules in force (the shipped ones and a user's overlay)."""
    table = lexicon.toml("dates.toml")
    atoms = [_atom(row) for row in table["atom"]]
    joins = [
        Join(
            name=row["name"],
            op=row["op"],
            left=frozenset(row["left"]),
            right=frozenset(row["right"]),
            between=re.compile(loosened(row["between"]), re.I),
            before=_compiled(row.get("before"), "$"),
            outside=row.get("outside", False),
        )
        for row in table["join"]
    ]
    signals = [
        Signal(
            name=row["name"],
            on=frozenset(row["on"]),
            ref=row.get("ref", ""),
            before=_compiled(row.get("before"), "$"),
            outside=row.get("outside", False),
            after=_compiled(row.get("after")),
            event=_compiled(row.get("event")),
            not_after=_compiled(row.get("not_after")),
            said=row["said"],
        )
        for row in table["signal"]
    ]
    return Rules(
        starts=_starts(atoms, table["atom"]),
        joins=joins,
        signals=signals,
        relations=[(name, re.compile(loosened(p) + "$", re.I)) for name, p in table["relations"].items()],
    )


def reload() -> Rules:
    """Compile again, after `pipeline.model.lexicon.use` has laid a user's rows over ours."""
    for cached in (forms, _number_pattern, _number_values, _heads, rules):
        cached.cache_clear()
    return rules()


def number(text: str) -> int:
    """The number written in digits or French words.

    >>> number("quatre-vingt-dix-sept"), number("nonante et un"), number("12"), number("mil huit cent quarante-huit")
    (97, 91, 12, 1848)
    """
    text = plain(text)
    if text.isdigit():
        return int(text)
    values = _number_values()
    total, group = 0, 0
    for word in re.split(r"[ -]", text):
        value = values.get(word)
        if value is None:
            continue
        if value == 1000:
            total, group = total + (group or 1) * 1000, 0
        elif value == 100:
            group = (group or 1) * 100
        elif value == 20 and group % 100 == 4:
            group += 76
        else:
            group += value
    return total + group


@functools.cache
def _number_values() -> dict[str, int]:
    return {plain(row["form"]): int(row["number"]) for row in lexicon.rows("numbers.csv")}


def roman(text: str) -> int:
    """The number in Roman digits.

    >>> roman("XIX")
    19
    """
    values = [{"i": 1, "v": 5, "x": 10}[c] for c in text.lower()]
    return sum(-v if any(v < w for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))
