"""How likely a candidate word tells an event: evidence around it, weighed by numbers learned from annotated news.

Reads a parsed Doc with `doc.ents`, `doc.spans["dates"]`, `doc._.title` and its `Candidate`s; fills `features` and
`score` (a probability) of each. "La grève a commencé lundi." scores high for *grève*, "le droit de grève" low.
The weights (`eventness/weights.csv`) are learned by `training/eventness.py`.
"""

from __future__ import annotations

import csv
import functools
import math
import re
from pathlib import Path

from pipeline.model.words import Word, Words
from pipeline.telling.triggers import Candidate

WEIGHTS = Path(__file__).resolve().parent / "weights" / "weights.csv"
_QUOTES = re.compile(r"[«“]|[»”]|\"")
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
        self.published = doc._.published
        self.quoted = quoted(doc)
        self.by_token = {i: c for c in found for i in range(c.start, c.end)}
        self.sentence_of = {}
        self.sentences = doc.sents
        for number, sent in enumerate(self.sentences):
            for i in range(sent.start, sent.end):
                self.sentence_of[i] = number
        self.dates: dict[int, list[tuple[int, int]]] = {}
        self.dated = {i for span in doc.spans.get("dates", ()) for i in range(span.start, span.end)}
        self.governors: set[int] = set()
        for span in doc.spans.get("dates", ()):
            timex = span._.timex
            if timex is None or timex.kind not in _DATES:
                continue
            self.dates.setdefault(self.sentence_of[span.start], []).append((span.start, span.end))
            self.governors.update(t.i for t in governors(doc.root(span), self.by_token))
        self.starts = [sent.start for sent in self.sentences]
        self.questions = {
            k
            for k, sent in enumerate(self.sentences)
            if any(t.text == "?" for t in doc[max(sent.start, sent.end - 2) : sent.end])
        }
        self.placed = {self.sentence_of[i] for e in doc.ents if e.label_ == "LOC" for i in range(e.start, e.end)}
        self.entities = {i: ent.label_ for ent in doc.ents for i in range(ent.start, ent.end)}
        self.title = {w[:_STEM] for w in re.findall(r"\w{4,}", (doc._.title or "").lower())}
        self.stems: dict[str, int] = {}
        for candidate in found:
            stem = candidate.lemma[:_STEM]
            self.stems[stem] = self.stems.get(stem, 0) + 1
        self.types: dict[str, float] = {}
        for candidate in found:
            if candidate.lexeme and candidate.lexeme.types and candidate.lexeme.kind == "event":
                for name, _ in candidate.lexeme.types:
                    self.types[name] = self.types.get(name, 0.0) + 1 / len(candidate.lexeme.types)
        self.crowd: dict[int, int] = {}
        for candidate in found:
            number = self.sentence_of[candidate.i]
            self.crowd[number] = self.crowd.get(number, 0) + 1


def quoted(doc: Words) -> list[bool]:
    """For each token, whether it stands inside quotation marks; a quotation ends with its paragraph at the latest."""
    inside, result = False, []
    for token in doc:
        text = token.text
        if "\n\n" in text:
            inside = False
        elif text in ("«", "“"):
            inside = True
        elif text in ("»", "”"):
            inside = False
        elif text == '"':
            inside = not inside
        result.append(inside)
    return result


def governors(token: Word, known: dict[int, Candidate]) -> list[Word]:
    """The nearest candidate above a token in the parse; none beyond a second clause."""
    for steps, above in enumerate(token.ancestors):
        if above.i in known:
            return [above]
        if steps >= 4:
            break
    return []


def features(candidate: Candidate, around: Surroundings) -> list[str]:
    """Names of what speaks for or against an event."""
    token = around.doc[candidate.i]
    lex = candidate.lexeme
    kind = (lex.kind if lex else "") or "unknown"
    pos = candidate.pos
    found = ["bias", f"pos={pos}", f"kind={pos}:{kind}"]
    if lex and lex.types:
        found.append(f"type={pos}:{lex.types[0][0]}")
        total = sum(around.types.values()) or 1
        share = max(around.types.get(name, 0) for name, _ in lex.types) / total
        found.append(f"topic={min(int(share * 10), 4)}")
        if len(lex.types) > 1:
            found.append("ambiguous")
    if candidate.phrase:
        found.append("phrase")
    found += _position(candidate, token, around)
    found += _syntax(token, around, pos)
    found += _verbal(token, around, kind) if pos == "VERB" else _nominal(token, around)
    return found


