"""What a run does with hostile input and when it is disturbed: a table of faults, each tried for real.

    python -m benchmarks.faults [--kills 50] [--files 100000]      # writes benchmarks/faults.md, exits 1 on a failure

Each fault is an input of its own, or something done to a running command. Looked at: exit code, no traceback, a row
for every document, nothing written outside the output folder, seconds, peak memory of the largest process.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import functools
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOOD = "Le maire de Lyon a démissionné mardi 3 mai 2022. Un incendie a détruit une usine à Lille le 4 mai 2022.\n"
SECONDS = 300


@dataclass
class Outcome:
    """What a fault did."""

    fault: str
    happened: str
    seconds: float
    mebibytes: float
    right: bool


def command(source: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", "run", str(source), "--out", str(out), *more]


def watched(words: list[str], limit: int = SECONDS) -> tuple[int, str, float, float]:
    """(exit code, standard error, seconds, peak MiB of the process) of a command; -1 when it takes too long."""
    started = time.time()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=errors, env=_environment())
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
    return code, said, time.time() - started, used.ru_maxrss / 1024


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def statuses(out: Path) -> list[str]:
    with (out / "documents.csv").open(encoding="utf-8", newline="") as file:
        csv.field_size_limit(1 << 30)
        return [row["status"] for row in csv.DictReader(file)]


# ---- hostile inputs: each writes files into a folder and says how many rows it expects -------------------------------


def texts(*contents: str | bytes) -> Callable[[Path], int]:
    def write(folder: Path) -> int:
        for i, content in enumerate(contents):
            data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
            (folder / f"{i}.txt").write_bytes(data)
        return len(contents)

    return write


def _zalgo() -> str:
    return "".join(c + "\u0301\u0316\u0334" * 12 for c in GOOD)


def _nested_html(folder: Path) -> int:
    (folder / "nested.html").write_text("<html><body>" + "<div>" * 30_000 + GOOD + "</div>" * 30_000, encoding="utf-8")
    return 1


def _laughs(folder: Path) -> int:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    page = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "ha">{entities}]><html><body><p>&l11;</p></body></html>'
    (folder / "laughs.html").write_text(page, encoding="utf-8")
    (folder / "laughs.xhtml").write_text(page, encoding="utf-8")
    return 2


def _bomb(folder: Path) -> int:
    packed = zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED)
    with packed as archive, archive.open("zero.txt", "w") as member:
        for _ in range(400):
            member.write(b"0" * (1 << 20))
    return 1


def _climbing(folder: Path) -> int:
    with zipfile.ZipFile(folder / "climb.zip", "w") as archive:
        archive.writestr("../../climbed.txt", GOOD)
        archive.writestr("/climbed.txt", GOOD)
    return 1


def _loop(folder: Path) -> int:
    (folder / "a.txt").write_text(GOOD, encoding="utf-8")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "b.txt").symlink_to(folder / "b.txt")
    return 1


def _names(folder: Path) -> int:
    for name in (b"new\nline.txt", b"in\xffvalid.txt", "é|à.txt".encode()):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(GOOD.encode())
    return 3


def _formats(folder: Path) -> int:
    (folder / "a.jsonl").write_text('{"text": "Le Sénat a voté."}\n{broken\n["a list"]\n', encoding="utf-8")
    (folder / "b.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    (folder / "c.csv").write_text('text\n"unclosed\n', encoding="utf-8")
    (folder / "d.xlsx").write_bytes(b"no spreadsheet")
    (folder / "e.parquet").write_bytes(b"PAR1 nothing PAR1")
    (folder / "f.zip").write_bytes(b"PK\x03\x04 cut short")
    (folder / "g.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00 cut short")
    return 7


def _tiny(count: int) -> Callable[[Path], int]:
    def write(folder: Path) -> int:
        for i in range(count):
            sub = folder / f"{i // 1000:03}"
            sub.mkdir(exist_ok=True)
            (sub / f"{i}.txt").write_text(f"Le maire de Lyon a reçu {i} lettres mardi.", encoding="utf-8")
        return count

    return write


def hostile(files: int) -> dict[str, Callable[[Path], int]]:
    """Fault → what writes it."""
    return {
        "empty, white space, NUL": texts("", " \n\t\u00a0\n", "\0" * 1000, "Le Sénat\0 a voté\0 hier."),
        "lone surrogates": texts("Le Sénat \ud800 a voté\udfff hier."),
        "stacked accents": texts(_zalgo()),
        "right to left": texts("قال الرئيس اليوم. " * 50, "\u202eLe Sénat a voté hier.\u202c"),
        "emoji only": texts("😀🎉👩‍👩‍👧‍👦" * 500),
        "10 million characters": texts(GOOD * (10_000_000 // len(GOOD))),
        "1 MB without a space": texts("a" * 1_000_000, "é" * 500_000),
        "20,000 brackets in a row": texts("(" * 20_000, ".)" * 20_000, "«" * 20_000),
        "20,000 elisions in a row": texts("l'" * 20_000, "l’" * 20_000),
        "deeply nested HTML": _nested_html,
        "billion laughs": _laughs,
        "zip bomb": _bomb,
        "zip that climbs out": _climbing,
        "symbolic-link loop": _loop,
        "odd file names": _names,
        "broken tables and archives": _formats,
        "binary": texts(os.urandom(20_000)),
        f"{files:,} tiny files": _tiny(files),
    }


def try_input(fault: str, write: Callable[[Path], int], work: Path) -> Outcome:
    """A run over one hostile input beside a good article, which must come out."""
    shutil.rmtree(work, ignore_errors=True)
    folder, out = work / "in" / "deep", work / "out"
    folder.mkdir(parents=True)
    expected = write(folder)
    (folder / "zz_good.txt").write_text(GOOD, encoding="utf-8")
    before = _outside(work)
    code, said, seconds, peak = watched(command(folder, out, "--workers", "1"), SECONDS * 10)
    told = statuses(out) if code == 0 else []
    counts = ", ".join(f"{told.count(s):,} {s}" for s in ("ok", "skipped", "failed") if s in told)
    right = code == 0 and "Traceback" not in said and len(told) > expected and told.count("ok") >= 1
    right = right and _outside(work) == before
    happened = counts or f"exit {code}: {said.strip().splitlines()[-1:] or ''}"
    return Outcome(fault, happened, seconds, peak, right)


def _outside(work: Path) -> set[str]:
    return {str(p) for p in work.rglob("*") if not p.is_relative_to(work / "out")}


# ---- disturbed runs ------------------------------------------------------------------------------------------------


def _corpus(folder: Path, documents: int = 60) -> None:
    folder.mkdir(parents=True)
    for i in range(documents):
        (folder / f"{i:03}.txt").write_text(GOOD * 12 + f"Le club a gagné le {i % 28 + 1} mai 2022.", encoding="utf-8")


def _tables(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(out.glob("*.csv")) if p.name != "id_changes.csv"}


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [int(p) for p in found]


def kills(number: int, work: Path, seed: int = 7) -> Outcome:
    """Kill the parent or a worker at random moments, run again until it ends, compare with an undisturbed run."""
    chance = random.Random(seed)
    shutil.rmtree(work, ignore_errors=True)
    _corpus(work / "in")
    started = time.time()
    subprocess.run(command(work / "in", work / "calm"), check=True, capture_output=True, env=_environment())
    calm, length = _tables(work / "calm"), time.time() - started
    same = done = orphans = 0
    while done < number:
        out = work / "out"
        shutil.rmtree(out, ignore_errors=True)
        for _ in range(3):
            process = subprocess.Popen(
                command(work / "in", out, "--workers", "2"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
            time.sleep(chance.uniform(0.2, length * 1.3))
            victims = [process.pid, *_children(process.pid)]
            victim = chance.choice(victims)
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            done += 1
            if victim == process.pid:
                process.wait()
                late = time.time() + 20  # a worker that is still starting notices when it has started
                while time.time() < late and any(_alive(p) for p in victims[1:]):
                    time.sleep(0.2)
                orphans += sum(_alive(p) for p in victims[1:])
            else:
                process.wait(timeout=SECONDS)
        subprocess.run(command(work / "in", out, "--workers", "2"), check=True, capture_output=True, env=_environment())
        same += _tables(out) == calm
    rounds = -(-done // 3)
    happened = f"{done} kills of parent or worker in {rounds} runs: {same} ended byte-identical; {orphans} orphans"
    return Outcome("kill -9 at random moments", happened, time.time() - started, 0, same == rounds and not orphans)


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z" not in stat.read_text()


def _run_with_more_to_do(work: Path, out: Path) -> dict[str, bytes]:
    """Tables of a run that came to its end, and a long article added since."""
    shutil.rmtree(work, ignore_errors=True)
    _corpus(work / "in")
    subprocess.run(command(work / "in", out), check=True, capture_output=True, env=_environment())
    (work / "in" / "more.txt").write_text(GOOD * 4000, encoding="utf-8")
    return _tables(out)


def signalled(work: Path, name: str) -> Outcome:
    """Ctrl-C or a closed terminal in the middle: one sentence, the earlier tables intact, the next run completes."""
    out = work / "out"
    earlier = _run_with_more_to_do(work, out)
    started = time.time()
    process = subprocess.Popen(command(work / "in", out), stderr=subprocess.PIPE, text=True, env=_environment())
    state = out / ".depeche" / "state.sqlite-wal"
    while process.poll() is None and not (state.exists() and time.time() - started > 4):
        time.sleep(0.1)
    process.send_signal(getattr(signal, name))
    said = process.communicate(timeout=SECONDS)[1]
    kept = _tables(out) == earlier
    right = process.returncode == 130 and "same command goes on" in said and "Traceback" not in said and kept
    told = said.strip().splitlines()[-1:] or [""]
    return Outcome(
        f"{name} in the middle", f"exit {process.returncode}: {told[0][:90]}", time.time() - started, 0, right
    )


def full_disk(work: Path) -> Outcome:
    """A limit on file size stands for a full disk: one sentence, exit 2, the earlier tables intact."""
    out = work / "out"
    earlier = _run_with_more_to_do(work, out)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    started = time.time()
    run = subprocess.run(
        command(work / "in", out), capture_output=True, text=True, env=_environment(), preexec_fn=limit, check=False
    )
    last = (run.stderr.strip().splitlines() or [""])[-1]
    right = run.returncode == 2 and "Traceback" not in run.stderr and _tables(out) == earlier
    return Outcome("full disk", f"exit {run.returncode}: {last[:110]}", time.time() - started, 0, right)


def two_at_once(work: Path) -> Outcome:
    """The second run into a folder is told so."""
    shutil.rmtree(work, ignore_errors=True)
    _corpus(work / "in")
    started = time.time()
    first = subprocess.Popen(command(work / "in", work / "out"), stdout=subprocess.DEVNULL, env=_environment())
    while not (work / "out" / ".depeche" / "state.sqlite").exists():
        time.sleep(0.1)
    code, said, _, _ = watched(command(work / "in", work / "out"))
    right = code == 2 and "another run" in said and first.wait() == 0
    return Outcome("two runs into one folder", f"exit {code}: {said.strip()[:110]}", time.time() - started, 0, right)


def fifty_new(work: Path, documents: int = 300, new: int = 5) -> Outcome:
    """New articles cost what they are, not the whole folder again; ids stay."""
    shutil.rmtree(work, ignore_errors=True)
    _corpus(work / "in", documents)
    _, _, whole, _ = watched(command(work / "in", work / "out", "--workers", "1"))
    for i in range(new):
        (work / "in" / f"new{i}.txt").write_text(
            GOOD * 12 + f"Le port a rouvert le {i + 1} juin 2022.", encoding="utf-8"
        )
    _, _, again, _ = watched(command(work / "in", work / "out", "--workers", "1"))
    happened = f"{documents} articles {whole:.1f} s, {new} more {again:.1f} s (start of the model included)"
    return Outcome("new articles in an old folder", happened, whole + again, 0, again < 0.6 * whole)


def main() -> int:
    """Try every fault, write the table, tell on standard output; 1 when one went wrong."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--kills", type=int, default=50)
    ask.add_argument("--files", type=int, default=100_000)
    given = ask.parse_args()
    work = Path(tempfile.mkdtemp(prefix="depeche-faults-"))
    outcomes = []
    inputs = hostile(given.files)
    slow = {name: inputs.pop(name) for name in list(inputs) if "million" in name or "tiny" in name}
    trials: list[Callable[[], Outcome]] = [
        *(functools.partial(try_input, name, write, work / "input") for name, write in inputs.items()),
        lambda: signalled(work / "signal", "SIGINT"),
        lambda: signalled(work / "signal", "SIGHUP"),
        lambda: full_disk(work / "disk"),
        lambda: two_at_once(work / "twice"),
        lambda: fifty_new(work / "new"),
        lambda: kills(given.kills, work / "kills"),
        *(functools.partial(try_input, name, write, work / "input") for name, write in slow.items()),
    ]
    for trial in trials:
        outcome = trial()
        outcomes.append(outcome)
        _write(outcomes)
        print(
            f"{'ok   ' if outcome.right else 'WRONG'} {outcome.fault}: {outcome.happened} ({outcome.seconds:.1f} s)",
            flush=True,
        )
    shutil.rmtree(work, ignore_errors=True)
    return int(not all(o.right for o in outcomes))


def _write(outcomes: list[Outcome]) -> None:
    lines = ["# Faults", "", "Written by `python -m benchmarks.faults`; times are of a shared machine.", ""]
    lines += ["| fault | what happened | seconds | peak MiB | as it should |", "|---|---|---|---|---|"]
    for o in outcomes:
        o.happened = re.sub(r"\S*depeche-faults-\w+", "…", o.happened)
        peak = f"{o.mebibytes:.0f}" if o.mebibytes else ""
        lines.append(f"| {o.fault} | {o.happened} | {o.seconds:.1f} | {peak} | {'yes' if o.right else '**no**'} |")
    (HERE / "faults.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
