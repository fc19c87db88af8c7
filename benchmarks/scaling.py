"""Whether cost and memory stay flat as a corpus grows: the same run over 1,000, 10,000 … made-up short articles.

    python -m benchmarks.scaling [--sizes 1000 10000] [--workers 1] [--pool 2000]

CPU seconds, so that other work on the machine counts little; memory is the peak of resident memory of the process that
runs, and of its largest worker. The articles: `benchmarks/corpus.py`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import articles

ROOT = Path(__file__).resolve().parent.parent


class Cost(NamedTuple):
    """What one run took: CPU seconds by stage, all of them and on the clock; peak memory in MiB."""

    words: int
    stages: dict[str, float]
    cpu: float
    wall: float
    parent: float
    worker: float


RUN = """
import json, resource, sys, time
from pipeline import flow
started = time.time()
def used():
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
def note(stage, *_):
    if stage not in seen:
        seen[stage] = used()
seen = {"read": 0.0}
flow.build(sys.argv[1], sys.argv[2], workers=int(sys.argv[3]), progress=note)
peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"seen": seen, "cpu": used(), "wall": time.time() - started, "peaks": peaks}))
"""
STAGES = ("read", "annotate", "link", "timeline", "write")
START = 64
"""Articles of the run whose cost (loading, mostly) is taken off the others: two chunks, so that a pool is used."""
SHORT, TIMES = 5_000, 3
"""Runs over fewer articles are made so many times, and the cheapest counts: other work on the machine only adds."""


def cost(count: int, workers: int) -> Cost:
    """Run over `count` articles in a process of its own, a few times if they are few."""
    return min((_once(count, workers) for _ in range(TIMES if count < SHORT else 1)), key=lambda c: c.cpu)


def _once(count: int, workers: int) -> Cost:
    with tempfile.TemporaryDirectory() as name:
        source, words = Path(name) / "articles.jsonl", 0
        with source.open("w", encoding="utf-8") as file:
            for article in articles(count):
                words += len(article["text"].split())
                file.write(json.dumps(article, ensure_ascii=False) + "\n")
        command = [sys.executable, "-c", RUN, str(source), str(Path(name) / "out"), str(workers)]
        told = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.splitlines()[-1])
    ends = [told["seen"][stage] for stage in STAGES[1:]] + [told["cpu"]]
    stages = {stage: end - told["seen"][stage] for stage, end in zip(STAGES, ends, strict=True)}
    return Cost(words, stages, told["cpu"], told["wall"], *told["peaks"])


def scaled(sizes: list[int], workers: int) -> str:
    """A Markdown table: cost and memory by the number of articles."""
    start = cost(START, workers)
    lines = [
        f"{workers} worker(s); words per CPU second all in, and with loading (over {START} articles) taken off.",
        "",
        "| articles | words per CPU second, all in | ratio | loading off | ratio "
        f"| {' | '.join(f'{s}, s' for s in STAGES)} | clock, s | peak MiB, main process | ratio | largest worker |",
        "|---" * (len(STAGES) + 9) + "|",
    ]
    first = None
    for size in sizes:
        now = cost(size, workers)
        whole, speed = now.words / now.cpu, (now.words - start.words) / (now.cpu - start.cpu)
        first = first or (whole, speed, now.parent)
        stages = " | ".join(f"{now.stages[s]:,.1f}" for s in STAGES)
        lines.append(
            f"| {size:,} | {whole:,.0f} | {whole / first[0]:.2f} | {speed:,.0f} | {speed / first[1]:.2f} | {stages} "
            f"| {now.wall:,.0f} | {now.parent:,.0f} | {now.parent / first[2]:.2f} "
            f"| {f'{now.worker:,.0f}' if workers > 1 else ''} |"
        )
        print(lines[-1], file=sys.stderr)
    return "\n".join(lines) + "\n"


def pooled(size: int, workers: int = 2) -> str:
    """A Markdown table: one worker beside several, loading taken off."""
    lines = [
        f"{size:,} articles, loading taken off (each worker loads the model once).",
        "",
        "| workers | CPU seconds | ratio | clock, s | times faster | largest worker, MiB |",
        "|---|---|---|---|---|---|",
    ]
    one = None
    for count in (1, workers):
        start, now = cost(START, count), cost(size, count)
        cpu, wall = now.cpu - start.cpu, now.wall - start.wall
        one = one or (cpu, wall)
        peak = now.worker if count > 1 else now.parent
        lines.append(f"| {count} | {cpu:,.1f} | {cpu / one[0]:.2f} | {wall:,.1f} | {one[1] / wall:.2f} | {peak:,.0f} |")
        print(lines[-1], file=sys.stderr)
    return "\n".join(lines) + "\n"


def measured(sizes: list[int], workers: int = 1, pool: int = 0) -> str:
    """A Markdown section; `pool` articles for the comparison of workers, 0 for none."""
    return "\n".join(filter(None, (scaled(sizes, workers) if sizes else "", pooled(pool) if pool else "")))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000], help="numbers of articles")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--pool", type=int, default=0, help="articles over which one worker and two are compared")
    given = parser.parse_args()
    print(measured(given.sizes, given.workers, given.pool))


if __name__ == "__main__":
    main()
