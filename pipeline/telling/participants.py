"""Who takes part in an event: agent, patient and recipient, named or not, read from every telling of it.

An argument is found by the parse (`pipeline.syntax`), then made out: the named mention it is or stands for
(apposition, reference, group of a named body), else its own words.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Span

from pipeline.model import lexicon
from pipeline.model.doc import Event, Participant
from pipeline.model.words import Sentence, Word, Words
from pipeline.telling import speakers, syntax

Argument = tuple[str, Word]
_ANIMATE = frozenset({"PER", "ORG"})
_POSSESSIVE = frozenset({"son", "sa", "ses", "leur", "leurs"})
_FIRST_PERSON = frozenset({"je", "j'", "j’", "me", "m'", "m’", "moi", "-je"})
_NAMED = frozenset({"PER", "ORG", "LOC"})


def participants(doc: Words, event: Event) -> list[Participant]:
    """Participants of an event in order of role and text; sets `event.speaker` to the words of who says so.

    In: a parsed Doc with settled entities, and an Event with `head` (token index), `also_at` (character offsets of
    further tellings) and `type`. Out: one Participant a person or body and role; named ones once.

    >>> [(p.role, p.text) for p in participants(nlp("La police a arrêté Jean Petit."), event)]  # doctest: +SKIP
    [('agent', 'La police'), ('patient', 'Jean Petit')]
    """
    found: list[Participant] = []
    tellings = list(heads(doc, event))
    for head in tellings:
        for role, token in arguments(head, event.type):
            if token in tellings:  # "a ouvert une enquête" tells one event in two words
                continue
            for one in syntax.conjuncts(token):
                _add(found, make_out(doc, role, one))
                for other in _listed(doc, one):
                    _add(found, make_out(doc, role, other))
                if role == "patient" and found and found[-1].mention is None:
                    for child in one.children:
                        if child.dep_ == "nmod" and syntax.case(child) == "de" and _animate(child):
                            _add(found, make_out(doc, role, child))
    speaker = speakers.speaker(doc, event)
    event.speaker = speaker.text if speaker else ""
    if speaker:
        found.append(speaker)
    return found


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
    if trigger.dep_ in syntax.SUBJECT and trigger.head.ent_type_ in _ANIMATE and syntax.children(trigger.head, "cop"):
        return [("patient", trigger.head)]  # "les sept retenus sont …"
    if trigger.pos_ != "NOUN" and (syntax.is_verb(trigger) or syntax.children(trigger, "cop", *syntax.SUBJECT)):
        return _of_verb(trigger, kind)
    return _of_noun(trigger, kind)


def make_out(doc: Words, role: str, token: Word) -> Participant | None:
    """The Participant an argument head stands for; None for what is neither named nor a phrase of its own."""
    mention = mention_of(doc, token)
    if mention is not None and _covers(mention, token):
        return Participant(role, mention.start_char, mention.end_char, mention.text, mention)
    if token.pos_ == "PRON" or token.lower_ in ("qui", "on", "se"):
        return (
            Participant(role, token.idx, token.idx + len(token), token.text, mention) if mention is not None else None
        )
    if token.pos_ not in ("NOUN", "PROPN", "ADJ", "NUM", "VERB"):
        return None
    start, end = syntax.phrase(token)
    words, at = doc.said(start, end), doc[start].idx
    return Participant(role, at, at + len(words), words, mention)


def mention_of(doc: Words, token: Word) -> Span | None:
    """The named mention an argument head is, is apposed to, refers to or stands for.

    "le ministre Luc Roy" and "Luc Roy" give Luc Roy, "il" what `doc.spans["references"]` says, "les dirigeants de
    Sprint" Sprint.
    """
    own = entity_at(doc, token.i)
    if own is not None:
        return own
    near = _apposed(doc, token)
    if near is not None:
        return near
    if token.dep_ == "appos" and entity_at(doc, token.head.i) is not None:  # "Luc Roy, cet agent …, jeté à l'eau"
        return entity_at(doc, token.head.i)
    for span in doc.spans.get("references", ()):
        if span.start <= token.i < span.end and span._.refers_to is not None:
            meant: Span = span._.refers_to
            return meant
    if token.lower_ in _FIRST_PERSON:
        said = speakers.attribution(doc, token)
        return mention_of(doc, doc[said.speaker]) if said is not None else None
    if token.dep_ == "det" and token.lower_ in _POSSESSIVE:
        return _possessor(token)
    return _owner(token) or _short_form(token)


def _possessor(determiner: Word) -> Span | None:
    """Whose "son", "sa" is: the named subject of the clause, unless the possessed is that subject; one only."""
    doc, noun = determiner.doc, determiner.head
    if determiner.lower_ in ("leur", "leurs"):
        return None
    verb = syntax.clause_verb(noun)
    for _ in range(4):
        for subject in syntax.subjects(verb) if syntax.is_verb(verb) else ():
            if subject != noun and noun not in subject.subtree and subject.pos_ != "DET":
                named = mention_of(doc, subject)
                if named is not None or subject.pos_ == "NOUN":
                    return named if named is not None and named.label_ in _ANIMATE else None
        if verb.head == verb:
            break
        verb = syntax.clause_verb(verb.head)
    return _subject_named(noun.sent, noun) or _subject_before(noun)


def _subject_named(sentence: Sentence, noun: Word) -> Span | None:
    """The first named subject of a sentence that follows an opening adjunct: "Lors de sa visite, Luc Roy …"."""
    if noun.i - sentence.start > 4 or noun.dep_ in syntax.SUBJECT:
        return None
    subject = next((t for t in sentence if t.i > noun.i and t.dep_ in syntax.SUBJECT), None)
    named = mention_of(sentence.doc, subject) if subject is not None else None
    return named if named is not None and named.label_ == "PER" else None


def _subject_before(noun: Word) -> Span | None:
    """The named subject of the sentence before, for a possessive in the subject: "Sa permanence …"."""
    if noun.dep_ not in syntax.SUBJECT or noun.sent.start == 0:
        return None
    before = noun.doc[noun.sent.start - 1].sent
    subject = next((t for t in before.root.children if t.dep_ in syntax.SUBJECT), None)
    named = mention_of(noun.doc, subject) if subject is not None else None
    return named if named is not None and named.label_ == "PER" else None


def _short_form(token: Word) -> Span | None:
    """The body a definite noun phrase names by its first word: "la coalition" for "coalition anti-EI"."""
    if token.pos_ != "NOUN" or syntax.children(token, "nmod", "amod"):
        return None
    if not any(c.dep_ == "det" and c.lower_ in ("le", "la", "l'", "l’", "ce", "cet", "cette") for c in token.children):
        return None
    word = token.lower_
    for i in range(token.i - 1, -1, -1):
        before = token.doc[i]
        if before.ent_iob_ == "B" and before.ent_type_ == "ORG" and before.lower_ == word:
            ent = entity_at(token.doc, i)
            return ent if ent is not None and len(ent) > 1 else None
    return None


def _apposed(doc: Words, token: Word) -> Span | None:
    """The name a role noun carries: "le député LREM Luc Roy", "le secrétaire d'État au Budget, Luc Roy"."""
    best: Span | None = None
    for child in token.children:
        near = entity_at(doc, child.i)
        if near is None or near.label_ not in _ANIMATE:
            continue
        if child.dep_ in ("appos", "flat:name", "flat:foreign") or (child.dep_ == "nmod" and not syntax.case(child)):
            if near.label_ == "PER":
                return near
            best = best or near
    after = entity_at(doc, token.i + 1)
    group = best is None and syntax.lemma(token) in lexicon.toml("arguments.toml")["nouns"]["groups"]
    if group and after is not None and after.label_ == "ORG" and after.start == token.i + 1:
        return after
    if token.pos_ == "NOUN" and token.ent_type_ == "":
        for i in range(token.i + 1, min(token.i + 12, len(doc))):
            near = entity_at(doc, i)
            if near is None and doc[i].text == "," and _between_commas(doc, i + 1):
                return entity_at(doc, i + 1)
            if near is not None and near.label_ == "PER" and near.start == i:
                return near if doc[i - 1].pos_ not in ("ADP", "DET", "CCONJ") else best
            if (
                near is None
                and doc[i].pos_ not in ("ADJ", "ADP", "DET", "NOUN", "PROPN")
                and doc[i].text not in ("-", "'", "’", "élu", "élue")
            ):
                return best
    return best


def _between_commas(doc: Words, i: int) -> bool:
    """Whether a person's name between commas stands at `i`: "Le suspect, Luc Roy, a …"."""
    name = entity_at(doc, i)
    return (
        name is not None
        and name.label_ == "PER"
        and name.start == i
        and name.end < len(doc)
        and doc[name.end].text == ","
    )


