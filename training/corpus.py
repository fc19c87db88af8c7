"""Read annotated articles (JSONL) and turn them into spaCy training examples.

A line of a corpus file is one article: `text`, `entities` [{start, end, label}] and, optionally, `ignore`
[{start, end, label}]: spans of kinds outside PER, LOC and ORG. Offsets are code points, end-exclusive.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.training import Example
from spacy.util import filter_spans

LABELS = ("LOC", "ORG", "PER")
Mark = tuple[int, int, str]


@dataclass(frozen=True)
class Article:
    """A text with its names (`marks`) and the places where nothing is known (`unknown`), as (start, end, label)."""

    text: str
    marks: tuple[Mark, ...]
    unknown: tuple[Mark, ...] = ()


def read_articles(path: Path, unknown_labels: frozenset[str] = frozenset()) -> list[Article]:
    """Articles of a corpus file; `ignore` spans count as "no name", save those whose label is in `unknown_labels`."""
    articles = []
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        marks = tuple((e["start"], e["end"], e["label"]) for e in row["entities"] if e["label"] in LABELS)
        ignore = tuple((e["start"], e["end"], e["label"]) for e in row.get("ignore", ()))
        articles.append(Article(row["text"], marks, tuple(m for m in ignore if m[2] in unknown_labels)))
    return articles


def example(nlp: Language, article: Article) -> Example:
    """A training example: names that fit the tokens, unknown spans as missing, all else outside any name.

    A mark that splits a token cannot be learnt: its tokens count as missing.
    """
    doc = nlp.make_doc(article.text)
    names, missing = [], [doc.char_span(start, end, alignment_mode="expand") for start, end, _ in article.unknown]
    for start, end, label in article.marks:
        span = doc.char_span(start, end, label=label)
        if span is None:
            missing.append(doc.char_span(start, end, alignment_mode="expand"))
        else:
            names.append(span)
    taken = {token.i for span in names for token in span}
    missing = [span for span in missing if span is not None and not any(token.i in taken for token in span)]
    reference = doc.copy()
    reference.set_ents(names, missing=filter_spans(missing), default="outside")
    return Example(doc, reference)
