"""`make bench`: speed beside bare spaCy, written to `benchmarks/results.md`.

    python -m benchmarks [ARTICLES.jsonl]

The other benchmarks need more time or data and are run by name: `faults`, `linking`, `ner_head`, `pages`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import speed


def main() -> None:
    """Measure, print and write."""
    texts = Path(sys.argv[1]) if sys.argv[1:] else None
    told = f"# Speed\n\nWritten by `make bench`.\n\n{speed.measured(100_000, texts)}"
    print(told)
    Path(__file__).with_name("results.md").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