def _position(candidate: Candidate, token: Word, around: Surroundings) -> list[str]:
    number = around.sentence_of[token.i]
    found = [f"sent={min(number, 3)}" if number < 4 else "sent=later"]
    dates = around.dates.get(number, [])
    if dates:
        found.append("date in sentence")
        gap = min(min(abs(s - token.i), abs(e - 1 - token.i)) for s, e in dates)
        found.append(f"date gap={'near' if gap <= 3 else 'mid' if gap <= 8 else 'far'}")
    if token.i in around.governors:
        found.append("governs date")
        found.append(f"governs date:{candidate.pos}")
    if around.quoted[token.i]:
        found.append("quoted")
        found.append(f"quoted:{candidate.pos}")
    stem = candidate.lemma[:_STEM]
    if stem in around.title:
        found.append("in title")
    if (n := around.stems[stem]) > 1:
        found.append(f"told {min(n, 3)} times")
    found.append(f"crowd={min(around.crowd[number] // 2, 4)}")
    if number in around.placed:
        found.append("place in sentence")
    if number in around.questions:
        found.append("question")
    return found


def _syntax(token: Word, around: Surroundings, pos: str) -> list[str]:
    dep, head = token.dep_, token.head
    found = [f"dep={pos}:{dep}"]
    above = around.by_token.get(head.i)
    kind = (above.lexeme.kind if above and above.lexeme else "") or ("unknown" if above else "none")
    found.append(f"head={pos}:{kind}")
    found.append(f"head dep={pos}:{kind}:{dep}")
    if head.lemma_ in _MODALS:
        found.append(f"head lemma={head.lemma_}")
    labels = (
        {around.entities.get(i) for i in range(token.left_edge.i, token.right_edge.i + 1)} if pos == "NOUN" else set()
    )
    for child in token.children:
        if child.i in around.entities:
            found.append(f"child {around.entities[child.i]}:{pos}:{child.dep_}")
            labels.add(around.entities[child.i])
        if child.pos_ == "NUM":
            found.append(f"number:{pos}")
        if child.lower_ in _NEGATIONS:
            found.append(f"negated:{pos}")
    found += [f"with {label}:{pos}" for label in sorted(filter(None, labels))]
    if token.i and token.nbor(-1).lower_ in ("de", "d'", "d’"):
        found.append(f"bare de:{pos}")
    return found


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


def _verbal(token: Word, around: Surroundings, kind: str) -> list[str]:
    form = verb_form(token)
    found = [f"form={form}", f"form={form}:{kind}"]
    subject = next((c for c in token.children if c.dep_ in ("nsubj", "nsubj:pass")), None)
    if subject is None:
        found.append("no subject")
    else:
        found.append(f"subject={around.entities.get(subject.i) or subject.pos_}")
        if subject.lower_ in ("on", "nous", "vous", "je", "j'", "tu", "ce", "c'", "cela", "ça"):
            found.append(f"subject={subject.lower_}")
    deps = {c.dep_ for c in token.children}
    found += [
        f"has {d}"
        for d in sorted(
            deps
            & {
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
    ]
    obj = next((c for c in token.children if c.dep_ == "obj"), None)
    if obj is not None and obj.i in around.by_token:
        above = around.by_token[obj.i]
        found.append(f"object event={kind}:{(above.lexeme.kind if above.lexeme else '') or 'unknown'}")
    return found


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


def _nominal(token: Word, around: Surroundings) -> list[str]:
    det = next((c for c in token.children if c.dep_ == "det"), None)
    if det is None:
        article = "none"
    elif det.lower_ in _DEMONSTRATIVE:
        article = "demonstrative"
    elif det.lower_ in _POSSESSIVE:
        article = "possessive"
    else:
        article = _DEFINITE.get(
            det.morph.get("Definite", ""),
            det.lower_ if det.lower_ in ("chaque", "tout", "aucun", "aucune") else "other",
        )
    plural = "Plur" if token.morph.get("Number") == "Plur" or token.lower_.endswith("s") else "Sing"
    found = [f"det={article}", f"det={article}:{plural}"]
    case = next((c.lower_ for c in token.children if c.dep_ == "case"), "")
    found.append(f"case={case}" if case in _CASES else "case=none" if not case else "case=other")
    before = {around.doc[i].lower_ for i in range(max(0, token.left_edge.i - 2), token.i)}
    if before & _OCCASION:
        found.append("after occasion")
    for child in token.children:
        if child.dep_ == "nmod":
            found.append("has nmod")
        elif child.dep_ in ("acl", "amod", "acl:relcl"):
            found.append(f"has {child.dep_}")
            if child.i in around.by_token:
                found.append("participle event")
    if token.dep_ == "nmod" and token.head.i in around.by_token:
        found.append("nmod of candidate")
    elif token.dep_ == "nmod":
        found.append(f"nmod:{article}")
    return found


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


@functools.cache
def weights() -> dict[str, float]:
    """Learned weight of each feature, in log-odds."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        return {row["feature"]: float(row["weight"]) for row in csv.DictReader(file)}


def score(doc: Words, found: list[Candidate]) -> Surroundings:
    """Fill `features` and `score` of every candidate; the surroundings are given back for the stages after."""
    around = Surroundings(doc, found)
    known = weights()
    for candidate in found:
        candidate.features = features(candidate, around)
        total = sum(known.get(name, 0.0) for name in candidate.features)
        candidate.score = 1 / (1 + math.exp(-total))
    return around
