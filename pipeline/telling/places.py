"""Where an event takes place: attached to its trigger, else in its sentence, else where the article is set.

None rather than a wrong one: a place in a person's office ("maire de Lyon") or in brackets is no scene, and what
people say has a place only where the text puts one beside the saying.
"""

from __future__ import annotations

import functools
from collections import Counter

from spacy.tokens import Span

from pipeline.model import lexicon
from pipeline.model.doc import Event, Participant
from pipeline.model.words import Word, Words
from pipeline.telling import participants, syntax

_FAR = 35  # tokens between trigger and a place of the same sentence


def places(doc: Words, event: Event, others: list[Participant]) -> list[Participant]:
    """Places of an event; `others` are its participants found before (who acts is no place).

    >>> [p.text for p in places(nlp("À Metz, un incendie a détruit la halle."), event, [])]  # doctest: +SKIP
    ['Metz']
    """
    actors = {(p.mention.start, p.mention.end) for p in others if p.mention is not None}
    scenes = [e for e in doc.ents if e.label_ == "LOC" and (e.start, e.end) not in actors]
    if not scenes:
        return []
    found: list[Span] = []
    for head in participants.heads(doc, event):
        found += _of_telling(head, scenes, event.type)
    if not found and event.type != "statement":
        found = _of_article(doc, doc[event.head], scenes)
    return [Participant("place", e.start_char, e.end_char, e.text, e) for e in found]


def _of_telling(head: Word, scenes: list[Span], kind: str) -> list[Span]:
    """Places of one telling: attached with a preposition of place; else attached otherwise; else the nearest."""
    sentence = head.sent
    here = [(e, use(head.doc, e)) for e in scenes if sentence.start <= e.start < sentence.end]
    attached = [e for e, how in here if how == "at" and _governed(head.doc.root(e), head)]
    if kind == "statement":
        return [e for e in attached if head.left_edge.i <= e.start <= head.right_edge.i]
    if attached:
        return attached
    linked = [e for e, how in here if how in ("of", "bare") and _governed(head.doc.root(e), head)]
    if linked:
        return linked
    near = [e for e, how in here if how == "at" and abs(e.start - head.i) < _FAR]
    return [min(near, key=lambda e: abs(e.start - head.i))] if near else []


def _governed(token: Word, head: Word) -> bool:
    """Whether a token hangs on the trigger or stands in the clause of its verb."""
    if head.left_edge.i <= token.i <= head.right_edge.i:
        return True
    verb = syntax.clause_verb(head)
    return syntax.is_verb(verb) and syntax.clause_verb(token) == verb


@functools.cache
def _spec() -> dict[str, frozenset[str]]:
    raw = lexicon.toml("places.toml")
    return {key: frozenset(words) for key, words in raw.items()}


def use(doc: Words, ent: Span) -> str:
    """How a place name stands in its phrase: at ("à Metz"), of ("la gare de Metz"), role ("maire de Metz"),
    aside ("(Moselle)") or bare."""
    spec, i = _spec(), ent.start - 1
    while i >= 0 and ent.start - i < 4 and (doc[i].pos_ == "DET" or doc[i].lower_ in spec["before_name"]):
        i -= 1
    if i < 0:
        return "bare"
    word = doc[i].lower_
    if word == "(":
        return "aside"
    if word in spec["at"]:
        return "at"
    if word in spec["of"]:
        noun = doc[i - 1] if i else doc[i]
        if noun.lower_ in spec["at_of"]:
            return "at"
        people, above = _people(), doc.root(ent).head
        return "role" if {noun.lower_, syntax.lemma(noun), above.lower_, syntax.lemma(above)} & people else "of"
    if word in (",", "et") and i and doc[i - 1].ent_type_ == "LOC":
        before = participants.entity_at(doc, i - 1)
        return use(doc, before) if before is not None else "bare"
    return "bare"


@functools.cache
def _people() -> frozenset[str]:
    return _spec()["bodies"] | frozenset(lexicon.words("role_kinds.csv", "word"))


def _of_article(doc: Words, head: Word, scenes: list[Span]) -> list[Span]:
    """The place of the whole article, for a sentence that names none: its only one, the one in its title, the country
    of an adjective in the sentence ("les villes kazakhes"), or the one where most of it is set."""
    if any(head.sent.start <= e.start < head.sent.end for e in scenes):
        return []
    first = {e._.name or e.text: e for e in reversed(scenes)}
    if len(first) == 1:
        return [scenes[0]]
    countries = _demonyms()
    for token in head.sent if not first.keys().isdisjoint(countries.values()) else ():
        country = countries.get(token.lower_) if token.pos_ == "ADJ" else None
        if country in first:
            return [first[country]]
    titled = [ent for ent in scenes if (ent._.name or ent.text) in doc._.title]
    if titled:
        return titled[:1]
    settings = Counter(e._.name or e.text for e in scenes if use(doc, e) == "at")
    if not settings:
        return []
    (name, often), *others = settings.most_common(2)
    return [first[name]] if often >= 2 and (not others or often >= 2 * others[0][1]) else []


@functools.cache
def _demonyms() -> dict[str, str]:
    """Adjective or inhabitant in lower case, singular and plural → place."""
    table: dict[str, str] = {}
    for row in lexicon.rows("demonyms.csv"):
        for form in (row["masculine"].lower(), row["feminine"].lower()):
            if form and row["place"]:
                table.setdefault(form, row["place"])
                table.setdefault(form if form.endswith(("s", "x")) else form + "s", row["place"])
    return table
