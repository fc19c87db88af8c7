"""Doc → rows: the only place that makes rows. Column names are those of `lexicon/tables.toml`.

Reads the settled entities, time expressions and events of a document's Docs; gives rows by table. `entity_id`
holds the document's own name id until `link` replaces it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from spacy.tokens import Doc, Span

from pipeline.model.article import Article
from pipeline.model.doc import Event, Participant, Timex, text_of
from pipeline.model.schema import SEPARATOR

Row = dict[str, Any]
Rows = dict[str, list[Row]]
TABLES = ("documents", "mentions", "dates", "events", "participants", "_names")


def parts(article: Article, segments: Iterable[tuple[int, Doc]]) -> Iterator[Rows]:
    """The rows of one document by segment, so that a long one need not stand in memory whole.

    `segments` are (offset in `article.text`, Doc) as `annotate` gives them. Offsets in rows are code points into
    `article.text`. The last part also has the rows of documents and names; a document that was skipped or failed has
    that part alone.
    """
    tally: Counter[str] = Counter()
    names: dict[tuple[str, str], _Name] = {}
    ready: Rows = {table: [] for table in TABLES}
    for number, (offset, doc) in enumerate(segments):
        if number:
            yield ready
        page = _Page(article, offset, doc, tally["sentences"], names)
        tally["sentences"] += len(page.starts)
        tally["words"] += page.words
        placed = sorted([*page.mentions(), *page.date_mentions()], key=lambda r: (r["start"], r["mention_id"]))
        ready = {
            "documents": [],
            "mentions": placed,
            "dates": page.dates(),
            "events": page.events(),
            "participants": page.participants(),
            "_names": [],
        }
    ready["documents"] = [_document(article, tally)]
    ready["_names"] = [_name_row(article, *key, told) for key, told in names.items()]
    yield ready


def rows(article: Article, segments: Iterable[tuple[int, Doc]]) -> Rows:
    """All rows of one document together, by table.

    >>> rows(Article("a.txt", "a.txt", status="failed", note="empty"), [])["documents"][0]["status"]
    'failed'
    """
    made: Rows = {table: [] for table in TABLES}
    for part in parts(article, segments):
        for table in TABLES:
            made[table] += part[table]
    return made


def _document(article: Article, tally: Counter[str]) -> Row:
    ok = article.status == "ok"
    return {
        **article.extra,
        "doc_id": article.doc_id,
        "source": article.source,
        "title": article.title,
        "author": article.author,
        "publisher": article.publisher,
        "published": _day(article.published),
        "published_basis": article.published_basis,
        "language": article.language,
        "status": article.status,
        "note": article.note,
        "duplicate_of": article.duplicate_of,
        "sha256": article.sha256,
        "characters": len(article.text) if ok else None,
        "words": tally["words"] if ok else None,
        "sentences": tally["sentences"] if ok else None,
        "text": article.text if ok else "",
    }


@dataclass(slots=True)
class _Name:
    """What a document tells of one name; a long one has a hundred thousand, so it is kept small."""

    start: int
    forms: dict[str, int] = field(default_factory=dict)
    roles: dict[str, int] | None = None

    def told(self, name: str, form: str, role: str) -> None:
        form = name if form == name else form
        self.forms[form] = self.forms.get(form, 0) + 1
        if role:
            self.roles = self.roles or {}
            self.roles[role] = self.roles.get(role, 0) + 1


def _name_row(article: Article, label: str, name: str, told: _Name) -> Row:
    forms, roles = told.forms, told.roles
    return {
        "name_id": f"{article.doc_id}#n{told.start}",
        "doc_id": article.doc_id,
        "label": label,
        "name": name,
        "forms": SEPARATOR.join(sorted(forms, key=lambda f: (-forms[f], f))),
        "role": max(roles, key=lambda r: (roles[r], len(r), r)) if roles else "",
        "mentions": sum(forms.values()),
        "published": _day(article.published),
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Page:
    """One segment of a document on its way into rows."""

    def __init__(self, article: Article, offset: int, doc: Doc, sentence: int, names: dict[tuple[str, str], _Name]):
        self.article, self.offset, self.doc, self.text = article, offset, doc, text_of(doc)
        self.first_sentence = sentence
        self.names = names
        begins, at, *skipped = doc.to_array(["SENT_START", "IDX", "IS_PUNCT", "IS_SPACE"]).T
        self.starts: list[int] = at[(begins == 1) | (at == 0)].tolist()
        self.words = len(at) - int(np.logical_or(*skipped).sum())
        self.expressions: list[Timex] = [span._.timex for span in doc.spans.get("dates", [])]
        self.told: list[Event] = [span._.event for span in doc.spans.get("events", [])]

    def id(self, kind: str, start: int) -> str:
        return f"{self.article.doc_id}#{kind}{self.offset + start}"

    def sentence(self, start: int) -> int:
        return max(bisect_right(self.starts, start) - 1, 0)

    def sentence_text(self, start: int) -> str:
        number = self.sentence(start)
        return self.text[self.starts[number] : self.starts[number + 1] if number + 1 < len(self.starts) else None]

    def place(self, start: int, end: int) -> Row:
        """The columns every row with a place in the text has."""
        return {
            "doc_id": self.article.doc_id,
            "start": self.offset + start,
            "end": self.offset + end,
            "sentence_id": self.first_sentence + self.sentence(start),
        }

    def name_id(self, mention: Span) -> str:
        return self.name_of(mention.label_, mention._.name or mention.text, mention.start_char)

    def name_of(self, label: str, name: str, start: int) -> str:
        """The id of a name that a mention at character `start` bears."""
        key = (label, name)
        if key not in self.names:
            self.names[key] = _Name(self.offset + start)
        return f"{self.article.doc_id}#n{self.names[key].start}"

    def mentions(self) -> list[Row]:
        found = []
        for ent in self.doc.ents:
            start, end, label, known = ent.start_char, ent.end_char, ent.label_, ent._
            text = self.text[start:end]
            name = known.name or text
            name_id = self.name_of(label, name, start)
            self.names[label, name].told(name, _one_line(text), _one_line(known.role or ""))
            found.append(
                {
                    "mention_id": self.id("m", start),
                    "entity_id": name_id,
                    "label": label,
                    "text": text,
                    **self.place(start, end),
                }
            )
        return found

    def date_mentions(self) -> list[Row]:
        return [
            {
                "mention_id": self.id("d", timex.start),
                "entity_id": "",
                "label": "DATE",
                "text": self.text[timex.start : timex.end],
                **self.place(timex.start, timex.end),
            }
            for timex in self.expressions
        ]

    def dates(self) -> list[Row]:
        return [
            {
                "mention_id": self.id("d", timex.start),
                "text": self.text[timex.start : timex.end],
                **self.place(timex.start, timex.end),
                "kind": timex.kind,
                **_when(timex),
                "duration": timex.duration,
                "relation": timex.relation,
                "basis": timex.basis,
                "anchor": self.anchor(timex),
                "rule": timex.rule,
            }
            for timex in self.expressions
        ]

    def anchor(self, timex: Timex) -> str:
        if isinstance(timex.anchor, Timex):
            return self.id("d", timex.anchor.start) if any(timex.anchor is t for t in self.expressions) else ""
        return timex.anchor

    def events(self) -> list[Row]:
        return [self.event(event) for event in self.told]

    def event(self, event: Event) -> Row:
        acting = [p for p in event.participants if p.role in ("agent", "patient", "recipient")]
        own_date = event.timex is not None and any(event.timex is t for t in self.expressions)
        return {
            "event_id": self.id("e", event.start),
            **self.place(event.start, event.end),
            "trigger": self.text[event.start : event.end],
            "lemma": event.lemma,
            "type": event.type,
            "subtype": event.subtype,
            "status": event.status,
            "certainty": event.certainty,
            "cue": event.cue,
            **_when(event),
            "relation": event.relation,
            "extent": event.extent,
            "basis": event.basis,
            "date_id": self.id("d", event.timex.start) if event.timex and own_date else "",
            "date_text": self.text[event.timex.start : event.timex.end] if event.timex and own_date else "",
            "people": _names(acting, "PER"),
            "organisations": _names(acting, "ORG"),
            "places": _names([p for p in event.participants if p.role != "speaker"], "LOC"),
            "country": "",
            "speaker": _one_line(event.speaker),
            "lead": event.lead,
            "summary": _one_line(event.summary),
            "sentence": _one_line(self.sentence_text(event.start)),
            "also_at": SEPARATOR.join(f"{self.offset + a}-{self.offset + b}" for a, b in event.also_at),
            "published": _day(self.article.published),
            "title": self.article.title,
            "source": self.article.source,
            "rule": event.rule,
            "timeline_id": "",
        }

    def participants(self) -> list[Row]:
        found = []
        for event in self.told:
            rank: Counter[str] = Counter()
            for participant in event.participants:
                found.append(
                    {
                        "event_id": self.id("e", event.start),
                        "role": participant.role,
                        "position": rank[participant.role],
                        "entity_id": self.name_id(participant.mention) if participant.mention else "",
                        "certainty": participant.certainty,
                        "text": _one_line(participant.text),
                        "mention_id": self.mention_id(participant.mention),
                    }
                )
                rank[participant.role] += 1
        return found

    def mention_id(self, mention: Span | None) -> str:
        """Empty when the name stands in an earlier segment of a long document."""
        return self.id("m", mention.start_char) if mention is not None and mention.doc is self.doc else ""


def _when(dated: Timex | Event) -> Row:
    return {
        "edtf": dated.edtf,
        "earliest": _day(dated.earliest),
        "latest": _day(dated.latest),
        "precision": dated.precision,
        "approximate": dated.approximate if dated.edtf or dated.earliest else None,
    }


def _names(participants: list[Participant], label: str) -> str:
    """Distinct names of one label, in order, best form in the document."""
    names = (p.mention._.name or p.mention.text for p in participants if p.mention and p.mention.label_ == label)
    return SEPARATOR.join(dict.fromkeys(_one_line(name) for name in names))
