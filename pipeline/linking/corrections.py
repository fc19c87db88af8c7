"""A user's own corrections: a CSV of lines that say what linking got wrong, applied at linking.

Columns: `scope` entity, event or timeline · `id` an id, or a name for entities · `doc_id` only there · `action` ·
`column` · `value` · `note`. Separator comma or semicolon. Example:

    scope,id,doc_id,action,column,value,note
    entity,PER:jean-martin,b.txt,split,,,the baker is not the minister
    entity,Tokaïev,,merge,,PER:kassym-jomart-tokayev,
    event,a.txt#e120,,set,status,negated,
    timeline,a.txt#e120,,merge,,b.txt#e33,

Entities: merge into `value`, rename to `value`, relabel as `value`, drop, set `column`, split off the mentions of
`doc_id` (named `value`); relabel, drop and the others take all mentions, or those of `doc_id` alone. Events: drop, set
`column`, split (stands alone in the timeline), merge with the event `value`. Timeline: drop, set `column`, split off
the events of `doc_id`, merge with the row `value`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.model import schema
from pipeline.model.article import DepecheError
from pipeline.reading import usertable

SCOPES = {"entity": "entities", "event": "events", "timeline": "timeline"}
ACTIONS = {
    "entity": ("merge", "split", "rename", "relabel", "drop", "set"),
    "event": ("merge", "split", "drop", "set"),
    "timeline": ("merge", "split", "drop", "set"),
}
COLUMNS = ("scope", "id", "doc_id", "action", "column", "value", "note")
LABELS = ("PER", "LOC", "ORG")
FIXED = ("entity_id", "event_id", "timeline_id", "doc_id", "label", "start", "end", "mentions", "documents", "sources")
Row = dict[str, Any]


@dataclass
class Correction:
    """One line of a corrections file; `problem` says why it matched nothing, once it was tried."""

    line: int
    scope: str
    id: str
    doc_id: str
    action: str
    column: str
    value: str
    note: str
    matched: bool = False
    problem: str = ""

    @property
    def mark(self) -> str:
        """What a touched row is marked with."""
        return f"corrected ({self.note})" if self.note else "corrected"


def read(path: str | Path) -> list[Correction]:
    """Read and check a corrections file.

    Raises DepecheError naming file and line for a column, scope, action or value that is not known.
    """
    found = []
    for line, cells in usertable.rows(path, COLUMNS, ("scope", "id", "action")):
        correction = Correction(line, **cells)  # type: ignore[arg-type]
        if wrong := _wrong(correction):
            raise DepecheError(f"{path}, line {line}: {wrong}")
        found.append(correction)
    return found


def _wrong(c: Correction) -> str:
    """What is wrong with a line, or ""."""
    if c.scope not in SCOPES:
        return f"unknown scope {c.scope!r}; choose entity, event or timeline"
    if c.action not in ACTIONS[c.scope]:
        return f"unknown action {c.action!r} for {c.scope}; choose {', '.join(ACTIONS[c.scope])}"
    if not c.id:
        return "the id is missing"
    if c.action in ("merge", "rename", "relabel") and not c.value:
        return f"{c.action} needs a value"
    if c.action == "relabel" and c.value not in LABELS:
        return f"unknown label {c.value!r}; choose PER, LOC or ORG"
    if c.action == "split" and c.scope != "event" and not c.doc_id:
        return "split needs a doc_id"
    return _wrong_cell(c) if c.action == "set" else ""


def _wrong_cell(c: Correction) -> str:
    fields = {f["name"]: f for f in schema.fields(SCOPES[c.scope]) if f["name"] not in FIXED}
    if c.column not in fields:
        return f"unknown column {c.column!r} of {SCOPES[c.scope]}; choose {', '.join(fields)}"
    allowed = fields[c.column].get("constraints", {}).get("enum")
    if allowed and c.value and c.value not in allowed:
        return f"{c.value!r} is no {c.column}; choose {', '.join(allowed)}"
    try:
        typed(SCOPES[c.scope], c.column, c.value)
    except ValueError:
        return f"{c.value!r} is no {fields[c.column]['type']} for {c.column}"
    return ""


def typed(table: str, column: str, value: str) -> Any:
    """A cell's text as the schema's type: numbers and booleans converted, days checked, "" as None.

    Raises ValueError when it does not fit.

    >>> typed("entities", "latitude", "43.25")
    43.25
    """
    kind = next(f["type"] for f in schema.fields(table) if f["name"] == column)
    if value == "":
        return None if kind != "string" else ""
    if kind == "boolean":
        return {"true": True, "false": False, "vrai": True, "faux": False}.get(value.lower()) or _false(value)
    if kind == "date":
        return date.fromisoformat(value).isoformat()
    return {"integer": int, "number": float}.get(kind, str)(value)


def _false(value: str) -> bool:
    if value.lower() not in ("false", "faux"):
        raise ValueError(value)
    return False


def events(rows: Iterable[Row], corrections: Iterable[Correction]) -> Iterator[Row]:
    """Event rows with the event corrections applied: dropped rows left out, set cells changed and `rule` marked."""
    wanted: dict[str, list[Correction]] = {}
    for c in corrections:
        if c.scope == "event" and c.action in ("drop", "set"):
            wanted.setdefault(c.id, []).append(c)
    for row in rows:
        hits = wanted.get(row["event_id"], [])
        for c in hits:
            c.matched = True
            if c.action == "set":
                rule = " | ".join(filter(None, [row.get("rule"), c.mark]))
                row = {**row, "rule": rule, c.column: typed("events", c.column, c.value)}
        if not any(c.action == "drop" for c in hits):
            yield row


def kept(rows: Iterable[Row], corrections: Iterable[Correction]) -> Iterator[Row]:
    """Rows that belong to events, such as participants, without those of dropped events."""
    dropped = {c.id for c in corrections if c.scope == "event" and c.action == "drop"}
    return (row for row in rows if row["event_id"] not in dropped)


def unmatched(corrections: Iterable[Correction]) -> list[str]:
    """A sentence for each line that matched nothing.

    >>> unmatched([Correction(2, "event", "x#e1", "", "drop", "", "", "")])
    ['line 2: no event x#e1']
    """
    return [f"line {c.line}: {c.problem or f'no {c.scope} {c.id}'}" for c in corrections if not c.matched]
