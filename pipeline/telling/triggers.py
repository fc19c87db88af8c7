"""Which words of a parsed Doc may tell an event, and what the lexicon knows of them.

Reads tags, lemmas and `doc.ents`; gives `Candidate`s in text order, changes nothing. "Il a démissionné après la grève."
gives *démissionné* (appointment) and *grève* (protest). Whether a candidate is an event is decided by `eventness`.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from pipeline.model import lexicon
from pipeline.model.words import Word, Words

KINDS = ("report", "event", "weak", "aspect", "support", "state")
_NOMINAL = re.compile(r"(?:[tsx]ion|ment|age|ade|ance|ence|isme|ure|ée|ise|ouille|ail|at)s?$")
_NOT_NOMINAL = re.compile(r"(?:isme|ance|ence|at|ail)s?$")
_PARTICIPLE = re.compile(r"(?:é|i|u|is|it|us|ert)(?:e?s?)$")
_PHRASE_GAP = 2


GENERAL = ("other", "general")
MANNERS = ("general", "open", "fixed")


@dataclass(slots=True, frozen=True)
class Lexeme:
    """What the lexicon says of a lemma: its kinds and its types with their subtypes, the likeliest first.

    A row of type other and subtype general says that the story decides ("organiser", "réussir").
    """

    lemma: str
    kinds: frozenset[str]
    types: tuple[tuple[str, str], ...]
    kind: str = field(init=False)  # the strongest: a verb that may report is first of all a reporting verb
    names: tuple[str, ...] = field(init=False)  # of the types that are its own, each once
    manner: str = field(init=False)  # general: the story decides; open: its own types or another; fixed: its own

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", next((k for k in KINDS if k in self.kinds), ""))
        object.__setattr__(self, "names", tuple(dict.fromkeys(t[0] for t in self.types if t != GENERAL)))
        first = self.types[0] if self.types else GENERAL
        object.__setattr__(self, "manner", MANNERS[0 if first == GENERAL else 1 if GENERAL in self.types else 2])


@dataclass(slots=True)
class Candidate:
    """A word, or a fixed phrase around it, that may tell an event. `start`..`end` are tokens, `i` the head token."""

    i: int
    start: int
    end: int
    lemma: str
    pos: str
    lexeme: Lexeme | None
    phrase: str = ""
    score: float = 0.0
    type: str = ""
    subtype: str = ""
    noun: int | None = None  # the event noun of a support or aspect verb, or the other way round


@functools.cache
def lexemes() -> dict[tuple[str, str], Lexeme]:
    """The trigger lexicon by (lemma, VERB or NOUN)."""
    kinds: dict[tuple[str, str], set[str]] = {}
    types: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in lexicon.rows("triggers.csv"):
        key = (row["lemma"], row["pos"])
        kinds.setdefault(key, set()).add(row["kind"])
        if row["kind"] in ("event", "report", "weak") and (row["type"], row["subtype"]) not in types.setdefault(
            key, []
        ):
            types[key].append((row["type"], row["subtype"]))
    return {key: Lexeme(key[0], frozenset(found), tuple(types.get(key, ()))) for key, found in kinds.items()}


@functools.cache
def phrases() -> dict[str, list[tuple[tuple[str, ...], Lexeme]]]:
    """Fixed phrases by their first lemma, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], Lexeme]]] = {}
    for row in lexicon.rows("phrases.csv"):
        words = tuple(row["phrase"].lower().split())
        types = () if row["kind"] == "state" else ((row["type"], row["subtype"]),)
        entry = (words, Lexeme(" ".join(words).replace("' ", "'"), frozenset({row["kind"]}), types))
        found.setdefault(words[0], []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda e: -len(e[0]))
    return found


def _lookup(lemma: str, text: str, pos: str) -> Lexeme | None:
    """The lexeme of a token; lemmas the model leaves inflected ("indique", "recalés") are tried as uninflected."""
    known = lexemes()
    if found := known.get((lemma, pos)):
        return found
    if pos == "VERB":
        guesses = [
            lemma + "r",
            re.sub(r"é(?:e?s?)$", "er", text),
            re.sub(r"(?:ie?s?)$", "ir", text),
            re.sub(r"ant$", "er", text),
        ]
        guesses += [re.sub(r"(?:es?|ent|ait|aient|a|èrent)$", "er", text), re.sub(r"ue?s?$", "re", text)]
    else:
        guesses = [text, re.sub(r"s$", "", text), re.sub(r"aux$", "al", text)]
    return next((known[g, pos] for g in guesses if g != lemma and (g, pos) in known), None)


