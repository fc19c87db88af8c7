"""Dates with a part missing: "le 2 janvier", "mars", "lundi", "le 23", "l'été", "Noël".

The missing year, month or week comes from the context that knows it (`Frame.inherited`), else from the day of
publication and the way the verb looks. Called by `pipeline.timevalues`; each function takes what is said and the frame.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from pipeline.timex import calendar_fr as cal
from pipeline.timex.calendar_fr import Stretch
from pipeline.timex.timeframe import Frame, Said, Value


def calendar_day(said: Said, frame: Frame) -> Value | None:
    """Year, month, day, season, quarter, feast: with the year told, inherited, or the one the verb points to."""
    year = said.get("year")
    if year is not None:
        year = _four_digits(year, frame)
        return Value(dated(said, year), "explicit", note=_weekday_note(said, year))
    if "day" in said and "month" not in said and "easter" not in said:
        return _day_only(said, frame)
    if "direction" in said and said.get("ref") != "then" and not said.get("this"):
        return _near(said, frame, said["direction"])
    if frame.inherited is not None:
        return Value(dated(said, frame.inherited), "inherited", "then", _weekday_note(said, frame.inherited))
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


def same_days(said: Said, frame: Frame) -> Value | None:
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


def dated(said: Said, year: int) -> Stretch:
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
    """ "vacances de Noël": rough limits from holidays.csv."""
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
            found.append(dated(said, y))
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
    found = _years(said, frame.now.year)
    if said.get("this"):
        frame = replace(frame, direction=0)
    stretch = _soon(said, found, frame) or _pick(found, frame)
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


def _soon(said: Said, found: list[Stretch], frame: Frame) -> Stretch | None:
    """A day within a fortnight, though the verb looks back: "ont appelé à la grève le 19 janvier" on the 10th."""
    if frame.direction >= 0 or not {"day", "month"} <= set(said):
        return None
    return next((s for s in found if s.earliest and 0 < (s.earliest - frame.now).days <= 15), None)  # type: ignore[operator]


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
            if (s.latest and s.latest < now) or (s.earliest and s.earliest < now and s.precision == "season")
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


def republican(said: Said, frame: Frame) -> Value | None:
    when = cal.republican(said["roman"], said["month"], said["day"])
    return Value(cal.day(when), "explicit") if when else None


def weekday(said: Said, frame: Frame) -> Value | None:
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
