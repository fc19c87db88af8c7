"""What an HTML page says about its article: title, author, publisher, day, address.

Reads a parsed page and its blocks; gives strings as written there. Sources, best first: JSON-LD of schema.org, <meta>
elements, microdata, the words on the page ("Publié le 11 janvier 2022 à 10h12 | Mis à jour le 12"). Names are in
`lexicon/html.toml`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from pipeline.cleaning.boilerplate import fold
from pipeline.model import lexicon
from pipeline.reading.blocks import Block, Element
from pipeline.reading.columns import cell
from pipeline.reading.daynotes import day_of

_MONTH = (
    r"(?:(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:janv?|f[ée]vr?|feb|mar|avr|apr|juil|jun|jul|aug|sept?|oct|nov|d[ée]c)\b\.?)"
)
DAY = (
    rf"\d{{1,2}}(?:er|st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)\b|\d{4}-\d\d-\d\d"
)
_PUBLISHED = re.compile(
    r"(?i)(?:publi[ée]e?|post[ée]e?|mis en ligne|paru|cr[ée][ée]e?|posted|published|publication|r[ée]dig[ée])\b"
    rf"\D{{0,40}}?({DAY})"
)
_UPDATED = re.compile(r"(?i)(?:mis(?:e)? [àa] jour|modifi[ée]|actualis[ée]|updated)")
_ANY_DAY = re.compile(rf"(?i)\b({DAY})")
_IN_ADDRESS = re.compile(r"/(20\d\d|19\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_HOST = re.compile(r"(?i)[\w-]+(\.[\w-]+)*\.(com|fr|org|net|info|be|ch|ca|ma|sn|ci|dz|tn)")
_LABEL = re.compile(
    r"\s+(?:(?:article |contenu )?(?:réservé|exclusif|offert)\w*(?: aux)?(?: nos)? abonnés?|abonnés?|premium)$", re.I
)
_SEPARATED = re.compile(r"(\s+(?:[-–—|·•»]|::)\s+)")


LONGEST_TITLE = 400


@dataclass(slots=True)
class Page:
    """What a page says; empty strings where it says nothing.

    `published` is the day as written there, `basis` where: metadata or text. `text` is the article, which `html.page`
    finds; `heading`, `description` and `body` (the article as JSON-LD gives it) help it to.
    """

    text: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    basis: str = "metadata"
    url: str = ""
    heading: Block | None = None
    description: str = ""
    body: str = ""


def head(root: Element, blocks: Sequence[Block], markup: str = "") -> Page:
    """A page without its text; the day is that of its head, which `printed_day` may know better."""
    meta = _meta(root)
    data = _schema(root, meta.get("og:title", "") or _document_title(root))
    names = lexicon.toml("html.toml")["meta"]
    found = Page(body=unescape(cell(data.get("articleBody"))))
    found.publisher = meta.get("og:site_name", "") or _name(data.get("publisher")) or _first(meta, names["publisher"])
    found.publisher = found.publisher.removeprefix("@").strip()
    found.url = _address(root, meta, names["url"], markup)
    found.description = unescape(cell(data.get("description"))) or _first(meta, names["description"])
    written = [unescape(cell(data.get("headline"))), _first(meta, names["title"]), _document_title(root)]
    found.heading = _heading(blocks, written, found.publisher)
    shown = {fold(line) for b in blocks for line in b.text.split("\n")}
    found.title = _title(found.heading, written, found.publisher, shown)
    if found.heading is None and found.title:
        found.heading = next((b for b in blocks if fold(b.text) == fold(found.title)), None)
    author = _name(data.get("author")) or _first(meta, names["author"])
    found.author = "" if re.match(r"https?://", author) else author
    days = (
        cell(data.get("datePublished")),
        _first(meta, names["published"]),
        _microdata(root, found.heading),
        cell(data.get("dateCreated")),
    )
    found.published = next(filter(day_of, days), "") or _time_near(root, found.heading) or next(filter(None, days), "")
    return found


def _meta(root: Element) -> dict[str, str]:
    """Contents of <meta> elements by lower-case name; the first of a name counts."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join((element.get("content") or "").split())
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _first(meta: dict[str, str], names: Sequence[str]) -> str:
    return next((meta[name] for name in names if meta.get(name)), "")


