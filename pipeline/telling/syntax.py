"""What the parse says about clauses: subjects (also controlled, relative, inverted), objects, voice, noun phrases.

The labels are those of the French UD treebanks that `fr_core_news_md` was trained on. All functions take tokens of
a parsed Doc and give tokens or spans of it; none changes it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from spacy.tokens import Span

from pipeline.model import lexicon
from pipeline.model.words import Word, Words

SUBJECT = frozenset({"nsubj", "nsubj:pass", "csubj"})
CLAUSE = frozenset({"ROOT", "ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis", "conj", "csubj"})
VERBAL = frozenset({"VERB", "AUX"})
_OUTSIDE = frozenset(
    {"acl", "acl:relcl", "appos", "conj", "cc", "parataxis", "advcl", "dep", "cop", "nsubj", "ccomp", "dislocated"}
)
_NAMES = frozenset({"PER", "ORG", "LOC"})
_RELATIVES = frozenset({"qui", "que", "qu'", "qu’", "lequel", "laquelle", "lesquels", "lesquelles", "auquel", "dont"})
_LONGEST_PHRASE = 14


def lemma(token: Word) -> str:
    """The lemma in lower case; the infinitive of a verb where the lemmatizer gives the noun ("demande", "reste")."""
    found: str = token.lemma_.lower()
    if token.pos_ in VERBAL and found.endswith("e") and not found.endswith("re"):
        return found + "r"
    return found


def with_words(doc: Words, words: frozenset[str]) -> list[int]:
    """Indexes of tokens whose lemma or form is one of `words` (infinitives also where the lemma lacks its "r")."""
    forms = _forms(words)
    return [word.i for word in doc if word.lemma_ in forms or word.lower_ in forms]


@functools.lru_cache(maxsize=8)
def _forms(words: frozenset[str]) -> frozenset[str]:
    return words | {word[:-1] for word in words if word.endswith("er")}


def verb_form(token: Word) -> str:
    """Fin, Inf, Part, or nothing: the model's VerbForm."""
    return token.morph.get("VerbForm", "")


def children(token: Word, *labels: str) -> list[Word]:
    """Children of a token with one of these dependency labels, in text order."""
    return [child for child in token.children if child.dep_ in labels]


def case(token: Word) -> str:
    """The preposition before an argument in lower case ("par", "à", "de"), or an empty string.

    Contracted forms are undone: "du" and "des" give "de", "au" and "aux" give "à".
    """
    for child in token.children:
        if child.dep_ == "case" or (child.dep_ == "mark" and child.i < token.i and child.pos_ == "ADP"):
            form = child.lower_.replace("’", "'")
            rest = " ".join(t.lower_ for t in child.children if t.dep_ == "fixed")
            form = f"{form} {rest}".strip()
            return {"du": "de", "des": "de", "d'": "de", "au": "à", "aux": "à"}.get(form, form)
    return ""


def is_verb(token: Word) -> bool:
    """Whether the token heads a clause as a verb (participles included)."""
    if token.pos_ in VERBAL or "VerbForm" in token.morph:
        return True
    return token.pos_ == "ADJ" and any(child.dep_.startswith("aux") for child in token.children)


def is_participle(token: Word) -> bool:
    """Whether the token is a past participle without an auxiliary: "un homme, blessé par balle"."""
    if verb_form(token) != "Part" or token.morph.get("Tense") == "Pres" or token.lower_.endswith("ant"):
        return False
    return not any(child.dep_.startswith("aux") for child in token.children)


def is_passive(verb: Word) -> bool:
    """Whether the subject of the verb undergoes: "a été arrêté", "arrêté par la police", "se verra remettre"."""
    labels = {child.dep_ for child in verb.children}
    if "aux:pass" in labels or "nsubj:pass" in labels:
        return True
    if _split_auxiliary(verb):
        return lemma(_split_auxiliary(verb)[0]) == "être"
    if verb.dep_ == "conj" and not labels & {"nsubj", "aux:tense"} and is_verb(verb.head) and is_participle(verb):
        return is_passive(verb.head)
    return is_participle(verb) and not labels & {"nsubj", "obj"}


def conjuncts(token: Word) -> Iterator[Word]:
    """The token and what is coordinated with it: "Macron et Merkel" gives both."""
    yield token
    for child in token.children:
        if child.dep_ == "conj":
            yield from conjuncts(child)


