"""How likely a candidate word tells an event: evidence around it, weighed by numbers learned from annotated news.

Reads a parsed Doc with `doc.ents`, `doc.spans["dates"]`, `doc._.title` and its `Candidate`s; fills `score`
of each (a probability). "La grève a commencé lundi." scores high for *grève*, "le droit de grève" low.
The weights (`weights/weights.csv`) are learned by `training/eventness.py`.
"""

from __future__ import annotations

import csv
import functools
import math
import re
from collections import Counter

from pipeline.model.words import Word, Words, once
from pipeline.telling.evidence import FOLDER, Names, Weights, true
from pipeline.telling.triggers import Candidate

WEIGHTS = Weights("weights.csv")
CLASSES = FOLDER / "classes.csv"
_OPENING, _MARKS = frozenset("«“"), frozenset('«“»”"')
_STEM = 5
_OCCASION = frozenset(
    {"lors", "après", "pendant", "durant", "avant", "depuis", "suite", "issue", "dès", "face", "contre", "malgré"}
)
_DEFINITE = {"Def": "def", "Ind": "indef"}
_DEMONSTRATIVE = frozenset({"ce", "cet", "cette", "ces"})
_POSSESSIVE = frozenset({"son", "sa", "ses", "leur", "leurs", "mon", "ma", "mes", "notre", "nos", "votre", "vos"})
_NEGATIONS = frozenset({"pas", "jamais", "aucun", "aucune", "rien", "plus", "ni", "sans"})
_DATES = frozenset({"date", "time"})


class Surroundings:
    """What many candidates of one Doc ask of it, computed once: quotations, dates, entities, title, stems."""

    def __init__(self, doc: Words, found: list[Candidate]):
        self.doc = doc
        self.published = doc.published
        self.quoted = quoted(doc)
        self.by_token = {i: c for c in found for i in range(c.start, c.end)}
        self.sentence_of = [sent.number for sent in doc.sents for _ in range(sent.start, sent.end)]
        self.starts = [sent.start for sent in doc.sents]
        self.dates: dict[int, list[tuple[int, int]]] = {}
        self.dated = doc.dated
        self.governors: set[int] = set()
        self._note_dates()
        last_two = (doc[max(sent.start, sent.end - 2) : sent.end] for sent in doc.sents)
        self.questions = {k for k, last in enumerate(last_two) if any(t.text == "?" for t in last)}
        self.entities = {i: ent.label_ for ent in doc.ents for i in range(ent.start, ent.end)}
        self.placed = {self.sentence_of[i] for i, label in self.entities.items() if label == "LOC"}
        self.title = {w[:_STEM] for w in re.findall(r"\w{4,}", doc.title.lower())}
        self.stems = Counter(candidate.lemma[:_STEM] for candidate in found)
        self.crowd = Counter(self.sentence_of[candidate.i] for candidate in found)

    def _note_dates(self) -> None:
        for span in self.doc.spans.get("dates", ()):
            start, end, timex = span.start, span.end, span._.timex
            if timex is not None and timex.kind in _DATES:
                self.dates.setdefault(self.sentence_of[start], []).append((start, end))
                self.governors.update(t.i for t in governors(self.doc.root(span), self.by_token))

    def kind(self, i: int) -> str:
        """The kind of the candidate at a token: "none" without one, "unknown" for one not in the lexicon."""
        other = self.by_token.get(i)
        return "none" if other is None else (other.lexeme.kind if other.lexeme else "") or "unknown"


def quoted(doc: Words) -> list[bool]:
    """For each token, whether it stands inside quotation marks; a quotation ends with its paragraph at the latest."""
    inside, result = False, [False] * len(doc)
    if not any(mark in doc.text for mark in _MARKS):
        return result
    for i, token in enumerate(doc):
        text = token.text
        if text in _MARKS:
            inside = not inside if text == '"' else text in _OPENING
        elif inside and token.is_space and "\n\n" in text:
            inside = False
        if inside:
            result[i] = True
    return result


def governors(token: Word, known: dict[int, Candidate]) -> list[Word]:
    """The nearest candidate above a token in the parse; none beyond a second clause."""
    for steps, above in enumerate(token.ancestors):
        if above.i in known:
            return [above]
        if steps >= 4:
            break
    return []


def features(candidate: Candidate, around: Surroundings) -> list[Names]:
    """Names of what speaks for or against an event."""
    token, lexeme, pos = around.doc[candidate.i], candidate.lexeme, candidate.pos
    kind = (lexeme.kind if lexeme else "") or "unknown"
    first, manner, several = "", "", False
    if lexeme and lexeme.types:
        first, manner, several = next(iter(lexeme.names), "general"), lexeme.manner, len(lexeme.types) > 1
    found = [_of_lexeme(pos, kind, first, manner, several, bool(candidate.phrase))]
    found.append(_of_word(pos, candidate.lemma, token.lemma_.lower()))
    found.append(_position(candidate, token, around))
    found += _syntax(token, around, pos)
    found += _verbal(token, around, kind) if pos == "VERB" else _nominal(token, around)
    return found


