"""Tests that settle a type by the arguments: "saisir le tribunal" is trial, "saisir de la drogue" arrest.

The rows of `lexicon/type_tests.csv` name lemma, argument, words and type; words in capitals are classes of
`lexicon/argument_classes.csv`, or PERSON, PLACE and ORGANISATION by entity, EVENT by the trigger lexicon.
"""

from __future__ import annotations

import functools

from pipeline.model import lexicon
from pipeline.model.words import Word
from pipeline.telling.eventness import Surroundings
from pipeline.telling.topics import OTHER, STATEMENT
from pipeline.telling.triggers import Candidate, lexemes

OF_ARGUMENT = "argument"  # in the column `type`: that of the event which is the argument
Test = tuple[str, frozenset[str], str]  # argument, words and classes, type


@functools.cache
def tests() -> dict[tuple[str, str], list[Test]]:
    """Argument tests by (lemma, pos), in the order they are tried."""
    found: dict[tuple[str, str], list[Test]] = {}
    for row in lexicon.rows("type_tests.csv"):
        test = (row["argument"], frozenset(row["words"].split()), row["type"])
        found.setdefault((row["lemma"], row["pos"]), []).append(test)
    return found


@functools.cache
def classes() -> dict[str, tuple[str, ...]]:
    """Classes of argument nouns by lemma: "voiture" is a VEHICLE."""
    found: dict[str, tuple[str, ...]] = {}
    for row in lexicon.rows("argument_classes.csv"):
        for word in row["words"].split():
            found[word] = (*found.get(word, ()), row["class"])
    return found


def by_arguments(trigger: Candidate, around: Surroundings) -> str:
    """The type that the first test to hold gives, OF_ARGUMENT, or an empty string."""
    rows = tests().get((trigger.lemma, trigger.pos))
    if not rows:
        return ""
    token = around.doc[trigger.i]
    arguments = {name: [_words(word, around) for word in found] for name, found in _arguments(token, around).items()}
    for argument, words, name in rows:
        if argument in _FORMS:
            if _FORMS[argument](token):
                return name
        elif any(not words.isdisjoint(found) for found in arguments.get(argument, ())):
            return name
    return ""


_REFLEXIVE = frozenset({"se", "s'", "s’"})
_FORMS = {
    "passive": lambda token: any(c.dep_ in ("aux:pass", "nsubj:pass") for c in token.children),
    "clause": lambda token: any(c.dep_ == "ccomp" for c in token.children),
    "reflexive": lambda token: any(c.lower_ in _REFLEXIVE for c in token.children),
}


def type_of_argument(trigger: Candidate, around: Surroundings) -> tuple[str, str]:
    """Type and subtype of the event a trigger governs ("organiser" a strike), two empty strings without one."""
    arguments = _arguments(around.doc[trigger.i], around)
    for argument, _, name in tests().get((trigger.lemma, trigger.pos), ()):
        for word in arguments.get(argument, ()) if name == OF_ARGUMENT else ():
            event = around.by_token.get(word.i)
            if event is not None and event is not trigger and event.type not in _TELLS_NOTHING:
                return event.type, event.subtype
            known = lexemes().get((word.lemma_.lower(), "NOUN")) if event is None else None
            if known and known.manner == "fixed" and known.names[0] not in _TELLS_NOTHING:
                return known.types[0]
    return "", ""


_TELLS_NOTHING = frozenset({"", OTHER, STATEMENT, OF_ARGUMENT})


def _arguments(token: Word, around: Surroundings) -> dict[str, list[Word]]:
    """Children of a trigger by the names of the tests; the subject of a passive is an object."""
    found: dict[str, list[Word]] = {}
    for child in token.children:
        names = _ARGUMENTS.get(child.dep_, ())
        counted = [child, *_counted(child)]
        if token.dep_ == "acl:relcl" and child.lower_ in _RELATIVE:
            counted = [token.head]
        if child.i in around.dated and child.dep_ in ("obj", "obl:mod", "xcomp"):
            # "a lancé samedi des pierres": the parse hangs the stones on Saturday
            counted = [c for c in child.children if c.pos_ in ("NOUN", "PROPN") and c.i not in around.dated]
            names = ("object", "complement") if counted and child.i > token.i else ()
        for name in names:
            found.setdefault(name, []).extend(counted)
            if name == "object" and any(c.lower_ in _POSSESSIVE for c in child.children):
                found.setdefault("own", []).append(child)
        if child.dep_ in _MODIFIERS:
            found.setdefault("modifier", []).append(child)
    if token.dep_ in ("acl", "amod"):  # "la course ayant lieu", "une statue érigée"
        found.setdefault("subject" if token.morph.get("Tense") == "Pres" else "object", [token.head])
    return found


def _counted(token: Word) -> list[Word]:
    """What a number noun counts: the jobs of "trois cents emplois"."""
    if token.pos_ != "NUM" and token.lemma_.lower() not in _numbers():
        return []
    return [child for child in token.children if child.dep_ in ("nmod", "amod")]


@functools.cache
def _numbers() -> frozenset[str]:
    return frozenset(
        (*lexicon.words("dozens.csv", "form"), *lexicon.words("numbers.csv", "form"), "millier", "million")
    )


_RELATIVE = frozenset({"qui", "que", "qu'", "qu’"})
_POSSESSIVE = frozenset({"son", "sa", "ses", "leur", "leurs", "mon", "ma", "mes", "notre", "nos"})
_ARGUMENTS = {
    "obj": ("object",),
    "nsubj:pass": ("object",),
    "nsubj": ("subject",),
    "obl:agent": ("subject", "complement"),
    "obl:arg": ("complement",),
    "obl:mod": ("complement",),
    "obl": ("complement",),
    "xcomp": ("complement", "infinitive"),
    "ccomp": ("complement", "infinitive"),
}
_MODIFIERS = frozenset({"nmod", "amod", "obl:arg", "obl:mod", "acl"})


def _words(token: Word, around: Surroundings) -> set[str]:
    """The lemma of an argument and its classes."""
    lemma = token.lemma_.lower()
    found = {lemma, *classes().get(lemma, ())}
    if entity := _ENTITY_CLASSES.get(around.entities.get(token.i, "")):
        found.add(entity)
    other = around.by_token.get(token.i)
    known = other.lexeme if other is not None else lexemes().get((lemma, "NOUN"))
    if known and known.kind == "event":
        found.add("EVENT")
    return found


_ENTITY_CLASSES = {"PER": "PERSON", "LOC": "PLACE", "ORG": "ORGANISATION"}
ENTITY_CLASSES = frozenset(_ENTITY_CLASSES.values())
ARGUMENTS = frozenset((*_FORMS, *(name for names in _ARGUMENTS.values() for name in names), "modifier", "own"))
