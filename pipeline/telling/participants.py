"""Who takes part in an event: agent, patient and recipient, named or not, read from every telling of it.

An argument is found by the parse (`pipeline.syntax`), then made out: the named mention it is or stands for
(apposition, reference, group of a named body), else its own words.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Span

from pipeline.model import lexicon
from pipeline.model.doc import Event, Participant
from pipeline.model.words import Word, Words
from pipeline.telling import inversion, speakers, syntax
from pipeline.telling.meant import ANIMATE, POSSESSIVE, listed, make_out, mention_of
from pipeline.telling.meant import entity_at as entity_at

Argument = tuple[str, Word]


def participants(doc: Words, event: Event) -> list[Participant]:
    """Participants of an event in order of role and text; sets `event.speaker` to who says so.

    In: a parsed Doc with settled entities, and an Event with `head` (token index), `also_at` (character offsets of
    further tellings) and `type`. Out: one Participant a person or body and role; named ones once.

    >>> [(p.role, p.text) for p in participants(nlp("La police a arrêté Jean Petit."), event)]  # doctest: +SKIP
    [('agent', 'La police'), ('patient', 'Jean Petit')]
    """
    found: list[Participant] = []
    tellings = list(heads(doc, event))
    for head in tellings:
        named = {p.role for p in found if p.mention is not None}
        for new in _of_telling(doc, head, event.type, tellings):
            if new.role not in named:  # a further telling adds what the ones before leave open
                _add(found, new)
    speaker = speakers.speaker(doc, event)
    event.speaker = speaker.text if speaker else ""
    if speaker:
        found.append(speaker)
    return found


def _of_telling(doc: Words, head: Word, kind: str, tellings: list[Word]) -> Iterator[Participant]:
    """Participants that one telling gives; what a reporting verb between says of its speaker is not of the event."""
    said = speakers.attribution(doc, head)
    for role, token in arguments(head, kind):
        if token in tellings:  # "a ouvert une enquête" tells one event in two words
            continue
        if said is not None and head.i < said.verb < token.i and said.verb < said.speaker:
            continue
        for one in syntax.conjuncts(token):
            if one != token and syntax.case(one) == "de" != syntax.case(token):  # "le fils de A et de B"
                continue
            for word in [one, *listed(doc, one)]:
                made = make_out(doc, role, word)
                if made is not None:
                    yield made
            if role == "patient" and made is not None and made.mention is None:
                for child in one.children:
                    if child.dep_ == "nmod" and syntax.case(child) == "de" and _animate(child):
                        within = make_out(doc, role, child)
                        if within is not None:
                            yield within


def heads(doc: Words, event: Event) -> Iterator[Word]:
    """The trigger token of the event, then those of its further tellings."""
    yield doc[event.head]
    for start, end in event.also_at:
        span = doc.doc.char_span(start, end, alignment_mode="expand")
        if span is not None:
            yield doc.root(span)


def arguments(trigger: Word, kind: str = "") -> list[Argument]:
    """Roles of a trigger and the head tokens that fill them, by syntax alone.

    `kind` is the event's type: it settles who undergoes ("est mort") where syntax cannot.
    """
    if trigger.dep_ in syntax.SUBJECT and trigger.head.ent_type_ in ANIMATE and syntax.children(trigger.head, "cop"):
        return [("patient", trigger.head)]  # "les sept retenus sont …"
    if trigger.pos_ != "NOUN" and (syntax.is_verb(trigger) or syntax.children(trigger, "cop", *syntax.SUBJECT)):
        return _of_verb(trigger, kind)
    return _of_noun(trigger, kind)


def _of_verb(verb: Word, kind: str) -> list[Argument]:
    roles = lexicon.toml("arguments.toml")
    passive = syntax.is_passive(verb)
    undergoes = passive or syntax.lemma(verb) in roles["verbs"]["undergoer"] or kind == "death"
    inverted = None if passive else inversion.inverted_subject(verb)
    subjects = [inverted] if inverted is not None else syntax.subjects(verb)
    found: list[Argument] = [("patient" if undergoes else "agent", t) for t in subjects]
    if syntax.lemma(verb) in roles["verbs"]["aspect"]:  # "l'opération d'Israël a commencé": what the noun says
        for subject in subjects:
            if subject.pos_ == "NOUN" and _animate_or_none(subject) is None:
                found += _of_noun(subject, kind)
    relative = verb.dep_ == "acl:relcl"
    for child in syntax.own_arguments(verb):
        if inverted is not None and child == inverted:
            continue
        child = _behind(child)
        role = _role_of(child, passive)
        if role:
            found.append((role, syntax.antecedent(child) if relative else child))
        found += [
            ("patient", c) for c in child.children if c.dep_ == "nmod" and syntax.case(c) == "avec" and _animate(c)
        ]
        if passive and child.dep_.startswith("obl"):  # "arrêté dans l'après-midi par la brigade"
            found += [
                ("agent", c) for c in child.children if c.dep_ == "nmod" and syntax.case(c) == "par" and _animate(c)
            ]
    cut = None if passive or inverted is not None else _cut_object(verb)
    return [*found, ("patient", cut)] if cut is not None else found


def _behind(word: Word) -> Word:
    """What a preposition made of a noun governs: "à l'encontre de X", "en faveur de X"."""
    if word.lower_ == "auprès":
        return next((c for c in word.children if syntax.case(c) == "de"), word)
    if word.lower_ in lexicon.toml("arguments.toml")["prepositions"]["nouns"]:
        return next((c for c in word.children if c.dep_ in ("nmod", "obl:arg") and syntax.case(c) == "de"), word)
    return word


def _cut_object(verb: Word) -> Word | None:
    """A name right after a verb that the parser gave no role, or cut off: "a arrêté | Luc Roy mardi"."""
    after = verb.i + 1
    name = entity_at(verb.doc, after)
    if name is None or name.start != after or name.label_ not in ANIMATE:
        return None
    loose = verb.doc.root(name).dep_ in ("dep", "parataxis") and verb.doc.root(name).head == verb
    cut = verb.doc[after].is_sent_start and not syntax.children(verb, "obj", "xcomp", "ccomp")
    return verb.doc.root(name) if loose or cut else None


def _role_of(child: Word, passive: bool) -> str:
    label, preposition = child.dep_, syntax.case(child)
    if child.head.lower_ == "auprès":
        return "recipient"
    if child.head.lower_ in lexicon.toml("arguments.toml")["prepositions"]["nouns"]:
        return "patient"
    if label == "obj":
        return "" if child.lower_ in ("se", "s'", "s’") else "patient"
    if label == "obl:agent" or (passive and preposition == "par" and label.startswith("obl")):
        return "agent"
    if label == "iobj":
        return "recipient"
    belongs = syntax.lemma(child) in lexicon.toml("arguments.toml")["nouns"]["belongings"]
    if label.startswith("obl") and preposition == "à" and not belongs and _animate(child):
        return "recipient"
    if label.startswith("obl") and preposition in ("sur", "chez") and child.ent_type_ != "PER":
        return ""
    if label.startswith("obl") and child.ent_type_ != "LOC" and preposition in _AGAINST:
        return "patient"
    if label.startswith("obl") and preposition in ("avec", "aux côtés de"):
        return "patient"
    return ""


def _animate(token: Word) -> bool:
    return _animate_or_none(token) is not None


def _animate_or_none(token: Word) -> Span | None:
    mention = mention_of(token.doc, token)
    return mention if mention is not None and mention.label_ in ANIMATE else None


_AGAINST = frozenset({"contre", "envers", "face à", "sur", "vers", "devant", "auprès de", "chez"})


def _of_noun(noun: Word, kind: str) -> list[Argument]:
    roles = lexicon.toml("arguments.toml")
    undergoes = syntax.lemma(noun) in roles["nouns"]["patient"] or kind in ("death", "arrest")
    found: list[Argument] = []
    complements = [_behind(c) for c in noun.children if c.dep_ in ("nmod", "obl:agent", "obl:arg", "appos")]
    for child in complements:
        preposition = syntax.case(child)
        if child.head != noun:
            found.append(("patient", child))
            continue
        if child.ent_type_ == "LOC" and preposition not in ("par", "de"):
            continue
        if preposition == "par" or child.dep_ == "obl:agent":
            found.append(("agent", child))
        elif preposition == "de":
            found.append(("patient" if undergoes else "agent", child))
        elif preposition in _AGAINST:
            found.append(("patient", child))
        elif preposition in ("entre", "avec"):
            found.append(("agent", child))
        elif preposition == "à" and _animate(child):
            found.append(("recipient", child))
        elif preposition == "pour" and child.ent_type_ in ANIMATE:  # "trois médailles pour X", "deux ans ferme pour X"
            found.append(("patient" if undergoes else "agent", child))
    for child in noun.children:  # "son arrestation"
        if child.dep_ == "det" and child.lower_ in POSSESSIVE:
            found.append(("patient" if undergoes else "agent", child))
    for clause in syntax.children(noun, "acl"):  # "un accident impliquant un bus"
        if syntax.lemma(clause) in roles["verbs"]["involving"] and clause.lower_.endswith("ant"):
            name = entity_at(noun.doc, clause.i + 1)
            found += [("patient", c) for c in syntax.children(clause, "obj")]
            found += [("patient", noun.doc[clause.i + 1])] if name is not None else []
    return [*found, *_of_support(noun, roles), *_charged(noun, roles), *_of_origin(noun, roles)]


def _of_origin(noun: Word, roles: dict[str, dict[str, list[str]]]) -> list[Argument]:
    """Who is said to be behind an act, or to suffer it: "être à l'origine de l'attaque", "la victime du vol"."""
    support, above = roles["support"], noun.head
    role = "agent" if above.lower_ in support["behind"] else "patient" if above.lower_ in support["suffering"] else ""
    if noun.dep_ != "nmod" or not role:
        return []
    if syntax.children(above, "cop", *syntax.SUBJECT):
        return [(role, who) for who in syntax.subjects(above)]
    verb = syntax.clause_verb(above)
    if syntax.is_verb(verb) and syntax.lemma(verb) in ("être", "devenir"):
        return [(role, who) for who in syntax.subjects(verb)]
    last = noun.sent.end - 1
    while last > noun.i and (noun.doc[last].is_space or noun.doc[last].is_punct):
        last -= 1
    name = noun.doc.named.get(last)  # "À l'origine de la marche : Luc Roy."
    after_colon = name is not None and name.start > 0 and noun.doc[name.start - 1].text == ":"
    return [(role, noun.doc[last])] if after_colon else []


def _charged(noun: Word, roles: dict[str, dict[str, list[str]]]) -> list[Argument]:
    """Whom a charge lays an act to: "condamné pour l'attaque d'une banque"; how sure it is `presumption` says."""
    verb = syntax.clause_verb(noun)
    if syntax.case(noun) != "pour" or not syntax.is_verb(verb) or syntax.lemma(verb) not in roles["control"]["charge"]:
        return []
    return [("agent", who) for who in syntax.controllers(verb)]


def _of_support(noun: Word, roles: dict[str, dict[str, list[str]]]) -> list[Argument]:
    verb = noun.head
    if (noun.dep_ == "conj" and verb.pos_ == "NOUN") or (
        noun.dep_ == "nmod" and syntax.lemma(verb) in roles["support"]["nouns"]
    ):
        noun, verb = verb, verb.head
    if not syntax.is_verb(verb) or verb == noun:
        return []
    if noun.dep_ in ("acl", "acl:relcl"):
        return []
    light = syntax.lemma(verb) in roles["support"]["agent"] or syntax.lemma(verb) in roles["support"]["patient"]
    if not light:
        return []
    if (
        noun.dep_ in ("obj", "obl:arg", "xcomp") and syntax.case(noun) not in ("pour", "par", "contre", "avec", "sur")
    ) or (
        noun.dep_ in ("nmod", "obl:mod", "fixed")
        and syntax.lemma(verb) in ("mettre", "faire", "prendre", "placer")
        and syntax.case(noun) in ("en", "à", "")
    ):
        role = "patient" if syntax.lemma(verb) in roles["support"]["patient"] or syntax.is_passive(verb) else "agent"
        rest = [(r, c) for c in verb.children if c != noun and (r := _role_of(c, False))]
        return [(role, t) for t in syntax.subjects(verb)] + rest
    if noun.dep_ in ("nsubj:pass", "nsubj") and syntax.lemma(verb) != "annoncer":  # who tells of it need not do it
        return [("agent", c) for c in verb.children if c.dep_ == "obl:agent"]
    return []


def _add(found: list[Participant], new: Participant | None) -> None:
    """Keep one Participant a named entity and role family; an unnamed phrase once."""
    if new is None:
        return
    for old in found:
        if old.role == "speaker" or (old.role == "place") != (new.role == "place"):
            continue
        if old.mention is not None and new.mention is not None:
            if (old.mention.label_, old.mention._.name) == (new.mention.label_, new.mention._.name):
                return
        elif (old.start, old.end) == (new.start, new.end) or old.text.lower() == new.text.lower():
            return
    found.append(new)
