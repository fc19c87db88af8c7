"""Find every time expression of a text and write down what it says.

Reads `doc.text`; writes `doc.spans["dates"]`, each span with `span._.timex` (exact characters, kind, rule, and `said`:
the parts with holes). What it means is decided later, by `depeche_chronology`.

>>> [(t.rule, t.said) for t in find("Ils ont manifesté le 2 janvier.")]
[('day_month', {'day': 2, 'month': 1})]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.model.doc import Timex, text_of
from pipeline.timex.timejoins import joined
from pipeline.timex.timepatterns import REACH, WORD, Atom, Context, Rules, forms, number, plain, reload, roman, rules

_SENTENCE_START = '.!?:»"“«\n–—-•'


@dataclass(slots=True)
class Piece:
    """An expression while it is being put together; `inner` is where it starts without words a rule took in before."""

    start: int
    end: int
    inner: int
    type: str
    kind: str
    rule: str
    said: dict[str, Any] = field(default_factory=dict)
    weak: bool = False


def find(text: str) -> list[Timex]:
    """All time expressions of `text`, in order, not overlapping; offsets are characters, end exclusive.

    The result is unresolved: `said` holds what the words say, `edtf`, `earliest` and `latest` are empty.

    >>> [text[t.start:t.end] for text in ["du 5 au 9 mai"] for t in find(text)]
    ['du 5 au 9 mai']
    """
    table = rules()
    pieces = joined(text, list(_atoms(text, table)), table)
    return [Timex(p.start, p.end, p.kind, p.rule, p.said) for p in pieces]


def _atoms(text: str, table: Rules) -> Iterator[Piece]:
    starts, digits, covered = table.starts, table.starts["#"], 0
    for word in WORD.finditer(text):
        token = word[0]
        atoms = starts.get(token) or (digits if token[0] in "0123456789" else None)
        if atoms is None or (at := word.start()) < covered:
            continue
        if not (_may_start(text, at) or (at == covered + 1 and text[covered] in "-–/")):
            continue
        for atom in atoms:
            match = atom.pattern.match(text, at)
            if match and (piece := _piece(text, atom, match)):
                covered = piece.end
                yield piece
                break


def _may_start(text: str, at: int) -> bool:
    """Not inside a longer word, number or code; "islamiquesJeudi" and "les17" (spaces lost) are let through."""
    before = text[at - 1 : at]
    if not before or before.isspace():
        return True
    if before in "-‐‑" and text[max(0, at - 3) : at - 1].lower() == "mi":
        return True
    if before in "-‐‑.,:/+€$£%°#@_":
        return before in ".:,-" and not text[at].isdigit() and not (before in "-‐‑" and text[at - 2 : at - 1].isalnum())
    if before.isalpha() and text[at].isdigit():
        return plain(text[max(0, at - 3) : at].split()[-1]) in ("les", "le", "du", "au")
    return not before.isdigit() or text[at].isalpha() is False


def _piece(text: str, atom: Atom, match: Any) -> Piece | None:
    start, end = match.span()
    if not atom.context.fits(text, start, end) or (atom.case == "lower" and _is_name(text, start)):
        return None
    if atom.case == "listed" and match[0].islower() and not _listed_lower(atom, match):
        return None
    said = dict(atom.said)
    for group, slot, key in atom.groups:
        if match.start(group) >= 0:
            said.update(_meaning(slot, key, match[group]))
    if not _possible(said):
        return None
    if "until_day" in said:
        said = _two_days(said)
    inner = start
    if atom.extend and (more := atom.extend.search(text, max(0, start - REACH), start)):
        start = more.start()
        said.update(atom.extended)
    weak = atom.when is not None and not any(_fits(c, text, inner, end) for c in atom.when)
    return Piece(start, end, inner, atom.type, atom.kind, atom.name, said, weak)


def _fits(context: Context, text: str, start: int, end: int) -> bool:
    return context.fits(text, start, end)


def _is_name(text: str, start: int) -> bool:
    """Written with a capital letter although no sentence starts here."""
    if not text[start].isupper() or text[start + 1 : start + 2].isupper():
        return False
    if text[max(0, start - 1) : start] in "-‐‑":
        return start > 0
    before = text[max(0, start - 4) : start].rstrip(" \u00a0'’l")
    return bool(before) and before[-1] not in _SENTENCE_START


def _listed_lower(atom: Atom, match: Any) -> bool:
    """The list writes it without a capital too: "noël", "jour de l'an", but not "ascension"."""
    group, slot, _ = atom.groups[0]
    return forms(slot)[plain(match[group])]["form"].islower()


def _meaning(slot: str, key: str, words: str) -> dict[str, Any]:
    """What the words read in one slot say."""
    if slot in ("year", "yy", "mm", "dd", "hour", "minute"):
        names = {"mm": "month", "dd": "day"}
        return {names.get(key, key): int(words)}
    if slot == "day":
        return {key: int("".join(c for c in words if c.isdigit()))}
    if slot == "dayword":
        return {"day": 1 if plain(words) == "premier" else number(words)}
    if slot == "number":
        return {"n" if key == "number" else key: number(words)}
    if slot == "roman":
        return {"roman": roman(words)}
    if slot == "few":
        return {"n": "few"}
    if slot == "halves":
        return {"unit": "half"}
    if slot == "bc":
        return {"bc": int(words)}
    if slot == "old_year":
        return {"year": 1900 + int(words)}
    if slot in ("noon", "midnight"):
        return {"hour": 12 if slot == "noon" else 24}
    if slot == "years":
        return {"unit": "year"}
    if slot in ("digit", "half", "halved"):
        return {key: int(words) if words.isdigit() else True}
    if slot == "dozen":
        return {"n": int(forms(slot)[plain(words)]["number"]), "approximate": True}
    if slot == "republican":
        return {"republican": True, "month": int(forms(slot)[plain(words)]["month"])}
    if slot == "decade":
        return {"decade": number(words)}
    if slot in ("ahead", "behind"):
        return {"direction": 1 if slot == "ahead" else -1}
    row = forms(slot)[plain(words).rstrip(".")]
    return {
        k: int(v) if v.lstrip("-").isdigit() else v
        for k, v in row.items()
        if v and k not in ("form", "note", "begins", "ends")
    }


def _two_days(said: dict[str, Any]) -> dict[str, Any]:
    """ "3-4 mars 2012" as a range."""
    rest = {k: v for k, v in said.items() if k != "until_day"}
    return {"begin": rest, "end": {**rest, "day": said["until_day"]}}


_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _possible(said: dict[str, Any]) -> bool:
    """No 31 June, no year range that runs backwards, no 500th year of a measure."""
    day, month = said.get("day"), said.get("month")
    if day and not 1 <= day <= (_LENGTHS[month - 1] if isinstance(month, int) else 31):
        return False
    if "until_day" in said and not said["day"] < said["until_day"] <= 31:
        return False
    year, until = said.get("year"), said.get("until")
    if year and until and not year < until <= year + 150:
        return False
    return not (year and "until_yy" in said and not 0 < (said["until_yy"] - year) % 100 <= 60)


class Dates:
    """The component: see the module. It keeps nothing between documents."""

    def __call__(self, doc: Doc) -> Doc:
        spans = []
        for timex in find(text_of(doc)):
            span = doc.char_span(timex.start, timex.end, label="DATE", alignment_mode="expand")
            if span is not None:
                span._.timex = timex
                spans.append(span)
        doc.spans["dates"] = spans
        return doc


@Language.factory("depeche_dates", assigns=["doc.spans", "span._.timex"])
def create_dates(nlp: Language, name: str) -> Dates:
    """`nlp.add_pipe("depeche_dates")`: fill `doc.spans["dates"]`."""
    reload()
    return Dates()
