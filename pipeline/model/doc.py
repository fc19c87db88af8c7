"""All spaCy extension attributes of the project, and the records they hold.

| attribute | what | set by |
|---|---|---|
| `doc._.published` | publication day (`datetime.date` or None) | the user, or `annotate` |
| `doc._.title` | title of the article, evidence only | the user, or `annotate` |
| `doc._.before` | the preceding segment of a long document | `annotate` |
| `doc.ents`: `ent._.name`, `._.role` | best form in this document, role read from the text | `depeche_entities` |
| `doc.spans["references"]`: `span._.refers_to` | the named mention meant | `depeche_references` |
| `doc.spans["possessors"]`: `span._.refers_to` | whose "son", "sa", "ses" is | `depeche_references` |
| `doc.spans["dates"]`: `span._.timex` | what is said, then what it means | `depeche_dates`, `depeche_chronology` |
| `span._.edtf` `.earliest` `.latest` `.duration` … | shortcuts into `span._.timex` | |
| `doc.spans["events"]`: `span._.event` | what is known of an event | `depeche_events`, `depeche_modality` |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from spacy.tokens import Doc, Span


@dataclass(slots=True)
class Timex:
    """A time expression: first what the text says (`said`), later what it means.

    `start` and `end` are characters of `doc.text` (they may cut a token where a space is missing). `kind` is date,
    time, duration or set (TIMEX3). `said` holds the parts that the rule read, with holes: `{"day": 2, "month": 1}`.
    `earliest` and `latest` are inclusive days. `basis` is explicit, relative, inherited or none; `anchor` is the
    Timex it was resolved against, "published", or the words of an event.
    """

    start: int
    end: int
    kind: str
    rule: str
    said: dict[str, Any] = field(default_factory=dict)
    edtf: str = ""
    earliest: date | None = None
    latest: date | None = None
    duration: str = ""
    precision: str = ""
    approximate: bool = False
    relation: str = "at"
    basis: str = "none"
    anchor: Timex | str = ""
    note: str = ""


@dataclass(slots=True)
class Participant:
    """Somebody or something with a role in an event.

    `role` is agent, patient, recipient, speaker or place. `text` are the words as written at characters
    `start`..`end`, of a speaker the name where it is known; `mention` is the named mention meant, directly or through a
    reference, or None.
    """

    role: str
    start: int
    end: int
    text: str
    mention: Span | None = None
    certainty: str = "asserted"


@dataclass(slots=True)
class Event:
    """One event of a document at its best-dated telling.

    `start`..`end` are the characters of its trigger, `head` the trigger's token.
    """

    start: int
    end: int
    head: int
    lemma: str
    type: str
    subtype: str = ""
    status: str = "occurred"
    certainty: str = "asserted"
    cue: str = ""
    timex: Timex | None = None
    earliest: date | None = None
    latest: date | None = None
    edtf: str = ""
    precision: str = ""
    approximate: bool = False
    relation: str = ""
    extent: str = ""
    basis: str = "unknown"
    speaker: str = ""
    lead: bool = False
    summary: str = ""
    participants: list[Participant] = field(default_factory=list)
    also_at: list[tuple[int, int]] = field(default_factory=list)
    rule: str = ""


_DOC = {"published": None, "title": "", "before": None}
_SPAN = {"name": "", "role": "", "refers_to": None, "timex": None, "event": None}
_TIMEX_SHORTCUTS = ("edtf", "earliest", "latest", "duration", "precision", "relation", "basis")


def text_of(doc: Doc) -> str:
    """`doc.text`, put together once: spaCy joins all tokens anew at every call."""
    text: str | None = doc.user_data.get("text")
    if text is None:
        text = doc.user_data["text"] = doc.text
    return text


def declare() -> None:
    """Register every extension once; safe to call again."""
    for name, default in _DOC.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)
    for name, default in _SPAN.items():
        if not Span.has_extension(name):
            Span.set_extension(name, default=default)
    for name in _TIMEX_SHORTCUTS:
        if not Span.has_extension(name):
            Span.set_extension(name, getter=lambda span, name=name: getattr(span._.timex, name, None))  # type: ignore[misc]


declare()
