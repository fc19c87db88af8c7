"""Checks for what is not yet, perhaps, or still going on: condition, possibility, plan, course.

Each check looks at a `Telling` and gives a `Verdict` with the words that decided, or None. The words are in
`lexicon/cues.toml`. "Le barrage pourrait céder." → uncertain, hypothetical, cue "pourrait".
"""

from __future__ import annotations

import re
from itertools import chain

from pipeline.model.words import Word
from pipeline.telling import speakers, syntax
from pipeline.telling.scope import (
    Telling,
    Verdict,
    cues,
    forms,
    is_definite,
    is_infinitive,
    is_verbal,
    phrases,
    reading,
)
from pipeline.timex.tense import Tense

_ASKED = re.compile(r"[^.!?\n«»\"]{0,200}\?")
_DOWN = frozenset({"xcomp", "obj", "ccomp", "nsubj", "nsubj:pass", "obl:agent"})


def conditional(t: Telling) -> Verdict | None:
    """Si-clauses, "en cas de", the journalistic conditional, the future in the past."""
    verbs = [t.carrier] if t.carrier is not None else []
    above = [g for g, c in t.governors if is_verbal(g) and c.dep_ in (_DOWN if verbs else ("obj", "obl:agent"))]
    verbs = (verbs + above)[:2] if verbs else above[:1]
    mark = _condition(t, verbs)
    if mark:
        return Verdict("uncertain", "hypothetical", mark)
    for verb in verbs:
        read = reading(verb)
        if read.tense == Tense.CONDITIONAL and read.finite is not None:
            return _of_conditional(read.finite, read.perfect, verb)
    return None


def _condition(t: Telling, verbs: list[Word]) -> str:
    """The words of the condition the telling stands under, or makes its own."""
    for verb in verbs:
        own = next((c for c in verb.children if _is_if(c)), None)
        if own is not None and not _concedes(verb):
            return own.text
    if t.carrier is not None and t.reading.tense not in (Tense.PAST, Tense.PARTICIPLE):
        for clause in syntax.children(t.carrier, "advcl"):
            mark = next((c for c in clause.children if _is_if(c)), None)
            if mark is not None and not _concedes(clause):
                return mark.text
    text = t.trigger.doc.text
    match = phrases("possible", "condition_phrases").search(text, max(t.trigger.idx - 30, 0), t.trigger.idx)
    return match.group() if match and "," not in text[match.end() : t.trigger.idx] else ""


def _is_if(token: Word) -> bool:
    if token.dep_ != "mark" or token.lower_ not in cues()["possible"]["conditions"]:
        return False
    return token.lower_ == "si" or (token.i + 1 < len(token.doc) and token.nbor().lower_ in ("il", "ils"))


def _concedes(verb: Word) -> bool:
    """ "Si les prix ont baissé, la demande a bondi": a fact set against another, no condition."""
    read = reading(verb)
    above = reading(verb.head) if verb.dep_ == "advcl" and verb.head != verb else None
    if read.imperfect or above is None or above.tense in (Tense.FUTURE, Tense.CONDITIONAL, Tense.IMPERATIVE):
        return False
    return read.perfect or any(syntax.lemma(form) == "aller" for form in forms(verb))


def _of_conditional(finite: Word, perfect: bool, verb: Word) -> Verdict:
    if finite.lower_ in cues()["planned"]["duty"]:
        return Verdict("planned", "asserted", finite.text)
    if syntax.lemma(finite) == "pouvoir" or finite.lower_.startswith("pourr"):
        return Verdict("uncertain", "hypothetical", finite.text)
    if not perfect and _under_past_report(verb):
        return Verdict("planned", "reported", finite.text)
    return Verdict("uncertain", "alleged", finite.text)


def _under_past_report(verb: Word) -> bool:
    said = speakers.attribution(verb.doc, verb)
    if said is not None and syntax.is_verb(verb.doc[said.verb]) and said.verb < verb.i:
        return reading(verb.doc[said.verb]).tense in (Tense.PAST, Tense.PARTICIPLE)
    current = verb
    for _ in range(6):
        if current.dep_ == "ccomp":
            return reading(current.head).tense in (Tense.PAST, Tense.PARTICIPLE)
        if current.dep_ not in ("conj", "xcomp", "advcl", "acl") or current.head == current:
            return False
        current = current.head
    return False


