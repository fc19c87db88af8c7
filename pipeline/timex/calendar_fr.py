"""Calendar arithmetic behind French time expressions: stretches of days, feasts, seasons, old calendars, EDTF.

A `Stretch` is what an expression means: inclusive first and last day, the EDTF that says the same, and how precise it
is. Nothing here reads text. Conventions (thirds for début/mi/fin, seasons, weeks) are those of docs on dates.

>>> month(1998, 3).edtf, edge(year(2010), "end").edtf
('1998-03', '2010-09~/2010-12~')
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

SEASONS = {21: ((3, 21), (6, 20)), 22: ((6, 21), (9, 22)), 23: ((9, 23), (12, 20)), 24: ((12, 21), (3, 20))}
_MONTHS = {"month": 1, "quarter": 3, "semester": 6, "year": 12, "decade": 120, "century": 1200}
_DAYS = {"day": 1, "night": 1, "week": 7, "weekend": 7, "fortnight": 14}
_REPUBLICAN_NEW_YEAR = {
    1: 22,
    2: 22,
    3: 22,
    4: 23,
    5: 22,
    6: 22,
    7: 22,
    8: 23,
    9: 23,
    10: 23,
    11: 23,
    12: 24,
    13: 23,
    14: 23,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Inclusive days `earliest`..`latest`, the same as `edtf`, the unit of its `precision`, fuzzy limits or not."""

    earliest: date | None
    latest: date | None
    edtf: str
    precision: str
    approximate: bool = False


def day(when: date) -> Stretch:
    """One day."""
    return Stretch(when, when, when.isoformat(), "day")


def days(first: date, last: date, precision: str = "day", approximate: bool = False) -> Stretch:
    """The days from `first` to `last`, both included."""
    mark = "~" if approximate else ""
    edtf = f"{first}{mark}/{last}{mark}" if first != last else f"{first}{mark}"
    return Stretch(first, last, edtf, precision, approximate)


def month(y: int, m: int) -> Stretch:
    """A month of a year."""
    return Stretch(date(y, m, 1), month_end(y, m), f"{y:04}-{m:02}", "month")


def year(y: int) -> Stretch:
    """A calendar year."""
    return Stretch(date(y, 1, 1), date(y, 12, 31), f"{y:04}", "year")


def decade(y: int) -> Stretch:
    """The ten years of `y`: 1987 → 198X."""
    first = y // 10 * 10
    return Stretch(date(first, 1, 1), date(first + 9, 12, 31), f"{first // 10:03}X", "decade")


def century(number: int) -> Stretch:
    """The XXth century is 1901–2000; `number` negative before our era (EDTF only)."""
    if number < 0:
        return Stretch(None, None, f"-{-number * 100 - 1:04}/-{(-number - 1) * 100:04}", "century")
    first, last = number * 100 - 99, number * 100
    return Stretch(date(first, 1, 1), date(last, 12, 31), f"{first:04}/{last:04}", "century")


def season(y: int, code: int) -> Stretch:
    """A season beginning in year `y`; `code` is EDTF's 21 spring … 24 winter."""
    (m1, d1), (m2, d2) = SEASONS[code]
    return Stretch(date(y, m1, d1), date(y + (code == 24), m2, d2), f"{y:04}-{code}", "season")


def quarter(y: int, number: int) -> Stretch:
    """A quarter, 1 to 4 (EDTF 33 to 36)."""
    return Stretch(date(y, number * 3 - 2, 1), month_end(y, number * 3), f"{y:04}-{32 + number}", "quarter")


def semester(y: int, number: int) -> Stretch:
    """A half-year, 1 or 2 (EDTF 40 and 41)."""
    return Stretch(date(y, number * 6 - 5, 1), month_end(y, number * 6), f"{y:04}-{39 + number}", "semester")


def week(when: date) -> Stretch:
    """Monday to Sunday around a day."""
    monday = when - timedelta(days=when.weekday())
    return days(monday, monday + timedelta(days=6), "week")


def weekend(when: date) -> Stretch:
    """Saturday and Sunday of the week of a day."""
    saturday = when - timedelta(days=when.weekday()) + timedelta(days=5)
    return days(saturday, saturday + timedelta(days=1))


def month_end(y: int, m: int) -> date:
    """Last day of a month."""
    return date(y, m, calendar.monthrange(y, m)[1])


