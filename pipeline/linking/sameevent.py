"""Whether two documents tell the same event: dates that meet, compatible types, shared names, places and words.

`points(a, b)` adds up what speaks for it (weights in `same_event.toml`) and gives 0 when something forbids it:
two events of one document, dates that cannot be one, types that do not go together, places in different countries.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.linking import namekeys
from pipeline.linking.eventwords import clause_words, counts_of, stem, words_of
from pipeline.model import lexicon
from pipeline.model.schema import SEPARATOR

Row = dict[str, Any]
WIDE = 45
"""Days from which on an interval says little about which event it is."""
OFTEN = 20
"""Events from which on an entity or a word counts as common."""
NEWS = 3
"""Days that news of the day may come after the event."""


@dataclass(slots=True)
class Telling:
    """What is compared of one event row. `first`..`last` are ordinals of its days, or of the publication day.

    `rank` is its place among the sorted event ids.
    """

    rank: int
    doc_id: str
    type: str
    subtype: str
    lemma: str
    stem: str
    status: str
    basis: str
    first: int
    last: int
    dated: bool
    published: int
    actors: frozenset[str]
    places: frozenset[str]
    countries: frozenset[str]
    words: frozenset[str]
    clause: frozenset[str]
    counts: frozenset[str]
    known: frozenset[str]
    naming: tuple[frozenset[str], ...]
    towns: frozenset[str]
    keys: list[str] = field(default_factory=list)


def day(value: Any) -> int:
    """The ordinal of a day given as `date` or ISO text; 0 when empty."""
    if not value:
        return 0
    return (value if isinstance(value, date) else date.fromisoformat(str(value)[:10])).toordinal()


def interval(row: Row) -> tuple[int, int, bool]:
    """First and last day of an event row, and whether it is dated; the publication day stands in where it is not."""
    first, last = day(row.get("earliest")), day(row.get("latest"))
    if first and row.get("relation") not in ("before", "after"):
        return first, last or first, True
    published = day(row.get("published"))
    return published, published, False


def telling(row: Row, rank: int) -> Telling:
    """An event row as it is compared. `row["_entities"]` are (role, entity_id, name, country, kind) if linked."""
    first, last, dated = interval(row)
    actors, places, countries = _names(row)
    lemma = namekeys.fold(row.get("lemma") or row.get("trigger") or "")
    clause = clause_words(row)
    made = Telling(
        rank=rank,
        doc_id=row["doc_id"],
        type=row.get("type") or "other",
        subtype=row.get("subtype") or "",
        lemma=lemma,
        stem=stem(lemma),
        status=row.get("status") or "",
        basis=row.get("basis") or "unknown",
        first=first,
        last=last,
        dated=dated,
        published=day(row.get("published")),
        actors=actors,
        places=places,
        countries=countries,
        words=words_of(row.get("sentence") or "") | clause,
        clause=clause,
        counts=counts_of(row.get("summary") or ""),
        known=words_of(SEPARATOR.join(_told(row))) | {stem(lemma)},
        naming=tuple(filter(None, (words_of(n) for n in sorted(set(_name_texts(row)))))),
        towns=_towns(row, places),
    )
    made.keys = _keys(made)
    return made


def _names(row: Row) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Who, where, in which countries.

    The speaker counts for a statement alone. A town is a place in any role; a country is where, or acts.
    """
    if "_entities" not in row:
        told = {c: [namekeys.slug(n) for n in (row.get(c) or "").split(SEPARATOR) if n] for c in _COLUMNS}
        actors = {f"PER:{n}" for n in told["people"]} | {f"ORG:{n}" for n in told["organisations"]}
        countries = frozenset(filter(None, (row.get("country") or "").split(SEPARATOR)))
        return frozenset(actors), frozenset(told["places"]), countries
    statement = row.get("type") == "statement"
    actors, places = set(), set[str]()
    for role, entity_id, _, _, kind in row["_entities"]:
        if role == "speaker" and not statement:
            continue
        if not entity_id.startswith("LOC:"):
            actors.add(entity_id)
        elif kind != "country":
            places.add(entity_id)
        elif role != "place":
            actors.add(entity_id)
    countries = frozenset((row.get("country") or "").split(SEPARATOR)) - {""}
    return frozenset(actors), frozenset(places), countries


