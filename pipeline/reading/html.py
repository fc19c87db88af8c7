"""Saved web pages: the article's text, title, author, publisher and day out of HTML.

Reads decoded text; `page(markup)` gives a `Page`, `fragment(markup)` turns a cell with tags into plain text. The text
is chosen from the page's own blocks, so that leads, no-break spaces and paragraphs stay: the part named or measured to
be the body, the lead between title and body, without boxes, bylines and links to other articles. trafilatura is
asked where next to nothing is found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.cleaning import boilerplate
from pipeline.reading import pagehead
from pipeline.reading.blocks import Block, Element, blocks, body_names, is_box, names
from pipeline.reading.daynotes import day_of
from pipeline.reading.encoding import scrub
from pipeline.reading.pagehead import Page
from pipeline.reading.teasers import teasers

LARGEST = 20 << 20  # characters of one page
TRAFILATURA_LARGEST = 1 << 20  # its time grows faster than the page
_C1_ENTITY = re.compile(r"&#(?:(12[89]|1[345]\d)|[xX]([89][0-9a-fA-F]));?")
_BYLINE = re.compile(
    r"(?:(?:Texte|Propos recueillis|Recueilli|Article) )?(?:[Pp]ar|PAR)\s+(?:[A-ZÀ-Þ][\w'’.-]+(?:,| et| &)?\s?){2,8}"
)
_HARD = re.compile(
    r"(?i)comment|reaction|respond|forum|avis|disqus|related|similar|recommend|newsletter|cookie|consent"
)


def page(markup: str) -> Page:
    """The article of a page; an empty text when there is none.

    >>> page("<h1>Vote</h1><div class='entry-content'><p>Le Sénat a voté le budget mardi soir.</p></div>").text
    'Le Sénat a voté le budget mardi soir.'
    """
    root = parse(markup)
    if root is None:
        return Page()
    found = blocks(root)
    head = pagehead.head(root, found, markup)
    cards = teasers(found, head.heading, head.url)
    for block in found:
        block.marks += tuple(e for e in block.path if e in cards)
    chosen, sure = _chosen(found, head)
    short = sum(b.words for b in chosen) < 0.6 * len(head.body.split())
    if short:
        chosen = _told(found, head) or chosen
    text = _text(chosen)
    if short and sum(b.words for b in found if b.prose) < 0.5 * len(head.body.split()):
        text = fragment(head.body)  # shown by a script alone
    if len(text.split()) < (15 if sure else 40):
        other = max(_text(_without_marks(found, head)), _trafilatura(markup), key=_sentences)
        text = other if _sentences(other) > 3 * _sentences(text) else text
    head.text = text
    head.published, head.basis = _day(found, head, chosen)
    for name in ("title", "author", "publisher", "published", "url"):
        setattr(head, name, scrub(getattr(head, name)))
    return head


def parse(markup: str, limit: int = LARGEST) -> Element | None:
    """The tree of a page, None when there is nothing in it. Entities are never expanded from outside."""
    import lxml.html
    from lxml import etree

    markup = _C1_ENTITY.sub(_as_cp1252, markup)
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", scrub(markup.replace("\x00", ""))[:limit])
    parser = lxml.html.HTMLParser(remove_pis=True, huge_tree=False, no_network=True)
    try:
        return lxml.html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, ValueError, AssertionError):
        return None


def _as_cp1252(entity: re.Match[str]) -> str:
    """What browsers show for "&#146;": the sign that cp1252 has there."""
    number = int(entity[1]) if entity[1] else int(entity[2], 16)
    return bytes([number]).decode("cp1252", "ignore")


def _sentences(text: str) -> int:
    return sum(len(line.split()) for line in text.split("\n") if boilerplate.is_prose(line))


def _text(chosen: Sequence[Block]) -> str:
    return scrub("\n\n".join(b.text for b in chosen))


def _trafilatura(markup: str) -> str:
    """What trafilatura takes for the main text."""
    import trafilatura

    if len(markup) > TRAFILATURA_LARGEST:
        return ""
    try:
        return trafilatura.extract(markup, include_comments=False, include_tables=False) or ""
    except (ValueError, RecursionError, AttributeError, TypeError):
        return ""


def _unmarked(found: Sequence[Block], head: Page) -> set[Element]:
    """Marks that do not hold: on an element with the title or the body in it, or with most of the page's sentences."""
    total = sum(b.words for b in found if b.prose) or 1
    inside: Counter[Element] = Counter()
    for block in found:
        if block.prose:
            inside.update(dict.fromkeys(block.marks, block.words))
    around = set(head.heading.path) if head.heading is not None else set()
    bodies = {e for b in found if b.prose for i, e in enumerate(b.path) if body_names(e) for e in b.path[:i]}
    void = set(around)
    for element, words in inside.items():
        if (words > 0.6 * total and not _is_hard(element)) or (words > 0.3 * total and element in bodies):
            void.add(element)
    return void


