"""A table of what is known about documents (`--metadata FILE.csv`): publication day, title, publisher, author.

Its rows say which document by `file` or `id`; a filled cell goes before what the document itself says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.model.article import Article, DepecheError
from pipeline.reading.daynotes import day_of

COLUMNS = ("file", "id", "published", "title", "source", "author", "publisher")


def read_metadata(path: str | Path) -> dict[str, dict[str, str]]:
    """Rows of a metadata table by `id` or `file`.

    Raises DepecheError when the file cannot be read, names no document, or a day is no day (with its line).
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = list(csv.DictReader(file, delimiter=max(",;\t", key=head.count)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DepecheError(f"{path}: cannot be read as a CSV table in UTF-8 ({error})") from error
    if not rows or not {"file", "id"} & set(rows[0]):
        raise DepecheError(f"{path}: needs a column file or id that says which document a row is about")
    known: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, start=2):
        day = (row.get("published") or "").strip()
        if day and day_of(day) is None:
            raise DepecheError(f"{path}: line {number}: published: “{day}” is no date, write it as 2022-01-31")
        for key in filter(None, (row.get("id"), row.get("file"))):
            known[key.strip()] = {c: (row.get(c) or "").strip() for c in COLUMNS}
    return known


def completed(articles: Iterable[Article], known: dict[str, dict[str, str]]) -> Iterator[Article]:
    """The articles with what the table knows of each, found by id, path or file name."""
    for article in articles:
        names = (article.doc_id, article.source, Path(article.source).name)
        row = next((known[name] for name in names if name in known), {})
        if row.get("published"):
            article.published, article.published_basis = day_of(row["published"]), "metadata"
        article.title = row.get("title") or article.title
        article.source = row.get("source") or article.source
        article.author = row.get("author") or article.author
        article.publisher = row.get("publisher") or article.publisher
        yield article