def _towns(row: Row, places: frozenset[str]) -> frozenset[str]:
    """Those of the places that are found on the map."""
    if "_entities" not in row:
        return places
    return frozenset(entity_id for _, entity_id, _, _, kind in row["_entities"] if kind == "city") & places


def _told(row: Row) -> list[str]:
    """Names as written, and the trigger: what is compared by itself, not among the words."""
    return [str(row.get(c) or "") for c in (*_COLUMNS, "speaker", "trigger")]


def _name_texts(row: Row) -> list[str]:
    """Names of those who take part and of towns, not of countries."""
    if "_entities" in row:
        return [name for role, _, name, _, kind in row["_entities"] if role != "speaker" and kind != "country"]
    return [name for c in _COLUMNS for name in (row.get(c) or "").split(SEPARATOR)]


_COLUMNS = ("people", "organisations", "places")


def _keys(t: Telling) -> list[str]:
    """Blocks in which the same event is looked for."""
    kinds = [t.type] if t.actors or t.places else []
    keys = [f"{kind}:{name}" for kind in kinds for name in sorted(t.actors | t.places)]
    return [*keys, f"stem:{t.stem}"]


def lookups(t: Telling) -> list[str]:
    """Keys under which candidates may stand: those of its own type and of compatible ones."""
    kinds = [t.type, *sorted(_compatible().get(t.type, ()))]
    return [f"{kind}:{name}" for kind in kinds for name in sorted(t.actors | t.places)] + [f"stem:{t.stem}"]


@functools.cache
def _compatible() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for a, b in lexicon.toml("same_event.toml")["compatible"]:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return found


@functools.cache
def _points() -> dict[str, float]:
    weights: dict[str, float] = lexicon.toml("same_event.toml")["points"]
    return weights


@functools.cache
def _busy() -> frozenset[str]:
    return frozenset(lexicon.toml("same_event.toml")["busy"])


def needed(a: Telling, b: Telling) -> float:
    """The points that make two tellings one event."""
    p = _points()
    return p["needed"] + (p["statement"] if "statement" in (a.type, b.type) else 0.0)


Rarity = Callable[[str], float]


def common_names(spread: Mapping[str, int]) -> Rarity:
    """How much an entity or a word says about which event it is: less, the more events have it (`spread`).

    >>> weigh = common_names({"LOC:rio": 400, "LOC:dole": 3})
    >>> weigh("LOC:dole"), round(weigh("LOC:rio"), 2)
    (1.0, 0.35)
    """

    def weigh(entity_id: str) -> float:
        often = spread.get(entity_id, 0) / OFTEN
        return max(0.2, 1.0 - 0.5 * math.log10(often)) if often > 1 else 1.0

    return weigh


def points(a: Telling, b: Telling, weigh: Rarity = lambda _: 1.0) -> float:
    """What speaks for one event; 0 when it cannot be one, or is not enough. Symmetric.

    `weigh` says how telling an entity is.
    """
    if a.doc_id == b.doc_id:
        return 0.0
    kind = _same_kind(a, b)
    when = _same_time(a, b)
    if kind is None or when is None:
        return 0.0
    where = _same_place(a, b, weigh)
    if where is None:
        return 0.0
    who = _same_actors(a, b, weigh)
    if kind + when + where + who + _most_from_words() < needed(a, b):
        return 0.0
    mentioned = _mentioned(a, b)
    total = kind + when + where + who + mentioned + _same_words(a, b, weigh, mentioned > 0)
    if not (a.actors & b.actors or where >= _points()["near_place"] or mentioned):
        total += _points()["same_country_only" if a.countries & b.countries else "nothing_named"]
    return max(total, 0.0)


@functools.cache
def _most_from_words() -> float:
    """More points than these come from no sentence."""
    p = _points()
    named = max(0.0, p["same_country_only"], p["nothing_named"])
    return max(p["mentioned"], p["also_mentioned"]) + max(0.0, p["words"]) + named + 1e-6


def _mentioned(a: Telling, b: Telling) -> float:
    """Points where names of the one stand in the other's sentence, more if nothing is shared otherwise."""
    found = any(n <= y.words and n not in y.naming for x, y in ((a, b), (b, a)) for n in x.naming)
    if not found:
        return 0.0
    return _points()["also_mentioned" if a.places & b.places or a.actors & b.actors else "mentioned"]


