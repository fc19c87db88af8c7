"""spaCy component `depeche_modality`: did it happen, is it planned, denied, alleged, and how sure is the text of it.

Reads the parse, `doc.spans["events"]` with their dates, participants and speaker; fills `status`, `certainty`, `cue` of
each Event and the `certainty` of its participants. "La maire aurait démissionné." → uncertain, alleged, cue "aurait".
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.model import doc as extensions
from pipeline.model.doc import Event
from pipeline.model.words import Words, words
from pipeline.telling import participants, presumption
from pipeline.telling.factuality import judge
from pipeline.telling.scope import Telling, Verdict, telling
from pipeline.telling.summary import summary
from pipeline.timex.tense import Tense

extensions.declare()


@Language.factory(
    "depeche_modality",
    assigns=["span._.event"],
    requires=["token.pos", "token.dep", "token.lemma", "doc.sents", "doc.spans", "span._.event"],
)
def create_modality(nlp: Language, name: str) -> Modality:
    """Make the component; it has no settings."""
    return Modality()


class Modality:
    """Callable component: Doc in, the same Doc with status and certainty of its events settled."""

    def __call__(self, doc: Doc) -> Doc:
        spans = doc.spans.get("events", ())
        if spans:
            parsed = words(doc)
            known = presumption.suspects(parsed)
            for span in spans:
                settle(parsed, span._.event, known)
        return doc


def settle(doc: Words, event: Event, known: dict[str, str]) -> None:
    """Fill status, certainty and cue of an event, the certainty of its participants, and its summary.

    `known` is what `presumption.suspects(doc)` gives.
    """
    tellings = [telling(trigger, event) for trigger in participants.heads(doc, event)]
    verdict = _combine([(one, judge(one)) for one in tellings])
    event.status, event.certainty, event.cue = verdict.status, verdict.certainty, verdict.cue
    if event.certainty == "asserted" and event.speaker:
        event.certainty = "reported"
    for who in event.participants:
        who.certainty = presumption.certainty(doc, event, who, known)
    event.summary = summary(doc, event)


def _combine(verdicts: list[tuple[Telling, Verdict]]) -> Verdict:
    """The chosen telling decides; where it is a bare noun, a plan or an ongoing course told elsewhere does."""
    first, *others = verdicts
    if first[1].cue or first[0].carrier is not None:
        return first[1]
    return next(
        (v for t, v in others if v.status == "ongoing" or (v.status == "planned" and t.reading.tense == Tense.FUTURE)),
        first[1],
    )
