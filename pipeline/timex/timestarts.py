"""Which words can begin a rule of `lexicon/dates.toml`, so that rules are tried only where they may fit.

Reads patterns before their slots are filled; gives the first words, "#" standing for digits.

>>> sorted(first_words("(?:ce )?(?:matin|soir)", {}))
['ce', 'matin', 'soir']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.timex.timepatterns import PIECE, WORD

Heads = set[tuple[str, bool]]  # (letters so far, whether the word may go on)
_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"]
ROMAN = [*_ROMAN, "XVIII", "XIX", "XX", "XXI"]


def first_words(pattern: str, slots: Mapping[str, str] | Callable[[str], Heads]) -> set[str]:
    """First words of everything a pattern matches; `slots` gives the heads of a {slot}."""
    heads, _ = _alternatives(PIECE.findall(pattern), 0, slots if callable(slots) else _no_slots)
    return {word for word, _ in heads if word}


def heads_of_forms(forms: list[str]) -> Heads:
    """Heads of written forms: "mi-journée" begins with "mi", "7bre" with digits."""
    heads: Heads = set()
    for form in forms:
        match = WORD.match(form)
        if match:
            heads.add(("#", False) if match[0].isdigit() else (match[0], match.end() == len(form)))
    return heads


def heads_of_pattern(pattern: str, slots: Callable[[str], Heads]) -> Heads:
    """Heads of a pattern used as a slot."""
    return _alternatives(PIECE.findall(pattern), 0, slots)[0]


def _no_slots(name: str) -> Heads:
    raise KeyError(name)


def _alternatives(pieces: list[str], at: int, slots: Callable[[str], Heads]) -> tuple[Heads, int]:
    heads: Heads = set()
    while True:
        found, at = _sequence(pieces, at, slots)
        heads |= found
        if at >= len(pieces) or pieces[at] != "|":
            return heads, at
        at += 1


def _sequence(pieces: list[str], at: int, slots: Callable[[str], Heads]) -> tuple[Heads, int]:
    heads: Heads = {("", True)}
    while at < len(pieces) and pieces[at] not in "|)":
        item, at = _item(pieces, at, slots)
        if at < len(pieces) and (pieces[at] in "?*" or pieces[at].startswith("{0,")):
            item = item | {("", True)}
            at += 1
        elif (
            at < len(pieces)
            and pieces[at] != "|"
            and (pieces[at] == "+" or (pieces[at][1:2].isdigit() and pieces[at][0] == "{"))
        ):
            at += 1
        heads = {
            (word + more if more != "#" or not word else word, goes_on)
            for word, open_ in heads
            if open_
            for more, goes_on in item
        } | {head for head in heads if not head[1]}
    return heads, at


def _item(pieces: list[str], at: int, slots: Callable[[str], Heads]) -> tuple[Heads, int]:
    piece = pieces[at]
    if piece.startswith("("):
        inner, at = _alternatives(pieces, at + 1, slots)
        around = piece[2:3] in ("=", "!", "<") and piece != "(?<"
        return ({("", True)} if around else inner), at + 1
    if piece.startswith("{") and piece[1:2].isalpha():
        return slots(piece[1:-1].partition(":")[0]), at + 1
    if piece == r"\b":
        return {("", True)}, at + 1
    if piece == r"\d" or piece.isdigit() or ((piece.startswith("[") and "\\d" in piece) or piece[1:2].isdigit()):
        return {("#", False)}, at + 1
    if len(piece) == 1 and piece.isalpha():
        return {(piece, True)}, at + 1
    return {("", False)}, at + 1
