"""What one time expression means, given the day of publication, the date in force and where its verb looks.

Reads `Timex.said`; gives a `Value`: a stretch of days with the basis and what it was counted from. Pure functions, no
text, no Doc. An expression whose missing parts nobody knows gives a partial EDTF ("XXXX-01-02") or nothing.

>>> from datetime import date
>>> value({"day": 2, "month": 1}, Frame(date(2022, 1, 11), direction=-1)).stretch.edtf
'2022-01-02'
>>> value({"day": 2, "month": 1}, Frame(None)).stretch.edtf
'XXXX-01-02'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from pipeline.timex import calendar_fr as cal
from pipeline.timex.calendar_fr import Stretch
from pipeline.timex.partialdates import calendar_day, dated, republican, same_days, weekday
from pipeline.timex.timecounts import clock_range, moved, part_of_day, quantity, shift, unit
from pipeline.timex.timeframe import Frame, Said, Value, approximate

__all__ = ["Frame", "Said", "Value", "approximate", "moved", "value"]


def value(said: Said, frame: Frame) -> Value | None:
    """The meaning of what is said, or None when it cannot be known."""
    try:
        found = _value(said, frame)
    except (ValueError, OverflowError):
        return None
    if found and "edge" in said:
        found = replace(found, stretch=_edged(found.stretch, said))
    if found and said.get("approximate") and found.stretch.edtf:
        found = replace(found, stretch=approximate(found.stretch))
    return found


def _edged(stretch: Stretch, said: Said) -> Stretch:
    """A third of the stretch; "depuis le début de" is its very first day."""
    if said["edge"] == "start" and said.get("relation") == "since" and stretch.earliest:
        return approximate(cal.day(stretch.earliest))
    return cal.edge(stretch, said["edge"])


def _value(said: Said, frame: Frame) -> Value | None:
    for key, rule in _RULES:
        if key in said:
            return rule(said, frame)
    return None


def _range(said: Said, frame: Frame) -> Value | None:
    first = value(said["begin"], frame)
    after = first.stretch.earliest if first else None
    last = value(said["end"], replace(frame, after=after, inherited=_year_of(first)))
    if not first or not last:
        return None
    if _runs_back(first, last):
        last = value(said["end"], replace(frame, after=after, inherited=first.stretch.earliest.year + 1)) or last  # type: ignore[union-attr]
    a, b = first.stretch, last.stretch
    edtf = f"{a.edtf.split('/')[0]}/{b.edtf.split('/')[-1]}"
    basis = (
        first.basis
        if first.basis == last.basis
        else "relative"
        if "relative" in (first.basis, last.basis)
        else "inherited"
    )
    anchor = first.anchor or last.anchor
    if a.earliest is None or b.latest is None:
        known = not ("X" in a.edtf or "X" in b.edtf)
        return Value(Stretch(None, None, edtf if known else "", b.precision), basis)
    if a.earliest > b.latest:
        return None
    if any(c in edtf for c in ("X", "-2")) and _needs_days(edtf):
        edtf = f"{a.earliest}/{b.latest}"
    return Value(Stretch(a.earliest, b.latest, edtf, b.precision, a.approximate or b.approximate), basis, anchor)


def _runs_back(first: Value, last: Value) -> bool:
    """ "du 24 décembre au 2 janvier": the end has lent the year of the start, but lies in the next."""
    start, end = first.stretch.earliest, last.stretch.latest
    return bool(start and end and start > end and last.basis == "inherited")


def _needs_days(edtf: str) -> bool:
    """Seasons, quarters and decades cannot bound an EDTF interval."""
    return any(len(p) == 7 and int(p[5:]) > 12 if p[5:].isdigit() else p.endswith("X") for p in edtf.split("/"))


def _year_of(found: Value | None) -> int | None:
    return found.stretch.earliest.year if found and found.stretch.earliest else None


def _shift_of(said: Said, frame: Frame) -> Value | None:
    base = value(said["shift_of"], frame)
    if not base or not base.stretch.earliest:
        return None
    return replace(
        base, stretch=cal.day(cal.shifted(base.stretch.earliest, said["unit"], said["shift"])), basis="relative"
    )


def _beside(said: Said, frame: Frame) -> Value | None:
    """ "lundi 5 mai, trois jours après l'attaque": the day it is set beside."""
    return value(said["beside"], frame)


def _around(said: Said, frame: Frame) -> Value | None:
    base = value(said["around"], frame)
    if not base or not base.stretch.earliest:
        return None
    return replace(base, stretch=cal.unit(said["unit"], base.stretch.earliest))


def _of(said: Said, frame: Frame) -> Value | None:
    base = value(said["of"], frame)
    if not base:
        return None
    found = _inside(said, base.stretch)
    return replace(base, stretch=found) if found else None


def _inside(said: Said, of: Stretch) -> Stretch | None:
    """ "deuxième dimanche de mai", "première quinzaine de juin", "lundi de la semaine prochaine"."""
    first, last = of.earliest, of.latest
    if first is None or last is None:
        return None
    rank, unit = said.get("rank", 1), said.get("unit")
    if "month" in said or "season" in said:
        return dated(said, first.year)
    if "weekday" in said:
        when = cal.nth_weekday(of, said["weekday"], rank)
        return cal.day(when) if when else None
    if unit in ("fortnight", "half"):
        middle = first + timedelta(days=14) if of.precision == "month" else first + (last - first) // 2
        return cal.days(first, middle) if rank == 1 else cal.days(middle + timedelta(days=1), last)
    if unit == "weekend":
        saturday = cal.nth_weekday(of, 6, rank)
        return cal.weekend(saturday) if saturday else None
    if unit == "week":
        if rank < 0:
            return cal.days(last + timedelta(days=7 * rank + 1), last + timedelta(days=7 * rank + 7))
        return cal.days(first + timedelta(days=7 * (rank - 1)), min(last, first + timedelta(days=7 * rank - 1)))
    if unit == "day":
        return cal.day(first + timedelta(days=rank - 1) if rank > 0 else last + timedelta(days=rank + 1))
    if unit in ("month", "quarter", "semester", "year", "decade"):
        start = cal.shifted(first, unit, rank - 1) if rank > 0 else cal.shifted(last, unit, rank + 1)
        found = cal.unit(unit, start)
        return found if found.latest and found.latest <= last and start >= first else None
    return None


def _century(said: Said, frame: Frame) -> Value | None:
    number = said["roman"]
    return Value(cal.century(-number if said.get("era") else number), "explicit")


def _before_christ(said: Said, frame: Frame) -> Value | None:
    return Value(Stretch(None, None, f"-{said['bc'] - 1:04}", "year"), "explicit")


def _decade(said: Said, frame: Frame) -> Value | None:
    number = said["decade"]
    return Value(cal.decade(number if number >= 1000 else 1900 + number if number >= 20 else 2000 + number), "explicit")


def _begin(said: Said, frame: Frame) -> Value | None:
    clock = set(said["begin"]) <= {"hour", "minute", "part"} and set(said["end"]) <= {"hour", "minute", "part"}
    return clock_range(said, frame) if clock else _range(said, frame)


def _ranked(said: Said, frame: Frame) -> Value | None:
    """ "au premier trimestre" without a year; other ranks mean nothing by themselves."""
    if said.get("unit") == "century" and said["rank"] > 0:
        return Value(cal.century(-said["rank"] if said.get("era") else said["rank"]), "explicit")
    if said.get("unit") in ("quarter", "semester") and said["rank"] > 0:
        return calendar_day(said, frame)
    if said.get("unit") == "fortnight" and frame.then and frame.then.earliest:
        month = cal.unit("month", frame.then.earliest)
        found = _inside(said, month)
        return Value(found, "inherited", "then") if found else None
    return None


_RULES: list[tuple[str, Callable[[Said, Frame], Value | None]]] = [
    ("begin", _begin),
    ("beside", _beside),
    ("shift_of", _shift_of),
    ("around", _around),
    ("of", _of),
    ("republican", republican),
    ("roman", _century),
    ("bc", _before_christ),
    ("decade", _decade),
    ("shift", shift),
    ("same", same_days),
    ("year", calendar_day),
    ("rank", _ranked),
    ("month", calendar_day),
    ("easter", calendar_day),
    ("season", calendar_day),
    ("first", calendar_day),
    ("day", calendar_day),
    ("weekday", weekday),
    ("n", quantity),
    ("unit", unit),
    ("part", part_of_day),
    ("hour", part_of_day),
]