def shifted(when: date, unit: str, n: int) -> date:
    """The day `n` units later (earlier when negative); a day a shorter month lacks becomes its last.

    Raises ValueError or OverflowError outside the years 1 to 9999.
    """
    if unit in _DAYS:
        return when + timedelta(days=_DAYS[unit] * n)
    if unit in ("hour", "minute", "second"):
        return when
    index = when.year * 12 + when.month - 1 + _MONTHS[unit] * n
    y, m = divmod(index, 12)
    return date(y, m + 1, min(when.day, calendar.monthrange(y, m + 1)[1]))


def unit(name: str, when: date) -> Stretch:
    """The unit (day, week, weekend, month, quarter, …) that holds a day."""
    if name in ("day", "night", "hour", "minute", "second"):
        return day(when)
    if name in ("week", "fortnight"):
        return week(when)
    if name == "weekend":
        return weekend(when)
    if name == "month":
        return month(when.year, when.month)
    if name == "quarter":
        return quarter(when.year, (when.month + 2) // 3)
    if name == "semester":
        return semester(when.year, 1 if when.month <= 6 else 2)
    if name == "year":
        return year(when.year)
    if name == "decade":
        return decade(when.year)
    return century((when.year + 99) // 100)


def edge(of: Stretch, part: str) -> Stretch:
    """The first, middle or last third ("start", "mid", "end") of a stretch, approximate."""
    first, last = of.earliest, of.latest
    if first is None or last is None:
        return replace(of, approximate=True)
    rank = {"start": 0, "mid": 1, "end": 2}[part]
    if of.precision == "month":
        a, b = ((1, 10), (11, 20), (21, last.day))[rank]
        return days(first.replace(day=a), first.replace(day=b), "day", True)
    if of.precision == "week":
        a, b = ((0, 1), (2, 3), (4, 6))[rank]
        return days(first + timedelta(days=a), first + timedelta(days=b), "day", True)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if of.precision in ("year", "semester", "quarter") and first.day == 1 and months % 3 == 0:
        begin = shifted(first, "month", months // 3 * rank)
        end = shifted(begin, "month", months // 3) - timedelta(days=1)
        return Stretch(begin, end, f"{begin:%Y-%m}~/{end:%Y-%m}~", "month", True)
    if of.precision in ("decade", "century"):
        years = last.year - first.year + 1
        cuts = [0, years // 3, years - years // 3, years] if years > 10 else [0, 4, 7, 10]
        a, b = first.year + cuts[rank], first.year + cuts[rank + 1] - 1
        return Stretch(date(a, 1, 1), date(b, 12, 31), f"{a:04}~/{b:04}~", "year", True)
    third = ((last - first).days + 1) / 3
    begin = first + timedelta(days=round(third * rank))
    return days(
        begin, first + timedelta(days=max(round(third * (rank + 1)) - 1, round(third * rank))), of.precision, True
    )


def easter(y: int) -> date:
    """Easter Sunday (Gregorian).

    >>> easter(2011)
    datetime.date(2011, 4, 24)
    """
    a, b, c = y % 19, y // 100, y % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * i) // 451
    k = h + i - 7 * m + 114
    return date(y, k // 31, k % 31 + 1)


def republican(y: int, m: int, d: int) -> date | None:
    """A day of the Republican calendar, years I to XIV; None outside them.

    >>> republican(8, 2, 18)
    datetime.date(1799, 11, 9)
    """
    start = _REPUBLICAN_NEW_YEAR.get(y)
    return None if start is None else date(1791 + y, 9, start) + timedelta(days=(m - 1) * 30 + d - 1)


def nth_weekday(of: Stretch, weekday: int, rank: int) -> date | None:
    """The rank-th (−1: last) weekday (1 Monday … 7 Sunday) inside a stretch, or None."""
    if of.earliest is None or of.latest is None:
        return None
    if rank < 0:
        last = of.latest - timedelta(days=(of.latest.isoweekday() - weekday) % 7)
        found = last + timedelta(weeks=rank + 1)
    else:
        first = of.earliest + timedelta(days=(weekday - of.earliest.isoweekday()) % 7)
        found = first + timedelta(weeks=rank - 1)
    return found if of.earliest <= found <= of.latest else None
