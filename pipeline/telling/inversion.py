"""The subject after a reporting verb: "…, a déclaré la ministre", which the parser often labels an object."""

from __future__ import annotations

import functools

from pipeline.model import lexicon
from pipeline.model.words import Word, Words
from pipeline.telling import meant, syntax

_PRONOUNS = frozenset(
    {
        "il",
        "elle",
        "ils",
        "elles",
        "on",
        "-il",
        "-elle",
        "-ils",
        "-elles",
        "-t-il",
        "-t-elle",
        "je",
        "-je",
        "nous",
        "-nous",
    }
)
_CLITICS = frozenset(
    {
        "se",
        "s'",
        "s’",
        "l'",
        "l’",
        "le",
        "lui",
        "leur",
        "en",
        "y",
        "ainsi",
        "notamment",
        "également",
        "aussi",
        "ne",
        "n'",
    }
)


def inverted_subject(verb: Word) -> Word | None:
    """The subject after a reporting verb in an incise, which the parser often labels an object.

    >>> inverted_subject(nlp("« Nous tiendrons », a déclaré la ministre.")[6])  # doctest: +SKIP
    ministre
    """
    row = reporting().get(syntax.lemma(verb))
    if row is None:
        return None
    doc, first = verb.doc, syntax.first_token(verb)
    for i in range(first, min(verb.i + 4, len(doc))):
        hyphen = doc[i].text.startswith("-") or doc[i - 1].text in ("-", "-t")
        if doc[i].lower_ in _PRONOUNS and (first < i < verb.i or (i > verb.i and hyphen)):
            return doc[i]
    before = token_before(verb)
    if syntax.verb_form(verb) == "Inf" and first == verb.i:
        return None
    if (
        before is None
        or not row["incise"]
        or not (before.is_punct or before.is_quote or before.lower_ in ("comme", "ainsi"))
    ):
        return None
    noun = _noun_after(verb)
    if noun is None or syntax.name_before(verb) is not None:  # "Luc Roy, maire, a reconnu …"
        return None
    own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubj:pass")]
    if any(c.i == noun.i for c in own):
        return noun
    if noun.head.i != verb.i and any(c.pos_ in ("NOUN", "PROPN") for c in own):  # "deux hommes, arrêtés, ont reconnu …"
        return None
    return noun if _speaks(noun) else None


@functools.cache
def reporting() -> dict[str, dict[str, str]]:
    return {row["lemma"]: row for row in lexicon.rows("reporting.csv")}


def token_before(verb: Word) -> Word | None:
    """The token before a verb, its auxiliaries and clitics."""
    i = syntax.first_token(verb) - 1
    while i >= 0 and (verb.doc[i].is_space or verb.doc[i].lower_ in _CLITICS):
        i -= 1
    return verb.doc[i] if i >= 0 else None


def _speaks(noun: Word) -> bool:
    mention = meant.entity_at(noun.doc, noun.i)
    if mention is not None:
        return mention.label_ != "LOC"
    return (
        syntax.lemma(noun) in _speaking() or noun.lower_ in _speaking() or meant.mention_of(noun.doc, noun) is not None
    )


@functools.cache
def _speaking() -> frozenset[str]:
    """Nouns of those who speak."""
    return frozenset([*lexicon.words("role_kinds.csv", "word"), *lexicon.toml("sources.toml")["nouns"]])


def _noun_after(verb: Word) -> Word | None:
    """The first noun phrase after a verb that is no adjunct, within its stretch up to the next punctuation."""
    doc, i = verb.doc, verb.i + 1
    while i < min(verb.i + 16, len(doc)):
        token = doc[i]
        if (
            token.is_sent_start
            or token.lower_ in ("que", "qu'", "qu’", "qui")
            or (token.is_punct and token.text not in ("-", "'", "’"))
        ):
            return None
        if token.lower_ in ("auprès", "lors", "au", "aux"):
            i += token.lower_ in ("auprès", "lors")
            i = _after_phrase(doc, i)
            continue
        if token.pos_ in ("ADP",) or token.dep_ == "case":
            i = _after_phrase(doc, i)
            continue
        nominal = (token.pos_ in ("NOUN", "PROPN", "X") and token.text != "Me") or token.ent_type_  # maître
        if nominal and (token.ent_type_ in ("PER", "ORG") or not _temporal(token)):
            mention = meant.entity_at(doc, i)
            return doc.root(mention) if mention is not None and mention.start == i else token
        i += 1
    return None


def _temporal(token: Word) -> bool:
    return token.lower_ in _times() or token.dep_ == "obl:mod"


@functools.cache
def _times() -> frozenset[str]:
    named = (*lexicon.words("weekdays.csv", "form"), *lexicon.words("months.csv", "form"))
    return frozenset({*filter(str.isalpha, named), "matin", "soir", "midi", "après-midi", "hier"})


def _after_phrase(doc: Words, i: int) -> int:
    """The token after a prepositional phrase that begins at `i`: "à l'AFP", "sur LCI", "dans un communiqué"."""
    j = i + 1
    while j < len(doc) and doc[j].pos_ in ("DET", "ADJ", "NUM") and not doc[j].is_punct:
        j += 1
    mention = meant.entity_at(doc, j)
    if mention is not None:
        return mention.end
    j += 1
    while j < len(doc) and doc[j].pos_ == "ADJ":
        j += 1
    return j
