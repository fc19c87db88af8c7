"""Who says so: attribution of stretches of text to a speaker, in direct and indirect speech.

An attribution is a stretch of characters and the token of its speaker: the content of a reporting verb ("a annoncé
que …", "annonce la création …"), what an incise closes ("…, a déclaré X"), what "selon X" covers, and a quotation
with its further pieces.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from pipeline import participants, syntax
from pipeline.model import lexicon
from pipeline.model.doc import Event, Participant

_QUOTATION = re.compile(r"«[^«»]{2,}?»|“[^“”]{2,}?”|\"[^\"\n]{2,}?\"", re.DOTALL)
_NOMINAL = ("NOUN", "PROPN", "PRON", "X")
_CONTENT = ("ccomp", "xcomp", "parataxis", "advcl")
_SKIPPED = ("ADV", "ADP", "NUM")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Characters `start`..`end` are said by the phrase headed by token `speaker`; `verb` is the reporting token or -1."""

    start: int
    end: int
    speaker: int
    verb: int
    kind: str


def speaker(doc: Doc, event: Event) -> Participant | None:
    """Who reports the event, at its first telling that anybody reports; None when the text itself tells it.

    The text is the name when the speaker is or refers to a named mention, else the words as written.

    >>> speaker(nlp("Selon la préfecture, trois personnes ont été blessées."), event).text  # doctest: +SKIP
    'la préfecture'
    """
    for head in participants.heads(doc, event):
        found = attribution(doc, head)
        if found is not None:
            return _participant(doc, doc[found.speaker])
    return None


def attribution(doc: Doc, trigger: Token) -> Attribution | None:
    """The narrowest attribution over a trigger that is not its own reporting verb."""
    own = {trigger.i, trigger.head.i if trigger.dep_ in ("obj", "xcomp", "fixed") else trigger.i}
    over = [
        a
        for a in attributions(doc)
        if a.start <= trigger.idx < a.end and a.verb not in own and a.speaker not in own
    ]
    return min(over, key=lambda a: (a.end - a.start, a.start), default=None)


def attributions(doc: Doc) -> tuple[Attribution, ...]:
    """All attributions of a parsed Doc, in text order."""
    return _attributions(doc, len(doc.ents), len(doc.spans.get("references", ())))


@functools.lru_cache(maxsize=1)
def _attributions(doc: Doc, ents: int, references: int) -> tuple[Attribution, ...]:
    verbs = _reporting()
    found: list[Attribution] = []
    for sentence in doc.sents:
        for token in sentence:
            if token.lemma_ in verbs and syntax.is_verb(token):
                found += _of_verb(token, sentence, verbs[token.lemma_])
            elif token.dep_ == "case" or token.dep_ == "mark" or token.pos_ == "ADP":
                found += _of_source(token, sentence)
    found += _of_quotations(doc, found)
    return tuple(sorted(set(found), key=lambda a: (a.start, a.end, a.verb, a.speaker)))


@functools.cache
def _reporting() -> dict[str, str]:
    return {row["lemma"]: row["kind"] for row in lexicon.rows("reporting.csv")}


def _of_verb(verb: Token, sentence: Span, kind: str) -> list[Attribution]:
    source = _source_of(verb)
    if source is None:
        return []
    found = []
    for child in verb.children:
        content = child.dep_ in ("ccomp", "xcomp") or (child.dep_ == "obj" and child.i > verb.i and child != source)
        if content and child != source and source not in child.subtree:
            found.append(_over(list(child.subtree), source, verb, kind))
    if _closes(verb, source):
        before = [t for t in sentence if t.i < _first(verb)]
        if before:
            found.append(_over(before, source, verb, kind))
    return found


def _over(tokens: list[Token], source: Token, verb: Token, kind: str) -> Attribution:
    first, last = tokens[0], tokens[-1]
    return Attribution(first.idx, last.idx + len(last), source.i, verb.i, kind)


def _first(verb: Token) -> int:
    return min([verb.i, *(c.i for c in verb.children if c.dep_.startswith("aux"))])


def _source_of(verb: Token) -> Token | None:
    inverted = inverted_subject(verb)
    if inverted is not None:
        return inverted
    if syntax.is_passive(verb):
        agents = [c for c in verb.children if c.dep_ == "obl:agent"]
        return agents[0] if agents else None
    subjects = syntax.subjects(verb)
    return subjects[0] if subjects else None


