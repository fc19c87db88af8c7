"""Vary a training article: other names in the same places, other typography, other cuts.

Every variation rewrites the text and carries the marks along, so that the head learns the context, not the corpus:
"Mme Dupont, maire de Lyon." may come back as "MME TRAORÉ, MAIRE DE PONTIVY."
"""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from training.corpus import Article, Mark

NAMES = Path(__file__).with_name("names.toml")
Edit = tuple[int, int, str]
Pools = dict[tuple[str, str], list[str]]

ARTICLES = {"le": "le", "du": "le", "au": "le", "la": "la", "les": "les", "des": "les", "aux": "les", "en": "en"}
BEFORE = re.compile(r"([\wÀ-ÿ]+['’]?) ?$")
WORD = re.compile(r"[^\s]+")
FULL_STOP = re.compile(r"(?<=[a-zà-ÿ]{3}[.!?]) (?=[A-ZÀ-Ý][a-zà-ÿ])")
PARAGRAPH = re.compile(r"\n+")
SENTENCE = re.compile(r"(?<=[.!?»]) +(?=[A-ZÀ-Ý«\"])|\n+")
VOWELS = frozenset("AEIOUYÀÂÉÈÊËÎÏÔŒaeiouyàâéèêëîïôœ")
CURLY, STRAIGHT = str.maketrans("'", "’"), str.maketrans("’", "'")


