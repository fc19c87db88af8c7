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
from pipeline.summary import summary
from pipeline.tense import Reading, Tense, form_tense, tense_of

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
    """Fill status, certainty and cue of an event, the certainty of its participants, and its summary.

    `known` is what `presumption.suspects(doc)` gives.
    """
    verdict = _combine([(telling, judge(telling)) for telling in _tellings(doc, event)])
    event.status, event.certainty, event.cue = verdict.status, verdict.certainty, verdict.cue
    if event.certainty == "asserted" and event.speaker:
        event.certainty = "reported"
    for who in event.participants:
        who.certainty = presumption.certainty(doc, event, who, known)
    event.summary = summary(doc, event)


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


def _combine(verdicts: list[tuple[Telling, Verdict]]) -> Verdict:
    """The chosen telling decides; where it is a bare noun, a plan or an ongoing course told elsewhere does."""
    first, *others = verdicts
    if first[1].cue or first[0].carrier is not None:
        return first[1]
    return next((v for t, v in others if v.status == "ongoing" or (v.status == "planned" and t.reading.tense == Tense.FUTURE)), first[1])


def _tellings(doc: Doc, event: Event) -> Iterator[Telling]:
    for trigger in participants.heads(doc, event):
        carrier = _carrier(trigger)
        yield Telling(trigger, carrier, tuple(_governors(trigger)), _reading(carrier), event)


# ---- the words around a trigger


def _reading(carrier: Token | None) -> Reading:
    """Tense and mood of the carrying verb, also of one the tagger took for a noun: "seraient morts"."""
    reading = tense_of(carrier) if carrier is not None else Reading(Tense.NONE)
    if carrier is None or reading.tense != Tense.NONE:
        return reading
    finite = next((c for c in syntax.children(carrier, "aux:tense", "aux:pass") if c.morph.get("VerbForm") == ["Fin"]), None)
    return Reading(form_tense(finite), carrier, finite, perfect=True) if finite is not None else reading


@functools.cache
def _cues() -> dict[str, dict[str, frozenset[str]]]:
    return {name: {k: frozenset(v) for k, v in table.items()} for name, table in lexicon.toml("cues.toml").items()}


@functools.cache
def _phrases(table: str, key: str = "phrases") -> re.Pattern[str]:
    words = sorted(_cues()[table][key], key=lambda w: (-len(w), w))
    whole = "|".join(re.escape(w) + (r"(?!\w)" if w[-1].isalnum() else "") for w in words)
    return re.compile(rf"(?<!\w)(?:{whole})(?! de (?:soirée|journée|route|saison|match|nuit))", re.IGNORECASE)


def _carrier(trigger: Token) -> Token | None:
    """The verb that carries tense and negation of a trigger: itself, its support or aspect verb, its occurrence verb."""
    if _is_verbal(trigger):
        return trigger
    noun = trigger
    while noun.dep_ in ("conj", "flat:name", "fixed") and not _is_verbal(noun.head):
        noun = noun.head
    verb = noun.head
    if verb == noun or not _is_verbal(verb):
        return _relative(trigger)
    light = syntax.lemma(verb) in _light()
    object_of = noun.dep_ in ("obj", "fixed", "xcomp", "iobj") or (noun.dep_ == "obl:arg" and not syntax.children(verb, "obj"))
    if object_of and (light or syntax.lemma(verb) in _cues()["negation"]["existence"]):
        return verb
    if noun.dep_ in ("obl:mod", "nmod") and syntax.lemma(verb) in ("mettre", "prendre", "placer", "entrer"):
        return verb
    if noun.dep_ in ("nsubj", "nsubj:pass") and (light or _happens(verb)):
        return verb
    return _relative(trigger)


def _relative(noun: Token) -> Token | None:
    """The verb of "la messe, qui se tiendra …"."""
    for child in noun.children:
        if child.dep_ == "acl:relcl" and _happens(child) and any(c.lower_ == "qui" for c in child.children):
            return child
    return None


@functools.cache
def _light() -> frozenset[str]:
    """Support verbs that add no meaning of their own to the noun."""
    support, cues = lexicon.toml("arguments.toml")["support"], _cues()
    meaning = cues["planned"]["verbs"] | cues["counterfactual"]["verbs"] | cues["counterfactual"]["cancelled"]
    meaning |= cues["counterfactual"]["postponed"] | cues["possible"]["verbs"] | cues["alleged"]["verbs"]
    return frozenset([*support["agent"], *support["patient"]]) - meaning | {"tenir", "engager", "ouvrir"}