def antecedent(token: Word) -> Word:
    """The noun a relative pronoun stands for, else the token itself."""
    if token.lower_ not in _RELATIVES:
        return token
    before = token.i - 1 - (token.i > 0 and token.doc[token.i - 1].text == ",")
    name = token.doc.named.get(before)
    if name is not None and name.end == before + 1 and case(token.doc.root(name)) != "de":
        return token.doc.root(name)  # the name right before, whatever the parse says
    head = token.head
    while head.dep_ in ("conj", "xcomp", "ccomp") and head.head != head:
        head = head.head
    return head.head if head.dep_ == "acl:relcl" else token


def subjects(verb: Word, depth: int = 0) -> list[Word]:
    """Subjects of a verb in the sense of who does it (or, in the passive, undergoes it).

    Own subject first; else that of the verb it is coordinated with, the controller of an infinitive or gerund, the
    noun a participle or relative clause hangs on.

    >>> subjects(nlp("Le député a promis de démissionner.")[5])  # doctest: +SKIP
    [député]
    """
    forms = [verb, *(c for c in verb.children if c.dep_.startswith("aux")), *_split_auxiliary(verb)]
    children = [child for form in forms for child in form.children if child.dep_ in SUBJECT or _refers(child)]
    own = [antecedent(child) for child in map(_inverted_pronoun, children) if not _is_expletive(child)]
    own = [subject for subject in own if not _before_colon(subject, verb)]
    if len(own) > 1:  # "le fils de Paul et de Jeanne a gagné"
        own = [subject for subject in own if not (subject.ent_type_ and case(subject) == "de")] or own
    if not own and depth == 0 and is_infinite(verb) and (opening := _after_opening(verb)) is not None:
        return [opening]
    if not own and (named := name_before(verb)) is not None:
        return [named]
    if own or depth > 6:
        return own
    if _split_auxiliary(verb):
        return subjects(_split_auxiliary(verb)[0], depth + 1)
    head = verb.head
    if verb.dep_ == "conj" and is_verb(head):
        return subjects(head, depth + 1)
    if verb.dep_ in ("xcomp", "ccomp", "advcl", "obl:arg", "obl:mod") and (is_infinite(verb) or verb.dep_ == "xcomp"):
        if not is_verb(head):
            return _possessors(head)
        return (
            controllers(head, depth + 1)
            if verb.dep_ == "xcomp" or lemma(verb.head) in lexicon.toml("arguments.toml")["control"]["charge"]
            else subjects(head, depth + 1)
        )
    if verb.dep_ in ("acl", "acl:relcl", "amod"):
        if verb.lower_.endswith("ant") and verb.i and verb.doc[verb.i - 1].text == ",":
            above = clause_verb(head)  # "a posté un message sur le réseau, demandant de l'aide"
            if above != head and is_verb(above):
                return subjects(above, depth + 1)
        if is_verb(head) and head.dep_ in CLAUSE:
            return subjects(head, depth + 1)
        if verb_form(verb) == "Inf":
            above = clause_verb(head)
            if is_verb(above) and any(c.lower_ == "à" for c in verb.children if c.dep_ == "mark"):
                return subjects(above, depth + 1)  # "a passé la nuit à chercher"
            return _possessors(head)
        return [head]
    return [] if is_infinite(verb) or children else _nearest_before(verb)


def _before_colon(subject: Word, verb: Word) -> bool:
    """Whether a colon parts a supposed subject from its verb: "France : le maire démissionne"."""
    end = subject.i + 1
    return subject.i < verb.i and end < len(subject.doc) and subject.doc[end].text == ":"


def name_before(verb: Word) -> Word | None:
    """The name that stands before a finite verb as its subject, where the parse has none: right before it, or at the
    beginning of the sentence with an aside between ("Luc Roy, ami du maire, a reconnu")."""
    doc, first = verb.doc, _first_of_group(verb)
    if first is None or first == 0:
        return None
    name = doc.named.get(first - 1)
    if name is not None:
        return doc.root(name) if not _governed(doc, name.start) else None
    if doc[first - 1].text not in (",", ")"):
        return None
    start = first - 1
    while (
        start and not (doc[start - 1].text in _STRONG or "\n" in doc[start - 1].text) and first - start < _LONGEST_ASIDE
    ):
        start -= 1
    for i in range(start, min(start + 6, first)):
        name = doc.named.get(i)
        if name is not None:
            aside = name.end < first and doc[name.end].text in (",", "(")
            finite = sum(verb_form(w) == "Fin" for w in doc[name.end : first - 1])
            within = sum(w.lower_ in _SUBORDINATING for w in doc[name.end : first - 1])
            return doc.root(name) if aside and finite <= within and not _governed(doc, name.start) else None
        if doc[i].pos_ not in ("DET", "NOUN", "ADJ", "PUNCT", "SPACE", "CCONJ", "ADV"):
            return None
    return None