def _same_actors(a: Telling, b: Telling, weigh: Rarity) -> float:
    p = _points()
    shared = sorted((weigh(n) for n in a.actors & b.actors), reverse=True)
    if not shared:
        return p["other_actors"] if a.actors and b.actors else 0.0
    total = p["actor"] * shared[0] + p["further_actor"] * sum(shared[1:3])
    return total + (p["other_partner"] if a.actors - b.actors and b.actors - a.actors else 0.0)


def _same_kind(a: Telling, b: Telling) -> float | None:
    p = _points()
    if a.lemma == b.lemma:
        return p["same_lemma"]
    if a.type != b.type and b.type not in _compatible().get(a.type, ()):
        return p["same_stem"] if a.stem == b.stem else None
    if a.stem == b.stem:
        return p["same_stem"]
    if a.subtype and b.subtype and a.type == b.type != a.subtype:
        return p["same_subtype"] if a.subtype == b.subtype else p["other_subtype"]
    return 0.0


def _same_time(a: Telling, b: Telling) -> float | None:
    p = _points()
    if not (a.dated and b.dated):
        return _undated(a, b)
    gap = max(a.first, b.first) - min(a.last, b.last)
    if gap <= 0:
        if (a.first, a.last) == (b.first, b.last):
            return p["same_day"] if a.last - a.first < WIDE else p["same_months"]
        return p["overlap"] if max(a.last - a.first, b.last - b.first) < WIDE else p["wide"]
    late, early = (a, b) if a.first > b.last else (b, a)
    if late.basis == "publication" != early.basis and gap <= NEWS:
        return p["news"]
    return p["touching"] if gap == 1 and not _is_busy(a, b) else None


def _undated(a: Telling, b: Telling) -> float | None:
    """A telling without date may be one of the same days' news, not of something yet to come."""
    if not a.published or not b.published or abs(a.published - b.published) > NEWS:
        return None
    for x, y in ((a, b), (b, a)):
        if y.dated and not x.dated and y.first > x.published and x.status in ("occurred", "ongoing"):
            return None
    known = a.known | b.known
    if not (a.actors & b.actors or (a.clause & b.words | b.clause & a.words) - known):
        return None
    return 0.0 if a.published == b.published else _points()["undated"]


def _same_place(a: Telling, b: Telling, weigh: Rarity) -> float | None:
    p = _points()
    if a.places & b.places:
        return p["place"] * max(weigh(n) for n in a.places & b.places)
    if a.countries and b.countries and not a.countries & b.countries:
        return None
    if any(_is_in(x, y) for one, other in ((a, b), (b, a)) for x in one.places - one.towns for y in other.towns):
        return p["near_place"]
    if a.places and b.places:
        return p["other_town"] if a.towns and b.towns else p["other_place"]
    return p["country"] if a.countries and b.countries else 0.0


def _is_in(place: str, town: str) -> bool:
    """Whether a place's name ends with a town's: "musée de Tunis", "Tunis"."""
    return place.partition("@")[0].endswith(f"-{town.removeprefix('LOC:').partition('@')[0]}")


def _is_busy(a: Telling, b: Telling) -> bool:
    return a.type in _busy() or b.type in _busy()


def _same_words(a: Telling, b: Telling, weigh: Rarity, mentioned: bool) -> float:
    """Points for the words besides names and trigger: those of the shorter clause that the other telling has too."""
    p = _points()
    known = a.known | b.known
    short, long = sorted((a, b), key=lambda t: (len(t.clause - known), t.rank))
    told, others = short.clause - known, long.words
    if not told:
        told, others = short.words - known, long.words - known
        if not told or not others or not _is_busy(a, b):
            return 0.0
    shared = told & others
    counts = p["other_counts"] if a.counts and b.counts and not a.counts & b.counts else 0.0
    if shared:
        return counts + p["words"] * sum(map(weigh, sorted(shared))) / max(len(told), 2)
    person = a.type != "statement" and any(n.startswith("PER:") for n in a.actors & b.actors)
    if _is_busy(a, b) and not person:
        return 0.0 if mentioned else p["other_words_busy"]
    return 0.0 if a.places & b.places else p["other_words"]
