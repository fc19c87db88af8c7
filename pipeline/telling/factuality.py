"""What one telling says of its event: the checks for denial, negation, charge, condition, plan and course.

Each check looks at a `Telling` and gives a `Verdict` with the words that decided, or None; the first that answers
decides. The words are in `lexicon/cues.toml`. "La fête a été annulée." → negated, cue "annulée".
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.model.words import Word
from pipeline.telling import prospect, syntax
from pipeline.telling.scope import Telling, Verdict, cues, is_verbal, negation

OCCURRED = Verdict("occurred", "asserted", "")


def judge(telling: Telling) -> Verdict:
    """What one telling says: the first check that finds its cue decides.

    >>> judge(scope.telling(nlp("Le concert est annulé.")[1], event)).status  # doctest: +SKIP
    'negated'
    """
    for check in CHECKS:
        verdict = check(telling)
        if verdict is not None:
            return verdict
    return OCCURRED


def _denied_or_open(t: Telling) -> Verdict | None:
    decided = t.event.type in cues()["denied"]["decided_types"]
    for governor, child in t.governors:
        content = child.dep_ in ("xcomp", "ccomp", "obl:arg") or (
            child.dep_ == "obj" and not (decided and child == t.trigger)
        )
        if content and syntax.lemma(governor) in cues()["denied"]["verbs"] and not negation(governor):
            return Verdict("uncertain", "denied", governor.text)
        if syntax.lemma(governor) in cues()["denied"]["nouns"]:
            return Verdict("uncertain", "denied", governor.text)
        if (
            syntax.lemma(governor) in cues()["negation"]["confirmation"]
            and child.dep_ in ("obj", "ccomp", "xcomp")
            and is_verbal(governor)
        ):
            cue = negation(governor)
            if cue:
                return Verdict("uncertain", "alleged", f"{cue} {governor.text}")
    return None


def _negated(t: Telling) -> Verdict | None:
    spec = cues()["negation"]
    if t.carrier is not None:
        cue = negation(t.carrier)
        if cue:
            return Verdict("negated", "asserted", cue)
        above = t.carrier
        for governor, child in t.governors:  # "n'a pas pu être réanimé", "n'a pas réussi à reprendre"
            if child != above or child.dep_ != "xcomp" or not is_verbal(governor):
                break
            cue = negation(governor)
            if cue and syntax.lemma(governor) in (
                "pouvoir",
                "réussir",
                "parvenir",
                "arriver",
                "vouloir",
                "devoir",
                "aller",
                "souhaiter",
                "décider",
                "chercher",
                "tenter",
            ):
                return Verdict("negated", "asserted", f"{cue} {governor.text}")
            above = governor
    for child in t.trigger.children:
        if child.i < t.trigger.i and (
            child.lower_ in spec["determiners"] or (child.lower_ in ("non", "jamais") and child.dep_ == "advmod")
        ):
            return Verdict("negated", "asserted", child.text)
        if child.dep_ in ("case", "mark") and child.lower_ in spec["prepositions"]:
            return Verdict("negated", "asserted", child.text)
    if (
        t.carrier is None
        and t.trigger.i >= 2
        and t.trigger.doc[t.trigger.i - 1].lower_ in ("de", "d'", "d’")
        and t.trigger.nbor(-2).lower_ in ("pas", "point")
    ):
        return Verdict("negated", "asserted", t.trigger.nbor(-2).text)
    return None


def _called_off(t: Telling) -> Verdict | None:
    spec = cues()["counterfactual"]
    if syntax.lemma(t.trigger) in spec["attempts"] - spec["plots"]:  # an attempt that fails has been made
        return None
    for governor, child in t.governors:
        lemma, label = syntax.lemma(governor), child.dep_
        if (
            is_verbal(governor)
            and lemma in spec["verbs"]
            and label in ("xcomp", "obj", "obl:arg", "ccomp", "nsubj:pass")
        ):
            if label == "obj" and lemma in spec["infinitive_only"] and lemma not in spec["cancelled"]:
                continue
            return None if _undone(governor) else Verdict("negated", "asserted", governor.text)
        if is_verbal(governor) and lemma in spec["cancelled"] and label in ("obj", "nsubj:pass", "nsubj"):
            return None if _undone(governor) else Verdict("negated", "asserted", governor.text)
        if is_verbal(governor) and lemma in spec["postponed"] and label in ("obj", "nsubj:pass"):
            return Verdict("planned", "asserted", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg"):
            return Verdict("negated", "asserted", governor.text)
        if governor.pos_ == "NOUN" and lemma in spec["attempts"] and label in ("nmod", "acl", "obl:arg"):
            if lemma in spec["plots"] and t.event.type not in ("attack", "conflict", "crime"):
                continue
            return _attempt(governor)
    for child in t.trigger.children:
        if child.dep_ in ("amod", "acl") and child.lower_ in spec["adjectives"] and t.trigger.dep_ != "ROOT":
            return Verdict("negated", "asserted", child.text)
        if child.dep_ == "acl" and syntax.lemma(child) in spec["cancelled"]:
            return Verdict("negated", "asserted", child.text)
    if (
        t.carrier is not None
        and t.carrier != t.trigger
        and syntax.lemma(t.carrier) in spec["cancelled"]
        and syntax.is_passive(t.carrier)
    ):
        return Verdict("negated", "asserted", t.carrier.text)
    return None


def _undone(verb: Word) -> bool:
    """Whether a verb that undoes its complement is itself negated: "n'a pu s'empêcher de sourire"."""
    return bool(negation(verb)) or (verb.dep_ == "xcomp" and is_verbal(verb.head) and bool(negation(verb.head)))


def _attempt(noun: Word) -> Verdict:
    """What an attempt aimed at did not come about, as far as is told."""
    verb = noun.head
    if is_verbal(verb) and syntax.lemma(verb) in cues()["counterfactual"]["failures"]:
        return Verdict("negated", "asserted", f"{noun.text} {verb.text}")
    return (
        Verdict("uncertain", "asserted", noun.text)
        if syntax.lemma(noun) in cues()["counterfactual"]["plots"]
        else Verdict("negated", "asserted", noun.text)
    )


def _alleged(t: Telling) -> Verdict | None:
    spec = cues()["alleged"]
    for governor, child in t.governors:
        cue = _accuses(governor, child) or _charges(governor, child, t)
        if cue:
            return Verdict("uncertain", "alleged", cue)
    for child in t.trigger.children:
        if (
            child.dep_ in ("amod", "acl", "advmod", "det", "nmod")
            and child.lower_ in spec["adjectives"] | spec["adverbs"]
        ):
            return Verdict("uncertain", "alleged", child.text)
    for token in (t.carrier, *(g for g, c in t.governors if c.dep_ in ("xcomp", "obl:agent"))):
        for child in token.children if token is not None else ():
            if child.dep_ == "advmod" and child.lower_ in spec["adverbs"]:
                return Verdict("uncertain", "alleged", child.text)
    return None


def _accuses(governor: Word, child: Word) -> str:
    """The verb of suspicion or mere belief that governs an act: "soupçonné d'avoir volé", "pense avoir vu"."""
    spec, label, lemma = cues()["alleged"], child.dep_, syntax.lemma(governor)
    if lemma not in spec["verbs"] or not is_verbal(governor):
        return ""
    infinitive = label in ("xcomp", "advcl", "acl") or (label == "ccomp" and syntax.is_infinite(child))
    if infinitive or (lemma not in spec["infinitive_only"] and label in ("ccomp", "obl:arg")):
        return governor.text
    if lemma in spec["infinitive_only"]:
        return ""
    if label == "obj":
        return governor.text if lemma in spec["takes_object"] else ""
    return governor.text if label == "obl:mod" and syntax.case(child) in ("pour", "de") else ""


def _charges(governor: Word, child: Word, t: Telling) -> str:
    """The words of a charge or case that governs an act: "mis en examen pour meurtre", "enquête pour viol"."""
    spec, label, lemma = cues()["alleged"], child.dep_, syntax.lemma(governor)
    adjunct = label in ("obl:arg", "obl:mod", "nmod", "xcomp", "advcl", "acl")
    if (
        lemma in spec["prosecution"]
        and adjunct
        and syntax.case(child) in ("pour", "de", "sur", "")
        and _prosecutes(governor, child, t)
    ):
        return _charge(governor)
    opened = _opens_case(governor) if is_verbal(governor) and syntax.case(child) == "pour" else None
    if opened is not None:
        return opened.text
    noun = governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg", "xcomp")
    return governor.text if noun and _prosecutes(governor, child, t) else ""


def _opens_case(verb: Word) -> Word | None:
    """The "enquête", "plainte" that a verb opens or files: "une enquête a été ouverte pour viol"."""
    cases = cues()["alleged"]["cases"]
    return next((c for c in syntax.children(verb, "obj", "nsubj:pass", "nsubj") if syntax.lemma(c) in cases), None)


def _charge(governor: Word) -> str:
    """The words of a charge: "mis en examen", else the governor itself."""
    last = next(
        (
            c
            for c in governor.children
            if syntax.lemma(c) in ("examen", "cause", "vue", "détention") and c.i > governor.i
        ),
        governor,
    )
    text: str = governor.doc.said(governor.i, last.i + 1)
    return text


def _prosecutes(governor: Word, child: Word, t: Telling) -> bool:
    """Whether the act is only a charge: "mis en examen pour meurtre"; "le meurtre de Luc Roy" is a fact."""
    mark = next((c.lower_ for c in child.children if c.dep_ in ("mark", "case")), "")
    if mark not in ("pour", "d'", "d’", "de", "des", "du", "sur", "visant"):
        return False
    return not (
        child == t.trigger
        and any(
            c.dep_ == "det" and c.lower_ in ("le", "la", "l'", "l’", "cette", "ce", "cet", "ces", "les")
            for c in child.children
        )
        and syntax.children(child, "nmod")
    )


CHECKS: tuple[Callable[[Telling], Verdict | None], ...] = (
    _denied_or_open,
    _negated,
    _called_off,
    _alleged,
    prospect.conditional,
    prospect.possible,
    prospect.planned,
    prospect.ongoing,
)
