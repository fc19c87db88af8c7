"""spaCy component `depeche_modality`: did it happen, is it planned, denied, alleged, and how sure is the text of it.

Reads the parse, `doc.spans["events"]` with their dates, participants and speaker; fills `status`, `certainty`, `cue` of
each Event and the `certainty` of its participants. "La maire aurait démissionné." → uncertain, alleged, cue "aurait".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

from pipeline import participants, presumption, speakers, syntax
from pipeline.model import doc as extensions
from pipeline.model import lexicon
from pipeline.model.doc import Event
from pipeline.tense import Reading, Tense, tense_of

extensions.declare()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one telling says of its event, and the words that decided."""

    status: str
    certainty: str
    cue: str


OCCURRED = Verdict("occurred", "asserted", "")


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling of an event: its trigger, the verb that carries tense and negation, the words that govern both."""

    trigger: Token
    carrier: Token | None
    governors: tuple[tuple[Token, Token], ...]
    reading: Reading
    event: Event


@Language.factory(
    "depeche_modality",
    assigns=["span._.event"],
    requires=["token.pos", "token.dep", "token.lemma", "doc.sents", "doc.spans", "span._.event"],
)
def create_modality(nlp: Language, name: str) -> Modality:
    """Make the component; it has no settings."""
    return Modality()


class Modality:
    """Callable component: Doc in, the same Doc with status and certainty of its events settled out."""

    def __call__(self, doc: Doc) -> Doc:
        spans = doc.spans.get("events", ())
        known = presumption.suspects(doc) if spans else {}
        for span in spans:
            settle(doc, span._.event, known)
        return doc


def settle(doc: Doc, event: Event, known: dict[str, str]) -> None:
    """Fill status, certainty and cue of an event, then the certainty of its participants.

    `known` is what `presumption.suspects(doc)` gives.
    """
    verdict = _combine([judge(telling) for telling in _tellings(doc, event)])
    event.status, event.certainty, event.cue = verdict.status, verdict.certainty, verdict.cue
    if event.certainty == "asserted" and event.speaker:
        event.certainty = "reported"
    for who in event.participants:
        who.certainty = presumption.certainty(doc, event, who, known)


def judge(telling: Telling) -> Verdict:
    """What one telling says: the first check that finds its cue decides.

    >>> judge(next(_tellings(nlp("Le concert est annulé."), event))).status  # doctest: +SKIP
    'negated'
    """
    for check in CHECKS:
        verdict = check(telling)
        if verdict is not None:
            return verdict
    return OCCURRED


def _combine(verdicts: list[Verdict]) -> Verdict:
    """The first telling decides; a plain telling that it occurred outweighs plan and doubt of another."""
    first = verdicts[0]
    return first


def _tellings(doc: Doc, event: Event) -> Iterator[Telling]:
    for trigger in participants.heads(doc, event):
        carrier = _carrier(trigger)
        yield Telling(trigger, carrier, tuple(_governors(carrier or trigger)), tense_of(carrier) if carrier else Reading(Tense.NONE), event)


# ---- the words around a trigger


@functools.cache
def _cues() -> dict[str, dict[str, frozenset[str]]]:
    return {name: {k: frozenset(v) for k, v in table.items()} for name, table in lexicon.toml("cues.toml").items()}


@functools.cache
def _phrases(table: str, key: str = "phrases") -> re.Pattern[str]:
    words = sorted(_cues()[table][key], key=lambda w: (-len(w), w))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)


def _carrier(trigger: Token) -> Token | None:
    """The verb that carries tense and negation of a trigger: itself, its support or aspect verb, its occurrence verb."""
    if _is_verbal(trigger):
        return trigger
    noun = trigger
    while noun.dep_ in ("conj", "flat:name", "fixed") and not _is_verbal(noun.head):
        noun = noun.head
    verb = noun.head
    if verb == noun or not _is_verbal(verb):
        return None
    support = lexicon.toml("arguments.toml")["support"]
    light = verb.lemma_ in support["agent"] or verb.lemma_ in support["patient"]
    if noun.dep_ in ("obj", "obl:arg", "fixed", "xcomp", "iobj") and (light or verb.lemma_ in _cues()["negation"]["existence"]):
        return verb
    if noun.dep_ in ("obl:mod", "nmod") and verb.lemma_ in ("mettre", "prendre", "placer", "entrer"):
        return verb
    if noun.dep_ in ("nsubj", "nsubj:pass") and (light or _happens(verb)):
        return verb
    return None


def _happens(verb: Token) -> bool:
    aspect = {"commencer", "débuter", "démarrer", "éclater", "achever", "terminer", "poursuivre", "continuer", "reprendre", "durer", "ouvrir", "rester"}
    return verb.lemma_ in _cues()["negation"]["existence"] or verb.lemma_ in aspect


def _is_verbal(token: Token) -> bool:
    return syntax.is_verb(token) and token.pos_ not in ("NOUN", "PROPN")


def _governors(token: Token) -> Iterator[tuple[Token, Token]]:
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
        if label in ("nsubj", "nsubj:pass", "obl:mod", "obl:agent", "advcl") and label != "xcomp":
            return
        current = head


def _forms(token: Token) -> list[Token]:
    """The token and its auxiliaries."""
    return [*(c for c in token.children if c.dep_.startswith("aux") or c.dep_ == "cop"), token]


def _negation(verb: Token) -> str:
    """The words that negate a verb, or nothing: "ne … que" and expletive "ne" do not."""
    spec = _cues()["negation"]
    ne = None
    second = ""
    for child in verb.children:
        low = child.lower_
        if low in ("ne", "n'", "n’"):
            ne = child
        elif low in spec["adverbs"] and child.dep_ in ("advmod", "nsubj", "nsubj:pass", "obj", "obl:mod", "obl:arg", "dep", "cc", "det", "xcomp", "iobj"):
            second = second or child.text
        elif child.dep_ in ("nsubj", "nsubj:pass", "obj", "obl:arg", "nmod"):
            second = second or next((c.text for c in child.children if c.lower_ in spec["determiners"] or (c.lower_ == "ni")), "")
    if ne is not None and not second:
        after = [t for t in verb.doc[ne.i + 1 : min(ne.i + 7, len(verb.doc))] if not t.is_punct]
        second = next((t.text for t in after if t.lower_ in spec["adverbs"] and t.lower_ not in ("personne", "point")), "")
        if any(t.lower_ in ("que", "qu'", "qu’") and t.i > verb.i for t in after) and second in ("", "plus"):
            return ""
    if ne is not None and second:
        return f"{ne.text} {second}"
    if ne is None and second and second.lower() == "pas" and syntax.is_participle(verb):
        return second
    return ""


# ---- checks, in the order in which they are asked


def _denied_or_open(t: Telling) -> Verdict | None:
    for governor, child in t.governors:
        if governor.lemma_ in _cues()["denied"]["verbs"] and child.dep_ in ("obj", "xcomp", "ccomp", "obl:arg"):
            if not _negation(governor):
                return Verdict("uncertain", "denied", governor.text)
        if governor.lemma_.lower() in _cues()["denied"]["nouns"]:
            return Verdict("uncertain", "denied", governor.text)
        if governor.lemma_ in _cues()["negation"]["confirmation"] and child.dep_ in ("obj", "ccomp", "xcomp") and _is_verbal(governor):
            cue = _negation(governor)
            if cue:
                return Verdict("uncertain", "alleged", f"{cue} {governor.text}")
    return None


def _negated(t: Telling) -> Verdict | None:
    spec = _cues()["negation"]
    if t.carrier is not None:
        cue = _negation(t.carrier)
        if cue:
            return Verdict("negated", "asserted", cue)
        above = t.carrier
        for governor, child in t.governors:  # "n'a pas pu être réanimé", "n'a pas réussi à reprendre"
            if child != above or child.dep_ != "xcomp" or not _is_verbal(governor):
                break
            cue = _negation(governor)
            if cue and governor.lemma_ in ("pouvoir", "réussir", "parvenir", "arriver", "vouloir", "devoir", "aller", "souhaiter", "décider", "chercher", "tenter"):
                return Verdict("negated", "asserted", f"{cue} {governor.text}")
            above = governor
    for child in t.trigger.children:
        if child.i < t.trigger.i and (child.lower_ in spec["determiners"] or (child.lower_ in ("non", "jamais") and child.dep_ == "advmod")):
            return Verdict("negated", "asserted", child.text)
        if child.dep_ in ("case", "mark") and child.lower_ in spec["prepositions"]:
            return Verdict("negated", "asserted", child.text)
    if t.carrier is None and t.trigger.i >= 2 and t.trigger.doc[t.trigger.i - 1].lower_ in ("de", "d'", "d’") and t.trigger.nbor(-2).lower_ in ("pas", "point"):
        return Verdict("negated", "asserted", t.trigger.nbor(-2).text)
    return None


def _called_off(t: Telling) -> Verdict | None:
    spec = _cues()["counterfactual"]
    for governor, child in t.governors:
        lemma, label = governor.lemma_.lower(), child.dep_
        if _is_verbal(governor) and lemma in spec["verbs"] and label in ("xcomp", "obj", "obl:arg", "ccomp", "nsubj:pass"):
            if label == "obj" and lemma in spec["infinitive_only"] and lemma not in spec["cancelled"]:
                continue
            return None if _negation(governor) else Verdict("negated", "asserted", governor.text)
        if _is_verbal(governor) and lemma in spec["cancelled"] and label in ("obj", "nsubj:pass", "nsubj"):
            return None if _negation(governor) else Verdict("negated", "asserted", governor.text)
        if _is_verbal(governor) and lemma in spec["postponed"] and label in ("obj", "nsubj:pass"):
            return Verdict("planned", "asserted", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg"):
            return Verdict("negated", "asserted", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["attempts"] and label in ("nmod", "acl", "obl:arg"):
            return _attempt(governor)
    for child in t.trigger.children:
        if child.dep_ in ("amod", "acl") and child.lower_ in spec["adjectives"] and not t.trigger.dep_ == "ROOT":
            return Verdict("negated", "asserted", child.text)
        if child.dep_ == "acl" and child.lemma_ in spec["cancelled"]:
            return Verdict("negated", "asserted", child.text)
    if t.carrier is not None and t.carrier != t.trigger and t.carrier.lemma_ in spec["cancelled"] and syntax.is_passive(t.carrier):
        return Verdict("negated", "asserted", t.carrier.text)
    return None


def _attempt(noun: Token) -> Verdict:
    """What an attempt aimed at did not come about, as far as is told."""
    verb = noun.head
    if _is_verbal(verb) and verb.lemma_ in _cues()["counterfactual"]["failures"]:
        return Verdict("negated", "asserted", f"{noun.text} {verb.text}")
    return Verdict("uncertain", "asserted", noun.text) if noun.lemma_ in ("projet", "préparatif", "complot") else Verdict("negated", "asserted", noun.text)


def _alleged(t: Telling) -> Verdict | None:
    spec = _cues()["alleged"]
    for governor, child in t.governors:
        lemma, label = governor.lemma_.lower(), child.dep_
        if lemma in spec["verbs"] and _is_verbal(governor) and label in ("xcomp", "ccomp", "obl:arg", "obl:mod", "advcl", "obj"):
            infinitive = label in ("xcomp", "advcl") or (label == "ccomp" and syntax.is_infinite(child))
            if lemma in spec["infinitive_only"] and not infinitive:
                continue
            if label == "obj" and lemma not in ("imputer", "reprocher", "soupçonner", "suspecter", "prétendre", "alléguer", "supposer", "présumer"):
                continue
            if label == "obl:mod" and syntax.case(child) not in ("pour", "de"):
                continue
            return Verdict("uncertain", "alleged", governor.text)
        if lemma in spec["prosecution"] and syntax.case(child) in ("pour", "de", "sur", "") and label in ("obl:arg", "obl:mod", "nmod", "xcomp", "advcl", "acl"):
            if _prosecutes(governor, child, t):
                return Verdict("uncertain", "alleged", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg", "xcomp") and lemma not in ("mise", "charge", "chef", "motif"):
            if _prosecutes(governor, child, t):
                return Verdict("uncertain", "alleged", governor.text)
    for child in t.trigger.children:
        if child.dep_ in ("amod", "acl", "advmod") and (child.lower_ in spec["adjectives"] or child.lower_ in spec["adverbs"]):
            return Verdict("uncertain", "alleged", child.text)
    for token in (t.carrier, *(g for g, c in t.governors if c.dep_ in ("xcomp", "obl:agent"))):
        if token is None:
            continue
        for child in token.children:
            if child.dep_ == "advmod" and child.lower_ in spec["adverbs"]:
                return Verdict("uncertain", "alleged", child.text)
    return None


def _prosecutes(governor: Token, child: Token, t: Telling) -> bool:
    """Whether the act is only a charge: "mis en examen pour meurtre"; "le meurtre de Luc Roy" is a fact."""
    mark = next((c.lower_ for c in child.children if c.dep_ in ("mark", "case")), "")
    if mark not in ("pour", "d'", "d’", "de", "des", "du", "sur", "visant"):
        return False
    return not (child == t.trigger and any(c.dep_ == "det" and c.lower_ in ("le", "la", "l'", "l’", "cette", "ce", "cet", "ces", "les") for c in child.children) and syntax.children(child, "nmod"))


def _conditional(t: Telling) -> Verdict | None:
    """Si-clauses, "en cas de", journalistic conditional, future in the past."""
    spec = _cues()["possible"]
    verb = t.carrier
    chain = [verb, *(g for g, c in t.governors if c.dep_ in ("xcomp", "obj", "ccomp", "nsubj", "nsubj:pass", "obl:agent") and _is_verbal(g))] if verb else [g for g, c in t.governors[:1] if _is_verbal(g) and c.dep_ in ("obj", "obl:agent")]
    for token in chain[:2]:
        for child in token.children if token is not None else ():
            if child.dep_ == "mark" and child.lower_ in spec["conditions"] and not _whether(token):
                return Verdict("uncertain", "hypothetical", child.text)
    match = _phrases("possible", "condition_phrases").search(t.trigger.doc.text, max(t.event.start - 30, 0), t.trigger.idx)
    if match and "," not in t.trigger.doc.text[match.end() : t.trigger.idx]:
        return Verdict("uncertain", "hypothetical", match.group())
    for token in chain[:2]:
        if token is None:
            continue
        reading = tense_of(token)
        if reading.tense == Tense.CONDITIONAL and reading.finite is not None:
            return _of_conditional(reading, token)
    return None


def _whether(verb: Token) -> bool:
    return False


def _of_conditional(reading: Reading, verb: Token) -> Verdict | None:
    finite = reading.finite
    assert finite is not None
    if finite.lower_ in _cues()["planned"]["duty"]:
        return Verdict("planned", "asserted", finite.text)
    if finite.lemma_ == "pouvoir" or finite.lower_.startswith("pourr"):
        return Verdict("uncertain", "hypothetical", finite.text)
    if not reading.perfect and _under_past_report(verb):
        return Verdict("planned", "reported", finite.text)
    return Verdict("uncertain", "alleged", finite.text)


def _under_past_report(verb: Token) -> bool:
    current = verb
    for _ in range(6):
        if current.dep_ == "ccomp":
            return tense_of(current.head).tense in (Tense.PAST, Tense.PARTICIPLE)
        if current.dep_ not in ("conj", "xcomp", "advcl", "acl") or current.head == current:
            return False
        current = current.head
    return False


def _possible(t: Telling) -> Verdict | None:
    spec = _cues()["possible"]
    for governor, child in t.governors:
        lemma, label = governor.lemma_.lower(), child.dep_
        if _is_verbal(governor) and lemma in spec["verbs"] and label in ("xcomp", "ccomp", "obj"):
            if lemma in spec["realised"] and (tense_of(governor).perfect or tense_of(governor).tense == Tense.PAST):
                continue
            if label == "obj" and lemma in ("pouvoir", "devoir", "aimer", "sembler", "paraître", "recommander"):
                continue
            return Verdict("uncertain", "hypothetical", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg") and syntax.case(child) in ("de", "à", ""):
            if lemma in ("demande", "appel", "menace") and label == "nmod" and syntax.case(child) == "de":
                continue
            return Verdict("uncertain", "hypothetical", governor.text)
        if governor.lower_ in spec["adjectives"] and label in ("xcomp", "ccomp", "csubj"):
            return Verdict("uncertain", "hypothetical", governor.text)
    for child in t.trigger.children:
        if child.dep_ == "amod" and child.lower_ in spec["adjectives"]:
            return Verdict("uncertain", "hypothetical", child.text)
    return None


def _planned(t: Telling) -> Verdict | None:
    spec, event, published = _cues()["planned"], t.event, t.trigger.doc._.published
    past = published is not None and event.latest is not None and event.latest < published
    ahead = published is not None and event.earliest is not None and event.earliest > published
    for child in t.trigger.children:
        if child.dep_ in ("amod", "acl") and child.lower_ in spec["adjectives"] and not past:
            return Verdict("planned", "asserted", child.text)
    if t.carrier is not None:
        reading = t.reading
        if reading.tense == Tense.FUTURE and not past:
            return Verdict("planned", "asserted", (reading.finite or t.carrier).text)
        if reading.planned and not past:
            return Verdict("planned", "asserted", (reading.finite or t.carrier).text)
    for governor, child in t.governors:
        lemma, label = governor.lemma_.lower(), child.dep_
        if _is_verbal(governor) and lemma in spec["verbs"] and label in ("xcomp", "obj", "nsubj:pass", "ccomp", "obl:arg"):
            infinitive = syntax.is_verb(child) and syntax.is_infinite(child)
            if not infinitive and (lemma in spec["infinitive_only"] or label == "ccomp" or lemma == "annoncer"):
                continue
            if infinitive and any(c.dep_.startswith("aux:tense") for c in child.children):
                continue
            if not past:
                return Verdict("planned", "asserted", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg") and not past:
            if lemma in spec["nouns_infinitive_only"] and not syntax.is_verb(child):
                continue
            return Verdict("planned", "asserted", governor.text)
        if _is_verbal(governor) and label in ("obj", "nsubj:pass") and tense_of(governor).tense == Tense.FUTURE and not past and child == t.trigger and not _definite(child):
            return Verdict("planned", "asserted", governor.text)
    if ahead:
        return Verdict("planned", "asserted", t.trigger.doc.text[event.timex.start : event.timex.end] if event.timex else "")
    return None


def _definite(noun: Token) -> bool:
    return any(c.dep_ == "det" and c.lower_ in ("le", "la", "l'", "l’", "les", "ce", "cet", "cette", "ces") for c in noun.children)


def _ongoing(t: Telling) -> Verdict | None:
    spec = _cues()["ongoing"]
    doc = t.trigger.doc
    for governor, child in ((t.carrier, t.trigger), *t.governors):
        if governor is None or not _is_verbal(governor):
            continue
        if governor.lemma_ in spec["verbs"] and child.dep_ in ("xcomp", "nsubj", "obl:arg", "ROOT", "conj", "obj", "amod") and tense_of(governor).tense in (Tense.PRESENT, Tense.NONE):
            return Verdict("ongoing", "asserted", governor.text)
    if t.carrier is not None and t.reading.tense in (Tense.PRESENT, Tense.NONE) or (t.carrier is not None and t.reading.tense == Tense.PARTICIPLE):
        for child in t.carrier.children:
            if child.dep_ == "advmod" and child.lower_ in spec["adverbs"]:
                return Verdict("ongoing", "asserted", child.text)
        if t.event.timex is not None and t.event.timex.relation == "since" and t.reading.tense == Tense.PRESENT:
            return Verdict("ongoing", "asserted", "depuis")
    for child in t.trigger.children:
        if child.dep_ == "amod" and child.lower_ in spec["adjectives"]:
            return Verdict("ongoing", "asserted", child.text)
    near = _phrases("ongoing").search(doc.text, max(t.event.start - 16, 0), min(t.event.end + 40, t.trigger.sent.end_char))
    if near and "," not in doc.text[min(near.end(), t.event.end) : max(near.start(), t.event.start)]:
        return Verdict("ongoing", "asserted", near.group())
    if t.trigger.lemma_.lower() in spec["lasting"] and t.carrier is None and t.event.timex is None:
        return Verdict("ongoing", "asserted", t.trigger.text)
    return None


def _claimed(t: Telling) -> Verdict | None:
    """Told only by somebody who accuses or claims."""
    said = speakers.attribution(t.trigger.doc, t.trigger)
    if said is not None and said.kind == "claim":
        return Verdict("uncertain", "alleged", t.trigger.doc[said.verb].text)
    return None


CHECKS: tuple[Callable[[Telling], Verdict | None], ...] = (
    _denied_or_open,
    _negated,
    _called_off,
    _alleged,
    _conditional,
    _possible,
    _planned,
    _ongoing,
)


