"""The day a document was published, and how it is known.

Reads an Article as it was read (raw text); gives (day, basis). In this order: metadata that came with the article, a
line or dateline of the text ("Publié le 3 déc. 2011 à 10h12", "PARIS, 16 mai 2012 (AFP) -"), the file name
(2012-05-16-….txt), the `--published` option; with `--force-published` the option goes before all. "Mis à jour" counts
only when nothing says "publié". A copyright year, or a date in the middle of the text, never counts.

>>> publication_date(Article("a.txt", "a.txt", text="PARIS, 16 mai 2012 (AFP) - Le ministre a démissionné."))
(datetime.date(2012, 5, 16), 'text')
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date

from pipeline import dates
from pipeline.model import lexicon
from pipeline.model.article import Article
from pipeline.timex.timepatterns import loosened

HEAD = 2500  # characters in which a dateline may stand
FIRST_LINES = 14  # lines with text in which a dateline may stand
_NAME = re.compile(
    r"(?<!\d)(1[89]\d\d|20\d\d)([-_./]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?=\D|\d{4}(?!\d)|\d{6}(?!\d)|$)"
)
_WORTH = re.compile(
    r"[\s|•·*>—–-]*(?:par |article|texte|publi|mise? |paru|post|rédig|écrit|diffus|créé|date|modif|actual|m[aà]j|dern"
    r"|last|updated|written)",
    re.I,
)
_NAME_DAY_FIRST = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])([-_.])(0?[1-9]|1[0-2])\2(1[89]\d\d|20\d\d)(?!\d)")


def publication_date(
    article: Article, *, published: date | None = None, force: bool = False
) -> tuple[date | None, str]:
    """(day, basis) of an article; basis is option, metadata, text, filename or none.

    `published` is the option of the run, for documents that tell nothing (with `force`, for all).

    >>> publication_date(Article("2012-05-16-greve.txt", "2012-05-16-greve.txt", text="Rien."))
    (datetime.date(2012, 5, 16), 'filename')
    """
    if force and published:
        return published, "option"
    if article.published:
        basis = article.published_basis
        return article.published, basis if basis not in ("", "none") else "metadata"
    for found, basis in (
        (day_in_text(article.text), "text"),
        (_day_in_name(article), "filename"),
        (published, "option"),
    ):
        if found:
            return found, basis
    return None, "none"


def day_in_text(text: str) -> date | None:
    """The day a text gives itself in a line of its own kind, or None.

    >>> day_in_text("Publié le 3 déc. 2011 à 10h12\\nMis à jour le 5 déc. 2011")
    datetime.date(2011, 12, 3)
    """
    found: dict[str, date] = {}
    for line, number in _lines(text):
        for how, day in _told(line, number < FIRST_LINES):
            found.setdefault(how, day)
    for how in ("published", "dateline", "updated"):
        if how in found:
            return found[how]
    return None


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(loosened(p), re.I) for name, p in lexicon.toml("published.toml").items()}


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Lines that may tell a day: those at the top, and further ones that begin with the right words."""
    number = 0
    at = 0
    for line in text.split("\n"):
        if line.strip():
            near = number < FIRST_LINES and at < HEAD
            if near or (len(line) < 200 and _WORTH.match(line)):
                yield line[:300], number if near else FIRST_LINES
            number += 1
        at += len(line) + 1


def _told(line: str, near_top: bool) -> Iterator[tuple[str, date]]:
    patterns = _patterns()
    if not any(c.isdigit() for c in line) or patterns["never"].search(line):
        return
    start = 0
    for timex in dates.find(line):
        day = _full_day(timex.said)
        if day is None:
            continue
        before, behind = line[start : timex.start], line[timex.end :]
        start = timex.end
        if patterns["published"].match(before):
            yield "published", day
        elif patterns["updated"].match(before):
            yield "updated", day
        elif near_top and any(
            patterns[f"{shape}_before"].search(before) and patterns[f"{shape}_after"].match(behind)
            for shape in ("byline", "dateline", "alone")
        ):
            yield "dateline", day


def _full_day(said: dict[str, object]) -> date | None:
    year, month, day = said.get("year"), said.get("month"), said.get("day")
    if isinstance(year, int) and year < 100:
        year += 2000 if year < 70 else 1900
    if not (isinstance(year, int) and isinstance(month, int) and isinstance(day, int)) or year < 1600:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_in_name(article: Article) -> date | None:
    """A day in the file name or in the path of an address: 2012-05-16-greve.txt, 20120516.html, /2012/05/16/greve."""
    for name in (article.doc_id, article.source):
        path = name.split("://", 1)[-1].split("?", 1)[0]
        name = path if "://" in name else "/".join(path.rsplit("/", 4)[-4:])
        for pattern, order in ((_NAME, (1, 3, 4)), (_NAME_DAY_FIRST, (4, 3, 1))):
            for match in pattern.finditer(name):
                try:
                    return date(*(int(match[i]) for i in order))
                except ValueError:
                    continue
    return None
