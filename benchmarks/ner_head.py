"""The press NER head beside the NER of the stock model: speed in the same run, and exact scores.

    python -m benchmarks.ner_head GOLD.jsonl [MORE.jsonl …]

A line of GOLD is one article: `text`, `entities` [{start, end, label}], optionally `ignore` [{start, end}].
Speed is CPU time, the best of several alternating rounds on the first file, tokenised beforehand.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import spacy
from spacy.language import Language

from pipeline.ner import BASE, add_press_head
from training.corpus import LABELS, read_rows
from training.score import score_file

ROUNDS = 7


def heads() -> dict[str, Language]:
    """The stock model's NER and the press head, each alone behind the tokenizer."""
    loaded = {}
    for name in ("stock", "press"):
        nlp = spacy.load(BASE, exclude=[] if name == "stock" else ["ner"])
        if name == "press":
            add_press_head(nlp)
        nlp.select_pipes(enable=["ner"])
        loaded[name] = nlp
    return loaded


def seconds(nlp: Language, texts: list[str]) -> float:
    """CPU seconds of the NER alone on the texts."""
    docs = [nlp.make_doc(text) for text in texts]
    start = time.process_time()
    for _ in nlp.get_pipe("ner").pipe(docs, batch_size=16):
        pass
    return time.process_time() - start


def main(paths: list[Path]) -> None:
    both = heads()
    texts = [row["text"] for row in read_rows(paths[0])]
    words = sum(len(text.split()) for text in texts)
    best = {name: seconds(nlp, texts) for name, nlp in both.items()}
    for _ in range(ROUNDS):
        best = {name: min(best[name], seconds(nlp, texts)) for name, nlp in both.items()}
    for name, spent in best.items():
        print(f"{name}: {words / spent:,.0f} words a CPU second, {spent / best['stock']:.3f} of the stock head's time")
    for path in paths:
        for name, nlp in both.items():
            scores = score_file(nlp, path)
            figures = "  ".join(f"{label} {scores[label][2]:.3f}" for label in (*LABELS, "all"))
            print(f"{path.name}, {name}: exact F1 {figures}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m benchmarks.ner_head GOLD.jsonl [MORE.jsonl …]")
    main([Path(argument) for argument in sys.argv[1:]])