def _happens(verb: Token) -> bool:
    aspect = {"commencer", "débuter", "démarrer", "éclater", "achever", "terminer", "poursuivre", "continuer", "reprendre", "durer", "ouvrir", "rester"}
    return syntax.lemma(verb) in _cues()["negation"]["existence"] or syntax.lemma(verb) in aspect


def _is_verbal(token: Token) -> bool:
    return (syntax.is_verb(token) and token.pos_ not in ("NOUN", "PROPN")) or bool(syntax.children(token, "aux:tense", "aux:pass"))


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
        if label in ("nsubj", "nsubj:pass", "obl:mod", "obl:agent", "advcl"):
            return
        if label == "acl" and _is_infinitive(current) and _is_verbal(head.head) and head.dep_ in ("obj", "obl:arg", "iobj"):
            yield head.head, current  # "reprochent au maire d'avoir …"
        if not _is_verbal(head) and syntax.lemma(head) not in _cue_nouns() and not syntax.children(head, "cop"):
            return
        if _is_verbal(head) and not _is_verbal(current) and _definite(current) and syntax.lemma(head) not in _light():
            return
        current = head


@functools.cache
def _cue_nouns() -> frozenset[str]:
    return frozenset().union(*(words for table in _cues().values() for key, words in table.items() if "nouns" in key or key in ("attempts", "prosecution")))


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
        elif low == "ni" or low in spec["adverbs"] and child.dep_ in ("advmod", "nsubj", "nsubj:pass", "obj", "obl:mod", "obl:arg", "dep", "cc", "det", "xcomp", "iobj"):
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
    if ne is not None and syntax.lemma(verb) in spec["ne_alone"]:
        return ne.text
    if ne is None and second and second.lower() == "pas" and syntax.is_participle(verb):
        return second
    return ""


# ---- checks, in the order in which they are asked


