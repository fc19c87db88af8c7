"""What one time expression means, given the day of publication, the date in force and where its verb looks.

Reads `Timex.said`; gives a `Value`: a stretch of days with the basis and what it was counted from. Pure functions, no
text, no Doc. An expression whose missing parts nobody knows gives a partial EDTF ("XXXX-01-02") or nothing.

>>> value({"day": 2, "month": 1}, Frame(date(2022, 1, 11), direction=-1)).stretch.edtf
'2022-01-02'
>>> value({"day": 2, "month": 1}, Frame(None)).stretch.edtf
'XXXX-01-02'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pipeline import calendar_fr as cal
from pipeline.calendar_fr import Stretch

Said = dict[str, Any]
_FEW = {
    "day": (1, 7),
    "week": (1, 6),
    "month": (1, 6),
    "year": (1, 9),
    "hour": (0, 0),
    "minute": (0, 0),
    "second": (0, 0),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What an expression can be counted from. `then`: the date in force in the text; `inherited`: a year from the context;
    `direction` as `pipeline.tense.direction` gives it, 0 when the verb does not say; `habit`: the verb is in the present;
    `after`: the first day of the list or range this expression continues."""

    now: date | None
    then: Stretch | None = None
    direction: int = 0
    inherited: int | None = None
    present: bool = False
    after: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A stretch, its basis (explicit, relative, inherited, none) and what it was counted from ("published", "then", "")."""

    stretch: Stretch
    basis: str
    anchor: str = ""
    note: str = ""


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


def approximate(stretch: Stretch) -> Stretch:
    """The same days with fuzzy limits."""
    if stretch.approximate or not stretch.edtf:
        return stretch
    parts = stretch.edtf.split("/")
    marked = "/".join(p if p.endswith("X") or p == ".." or "T" in p else f"{p}~" for p in parts)
    return replace(stretch, edtf=marked, approximate=True)


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
        return _dated(said, first.year)
    if "weekday" in said:
        found = cal.nth_weekday(of, said["weekday"], rank)
        return cal.day(found) if found else None
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


def _calendar(said: Said, frame: Frame) -> Value | None:
    """Year, month, day, season, quarter, feast: with the year told, inherited, or the one the verb points to."""
    year = said.get("year")
    if year is not None:
        year = _four_digits(year, frame)
        return Value(_dated(said, year), "explicit", note=_weekday_note(said, year))
    if "day" in said and "month" not in said and "easter" not in said:
        return _day_only(said, frame)
    if "direction" in said and said.get("ref") != "then" and not said.get("this"):
        return _near(said, frame, said["direction"])
    if frame.inherited is not None:
        return Value(_dated(said, frame.inherited), "inherited", "then", _weekday_note(said, frame.inherited))
    if frame.now is None:
        return Value(_partial(said), "none") if _partial(said).edtf else None
    return _nearest(said, frame)


def _same_days(frame: Frame, year: int) -> Value | None:
    """ "la même période de 2019": the days in force, in another year."""
    then = frame.then
    if not then or not then.earliest or not then.latest or then.precision == "year":
        return None
    first = cal.shifted(then.earliest, "year", year - then.earliest.year)
    return Value(cal.days(first, cal.shifted(then.latest, "year", year - then.earliest.year)), "relative", "then")


def _same(said: Said, frame: Frame) -> Value | None:
    """ "la même période", "à la même période l'an dernier"."""
    if "year" in said:
        return _same_days(frame, said["year"])
    if "direction" in said and frame.now:
        return _same_days(frame, frame.now.year + said["direction"])
    return None


def _four_digits(year: int, frame: Frame) -> int:
    if year >= 100:
        return year
    pivot = (frame.now.year if frame.now else 2025) % 100 + 5
    return year + (2000 if year <= pivot else 1900)


def _dated(said: Said, year: int) -> Stretch:
    if "republican" in said:
        raise ValueError("Republican years have their own rule")
    if "until" in said or "until_yy" in said:
        until = said.get("until") or year // 100 * 100 + said["until_yy"] + (
            100 if said["until_yy"] <= year % 100 else 0
        )
        if "season" in said:
            return cal.season(year, said["season"])
        return Stretch(date(year, 1, 1), date(until, 12, 31), f"{year:04}/{until:04}", "year")
    if "easter" in said:
        return cal.day(cal.easter(year) + timedelta(days=said["easter"]))
    if "season" in said:
        return cal.season(year, said["season"])
    if "first" in said:
        return _holidays(said, year)
    if said.get("unit") == "quarter" and "rank" in said:
        return cal.quarter(year, said["rank"] if said["rank"] > 0 else 4)
    if said.get("unit") == "semester" and "rank" in said:
        return cal.semester(year, said["rank"] if said["rank"] > 0 else 2)
    if "month" in said and "day" in said:
        return cal.day(date(year, said["month"], said["day"]))
    return cal.month(year, said["month"]) if "month" in said else cal.year(year)


def _holidays(said: Said, year: int) -> Stretch:
    """"vacances de Noël": rough limits from holidays.csv."""
    (m1, d1), (m2, d2) = (map(int, said[k].split("-")) for k in ("first", "last"))
    return cal.days(date(year, m1, d1), date(year + (m2 < m1), m2, d2), "day", True)


def _partial(said: Said) -> Stretch:
    """EDTF with holes; a bare season, feast or quarter has none."""
    if "month" in said and "day" in said:
        return Stretch(None, None, f"XXXX-{said['month']:02}-{said['day']:02}", "day")
    if "month" in said:
        return Stretch(None, None, f"XXXX-{said['month']:02}", "month")
    precision = "season" if "season" in said else said.get("unit", "day")
    return Stretch(None, None, "", precision)


def _weekday_note(said: Said, year: int) -> str:
    """A weekday that contradicts its day number is noted; the number wins."""
    if "weekday" not in said or "month" not in said or "day" not in said:
        return ""
    when = date(year, said["month"], said["day"])
    return "" if when.isoweekday() == said["weekday"] else "weekday contradicts the day number"


def _years(said: Said, centre: int) -> list[Stretch]:
    """The expression in the years around `centre`; a 29 February only where there is one."""
    found = []
    for y in range(centre - 4, centre + 5):
        try:
            found.append(_dated(said, y))
        except ValueError:
            continue
    return found


def _nearest(said: Said, frame: Frame) -> Value | None:
    """A date without its year: the last one when the verb looks back, the next one when it looks ahead."""
    assert frame.now is not None
    if "weekday" in said and "day" in said:
        agreeing = _agreeing(said, frame)
        if agreeing:
            return agreeing
    stretch = _pick(_years(said, frame.now.year), frame)
    if not stretch or not stretch.earliest:
        return None
    return Value(stretch, "relative", "published", _weekday_note(said, stretch.earliest.year))


def _agreeing(said: Said, frame: Frame) -> Value | None:
    """Within a year of publication, the year in which weekday and number agree, if exactly one does."""
    assert frame.now is not None
    fits = [
        s
        for s in _years(said, frame.now.year)
        if s.earliest and s.earliest.isoweekday() == said["weekday"] and _days_off(s.earliest, frame) <= 300
    ]
    return Value(fits[0], "relative", "published") if len(fits) == 1 else None


def _days_off(when: date, frame: Frame) -> int:
    """Days from publication; three times as many on the side the verb does not look to."""
    assert frame.now is not None
    days = (when - frame.now).days
    return abs(days) * (3 if days * frame.direction < 0 else 1)


def _pick(found: list[Stretch], frame: Frame) -> Stretch | None:
    now = frame.now
    assert now is not None
    if frame.after:
        return next((s for s in found if s.latest and s.latest >= frame.after), None)
    if frame.direction < 0:
        past = [s for s in found if s.earliest and s.earliest <= now]
        return past[-1] if past else None
    if frame.direction > 0:
        return next((s for s in found if s.latest and s.latest >= now), None)
    return min(found, key=lambda s: _distance(s, now), default=None)


def _distance(stretch: Stretch, now: date) -> float:
    """Days away, with a preference for the past: news tells more of it."""
    assert stretch.earliest and stretch.latest
    if stretch.earliest <= now <= stretch.latest:
        return 0
    return (now - stretch.latest).days if stretch.latest < now else (stretch.earliest - now).days * 1.6


def _near(said: Said, frame: Frame, direction: int) -> Value | None:
    """ "décembre dernier", "14 juillet prochain", "samedi dernier"."""
    now = frame.now
    if now is None:
        partial = _partial(said)
        return Value(partial, "none") if partial.edtf else None
    found = _years(said, now.year)
    if direction < 0:
        chosen = [
            s
            for s in found
            if s.latest and s.latest < now or (s.earliest and s.earliest < now and s.precision == "season")
        ]
        stretch = chosen[-1] if chosen else None
        if stretch and stretch.precision == "season" and stretch.latest and stretch.latest >= now and len(chosen) > 1:
            stretch = chosen[-2]
    elif direction > 0:
        stretch = next((s for s in found if s.earliest and s.earliest > now), None)
    else:
        stretch = next((s for s in found if s.latest and s.latest >= now), None)
    return Value(stretch, "relative", "published") if stretch else None


def _day_only(said: Said, frame: Frame) -> Value | None:
    """ "le 23", "lundi 7", "le 3 du mois"."""
    if said.get("direction") is not None and frame.now:
        month = cal.shifted(frame.now.replace(day=1), "month", said["direction"])
        return Value(cal.day(month.replace(day=said["day"])), "relative", "published")
    if frame.now is None:
        return Value(Stretch(None, None, f"XXXX-XX-{said['day']:02}", "day"), "none")
    found = []
    first = frame.now.replace(day=1)
    for k in range(-12, 13):
        month = cal.shifted(first, "month", k)
        try:
            when = month.replace(day=said["day"])
        except ValueError:
            continue
        if said.get("weekday") in (None, when.isoweekday()):
            found.append(cal.day(when))
    stretch = _pick(found, frame)
    return Value(stretch, "relative", "published") if stretch else None


def _republican(said: Said, frame: Frame) -> Value | None:
    when = cal.republican(said["roman"], said["month"], said["day"])
    return Value(cal.day(when), "explicit") if when else None


def _weekday(said: Said, frame: Frame) -> Value | None:
    """A bare weekday, "dernier", "prochain", "en huit"."""
    if said.get("ref") == "then":
        if said.get("direction") and frame.then and frame.then.earliest:
            base = frame.then.earliest if said["direction"] < 0 else frame.then.latest or frame.then.earliest
            return Value(
                cal.day(_weekday_from(base, said["weekday"], said["direction"], strict=True)), "relative", "then"
            )
        if frame.then and frame.then.earliest and frame.then.earliest.isoweekday() == said["weekday"]:
            return Value(frame.then, "relative", "then")
        if "direction" in said:
            return None
    now = frame.now
    if now is None:
        return None
    if frame.after and "direction" not in said:
        return Value(cal.day(_weekday_from(frame.after, said["weekday"], 1, strict=False)), "relative", "published")
    if "weeks" in said:
        return Value(
            cal.day(_weekday_from(now, said["weekday"], 1, strict=True) + timedelta(weeks=said["weeks"])),
            "relative",
            "published",
        )
    towards = said.get("direction", frame.direction)
    strict = "direction" in said and said["direction"] != 0
    if towards == 0:
        back = _weekday_from(now, said["weekday"], -1, strict=False)
        ahead = _weekday_from(now, said["weekday"], 1, strict=False)
        closer = ahead if frame.present and (ahead - now) <= (now - back) + timedelta(days=0) else back
        return Value(cal.day(closer), "relative", "published")
    return Value(cal.day(_weekday_from(now, said["weekday"], towards, strict)), "relative", "published")


def _weekday_from(when: date, weekday: int, towards: int, strict: bool) -> date:
    """The nearest such weekday on one side; the day itself counts unless `strict`."""
    gap = (when.isoweekday() - weekday) % 7 if towards < 0 else (weekday - when.isoweekday()) % 7
    if gap == 0 and strict:
        gap = 7
    return when + timedelta(days=gap if towards > 0 else -gap)


def _shift(said: Said, frame: Frame) -> Value | None:
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


def _amount(said: Said) -> Value | None:
    return None


def _quantity(said: Said, frame: Frame) -> Value | None:
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


def _unit(said: Said, frame: Frame) -> Value | None:
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


def _part_only(said: Said, frame: Frame) -> Value | None:
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


def _clock_range(said: Said, frame: Frame) -> Value | None:
    first, last = _part_only(said["begin"], frame), _part_only(said["end"], frame)
    if not first or not last or not first.stretch.earliest or not last.stretch.latest:
        return None
    end = last.stretch.latest
    if said["end"].get("hour", 24) < said["begin"].get("hour", 0) and end == first.stretch.earliest:
        end = end + timedelta(days=1)
    return replace(first, stretch=cal.days(first.stretch.earliest, max(end, first.stretch.earliest)))


def _begin(said: Said, frame: Frame) -> Value | None:
    clock = set(said["begin"]) <= {"hour", "minute", "part"} and set(said["end"]) <= {"hour", "minute", "part"}
    return _clock_range(said, frame) if clock else _range(said, frame)


def _ranked(said: Said, frame: Frame) -> Value | None:
    """ "au premier trimestre" without a year; other ranks mean nothing by themselves."""
    if said.get("unit") == "century" and said["rank"] > 0:
        return Value(cal.century(-said["rank"] if said.get("era") else said["rank"]), "explicit")
    if said.get("unit") in ("quarter", "semester") and said["rank"] > 0:
        return _calendar(said, frame)
    if said.get("unit") == "fortnight" and frame.then and frame.then.earliest:
        month = cal.unit("month", frame.then.earliest)
        found = _inside(said, month)
        return Value(found, "inherited", "then") if found else None
    return None


def _part(said: Said, frame: Frame) -> Value | None:
    return _part_only(said, frame)


_RULES: list[tuple[str, Callable[[Said, Frame], Value | None]]] = [
    ("begin", _begin),
    ("beside", _beside),
    ("shift_of", _shift_of),
    ("around", _around),
    ("of", _of),
    ("republican", _republican),
    ("roman", _century),
    ("bc", _before_christ),
    ("decade", _decade),
    ("shift", _shift),
    ("same", _same),
    ("year", _calendar),
    ("rank", _ranked),
    ("month", _calendar),
    ("easter", _calendar),
    ("season", _calendar),
    ("first", _calendar),
    ("day", _calendar),
    ("weekday", _weekday),
    ("n", _quantity),
    ("unit", _unit),
    ("part", _part),
    ("hour", _part),
]