def _listed(doc: Words, token: Word) -> list[Word]:
    """Further names: of a plural noun ("les skieurs Luc Roy et Jean Petit"), of a list "A, B et C"."""
    own = entity_at(doc, token.i)
    if own is not None and own.label_ in _ANIMATE:
        return _rest_of_list(doc, own)
    for child in token.children:
        if (
            child.dep_ in ("appos", "flat:name", "nmod")
            and child.ent_type_ in _ANIMATE
            and (child.dep_ != "nmod" or not syntax.case(child))
        ):
            return [t for t in syntax.conjuncts(child) if t != child and t.ent_type_ in _ANIMATE]
    return []


def _rest_of_list(doc: Words, first: Span) -> list[Word]:
    """Names that follow a name in a list closed by "et" or "ou"; none when the list is not closed."""
    found: list[Word] = []
    last = first
    while last.end + 1 < len(doc) and doc[last.end].lower_ in (",", "et", "ou"):
        i = last.end + 1
        while i < len(doc) and doc[i].pos_ == "DET":
            i += 1
        following = entity_at(doc, i)
        if following is None or following.label_ != first.label_:
            return []
        closed = doc[last.end].lower_ != ","
        found.append(doc.root(following))
        if closed:
            return found
        last = following
    return []


def _owner(token: Word) -> Span | None:
    nouns = lexicon.toml("arguments.toml")["nouns"]
    lemma = syntax.lemma(token)
    if lemma not in nouns["groups"] and lemma not in nouns["belongings"]:
        return None
    if token.head.dep_ == "acl:relcl" and any(c.lower_ == "dont" for c in token.head.children):
        return mention_of(token.doc, token.head.head)  # "Luc Roy, dont le corps a été retrouvé"
    for child in token.children:
        if child.dep_ == "det" and child.lower_ in _POSSESSIVE:
            return mention_of(token.doc, child)
        if child.dep_ not in ("nmod", "appos", "flat:name"):
            continue
        inner = entity_at(token.doc, child.i) or (mention_of(token.doc, child) if child.pos_ == "NOUN" else None)
        if inner is not None and inner.label_ in _ANIMATE:
            return inner
    return None


