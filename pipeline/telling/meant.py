"""Whom an argument means: the named mention that a word is, is apposed to, refers to or stands for.

"le ministre Luc Roy" and "Luc Roy" mean Luc Roy, "il" whom `doc.spans["references"]` says, "les dirigeants de Sprint"
Sprint, "son arrestation" whose it is by `doc.spans["possessors"]`.
"""

from __future__ import annotations

import functools

from spacy.tokens import Span

from pipeline.model import lexicon
from pipeline.model.doc import Participant
from pipeline.model.words import Sentence, Word, Words
from pipeline.naming.descriptions import body_sorts
from pipeline.telling import speakers, syntax

ANIMATE = frozenset({"PER", "ORG"})
POSSESSIVE = frozenset({"son", "sa", "ses", "leur", "leurs"})
_FIRST_PERSON = frozenset({"je", "j'", "j’", "me", "m'", "m’", "moi", "-je"})
_NAMED = frozenset({"PER", "ORG", "LOC"})
_DEFINITE = frozenset({"le", "la", "l'", "ce", "cet", "cette"})
_DEEP = 3  # complements of complements: "le contingent de maintien de la paix de l'ONU"
_RELATIVES = frozenset({"qui", "que", "qu'", "qu’", "dont", "lequel", "laquelle", "auquel"})


def make_out(doc: Words, role: str, token: Word) -> Participant | None:
    """The Participant an argument head stands for; None for what is neither named nor a phrase of its own."""
    mention = mention_of(doc, token)
    if mention is not None and _covers(mention, token):
        return Participant(role, mention.start_char, mention.end_char, mention.text, mention)
    if token.pos_ == "PRON" or token.lower_ in ("qui", "on", "se", *POSSESSIVE):
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
    if near is not None and near.label_ == "PER":
        return near
    if token.dep_ == "appos" and entity_at(doc, token.head.i) is not None:  # "Luc Roy, cet agent …, jeté à l'eau"
        return entity_at(doc, token.head.i)
    meant = syntax.meant(doc, "references").get(token.i)
    if meant is not None:
        return meant
    if near is not None and syntax.lemma(token) in _nouns()["groups"]:
        return near
    if token.lower_ in _RELATIVES and (antecedent := syntax.antecedent(token)) != token:
        return mention_of(doc, antecedent)
    if token.lower_ in _FIRST_PERSON and token.text != "Me":  # maître
        said = speakers.attribution(doc, token)
        known = said is not None and doc[said.speaker].lower_ not in _FIRST_PERSON
        return mention_of(doc, doc[said.speaker]) if said is not None and known else None
    if token.dep_ == "det" and token.lower_ in POSSESSIVE:
        return _possessor(token)
    return _owner(token) or _short_form(token)


@functools.cache
def _roles() -> frozenset[str]:
    return frozenset(w for row in lexicon.rows("roles.csv") for w in (row["masculine"], row["feminine"]))