def _schema(root: Element, title: str) -> dict[str, Any]:
    """The JSON-LD object of the article with this title, or the page's where no article has one."""
    articles: list[dict[str, Any]] = []
    best: dict[str, Any] = {}
    types = set(lexicon.toml("html.toml")["meta"]["types"])
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for thing in _things(_loaded(script.text or "")):
            kinds = thing.get("@type")
            kinds = set(kinds) if isinstance(kinds, list) else {kinds}
            if kinds & types and (thing.get("headline") or thing.get("datePublished")):
                articles.append(thing)
            if "WebPage" in kinds and not best:
                best = {k: thing[k] for k in ("datePublished", "description") if k in thing}
    return max(articles, key=lambda a: likeness(cell(a.get("headline")), title), default=best)


def _loaded(text: str) -> Any:
    text = re.sub(r"^\s*(<!--|//<!\[CDATA\[|<!\[CDATA\[)|(-->|//\]\]>|\]\]>)\s*$", "", text.strip())
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _things(value: Any) -> Iterator[dict[str, Any]]:
    """Objects of a JSON-LD document: itself, a list of them, an @graph, what a page is mainly about."""
    todo = [value]
    for _ in range(1000):
        if not todo:
            return
        value = todo.pop(0)
        if isinstance(value, list):
            todo = value + todo
        elif isinstance(value, dict):
            yield value
            todo += [
                value[k] for k in ("@graph", "mainEntity", "mainEntityOfPage") if isinstance(value.get(k), list | dict)
            ]


def _name(value: Any) -> str:
    """Names out of a JSON-LD person or organisation, or a list of them."""
    if isinstance(value, list):
        return " | ".join(dict.fromkeys(filter(None, map(_name, value[:10]))))
    return _name(value.get("name")) if isinstance(value, dict) else unescape(cell(value)).strip()


def _address(root: Element, meta: dict[str, str], names: Sequence[str], markup: str) -> str:
    links = [e.get("href") for e in root.iter("link") if (e.get("rel") or "").lower() == "canonical"]
    address = next((a for a in [*links, *(meta.get(n) for n in names)] if a and re.match(r"https?://", a)), "")
    if not address and (saved := re.search(r"<!-- saved from url=\(\d+\)(\S+)", markup[:3000])):
        address = saved[1]
    return address.strip()


def _document_title(root: Element) -> str:
    return next((" ".join((e.text or "").split())[:2000] for e in root.iter("title") if (e.text or "").strip()), "")


def likeness(a: str, b: str) -> float:
    """Share of the words of the shorter text that stand in the other, 0 to 1."""
    x, y = _words(a), _words(b)
    return len(x & y) / max(1, min(len(x), len(y)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text[:5000])))


def _heading(blocks: Sequence[Block], written: Sequence[str], publisher: str) -> Block | None:
    """The block that prints the title: the heading most like the title in the head, an <h1> before others."""
    wanted = _words(next(filter(None, written), ""))

    def merit(block: Block) -> float:
        words = _words(block.text)
        alike = len(words & wanted) / max(1, len(words | wanted))
        one = any(e.tag == "h1" for e in block.path[-3:])
        if not one and alike < (0.4 if block.element.tag in ("h2", "h3") else 0.9):
            return 0
        return alike + 0.3 * one + 0.1 * (len(words) >= 4)

    fit = [b for b in blocks if 2 <= b.words <= 60 and _is_heading(b) and fold(b.text) != fold(publisher)]
    best = max(fit, key=merit, default=None)
    return best if best is not None and merit(best) > (0.35 if wanted else 0.2) else None


def _is_heading(block: Block) -> bool:
    tags = {e.tag for e in block.path[-3:]}
    return bool(tags & {"h1", "h2", "h3"}) or (block.element.tag in ("p", "div", "td") and not block.marks)


