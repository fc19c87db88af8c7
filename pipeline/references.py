"""Point role phrases and pronouns to the person meant.

Reads `doc.ents` with `ent._.name` and `ent._.role`, and the parse; writes `doc.spans["references"]` and
`span._.refers_to`. "Le président kazakh Tokayev a parlé. Le dirigeant kazakh a ajouté qu'il …" makes *Le dirigeant
kazakh* and *il* refer to *Tokayev*. When in doubt, nothing: a pronoun given to the wrong person is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.bearers import Bearers
from pipeline.model import lexicon
from pipeline.model.doc import declare
from pipeline.titles import Titles, lower

_QUOTE = re.compile(r"«[^«»]{2,1500}»|“[^“”]{2,1500}”|\"[^\"\n]{2,1500}\"")
_SUBJECT = frozenset({"nsubj", "nsubj:pass"})
_REACH = 60  # tokens a pronoun may look back


@Language.factory(
    "depeche_references", assigns=["doc.spans", "span._.refers_to"], requires=["doc.ents", "span._.name", "span._.role"]
)
def make(nlp: Language, name: str = "depeche_references") -> Callable[[Doc], Doc]:
    """The component; it needs `depeche_entities` and a parser before it."""
    declare()
    return Referrer(nlp)


class Referrer:
    """The component `depeche_references`."""

    def __init__(self, nlp: Language) -> None:
        self.titles = Titles()
        words = lexicon.toml("references.toml")
        pronouns = words["pronouns"]
        self.gender_of = {form: "m" for form in pronouns["he"]} | {form: "f" for form in pronouns["she"]}
        self.this_one = {form: g for g, forms in pronouns["this_one"].items() for form in forms}
        self.latter = {form: g for g, forms in pronouns["the_latter"].items() for form in forms}
        self.impersonal = frozenset(words["impersonal"]["verbs"])
        self.impersonal_adjectives = frozenset(words["impersonal"]["adjectives"])
        self.human_nouns = frozenset(words["people"]["nouns"]) | frozenset(self.titles.heads)
        self.human_acts = frozenset(words["people"]["acts"])
        self.speech = frozenset(lexicon.words("reporting.csv", "lemma"))
        starts = {*self.gender_of, *self.this_one, *self.latter, *self.titles.heads}
        starts |= {form.replace("'", "’") for form in starts}
        self.starts = numpy.array(sorted(nlp.vocab.strings.add(form) for form in starts), dtype=numpy.uint64)

    def __call__(self, doc: Doc) -> Doc:
        found: list[Span] = []
        if any(ent.label_ == "PER" for ent in doc.ents):
            bearers = Bearers(doc, self.titles)
            quotes = [m.span() for m in _QUOTE.finditer(doc.text)]
            for i in numpy.flatnonzero(numpy.isin(doc.to_array(LOWER), self.starts)).tolist():
                meant = self._refer(doc, i, bearers, quotes)
                if meant is not None and (not found or meant.start >= found[-1].end):
                    found.append(meant)
        doc.spans["references"] = found
        return doc

    def _refer(self, doc: Doc, i: int, bearers: Bearers, quotes: list[tuple[int, int]]) -> Span | None:
        """The reference that begins at, or has its head at, token `i`, with `refers_to` set; None when unsure."""
        word = lower(doc[i])
        if doc[i].ent_type_:
            return None
        if word in self.gender_of:
            span, meant = doc[i : i + 1], self._pronoun(doc, i, self.gender_of[word], bearers, quotes)
        elif word in self.this_one and i + 2 < len(doc) and doc[i + 1].text == "-" and lower(doc[i + 2]) == "ci":
            span, meant = doc[i : i + 3], self._latter(doc, i, self.this_one[word], bearers, quotes)
        elif word in self.latter and i and lower(doc[i - 1]) in ("ce", "cette") and doc[i].pos_ in ("ADJ", "NOUN", "PRON"):
            span, meant = doc[i - 1 : i + 1], self._latter(doc, i - 1, self.latter[word], bearers, quotes)
        else:
            phrase = bearers.phrase_at(i)
            if phrase is None:
                return None
            span, meant = phrase, bearers.bearer(phrase)
        if meant is None:
            return None
        bearers.mentioned(span, meant)
        span._.refers_to = meant
        return span

    def _pronoun(self, doc: Doc, i: int, gender: str, bearers: Bearers, quotes: list[tuple[int, int]]) -> Span | None:
        token = doc[i]
        if token.dep_.startswith("expl") and token.head.lemma_ not in self.speech:
            return None
        if gender == "m" and self._is_impersonal(doc, i):
            return None
        only_people = token.head.lemma_ in self.human_acts
        for j in self._backwards(doc, i, quotes):
            other = doc[j]
            if other.dep_ not in _SUBJECT and not self._is_inverted(doc, j, bearers):
                continue
            if lower(other) in self.gender_of:
                if self.gender_of[lower(other)] == gender:
                    return bearers.at(j)
                continue
            if any(child.dep_ == "conj" for child in other.children):  # several people: "ils"
                continue
            if other.pos_ == "PRON" or lower(other) in ("qui", "que", "on", "ce", "c'", "-t"):
                continue
            person = bearers.person_at(j)
            if person is not None:
                if bearers.agrees(person, gender):
                    bearers.note_gender(person, gender)
                    return person
                continue
            if other.ent_type_ or lower(other) in self.human_nouns:
                return None
            if not only_people and not _disagrees(other, gender):
                return None
        return None

    def _is_inverted(self, doc: Doc, j: int, bearers: Bearers) -> bool:
        """Whether a person stands right after a verb of saying ("a lancé Luc Roy"), which the parser may call an object."""
        person = bearers.by_token.get(j)
        if person is None or j != person.start:
            return False
        before = j - 1
        while before > 0 and (bearers.in_title(before) or doc[before].pos_ == "DET"):
            before -= 1
        return before >= 0 and doc[before].pos_ == "VERB" and doc[before].lemma_ in self.speech

    def _is_impersonal(self, doc: Doc, i: int) -> bool:
        """Whether "il" is nobody: il y a, il faut, il s'agit, il est prévu que."""
        following = [lower(t) for t in doc[i + 1 : i + 4]]
        if following[:1] == ["y"] or following[:2] == ["n'", "y"] or doc[i].head.lemma_ in self.impersonal:
            return True
        before = lower(doc[i - 1]) if i else ""
        if before in ("a", "avait", "aura", "-t") and i > 1 and "y" in (lower(doc[i - 2]), lower(doc[i - 3]) if i > 2 else ""):
            return True
        return any(t.lower_ in self.impersonal_adjectives for t in doc[i + 2 : i + 5]) and any(
            lower(t) in ("est", "était", "sera", "serait", "fut", "a") for t in doc[i + 1 : i + 3]
        )

    def _latter(self, doc: Doc, i: int, gender: str, bearers: Bearers, quotes: list[tuple[int, int]]) -> Span | None:
        """The person named last before "ce dernier", when no other human being stands between."""
        only_people = doc[i].head.lemma_ in self.human_acts or (i > 0 and lower(doc[i - 1]) == "selon")
        for j in self._backwards(doc, i, quotes):
            other = doc[j]
            person = bearers.person_at(j)
            if person is not None:
                return person if bearers.agrees(person, gender) else None
            if other.ent_type_ == "PER":
                continue
            if lower(other) in self.human_nouns and not _disagrees(other, gender) and not bearers.in_title(j):
                return None
            if not only_people and other.pos_ in ("NOUN", "PROPN") and other.dep_ != "obl:mod" and not _disagrees(other, gender):
                return None
        return None

    def _backwards(self, doc: Doc, i: int, quotes: list[tuple[int, int]]) -> list[int]:
        """Tokens before `i` from near to far: its sentence and the one before, in the same speech (quoted or not)."""
        start = doc[i].sent.start
        if start:
            start = doc[start - 1].sent.start
        own = _quote_at(doc[i].idx, quotes)
        span = range(i - 1, max(start, i - _REACH) - 1, -1)
        if not quotes:
            return list(span)
        return [j for j in span if _quote_at(doc[j].idx, quotes) == own]


def _quote_at(offset: int, quotes: list[tuple[int, int]]) -> tuple[int, int] | None:
    return next((q for q in quotes if q[0] < offset < q[1]), None)


def _disagrees(token: Token, gender: str) -> bool:
    """Whether a noun cannot be what a singular pronoun of this gender stands for."""
    if token.morph.get("Number") == ["Plur"]:
        return True
    own = token.morph.get("Gender")
    return bool(own) and own != [{"m": "Masc", "f": "Fem"}[gender]]
