"""Saved web pages: the article's text, title, author, publisher and day out of HTML.

`page(markup)` takes decoded text and gives a `Page`; `fragment(markup)` turns a cell with tags into plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.encoding import scrub


@dataclass(slots=True)
class Page:
    """What a page says; `published` is the day as written there, in any notation."""

    text: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""


def page(markup: str) -> Page:
    """The article of a page; an empty text when there is none."""
    import trafilatura

    found = trafilatura.bare_extraction(
        markup,
        include_comments=False,
        include_tables=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None:
        return Page()
    data = found if isinstance(found, dict) else found.as_dict()
    return Page(*(scrub(data.get(k) or "") for k in ("text", "title", "author", "sitename", "date", "url")))


def fragment(markup: str) -> str:
    """A table cell that holds tags, as plain text with a blank line between paragraphs.

    >>> fragment("<p>Un.</p><p>Deux.</p>")
    'Un.\\n\\nDeux.'
    """
    import lxml.html

    if not re.search(r"</(p|div|span|a|strong|em)>|<br ?/?>", markup):
        return markup
    root = lxml.html.fragment_fromstring(re.sub(r"(?i)<br ?/?>", "\n", markup), create_parent=True)
    for node in root.iter("p", "div", "li", "h1", "h2", "h3", "blockquote"):
        node.tail = "\n\n" + (node.tail or "")
    return re.sub(r"\n{3,}", "\n\n", root.text_content()).strip()
