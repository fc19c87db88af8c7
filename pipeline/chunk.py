"""The unit of work: a pure function from a chunk of articles, and what the survey knows of them, to rows.

It runs in this process, in a process pool or on a cluster's workers; each loads the model once.
"""

from __future__ import annotations

import ctypes
import functools
import gc
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from spacy.language import Language

from pipeline import annotate, published, tables
from pipeline.clean import clean
from pipeline.model import lexicon
from pipeline.model.article import Article
from pipeline.store import pack
from pipeline.survey import Facts

WORDS_KEPT = 20_000
"""Word forms a process remembers; those it meets later are forgotten with their chunk, so that memory stays flat."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of `mallopt`. Arrays of two megabytes and more go back to the system when freed, which keeps the peak
low; smaller ones are used again, for memory fresh from the system costs a quarter of the model's time."""


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
    _libc("mallopt", _MMAP_THRESHOLD, 2 << 20)
    _libc("mallopt", _TRIM_THRESHOLD, 16 << 20)
    return annotate.load(options.model)


def _libc(function: str, *arguments: int) -> None:
    """Call a function of the GNU C library; nothing happens where there is none."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            getattr(ctypes.CDLL("libc.so.6"), function)(*arguments)


def forget_model() -> None:
    """Let go of the annotating pipeline; the next use loads it anew."""
    model.cache_clear()
    gc.collect()
    _libc("malloc_trim", 0)


@dataclass(frozen=True, slots=True)
class Made:
    """The rows of one document, packed, with what is told of it while the run goes on."""

    parts: tuple[bytes, ...]
    words: int
    failed: bool


def rows_of(chunk: Sequence[tuple[Article, Facts]], options: Options) -> list[Made]:
    """Packed rows of each article of a chunk, in order; a document that fails has its row and costs no other."""
    nlp = model(options)
    ready = [_prepare(article, facts, options) for article, facts in chunk]
    with nlp.memory_zone() if len(nlp.vocab) > WORDS_KEPT else nullcontext():
        made = {
            article.doc_id: _made(article, segments)
            for article, segments in annotate.annotate((a for a in ready if a.status == "ok"), nlp)
        }
    return [made.get(article.doc_id) or _made(article, ()) for article in ready]


def _made(article: Article, segments: annotate.Segments) -> Made:
    parts, words = [], 0
    try:
        for rows in tables.parts(article, segments):
            parts.append(pack(rows))
            words += sum(row["words"] or 0 for row in rows["documents"])
    except Exception as error:  # whatever a document does to a model must not end the run
        return failed(article, f"annotation failed: {type(error).__name__}: {error}")
    return Made(tuple(parts), words, article.status == "failed")


def failed(article: Article, why: str) -> Made:
    """The one row of a document that cannot be annotated."""
    article.status, article.note = "failed", why
    return Made(tuple(pack(rows) for rows in tables.parts(article, ())), 0, True)


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
