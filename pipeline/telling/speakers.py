"""Who says so: attribution of stretches of text to a speaker, in direct and indirect speech.

An attribution is a stretch of characters and the token of its speaker: the content of a reporting verb ("a annoncé
que …", "annonce la création …"), what an incise closes ("…, a déclaré X"), what "selon X" covers, and a quotation
with its further pieces.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import lexicon
from pipeline.model.doc import Event, Participant
from pipeline.model.words import Sentence, Word, Words
from pipeline.telling import inversion, meant, participants, syntax

_QUOTATION = re.compile(r"«[^«»]{2,}?»|“[^“”]{2,}?”|\"[^\"\n]{2,}?\"", re.DOTALL)
_FULL_STOP = re.compile(r"[.!?…][»”\"]?\s+(?=[«“\"]?\s?[A-ZÀ-Ý])")
_ENOUGH_WORDS = 4  # a shorter quotation is a phrase taken over, not speech


@dataclass(frozen=True, slots=True)
class Attribution:
    """Characters `start`..`end` are said by the phrase headed by token `speaker`; `verb` is the reporting token.

    `kind` is that of the reporting verb (`reporting.csv`): say, claim, confirm, deny.
    """

    start: int
    end: int
    speaker: int
    verb: int
    kind: str


def speaker(doc: Words, event: Event) -> Participant | None:
    """Who reports the event, at its chosen telling first; None when the text itself tells it
    anywhere but in a headline.

    The text is the name when the speaker is or refers to a named mention, else the words as written.

    >>> speaker(nlp("Selon la préfecture, trois personnes ont été blessées."), event).text  # doctest: +SKIP
    'la préfecture'
    """
    by: Word | None = None
    for head in participants.heads(doc, event):
        found = attribution(doc, head)
        if found is not None:
            by = by or doc[found.speaker]
        elif not _in_heading(head):
            return None
    return _participant(doc, by) if by is not None else None


def _in_heading(token: Word) -> bool:
    """Whether a word stands in a line without a full stop: a headline or a crosshead."""
    text = token.doc.text
    end = text.find("\n", token.idx)
    line = text[: end if end >= 0 else len(text)].rstrip()
    return end >= 0 and not line.endswith((".", "!", "?", "»", '"', "”", "…", ":"))


def attribution(doc: Words, trigger: Word) -> Attribution | None:
    """The narrowest attribution over a trigger that is not its own reporting verb."""
    own = {trigger.i}
    own |= {c.i for c in trigger.children if c.dep_ in ("obj", "xcomp", "fixed") and c.i == trigger.i + 1}
    if _presupposed(trigger):
        return None
    over = [
        a for a in attributions(doc) if a.start <= trigger.idx < a.end and a.verb not in own and a.speaker not in own
    ]
    return min(over, key=lambda a: (a.end - a.start, a.start), default=None)


def _presupposed(trigger: Word) -> bool:
    """A noun that only sets the scene of what is said: "lors de l'élection", "depuis le début"."""
    if trigger.pos_ != "NOUN" or trigger.dep_ not in ("obl:mod", "obl:arg", "nmod", "advmod"):
        return False
    definite = any(
        c.dep_ == "det" and c.lower_ in ("le", "la", "l'", "l’", "les", "ce", "cet", "cette", "ces", "son", "sa", "ses")
        for c in trigger.children
    )
    return definite and (syntax.case(trigger) in _SCENE or trigger.head.lower_ in ("lors",))


_SCENE = frozenset(
    {"depuis", "après", "avant", "pendant", "durant", "dès", "pour", "lors de", "à la suite de", "à l'issue de"}
)


def attributions(doc: Words) -> tuple[Attribution, ...]:
    """All attributions of a parsed Doc, in text order."""
    known: tuple[Attribution, ...] | None = doc.memo["attributions"].get(0)
    if known is None:
        doc.memo["attributions"][0] = ()  # who "moi" is may be asked while they are looked for
        known = doc.memo["attributions"][0] = _attributions(doc)
    return known


def _attributions(doc: Words) -> tuple[Attribution, ...]:
    verbs = inversion.reporting()
    found: list[Attribution] = []
    for i in syntax.with_words(doc, _openers()):
        token = doc[i]
        if syntax.lemma(token) in verbs and token.pos_ in ("VERB", "AUX", "NOUN", "ADJ") and syntax.is_verb(token):
            found += _of_verb(token, token.sent)
        elif token.pos_ in ("ADP", "SCONJ", "ADV"):
            found += _of_source(token, token.sent)
    found += _of_quotations(doc, found)
    return tuple(sorted(set(found), key=lambda a: (a.start, a.end, a.verb, a.speaker)))


@functools.cache
def _openers() -> frozenset[str]:
    """Reporting verbs and the first words of "selon", "d'après" and the like, with both apostrophes."""
    first = {phrase.split()[0].split("'")[0] for phrase in lexicon.toml("sources.toml")["prepositions"]}
    return frozenset([*inversion.reporting(), *first, "d'", "d’"])


def _of_verb(verb: Word, sentence: Sentence) -> Iterator[Attribution]:
    row = inversion.reporting()[syntax.lemma(verb)]
    inverted = inversion.inverted_subject(verb)
    source = inverted or _subject(verb)
    if source is None or (source.ent_type_ == "LOC" and inverted is not None):
        return
    told = False
    for child in verb.children:
        if child.i == source.i:
            continue
        clause = child.dep_ in ("ccomp", "xcomp") and (
            syntax.is_verb(child) or bool(syntax.children(child, "aux:tense", "aux:pass", "mark", "cop"))
        )
        noun = child.dep_ == "obj" and row["noun"] and child.i > verb.i and child.pos_ == "NOUN"
        if clause or noun:
            subtree = child.subtree
            if all(t.i != source.i for t in subtree):
                told = True
                yield _over(subtree, source, verb, row["kind"])
    that = None if told else _that(verb)
    if that is not None and that.i > source.i:
        yield Attribution(that.idx, sentence.end_char, source.i, verb.i, row["kind"])
    if inverted is not None and _closes(verb):
        goes_on = any(c.i > source.i and not syntax.children(c, "cc") for c in syntax.children(verb, "conj"))
        start = _begins(sentence, verb)
        if verb.head.i > source.i or goes_on:  # "Le calme, affirme la police, est revenu."
            yield Attribution(start, sentence.end_char, source.i, verb.i, row["kind"])
        elif syntax.first_token(verb) > sentence.start:
            last = verb.doc[syntax.first_token(verb) - 1]
            yield Attribution(start, last.idx + len(last), source.i, verb.i, row["kind"])
        return
    opening = inversion.token_before(verb)
    if opening is not None and opening.lower_ in ("comme", "ainsi"):
        start = opening.idx if opening.text[0].isupper() else sentence.start_char
        yield Attribution(start, sentence.end_char, source.i, verb.i, row["kind"])


def _begins(sentence: Sentence, upto: Word) -> int:
    """Where what an incise closes begins: after the last full stop, for the parser also joins sentences."""
    stops = list(_FULL_STOP.finditer(upto.doc.text, sentence.start_char, upto.idx))
    return stops[-1].end() if stops else sentence.start_char


def _that(verb: Word) -> Word | None:
    """The "que" that opens the content of a verb where the parser did not attach it."""
    for i in range(verb.i + 1, min(verb.i + 12, verb.sent.end)):
        token = verb.doc[i]
        if token.lower_ in ("que", "qu'", "qu’"):
            return token
        if token.is_punct or token.pos_ in ("VERB", "AUX"):
            return None
    return None


def _over(tokens: list[Word], source: Word, verb: Word, kind: str) -> Attribution:
    first, last = tokens[0], tokens[-1]
    return Attribution(first.idx, last.idx + len(last), source.i, verb.i, kind)


def _closes(verb: Word) -> bool:
    """Whether a verb and its inverted subject close what stands before: "…, rapporte Ouest-France."."""
    before = inversion.token_before(verb)
    return before is not None and (before.is_punct or before.is_quote)


def _subject(verb: Word) -> Word | None:
    if syntax.is_passive(verb):
        agents = [c for c in verb.children if c.dep_ == "obl:agent"]
        return agents[0] if agents else None
    subjects = syntax.subjects(verb)
    return min(subjects, key=lambda t: abs(t.i - verb.i), default=None)


def _of_source(preposition: Word, sentence: Sentence) -> list[Attribution]:
    """ "selon X", "d'après X": the whole sentence is X's."""
    doc, spec = preposition.doc, lexicon.toml("sources.toml")
    form, after = preposition.lower_.replace("’", "'"), preposition.i + 1
    if form not in spec["prepositions"]:
        two = f"{form} {doc[after].lower_}".replace("' ", "'") if after < len(doc) else ""
        if two not in spec["prepositions"]:
            return []
        after += 0 if "source" in two else 1
    for i in range(after, min(after + 8, sentence.end)):
        token = doc[i]
        if token.is_punct and token.text not in ('"', "«"):
            break
        if token.pos_ in ("NOUN", "PROPN") or (
            token.pos_ in ("PRON", "ADJ")
            and token.lower_ in ("dernier", "dernière", "lui-même", "celui-ci", "celle-ci", "il", "elle")
        ):
            if syntax.lemma(token) in spec["never"] or token.lower_ in spec["never"]:
                return []
            said = _published_by(token) or token
            start, end = _scope(preposition, sentence), sentence.end_char
            if start > sentence.start_char:  # "le conducteur, âgé de 62 ans selon la radio, a été …"
                comma = doc.text.find(",", token.idx, end)
                end = comma if comma >= 0 else end
            return [Attribution(start, end, said.i, preposition.i, "say")]
        if token.pos_ in ("VERB", "AUX"):
            break
    return []


