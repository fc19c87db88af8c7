"""How the weights in `pipeline/telling/weights/` were learned: python -m training.eventness TRAIN.jsonl WINER.jsonl

Each line of TRAIN.jsonl is one annotated article: `doc_id`, `published`, `title`, `text` and `events` with
`triggers` (character spans), `earliest`, `latest`, `fuzzy`, `type` and `required`; the articles of `training.news` are
added, those of Wikinews with their texts from WINER.jsonl. One model form serves three questions: a softmax over named
evidence (conditional logit) whose options are yes and no (is it an event?), the dates
in reach (when?), or the types (which?). Options that agree with the annotation share the likelihood. Needs scipy.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.dates import agrees
from pipeline.model.words import words
from pipeline.telling import dating, event_types, eventness, tellings
from pipeline.telling.argument_tests import by_arguments
from pipeline.telling.clocks import Clocks
from pipeline.telling.topics import Topics
from pipeline.telling.triggers import Candidate, candidates
from training import news

FOLDS = 10
CASE = 12.0  # how much a case of the tests counts beside a word of an article
L2 = {"eventness": 3.0, "dating": 3.0, "types": 10.0}


@dataclass
class Example:
    """Options with their evidence, which of them are right, and how much the example counts."""

    group: int
    options: list[list[str]]
    right: list[bool]
    weight: float = 1.0


# Where the annotated articles say nothing: no day named, the news is of the day; the order of the lexicon decides.
PRIOR: dict[str, dict[str, float]] = {
    "eventness": {},
    "dating": {"published dates in text=0": 1.0},
    "types": {
        "rank 1 fixed plain": 2.0,
        "rank 1 fixed report": 2.0,
        "rank 1 open plain": 1.5,
        "rank 1 open report": 1.0,
        "rank 2 fixed plain": 1.0,
        "rank 2 open plain": 0.7,
        "rank 2 open report": 0.5,
        "rank 1 general plain": 0.5,
        "in sentence": 0.3,
        "in title": 0.3,
        "of object general unlisted": 1.0,
        "of argument unlisted general": 0.5,
    },
}


def fit(examples: list[Example], question: str) -> dict[str, float]:
    """Weights that make the right options likely, shrunk towards PRIOR; deterministic."""
    l2, given = L2[question], PRIOR[question]
    examples = [e for e in examples if any(e.right) and not all(e.right)]
    names: dict[str, int] = {}
    rows, columns, right, starts = [], [], [], []
    row = 0
    for example in examples:
        starts.append(row)
        for evidence, good in zip(example.options, example.right, strict=True):
            for name in evidence:
                rows.append(row)
                columns.append(names.setdefault(name, len(names)))
            right.append(float(good))
            row += 1
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(row, len(names)))
    hits, start = np.array(right), np.array(starts)
    which = np.repeat(np.arange(len(examples)), [len(e.options) for e in examples])
    counts = np.array([e.weight for e in examples])

    def loss(w: Any) -> tuple[float, Any]:
        scores = matrix @ w
        mass = np.exp(scores - np.maximum.reduceat(scores, start)[which])
        total, hit = np.add.reduceat(mass, start), np.add.reduceat(mass * hits, start)
        pull = (mass / total[which] - mass * hits / hit[which]) * counts[which]
        off = w - prior
        return float(-(counts * np.log(hit / total)).sum() + l2 / 2 * (off @ off)), matrix.T @ pull + l2 * off

    prior = np.array([given.get(name, 0.0) for name in names])
    solved = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return given | {name: float(w) for name, w in zip(names, solved.x, strict=True)}


def told(gold: dict[str, Any], doc: Doc) -> dict[int, list[dict[str, Any]]]:
    """Annotated events by token."""
    found: dict[int, list[dict[str, Any]]] = {}
    for event in gold["events"]:
        for start, end in event["triggers"]:
            span = doc.char_span(start, end, alignment_mode="expand")
            for token in span or ():
                if event not in found.setdefault(token.i, []):
                    found[token.i].append(event)
    return found


def at(candidate: Candidate, events: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Annotated events a candidate stands on."""
    found: list[dict[str, Any]] = []
    for i in range(candidate.start, candidate.end):
        found += [e for e in events.get(i, []) if e not in found]
    return found


def eventness_examples(group: int, gold: dict[str, Any], doc: Doc) -> list[Example]:
    """Is it an event? Marginal ones and other people's statements are left out."""
    parsed = words(doc)
    events, found = told(gold, doc), candidates(parsed)
    around = eventness.Surroundings(parsed, found)
    made = []
    for candidate in found:
        marked = at(candidate, events)
        required = any(e["required"] for e in marked)
        if (marked and not required) or (gold.get("partial") and not marked):
            continue
        evidence = list(chain(*eventness.features(candidate, around)))
        made.append(Example(group, [[], evidence], [not required, required], CASE if gold.get("case") else 1.0))
    return made