def possible(t: Telling) -> Verdict | None:
    """Questions, wishes, demands, fears, risks."""
    cue = _asked(t) or _wished(t)
    cue = cue or next((c for c in (_possible_under(g, c) for g, c in t.governors) if c), "")
    adjectives = cues()["possible"]["adjectives"]
    cue = cue or next((c.text for c in syntax.children(t.trigger, "amod") if c.lower_ in adjectives), "")
    return Verdict("uncertain", "hypothetical", cue) if cue else None


def _asked(t: Telling) -> str:
    main = t.carrier is not None and t.carrier.dep_ in ("ROOT", "conj", "xcomp", "ccomp")
    return "?" if main and _ASKED.match(t.trigger.doc.text, t.trigger.idx) else ""


def _wished(t: Telling) -> str:
    """The subjunctive of what is wanted: "exige que le directeur soit renvoyé", "pour que la loi soit votée"."""
    verb = t.carrier
    if verb is None or t.reading.tense != Tense.SUBJUNCTIVE:
        return ""
    cue: str = (t.reading.finite or verb).text
    if verb.dep_ == "advcl":
        return cue if any(c.dep_ == "mark" and c.lower_ in ("pour", "afin") for c in verb.children) else ""
    wanted = verb == t.trigger and verb.dep_ == "ccomp"
    return cue if wanted and syntax.lemma(verb.head) not in cues()["possible"]["factive_with_subjunctive"] else ""


def _possible_under(governor: Word, child: Word) -> str:
    """The verb, noun or adjective that leaves its complement open: "risque de", "nécessaire de", "craint"."""
    spec, lemma, label = cues()["possible"], syntax.lemma(governor), child.dep_
    if is_verbal(governor) and lemma in spec["verbs"] and label in ("xcomp", "ccomp", "obj"):
        above = reading(governor)
        realised = lemma in spec["realised"] and (above.perfect or above.tense == Tense.PAST)
        return "" if realised or (label == "obj" and lemma in spec["infinitive_only"]) else governor.text
    if governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg"):
        own = lemma in spec["nouns_infinitive_only"] and label == "nmod" and syntax.case(child) == "de"
        return "" if own or syntax.case(child) not in ("de", "à", "") else governor.text
    open_ = governor.lower_ in spec["adjectives"] and label in ("xcomp", "ccomp", "csubj", "advcl", "acl", "obl:arg")
    return governor.text if open_ else ""


def planned(t: Telling) -> Verdict | None:
    """Futures, announced and intended acts, dates ahead; nothing dated here in the past is still a plan."""
    event, published = t.event, t.trigger.doc.published
    over = published is not None and event.latest is not None and event.latest < published
    if over and event.basis != "inherited":
        return None
    adjectives = cues()["planned"]["adjectives"]
    cue = next((c.text for c in syntax.children(t.trigger, "amod", "acl") if c.lower_ in adjectives), "")
    cue = cue or _future(t) or next((c for c in (_planned_under(g, c, t) for g, c in t.governors) if c), "")
    if cue:
        return Verdict("planned", "asserted", cue)
    told = t.reading.tense in (Tense.PAST, Tense.PARTICIPLE) and not t.reading.imperfect
    if published is not None and event.earliest is not None and event.earliest > published and not told:
        dated = t.trigger.doc.text[event.timex.start : event.timex.end] if event.timex else ""
        return Verdict("planned", "asserted", dated)
    return None


def _future(t: Telling) -> str:
    read = t.reading
    if t.carrier is None:
        return ""
    finite = read.finite or t.carrier
    if read.tense == Tense.FUTURE:
        return finite.text
    adjectives = cues()["planned"]["adjectives"]
    # "trois témoins convoqués": what a participle plans is not itself
    own = t.carrier == t.trigger and read.finite is None and t.trigger.lower_ not in adjectives
    own = own and not syntax.children(t.trigger, "aux:tense")
    return finite.text if read.planned and not own and syntax.lemma(finite) != "pouvoir" else ""