def _of_verb(verb: Word, kind: str) -> list[Argument]:
    roles = lexicon.toml("arguments.toml")
    passive = syntax.is_passive(verb)
    undergoes = passive or syntax.lemma(verb) in roles["verbs"]["undergoer"] or kind == "death"
    inverted = None if passive else speakers.inverted_subject(verb)
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
        role = _role_of(child, passive)
        if role:
            found.append((role, syntax.antecedent(child) if relative else child))
    cut = None if passive or inverted is not None else _cut_object(verb)
    return [*found, ("patient", cut)] if cut is not None else found


def _cut_object(verb: Word) -> Word | None:
    """A name right after a verb where the parser wrongly begins a sentence: "a arrêté | Luc Roy mardi"."""
    after = verb.i + 1
    if after >= len(verb.doc) or not verb.doc[after].is_sent_start or syntax.children(verb, "obj", "xcomp", "ccomp"):
        return None
    name = entity_at(verb.doc, after)
    return verb.doc.root(name) if name is not None and name.start == after and name.label_ in _ANIMATE else None


def _role_of(child: Word, passive: bool) -> str:
    label, preposition = child.dep_, syntax.case(child)
    if label == "obj":
        return "" if child.lower_ in ("se", "s'", "s’") else "patient"
    if label == "obl:agent" or (passive and preposition == "par" and label.startswith("obl")):
        return "agent"
    if label == "iobj":
        return "recipient"
    if label.startswith("obl") and preposition == "à" and _animate(child):
        return "recipient"
    if label.startswith("obl") and preposition in ("sur", "chez") and child.ent_type_ != "PER":
        return ""
    if label.startswith("obl") and child.ent_type_ != "LOC" and preposition in _AGAINST:
        return "patient"
    if label.startswith("obl") and preposition in ("avec", "aux côtés de"):
        return "patient"
    return ""


def _animate(token: Word) -> bool:
    mention = mention_of(token.doc, token)
    return mention is not None and mention.label_ in _ANIMATE


def _animate_or_none(token: Word) -> Span | None:
    mention = mention_of(token.doc, token)
    return mention if mention is not None and mention.label_ in _ANIMATE else None


_AGAINST = frozenset({"contre", "envers", "face à", "sur", "vers", "devant", "auprès de", "chez"})


def _of_noun(noun: Word, kind: str) -> list[Argument]:
    roles = lexicon.toml("arguments.toml")
    undergoes = syntax.lemma(noun) in roles["nouns"]["patient"] or kind in ("death", "arrest")
    found: list[Argument] = []
    complements = [c for c in noun.children if c.dep_ in ("nmod", "obl:agent", "obl:arg", "appos")]
    for child in complements:
        preposition = syntax.case(child)
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
    for child in noun.children:  # "son arrestation"
        if child.dep_ == "det" and child.lower_ in _POSSESSIVE:
            found.append(("patient" if undergoes else "agent", child))
    return found + _of_support(noun, roles)


def _of_support(noun: Word, roles: dict[str, dict[str, list[str]]]) -> list[Argument]:
    verb = noun.head
    if noun.dep_ == "conj" and verb.pos_ == "NOUN":
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
    if noun.dep_ in ("nsubj:pass", "nsubj"):
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


def _covers(span: Span, token: Word) -> bool:
    return span.start <= token.i < span.end


def entity_at(doc: Words, i: int) -> Span | None:
    """The named mention that covers token `i`, or None."""
    return doc.named.get(i)
