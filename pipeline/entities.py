"""Settle `doc.ents`: labels PER, LOC, ORG, borders, missed mentions, the best form of each name, roles.

Reads the entities of whatever NER ran before, and the text; writes `doc.ents`, `ent._.name` (the best form of the same
entity in this document) and `ent._.role` (title or apposition, verbatim). The document decides: every mention of a
name votes for its label, weighted by context. "Le président kazakh Tokayev … l'OTSC" gives PER *Tokayev* with the
role *président kazakh*, and ORG *OTSC*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.model.doc import declare, text_of
from pipeline.naming import acronyms, titles
from pipeline.naming import bestforms as naming
from pipeline.naming.borders import Borders, Mention, fold_quote
from pipeline.naming.evidence import LABELS, Evidence, Scores
from pipeline.naming.finders import Finders, cover, occurrences

_FAMILY_NAME_HELP = 3.0  # how much "Luc Roy" (PER) says at most about "Roy"
_SHOUTED_LEAST = 4  # shortest name looked for in capitals


@Language.factory("depeche_entities", assigns=["doc.ents", "span._.name", "span._.role"], requires=["doc.ents"])
def make(nlp: Language, name: str = "depeche_entities") -> Callable[[Doc], Doc]:
    """The component; it needs a NER before it (labels PER or PERSON, LOC or GPE, ORG; others count as unknown)."""
    declare()
    return Settler()


class Settler:
    """The component `depeche_entities`."""

    def __init__(self) -> None:
        self.evidence = Evidence()
        self.borders = Borders(frozenset(self.evidence.known), self.evidence.countries)
        self.finders = Finders(self.borders, self.evidence)
        self.titles = titles.Titles()

    def __call__(self, doc: Doc) -> Doc:
        text = fold_quote(text_of(doc))
        definitions = list(acronyms.definitions(text))
        mentions = self.candidates(doc, text, definitions)
        mentions = [m for m in mentions if self.evidence.is_name(text, m)]
        self.vote(text, mentions)
        mentions = [m for m in mentions if m.label in LABELS]
        mentions += self.spread(text, mentions)
        self.write(doc, text, mentions, definitions)
        return doc

    def candidates(self, doc: Doc, text: str, definitions: list[acronyms.Definition]) -> list[Mention]:
        """All mentions with settled borders, in order, none overlapping another."""
        found = [piece for ent in doc.ents for piece in self.borders.refine(text, _mention(ent))]
        fixed = self.finders.fixed(text) + self.finders.defined(text, found, definitions)
        found = without_overlaps(fixed + self.finders.known(text, found), len(text))
        found += self.finders.uncovered(text, found)
        for mention in found:
            self.borders.extend(text, mention)
        return without_overlaps(found, len(text))

    def vote(self, text: str, mentions: list[Mention]) -> None:
        """Give all mentions of one name the label that the document's mentions of it speak for."""
        totals: dict[str, Scores] = defaultdict(Scores)
        local = []
        for mention in mentions:
            scores, name = self.evidence.scores(text, mention), naming.key(text[mention.start : mention.end])
            local.append((mention, scores, name))
            totals[name].add(scores)
        people = _people_by_last_word(totals)
        for mention, scores, name in local:
            total = totals[name]
            if " " not in name and name in people:
                total = total.plus("PER", min(people[name], _FAMILY_NAME_HELP))
            mention.label = scores.sure or total.best(mention.label)

    def spread(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Missed mentions of names found elsewhere in the document, also in capitals."""
        covered = cover(len(text), mentions)
        names: dict[str, str] = {}
        for m in mentions:
            for form in naming.forms_to_seek(text[m.start : m.end], m.label):
                names.setdefault(form, m.label)
                if len(form) >= _SHOUTED_LEAST:
                    names.setdefault(form.upper(), m.label)
        missed: list[Mention] = []
        for form in sorted(names, key=lambda f: (-len(f), f)):
            for start, end in occurrences(text, form):
                if 1 not in covered[start:end] and self.evidence.may_be_again(text, start, end, names[form]):
                    covered[start:end] = b"\1" * (end - start)
                    missed.append(Mention(start, end, names[form]))
        return missed

    def write(self, doc: Doc, text: str, mentions: list[Mention], definitions: list[acronyms.Definition]) -> None:
        """Set `doc.ents` with names and roles."""
        spans = _spans(doc, mentions)
        if cut_tokens(doc, mentions, spans):
            spans = _spans(doc, mentions)
        ents: list[Span] = []
        for span in sorted((span for span in spans if span is not None), key=lambda s: (s.start, -s.end)):
            if not ents or span.start >= ents[-1].end:
                ents.append(span)
        doc.ents = ents
        roles = self.titles.roles(doc, ents)
        names = naming.best_forms(doc, ents, text, definitions, self.titles.genders(doc, ents))
        for ent, best, role in zip(ents, names, roles, strict=True):
            ent._.name, ent._.role = best, role


def _spans(doc: Doc, mentions: list[Mention]) -> list[Span | None]:
    """The tokens of each mention, whole."""
    return [doc.char_span(m.start, m.end, label=m.label, alignment_mode="expand") for m in mentions]


def cut_tokens(doc: Doc, mentions: list[Mention], spans: list[Span | None]) -> bool:
    """Split the tokens that a name's border cuts, as where a space is missing ("TASS/.", "PS.Le"); whether any was.

    `spans` are the tokens that the mentions touch.
    """
    cuts: dict[int, set[int]] = defaultdict(set)
    for m, whole in zip(mentions, spans, strict=True):
        if whole is not None and (whole.start_char, whole.end_char) != (m.start, m.end):
            for token, at in ((whole[0], m.start), (whole[-1], m.end)):
                if token.idx < at < token.idx + len(token):
                    cuts[token.i].add(at - token.idx)
    if not cuts:
        return False
    with doc.retokenize() as retokenizer:
        for i, places in sorted(cuts.items()):
            token = doc[i]
            bounds = [0, *sorted(places), len(token)]
            parts = [token.text[a:b] for a, b in pairwise(bounds)]
            retokenizer.split(token, parts, heads=_heads(token, len(parts)))
    return True


def _heads(token: Token, parts: int) -> list[tuple[Token, int] | Token]:
    """The first part takes the head of the whole, the others hang on it."""
    first: tuple[Token, int] | Token = (token, 0) if token.head == token else token.head
    return [first, *[(token, 0)] * (parts - 1)]


def _mention(ent: Span) -> Mention:
    label = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC"}.get(ent.label_, ent.label_)
    return Mention(ent.start_char, ent.end_char, label, 1.0 if label in LABELS else 0.0)


def _people_by_last_word(totals: dict[str, Scores]) -> dict[str, float]:
    """How much each last word of a full name speaks for a person."""
    people: dict[str, float] = defaultdict(float)
    for name, scores in totals.items():
        if " " in name and scores.best() == "PER":
            words = name.split()
            for word in {words[-1], words[0]}:
                people[word] += scores.per
    return people


def without_overlaps(mentions: list[Mention], length: int) -> list[Mention]:
    """The mentions in order of the text; of two that overlap, the one of greater weight, else the longer."""
    covered = bytearray(length + 1)
    kept: list[Mention] = []
    for m in sorted(mentions, key=lambda m: (-m.weight, m.start - m.end, m.start)):
        if 1 not in covered[m.start : m.end]:
            covered[m.start : m.end] = b"\1" * (m.end - m.start)
            kept.append(m)
    return sorted(kept, key=lambda m: m.start)