def _planned_under(governor: Word, child: Word, t: Telling) -> str:
    """The verb or noun of intention or announcement that governs an act."""
    spec, lemma, label = cues()["planned"], syntax.lemma(governor), child.dep_
    if not is_verbal(governor):
        noun = governor.pos_ == "NOUN" and lemma in spec["nouns"] and label in ("nmod", "acl", "obl:arg")
        infinitive_only = label == "acl" or lemma in spec["nouns_infinitive_only"]
        return governor.text if noun and (is_infinitive(child) or not infinitive_only) else ""
    if lemma in spec["verbs"] and label in ("xcomp", "obj", "nsubj:pass", "ccomp", "obl:arg"):
        infinitive = syntax.is_verb(child) and syntax.is_infinite(child)
        if infinitive:
            done = any(c.dep_.startswith("aux:tense") for c in child.children)
        else:
            done = lemma in spec["infinitive_only"] or label == "ccomp"
            done = done or (lemma == "annoncer" and t.event.type not in spec["announced_types"])
        if not done:
            return governor.text
    if label in ("xcomp", "ccomp") and is_infinitive(child):  # "prendre la décision de partir"
        objects = syntax.children(governor, "obj", "obl:arg")
        return next((c.text for c in objects if syntax.lemma(c) in spec["nouns"]), "")
    ahead = label in ("obj", "nsubj:pass") and reading(governor).tense == Tense.FUTURE
    return governor.text if ahead and child == t.trigger and not is_definite(child) else ""


def ongoing(t: Telling) -> Verdict | None:
    """What continues, lasts "depuis" or is "en cours" in the present."""
    spec = cues()["ongoing"]
    course = (_goes_on(g, c) for g, c in chain([(t.carrier, t.trigger)], t.governors) if g is not None)
    cue = next((c for c in course if c), "") or _still(t, spec["adverbs"])
    cue = cue or next((c.text for c in syntax.children(t.trigger, "amod") if c.lower_ in spec["adjectives"]), "")
    cue = cue or _lasts(t) or _under_way(t)
    if not cue and syntax.lemma(t.trigger) in spec["lasting"] and t.carrier is None and t.event.timex is None:
        cue = t.trigger.text
    return Verdict("ongoing", "asserted", cue) if cue else None


def _goes_on(verb: Word, child: Word) -> str:
    """ "Les discussions se poursuivent", "reste ouverte"; not "il est poursuivi pour vol"."""
    if not is_verbal(verb) or syntax.lemma(verb) not in cues()["ongoing"]["verbs"]:
        return ""
    pursued = syntax.lemma(verb) == "poursuivre" and not any(c.lower_ in ("se", "s'", "s’") for c in verb.children)
    if pursued and (child == verb or child.dep_ != "obj" or syntax.is_passive(verb)):
        return ""
    course = child.dep_ in ("xcomp", "nsubj", "obl:arg", "ROOT", "conj", "obj", "amod")
    return verb.text if course and reading(verb).tense in (Tense.PRESENT, Tense.NONE) else ""


def _lasts(t: Telling) -> str:
    """The present of what takes time: "les secours cherchent", "mille policiers sont mobilisés"."""
    if t.carrier is None or t.carrier != t.trigger or t.reading.tense != Tense.PRESENT or t.reading.perfect:
        return ""
    spec = cues()["ongoing"]
    lasting = spec["states"] if t.reading.passive else spec["durative"]
    return (t.reading.finite or t.carrier).text if syntax.lemma(t.carrier) in lasting else ""


def _still(t: Telling, adverbs: frozenset[str]) -> str:
    """ "toujours", "encore", "depuis …" beside a verb in the present."""
    verb, doc = t.carrier, t.trigger.doc
    if verb is None or t.reading.tense not in (Tense.PRESENT, Tense.NONE, Tense.PARTICIPLE):
        return ""
    first = min(token.i for token in forms(verb))
    for token in doc[max(first - 1, 0) : min(verb.i + 3, len(doc))]:
        if token.pos_ == "ADV" and token.lower_ in adverbs:
            return str(token.text)
    if t.reading.tense == Tense.PRESENT and not t.reading.passive:
        for child in verb.children:
            if child.dep_.startswith("obl") and syntax.case(child) == "depuis":
                since = next(c for c in child.children if c.dep_ == "case")
                return doc.said(since.i, child.i + 1)
    return ""


def _under_way(t: Telling) -> str:
    """ "en cours", "en train de" beside the trigger."""
    start, end, text = t.trigger.idx, t.trigger.idx + len(t.trigger), t.trigger.doc.text
    near = phrases("ongoing").search(text, max(start - 20, 0), min(end + 30, t.trigger.sent.end_char))
    if near is None or t.reading.tense in (Tense.PAST, Tense.PARTICIPLE):
        return ""
    between = text[min(near.end(), end) : max(near.start(), start)]
    return near.group() if not re.search(r"[,;.:]", between) else ""