def rewrite(article: Article, edits: Iterable[Edit]) -> Article:
    """Replace text[start:end] by `new` for each edit (start, end, new); marks move along. Edits must not overlap."""
    pieces, ends, shifts, at, shift = [], [], [0], 0, 0
    for start, end, new in sorted(edits):
        pieces += [article.text[at:start], new]
        at, shift = end, shift + len(new) - (end - start)
        ends.append(end)
        shifts.append(shift)

    def moved(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        return tuple(
            (s + shifts[bisect_right(ends, s)], e + shifts[bisect_right(ends, e)], label) for s, e, label in marks
        )

    return Article("".join([*pieces, article.text[at:]]), moved(article.marks), moved(article.unknown))


def place_of(text: str, start: int) -> str:
    """Which article the name at `start` takes: le, la, l', les, en, or bare."""
    before = BEFORE.search(text, max(0, start - 12), start)
    word = before[1].lower().replace("’", "'") if before else ""
    return "l'" if word == "l'" else "d'" if word == "d'" else "de" if word == "de" else ARTICLES.get(word, "bare")


def own_names() -> Pools:
    """The names of `names.toml`, by label and place or kind."""
    rows = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    return {(label, kind): names for label, kinds in rows.items() for kind, names in kinds.items()}


def name_pools(articles: list[Article]) -> Pools:
    """Names to swap in, by label and place: those of `names.toml` and those of the articles themselves."""
    pools: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, names in own_names().items():
        pools[key].update(names)
    for article in articles:
        for start, end, label in article.marks:
            name = article.text[start:end]
            if label == "PER":
                words = name.split()
                if len(words) == 2 and all(
                    word[:1].isupper() and len(word) > 2 and not word.isupper() for word in words
                ):
                    pools["PER", "first"].add(words[0])
                    pools["PER", "last"].add(words[1])
            elif name[:1].isupper() and not re.search(r"[\d\n:;]", name):
                place = place_of(article.text, start)
                pools[label, {"d'": "bare", "de": "bare"}.get(place, place)].add(name)
    for label in ("LOC", "ORG"):
        for name in pools[label, "bare"] | (pools[label, "en"] if label == "LOC" else set()):
            pools[label, "d'" if name[0] in VOWELS else "de"].add(name)
    return {key: sorted(names) for key, names in pools.items()}


def swap_names(article: Article, pools: Pools, share: float, rng: random.Random) -> Article:
    """Put other names in the place of about `share` of the names; the same name becomes the same other name."""
    chosen: dict[tuple[str, str], str | None] = {}

    def other(label: str, place: str, name: str) -> str | None:
        if (place, name) not in chosen:
            pool = pools.get((label, place))
            chosen[place, name] = rng.choice(pool) if pool and rng.random() < share else None
        return chosen[place, name]

    edits: list[Edit] = []
    for start, end, label in article.marks:
        name = article.text[start:end]
        if label == "PER":
            words = list(WORD.finditer(name))
            for i, word in enumerate(words):
                old = word[0]
                if not old[:1].isupper() or len(old) < 3 or "." in old:
                    continue
                kind = "first" if i == 0 and (len(words) > 1 or ("first", old) in chosen) else "last"
                new = other("PER", kind, old)
                if new:
                    edits.append((start + word.start(), start + word.end(), new.upper() if old.isupper() else new))
        elif name[:1].isupper():
            new = other(label, place_of(article.text, start), name)
            if new:
                edits.append((start, end, new))
    return rewrite(article, edits)


def crop(article: Article, rng: random.Random) -> Article:
    """A run of whole sentences: the head must do without the headline and the dateline."""
    cuts = [0, *(m.end() for m in SENTENCE.finditer(article.text)), len(article.text)]
    cuts = [cut for cut in cuts if not any(start < cut < end for start, end, _ in article.marks + article.unknown)]
    first = rng.randrange(len(cuts) - 1)
    low, high = cuts[first], cuts[min(len(cuts) - 1, first + rng.randint(1, 12))]

    def inside(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        return tuple((s - low, e - low, label) for s, e, label in marks if low <= s and e <= high)

    return Article(article.text[low:high], inside(article.marks), inside(article.unknown))


def glue(article: Article, rng: random.Random) -> Article:
    """Drop spaces after full stops, as scraped pages do."""
    return rewrite(article, [(m.start(), m.end(), "") for m in FULL_STOP.finditer(article.text) if rng.random() < 0.5])


def quotes(article: Article) -> Article:
    """Straight quotation marks for the French ones."""
    marks = [(m.start(), m.end(), '"') for m in re.finditer(r"« ?| ?»|[“”]", article.text)]
    return rewrite(article, [e for e in marks if not any(s < e[1] and e[0] < t for s, t, _ in article.marks)])


def without_accent(char: str) -> str:
    """The letter without its accent ("É" → "E"); one character for one."""
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isalpha() else char


def recase(article: Article, rng: random.Random) -> Article:
    """Capitals or small letters, throughout or in the first sentences."""
    cuts = [m.start() for m in PARAGRAPH.finditer(article.text)] or [len(article.text)]
    end = rng.choice([cuts[0], cuts[0], len(article.text)])
    change = rng.choice([str.upper, str.upper, str.lower])
    return letters(article, 0, end, change)


def letters(article: Article, start: int, end: int, change: Callable[[str], str]) -> Article:
    """Apply a letter-for-letter change to text[start:end]."""
    part = "".join(new if len(new := change(char)) == 1 else char for char in article.text[start:end])
    return Article(article.text[:start] + part + article.text[end:], article.marks, article.unknown)


def vary(article: Article, pools: Pools, rates: dict[str, float], rng: random.Random) -> Article:
    """One random variation of an article; `rates` says how often each kind of change is made (config.toml)."""
    if rng.random() < rates["swap"]:
        article = swap_names(article, pools, rates["swap_share"], rng)
    if rng.random() < rates["crop"]:
        article = crop(article, rng)
    if rng.random() < rates["quotes"]:
        article = quotes(article)
    if rng.random() < rates["glue"]:
        article = glue(article, rng)
    if rng.random() < rates["recase"]:
        article = recase(article, rng)
    if rng.random() < rates["accents"]:
        capitals = rng.random() < 0.7
        change = (lambda c: without_accent(c) if c.isupper() else c) if capitals else without_accent
        article = letters(article, 0, len(article.text), change)
    if rng.random() < rates["apostrophes"]:
        curly = article.text.count("’") < article.text.count("'")
        article = Article(article.text.translate(CURLY if curly else STRAIGHT), article.marks, article.unknown)
    return article
