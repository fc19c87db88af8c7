"""Read any input a newsroom has into Articles.

Reads folders, globs, files (.txt .md .html .csv .tsv .json .jsonl .parquet .xlsx, .gz and .zip of them) and standard
input ("-"); gives one Article an input document, in an order that depends on names alone. What cannot be read is an
Article too, with status failed or skipped and the reason in `note`. `seeds/article.txt` gives doc_id "article.txt"
when the input is `seeds/`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import columns as tables
from pipeline import formats, html
from pipeline.daynotes import day_of
from pipeline.encoding import decode, is_binary, scrub
from pipeline.files import File, files, printable
from pipeline.model.article import Article, DepecheError

PLAIN = (".txt", ".text", "")
MARKDOWN = (".md", ".markdown")
PAGES = (".html", ".htm", ".xhtml", ".mhtml")


def read(inputs: Sequence[str | Path], *, columns: Mapping[str, str] | None = None) -> Iterator[Article]:
    """Articles of `inputs`, one by one.

    `columns` names the column of a field (text, title, published, url, id, author, publisher) where the usual names
    do not do. Ids are given ids, else paths relative to the input (`#N` for the N-th record); an id met before gives
    way to the path. Raises DepecheError when an input does not exist.
    """
    if isinstance(inputs, (str, Path)):
        inputs = [inputs]
    seen: set[int] = set()
    for file in files(inputs):
        try:
            for article, position in _articles(file, columns):
                article.doc_id = _unique(article.doc_id, position, file, seen)
                yield article
        except DepecheError as error:
            yield Article(
                _unique(file.name, "", file, seen), file.source, status="failed", note=f"{file.source}: {error}"
            )


def _unique(doc_id: str, position: str, file: File, seen: set[int]) -> str:
    doc_id = doc_id or file.name + position
    for n in range(1, 1 << 30):
        candidate = (doc_id, file.name + position, file.source + position)[n - 1] if n < 4 else f"{doc_id}~{n - 2}"
        key = int.from_bytes(hashlib.blake2b(candidate.encode(), digest_size=8).digest())
        if key not in seen:
            seen.add(key)
            return candidate
    raise AssertionError("unreachable")


def _articles(file: File, columns: Mapping[str, str] | None) -> Iterator[tuple[Article, str]]:
    """(article, position within its file) of one file."""
    if file.problem:
        yield Article(file.name, file.source, status="skipped" if file.skip else "failed", note=file.problem), ""
    elif file.suffix in formats.TABLES:
        yield from _records(file, columns)
    elif file.suffix in PLAIN + MARKDOWN + PAGES:
        yield _document(file), ""
    else:
        yield Article(file.name, file.source, status="skipped", note=f"{file.suffix} files are not read"), ""


def _document(file: File) -> Article:
    """A file that is one article."""
    try:
        data = file.read()
    except OSError as error:
        raise DepecheError(f"not readable ({error.strerror or error})") from error
    article = Article(file.name, file.source, sha256=hashlib.sha256(data).hexdigest())
    if not data.strip():
        article.status, article.note = "skipped", "empty file"
    elif is_binary(data):
        article.status, article.note = "failed", "a binary file, not text"
    elif re.fullmatch(r"(?i)readme(\.\w+)?|licen[cs]e(\.\w+)?", file.name.rsplit("/", 1)[-1]):
        article.status, article.note = "skipped", "a file about the folder, not an article"
    else:
        text, encoding = decode(data)
        if encoding not in ("utf-8", "utf-8-sig"):
            article.note = f"read as {encoding}"
        if file.suffix in PAGES or html.is_page(text):
            _from_page(article, text)
        else:
            article.text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _judged(article)


def _from_page(article: Article, markup: str) -> None:
    page = html.page(markup)
    article.text, article.title, article.author, article.publisher = page.text, page.title, page.author, page.publisher
    article.source = page.url or article.source
    _date(article, page.published, page.basis)


def _records(file: File, columns: Mapping[str, str] | None) -> Iterator[tuple[Article, str]]:
    """Rows of a table file as articles; a table without a single record is one skipped article."""
    mapping: dict[tuple[str, ...], dict[str, str] | DepecheError] = {}
    count = 0
    for number, row in formats.rows(file):
        count, position = count + 1, f"#{number}"
        if isinstance(row, DepecheError):
            yield Article(file.name + position, file.source, status="failed", note=str(row)), position
            continue
        names = tuple(row)
        if names not in mapping:
            try:
                mapping[names] = tables.match(names, columns)
            except DepecheError as error:
                mapping[names] = error
        found = mapping[names]
        if not isinstance(found, DepecheError):
            yield _record(row, found, file), position
        elif file.suffix in (".csv", ".tsv", ".parquet", ".xlsx"):
            raise found
        else:
            yield Article(file.name + position, file.source, status="failed", note=str(found)), position
    if not count:
        yield Article(file.name, file.source, status="skipped", note="a table without records"), ""


def _record(row: Mapping[str, Any], found: Mapping[str, str], file: File) -> Article:
    value = {field: tables.cell(row.get(name)).strip() for field, name in found.items()}
    digest = hashlib.sha256(json.dumps({k: tables.cell(v) for k, v in row.items() if k}, sort_keys=True).encode())
    article = Article(
        doc_id=printable(value.get("id", "")),
        source=value.get("url") or file.source,
        text=html.fragment(value["text"]).replace("\r\n", "\n").replace("\r", "\n"),
        title=value.get("title", ""),
        author=value.get("author", ""),
        publisher=value.get("publisher", ""),
        sha256=digest.hexdigest(),
        extra=tables.carried(row, found.values()),
    )
    _date(article, value.get("published", ""))
    return _judged(article)


def _date(article: Article, written: str, basis: str = "metadata") -> None:
    """Set the publication day; one that cannot be read is carried along as it stands."""
    day = day_of(written)
    if day is not None:
        article.published, article.published_basis = day, basis
    elif written:
        article.extra["published_as_given"] = written


def _judged(article: Article) -> Article:
    """Empty text is a reason to skip."""
    article.text, article.title = scrub(article.text), scrub(article.title)
    if article.status == "ok" and not article.text.strip():
        article.status, article.note = "skipped", "no text"
    return article
