"""Clean the text of an article: repair characters, drop furniture, restore spaces and paragraphs.

Reads an Article as read and what the survey knows of its lines; gives an Article whose text is cleaned. A pure
function: same article and facts, same result. "Spread the love\\n\\nLe Sénat a voté.En mai…" becomes "Le Sénat a voté.
En mai…". The steps and their order stand in `lexicon/clean.toml`. Each step is a list of edits, so that
`cleaned(article).offsets()` can map every character back to the text as read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from pipeline.cleaning import boilerplate, repair
from pipeline.cleaning.repair import Edit
from pipeline.model import lexicon
from pipeline.model.article import Article, DepecheError
from pipeline.survey import Facts


@dataclass(slots=True)
class Cleaned:
    """A cleaned text and how it came from `raw`: the edits of each step that changed something, in order."""

    raw: str
    text: str
    steps: list[tuple[str, list[Edit]]] = field(default_factory=list)

    def offsets(self) -> list[int]:
        """For each character of `text`, its offset in `raw`, and one more for the end; never decreasing."""
        places = list(range(len(self.raw) + 1))
        for _, edits in self.steps:
            places = _follow(places, edits)
        return places

    def dropped(self) -> list[tuple[str, str]]:
        """(step, words taken away) of everything removed, for people who want to look."""
        lost, text = [], self.raw
        for step, edits in self.steps:
            lost += [(step, text[s:e].strip()) for s, e, new in edits if not new and text[s:e].strip()]
            text = apply(text, edits)
        return lost


def steps() -> list[str]:
    """Names of the cleaning steps in their order.

    >>> steps()[:2]
    ['mojibake', 'unicode']
    """
    return [step["name"] for step in lexicon.toml("clean.toml")["step"]]


def clean(article: Article, facts: Facts | None = None, keep: Collection[str] = ()) -> Article:
    """`article` with its text cleaned; `keep` names steps to leave out. A skipped or failed article is given back.

    >>> clean(Article("a", "a", "Spread the love\\n\\nLe Sénat a voté.")).text
    'Le Sénat a voté.'
    """
    if article.status != "ok":
        return article
    done = cleaned(article, facts, keep)
    if not done.text.strip():
        return replace(article, text="", status="skipped", note="nothing but furniture")
    return replace(article, text=done.text)


def cleaned(article: Article, facts: Facts | None = None, keep: Collection[str] = ()) -> Cleaned:
    """The cleaned text of `article` with its way back to the text as read.

    Raises DepecheError when `keep` names no step.

    >>> done = cleaned(Article("a", "a", "Voir aussi\\n\\nIl a plu."))
    >>> done.text, done.offsets()[0]
    ('Il a plu.', 12)
    """
    if unknown := sorted(set(keep) - set(steps())):
        raise DepecheError(f"--keep {unknown[0]}: no such step; there are {', '.join(steps())}")
    done = Cleaned(article.text, article.text)
    repeated = facts.repeated if facts else ()
    for name in steps():
        if name in keep:
            continue
        edits = sorted(_STEPS[name](done.text, repeated))
        if edits:
            done.text = apply(done.text, edits)
            done.steps.append((name, edits))
    return done


def apply(text: str, edits: Iterable[Edit]) -> str:
    """`text` with (start, end, replacement) edits made; they are in order and do not overlap."""
    parts: list[str] = []
    at = 0
    for start, end, new in edits:
        parts += (text[at:start], new)
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _follow(places: list[int], edits: Iterable[Edit]) -> list[int]:
    """Offsets after `edits`: a new character stands where its replaced stretch begins (or with its like in it)."""
    followed: list[int] = []
    at = 0
    for start, end, new in edits:
        followed += places[at:start]
        width = end - start
        followed += [places[min(start + i, end - 1 if width else start)] for i in range(len(new))]
        at = end
    return followed + places[at:]


def _boilerplate(text: str, repeated: Collection[int], wanted: Callable[[str], bool]) -> list[Edit]:
    edits: list[Edit] = []
    lines = text.split("\n")
    found = boilerplate.reasons(lines, repeated)
    at = 0
    for line, why in zip(lines, found, strict=True):
        if why and wanted(why):
            edits.append((at, min(at + len(line) + 1, len(text)), ""))
        at += len(line) + 1
    return edits


def _furniture(text: str, _: Collection[int]) -> list[Edit]:
    edits = _boilerplate(text, (), bool)
    gone = iter(edits)
    line = next(gone, None)
    more: list[Edit] = []
    end = 0
    for start, stop, _why in sorted(boilerplate.inline(text)):
        while line is not None and line[1] <= start:
            line = next(gone, None)
        if (line is None or stop <= line[0]) and start >= end:
            more.append((start, stop, ""))
            end = stop
    return edits + more


def _repeated(text: str, repeated: Collection[int]) -> list[Edit]:
    return _boilerplate(text, repeated, lambda why: why == "repeated") if repeated else []


_STEPS: dict[str, Callable[[str, Collection[int]], Iterable[Edit]]] = {
    "mojibake": lambda text, _: repair.mojibake(text),
    "unicode": lambda text, _: repair.compose(text),
    "controls": lambda text, _: repair.controls(text),
    "hyphens": lambda text, _: repair.hyphens(text),
    "boilerplate": _furniture,
    "repeated": _repeated,
    "spaces": lambda text, _: repair.spaces(text),
    "paragraphs": lambda text, _: repair.paragraphs(text),
    "blanks": lambda text, _: repair.blanks(text),
}


@functools.cache
def meanings(lang: str = "en") -> dict[str, str]:
    """What each step does, in English or French."""
    key = "meaning" if lang == "en" else f"meaning_{lang}"
    return {step["name"]: step[key] for step in lexicon.toml("clean.toml")["step"]}