def dating_examples(
    group: int, gold: dict[str, Any], doc: Doc, judges: dict[str, dict[str, float]] | None = None
) -> list[Example]:
    """When? Each annotated trigger, in text order, told the dates of those before: the right ones, or with `judges`
    (weights learned on other articles) the ones and the triggers that a run would give."""
    if gold.get("case"):
        return []
    parsed = words(doc)
    events, found = told(gold, doc), candidates(parsed)
    around = eventness.Surroundings(parsed, found)
    for candidate in found:
        candidate.score = float(bool(at(candidate, events)))
        if judges and not candidate.score:
            names = chain(*eventness.features(candidate, around))
            candidate.score = float(sum(judges["eventness"].get(n, 0.0) for n in names) > 0)
    tellings.join(found, around)
    triggers = [c for c in found if c.score]
    around.by_token = {i: t for t in triggers for i in range(t.start, t.end)}
    known = Clocks(around, triggers)
    memory, made = dating.Memory(), []
    for trigger in triggers:
        options = dating.choices(trigger, known, around, memory)
        values = [dating.value(dating.Choice(o.kind, o.clock, 0, ""), doc._.published) for o in options]
        kept = values[_likeliest(judges["dating"], options)] if judges else None
        for event in at(trigger, events):
            right = [agrees(event, *days) for days in values]
            evidence = [list(chain(*o.evidence)) for o in options]
            made.append(Example(group, evidence, right, 1.0 if event["required"] else 0.5))
            if any(right) and not judges:
                kept = values[right.index(True)]
        if kept:
            memory.keep(trigger, kept)
    return made


def _likeliest(weights: dict[str, float], options: list[dating.Option]) -> int:
    return int(np.argmax([sum(weights.get(name, 0.0) for name in chain(*o.evidence)) for o in options]))


def type_examples(group: int, gold: dict[str, Any], doc: Doc) -> list[Example]:
    """Which type?"""
    parsed = words(doc)
    events, found = told(gold, doc), candidates(parsed)
    around = eventness.Surroundings(parsed, found)
    for candidate in found:
        candidate.score = float(bool(at(candidate, events)))
    tellings.join(found, around)
    triggers = [c for c in found if c.score]
    around.by_token = {i: t for t in triggers for i in range(t.start, t.end)}
    topics = Topics(around, found)
    made = []
    for trigger in triggers:
        if by_arguments(trigger, around):
            continue
        for event in at(trigger, events):
            options = event_types.evidence(trigger, topics)
            right = [name == event["type"] for name, _ in options]
            made.append(Example(group, [list(names) for _, names in options], right, 1.0 if event["required"] else 0.5))
    return made


QUESTIONS = {"eventness": eventness_examples, "dating": dating_examples, "types": type_examples}
FILES = {"eventness": eventness.WEIGHTS.path, "dating": dating.WEIGHTS.path, "types": event_types.WEIGHTS.path}


def accuracy(weights: dict[str, float], examples: list[Example]) -> float:
    """Share of examples whose likeliest option is right, by weight."""
    hits = total = 0.0
    for example in examples:
        scores = [sum(weights.get(n, 0.0) for n in names) for names in example.options]
        hits += example.weight * example.right[int(np.argmax(scores))]
        total += example.weight
    return hits / total if total else 0.0


def crossed(examples: list[Example], question: str) -> float:
    """Accuracy on articles not learned from, over FOLDS folds."""
    score = 0.0
    for fold in range(FOLDS):
        rest = [e for e in examples if e.group % FOLDS == fold]
        weights = fit([e for e in examples if e.group % FOLDS != fold], question)
        score += accuracy(weights, rest) * sum(e.weight for e in rest)
    return score / sum(e.weight for e in examples)


def write(path: Path, weights: dict[str, float]) -> None:
    """Weights as CSV, the heaviest first; those that round to nothing are left out."""
    kept = [(n, round(w, 3)) for n, w in weights.items() if abs(w) >= 0.0005]
    ordered = sorted(kept, key=lambda row: (-abs(row[1]), row[0]))
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["feature", "weight"])
        rows.writerows(ordered)


def read(articles: list[news.Article], nlp: Language) -> list[tuple[news.Article, Doc]]:
    """Annotated articles with their Docs, events not yet looked for."""
    pairs = []
    for gold in articles:
        doc = nlp.make_doc(gold["text"])
        doc._.title = gold["title"] or ""
        doc._.published = date.fromisoformat(gold["published"]) if gold["published"][:1].isdigit() else None
        pairs.append((gold, nlp(doc)))
    return pairs


def main(train: Path, corpus: Path | None = None) -> None:
    """Learn and write all three tables of weights; print accuracy on held-out folds."""
    from pipeline import annotate

    nlp = annotate.load()
    for name in ("depeche_events", "depeche_modality"):
        nlp.remove_pipe(name)
    learn(read(news.articles(train, corpus), nlp))


def learn(pairs: list[tuple[dict[str, Any], Doc]]) -> None:
    """Learn from annotated Docs and write the weights."""
    for question, examples in all_examples(pairs).items():
        print(f"{question:10} {len(examples)} examples, held-out accuracy {crossed(examples, question):.3f}")
        write(FILES[question], fit(examples, question))


def all_examples(pairs: list[tuple[dict[str, Any], Doc]]) -> dict[str, list[Example]]:
    """Examples of each question; dates are made twice, the second time beside what a run would have found."""
    made = {
        question: [e for k, (gold, doc) in enumerate(pairs) for e in make(k, gold, doc)]
        for question, make in QUESTIONS.items()
    }
    again: list[Example] = []
    for fold in range(FOLDS):
        rest = {q: [e for e in made[q] if e.group % FOLDS != fold] for q in ("eventness", "dating")}
        judges = {q: fit(examples, q) for q, examples in rest.items()}
        for k, (gold, doc) in enumerate(pairs):
            if k % FOLDS == fold:
                again += dating_examples(k, gold, doc, judges)
    made["dating"] = again
    return made


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