@functools.lru_cache(maxsize=8192)
def _of_word(pos: str, lemma: str, written: str) -> Names:
    """The word itself, and the class of words used alike."""
    kind = "VERB" if pos == "VERB" else "NOUN"
    like = classes().get((written, kind)) or classes().get((lemma, kind))
    return (f"lemma={pos}:{lemma}", f"class={pos}:{like}") if like else (f"lemma={pos}:{lemma}",)


@functools.cache
def classes() -> dict[tuple[str, str], str]:
    """Class of verbs and nouns used alike, by lemma and part of speech (made by `training/classes.py`)."""
    with CLASSES.open(encoding="utf-8", newline="") as file:
        return {(row["lemma"], row["pos"]): row["class"] for row in csv.DictReader(file)}


@functools.lru_cache(maxsize=4096)
def _of_lexeme(pos: str, kind: str, first: str, manner: str, several: bool, phrase: bool) -> Names:
    found = ["bias", f"pos={pos}", f"kind={pos}:{kind}"]
    if first:
        found += [f"type={pos}:{first}", f"manner={pos}:{manner}"]
    return (*found, *true(ambiguous=several, phrase=phrase))


def _position(candidate: Candidate, token: Word, around: Surroundings) -> Names:
    i, number, stem = token.i, around.sentence_of[token.i], candidate.lemma[:_STEM]
    near = ""
    if dates := around.dates.get(number):
        gap = min(min(abs(s - i), abs(e - 1 - i)) for s, e in dates)
        near = "near" if gap <= 3 else "mid" if gap <= 8 else "far"
    return _of_position(
        candidate.pos,
        min(number, 4),
        near,
        i in around.governors,
        around.quoted[i],
        stem in around.title,
        min(around.stems[stem], 3),
        min(around.crowd[number] // 2, 4),
        number in around.placed,
        number in around.questions,
    )


@functools.lru_cache(maxsize=16_384)
def _of_position(
    pos: str,
    number: int,
    date: str,
    governs: bool,
    quoted: bool,
    titled: bool,
    told: int,
    crowd: int,
    placed: bool,
    question: bool,
) -> Names:
    found = [f"sent={number}" if number < 4 else "sent=later"]
    if date:
        found += ["date in sentence", f"date gap={date}"]
    if governs:
        found += ["governs date", f"governs date:{pos}"]
    if quoted:
        found += ["quoted", f"quoted:{pos}"]
    if titled:
        found.append("in title")
    if told > 1:
        found.append(f"told {told} times")
    found.append(f"crowd={crowd}")
    return (*found, *true(place_in_sentence=placed, question=question))


def _syntax(token: Word, around: Surroundings, pos: str) -> list[Names]:
    head = token.head
    modal = head.lemma_ if head.lemma_ in _MODALS else ""
    # a root counts as its own head: so the weights were learned
    return [_of_head(pos, token.dep_, around.kind(head.i), modal), _of_children(token, around, pos)]


@functools.lru_cache(maxsize=8192)
def _of_head(pos: str, dep: str, kind: str, modal: str) -> Names:
    found = (f"dep={pos}:{dep}", f"head={pos}:{kind}", f"head dep={pos}:{kind}:{dep}")
    return (*found, f"head lemma={modal}") if modal else found


def _of_children(token: Word, around: Surroundings, pos: str) -> Names:
    entities, labels, found = around.entities, set(), []
    if pos == "NOUN" and entities and token.children:
        edges = range(token.left_edge.i, token.right_edge.i + 1)
        labels = {entities[i] for i in edges if i in entities}
    elif pos == "NOUN" and token.i in entities:
        labels = {entities[token.i]}
    for child in token.children:
        if child.i in entities:
            found.append(f"child {entities[child.i]}:{pos}:{child.dep_}")
            labels.add(entities[child.i])
        if child.pos_ == "NUM":
            found.append(f"number:{pos}")
        if child.lower_ in _NEGATIONS:
            found.append(f"negated:{pos}")
    if labels:
        found += [f"with {label}:{pos}" for label in sorted(labels)]
    if token.i and token.nbor(-1).lower_ in _BARE:
        found.append(f"bare de:{pos}")
    return tuple(found)


_BARE = frozenset({"de", "d'", "d’"})
_MODALS = frozenset(
    {
        "pouvoir",
        "devoir",
        "vouloir",
        "falloir",
        "aller",
        "venir",
        "faire",
        "laisser",
        "souhaiter",
        "permettre",
        "viser",
        "être",
        "avoir",
    }
)


def _verbal(token: Word, around: Surroundings, kind: str) -> list[Names]:
    subject = noun = None
    deps = set()
    for child in token.children:
        dep = child.dep_
        deps.add(dep)
        if subject is None and dep in ("nsubj", "nsubj:pass"):
            subject = child
        elif noun is None and dep == "obj":
            noun = child
    label = pronoun = ""
    if subject is not None:
        label = around.entities.get(subject.i) or subject.pos_
        pronoun = subject.lower_ if subject.lower_ in _PRONOUNS else ""
    told = around.kind(noun.i) if noun is not None and noun.i in around.by_token else ""
    return [_of_verb(verb_form(token), kind, label, pronoun, told), _having(frozenset(deps & _ARGUMENTS))]


@functools.lru_cache(maxsize=8192)
def _of_verb(form: str, kind: str, subject: str, pronoun: str, noun: str) -> Names:
    found = [f"form={form}", f"form={form}:{kind}", f"subject={subject}" if subject else "no subject"]
    if pronoun:
        found.append(f"subject={pronoun}")
    if noun:
        found.append(f"object event={kind}:{noun}")
    return tuple(found)


@functools.lru_cache(maxsize=2048)
def _having(deps: frozenset[str]) -> Names:
    return tuple(f"has {dep}" for dep in sorted(deps))


_PRONOUNS = frozenset({"on", "nous", "vous", "je", "j'", "tu", "ce", "c'", "cela", "ça"})
_ARGUMENTS = frozenset(
    {
        "obj",
        "obl:arg",
        "obl:mod",
        "obl:agent",
        "iobj",
        "ccomp",
        "xcomp",
        "advcl",
        "expl:comp",
        "expl:subj",
        "advmod",
    }
)


@once
def verb_form(token: Word) -> str:
    """Coarse form of a verb: past (compound or simple), passive, present, imperfect, future, conditional, infinitive,
    participle (bare past participle) or gerund."""
    aux = [c for c in token.children if c.dep_.startswith("aux")]
    form = token.morph.get("VerbForm", "")
    if aux:
        if any(c.dep_ == "aux:pass" for c in aux) and len(aux) == 1:
            return f"passive {_tense(aux[0])}"
        return f"aux {_tense(aux[0])}"
    if form == "Inf":
        return "infinitive"
    if form == "Part" or token.pos_ == "ADJ":
        return "gerund" if token.lower_.endswith("ant") else "participle"
    return _tense(token)


def _tense(token: Word) -> str:
    mood, tense = token.morph.get("Mood", ""), token.morph.get("Tense", "")
    if mood in ("Cnd", "Sub", "Imp"):
        return mood
    return tense or token.morph.get("VerbForm", "?")


def _nominal(token: Word, around: Surroundings) -> list[Names]:
    det = next((c for c in token.children if c.dep_ == "det"), None)
    if det is None:
        article = "none"
    elif det.lower_ in _DEMONSTRATIVE:
        article = "demonstrative"
    elif det.lower_ in _POSSESSIVE:
        article = "possessive"
    else:
        other = det.lower_ if det.lower_ in ("chaque", "tout", "aucun", "aucune") else "other"
        article = _DEFINITE.get(det.morph.get("Definite", ""), other)
    plural = token.morph.get("Number") == "Plur" or token.lower_.endswith("s")
    case = next((c.lower_ for c in token.children if c.dep_ == "case"), "")
    before = around.doc[max(0, token.left_edge.i - 2) : token.i]
    above = ("candidate" if token.head.i in around.by_token else "other") if token.dep_ == "nmod" else ""
    occasion = any(t.lower_ in _OCCASION for t in before)
    case = case if case in _CASES else "other" if case else "none"
    found = [_of_noun(article, plural, case, occasion, above)]
    for child in token.children:
        if child.dep_ in _COMPLEMENTS:
            found.append(_COMPLEMENTS[child.dep_])
            if child.dep_ != "nmod" and child.i in around.by_token:
                found.append(("participle event",))
    return found


@functools.lru_cache(maxsize=4096)
def _of_noun(article: str, plural: bool, case: str, occasion: bool, above: str) -> Names:
    found = [f"det={article}", f"det={article}:{'Plur' if plural else 'Sing'}", f"case={case}"]
    if above:
        found.append("nmod of candidate" if above == "candidate" else f"nmod:{article}")
    return (*found, *true(after_occasion=occasion))


_COMPLEMENTS = {dep: (f"has {dep}",) for dep in ("nmod", "acl", "amod", "acl:relcl")}
_CASES = frozenset(
    {
        "de",
        "d'",
        "d’",
        "à",
        "en",
        "après",
        "lors",
        "pendant",
        "avant",
        "pour",
        "par",
        "dans",
        "sur",
        "contre",
        "avec",
        "du",
        "des",
        "au",
        "aux",
        "sans",
    }
)


def score(doc: Words, found: list[Candidate]) -> Surroundings:
    """Fill the `score` of every candidate; the surroundings are given back for the stages after."""
    around = Surroundings(doc, found)
    for candidate in found:
        candidate.score = 1 / (1 + math.exp(-WEIGHTS.of(features(candidate, around))))
    return around
