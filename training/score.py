"""Exact scores of names: a name counts when its start, end and label are those of the annotation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from spacy.language import Language

from training.corpus import LABELS, read_rows


def score_file(nlp: Language, path: Path) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F1 per label and for "all", of the NER in `nlp` on an annotated JSONL file.

    A name found that overlaps an `ignore` span of the file is left out of the count.
    """
    rows = read_rows(path)
    counts: Counter[tuple[str, str]] = Counter()
    for row, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
        gold = {(e["start"], e["end"], e["label"]) for e in row["entities"] if e["label"] in LABELS}
        void = [(e["start"], e["end"]) for e in row.get("ignore", ())]
        found = {(e.start_char, e.end_char, e.label_) for e in doc.ents if e.label_ in LABELS}
        found = {m for m in found if m in gold or not any(m[0] < end and start < m[1] for start, end in void)}
        for kind, marks in (("gold", gold), ("found", found), ("right", gold & found)):
            counts.update((kind, label) for _, _, label in marks)
    for kind in ("gold", "found", "right"):
        counts[kind, "all"] = sum(counts[kind, label] for label in LABELS)
    return {label: _prf(*(counts[k, label] for k in ("right", "found", "gold"))) for label in (*LABELS, "all")}


def _prf(right: int, found: int, gold: int) -> tuple[float, float, float]:
    precision, recall = right / max(found, 1), right / max(gold, 1)
    return precision, recall, 2 * right / max(found + gold, 1)
