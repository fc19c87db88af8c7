"""Of whom a document speaks at a place: the named persons and bodies before it, weighed.

A subject weighs more than an object, an object more than a complement; a mention fades with every sentence; who stands
in the title or was named often weighs more. Nobody is in focus when two weigh alike.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from spacy.tokens import Span

from pipeline.model.words import Word, Words
from pipeline.naming.bearers import Bearers
from pipeline.naming.titles import lower

SUBJECT, OTHER, COMPLEMENT = 3.0, 1.5, 0.5
_TITLE, _OFTEN, _GENDER = 0.4, 0.15, 0.4
_FADES = 1.0  # a sentence
_WINDOW = 3  # sentences before
_LEAST, _MARGIN = 0.8, 0.5
SUBJECT_LABELS = frozenset({"nsubj", "nsubj:pass"})
_CLITICS = frozenset(
    {"se", "s'", "le", "la", "l'", "les", "lui", "leur", "y", "en", "ne", "n'", "me", "m'", "nous", "vous", "a-t-"}
)
_CONTRACTED = frozenset({"du", "des", "au", "aux"})
_LONGEST_ASIDE = 40  # tokens between a name and its verb


class Mention(NamedTuple):
    """Somebody named or referred to by words that begin at token `at` and have the head `token`."""

    at: int
    name: str
    span: Span
    token: Word
    weight: float
    speech: int


class Focus:
    """The named ones of a document with their weights; references join as they are made out."""

    def __init__(self, doc: Words, bearers: Bearers, sentences: list[int], speech_of: Callable[[int], int]) -> None:
        self.doc, self.bearers, self.speech_of = doc, bearers, speech_of
        self.sentences = [start for start in sentences if _begins(doc, start)]
        self.told = [
            start for start in self.sentences if speech_of(start) < 0 and speech_of(start + 1) < 0
        ]  # sentences that no speech contains
        self.label: dict[str, str] = {}
        self.mentions: list[Mention] = []
        self.starts: list[int] = []
        title = doc.title
        self.titled: set[str] = set()
        named = [(ent, ent._.name) for ent in doc.ents if ent.label_ in ("PER", "ORG")]
        for ent, name in named:
            if not name:
                continue
            self.label.setdefault(name, ent.label_)
            if name.split()[-1] in title or ent.text in title:
                self.titled.add(name)
            self.refer(ent, ent)
        self.gender: dict[str, str] = dict(bearers.gender)
        for ent, name in named:
            if ent.label_ == "ORG" and name and ent.start:
                word = lower(doc[ent.start - 1])
                gender = "f" if word == "la" else "m" if word in ("le", "du", "au") else ""
                if not gender and doc[ent.start].pos_ == "NOUN":  # "l'Union des pêcheurs"
                    gender = {"Fem": "f", "Masc": "m"}.get(doc[ent.start].morph.get("Gender", ""), "")
                if gender:
                    self.gender.setdefault(name, gender)

    def refer(self, words: Span, meant: Span) -> None:
        """Remember that `words` stand for a named one, or are one."""
        at = bisect_right(self.starts, words.start)
        new = Mention(
            words.start, meant._.name, meant, self.doc.root(words), self.weight(words), self.speech_of(words.start)
        )
        self.starts.insert(at, words.start)
        self.mentions.insert(at, new)

    def weight(self, span: Span) -> float:
        """How much a mention weighs by its place in the clause."""
        root = self.doc.root(span)
        if _is_several(root) or is_source(root):
            return COMPLEMENT
        if root.dep_ in SUBJECT_LABELS or (
            root.pos_ != "PRON" and (acts(self.doc, span) or _presented(self.doc, span))
        ):
            return SUBJECT
        if root.dep_ in ("appos", "flat:name") and root.head.dep_ in SUBJECT_LABELS:
            return SUBJECT
        if root.dep_ == "obl:agent" or root.head.dep_ in SUBJECT_LABELS:  # "la permanence de Luc Roy a brûlé"
            return OTHER
        return COMPLEMENT if _governed(self.doc, span) else OTHER

    def sentence(self, i: int) -> int:
        """Number of the sentence of a token."""
        return bisect_right(self.sentences, i) - 1

    def weights(self, i: int, gender: str, labels: frozenset[str], without: frozenset[str]) -> dict[str, float]:
        """Named ones before token `i` who agree in gender, with their weights there."""
        speech = self.speech_of(i)
        sentences = self.told if speech < 0 else self.sentences
        own = bisect_right(sentences, i)
        best: dict[str, float] = {}
        often: Counter[str] = Counter()
        for mention in self.mentions[: bisect_left(self.starts, i)]:
            often[mention.name] += 1
            far = own - bisect_right(sentences, mention.at)
            if far > _WINDOW or mention.speech != speech or mention.name in without:
                continue
            if self.label.get(mention.name) not in labels or not self.agrees(mention.name, gender):
                continue
            best[mention.name] = max(best.get(mention.name, -9.0), mention.weight - _FADES * far)
        for name in best:
            best[name] += _OFTEN * min(often[name], 3) + _TITLE * (name in self.titled)
            if self.gender.get(name) == gender != "":
                best[name] += _GENDER if self.label.get(name) == "PER" else _GENDER / 2
        return best

    def agrees(self, name: str, gender: str) -> bool:
        """Whether a named one may be of this gender; of a body it must be known."""
        known = self.gender.get(name, "")
        return known == gender or (not known and self.label.get(name) == "PER") or not gender

    def one(
        self,
        i: int,
        gender: str,
        labels: frozenset[str],
        without: frozenset[str],
        rival: float,
        margin: float = _MARGIN,
    ) -> Span | None:
        """The last mention of the one in focus at token `i`; None where two weigh alike or `rival` weighs more."""
        ranked = sorted(self.weights(i, gender, labels, without).items(), key=lambda item: (-item[1], item[0]))
        if not ranked or ranked[0][1] < _LEAST or ranked[0][1] <= rival:
            return None
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < margin:
            return None
        return self.last(ranked[0][0], i)

    def last(self, name: str, i: int) -> Span | None:
        """The named mention of `name` last before token `i`, else its first."""
        spans = [m.span for m in self.mentions if m.name == name]
        before = [span for span in spans if span.start < i]
        return before[-1] if before else spans[0] if spans else None

    def near(self, i: int) -> list[Mention]:
        """Mentions of the sentence of token `i`."""
        own = self.sentence(i)
        start = self.sentences[own] if own >= 0 else 0
        end = self.sentences[own + 1] if own + 1 < len(self.sentences) else len(self.doc)
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def is_before(self, name: str, i: int) -> bool:
        """Whether a name was mentioned before token `i`."""
        return any(m.name == name for m in self.mentions[: bisect_left(self.starts, i)])

    def any_before(self, i: int) -> bool:
        """Whether any person was mentioned before token `i`."""
        return any(self.label[m.name] == "PER" for m in self.mentions[: bisect_left(self.starts, i)])

    def of_title(self, gender: str, label: str) -> Span | None:
        """The only one of the title who agrees: who a document that just begins speaks of."""
        names = [n for n in sorted(self.titled) if self.label[n] == label and self.agrees(n, gender)]
        return self.last(names[0], 0) if len(names) == 1 else None


def _begins(doc: Words, i: int) -> bool:
    """Whether a sentence begins at a token by its signs too: the parser also cuts within sentences."""
    before = doc[i - 1].text if i else ""
    if i and "\n" not in before and (doc[i].text[0].islower() or doc[i].text[0] in ",;)"):
        return False
    return not i or before.endswith((".", "!", "?", "…", "»", '"', "”", ":")) or "\n" in before


def _is_several(subject: Word) -> bool:
    """Whether somebody else is joined to a subject: "Luc Roy et son avocat"; not "Luc Roy, chef et fondateur"."""
    if subject.dep_ == "conj" and subject.head.ent_type_ in ("PER", "ORG"):
        return True
    joined = (child for child in subject.children if child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN"))
    return any(child.ent_type_ or child.nbor(-1).pos_ == "DET" for child in joined)


def is_source(subject: Word) -> bool:
    """Whether a body only tells the sentence: "…, rapporte Radio Lumen."."""
    if subject.ent_type_ != "ORG" or subject.i < 2:
        return False
    verb = subject.nbor(-1) if subject.nbor(-1).pos_ in ("VERB", "AUX") else subject.nbor(-2)
    return verb.pos_ == "VERB" and verb.i > 0 and verb.nbor(-1).text in (",", "»", '"')


def _presented(doc: Words, span: Span) -> bool:
    """Whether a sentence ends with the name it introduces after a colon: "À sa tête : Luc Roy."."""
    closed = span.end >= len(doc) or doc[span.end].text in (".", "!", "?") or "\n" in doc[span.end].text
    return closed and span.start > 0 and doc[span.start - 1].text == ":"


def acts(doc: Words, span: Span) -> bool:
    """Whether a noun phrase stands before a finite verb as its subject, by the words alone: "Luc Roy, maire, a dit"."""
    if _governed(doc, span):
        return False
    j = span.end
    if j < len(doc) and doc[j].text in (",", "("):
        j = _after_aside(doc, j)
    while j < len(doc) and (lower(doc[j]) in _CLITICS or doc[j].pos_ == "ADV"):
        j += 1
    return j < len(doc) and is_finite(doc[j])


def _governed(doc: Words, span: Span) -> bool:
    """Whether a preposition or "et" stands before the noun phrase that a name closes: "selon le juge Luc Roy"."""
    start = span.start
    while start and doc[start - 1].pos_ in ("DET", "NOUN", "ADJ") and lower(doc[start - 1]) not in _CONTRACTED:
        if not doc[start - 1].text[-1].isalnum() and doc[start - 1].text[-1] not in "'’.":
            break
        start -= 1
    return start > 0 and (doc[start - 1].pos_ in ("ADP", "CCONJ") or lower(doc[start - 1]) in _CONTRACTED)


def _after_aside(doc: Words, comma: int) -> int:
    """The token after the aside that a comma opens: before the first finite verb that follows a comma."""
    for j in range(comma + 1, min(comma + _LONGEST_ASIDE, len(doc) - 1)):
        if doc[j].text in ".!?;:»" or "\n" in doc[j].text:
            break
        if doc[j].text in (",", ")") and doc[j + 1].pos_ in ("AUX", "VERB", "PRON", "ADV"):
            return j + 1
    return len(doc)


def is_finite(token: Word) -> bool:
    """Whether a token is a finite verb form."""
    return token.pos_ in ("VERB", "AUX") and token.morph.get("VerbForm") == "Fin"
