"""Put neighbouring time expressions together: "fin" + "2010", "du 5" + "9 mai", "il y a" + "dix jours".

Reads the pieces that single rules found; gives the final pieces, in order. The rules are the joins, signals and
relations of `lexicon/dates.toml`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.timex.timepatterns import REACH, Join, Rules, Signal

if TYPE_CHECKING:
    from pipeline.dates import Piece

_LOOKS = {"since": -1, "until": 1, "by": 1}  # where the day of a relation lies when the verb does not say


def joined(text: str, pieces: list[Piece], table: Rules) -> list[Piece]:
    """The pieces with joins, signals and relations applied and unused weak ones dropped."""
    for join in table.joins:
        if len(pieces) > 1:
            pieces = _apply(text, pieces, join)
            if join.op == "list":
                pieces = _carried(text, pieces, join)
    kept: list[Piece] = []
    pieces = _apposed(text, pieces)
    for piece in pieces:
        signal = _signal(text, piece, table.signals)
        if signal is None and (piece.weak or piece.type in ("edge", "unit") or _lone_rank(piece)):
            continue
        if signal is None:
            piece = _related(text, piece, table)
        piece = signal or piece
        if kept and _gloss(text, kept[-1], piece):
            kept[-1] = replace(kept[-1], end=piece.end)
            continue
        if kept and "sign" in piece.said and piece.said.get("ref") == "event" and _beside(text, kept[-1], piece):
            piece = replace(piece, said={**piece.said, "beside": dict(kept[-1].said)})
        kept.append(piece)
    return _without_overlap(kept)


def _apply(text: str, pieces: list[Piece], join: Join) -> list[Piece]:
    """One pass from right to left, so that a list or range takes its missing parts from its last member."""
    out = [pieces[-1]]
    for left in reversed(pieces[:-1]):
        right = out[-1]
        if left.type in join.left and right.type in join.right and right.inner - left.end <= REACH:
            made = _made(text, left, right, join)
            if made:
                out.pop()
                out.extend(reversed(made))
                continue
        out.append(left)
    out.reverse()
    return out


def _carried(text: str, pieces: list[Piece], join: Join) -> list[Piece]:
    """ "en 2013, 2015 et 2016": what makes the first a date makes the others."""
    out = pieces[:1]
    for piece in pieces[1:]:
        before = out[-1]
        if (
            piece.weak
            and not before.weak
            and _grain(piece.said) == _grain(before.said) != ""
            and join.between.fullmatch(text, before.end, piece.inner)
        ):
            piece = replace(piece, weak=False)
        out.append(piece)
    return out


def _made(text: str, left: Piece, right: Piece, join: Join) -> list[Piece] | None:
    if not join.between.fullmatch(text, left.end, right.inner):
        return None
    start = left.start
    if join.before:
        match = join.before.search(text, max(0, left.start - REACH), left.start)
        if not match:
            return None
        start = left.start if join.outside else match.start()
    said = _OPERATIONS[join.op](left, right, text[left.end : right.inner])
    if said is None:
        return None
    if isinstance(said, list):
        if said[0].get("decade") and right.said.get("year", 1) % 10 == 0:
            right = replace(right, said={"decade": right.said["year"]}, rule="decade", weak=False)
        weak = left.weak and right.weak
        listed = {**right.said, "listed": True} if "weekday" in right.said and len(right.said) == 1 else right.said
        return [replace(left, said=said[0], weak=weak), replace(right, said=listed, weak=weak)]
    weak = (
        (left.weak and right.weak) and join.name != "range_between"
        if join.op == "range"
        else right.weak and join.op == "edge" and right.rule == "year"
    )
    kind = (
        "time"
        if "time" in (left.kind, right.kind) and join.op != "edge"
        else right.kind
        if join.op == "edge"
        else left.kind
    )
    type_ = right.type if join.op in ("edge", "clock", "part_of", "shift_of") else left.type
    if type_ in ("nth", "unit", "clock") and join.op != "range":
        type_ = "day" if "weekday" in said or "shift_of" in said else "span"
    rule = f"{left.rule}+{join.name}+{right.rule}" if left.rule != join.name else f"{join.name}+{right.rule}"
    return [replace(left, start=start, end=right.end, type=type_, kind=kind, rule=rule, said=said, weak=weak)]


def _edge(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    word = left.said.get("edge")
    if not word:
        return None
    said = dict(right.said)
    if right.type == "part" or set(said) == {"part"}:
        return said
    if right.type == "unit":
        if "unit" not in said and "part" not in said:
            return None
        said.setdefault("direction", 0)
    return said if word == "during" else {**said, "edge": word}


def _nth(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    if right.type == "unit" and not glue.strip():
        return None
    of = dict(right.said)
    if right.type == "unit":
        of.setdefault("direction", 0)
    return {**left.said, "of": of}


def _of(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    """ "lundi de la semaine prochaine", "mars de l'année dernière"."""
    unit, said = right.said.get("unit"), set(left.said)
    weekday = said <= {"weekday", "this"} and unit in ("week", "weekend")
    if not weekday and not (said <= {"month", "day", "season"} and unit == "year"):
        return None
    return {**left.said, "of": dict(right.said)}


def _part(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    part = right.said.get("part")
    if not part or "begin" in left.said or (part == "day" and glue.strip() in ("", ",")):
        return None
    return {**left.said, "part": part}


def _clock(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    day, clock = (right, left) if left.type == "clock" else (left, right)
    if "begin" in day.said or day.weak:
        return None
    if "begin" in clock.said:
        return {**day.said, "clock_until": clock.said["end"].get("hour", 0), **clock.said["begin"]}
    return {**clock.said, **day.said, "clock": True}


def _same(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    """ "hier jeudi", "demain 4 mars": one day told twice; the number says more than the word."""
    if (
        left.said.get("ref") != "now"
        or not ({"weekday", "day"} & set(right.said))
        or right.weak
        or "shift" not in left.said
    ):
        return None
    return dict(right.said if "day" in right.said else left.said)


def _range(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    if "begin" in left.said or "begin" in right.said:
        return None
    return {"begin": _shared(left.said, right.said), "end": dict(right.said)}


def _part_of(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    """ "nuit de lundi à mardi", "semaine du 11 juin", "journée de mardi"."""
    if left.rule not in ("part", "unit", "this_unit") or left.said.get("n"):
        return None
    if part := left.said.get("part"):
        return {**right.said, "part": part}
    unit = left.said.get("unit")
    if unit in ("week", "weekend", "day", "night"):
        if not glue.strip() and unit != "week":
            return None
        day = {**right.said, "this": True} if left.rule == "this_unit" else dict(right.said)
        return day if unit in ("day", "night") else {"around": day, "unit": unit}
    return None


def _shift_of(left: Piece, right: Piece, glue: str) -> dict[str, Any] | None:
    """ "la veille de Noël", "au lendemain du 14 juillet"."""
    if left.said.get("ref") != "then" or "shift" not in left.said:
        return None
    return {"shift_of": dict(right.said), "shift": left.said["shift"], "unit": left.said["unit"]}


def _list(left: Piece, right: Piece, glue: str) -> list[dict[str, Any]] | None:
    if left.type != right.type or "begin" in left.said or "begin" in right.said:
        return None
    if left.said.get("decade") and right.rule == "year" and right.weak and glue.strip() in ("et", "ou", ","):
        return [left.said]
    if ((left.weak or right.weak) and _grain(left.said) != _grain(right.said)) or (left.weak and right.weak):
        return None
    return [_shared(left.said, right.said)]


def _grain(said: dict[str, Any]) -> str:
    """The finest part told: what makes two members of a list alike."""
    return next((k for k in ("roman", "weekday", "day", "season", "month", "decade", "year") if k in said), "")


_INHERITED = ("month", "year", "direction", "ref", "unit")


def _shared(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """What the first member says, with parts only the last one tells: "du 5 au 9 mai", "août et octobre derniers"."""
    said = dict(left)
    if "day" in said and "month" not in said and "month" in right and "ref" not in said:
        said["month"] = right["month"]
    if "roman" in said and "roman" in right:
        said.setdefault("unit", "century")
    dated = any(k in said for k in ("month", "season", "rank"))
    if dated and "year" not in said and "direction" not in said:
        for key in ("year", "direction", "ref"):
            if key in right and not (key == "year" and _later(said, right)):
                said[key] = right[key]
        if "year" in right and _later(said, right):
            said["year"] = right["year"] - 1
    return said


def _later(left: dict[str, Any], right: dict[str, Any]) -> bool:
    if "season" in left and "season" in right:
        return bool(left["season"] > right["season"])
    a, b = left.get("month"), right.get("month")
    return bool(a and b and (a, left.get("day", 0)) > (b, right.get("day", 0) or 99))


_OPERATIONS = {
    "edge": _edge,
    "nth": _nth,
    "of": _of,
    "part": _part,
    "clock": _clock,
    "range": _range,
    "part_of": _part_of,
    "shift_of": _shift_of,
    "list": _list,
    "same": _same,
}


def _signal(text: str, piece: Piece, signals: list[Signal]) -> Piece | None:
    for signal in signals:
        if piece.type not in signal.on or (signal.ref and piece.said.get("ref") != signal.ref):
            continue
        start, end, anchor = piece.start, piece.end, ""
        if signal.before:
            match = signal.before.search(text, max(0, start - REACH), start)
            if not match:
                continue
            start = start if signal.outside else match.start()
        if signal.after:
            match = signal.after.match(text, end)
            if not match:
                continue
            end = match.end()
        if signal.event:
            match = signal.event.match(text, end)
            if not match:
                continue
            anchor = _anchor_words(text, match.start("anchor"))
        if signal.not_after and signal.not_after.match(text, end):
            continue
        said = {**piece.said, **signal.said}
        if anchor:
            said["anchor"] = anchor
        kind = "duration" if said.get("relation") == "since" else "date" if piece.kind == "duration" else piece.kind
        return replace(
            piece, start=start, end=end, kind=kind, said=said, weak=False, rule=f"{piece.rule}+{signal.name}"
        )
    return None


def _anchor_words(text: str, at: int) -> str:
    """The words of the event, up to the next stop, at most eight."""
    stretch = text[at : at + 80]
    for stop in ',.;:!?()«»"\n':
        stretch = stretch.split(stop)[0]
    return " ".join(stretch.split()[:8])


def _related(text: str, piece: Piece, table: Rules) -> Piece:
    if piece.kind not in ("date", "time"):
        return piece
    low = max(0, piece.start - REACH)
    for relation, pattern in table.relations:
        if match := pattern.search(text, low, piece.start):
            said = dict(piece.said)
            if relation == "about":
                if piece.type == "clock":
                    return piece
                said["approximate"] = True
            else:
                said["relation"] = "since" if relation == "from" else relation
                if relation in _LOOKS:
                    said["looks"] = _LOOKS[relation]
            start = match.start() if relation == "by" else piece.start
            return replace(piece, said=said, start=start)
    return piece


def _apposed(text: str, pieces: list[Piece]) -> list[Piece]:
    """ "la veille, 8 février": the date set beside the word says which day it is."""
    out = list(pieces)
    for i, (piece, following) in enumerate(pairwise(pieces)):
        full = following.type == "day" and {"day", "month"} <= set(following.said)
        beside = text[piece.end : following.inner].strip() in (",", "(", ", le")
        if piece.said.get("ref") == "then" and piece.type == "day" and full and beside:
            out[i] = replace(piece, said={**piece.said, "beside": dict(following.said)})
    return out


def _lone_rank(piece: Piece) -> bool:
    """ "deuxième année" is no date; "au premier trimestre" and "la deuxième quinzaine" are."""
    return piece.type == "nth" and piece.said.get("unit") not in ("quarter", "semester", "fortnight")


def _gloss(text: str, before: Piece, piece: Piece) -> bool:
    """A vague distance set beside a date ("le 26 décembre, il y a plusieurs mois") is the same time."""
    vague = piece.said.get("n") == "few" and "sign" in piece.said and piece.said.get("ref") == "now"
    return vague and _beside(text, before, piece)


def _beside(text: str, before: Piece, piece: Piece) -> bool:
    return before.type == "day" and text[before.end : piece.start].strip() in (",", "(")


def _without_overlap(pieces: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if kept and piece.start < kept[-1].end:
            piece = replace(piece, start=kept[-1].end) if piece.end > kept[-1].end else piece
            if piece.start < kept[-1].end:
                continue
        kept.append(piece)
    return kept
