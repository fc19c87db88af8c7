"""Point role phrases and pronoun subjects to the person meant, in `doc.spans["references"]`."""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.model.doc import declare


@Language.factory(
    "depeche_references", assigns=["doc.spans", "span._.refers_to"], requires=["doc.ents", "span._.name", "span._.role"]
)
def make(nlp: Language, name: str = "depeche_references") -> Callable[[Doc], Doc]:
    """The component; it needs `depeche_entities` and a parser before it."""
    declare()
    return refer


def refer(doc: Doc) -> Doc:
    """Set `doc.spans["references"]`."""
    doc.spans["references"] = []
    return doc
