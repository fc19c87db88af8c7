"""The visible paragraphs of an HTML page, each with what its place in the page says about it.

`blocks(root)` gives `Block` records in reading order, without recursion: `<p>Le <b>Sénat</b> a voté.</p>` is one block
"Le Sénat a voté.". No-break spaces are kept, other white space is one space. Names of classes that mark furniture,
bodies and leads are in `lexicon/html.toml`.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from pipeline.cleaning.boilerplate import is_prose
from pipeline.model import lexicon

Element = Any  # lxml has no types
_SPACE = re.compile(r"[ \t\r\n\f\v\u200b\ufeff]+")
_SILENT = frozenset(("script", "style", "noscript", "svg", "button", "input", "template"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
MOST = 100_000  # elements looked at in one page; real pages have a tenth of that
DEEPEST = 100  # levels of nesting that count
LONG = 30  # words of a paragraph that is text even without a full stop


@dataclass(slots=True)
class Block:
    """A paragraph, heading or list item; `marks` are the elements around it that look like furniture.

    `linked` counts characters in links, `link_share` is their share; `prose` is true of sentences and long paragraphs.
    """

    text: str
    element: Element
    linked: int
    lead: bool
    path: tuple[Element, ...] = field(repr=False)
    marks: tuple[Element, ...] = field(repr=False)
    words: int = field(init=False)
    link_share: float = field(init=False)
    prose: bool = field(init=False)

    def __post_init__(self) -> None:
        self.words = len(self.text.split())
        self.link_share = self.linked / max(1, len(self.text))
        self.prose = (is_prose(self.text) or self.words >= LONG) and self.link_share < 0.5


class _Builder:
    """Collects inline text into blocks as elements are entered and left."""

    def __init__(self) -> None:
        self.inline = _names("skip", "inline")
        self.found: list[Block] = []
        self.parts: list[str] = []
        self.linked = self.links = 0
        self.path: list[Element] = []
        self.marks: list[Element] = []
        self.leads = 0

    def text(self, text: str | None) -> None:
        if text:
            self.parts.append(_SPACE.sub(" ", text))
            self.linked += len(text.strip()) if self.links else 0

    def border(self) -> None:
        """End the current block; two line breaks in it part it into two."""
        for piece in re.split(r"\n[ \xa0]*\n", "".join(self.parts)):
            lines = (re.sub(" +", " ", line).strip(" ") for line in piece.split("\n"))
            if text := "\n".join(line for line in lines if line.strip()):
                element = self.path[-1]
                linked = min(self.linked, len(text))
                self.found.append(
                    Block(
                        text, element, linked, self.leads > 0, tuple(self.path[-DEEPEST:]), tuple(self.marks[-DEEPEST:])
                    )
                )
        self.parts.clear()
        self.linked = 0

    def enter(self, element: Element) -> None:
        if element.tag in self.inline and self.path:
            self.links += _leads_on(element)
            if element.tag == "br":
                self.parts.append("\n")
            return
        if self.path:
            self.border()
        self.path.append(element)
        if furniture(element):
            self.marks.append(element)
        self.leads += is_lead(element)

    def leave(self, element: Element) -> None:
        if element.tag in self.inline and element is not self.path[0]:
            self.links -= _leads_on(element)
            return
        self.border()
        self.path.pop()
        if self.marks and self.marks[-1] is element:
            self.marks.pop()
        self.leads -= is_lead(element)


def blocks(root: Element) -> list[Block]:
    """Blocks of a parsed page in reading order."""
    skipped = _names("skip", "tags")
    build = _Builder()
    todo: list[tuple[Element, bool]] = [(root, False)]
    for _ in range(2 * MOST):
        if not todo:
            break
        element, leaving = todo.pop()
        if leaving:
            build.leave(element)
        elif not isinstance(element.tag, str):
            pass
        elif element.tag in skipped or (element.tag in ("span", "sup", "a") and _is_aside(element)):
            if build.path and element.tag not in _SILENT and element.tag in skipped:
                build.border()
        else:
            build.enter(element)
            build.text(element.text)
            todo.append((element, True))
            todo.extend((child, False) for child in reversed(element))
            continue
        if element is not root:
            build.text(element.tail)
    return build.found


@functools.cache
def _names(group: str, key: str) -> frozenset[str]:
    return frozenset(lexicon.toml("html.toml")[group][key])


@functools.lru_cache(maxsize=20_000)
def _cut(name: str) -> tuple[str, ...]:
    """Words of a class or id name: "articleRelated__linksBox" = article, related, links, box; none of a hash."""
    name = re.sub(r"(?<=[A-Za-z])(__|--?|_)(?=[A-Za-z0-9]*\d)[A-Za-z0-9]+$", "", name[:200])
    words: list[str] = []
    for part in re.findall(r"[A-Za-z0-9]+", name):
        pieces = re.findall(r"[A-Z]?[a-z]+\d*|[A-Z]+\d*", part)
        hashed = re.search(r"\d[a-z]", part) or (len(pieces) >= 3 and len(part) < 3 * len(pieces))
        if "".join(pieces) == part and not hashed:
            words += [piece.rstrip("0123456789").lower() for piece in pieces]
    return tuple(words)


@functools.lru_cache(maxsize=20_000)
def _names_furniture(name: str) -> bool:
    lower = name.lower()
    if lower.startswith(tuple(lexicon.toml("html.toml")["furniture"]["ignored"])):
        return lower in _names("furniture", "kept")
    words = _cut(name)
    pairs = {f"{a} {b}" for a, b in itertools.pairwise(words)}
    return not _names("furniture", "words").isdisjoint(words) or not _names("furniture", "pairs").isdisjoint(pairs)


def _is_aside(element: Element) -> bool:
    return not _names("skip", "inline_classes").isdisjoint((element.get("class") or "").split())


def _leads_on(element: Element) -> bool:
    """True for a link to another page; an address to write to, a number to call, a heading's own anchor are text."""
    if element.tag != "a":
        return False
    target = (element.get("href") or "").strip().lower()
    return not (target.startswith(("mailto:", "tel:")) or (target[:1] == "#" and element.getparent().tag in HEADINGS))


