"""Annotated articles to learn events from: a given file, our own, French Wikinews, and the event cases of the tests.

`news/own.jsonl` holds articles that we wrote and annotated, whole. `news/wikinews.jsonl` holds our annotation alone, by
`doc_id`: the texts are those of WiNER-fr (CC BY 2.5), to be given as a file with `doc_id` and `text` a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.test_events import CASES, PUBLISHED, unmarked

HERE = Path(__file__).resolve().parent
LEFT_OUT = frozenset({"seed"})  # a publisher's own text

Article = dict[str, Any]


def articles(train: Path, corpus: Path | None = None) -> list[Article]:
    """Articles with `doc_id`, `published`, `title`, `text` and `events`, those of `train` first; those of Wikinews only
    when `corpus` has their texts. A `partial` one is a case: words it does not mark may be events or not."""
    found = [a for a in _lines(train) if a["doc_id"] not in LEFT_OUT]
    if corpus is not None:
        texts = {a["doc_id"]: a["text"] for a in _lines(corpus)}
        for article in _lines(HERE / "news" / "wikinews.jsonl"):
            text = texts[article["doc_id"]]
            found.append({**article, "text": text, "title": text.partition("\n")[0].strip()})
    return [*found, *_lines(HERE / "news" / "own.jsonl"), *_cases()]


def _lines(path: Path) -> list[Article]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _cases() -> Iterator[Article]:
    for number, row in enumerate(CASES):
        text, marks = unmarked(row["text"])
        events = [{"triggers": [[start, end]], "type": kind, "required": True} for start, end, kind, _ in marks]
        case = {
            "doc_id": f"case {number}",
            "published": str(PUBLISHED),
            "title": "",
            "text": text,
            "events": events,
        }
        yield {**case, "partial": bool(events), "case": True}
