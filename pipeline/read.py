"""Read any input a newsroom has into Articles.

Reads folders, globs, files (.txt .md .html .xml .csv .tsv .json .jsonl .parquet .xlsx, .gz and .zip of them) and
standard input ("-"); gives one Article an input document, in an order that depends on names alone. What cannot be read
is an Article too, with status failed or skipped and the reason in `note`. `seeds/article.txt` gives doc_id
"article.txt" when the input is `seeds/`.
"""

from __future__ import annotations

import email
import email.policy
import functools
import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.model.article import Article, DepecheError
from pipeline.reading import columns as tables
from pipeline.reading import europresse, formats, html, pagehead, plaintext, xmltext
from pipeline.reading.daynotes import day_of
from pipeline.reading.encoding import decode, is_binary, scrub
from pipeline.reading.files import File, files, printable

PLAIN = (".txt", ".text", ".asc", "")
MARKDOWN = (".md", ".markdown")
PAGES = (".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".mhtml", ".mht")


def read(inputs: Sequence[str | Path], *, columns: Mapping[str, str] | None = None) -> Iterator[Article]:
    """Articles of `inputs`, one by one.

    `columns` names the column of a field (text, title, published, url, id, author, publisher) where the usual names
    do not do. Ids are given ids, else paths relative to the input (`#N` for the N-th record); an id met before gives
    way to the path. Raises DepecheError when an input does not exist.

    >>> [a.status for a in read(["seeds/README.md"])]
    ['skipped']
    """
    if isinstance(inputs, str | Path):
        inputs = [inputs]
    _metadata.cache_clear()
    seen: set[int] = set()
    for file in files(inputs):
        try:
            for article, position in _articles(file, columns):
                article.doc_id = _unique(article.doc_id, position, file, seen)
                yield article
        except DepecheError as error:
            doc_id = _unique(file.name, "", file, seen)
            yield Article(doc_id, file.source, status="failed", note=f"{file.source}: {error}")


def _unique(doc_id: str, position: str, file: File, seen: set[int]) -> str:
    """`doc_id`, or where it was met before the path, or the path with a number; only hashes are kept."""
    choices = (doc_id or file.name + position, file.name + position, file.source + position)
    for number in itertools.count():
        choice = choices[number] if number < 3 else f"{choices[2]}~{number - 1}"
        key = int.from_bytes(hashlib.blake2b(choice.encode(), digest_size=8).digest())
        if key not in seen:
            break
    seen.add(key)
    return choice


def _articles(file: File, columns: Mapping[str, str] | None) -> Iterator[tuple[Article, str]]:
    """(article, position within its file) of one file."""
    if file.problem:
        yield Article(file.name, file.source, status="skipped" if file.skip else "failed", note=file.problem), ""
    elif file.suffix in formats.TABLES:
        yield from _records(formats.rows(file), file, columns)
    elif file.suffix in (*PLAIN, *MARKDOWN, *PAGES, ".xml") or not re.fullmatch(r"\.[a-z][a-z0-9]{0,4}", file.suffix):
        yield from _document(file, columns)
    else:
        yield Article(file.name, file.source, status="skipped", note=f"{file.suffix} files are not read"), ""


def _document(file: File, columns: Mapping[str, str] | None) -> Iterator[tuple[Article, str]]:
    """A file that is one article, or an export that holds many."""
    data = file.read()
    article = Article(file.name, file.source, sha256=hashlib.sha256(data).hexdigest())
    text, encoding = decode(_web_archive(data) if file.suffix in (".mhtml", ".mht") else data)
    if not data.strip(b"\0 \t\r\n"):
        article.status, article.note = "skipped", "empty file"
    elif is_binary(data):
        article.status, article.note = "failed", "a binary file, not text"
    elif re.fullmatch(r"(?i)readme(\.\w+)?|licen[cs]e(\.\w+)?", file.name.rsplit("/", 1)[-1]):
        article.status, article.note = "skipped", "a file about the folder, not an article"
    elif file.suffix == ".xml":
        fields = xmltext.read_xml(data) | _described(file)
        article.text = fields.pop("text")
        _fill(article, fields, tables.match(fields, columns, text=False))
    elif europresse.is_export(text):
        yield from _records(enumerate(europresse.articles(text), 1), file, columns)
        return
    elif file.suffix in PAGES or html.is_page(text):
        _from_page(article, text)
    else:
        _from_text(article, text, file, columns)
    if article.status == "ok" and encoding not in ("utf-8", "utf-8-sig"):
        article.note = f"read as {encoding}"
    yield _judged(article), ""


def _from_page(article: Article, markup: str) -> None:
    page = html.page(markup)
    article.text, article.title, article.author, article.publisher = page.text, page.title, page.author, page.publisher
    article.source = page.url or article.source
    _date(article, page.published, page.basis)


def _web_archive(data: bytes) -> bytes:
    """The page of a `.mhtml` archive, as UTF-8."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html" and isinstance(content := part.get_payload(decode=True), bytes):
            return decode(content)[0].encode()
    return b""


def _from_text(article: Article, text: str, file: File, columns: Mapping[str, str] | None) -> None:
    """Plain text or Markdown, with what a header block or a table beside it says."""
    fields, text = plaintext.split(_one_line_end(text))
    fields = _described(file) | fields
    if file.suffix in MARKDOWN:
        text, article.title = plaintext.without_markup(text)
    article.text = text
    if fields:
        _fill(article, fields, tables.match(fields, columns, text=False))
    article.title = article.title or plaintext.title_on_top(text)


def _described(file: File) -> dict[str, Any]:
    """What the table of a TXM folder says of a text."""
    stem = file.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return _metadata(file.metadata).get(stem, {}) if file.metadata else {}


@functools.lru_cache(maxsize=4)
def _metadata(path: str) -> dict[str, dict[str, Any]]:
    """Rows of a TXM table by the name of the text they describe, which its first column gives."""
    table = File(path, path, functools.partial(open, path, "rb"))  # type: ignore[arg-type]
    records = (row for _, row in formats.rows(table) if isinstance(row, dict) and row)
    return {re.sub(r"\.\w+$", "", tables.cell(next(iter(r.values())))): dict(list(r.items())[1:]) for r in records}


def _records(
    rows: Iterable[tuple[int, dict[str, Any] | DepecheError]], file: File, columns: Mapping[str, str] | None
) -> Iterator[tuple[Article, str]]:
    """Rows of a table file as articles; a table without a single record is one skipped article."""
    known: dict[tuple[str, ...], dict[str, str] | DepecheError] = {}
    count = 0
    for number, row in rows:
        count, position = count + 1, f"#{number}"
        failed = Article(file.name + position, file.source, status="failed")
        if isinstance(row, DepecheError):
            failed.note = f"{file.source}: {row}"
            yield failed, position
            continue
        names = tuple(row)
        if names not in known:
            known[names] = _matched(names, columns)
        found = known[names]
        if not isinstance(found, DepecheError):
            yield _record(row, found, file), position
        elif file.suffix in (".csv", ".tsv", ".parquet"):
            raise found
        else:
            failed.note = f"{file.source}: {found}"
            yield failed, position
    if not count:
        yield Article(file.name, file.source, status="skipped", note="a table without records"), ""


def _matched(names: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str] | DepecheError:
    try:
        return tables.match(names, columns)
    except DepecheError as error:
        return error


def _record(row: Mapping[str, Any], found: Mapping[str, str], file: File) -> Article:
    told = json.dumps({str(k): tables.cell(v) for k, v in row.items() if k}, sort_keys=True)
    article = Article(printable(tables.cell(row.get(found.get("id", "")))).strip(), file.source)
    article.sha256 = hashlib.sha256(told.encode()).hexdigest()
    text = tables.cell(row.get(found["text"]))
    if html.is_page(text):
        _from_page(article, text)
    else:
        article.text = _one_line_end(html.fragment(text))
    _fill(article, row, found)
    return _judged(article)


def _fill(article: Article, row: Mapping[str, Any], found: Mapping[str, str]) -> None:
    """Title, author, publisher, address and day of a row; its other cells are carried along."""
    value = {field: tables.cell(row.get(name)).strip() for field, name in found.items() if field != "text"}
    article.extra |= tables.carried(row, found.values())
    article.title = html.fragment(value.get("title", "")).replace("\n", " ") or article.title
    article.author = value.get("author", "") or article.author
    article.publisher = value.get("publisher", "") or article.publisher
    article.source = value.get("url", "") or article.source
    _date(article, value.get("published", ""))


def _date(article: Article, written: str, basis: str = "metadata") -> None:
    """Set the publication day; one that cannot be read is carried along as it stands."""
    day = day_of(written)
    if day is not None:
        article.published, article.published_basis = day, basis
    elif written:
        article.extra["published_as_given"] = written


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _judged(article: Article) -> Article:
    """The site is the publisher where none is named; no lone surrogates; empty text is a reason to skip."""
    article.publisher = article.publisher or pagehead.host(article.source)
    for name in ("text", "title", "author", "publisher", "source"):
        setattr(article, name, scrub(getattr(article, name)))
    if article.status == "ok" and not any(c.isalnum() for c in article.text):
        article.status, article.note = "skipped", "no text" if not article.text.strip() else "no letters in it"
    return article
