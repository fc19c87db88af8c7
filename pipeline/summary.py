"""A short clause of the text's own words that tells an event: the trigger with its core arguments, in text order."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.model.doc import Event


def summary(doc: Doc, event: Event) -> str:
    """The clause of an event in verbatim words, at most about fifteen.

    >>> summary(nlp("Mardi, la police a arrêté Jean Petit, qui a tout nié."), event)  # doctest: +SKIP
    'la police a arrêté Jean Petit'
    """
    return doc.text[event.start : event.end]