def inverted_subject(verb: Token) -> Token | None:
    """The subject after a reporting verb in an incise, which the parser often labels an object.

    >>> inverted_subject(nlp("« Nous tiendrons », a déclaré la ministre.")[6])  # doctest: +SKIP
    ministre
    """
    if verb.lemma_ not in _reporting():
        return None
    doc, first = verb.doc, _first(verb)
    before = doc[first - 1] if first else None
    while before is not None and before.i and (before.is_space or before.lower_ in ("se", "s'", "s’", "l'", "l’", "ainsi", "notamment", "comme", "le")):
        before = doc[before.i - 1]
    if any(c.dep_ in ("nsubj", "nsubj:pass") and c.i < first for c in verb.children):
        return None
    for i in range(first, min(verb.i + 1, len(doc))):
        if doc[i].lower_.lstrip("-t") in ("il", "elle", "ils", "elles", "je", "nous") or doc[i].lower_ in ("-il", "-elle", "-ils", "-elles"):
            return doc[i]
    if before is not None and not (before.is_punct or before.is_quote):
        return None
    for i in range(verb.i + 1, min(verb.i + 14, len(doc))):
        token = doc[i]
        if token.lower_.lstrip("-t") in ("il", "elle", "ils", "elles"):
            return token
        if token.is_punct and token.text not in ("-", "'", "’"):
            return None
        if token.lower_ in ("que", "qu'", "qu’") or token.is_sent_start:
            return None
        if token.pos_ in ("NOUN", "PROPN") and not _in_adjunct(token, verb):
            head = token
            while head.head.i > verb.i and head.head.i < i and head.dep_ in ("flat:name", "appos"):
                head = head.head
            return head
    return None


def _in_adjunct(token: Token, verb: Token) -> bool:
    while token != verb and token.head != token:
        if syntax.case(token) or token.dep_ in ("obl:mod", "advmod") and not token.ent_type_:
            return True
        if token.head.i <= verb.i:
            return False
        token = token.head
    return False


def _closes(verb: Token, source: Token) -> bool:
    """Whether the verb and its speaker close what stands before them: "…, rapporte Ouest-France."."""
    first = _first(verb)
    if source.i < first or first == 0:
        return False
    before = verb.doc[first - 1]
    while before.i and (before.is_space or before.lower_ in ("se", "s'", "s’", "l'", "l’", "le")):
        before = verb.doc[before.i - 1]
    return before.is_punct or before.is_quote


def _of_source(preposition: Token, sentence: Span) -> list[Attribution]:
    """ "selon X", "d'après X", "pour X": the whole sentence is X's."""
    doc, spec = preposition.doc, lexicon.toml("sources.toml")
    form = preposition.lower_.replace("’", "'")
    after = preposition.i + 1
    if form not in spec["prepositions"]:
        two = f"{form} {doc[after].lower_}".replace("' ", "'") if after < len(doc) else ""
        if two not in spec["prepositions"]:
            return []
        after += 1
    for i in range(after, min(after + 8, sentence.end)):
        token = doc[i]
        if token.is_punct:
            break
        if token.pos_ in ("NOUN", "PROPN", "PRON") and token.lower_ not in spec["never"]:
            return [Attribution(sentence.start_char, sentence.end_char, i, preposition.i, "say")]
        if token.pos_ in ("VERB", "AUX"):
            break
    return []


def _of_quotations(doc: Doc, known: list[Attribution]) -> list[Attribution]:
    """Quotations: the incise that closes or the verb that opens them says whose; else the speaker goes on."""
    found: list[Attribution] = []
    last: Attribution | None = None
    last_end = 0
    for match in _QUOTATION.finditer(doc.text):
        start, end = match.span()
        if len(match.group().split()) < 4:
            continue
        mine = _near(doc, known, start, end)
        if mine is None and last is not None and doc.text.count("\n", last_end, start) <= 2:
            mine = last
        if mine is not None:
            found.append(Attribution(start, end, mine.speaker, mine.verb, mine.kind))
            last, last_end = mine, end
    return found


def _near(doc: Doc, known: list[Attribution], start: int, end: int) -> Attribution | None:
    """The reporting verb just after or just before a quotation."""
    best: tuple[int, Attribution] | None = None
    for one in known:
        verb, who = doc[one.verb], doc[one.speaker]
        if start <= verb.idx < end:
            continue
        low, high = min(verb.idx, who.idx), max(verb.idx + len(verb), who.idx + len(who))
        between = doc.text[end:low] if low >= end else doc.text[high:start]
        if len(between) > 120 or "\n" in between.strip(" \n") or re.search(r"[.!?»”]\s", between):
            continue
        distance = len(between) + (0 if low >= end else 40)
        if best is None or distance < best[0]:
            best = (distance, one)
    return best[1] if best else None


def _participant(doc: Doc, token: Token) -> Participant | None:
    made = participants.make_out(doc, "speaker", token)
    if made is None:
        return None
    if made.mention is not None:
        made.text = made.mention._.name or made.mention.text
    return made
