"""What a run does with hostile input and when it is disturbed: a table of faults, each tried for real.

    python -m benchmarks.faults [--kills 50] [--files 100000] [--articles 3000] [--at-once 1]
    python -m benchmarks.faults --only "full disk"    # one fault again; the other rows of the table stay

Writes `benchmarks/faults.md`; exits 1 when a fault did not end as it should. Looked at: exit code, no traceback, a row
for every document, nothing written outside the output folder, seconds, peak memory of the process.
"""

from __future__ import annotations

import argparse
import functools
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from benchmarks import disturbed, hostile
from benchmarks.watching import SECONDS, Outcome, as_from_a_terminal, command, last_words, rows, watched

TABLE = Path(__file__).resolve().parent / "faults.md"


def try_input(fault: str, write: Callable[[Path], int], work: Path) -> Outcome:
    """A run over one hostile input beside a good article, which must come out."""
    shutil.rmtree(work, ignore_errors=True)
    folder, out = work / "in" / "deep", work / "out"
    folder.mkdir(parents=True)
    expected = write(folder)
    (folder / "zz_good.txt").write_text(hostile.GOOD, encoding="utf-8")
    before = _outside(work)
    done = watched(command(folder, out, "--workers", "1"), SECONDS * 20)
    told = [row["status"] for row in rows(out / "documents.csv")] if done.code == 0 else []
    counts = ", ".join(f"{told.count(s):,} {s}" for s in ("ok", "skipped", "failed") if s in told)
    right = done.code == 0 and "Traceback" not in done.said and len(told) > expected and told.count("ok") >= 1
    right = right and _outside(work) == before
    return Outcome(fault, counts or f"exit {done.code}: {last_words(done.said)}", done.seconds, done.mebibytes, right)


def _outside(work: Path) -> set[str]:
    return {str(p) for p in work.rglob("*") if not p.is_relative_to(work / "out")}


def trials(work: Path, kills: int, files: int, articles: int) -> dict[str, Callable[[], Outcome]]:
    """All faults by name, the slow ones last."""
    inputs = hostile.hostile(files)
    tried = {name: functools.partial(try_input, name, write, work / name[:9]) for name, write in inputs.items()}
    slow = {name: tried.pop(name) for name in list(tried) if "million" in name or "tiny" in name}
    return {
        **tried,
        "SIGINT in the middle": lambda: disturbed.signalled(work / "interrupt", "SIGINT"),
        "SIGHUP in the middle": lambda: disturbed.signalled(work / "hangup", "SIGHUP"),
        "full disk": lambda: disturbed.full_disk(work / "disk"),
        "a table open in another program": lambda: disturbed.table_open(work / "open"),
        "two runs into one folder": lambda: disturbed.two_at_once(work / "twice"),
        "new articles in an old folder": lambda: disturbed.articles_added(
            work / "new", articles, max(1, articles // 60)
        ),
        **slow,
        "kill -9 at random moments": lambda: disturbed.kills(kills, work / "kills"),
    }


def main(words: list[str] | None = None) -> int:
    """Try every fault, write the table, tell on standard output; 1 when one went wrong."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--kills", type=int, default=50)
    ask.add_argument("--files", type=int, default=100_000)
    ask.add_argument("--articles", type=int, default=3000)
    ask.add_argument("--at-once", type=int, default=1, help="faults tried side by side; times then say less")
    ask.add_argument("--only", default="", help="faults with these words in their name; other rows stay")
    ask.add_argument("--table", type=Path, default=TABLE)
    given = ask.parse_args(words)
    as_from_a_terminal()
    lines = _rows(given.table) if given.only else {}
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="depeche-faults-") as work, ThreadPoolExecutor(given.at_once) as pool:
        named = trials(Path(work), given.kills, given.files, given.articles)
        for ended in as_completed([pool.submit(trial) for name, trial in named.items() if given.only in name]):
            outcome = ended.result()
            lines[outcome.fault] = _row(outcome)
            wrong += not outcome.right
            _write([lines[name] for name in named if name in lines], given.table)
            print(f"{'ok   ' if outcome.right else 'WRONG'} {lines[outcome.fault]}", flush=True)
    return int(wrong > 0)


def _row(outcome: Outcome) -> str:
    happened = re.sub(r"\S*depeche-faults-\w+", "…", outcome.happened)
    peak = f"{outcome.mebibytes:.0f}" if outcome.mebibytes else ""
    right = "yes" if outcome.right else "**no**"
    return f"| {outcome.fault} | {happened} | {outcome.seconds:.1f} | {peak} | {right} |"


def _rows(table: Path) -> dict[str, str]:
    """Rows of an earlier table by fault."""
    lines = table.read_text(encoding="utf-8").split("\n") if table.exists() else []
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line.startswith("| ")}


def _write(lines: list[str], table: Path) -> None:
    head = ["# Faults", "", "Written by `python -m benchmarks.faults`; times are of a shared machine.", ""]
    head += ["| fault | what happened | seconds | peak MiB | as it should |", "|---|---|---|---|---|"]
    table.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
