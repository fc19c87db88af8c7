"""Run the program as a user would, and watch what it does: exit code, words on the terminal, time, memory, rows."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SECONDS = 300


@dataclass
class Outcome:
    """What a fault did; `right` says whether that is as it should be."""

    fault: str
    happened: str
    seconds: float
    mebibytes: float
    right: bool


def command(source: Path, out: Path, *more: str) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "pipeline", "run", str(source), "--out", str(out), *more]


def environment() -> dict[str, str]:
    """One thread a process, so that times say something."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def as_from_a_terminal() -> None:
    """Let commands take Ctrl-C and a closed terminal as usual, also under nohup or a shell's &."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGHUP", "SIGTERM", "SIGPIPE"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


class Watched(NamedTuple):
    """What a command did: exit code (-1 when it took too long), words on standard error, time, peak memory."""

    code: int
    said: str
    seconds: float
    mebibytes: float
    cpu_seconds: float


def watched(words: list[str], limit: int = SECONDS) -> Watched:
    """Run a command and watch its process; CPU seconds count on a shared machine, where seconds say little."""
    started = time.time()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=errors, env=environment())
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.time() - started > limit:
                process.kill()
                _, status, used = os.wait4(process.pid, 0)
                status = -1
                break
            time.sleep(0.02)
        process.returncode = 0
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    code = -1 if status == -1 else os.waitstatus_to_exitcode(status)
    return Watched(code, said, time.time() - started, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


def run(source: Path, out: Path, *more: str) -> float:
    """A run that must succeed; returns its seconds."""
    started = time.time()
    subprocess.run(command(source, out, *more), check=True, capture_output=True, env=environment())
    return time.time() - started


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        csv.field_size_limit(1 << 30)
        return list(csv.DictReader(file))


def last_words(said: str) -> str:
    """The last line a command wrote."""
    return (said.strip().splitlines() or [""])[-1]
