"""The words that bear on a trigger: the verb that carries its tense and negation, and what governs both.

Reads the parse; knows from `lexicon/cues.toml` which words have a say. "Il n'a pas fait d'annonce": the trigger
*annonce* is carried by *fait*, which *n' … pas* negates.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.model import lexicon
from pipeline.model.doc import Event
from pipeline.model.words import Word, once
from pipeline.telling import syntax
from pipeline.timex.tense import NO_READING, Reading, Tense, form_tense, tense_of


class Verdict(NamedTuple):
    """What one telling says of its event, and the words that decided."""

    status: str
    certainty: str
    cue: str


class Telling(NamedTuple):
    """One telling of an event: its trigger, the verb that carries tense and negation, the words that govern both."""

    trigger: Word
    carrier: Word | None
    governors: tuple[tuple[Word, Word], ...]
    reading: Reading
    event: Event


def telling(trigger: Word, event: Event) -> Telling:
    """One telling of an event, with everything the checks look at."""
    verb = carrier_of(trigger)
    return Telling(trigger, verb, tuple(governors_of(trigger)), NO_READING if verb is None else reading(verb), event)


@once
def reading(carrier: Word) -> Reading:
    """Tense and mood of the carrying verb, also of one the tagger took for a noun: "seraient morts"."""
    found = tense_of(carrier)
    if found.tense != Tense.NONE:
        return found
    finite = next((c for c in syntax.children(carrier, "aux:tense", "aux:pass") if syntax.verb_form(c) == "Fin"), None)
    return Reading(form_tense(finite), carrier, finite, perfect=True) if finite is not None else found


@functools.cache
def cues() -> dict[str, dict[str, frozenset[str]]]:
    return {name: {k: frozenset(v) for k, v in table.items()} for name, table in lexicon.toml("cues.toml").items()}


@functools.cache
def phrases(table: str, key: str = "phrases") -> re.Pattern[str]:
    words = sorted(cues()[table][key], key=lambda w: (-len(w), w))
    whole = "|".join(re.escape(w) + (r"(?!\w)" if w[-1].isalnum() else "") for w in words)
    return re.compile(rf"(?<!\w)(?:{whole})(?! de (?:soirée|journée|route|saison|match|nuit))", re.IGNORECASE)


def carrier_of(trigger: Word) -> Word | None:
    """The verb that carries tense and negation of a trigger: itself, its support, aspect or occurrence verb."""
    if is_verbal(trigger):
        return trigger
    noun = trigger
    while noun.dep_ in ("conj", "flat:name", "fixed") and not is_verbal(noun.head):
        noun = noun.head
    verb = noun.head
    if verb == noun or not is_verbal(verb):
        return _relative(trigger)
    light = syntax.lemma(verb) in light_verbs()
    object_of = noun.dep_ in ("obj", "fixed", "xcomp", "iobj") or (
        noun.dep_ == "obl:arg" and not syntax.children(verb, "obj")
    )
    if object_of and (light or syntax.lemma(verb) in cues()["negation"]["existence"]):
        return verb
    if noun.dep_ in ("obl:mod", "nmod") and syntax.lemma(verb) in ("mettre", "prendre", "placer", "entrer"):
        return verb
    if noun.dep_ in ("nsubj", "nsubj:pass") and (light or happens(verb)):
        return verb
    return _relative(trigger)


def _relative(noun: Word) -> Word | None:
    """The verb of "la messe, qui se tiendra …"."""
    for child in noun.children:
        if child.dep_ == "acl:relcl" and happens(child) and any(c.lower_ == "qui" for c in child.children):
            return child
    return None


@functools.cache
def light_verbs() -> frozenset[str]:
    """Support verbs that add no meaning of their own to the noun."""
    support, said = lexicon.toml("arguments.toml")["support"], cues()
    meaning = said["planned"]["verbs"] | said["counterfactual"]["verbs"] | said["counterfactual"]["cancelled"]
    meaning |= said["counterfactual"]["postponed"] | said["possible"]["verbs"] | said["alleged"]["verbs"]
    return frozenset([*support["agent"], *support["patient"]]) - meaning | {"tenir", "engager", "ouvrir"}


def happens(verb: Word) -> bool:
    """Whether a verb only says that its subject takes place, begins, lasts or ends."""
    aspect = lexicon.toml("arguments.toml")["verbs"]["aspect"]
    return syntax.lemma(verb) in cues()["negation"]["existence"] or syntax.lemma(verb) in aspect


def is_verbal(token: Word) -> bool:
    return (syntax.is_verb(token) and token.pos_ not in ("NOUN", "PROPN")) or bool(
        syntax.children(token, "aux:tense", "aux:pass")
    )


def governors_of(token: Word) -> Iterator[tuple[Word, Word]]:
    """Words whose complement the token is, from near to far, each with the complement on the way."""
    current = token
    for _ in range(8):
        label, head = current.dep_, current.head
        if head == current or label in ("parataxis", "acl:relcl", "ROOT", "dep", "appos"):
            return
        if label == "conj":
            current = head
            continue
        if label == "advcl" and not syntax.is_infinite(current):
            return
        yield head, current
        if label in ("nsubj", "nsubj:pass", "obl:mod", "obl:agent", "advcl"):
            return
        if (
            label == "acl"
            and is_infinitive(current)
            and is_verbal(head.head)
            and head.dep_ in ("obj", "obl:arg", "iobj")
        ):
            yield head.head, current  # "reprochent au maire d'avoir …"
        if not is_verbal(head) and syntax.lemma(head) not in _cue_nouns() and not syntax.children(head, "cop"):
            return
        if (
            is_verbal(head)
            and not is_verbal(current)
            and is_definite(current)
            and syntax.lemma(head) not in light_verbs()
        ):
            return
        current = head


@functools.cache
def _cue_nouns() -> frozenset[str]:
    return frozenset().union(
        *(
            words
            for table in cues().values()
            for key, words in table.items()
            if "nouns" in key or key in ("attempts", "prosecution")
        )
    )


def forms(token: Word) -> list[Word]:
    """The token and its auxiliaries."""
    return [*(c for c in token.children if c.dep_.startswith("aux") or c.dep_ == "cop"), token]


def _of_manner(verb: Word) -> bool:
    """Whether the negation is of how, not of what: "n'a pas été choisie au hasard"."""
    following = " ".join(t.lower_ for t in verb.doc[verb.i + 1 : verb.i + 4]).replace("’", "'")
    return any(f"{following} ".startswith(f"{words} ") for words in cues()["negation"]["manner"])


def negation(verb: Word) -> str:
    """The words that negate a verb, or nothing: "ne … que" and expletive "ne" do not, nor a negated manner."""
    cue = _negating(verb)
    return "" if cue and _of_manner(verb) else cue


def _negating(verb: Word) -> str:
    spec = cues()["negation"]
    ne = None
    second = ""
    for child in verb.children:
        low = child.lower_
        if low in ("ne", "n'", "n’"):
            ne = child
        elif low == "ni" or (
            low in spec["adverbs"]
            and child.dep_
            in ("advmod", "nsubj", "nsubj:pass", "obj", "obl:mod", "obl:arg", "dep", "cc", "det", "xcomp", "iobj")
        ):
            second = second or child.text
        elif child.dep_ in ("nsubj", "nsubj:pass", "obj", "obl:arg", "nmod"):
            second = second or next(
                (c.text for c in child.children if c.lower_ in spec["determiners"] or (c.lower_ == "ni")), ""
            )
    if ne is not None and not second:
        after = [t for t in verb.doc[ne.i + 1 : min(ne.i + 7, len(verb.doc))] if not t.is_punct]
        second = next(
            (t.text for t in after if t.lower_ in spec["adverbs"] and t.lower_ not in ("personne", "point")), ""
        )
        if any(t.lower_ in ("que", "qu'", "qu’") and t.i > verb.i for t in after) and second in ("", "plus"):
            return ""
    if ne is not None and second:
        return f"{ne.text} {second}"
    if ne is not None and syntax.lemma(verb) in spec["ne_alone"]:
        return ne.text
    if ne is None and second and second.lower() == "pas" and syntax.is_participle(verb):
        return second
    return ""


def is_infinitive(token: Word) -> bool:
    return syntax.verb_form(token) == "Inf" or any(
        syntax.verb_form(c) == "Inf" and c.dep_.startswith("aux") for c in token.children
    )


def is_definite(noun: Word) -> bool:
    return any(
        c.dep_ == "det" and c.lower_ in ("le", "la", "l'", "l’", "les", "ce", "cet", "cette", "ces")
        for c in noun.children
    )