@functools.cache
def _nouns() -> dict[str, frozenset[str]]:
    return {key: frozenset(words) for key, words in lexicon.toml("arguments.toml")["nouns"].items()}


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
                    return named if named is not None and named.label_ in ANIMATE else None
        if verb.head == verb:
            break
        verb = syntax.clause_verb(verb.head)
    meant = syntax.meant(doc, "possessors").get(determiner.i)
    return meant or _subject_named(noun.sent, noun) or _subject_before(noun)


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
    if not is_definite(token):
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
        if near is None or near.label_ not in ANIMATE or syntax.case(doc[near.start]):
            continue
        if child.dep_ in ("appos", "flat:name", "flat:foreign") or (child.dep_ == "nmod" and not syntax.case(child)):
            if near.label_ == "PER":
                return near
            best = best or near
    if best is None and (syntax.lemma(token) in _nouns()["groups"] or token.lower_ in body_sorts()):
        after = token.i + 1
        while after < len(doc) and doc[after].pos_ == "ADJ" and not doc[after].ent_type_:  # "le groupe vendéen X"
            after += 1
        body = entity_at(doc, after)
        if body is not None and body.label_ == "ORG" and body.start == after:
            return body
    if token.pos_ == "NOUN" and token.ent_type_ == "":
        for i in range(token.i + 1, min(token.i + 12, len(doc))):
            near = entity_at(doc, i)
            if near is None and doc[i].text == "," and _between_commas(doc, i + 1):
                return entity_at(doc, i + 1)
            if near is not None and near.label_ == "PER" and near.start == i:
                if (
                    any(w.lower_ in ("de", "du", "d'", "d’") for w in doc[token.i : i])
                    and doc[i - 1].lower_ in _roles()
                ):
                    return best  # "le fils du prince Paul"
                return near if doc[i - 1].pos_ not in ("ADP", "DET", "CCONJ") else best
            if (
                near is None
                and doc[i].pos_ not in ("ADJ", "ADP", "DET", "NOUN", "PROPN")
                and not syntax.is_participle(doc[i])
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


def listed(doc: Words, token: Word) -> list[Word]:
    """Further names: of a plural noun ("les skieurs Luc Roy et Jean Petit"), of a list "A, B et C"."""
    own = entity_at(doc, token.i)
    if own is not None and own.label_ in ANIMATE:
        return _rest_of_list(doc, own)
    for child in token.children:
        if (
            child.dep_ in ("appos", "flat:name", "nmod")
            and child.ent_type_ in ANIMATE
            and (child.dep_ != "nmod" or not syntax.case(child))
        ):
            return [t for t in syntax.conjuncts(child) if t != child and t.ent_type_ in ANIMATE and not syntax.case(t)]
    return []


def _rest_of_list(doc: Words, first: Span) -> list[Word]:
    """Names that follow a name in a list closed by "et" or "ou"; none when the list is not closed."""
    found: list[Word] = []
    last = first
    while last.end + 1 < len(doc) and doc[last.end].lower_ in (",", "et", "ou", "/"):
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
    nouns = _nouns()
    lemma = syntax.lemma(token)
    if lemma not in nouns["groups"] and lemma not in nouns["belongings"]:
        return None
    if token.i > 1 and token.nbor(-2).lower_ == "dont":  # "Luc Roy, dont le corps a été retrouvé"
        clause = syntax.clause_verb(token)
        while clause.dep_ in ("conj", "advcl", "xcomp") and clause.head != clause:
            clause = clause.head
        return mention_of(token.doc, clause.head) if clause.dep_ == "acl:relcl" else None
    if any(c.dep_ == "det" and c.lower_ in POSSESSIVE for c in token.children):
        return next(mention_of(token.doc, c) for c in token.children if c.dep_ == "det" and c.lower_ in POSSESSIVE)
    complements = [c for c in token.children if c.dep_ in ("nmod", "appos", "flat:name")]
    if not complements and lemma in nouns["things"] and is_definite(token):  # "l'avion" after "l'avion d'Aéria"
        owners = _owned(token.doc).get(lemma, {})
        return next(iter(owners.values())) if len(owners) == 1 else None
    return _owner_among(complements)


def _owner_among(complements: list[Word], deeper: int = _DEEP) -> Span | None:
    """The first named one among the complements of a noun, or of these: "le centre de crise du ministère X"."""
    for child in complements:
        inner = entity_at(child.doc, child.i) or (mention_of(child.doc, child) if child.pos_ == "NOUN" else None)
        if inner is None and deeper and not child.ent_type_:
            below = [c for c in child.children if c.dep_ == "nmod" and syntax.case(c) == "de"]
            inner = _owner_among(below, deeper - 1)
        if inner is not None and inner.label_ in ANIMATE:
            return inner
    return None


def _owned(doc: Words) -> dict[str, dict[str, Span]]:
    """Lemmas of things, with the names of those whose they are said to be in this document."""
    found: dict[str, dict[str, Span]] = doc.memo["owned"]
    if not found:
        found[""] = {}
        for i in syntax.with_words(doc, _nouns()["things"]):
            for child in doc[i].children:
                owner = entity_at(doc, child.i) if child.dep_ == "nmod" and syntax.case(child) == "de" else None
                if owner is not None and owner.label_ in ANIMATE:
                    found.setdefault(syntax.lemma(doc[i]), {})[owner._.name or owner.text] = owner
    return found


def is_definite(noun: Word) -> bool:
    """Whether a noun has a definite article or "ce"."""
    return any(c.dep_ == "det" and c.lower_.replace("’", "'") in _DEFINITE for c in noun.children)


def entity_at(doc: Words, i: int) -> Span | None:
    """The named mention that covers token `i`, or None."""
    return doc.named.get(i)


def _covers(span: Span, token: Word) -> bool:
    return span.start <= token.i < span.end
