"""Who is under suspicion in a document, and how sure it may be that such a person did something.

Nobody suspected, accused, charged, tried, acquitted or wanted is the asserted agent of an act: of what a suspect is
said to have done the certainty is at most `alleged`, after a conviction `reported`, after an acquittal `denied`.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from pipeline.model import lexicon
from pipeline.model.doc import Event, Participant
from pipeline.model.words import Word, Words
from pipeline.telling import meant, syntax

SOMEBODY = ""  # key of those under suspicion whom nothing in the text names
ALLEGED, REPORTED, DENIED = "alleged", "reported", "denied"
_RANK = {DENIED: 3, ALLEGED: 2, REPORTED: 1}


@functools.cache
def _spec() -> dict[str, Any]:
    raw = lexicon.toml("presumption.toml")
    return {k: frozenset(v) for k, v in raw.items() if isinstance(v, list)} | {
        k: re.compile(v) for k, v in raw.items() if isinstance(v, str)
    }


def suspects(doc: Words) -> dict[str, str]:
    """Names and phrase heads of those under suspicion in a Doc → the most that may be said of what they did.

    Keys are `ent._.name` of named mentions and the lower-case words of unnamed phrases. Any word of suspicion or
    criminal procedure puts in `SOMEBODY` too: whom it concerns may go by words that nothing ties to a name.

    >>> suspects(nlp("Jean Petit a été mis en examen pour vol."))  # doctest: +SKIP
    {'': 'alleged', 'Jean Petit': 'alleged'}
    """
    found: dict[str, str] = {}
    spec = _spec()
    if not spec["any"].search(doc.text.lower()):
        return found
    found[SOMEBODY] = ALLEGED
    for i in syntax.with_words(doc, _about()):
        token = doc[i]
        lemma = syntax.lemma(token)
        if token.lower_ in spec["labels"] or lemma in spec["labels"]:
            for person in _labelled(token):
                _note(found, doc, person, ALLEGED)
        elif lemma in spec["verbs"] or lemma in spec["convictions"] or lemma in spec["acquittals"]:
            most = REPORTED if lemma in spec["convictions"] else DENIED if lemma in spec["acquittals"] else ALLEGED
            for person in _undergoing(token):
                _note(found, doc, person, most)
        elif lemma in spec["nouns"] or lemma in spec["phrases"]:
            for person in _of_procedure(token):
                _note(found, doc, person, ALLEGED)
    return found


@functools.cache
def _about() -> frozenset[str]:
    spec = _spec()
    return frozenset().union(*(spec[k] for k in ("labels", "verbs", "convictions", "acquittals", "nouns", "phrases")))


def certainty(doc: Words, event: Event, who: Participant, known: dict[str, str]) -> str:
    """The certainty of a participant of an event, given the event's own and the suspects of its document."""
    if who.role in ("place", "speaker"):
        return who.certainty
    own = event.certainty
    spec = _spec()
    if who.role != "agent" or (event.type in spec["own_acts"] and event.lemma.lower() not in spec["offences"]):
        return own
    most = known.get(_key(who), "")
    if not most and spec["suspect_words"].search(who.text.lower()):
        most = ALLEGED
    if not most and known and (event.type in spec["crimes"] or event.lemma.lower() in spec["offences"]):
        # who is under suspicion may go by words that nothing ties to the name
        person = who.mention is None or who.mention.label_ == "PER"
        most = ALLEGED if person else ""
    if not most:
        return own
    return own if own in (ALLEGED, DENIED, "hypothetical") else most


def _key(who: Participant) -> str:
    return who.mention._.name or who.mention.text if who.mention is not None else who.text.lower()


def _note(found: dict[str, str], doc: Words, person: Word, most: str) -> None:
    """An acquittal outweighs a charge, a charge outweighs a conviction (it may be of another act)."""
    for one in syntax.conjuncts(person):
        made = meant.make_out(doc, "agent", one)
        if made is not None and made.mention is not None and made.mention.label_ == "LOC":
            continue
        key = _key(made) if made is not None else SOMEBODY
        if _RANK[most] > _RANK.get(found.get(key, ""), 0):
            found[key] = most


def _labelled(token: Word) -> list[Word]:
    """Whom "suspect", "présumé", "accusé" is said of: itself a noun, its noun, apposition, subject of the copula."""
    people = [token] if token.pos_ in ("NOUN", "PROPN") else []
    people += (
        [token.head]
        if token.dep_ in ("amod", "acl", "appos", "nmod", "conj", "flat:name")
        and token.head.pos_ in ("NOUN", "PROPN", "PRON")
        else []
    )
    people += [c for c in token.children if c.dep_ in ("appos", "flat:name", "nmod") and c.pos_ == "PROPN"]
    people += (
        [c for c in token.head.children if c.dep_ in ("appos", "flat:name") and c.pos_ == "PROPN"]
        if token.dep_ == "amod"
        else []
    )
    people += [syntax.antecedent(c) for c in token.children if c.dep_ in syntax.SUBJECT]
    if token.dep_ in ("xcomp", "obl:arg", "obj", "obl:mod") and syntax.is_verb(token.head):
        people += syntax.subjects(token.head)
    return people


def _undergoing(verb: Word) -> list[Word]:
    """Whom a verb of suspicion or procedure concerns: passive subject, object, the noun of a participle."""
    if verb.pos_ not in ("VERB", "AUX", "ADJ", "NOUN"):
        return []
    intransitive = syntax.lemma(verb) in _spec()["subject_verbs"]
    found = [c for c in verb.children if c.dep_ in ("obj", "nsubj:pass")]
    if not found or syntax.is_passive(verb) or intransitive:
        found += syntax.subjects(verb)
    if verb.dep_ in ("acl", "amod", "appos", "acl:relcl", "advcl", "conj"):
        found += [verb.head] if verb.head.pos_ in ("NOUN", "PROPN") else []
        found += syntax.subjects(verb)
    if verb.dep_ == "xcomp":
        found += syntax.subjects(verb.head)
    return [syntax.antecedent(t) for t in found]


def _of_procedure(noun: Word) -> list[Word]:
    """Whose "procès", "garde à vue", "mise en examen" it is: complement, possessive, subject of its verb."""
    found = [
        c
        for c in noun.children
        if c.dep_ in ("nmod", "obj", "appos") and syntax.case(c) in ("de", "contre", "", "visant")
    ]
    found += [c for c in noun.children if c.dep_ == "det" and c.lower_ in ("son", "sa", "ses", "leur", "leurs")]
    verb = noun.head
    if syntax.is_verb(verb) and noun.dep_ in ("obl:arg", "obl:mod", "obj", "fixed", "nmod", "xcomp", "advcl"):
        found += _undergoing(verb)
    return found
