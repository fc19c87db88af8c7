"""Dates of events in plain French or English words, never more exact than they are known.

`when(date(2012, 5, 5), date(2012, 5, 9), extent="throughout")` → "du 5 au 9 mai 2012".
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from pipeline.model import lexicon


def when(
    earliest: date | None,
    latest: date | None,
    *,
    relation: str = "at",
    extent: str = "within",
    approximate: bool = False,
    lang: str = "fr",
) -> str:
    """The date of an event in words; `earliest` and `latest` are inclusive days.

    >>> when(date(2012, 5, 10), date(2012, 5, 10), relation="before")
    'avant le 10 mai 2012'
    """
    words = _words(lang)
    if earliest is None or latest is None:
        return words["none"]
    if relation not in ("", "at") and relation in words:
        said: str = words[relation].format(_bare(earliest, latest, lang))
        for apart, together in words["contract"]:
            said = said.replace(apart, together)
        return said
    if approximate:
        return words["about"].format(_bare(earliest, latest, lang))
    unit = _unit(earliest, latest, lang)
    if unit:
        return words["on" if earliest == latest else "in"].format(unit)
    first, last = _shortened(earliest, latest, lang), _day(latest, lang)
    if (earliest.day, latest.day) == (1, calendar.monthrange(latest.year, latest.month)[1]):
        ends = (_month(earliest, lang, earliest.year != latest.year), _month(latest, lang, True))
        return words["span" if extent == "throughout" else "somewhere"].format(*ends)
    return words["from" if extent == "throughout" else "between"].format(first, last)


def _words(lang: str) -> dict[str, Any]:
    found: dict[str, Any] = lexicon.toml("wording.toml")[lang]
    return found


def _unit(earliest: date, latest: date, lang: str) -> str:
    """The name of the day, month or year the interval is, else nothing."""
    if earliest == latest:
        return _day(earliest, lang)
    if (earliest.month, earliest.day, latest.month, latest.day) == (1, 1, 12, 31) and earliest.year == latest.year:
        return str(earliest.year)
    month_end = calendar.monthrange(earliest.year, earliest.month)[1]
    if earliest.day == 1 and latest == earliest.replace(day=month_end):
        return _month(earliest, lang, True)
    return ""


def _bare(earliest: date, latest: date, lang: str) -> str:
    unit = _unit(earliest, latest, lang)
    if not unit:
        return f"{_words(lang)['on'].format(_day(earliest, lang))} – {_day(latest, lang)}"
    return _words(lang)["on"].format(unit) if earliest == latest else unit


def _month(day: date, lang: str, year: bool) -> str:
    return _words(lang)["months"][day.month - 1] + (f" {day.year}" if year else "")


def _day(day: date, lang: str) -> str:
    number = _words(lang)["first"] if day.day == 1 else str(day.day)
    return f"{number} {_month(day, lang, True)}"


def _shortened(earliest: date, latest: date, lang: str) -> str:
    """The first day of an interval without what its last day says again."""
    parts = _day(earliest, lang).split(" ")
    if earliest.year != latest.year:
        return " ".join(parts)
    return parts[0] if earliest.month == latest.month else " ".join(parts[:2])
