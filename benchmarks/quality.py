"""How right a run is on articles annotated by hand: names, time expressions, events.

    python -m benchmarks.quality GOLD.jsonl …

One JSON object a line: `text`, and where known `doc_id`, `published`, `title`; then what was annotated in it, each as
a list, and only what is there is measured. Offsets are code points into `text`, days are ISO days or null:

    entities  {"start", "end", "label"}                   label PER, LOC or ORG; others are not counted
    dates     {"start", "end", "earliest", "latest", "fuzzy"}
    events    {"triggers": [[start, end], …], "earliest", "latest", "fuzzy", "required"}

Where `fuzzy` is true ("début mai"), days that overlap are right. Expressions without a day (durations, "chaque lundi")
count neither when found nor when missed. An event may be told several times; one that is not `required` (default true)
counts neither when found nor when missed; rows of type statement that meet no annotated event do not count. Cleaning is
off, so that offsets are those of `text`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pipeline

LABELS = ("PER", "LOC", "ORG")


class Span(NamedTuple):
    """Something found or annotated: where it stands, what it says."""

    start: int
    end: int
    says: Any
    counts: bool = True
    fuzzy: bool = False
    others: tuple[tuple[int, int], ...] = ()

    def meets(self, other: Span) -> bool:
        places = self.others or ((self.start, self.end),)
        return any(start < other.end and other.start < end for start, end in places)


@dataclass
class Score:
    """Right ones among those found and those annotated."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


def pairs(gold: list[Span], found: list[Span]) -> list[tuple[Span, Span]]:
    """Each annotated span with one found span that meets it, one that says the same before others.

    >>> pairs([Span(0, 5, "a")], [Span(4, 9, "b"), Span(2, 3, "a")])[0][1].says
    'a'
    """
    left, met = list(found), []
    wishes: tuple[Callable[[Span, Span], bool], ...] = (lambda g, f: g.says == f.says, lambda g, f: True)
    open_gold = list(gold)
    for wish in wishes:
        for g in list(open_gold):
            hit = next((f for f in left if g.meets(f) and wish(g, f)), None)
            if hit is not None:
                left.remove(hit)
                open_gold.remove(g)
                met.append((g, hit))
    return met


def add(score: Score, gold: list[Span], found: list[Span], right: Callable[[Span, Span], bool]) -> None:
    """Count the spans of one document."""
    met = pairs(gold, found)
    neutral = sum(not g.counts for g, _ in met)
    matched = {id(f) for _, f in met}
    score.right += sum(g.counts and right(g, f) for g, f in met)
    score.gold += sum(g.counts for g in gold)
    score.found += sum(f.counts or id(f) in matched for f in found) - neutral


def measure(path: Path) -> dict[str, Score]:
    """Run over the texts of a gold file; the scores by what was measured."""
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for number, document in enumerate(gold):
        document["doc_id"] = f"{number:05}"
    with tempfile.TemporaryDirectory() as name:
        texts = Path(name) / "texts.jsonl"
        kept = ("doc_id", "published", "title", "text")
        lines = (json.dumps({k: d[k] for k in kept if d.get(k)}, ensure_ascii=False) + "\n" for d in gold)
        texts.write_text("".join(lines), encoding="utf-8")
        tables = pipeline.run(texts, clean=False, language="any")
    same = tables.documents.set_index("doc_id").text
    known = [d for d in gold if same[d["doc_id"]] == d["text"]]
    scores: dict[str, Score] = {}
    for what, key, rows, right in (
        ("names, exact borders and label", "entities", tables.mentions, _exact),
        ("time expressions, found", "dates", tables.dates, lambda g, f: True),
        ("time expressions, resolved to the right days", "dates", tables.dates, _same),
        ("events found", "events", tables.events, lambda g, f: True),
        ("events found and dated right", "events", tables.events, _same),
    ):
        by_document = {doc_id: list(part.itertuples()) for doc_id, part in rows.groupby("doc_id")}
        for d in known:
            if key in d:
                add(
                    scores.setdefault(what, Score()),
                    [_gold(a) for a in d[key] if a.get("label", "PER") in LABELS],
                    [
                        _found(row, key)
                        for row in by_document.get(d["doc_id"], [])
                        if getattr(row, "label", "") != "DATE"
                    ],
                    right,
                )
    return scores


def _exact(gold: Span, found: Span) -> bool:
    return (gold.start, gold.end, gold.says) == (found.start, found.end, found.says)


def _same(gold: Span, found: Span) -> bool:
    if gold.fuzzy and gold.says[0] and found.says[0]:
        return bool(gold.says[0] <= found.says[1] and found.says[0] <= gold.says[1])
    return bool(gold.says == found.says)


def _gold(told: dict[str, Any]) -> Span:
    if "label" in told:
        return Span(told["start"], told["end"], told["label"])
    days = told.get("earliest") or "", told.get("latest") or ""
    if "triggers" not in told:
        return Span(told["start"], told["end"], days, bool(days[0]), told.get("fuzzy", False))
    places = tuple((start, end) for start, end in told["triggers"])
    return Span(*places[0], days, told.get("required", True), told.get("fuzzy", False), places)


def _found(row: Any, key: str) -> Span:
    if key == "entities":
        return Span(row.start, row.end, row.label)
    days = tuple("" if day != day else f"{day:%Y-%m-%d}" for day in (row.earliest, row.latest))
    return Span(row.start, row.end, days, row.type != "statement" if key == "events" else bool(days[0]))


def measured(files: Iterable[Path]) -> str:
    """A Markdown section with the figures of each file."""
    lines = []
    for path in files:
        lines += [f"### {path.name}", "", "| | F1 | right | found | annotated |", "|---|---|---|---|---|"]
        for what, s in measure(path).items():
            lines.append(f"| {what} | {s.f1():.3f} | {s.right} | {s.found} | {s.gold} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    if not sys.argv[1:]:
        raise SystemExit(__doc__)
    print(measured(map(Path, sys.argv[1:])))


if __name__ == "__main__":
    main()
