"""Names of what speaks for a date of an event, made once a combination (see `evidence`).

`dating` reads off a text what matters (how far, before or after, of which tense …); here that becomes names that the
learned weights know: "gap=near", "past in future".
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from pipeline.telling.evidence import Names

_PAST = frozenset(
    {
        "aux Pres",
        "passive Pres",
        "Past",
        "Imp",
        "aux Imp",
        "aux Past",
        "passive Imp",
        "passive Past",
        "participle under past",
    }
)


class Context(NamedTuple):
    """What matters of a trigger whatever the date: its tense, whether it is a statement, stands in a quotation …"""

    form: str
    pos: str
    number: int  # of its sentence
    dated: bool  # a date stands in its sentence
    quoted: bool
    statement: bool
    article: str  # of a noun
    titled: bool  # its word stands in the title
    dates: int  # sentences with dates


@functools.lru_cache(maxsize=8192)
def of_context(context: Context, mark: str) -> Names:
    """What speaks for a date that stands in no relation to the trigger; each name begins with `mark`."""
    form, number = context.form, context.number
    found = ["bias", f"form={form}", f"pos={context.pos}", f"sentence={'first' if number < 2 else 'later'}"]
    found += [f"date here={context.dated}", f"quoted={context.quoted}", f"statement={context.statement}"]
    if context.article:
        found.append(f"det={context.article}")
    if context.statement:
        found.append(f"statement form={form}")
    found += [f"sentence no={number}", f"in title={context.titled}", f"dates in text={context.dates}"]
    return tuple(mark + name for name in found)


@functools.lru_cache(maxsize=256)
def given_before(last: bool, of_sort: bool, of_word: bool, sort: str, before: str, after: str) -> Names:
    """What speaks for days because they were given before; each name has something before and after it."""
    found = {"as before": last, f"as last {sort}": of_sort, "as same word": of_word}
    return tuple(f"{before}{name}{after}" for name, true in found.items() if true)


@functools.lru_cache(maxsize=8192)
def evidence_here(
    link: str, gap: str, before: bool, rivals: int, claimed: bool, only: bool, opens: bool, common: bool, dateline: bool
) -> Names:
    """What speaks for a date in the sentence of the trigger; `rivals` is -1 where the trigger governs it."""
    found = ["date bias", f"link={link}", f"gap={gap}", f"link={link}:{'before' if before else 'after'}"]
    if rivals >= 0:
        found += [f"rivals={rivals}", f"claimed={claimed}"]
    more = {"only date here": only, "opens sentence": opens, "common day": common, "dateline": dateline}
    return (*found, *(name for name, true in more.items() if true))


@functools.lru_cache(maxsize=1024)
def evidence_elsewhere(link: str, others: bool, last: bool, lead: bool, common: bool, dateline: bool) -> Names:
    """What speaks for a date in another sentence."""
    more = {"latest before": last, "in lead": lead, "common day": common, "dateline": dateline}
    found = ("date bias", f"link={link}", f"here other={others}")
    return (*found, *(name for name, true in more.items() if true))


@functools.lru_cache(maxsize=16_384)
def fits(
    length: str,
    kind: str,
    relation: str,
    side: str,
    covers: bool,
    near: bool,
    away: str,
    sort: str,
    quoted: bool,
    form: str,
) -> Names:
    """Whether a date suits the tense of the trigger."""
    found = [f"length={length}", f"kind={kind}"]
    if not near:
        found += [f"far length={length}", f"far {sort}:{away}", f"far quoted={quoted}", f"far form={form}"]
    if relation != "at":
        found.append(f"relation={relation}")
    if side:
        time = "future" if "Fut" in form or "under future" in form else "past" if form in _PAST else "open"
        found.append(f"{time} in {side}")
        if side == "today" and covers:
            found.append("covers publication")
        if not near:
            found.append(f"far {time} in {side}")
    return tuple(found)