def _is_hard(element: Element) -> bool:
    """True for an element named after what is never the article, however long it is."""
    return any(map(_HARD.search, names(element)))


def _told(found: Sequence[Block], head: Page) -> list[Block]:
    """Blocks that stand in the body the page's JSON-LD gives; nothing when they are only a part of it."""
    body = boilerplate.fold(head.body)
    chosen = [b for b in found if b.words >= 3 and boilerplate.fold(b.text) in body]
    return chosen if sum(b.words for b in chosen) > 0.6 * len(body.split()) else []


def _without_marks(found: Sequence[Block], head: Page) -> list[Block]:
    void = _unmarked(found, head)
    return [b for b in found if b.prose and void.issuperset(b.marks)]


def _chosen(found: Sequence[Block], head: Page) -> tuple[list[Block], bool]:
    """Blocks of the article in reading order, its lead and its body, and whether the page names that body."""
    void = _unmarked(found, head)
    free = _around_title([b for b in found if void.issuperset(b.marks)], head)
    prose = [b for b in free if b.prose]
    if not prose:
        return [], False
    named = _named(free, prose, head)
    body = named or {_innermost(prose)}
    body |= {e for b in prose for e in b.path if is_box(e)}
    inner = [b for b in free if b is not head.heading and not body.isdisjoint(b.path)]
    inner = _without_links(inner if named else _between_prose(inner), head)
    lead = _lead(found, {id(b) for b in free}, inner, head) if inner else []
    return [*lead, *inner], bool(named)


def _around_title(free: Sequence[Block], head: Page) -> list[Block]:
    """The blocks in the <article> of the title, else in the smallest part that holds it and half of all sentences."""
    if head.heading is None:
        return list(free)
    prose = [b for b in free if b.prose]
    total = sum(b.words for b in prose)
    words: Counter[Element] = Counter()
    for block in prose:
        words.update(dict.fromkeys(block.path, block.words))
    parts = list(reversed(head.heading.path))
    own = [e for e in parts if e.tag == "article" and words[e] >= max(80, total / 4)]
    following = free[next((i for i, b in enumerate(free) if b is head.heading), 0) + 1 :]
    body = next((b for b in following if b.prose and any(map(body_names, b.path))), None)
    half = [e for e in parts if 2 * words[e] >= total and (body is None or e in body.path)]
    around = next(iter(own + half), None)
    return [b for b in free if around is None or around in b.path]


def _between_prose(inner: Sequence[Block]) -> list[Block]:
    """From the first sentence to the last, where no name says what the body is."""
    prose = [i for i, b in enumerate(inner) if b.prose]
    return list(inner[prose[0] : prose[-1] + 1]) if prose else []


def _named(free: Sequence[Block], prose: Sequence[Block], head: Page) -> set[Element]:
    """The elements named as the article's body that hold most sentences; the tightest of those that hold as much.

    A body that follows the title directly will do whatever else the page holds: a short piece among long teasers.
    """
    total = sum(b.words for b in prose)
    named: dict[str, set[Element]] = {}
    words: Counter[str] = Counter()
    for block in free:
        here = {e: body_names(e) for e in block.path}
        if block.prose:
            words.update(dict.fromkeys({n for found in here.values() for n in found}, block.words))
        for element, found in here.items():
            for name in found:
                named.setdefault(name, set()).add(element)
    most = max(words.values(), default=0)
    if most < 0.4 * total:
        after = _after_title(free, head)
        near = [n for n in words if words[n] >= 25 and after and not named[n].isdisjoint(after[0].path)]
        words = Counter({n: words[n] for n in near})
        most = max(words.values(), default=0)
    if not most:
        return set()
    fit = [n for n in words if words[n] + _before(prose, named[n]) >= 0.97 * most and words[n] >= 0.4 * most]
    return named[min(fit, key=lambda n: (_extent(free, named[n]), n))]


def _after_title(free: Sequence[Block], head: Page) -> list[Block]:
    """Sentences after the title that are not its lead."""
    places = [i for i, b in enumerate(free) if b is head.heading]
    return [b for b in free[places[0] + 1 :] if b.prose and not b.lead] if places else []


def _before(prose: Sequence[Block], elements: set[Element]) -> int:
    """Words of sentences before the first one inside `elements`: a lead, which is looked for apart."""
    count = 0
    for block in prose:
        if not elements.isdisjoint(block.path):
            break
        count += block.words
    return count


def _extent(free: Sequence[Block], elements: set[Element]) -> int:
    return sum(b.words for b in free if not elements.isdisjoint(b.path))