@functools.lru_cache(maxsize=50_000)
def lexeme(pos: str, lemma: str, text: str) -> tuple[str, Lexeme | None]:
    """The word class a token of this tag, lemma and form triggers as (VERB, NOUN or empty) and its lexeme."""
    lemma = lemma.lower()
    if pos == "VERB":
        return "VERB", _lookup(lemma, text, "VERB")
    if pos == "AUX":
        found = _lookup(lemma, text, "VERB")
        return ("VERB", found) if found and found.kind in ("event", "report") else ("", None)
    if pos == "NOUN":
        return "NOUN", _lookup(lemma, text, "NOUN")
    if pos == "PROPN":
        found = _lookup(text, text, "NOUN")
        return ("NOUN", found) if found else ("", None)
    if pos == "ADJ":
        if found := _lookup(lemma, text, "VERB"):
            return ("VERB", found) if _PARTICIPLE.search(text) else ("", None)
        if lemma == "mort":
            return "NOUN", _lookup(lemma, text, "NOUN")
    return "", None


def candidates(doc: Words) -> list[Candidate]:
    """Every word or fixed phrase of the Doc that may tell an event, in text order.

    Words inside entities and time expressions, and auxiliaries, are left out; nouns must be known or look deverbal.
    """
    named = _inside(doc)
    found: list[Candidate] = []
    covered = -1
    for token in doc:
        if token.pos_ not in _OPEN:
            continue
        pos, known, lemma, begins = _possible(token.pos_, token.lemma_, token.lower_)
        if not (pos or begins) or token.i in named:
            continue
        if begins and (phrase := _phrase(doc, token, begins)):
            end, entry = phrase
            covered = max(covered, end - 1)
            if entry.kind == "state":
                continue
            inside = token.i + 1 if end - token.i > 3 else end
            kind = lexeme(token.pos_, token.lemma_, token.lower_)[0] or token.pos_
            found.append(Candidate(token.i, token.i, inside, entry.lemma, kind, entry, entry.lemma))
            continue
        if (
            not pos
            or (token.i <= covered and pos == "NOUN")
            or (token.pos_ != "ADJ" and token.dep_ in ("aux:tense", "aux:pass", "cop"))
        ):
            continue
        found.append(Candidate(token.i, token.i, token.i + 1, lemma, pos, known))
    return found


_OPEN = frozenset({"VERB", "NOUN", "ADJ", "PROPN", "AUX"})
_Phrases = list[tuple[tuple[str, ...], Lexeme]]


@functools.lru_cache(maxsize=50_000)
def _possible(tag: str, lemma: str, text: str) -> tuple[str, Lexeme | None, str, _Phrases]:
    """What a token of this tag, lemma and form may be by itself: word class (empty: no trigger), lexeme and lemma; and
    the phrases that may begin with it."""
    pos, known = lexeme(tag, lemma, text)
    name = known.lemma if known else lemma.lower()
    if pos == "NOUN" and (known.kind == "state" if known else not _deverbal(name)):
        pos = ""
    return pos, known, name, _beginning(lemma, text)


def _inside(doc: Words) -> set[int]:
    return {i for span in (*doc.ents, *doc.spans.get("dates", ())) for i in range(span.start, span.end)}


def _deverbal(lemma: str) -> bool:
    return len(lemma) > 5 and bool(_NOMINAL.search(lemma)) and not _NOT_NOMINAL.search(lemma)


def _phrase(doc: Words, token: Word, known: _Phrases) -> tuple[int, Lexeme] | None:
    """The longest of these fixed phrases that begins at a token: its end token and lexeme; a verb may stand off by two
    words."""
    for words, entry in known:
        at = token.i + 1
        for k, word in enumerate(words[1:]):
            limit = _PHRASE_GAP if k == 0 and token.pos_ != "NOUN" else 0
            while at < len(doc) and not _same(doc[at], word) and limit and not doc[at].is_punct:
                at, limit = at + 1, limit - 1
            if at >= len(doc) or not _same(doc[at], word):
                break
            at += 1
        else:
            return at, entry
    return None


def _beginning(lemma: str, text: str) -> _Phrases:
    """The phrases that may begin with a word."""
    known = phrases()
    return known.get(lemma.lower()) or known.get(text) or known.get(text.removesuffix("s")) or []


def _same(token: Word, word: str) -> bool:
    text = token.lower_.replace("’", "'")
    return text == word or token.lemma_.lower() == word or text.rstrip("s") == word
