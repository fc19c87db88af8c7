"""Teasers on a page: short notices of other articles, each under a linked title.

`teasers(blocks, heading)` gives the elements that hold them: `<li><a href="…">Le canal rouvre</a><p>Les plaisanciers
sont de retour.</p></li>` beside two more of its kind. Their sentences read like an article's, so that no name of a
class is needed to tell them, only their shape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.reading.blocks import Block, Element

CARDS = frozenset(("article", "li", "div", "section", "td", "dl"))
LONGEST = 400  # words of a teaser
LEAST = 3  # teasers side by side; where our article is an <article>, another one needs no others


def teasers(blocks: Sequence[Block], heading: Block | None) -> set[Element]:
    """Elements that begin with a linked title of three words or more and hold further text, several of a kind."""
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
    fit = [e for e, title in first.items() if _is_title(title) and count[e] > 1 and words[e] <= LONGEST]
    fit = [e for e in fit if e.tag in CARDS and e not in ours]
    kinds = Counter(map(_kind, fit))
    named = any(e.tag == "article" for e in ours)
    return {e for e in fit if kinds[_kind(e)] >= LEAST or (named and e.tag == "article")}


def _is_title(block: Block) -> bool:
    return block.link_share > 0.85 and block.words <= 40


def _kind(element: Element) -> tuple[Element | None, str, str]:
    """What makes two of them alike; each <article> of a page stands for an article of the site, wherever it stands."""
    within = None if element.tag == "article" else element.getparent()
    return within, str(element.tag), element.get("class") or ""