def _innermost(prose: Sequence[Block]) -> Element:
    """The deepest element with at least 85 % of the words of sentences; an <article> with half of them will do."""
    total = sum(b.words for b in prose)
    words: Counter[Element] = Counter()
    depth: dict[Element, int] = {}
    for block in prose:
        for level, element in enumerate(block.path):
            words[element] += block.words
            depth[element] = level
    articles = [e for e in words if e.tag == "article" and words[e] >= 0.5 * total]
    if articles:
        top = max(articles, key=lambda e: (words[e], depth[e]))
        total, words = words[top], Counter({e: n for e, n in words.items() if e is top or depth[e] > depth[top]})
    return max((e for e in words if words[e] >= 0.85 * total), key=lambda e: depth[e])


def _without_links(inner: Sequence[Block], head: Page) -> list[Block]:
    """Drop links to other articles and lines of furniture; then headings with nothing after them."""
    reasons = boilerplate.reasons([line for b in inner for line in (b.text.replace("\n", " "), "")])[::2]
    kept = []
    for place, (block, why) in enumerate(zip(inner, reasons, strict=True)):
        label, _, rest = block.text.partition(":")
        labelled = len(label.split()) <= 4 and 0 < len(rest.strip()) <= block.linked + 2
        mostly = block.link_share > (0.85 if boilerplate.is_prose(block.text) else 0.6)
        linked = block.words <= 40 and (mostly or labelled)
        dated = place < 4 and block.words <= 14 and not block.prose and pagehead.has_day(block.text)
        byline = dated or _BYLINE.fullmatch(block.text) is not None
        title, _, after = block.text.partition("\n")
        if after and title == head.title:
            block = replace(block, text=after)
        if not (why or linked or byline or block.text in (head.title, head.author)):
            kept.append(block)
    while kept and (kept[-1].element.tag in ("h2", "h3", "h4", "h5", "h6") or not _wordy(kept[-1])):
        kept.pop()
    return kept


def _wordy(block: Block) -> bool:
    return any(c.isalpha() for c in block.text)


def _lead(found: Sequence[Block], free: set[int], inner: Sequence[Block], head: Page) -> list[Block]:
    """Sentences between title and body, and before the body what repeats the description or is named a lead."""
    place = {id(b): i for i, b in enumerate(found)}
    first = min(place.get(id(b), len(found)) for b in inner)
    start = place.get(id(head.heading), -1)
    known = {boilerplate.fold(b.text) for b in inner}
    leads = []
    for i, block in enumerate(found[:first]):
        text = boilerplate.fold(block.text)
        if block is head.heading or block.link_share > 0.6 or block.words > 150 or text in known:
            continue
        described = block.words >= 8 and pagehead.likeness(block.text, head.description) >= 0.9
        told = id(block) in free or (block.lead and block.prose and not any(map(_is_hard, block.marks)))
        between = told and 0 <= start < i and (block.prose or (block.lead and block.words >= 6))
        named = id(block) in free and block.lead and block.prose and _beside(block, head.heading)
        if (described or between or named) and not boilerplate.reason(block.text) and block.text != head.title:
            known.add(text)
            leads.append(block)
    return leads


def _beside(block: Block, heading: Block | None) -> bool:
    """True when a lead stands in the part of the page that the title stands in; without a title any will do."""
    return heading is None or not set(block.path[-3:]).isdisjoint(heading.path[-3:])


def _day(found: Sequence[Block], head: Page, chosen: Sequence[Block]) -> tuple[str, str]:
    """The publication day as written, and where: what the page prints as "publié le" beats what its head says."""
    printed, said = pagehead.printed_day(found, head.heading, chosen[0] if chosen else None)
    if printed and (said or _one_day_off(printed, head.published)):
        return printed, "text"
    if head.published:
        return head.published, "metadata"
    if address := pagehead.day_in_address(head.url):
        return address, "metadata"
    return printed, "text"


def _one_day_off(printed: str, written: str) -> bool:
    """True when metadata in universal time and the page differ by a day: readers go by the page."""
    if not re.search(r"T\d\d:\d\d.*(Z|[+-]00:?00)$", written):
        return False
    here, there = day_of(printed), day_of(written)
    return here is not None and there is not None and abs((here - there).days) == 1


def fragment(markup: str) -> str:
    """A table cell that holds tags, as plain text with a blank line between paragraphs.

    >>> fragment("<p>Un.</p><p>Deux.</p>")
    'Un.\\n\\nDeux.'
    """
    if not re.search(r"</(p|div|span|a|strong|em|b|i|h[1-6]|li)>|<br ?/?>", markup):
        return markup
    root = parse(f"<body>{markup}</body>")
    return markup if root is None else scrub("\n\n".join(b.text for b in blocks(root)))


def is_page(text: str) -> bool:
    """True when a text begins like an HTML page."""
    return re.match(r"(?i)\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype html|<html\b)", text[:2000]) is not None
