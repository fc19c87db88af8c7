"""Speed and memory of the corpus level: linking of made-up names, merging of made-up events.

    python -m benchmarks.linking [NAMES] [EVENTS]

NAMES distinct names (default 100,000; a tenth as many documents, each name twice, surnames alone besides) and EVENTS
events (default 50,000; half of them told twice). CPU seconds, so that other work on the machine does not count.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.corpus import SYLLABLES
from pipeline import link, timeline
from pipeline.linking import gazetteer

ROLES = ["", "", "", "", "", "président", "maire", "joueur", "avocat", "étudiant"]
TYPES = [
    "protest",
    "attack",
    "arrest",
    "trial",
    "law",
    "election",
    "accident",
    "death",
    "diplomacy",
    "sport",
    "company",
]


def word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(syllables)).capitalize()


def names(count: int) -> Iterator[dict[str, Any]]:
    """Rows of `count` distinct names and their repetitions, in no order."""
    chance = random.Random(1)
    given = [word(chance, 2) for _ in range(3000)]
    family = [word(chance, 3) for _ in range(max(count // 16, 100))]
    made = [("PER", f"{chance.choice(given)} {chance.choice(family)}") for _ in range(count * 6 // 10)]
    made += [("ORG", f"{word(chance, 2)} de {word(chance, 2)} {word(chance, 3)}") for _ in range(count // 4)]
    made += [("LOC", f"{word(chance, 2)}-{word(chance, 3)}") for _ in range(count * 3 // 20)]
    made += [made[int(len(made) * chance.random() ** 3)] for _ in range(count)]
    made += [("PER", chance.choice(family)) for _ in range(count // 10)]
    chance.shuffle(made)
    for i, (label, name) in enumerate(made):
        doc_id = f"doc{i % (count // 10):07d}"
        role = chance.choice(ROLES) if label == "PER" else ""
        yield {"name_id": f"{doc_id}#n{i}", "doc_id": doc_id, "label": label, "name": name, "role": role, "mentions": 1}


def events(count: int) -> Iterator[dict[str, Any]]:
    """Event rows, ten a document; every other one tells again what another document told."""
    vocabulary = [word(random.Random(i), 3) for i in range(20_000)]
    for i in range(count):
        chance = random.Random(i // 2 if i % 2 else i)
        day = (date(2015, 1, 1) + timedelta(days=chance.randrange(2000))).isoformat()
        kind = chance.choice(TYPES)
        people = [("agent", f"PER:p{int(20_000 * chance.random() ** 2)}", "", "", "")]
        places = [("place", f"LOC:l{int(5_000 * chance.random() ** 2)}", "", "FR", "city")]
        yield {
            "event_id": f"d{i % (count // 10):07d}#e{i}",
            "doc_id": f"d{i % (count // 10):07d}",
            "type": kind,
            "lemma": f"{kind}{chance.randrange(20)}er",
            "status": "occurred",
            "earliest": day,
            "latest": day,
            "edtf": day,
            "basis": "explicit",
            "country": "FR",
            "summary": " ".join(chance.choices(vocabulary, k=8)),
            "sentence": " ".join(chance.choices(vocabulary, k=25)),
            "published": day,
            "_entities": people * (chance.random() < 0.7) + places * (chance.random() < 0.6),
        }


def main(name_count: int = 100_000, event_count: int = 50_000) -> None:
    gazetteer.shipped()
    started = time.process_time()
    links = link.link(names(name_count))
    entities = sum(1 for _ in links.entities())
    linked = time.process_time() - started
    print(f"{name_count:,} names → {entities:,} entities: {linked:.1f} s CPU, {_peak():,} MB")
    del links
    started = time.process_time()
    rows = sum(1 for _ in timeline.merge(events(event_count)).rows())
    merging = time.process_time() - started
    print(f"{event_count:,} events → {rows:,} rows: {merging:.1f} s CPU, {_peak():,} MB at most so far")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
