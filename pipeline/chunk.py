"""The unit of work: a pure function from a chunk of articles, and what the survey knows of them, to rows.

It runs in this process, in a process pool or on a cluster's workers; each loads the model once.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from spacy.language import Language

from pipeline import annotate, published, tables
from pipeline.clean import clean
from pipeline.model import lexicon
from pipeline.model.article import Article
from pipeline.survey import Facts


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose about how documents become rows; part of the key under which rows are kept."""

    model: str = annotate.DEFAULT_MODEL
    clean: bool = True
    keep: tuple[str, ...] = ()
    published: date | None = None
    force_published: bool = False
    publication_date: bool = True
    language: str = "fr"
    lexicon: str = ""


@functools.cache
def model(options: Options) -> Language:
    """The annotating pipeline for these options, loaded once a process."""
    lexicon.use(Path(options.lexicon) if options.lexicon else None)
    return annotate.load(options.model)


def rows_of(chunk: Sequence[tuple[Article, Facts]], options: Options) -> list[tables.Rows]:
    """Rows by table for each article of a chunk, in order; a document that fails has its row and costs no other."""
    nlp = model(options)
    ready = [_prepare(article, facts, options) for article, facts in chunk]
    annotated = {
        article.doc_id: segments for article, segments in annotate.annotate((a for a in ready if a.status == "ok"), nlp)
    }
    return [tables.rows(article, annotated.get(article.doc_id, [])) for article in ready]


def _prepare(article: Article, facts: Facts, options: Options) -> Article:
    """Settle the publication day on the raw text, then clean."""
    if article.status != "ok":
        return article
    article.published, article.published_basis = published.publication_date(
        article, published=options.published, force=options.force_published
    )
    if not options.publication_date:
        article.published, article.published_basis = None, "none"
    return clean(article, facts, keep=options.keep) if options.clean else article
