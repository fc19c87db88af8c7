"""Teasers on a page: short notices of other articles of the site, each under a linked title.

`teasers(blocks, heading, url)` gives the elements that hold them: `<li><a href="/canal">Le canal rouvre</a><p>Les
plaisanciers sont de retour.</p></li>` beside another of its kind. Their sentences read like an article's, so that no
name of a class is needed to tell them, only their shape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipeline.reading.blocks import HEADINGS, Block, Element

CARDS = frozenset(("article", "li", "div", "section", "td", "dl"))
LONGEST = 400  # words of a teaser
LEAST = 2  # teasers side by side; an <article> that is not ours needs no others


def teasers(blocks: Sequence[Block], heading: Block | None, url: str = "") -> set[Element]:
    """Elements that begin with a title linked to another page of the site and hold further text, several of a kind."""
    ours = set(heading.path) if heading is not None else set()
    first: dict[Element, Block] = {}
    count: Counter[Element] = Counter()
    words: Counter[Element] = Counter()
    for block in blocks:
        for element in block.path:
            count[element] += 1
            words[element] += block.words
            if block.words >= 3:
                first.setdefault(element, block)
    fit = [e for e in first if e.tag in CARDS and e not in ours and count[e] > 1 and words[e] <= LONGEST]
    fit = [e for e in fit if _is_title(first[e]) and _within_site(e, url)]
    kinds = Counter(map(_kind, fit))
    return {e for e in fit if kinds[_kind(e)] >= LEAST or (ours and _is_article(e, first[e], ours))}


def _is_title(block: Block) -> bool:
    return block.link_share > 0.85 and block.words <= 40


def _is_article(element: Element, title: Block, ours: set[Element]) -> bool:
    """True for an <article> under a heading, or any on a page whose own article is one."""
    titled = not HEADINGS.isdisjoint(e.tag for e in title.path[-2:])
    return element.tag == "article" and (titled or any(e.tag == "article" for e in ours))


def _within_site(element: Element, url: str) -> bool:
    """False when the title links to another site: a list of things to read or buy elsewhere is text."""
    link = next((e.get("href") or "" for e in element.iter("a")), "")
    try:
        here, there = urlsplit(url).hostname, urlsplit(link).hostname
    except ValueError:
        return True
    return not here or not there or here.removeprefix("www.") == there.removeprefix("www.")


def _kind(element: Element) -> tuple[Element | None, str, str]:
    """What makes two of them alike; each <article> of a page stands for an article of the site, wherever it stands."""
    within = None if element.tag == "article" else element.getparent()
    return within, str(element.tag), element.get("class") or ""