def names(element: Element) -> list[str]:
    """Classes and id of an element; the id of a heading or paragraph is an anchor ("la-recherche"), not a name."""
    given = "" if element.tag == "p" or element.tag in HEADINGS else element.get("id") or ""
    return f"{element.get('class') or ''} {given}".split()


def body_names(element: Element) -> list[str]:
    """The class, id and property that call the element the article's body; empty when none does."""
    if element.tag in ("p", "li", *HEADINGS):
        return []
    found = [name.lower() for name in names(element) if _names_body(name)]
    return [*found, "articleBody"] if element.get("itemprop") in _names("body", "itemprop") else found


@functools.lru_cache(maxsize=20_000)
def _names_body(name: str) -> bool:
    if name.lower() in _names("body", "names"):
        return True
    words = _cut(name)
    strange = [w for w in words if w not in _names("body", "words")]
    never = _names("furniture", "words") | _names("body", "never")
    if _names("body", "core").isdisjoint(words) or not never.isdisjoint(words):
        return False
    return len(strange) <= (not _names("body", "nouns").isdisjoint(words))


def furniture(element: Element) -> str:
    """The tag, role, class or id that marks an element as furniture; "" when nothing does."""
    if element.tag in _names("skip", "marks"):
        return "" if element.tag == "aside" and is_box(element) else str(element.tag)
    if element.tag in ("html", "body", "main") or body_names(element):
        return ""
    if (role := element.get("role")) in _names("skip", "roles"):
        return str(role)
    if element.get("hidden") is not None or re.search(r"display\s*:\s*none", element.get("style") or ""):
        return "hidden"
    return next((name for name in names(element) if _names_furniture(name)), "")


def is_box(element: Element) -> bool:
    """True when a class calls the element a boxed part of the article ("encadré") and no other name says otherwise."""
    words = {word for name in names(element) for word in _cut(name)}
    return not words.isdisjoint(_names("body", "boxes")) and words.isdisjoint(_names("furniture", "words"))


def is_lead(element: Element) -> bool:
    """True when a class or property calls the element the article's lead ("chapô")."""
    if element.get("itemprop") in _names("lead", "itemprops"):
        return True
    return any(word in _names("lead", "words") for name in names(element) for word in _cut(name))
