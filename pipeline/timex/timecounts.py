"""Times counted from another one: "hier", "il y a dix jours", "le lendemain", "la semaine dernière", "à 15h".

Counted from the day of publication or from the date in force in the text. Called by `pipeline.timevalues`; `moved` is
for events that date such an expression later ("trois jours après le séisme").
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from pipeline.timex import calendar_fr as cal
from pipeline.timex.calendar_fr import Stretch
from pipeline.timex.timeframe import Frame, Said, Value, approximate

_FEW = {
    "day": (1, 7),
    "week": (1, 6),
    "month": (1, 6),
    "year": (1, 9),
    "hour": (0, 0),
    "minute": (0, 0),
    "second": (0, 0),
}


def shift(said: Said, frame: Frame) -> Value | None:
    """ "hier", "le lendemain", "la même année"."""
    if said.get("ref") == "event":
        return None
    base = cal.day(frame.now) if said["ref"] == "now" and frame.now else frame.then if said["ref"] == "then" else None
    if not base or not base.earliest:
        return None
    return Value(_moved(base, said["unit"], said["shift"]), "relative", "published" if said["ref"] == "now" else "then")


def _moved(base: Stretch, unit: str, n: int) -> Stretch:
    """`n` units away from a base: past its last day when ahead, before its first when back."""
    assert base.earliest and base.latest
    if unit == "day":
        if n == 0:
            return base
        return cal.day(cal.shifted(base.latest if n > 0 else base.earliest, "day", n))
    return cal.unit(unit, cal.shifted(base.earliest, unit, n))


def moved(said: Said, earliest: date, latest: date) -> Stretch | None:
    """Where "trois jours après", "le lendemain de" or "quelques jours avant" fall, counted from an event's days.

    >>> moved({"n": 3, "unit": "day", "sign": 1}, date(2011, 3, 11), date(2011, 3, 11)).edtf
    '2011-03-14'
    """
    base = Stretch(earliest, latest, "", "day")
    try:
        if "shift" in said:
            return _moved(base, said.get("unit", "day"), said["shift"])
        return _counted(said, base) if "n" in said and "unit" in said else None
    except (ValueError, OverflowError):
        return None


def quantity(said: Said, frame: Frame) -> Value | None:
    """ "il y a dix jours", "dans deux mois", "deux jours plus tard", "ces dix derniers jours", "depuis trois ans"."""
    ref = said.get("ref")
    if said.get("relation") == "since" and "sign" not in said and "direction" not in said:
        if frame.now is None or said["n"] == "few":
            return None
        first = cal.shifted(frame.now, said["unit"], -said["n"])
        return Value(cal.days(first, frame.now), "relative", "published")
    if "direction" in said:
        return _last_units(said, frame)
    if ref == "event" and said["sign"] > 0 and frame.present and frame.now:
        return Value(approximate(cal.day(frame.now)), "relative", "published")
    if ref == "event" or "sign" not in said:
        return None
    base = cal.day(frame.now) if ref == "now" and frame.now else frame.then if ref == "then" else None
    if not base or not base.earliest:
        return None
    anchor = "published" if ref == "now" else "then"
    return Value(_counted(said, base), "relative", anchor)


def _counted(said: Said, base: Stretch) -> Stretch:
    """`n` units before or after a base, as precise as the unit: days and weeks a day, months a month, years a year."""
    assert base.earliest and base.latest
    n, unit, sign = said["n"], said["unit"], said["sign"]
    near = base.latest if sign > 0 else base.earliest
    if n == "few":
        low, high = _FEW.get(unit, (1, 6))
        ends = sorted((cal.shifted(near, unit, sign * low), cal.shifted(near, unit, sign * high)))
        return cal.days(ends[0], ends[1], unit if unit in ("week", "month", "year") else "day", True)
    if "until" in said:
        ends = sorted((cal.shifted(near, unit, sign * n), cal.shifted(near, unit, sign * said["until"])))
        return cal.days(ends[0], ends[1], "day", True)
    if said.get("half"):
        return (
            cal.unit("month", cal.shifted(cal.shifted(near, unit, sign * n), "month", sign * 6))
            if unit == "year"
            else cal.unit(unit, cal.shifted(near, unit, sign * n))
        )
    target = cal.shifted(near, unit, sign * n)
    if said.get("exact"):
        return cal.day(target)
    if base.precision not in ("day", "time", "week") and unit not in ("month", "year", "decade", "century"):
        return cal.days(
            cal.shifted(base.earliest, unit, sign * n), cal.shifted(base.latest, unit, sign * n), "day", True
        )
    if unit in ("day", "week", "fortnight", "hour", "minute", "second", "night", "weekend"):
        return cal.day(target)
    if base.precision in ("year", "decade") and unit == "month":
        return cal.unit("year", target)
    return cal.unit(unit, target)


def _last_units(said: Said, frame: Frame) -> Value | None:
    """ "ces dix derniers jours", "dans les prochaines semaines", "les deux années suivantes"."""
    base = (
        cal.day(frame.now)
        if said.get("ref", "now") == "now" and frame.now
        else frame.then
        if said.get("ref") == "then"
        else None
    )
    if not base or not base.earliest or not base.latest:
        return None
    n, unit, direction = said.get("n", "few"), said["unit"], said["direction"]
    few = n == "few"
    count = {"day": 7, "week": 6, "month": 6, "year": 5, "hour": 1, "minute": 1}.get(unit, 3) if few else n
    if few and direction < 0:
        count = {"month": 4}.get(unit, count)
    anchor = "published" if said.get("ref", "now") == "now" else "then"
    if direction < 0:
        last = base.earliest - timedelta(days=1) if unit == "day" and not few else base.earliest
        stretch = cal.days(cal.shifted(base.earliest, unit, -count), last, "day", few)
    else:
        first = base.latest + timedelta(days=1) if few or said.get("ref") == "then" else base.latest
        stretch = cal.days(first, max(first, cal.shifted(base.latest, unit, count)), "day", few)
    return Value(stretch, "relative", anchor)


def unit(said: Said, frame: Frame) -> Value | None:
    """ "la semaine dernière", "cette année", "cette année-là", "l'année suivante"."""
    unit, direction, ref = said["unit"], said.get("direction", 0), said.get("ref", "now")
    if ref == "vague":
        return None
    if ref == "then":
        if not frame.then or not frame.then.earliest:
            return None
        if "direction" in said:
            last = frame.then.latest if direction > 0 and unit in ("day", "night") else frame.then.earliest
            assert last
            return Value(cal.unit(unit, cal.shifted(last, unit, direction)), "relative", "then")
        return Value(
            frame.then if unit in ("day", "night") else cal.unit(unit, frame.then.earliest), "relative", "then"
        )
    if frame.now is None:
        return None
    target = cal.shifted(frame.now, unit, direction)
    if unit == "weekend" and direction == 0 and frame.direction < 0 and frame.now.weekday() < 4:
        target = frame.now - timedelta(days=7)
    if unit == "weekend" and direction < 0 and frame.now.isoweekday() == 7:
        target = frame.now - timedelta(days=7)
    return Value(cal.unit(unit, target), "relative", "published")


def part_of_day(said: Said, frame: Frame) -> Value | None:
    """ "ce matin", "la nuit dernière", "dans la soirée", "à 14h30": the day of publication or the day in force."""
    if "direction" in said and said.get("ref", "now") == "now":
        if frame.now is None:
            return None
        if said["direction"] == 0:
            return Value(_tonight(said, frame), "relative", "published")
        if said["part"] == "night":
            first, last = sorted((frame.now, frame.now + timedelta(days=said["direction"])))
            return Value(cal.days(first, last), "relative", "published")
        return Value(cal.day(frame.now + timedelta(days=said["direction"])), "relative", "published")
    if said.get("ref") == "event":
        return None
    base, anchor = (frame.then, "then") if frame.then else (cal.day(frame.now) if frame.now else None, "published")
    if not base or not base.earliest or not base.latest:
        return None
    if (base.latest - base.earliest).days > 1:
        return None
    if said.get("direction") == 1 and said.get("part") != "night":
        base = cal.day(base.latest + timedelta(days=1))
    return Value(_hour_in(said, base), "inherited", anchor)


def _tonight(said: Said, frame: Frame) -> Stretch:
    assert frame.now
    if said["part"] != "night":
        return cal.day(frame.now)
    other = frame.now + timedelta(days=1 if frame.direction > 0 else -1)
    return cal.days(min(frame.now, other), max(frame.now, other))


def _hour_in(said: Said, base: Stretch) -> Stretch:
    """A clock time inside a night of two days belongs to the first day from noon on, else to the second."""
    assert base.earliest and base.latest
    hour = said.get("hour")
    if hour is not None and hour < 24 and base.latest > base.earliest:
        return cal.day(base.earliest if hour >= 12 else base.latest)
    if said.get("part") == "night" and base.earliest == base.latest:
        return cal.days(base.earliest, base.earliest + timedelta(days=1))
    return base


def clock_range(said: Said, frame: Frame) -> Value | None:
    first, last = part_of_day(said["begin"], frame), part_of_day(said["end"], frame)
    if not first or not last or not first.stretch.earliest or not last.stretch.latest:
        return None
    end = last.stretch.latest
    if said["end"].get("hour", 24) < said["begin"].get("hour", 0) and end == first.stretch.earliest:
        end = end + timedelta(days=1)
    return replace(first, stretch=cal.days(first.stretch.earliest, max(end, first.stretch.earliest)))
