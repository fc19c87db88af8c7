"""A calendar day out of the notations found in metadata and on pages.

Reads one string; gives a date or None. "3 mars 2022 à 10h12", "03/03/2022", "2022-03-03T10:12:00+01:00",
"Thu, 03 Mar 2022 10:12:00 GMT" and 1646298720 are all 3 March 2022. Day comes before month, as in French.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from pipeline.cleaning.boilerplate import fold

_ISO = re.compile(r"\b(1[5-9]\d\d|20\d\d)-(\d\d?)-(\d\d?)(?!\d)")
_BARE = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_SLASHES = re.compile(r"(?<!\d)(\d\d?)[/.-](\d\d?)[/.-](\d{4}|\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)[/.](\d\d?)[/.](\d\d?)(?!\d)")
_WORDS = re.compile(r"(?<!\d)(\d\d?)(?:er|st|nd|rd|th)?[\s.-]+(?:de )?([a-z]{3,9})\.?,?[\s-]+(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([a-z]{3,9})\.? (\d\d?)(?:st|nd|rd|th)?,? (\d{4})\b")
_MONTHS = {
    "jan": 1,
    "fev": 2,
    "feb": 2,
    "mar": 3,
    "avr": 4,
    "apr": 4,
    "mai": 5,
    "may": 5,
    "juin": 6,
    "jun": 6,
    "jui": 7,
}
_MONTHS |= {"jul": 7, "aou": 8, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}


def day_of(text: str) -> date | None:
    """The first day written in `text`.

    >>> day_of("Publié le 1er août 2021 à 7h"), day_of("03/12/2021"), day_of("hier")
    (datetime.date(2021, 8, 1), datetime.date(2021, 12, 3), None)
    """
    text = fold(text[:200])
    if re.fullmatch(r"\d{10}(\d{3})?", text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date()
    for pattern, order in (
        (_ISO, "ymd"),
        (_YEAR_FIRST, "ymd"),
        (_WORDS, "dmy"),
        (_SLASHES, "dmy"),
        (_MONTH_FIRST, "mdy"),
        (_BARE, "ymd"),
    ):
        for match in pattern.finditer(text):
            parts = dict(zip(order, match.groups(), strict=True))
            if (day := _day(parts["y"], parts["m"], parts["d"])) is not None:
                return day
    return None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _month(month)
    years = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(years, number, int(day)) if 1500 <= years <= 2100 else None
    except ValueError:
        return None


def _month(name: str) -> int:
    return next((number for prefix, number in _MONTHS.items() if name.startswith(prefix)), 0)
