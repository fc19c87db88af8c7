"""Read annotated articles (JSONL), bring them to our guide, and turn them into spaCy training examples.

A line of a corpus file is one article: `text`, `entities` [{start, end, label}] and, optionally, `ignore`
[{start, end, label}]: spans of kinds outside PER, LOC and ORG. Offsets are code points, end-exclusive.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Span
from spacy.training import Example
from spacy.util import filter_spans

LABELS = ("LOC", "ORG", "PER")
GUIDE = Path(__file__).with_name("guide.toml")
Mark = tuple[int, int, str]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The articles of an annotated JSONL file, as they stand."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


@dataclass(frozen=True)
class Article:
    """A text with its names (`marks`) and the places where nothing is known (`unknown`), as (start, end, label)."""

    text: str
    marks: tuple[Mark, ...] = ()
    unknown: tuple[Mark, ...] = ()


def read_guide() -> dict[str, re.Pattern[str]]:
    """The patterns of `guide.toml`, one for each kind of change."""
    rules = tomllib.loads(GUIDE.read_text(encoding="utf-8"))
    return {kind: re.compile("|".join(patterns)) for kind, patterns in rules.items()}


def read_articles(path: Path) -> list[Article]:
    """Articles of a corpus file, their names marked as our guide has them; other `ignore` spans are no names."""
    guide = read_guide()
    articles = []
    for row in read_rows(path):
        text = row["text"]
        marks = [
            by_guide(text, e["start"], e["end"], e["label"], guide) for e in row["entities"] if e["label"] in LABELS
        ]
        unknown = []
        for other in row.get("ignore", ()):
            name = f"⟦{text[other['start'] : other['end']]}"
            if guide["organisation"].search(name):
                marks.append((other["start"], other["end"], "ORG"))
            elif guide["either"].search(name):
                unknown.append((other["start"], other["end"], ""))
        articles.append(Article(text, tuple(sorted(m for m in marks if m)), tuple(unknown)))
    return articles


def by_guide(text: str, start: int, end: int, label: str, guide: dict[str, re.Pattern[str]]) -> Mark | None:
    """The mark as our guide has it: dropped, relabelled, trimmed or widened (guide.toml)."""
    while start < end and text[start] in " ,:;\n":
        start += 1
    if label == "LOC" and text[start : start + 2] in ("l'", "l’"):
        start += 2
    context = f"{text[max(0, start - 60) : start]}⟦{text[start:end]}"
    if label != "PER" and guide["drop"].search(context):
        return None
    if label == "ORG" and guide["place"].search(context):
        label = "LOC"
    words = guide["site"].search(context)
    if words and words.lastindex:
        return start - len(words[words.lastindex]), end, "LOC"
    words = guide["body"].search(context)
    if label == "LOC" and words and words.lastindex:
        return start - len(words[words.lastindex]), end, "ORG"
    return start, end, label


def example(nlp: Language, article: Article) -> Example:
    """A training example: names that fit the tokens, unknown spans as missing, all else outside any name.

    A mark that splits a token cannot be learnt: its tokens count as missing.
    """
    doc = nlp.make_doc(article.text)
    names: list[Span] = []
    missing = [doc.char_span(start, end, alignment_mode="expand") for start, end, _ in article.unknown]
    for start, end, label in article.marks:
        span = doc.char_span(start, end, label=label)
        if span is None:
            missing.append(doc.char_span(start, end, alignment_mode="expand"))
        else:
            names.append(span)
    names = filter_spans(names)
    taken = {token.i for span in names for token in span}
    open_spans = [span for span in missing if span is not None and not any(token.i in taken for token in span)]
    reference = doc.copy()
    reference.set_ents(names, missing=filter_spans(open_spans), default="outside")
    return Example(doc, reference)