def _published_by(source: Word) -> Word | None:
    """Who stands behind a text without a name: "selon un bilan publié par l'Insee"."""
    if source.ent_type_:
        return None
    agents = [c for clause in syntax.children(source, "acl") for c in syntax.children(clause, "obl:agent")]
    return next((c for c in agents if c.ent_type_ in meant.ANIMATE), None)


def _scope(preposition: Word, sentence: Sentence) -> int:
    """Where what "selon X" covers begins: set off by a comma the sentence, else its own stretch of it."""
    doc, i = preposition.doc, preposition.i
    if (
        i == sentence.start
        or preposition.lower_ == "de"
        or doc[i - 1].is_punct
        or doc[i - 1].is_space
        or doc[i - 1].pos_ == "ADV"
    ):
        return _begins(sentence, preposition)
    comma = doc.text.rfind(",", sentence.start_char, preposition.idx)
    return comma + 1 if comma >= 0 else sentence.start_char


def _of_quotations(doc: Words, known: list[Attribution]) -> Iterator[Attribution]:
    """Quotations: the verb around or beside them says whose; else the speaker of the piece before goes on."""
    last: Attribution | None = None
    last_end = 0
    for match in _QUOTATION.finditer(doc.text):
        start, end = match.span()
        words = len(re.findall(r"\w+", match.group()))
        mine = _around(known, start, end) or _near(doc, known, start, end)
        if mine is None and last is not None and words > _ENOUGH_WORDS and doc.text.count("\n", last_end, start) <= 2:
            mine = last
        if mine is not None:
            if words > _ENOUGH_WORDS:
                yield Attribution(start, end, mine.speaker, mine.verb, mine.kind)
            last, last_end = mine, end


def _around(known: list[Attribution], start: int, end: int) -> Attribution | None:
    """The reported clause in which the quotation begins: "a précisé que les feux sont « … »"."""
    inside = [a for a in known if a.start <= start < a.end]
    return min(inside, key=lambda a: (a.end - a.start, a.start), default=None)


def _near(doc: Words, known: list[Attribution], start: int, end: int) -> Attribution | None:
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


def _participant(doc: Words, token: Word) -> Participant | None:
    made = meant.make_out(doc, "speaker", token)
    if made is not None and made.mention is not None:
        made.text = made.mention._.name or made.mention.text
    return made