def _after_opening(verb: Word) -> Word | None:
    """The subject of an infinitive or participle that opens a sentence: "Après avoir parlé, Luc Roy est parti"."""
    doc, start = verb.doc, verb.i
    while start and not (doc[start - 1].text in _STRONG or "\n" in doc[start - 1].text) and verb.i - start < 4:
        start -= 1
    opens = doc[start].pos_ in ("ADP", "SCONJ", "ADV", "VERB", "AUX") or start == verb.i
    if verb.i - start > 3 or not opens or any(doc[i].pos_ in ("NOUN", "PROPN") for i in range(start, verb.i)):
        return None
    for i in range(verb.i + 1, min(verb.i + _LONGEST_ASIDE, len(doc) - 1)):
        if doc[i].text in _STRONG or verb_form(doc[i]) == "Fin":
            return None
        if doc[i].text != ",":
            continue
        j = i + 1
        while j < min(i + 6, len(doc)) and doc[j].pos_ in ("DET", "NOUN", "ADJ") and not doc[j].ent_type_:
            j += 1
        name = doc.named.get(j)
        end = name.end if name is not None else j
        subject = doc.root(name) if name is not None else None
        if name is None and j < len(doc) and doc[j].lower_ in ("il", "elle"):
            subject, end = doc[j], j + 1
        while end < len(doc) and (doc[end].lower_.replace("’", "'") in _CLITICS or doc[end].pos_ == "ADV"):
            end += 1
        if subject is not None and end < len(doc) and verb_form(doc[end]) == "Fin":
            return subject
    return None


def _first_of_group(verb: Word) -> int | None:
    """The first word of a finite verb with its clitics and auxiliaries; None for other forms."""
    doc, first, finite = verb.doc, verb.i, verb_form(verb) == "Fin"
    while first and (doc[first - 1].lower_.replace("’", "'") in _CLITICS or doc[first - 1].pos_ in ("AUX", "ADV")):
        first -= 1
        finite |= doc[first].pos_ == "AUX" and verb_form(doc[first]) == "Fin"
    return first if finite else None


def _governed(doc: Words, start: int) -> bool:
    """Whether a preposition or a conjunction stands before the noun phrase that a name at `start` closes."""
    while start and doc[start - 1].pos_ in ("DET", "NOUN", "ADJ") and doc[start - 1].lower_ not in _CONTRACTED:
        start -= 1
    return start > 0 and (doc[start - 1].pos_ in ("ADP", "CCONJ", "VERB") or doc[start - 1].lower_ in _CONTRACTED)


_STRONG = frozenset({".", "!", "?", ";", ":", "–"})
_CONTRACTED = frozenset({"du", "des", "au", "aux"})
_SUBORDINATING = frozenset({"qui", "que", "qu'", "qu’", "dont", "où", "lorsque", "quand", "comme", "alors"})
_CLITICS = frozenset(
    {"se", "s'", "le", "la", "l'", "les", "lui", "leur", "y", "en", "ne", "n'", "me", "m'", "nous", "vous"}
)
_LONGEST_ASIDE = 40  # words


def _inverted_pronoun(token: Word) -> Word:
    """The pronoun after the "-t" of "a-t-elle dit"."""
    return token.nbor() if token.lower_ == "-t" and token.i + 1 < len(token.doc) else token


def _split_auxiliary(verb: Word) -> list[Word]:
    """The auxiliary of a participle that the parser hung on an adjunct: "il avait dès lundi appelé le maire"."""
    if verb.dep_ != "acl" or not is_participle(verb):
        return []
    noun = verb.head
    auxiliary = noun.head
    split = lemma(auxiliary) in ("avoir", "être") and auxiliary.i < noun.i < verb.i and noun.dep_.startswith("obl")
    return [auxiliary] if split and not children(auxiliary, "cop", "aux:tense") else []


def own_arguments(verb: Word) -> list[Word]:
    """Children of a verb, with those of an auxiliary the parser split from it."""
    return [*verb.children, *(c for auxiliary in _split_auxiliary(verb) for c in auxiliary.children if c.i > verb.i)]


def first_token(verb: Word) -> int:
    """Index of the first word of a verb with its auxiliaries."""
    return min([verb.i, *(c.i for c in verb.children if c.dep_.startswith("aux"))])