def _title(heading: Block | None, written: Sequence[str], publisher: str, shown: set[str]) -> str:
    """The title as printed over the article, else as the head gives it without the site's name."""
    if heading is not None:
        return _LABEL.sub("", heading.text.replace("\n", " "))
    parts = _SEPARATED.split(next(filter(None, written), "")[:LONGEST_TITLE].strip(), maxsplit=8)
    for length in range(len(parts), 0, -2):  # the longest stretch of it that the page prints on a line of its own
        for start in range(0, len(parts) - length + 1, 2):
            if (
                length < len(parts)
                and fold(piece := "".join(parts[start : start + length])) in shown
                and len(piece) > 15
            ):
                return piece
    site = fold(publisher)
    while len(parts) >= 3 and _is_site(parts[-1], parts[-2], site):
        parts = parts[:-2]
    if len(parts) >= 3 and site and fold(parts[0]) == site:
        parts = parts[2:]
    return "".join(parts)


def _is_site(text: str, separator: str, site: str) -> bool:
    """True for the name of a site at the end of a title."""
    folded = fold(text)
    short_end = "|" in separator and len(text.split()) <= 4
    return bool(site and (folded in site or site in folded)) or _HOST.fullmatch(text.strip()) is not None or short_end


def _microdata(root: Element, heading: Block | None) -> str:
    """The day in microdata, or in a <time> or <abbr> said to be of publication: of several the nearest to the title."""
    told = [(e, day) for e in root.iter() if isinstance(e.tag, str) and day_of(day := _published_in(e))]
    for part in reversed(heading.path) if heading is not None else ():
        if near := next((day for element, day in told if part in element.iterancestors()), ""):
            return near
    return told[0][1] if told else ""


def _published_in(element: Element) -> str:
    """The day an element gives as that of publication."""
    if (element.get("itemprop") or "").lower() == "datepublished":
        given = (element.get(name) for name in ("content", "datetime", "title"))
        return str(next(filter(None, given), element.text) or "").strip()
    if element.tag not in ("time", "abbr"):
        return ""
    parent = element.getparent()
    names = fold(f"{element.get('class') or ''} {'' if parent is None else parent.get('class') or ''}")
    named = element.get("pubdate") is not None or re.search(r"publish|publi(cation|e)\b|entry.?date|pubdate", names)
    return str(element.get("datetime") or (element.tag == "abbr" and element.get("title")) or "") if named else ""


def _time_near(root: Element, heading: Block | None) -> str:
    """The first <time> in the part of the page around the title."""
    around = set(heading.path[-3:]) if heading is not None else set()
    around = {e for e in around if e.tag not in ("html", "body")}
    for element in root.iter("time") if around else ():
        if element.get("datetime") and any(parent in around for parent in element.iterancestors()):
            return str(element.get("datetime"))
    return ""


def printed_day(blocks: Sequence[Block], heading: Block | None, first: Block | None) -> tuple[str, bool]:
    """(day printed near the title, True when the page says "publié le"), from blocks between title and text."""
    order = {id(b): i for i, b in enumerate(blocks)}
    start = order.get(id(heading), 0)
    end = max(order.get(id(first), start + 12), start)
    near = [line for b in blocks[max(0, start - 6) : end + 3] if b.words <= 60 for line in b.text.split("\n")]
    for line in near:
        if match := _PUBLISHED.search(line):
            return match[1], True
    for line in near:
        if len(line.split()) <= 16 and not _UPDATED.search(line) and (match := _ANY_DAY.search(line)):
            return match[1], False
    said = {match[1] for b in blocks if b.words <= 40 and (match := _PUBLISHED.search(b.text))}
    if len(said) == 1:
        return said.pop(), True
    updated = (match for line in near if _UPDATED.search(line) and (match := _ANY_DAY.search(line)))
    return next((match[1] for match in updated), ""), False


def has_day(line: str) -> bool:
    """True for a line with a full date that is no dateline ("6 avril 2017. –")."""
    return _ANY_DAY.search(line) is not None and not re.search(r"[-–—]\s*$", line)


def day_in_address(url: str) -> str:
    """ISO day in the path of an address, "" when there is none.

    >>> day_in_address("https://exemple.fr/2022/01/11/sommet")
    '2022-01-11'
    """
    match = _IN_ADDRESS.search(re.split("[?#]", url)[0])
    return "-".join(match.groups()) if match else ""


def host(url: str) -> str:
    """The site of an address without `www.`, "" when it has none.

    >>> host("https://www.exemple.fr/a"), host("in/a.txt")
    ('exemple.fr', '')
    """
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") if "://" in url else ""
    except ValueError:
        return ""
