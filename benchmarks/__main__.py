"""`make bench`: what can be measured in a few minutes, as ratios within one run, written to `benchmarks/results.md`.

    python -m benchmarks [ARTICLES.jsonl] [--gold GOLD.jsonl …] [--sizes 300 3000 …] [--pool 1000]

Speed and memory beside bare spaCy, share of each part, cold start; cost and memory by the number of articles; one
worker beside two; how right a run is on articles annotated by hand (form of the file: `benchmarks/quality.py`). The
other benchmarks need more time or data and are run by name: `dates`, `faults`, `linking`, `ner_head`, `pages`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import quality, scaling, speed


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="?", help="articles, a JSON object with `text` in each line")
    parser.add_argument("--gold", type=Path, nargs="*", default=[], help="annotated articles")
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 3000], help="numbers of made-up short articles")
    parser.add_argument("--pool", type=int, default=1000, help="articles over which one worker and two are compared")
    given = parser.parse_args()
    sections = {
        "Speed": speed.measured(100_000, given.texts),
        "Scale": scaling.measured(given.sizes, pool=given.pool),
        "Quality": quality.measured(given.gold) if given.gold else "",
    }
    told = "\n".join(f"## {name}\n\n{text}" for name, text in sections.items() if text)
    told = f"# Benchmarks\n\nWritten by `make bench`.\n\n{told}"
    print(told)
    Path(__file__).with_name("results.md").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