def _nearest_before(verb: Word) -> list[Word]:
    """The noun phrase that stands right before a finite verb the parser gave no subject."""
    first = first_token(verb)
    for i in range(first - 1, max(first - 12, verb.sent.start) - 1, -1):
        token = verb.doc[i]
        if token.pos_ in VERBAL or token.text in (":", ";", "»", "«"):
            break
        if (
            token.pos_ in ("NOUN", "PROPN")
            and not case(token)
            and token.dep_ in ("obj", "nmod", "appos", "ROOT", "conj", "dislocated", "obl:mod", "advmod")
        ):
            return [token]
    return []


def controllers(verb: Word, depth: int = 0) -> list[Word]:
    """Who carries out an infinitive governed by `verb`: its object for "obliger X à", else its subject."""
    frame = lexicon.toml("arguments.toml")["control"]
    if lemma(verb) in frame["object"]:
        if is_passive(verb):
            return subjects(verb, depth)
        undergoing = children(verb, "obj", "iobj") or [c for c in children(verb, "obl:arg") if case(c) in ("à", "")]
        return [antecedent(t) for t in undergoing] or subjects(verb, depth)
    if lemma(verb) in frame["recipient"]:
        asked = children(verb, "iobj") + [c for c in children(verb, "obl:arg", "obl:mod") if case(c) == "à"]
        return [antecedent(t) for t in asked]
    return subjects(verb, depth)


def is_infinite(verb: Word) -> bool:
    """Whether the verb form has no subject of its own: infinitive, gerund, participle."""
    form = verb_form(verb)
    finite = any(c.dep_.startswith("aux") and verb_form(c) == "Fin" for c in verb.children)
    return form != "Fin" and not finite


def clause_verb(token: Word) -> Word:
    """The verb whose clause the token stands in; the token itself when it is one, or when there is none."""
    while not is_verb(token) and token.head != token and token.dep_ not in ("acl:relcl",):
        token = token.head
    return token


def phrase(token: Word) -> tuple[int, int]:
    """The noun phrase of a head as a reader would quote it: no relative clause, apposition or coordination.

    Its first token and the one after its last.

    >>> phrase(nlp("Trois ouvriers du bâtiment, qui dormaient, ont péri.")[1])  # doctest: +SKIP
    (0, 4)
    """
    doc, kept = token.doc, {token.i}
    stack = [token]
    while stack:
        for child in stack.pop().children:
            if child.dep_ in _OUTSIDE and not (
                child.dep_ == "appos" and child.i == max(kept) + 1 and child.ent_type_ in _NAMES
            ):
                continue
            if child.dep_ in ("punct", "obl:mod") or (child.dep_ in ("case", "mark") and child.head == token):
                continue
            if child.dep_ == "nmod" and (_dated(child) or (child.ent_type_ == "LOC" and case(child) != "de")):
                continue
            kept.add(child.i)
            stack.append(child)
    start = end = token.i
    while start - 1 in kept:
        start -= 1
    while end + 1 in kept or (end + 2 in kept and doc[end + 1].is_quote):
        end += 1
    while end + 1 < len(doc) and doc[end + 1].ent_iob_ == "I":
        end += 1
    end = min(end, token.i + _LONGEST_PHRASE)
    while end > token.i and (doc[end].is_punct or doc[end].pos_ in ("ADP", "DET", "CCONJ")):
        end -= 1
    return start, end + 1


def _dated(token: Word) -> bool:
    return token.i in token.doc.dated


def _refers(token: Word) -> bool:
    """Whether a pronoun that the parser takes for an expletive stands for somebody."""
    return token.dep_ == "expl:subj" and token.i in meant(token.doc, "references")


def _is_expletive(token: Word) -> bool:
    return token.lower_ in ("-t", "-on", "on", "-t-on", "ce", "c'", "c’", "cela", "ça") or (
        token.lower_ in ("il", "-il", "-t-il") and token.dep_.startswith("expl") and not _refers(token)
    )


def meant(doc: Words, key: str) -> dict[int, Span]:
    """Tokens of the references or possessives of a Doc (`key` of `doc.spans`), and whom they mean."""
    spans = doc.spans.get(key, ())
    found: dict[int, Span] = doc.memo[key]
    if spans and not found:
        found.update((i, span._.refers_to) for span in spans for i in range(span.start, span.end))
    return found


def _possessors(noun: Word) -> list[Word]:
    """Whose intention it is ("la volonté de X de partir"): complement, possessive, or the verb's subject."""
    owners = [c for c in noun.children if c.dep_ == "nmod" and case(c) == "de"]
    if owners:
        return owners
    verb = clause_verb(noun)
    return subjects(verb, 4) if verb != noun and is_verb(verb) and not is_passive(verb) else []