def _denied_or_open(t: Telling) -> Verdict | None:
    for governor, child in t.governors:
        if syntax.lemma(governor) in _cues()["denied"]["verbs"] and child.dep_ in ("obj", "xcomp", "ccomp", "obl:arg"):
            if not _negation(governor):
                return Verdict("uncertain", "denied", governor.text)
        if syntax.lemma(governor) in _cues()["denied"]["nouns"]:
            return Verdict("uncertain", "denied", governor.text)
        if syntax.lemma(governor) in _cues()["negation"]["confirmation"] and child.dep_ in ("obj", "ccomp", "xcomp") and _is_verbal(governor):
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
            if cue and syntax.lemma(governor) in ("pouvoir", "réussir", "parvenir", "arriver", "vouloir", "devoir", "aller", "souhaiter", "décider", "chercher", "tenter"):
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
        lemma, label = syntax.lemma(governor), child.dep_
        if _is_verbal(governor) and lemma in spec["verbs"] and label in ("xcomp", "obj", "obl:arg", "ccomp", "nsubj:pass"):
            if label == "obj" and lemma in spec["infinitive_only"] and lemma not in spec["cancelled"]:
                continue
            return None if _undone(governor) else Verdict("negated", "asserted", governor.text)
        if _is_verbal(governor) and lemma in spec["cancelled"] and label in ("obj", "nsubj:pass", "nsubj"):
            return None if _undone(governor) else Verdict("negated", "asserted", governor.text)
        if _is_verbal(governor) and lemma in spec["postponed"] and label in ("obj", "nsubj:pass"):
            return Verdict("planned", "asserted", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg"):
            return Verdict("negated", "asserted", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["attempts"] and label in ("nmod", "acl", "obl:arg"):
            if lemma in ("projet", "préparatif", "complot") and t.event.type not in ("attack", "conflict", "crime"):
                continue
            return _attempt(governor)
    for child in t.trigger.children:
        if child.dep_ in ("amod", "acl") and child.lower_ in spec["adjectives"] and not t.trigger.dep_ == "ROOT":
            return Verdict("negated", "asserted", child.text)
        if child.dep_ == "acl" and syntax.lemma(child) in spec["cancelled"]:
            return Verdict("negated", "asserted", child.text)
    if t.carrier is not None and t.carrier != t.trigger and syntax.lemma(t.carrier) in spec["cancelled"] and syntax.is_passive(t.carrier):
        return Verdict("negated", "asserted", t.carrier.text)
    return None


def _undone(verb: Token) -> bool:
    """Whether a verb that undoes its complement is itself negated: "n'a pu s'empêcher de sourire"."""
    return bool(_negation(verb)) or (verb.dep_ == "xcomp" and _is_verbal(verb.head) and bool(_negation(verb.head)))


def _attempt(noun: Token) -> Verdict:
    """What an attempt aimed at did not come about, as far as is told."""
    verb = noun.head
    if _is_verbal(verb) and syntax.lemma(verb) in _cues()["counterfactual"]["failures"]:
        return Verdict("negated", "asserted", f"{noun.text} {verb.text}")
    return Verdict("uncertain", "asserted", noun.text) if syntax.lemma(noun) in ("projet", "préparatif", "complot") else Verdict("negated", "asserted", noun.text)


def _alleged(t: Telling) -> Verdict | None:
    spec = _cues()["alleged"]
    for governor, child in t.governors:
        cue = _accuses(governor, child) or _charges(governor, child, t)
        if cue:
            return Verdict("uncertain", "alleged", cue)
    for child in t.trigger.children:
        if child.dep_ in ("amod", "acl", "advmod", "det", "nmod") and child.lower_ in spec["adjectives"] | spec["adverbs"]:
            return Verdict("uncertain", "alleged", child.text)
    for token in (t.carrier, *(g for g, c in t.governors if c.dep_ in ("xcomp", "obl:agent"))):
        for child in token.children if token is not None else ():
            if child.dep_ == "advmod" and child.lower_ in spec["adverbs"]:
                return Verdict("uncertain", "alleged", child.text)
    return None


def _accuses(governor: Token, child: Token) -> str:
    """The verb of suspicion or mere belief that governs an act: "soupçonné d'avoir volé", "pense avoir vu"."""
    spec, label, lemma = _cues()["alleged"], child.dep_, syntax.lemma(governor)
    if lemma not in spec["verbs"] or not _is_verbal(governor):
        return ""
    infinitive = label in ("xcomp", "advcl", "acl") or (label == "ccomp" and syntax.is_infinite(child))
    if infinitive or (lemma not in spec["infinitive_only"] and label in ("ccomp", "obl:arg")):
        return governor.text
    if lemma in spec["infinitive_only"]:
        return ""
    if label == "obj":
        return governor.text if lemma in spec["takes_object"] else ""
    return governor.text if label == "obl:mod" and syntax.case(child) in ("pour", "de") else ""


def _charges(governor: Token, child: Token, t: Telling) -> str:
    """The words of a charge or case that governs an act: "mis en examen pour meurtre", "enquête pour viol"."""
    spec, label, lemma = _cues()["alleged"], child.dep_, syntax.lemma(governor)
    adjunct = label in ("obl:arg", "obl:mod", "nmod", "xcomp", "advcl", "acl")
    if lemma in spec["prosecution"] and adjunct and syntax.case(child) in ("pour", "de", "sur", "") and _prosecutes(governor, child, t):
        return _charge(governor)
    opened = _opens_case(governor) if _is_verbal(governor) and syntax.case(child) == "pour" else None
    if opened is not None:
        return opened.text
    noun = governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg", "xcomp")
    return governor.text if noun and _prosecutes(governor, child, t) else ""


def _opens_case(verb: Token) -> Token | None:
    """The "enquête", "plainte" that a verb opens or files: "une enquête a été ouverte pour viol"."""
    cases = _cues()["alleged"]["cases"]
    return next((c for c in syntax.children(verb, "obj", "nsubj:pass", "nsubj") if syntax.lemma(c) in cases), None)


def _charge(governor: Token) -> str:
    """The words of a charge: "mis en examen", else the governor itself."""
    last = next((c for c in governor.children if syntax.lemma(c) in ("examen", "cause", "vue", "détention") and c.i > governor.i), governor)
    text: str = governor.doc[governor.i : last.i + 1].text
    return text


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
            if _is_if(child) and not _concedes(token):
                return Verdict("uncertain", "hypothetical", child.text)
    for child in verb.children if verb is not None and t.reading.tense not in (Tense.PAST, Tense.PARTICIPLE) else ():
        mark = next((c for c in child.children if _is_if(c)), None) if child.dep_ == "advcl" else None
        if mark is not None and not _concedes(child):
            return Verdict("uncertain", "hypothetical", mark.text)
    match = _phrases("possible", "condition_phrases").search(t.trigger.doc.text, max(t.event.start - 30, 0), t.trigger.idx)
    if match and "," not in t.trigger.doc.text[match.end() : t.trigger.idx]:
        return Verdict("uncertain", "hypothetical", match.group())
    for token in chain[:2]:
        if token is None:
            continue
        reading = _reading(token)
        if reading.tense == Tense.CONDITIONAL and reading.finite is not None:
            return _of_conditional(reading, token)
    return None


def _is_if(token: Token) -> bool:
    if token.dep_ != "mark" or token.lower_ not in _cues()["possible"]["conditions"]:
        return False
    return token.lower_ == "si" or (token.i + 1 < len(token.doc) and token.nbor().lower_ in ("il", "ils"))


def _concedes(verb: Token) -> bool:
    """ "Si les prix ont baissé, la demande a bondi": a fact set against another, no condition."""
    reading = tense_of(verb)
    if reading.imperfect:
        return False
    above = tense_of(verb.head) if verb.dep_ == "advcl" and verb.head != verb else None
    if above is None or above.tense in (Tense.FUTURE, Tense.CONDITIONAL, Tense.IMPERATIVE):
        return False
    return reading.perfect or syntax.lemma(verb) == "aller" or any(syntax.lemma(c) == "aller" for c in _forms(verb))


def _of_conditional(reading: Reading, verb: Token) -> Verdict | None:
    finite = reading.finite
    assert finite is not None
    if finite.lower_ in _cues()["planned"]["duty"]:
        return Verdict("planned", "asserted", finite.text)
    if syntax.lemma(finite) == "pouvoir" or finite.lower_.startswith("pourr"):
        return Verdict("uncertain", "hypothetical", finite.text)
    if not reading.perfect and _under_past_report(verb):
        return Verdict("planned", "reported", finite.text)
    return Verdict("uncertain", "alleged", finite.text)


def _under_past_report(verb: Token) -> bool:
    said = speakers.attribution(verb.doc, verb)
    if said is not None and syntax.is_verb(verb.doc[said.verb]) and said.verb < verb.i:
        return tense_of(verb.doc[said.verb]).tense in (Tense.PAST, Tense.PARTICIPLE)
    current = verb
    for _ in range(6):
        if current.dep_ == "ccomp":
            return tense_of(current.head).tense in (Tense.PAST, Tense.PARTICIPLE)
        if current.dep_ not in ("conj", "xcomp", "advcl", "acl") or current.head == current:
            return False
        current = current.head
    return False


_ASKED = re.compile(r"[^.!?\n«»\"]{0,200}\?")


def _possible(t: Telling) -> Verdict | None:
    spec = _cues()["possible"]
    if t.carrier is not None and t.carrier.dep_ in ("ROOT", "conj", "xcomp", "ccomp") and _ASKED.match(t.trigger.doc.text, t.trigger.idx):
        return Verdict("uncertain", "hypothetical", "?")
    if t.carrier is not None and t.reading.tense == Tense.SUBJUNCTIVE and t.carrier.dep_ == "advcl":
        if any(c.dep_ == "mark" and c.lower_ in ("pour", "afin") for c in t.carrier.children):
            return Verdict("uncertain", "hypothetical", (t.reading.finite or t.carrier).text)
    if t.carrier is not None and t.carrier == t.trigger and t.reading.tense == Tense.SUBJUNCTIVE and t.carrier.dep_ == "ccomp":
        if syntax.lemma(t.carrier.head) not in spec["factive_with_subjunctive"]:
            return Verdict("uncertain", "hypothetical", (t.reading.finite or t.carrier).text)
    for governor, child in t.governors:
        lemma, label = syntax.lemma(governor), child.dep_
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
        if governor.lower_ in spec["adjectives"] and label in ("xcomp", "ccomp", "csubj", "advcl", "acl", "obl:arg"):
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
        own = t.carrier == t.trigger and t.trigger.lower_ not in spec["adjectives"] and not syntax.children(t.trigger, "aux:tense") and reading.finite is None
        if reading.planned and not past and not own and (reading.finite is None or syntax.lemma(reading.finite) != "pouvoir"):
            return Verdict("planned", "asserted", (reading.finite or t.carrier).text)
    for governor, child in t.governors:
        lemma, label = syntax.lemma(governor), child.dep_
        if _is_verbal(governor) and lemma in spec["verbs"] and label in ("xcomp", "obj", "nsubj:pass", "ccomp", "obl:arg"):
            infinitive = syntax.is_verb(child) and syntax.is_infinite(child)
            if not infinitive and (lemma in spec["infinitive_only"] or label == "ccomp"):
                continue
            if lemma == "annoncer" and not infinitive and event.type not in spec["announced_types"]:
                continue
            if infinitive and any(c.dep_.startswith("aux:tense") for c in child.children):
                continue
            if not past:
                return Verdict("planned", "asserted", governor.text)
        if _is_verbal(governor) and label in ("xcomp", "ccomp") and _is_infinitive(child) and not past:
            object_ = next((c for c in syntax.children(governor, "obj", "obl:arg") if syntax.lemma(c) in spec["nouns"]), None)
            if object_ is not None:  # "prendre la décision de partir"
                return Verdict("planned", "asserted", object_.text)
        if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg") and not past:
            if (label == "acl" or lemma in spec["nouns_infinitive_only"]) and not _is_infinitive(child):
                continue
            return Verdict("planned", "asserted", governor.text)
        if _is_verbal(governor) and label in ("obj", "nsubj:pass") and tense_of(governor).tense == Tense.FUTURE and not past and child == t.trigger and not _definite(child):
            return Verdict("planned", "asserted", governor.text)
    if ahead:
        return Verdict("planned", "asserted", t.trigger.doc.text[event.timex.start : event.timex.end] if event.timex else "")
    return None


def _is_infinitive(token: Token) -> bool:
    return token.morph.get("VerbForm") == ["Inf"] or any(c.morph.get("VerbForm") == ["Inf"] and c.dep_.startswith("aux") for c in token.children)


def _definite(noun: Token) -> bool:
    return any(c.dep_ == "det" and c.lower_ in ("le", "la", "l'", "l’", "les", "ce", "cet", "cette", "ces") for c in noun.children)


def _ongoing(t: Telling) -> Verdict | None:
    spec = _cues()["ongoing"]
    doc = t.trigger.doc
    for governor, child in ((t.carrier, t.trigger), *t.governors):
        if governor is None or not _is_verbal(governor):
            continue
        if syntax.lemma(governor) == "poursuivre" and not _goes_on(governor, child):
            continue
        if syntax.lemma(governor) in spec["verbs"] and child.dep_ in ("xcomp", "nsubj", "obl:arg", "ROOT", "conj", "obj", "amod") and tense_of(governor).tense in (Tense.PRESENT, Tense.NONE):
            return Verdict("ongoing", "asserted", governor.text)
    if t.carrier is not None and t.reading.tense in (Tense.PRESENT, Tense.NONE) or (t.carrier is not None and t.reading.tense == Tense.PARTICIPLE):
        first = min(token.i for token in _forms(t.carrier))
        for child in doc[max(first - 1, 0) : min(t.carrier.i + 3, len(doc))]:
            if child.pos_ == "ADV" and child.lower_ in spec["adverbs"]:
                return Verdict("ongoing", "asserted", child.text)
        if t.reading.tense == Tense.PRESENT and not t.reading.passive:
            for child in t.carrier.children:
                if child.dep_.startswith("obl") and syntax.case(child) == "depuis":
                    since = next(c for c in child.children if c.dep_ == "case")
                    return Verdict("ongoing", "asserted", doc[since.i : child.i + 1].text)
    for child in t.trigger.children:
        if child.dep_ == "amod" and child.lower_ in spec["adjectives"]:
            return Verdict("ongoing", "asserted", child.text)
    start, end = t.trigger.idx, t.trigger.idx + len(t.trigger)
    near = _phrases("ongoing").search(doc.text, max(start - 20, 0), min(end + 30, t.trigger.sent.end_char))
    if near and not re.search(r"[,;.:]", doc.text[min(near.end(), end) : max(near.start(), start)]) and t.reading.tense not in (Tense.PAST, Tense.PARTICIPLE):
        return Verdict("ongoing", "asserted", near.group())
    if syntax.lemma(t.trigger) in spec["lasting"] and t.carrier is None and t.event.timex is None:
        return Verdict("ongoing", "asserted", t.trigger.text)
    return None


def _goes_on(verb: Token, subject: Token) -> bool:
    """ "Les discussions se poursuivent", not "il est poursuivi pour vol"."""
    reflexive = any(c.lower_ in ("se", "s'", "s’") for c in verb.children)
    return reflexive or (subject != verb and subject.dep_ == "obj" and not syntax.is_passive(verb))


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


