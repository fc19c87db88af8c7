"""Europresse HTML exports: many articles in one file.

`articles(markup)` gives one dict an article with the keys of `pipeline.columns.FIELDS`. Each <article> of the export
has a header (publication, day, title, author), a text and a document number such as "news·20220103·LM·4521", which
becomes the id and, where the header is unreadable, the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.reading.blocks import Block, Element, blocks
from pipeline.reading.daynotes import day_of
from pipeline.reading.html import parse

_NUMBER = re.compile(r"\b(?:news|web|pub|rep|bio|tv|radio)?[·.]?(\d{8})[·.][\w.-]+[·.][\w.-]+")


def is_export(markup: str) -> bool:
    """True when a page is an export of Europresse."""
    return "DocPublicationName" in markup and "<article" in markup


def articles(markup: str) -> Iterator[dict[str, str]]:
    """Articles of an export, in order."""
    root = parse(markup, limit=len(markup))
    for article in [] if root is None else root.iter("article"):
        header = _text(_with_class(article, "DocHeader"))
        number = re.search(_NUMBER, _text(_with_class(article, "publiC-lblNodoc")) or _tail(article))
        title = _with_class(article, "titreArticleVisu")
        title = _with_class(article, "titreArticle") if title is None else title
        body = _with_class(article, "docOcurrContainer")
        body = _with_class(article, "DocText") if body is None else body
        day = day_of(header) or (day_of(number[1]) if number else None)
        publication = re.split(r"\s*[,(]|\s{2,}|\n", _text(_with_class(article, "DocPublicationName")))[0]
        yield {
            "id": number[0] if number else "",
            "title": _text(title).replace("\n", " "),
            "published": day.isoformat() if day else "",
            "author": _text(_with_class(article, "sm-margin-bottomNews")).replace("\n", ", "),
            "publisher": publication,
            "text": "\n\n".join(b.text for b in _paragraphs(body)),
        }


def _with_class(article: Element, name: str) -> Element | None:
    return next((e for e in article.iter() if isinstance(e.tag, str) and name in (e.get("class") or "").split()), None)


def _text(element: Element | None) -> str:
    return "" if element is None else "\n".join(b.text for b in blocks(element)).strip()


def _tail(article: Element) -> str:
    """The end of an article, where the document number stands."""
    return " ".join(" ".join(article.itertext())[-300:].split())


def _paragraphs(body: Element | None) -> list[Block]:
    return [] if body is None else [b for b in blocks(body) if not b.marks]
