"""Disturbed runs of `benchmarks.faults`: killed, interrupted, without disk, beside another, with articles added."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

from benchmarks.hostile import GOOD
from benchmarks.watching import SECONDS, Outcome, command, environment, last_words, rows, run, watched

FIRST = ["Anne", "Marc", "Louise", "Idriss", "Claire", "Bruno", "Salma", "Yves", "Nadia", "Paul", "Odile", "Karim"]
LAST = ["Vasseur", "Lemoine", "Diallo", "Garnier", "Benali", "Rouquette", "Marchand", "Keller", "Faure", "Nguyen"]
TOWNS = ["Lyon", "Lille", "Nantes", "Dakar", "Genève", "Namur", "Québec", "Brest", "Pau", "Metz", "Tunis", "Abidjan"]
MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "septembre", "octobre", "novembre"]
DEEDS = [
    "{who} a été élue à la tête du conseil de {town} le {day}, au second tour, devant {other}.",
    "Un incendie a détruit une usine de {town} le {day}. {who}, qui dirige les secours, parle de trois blessés.",
    "Le {day}, {who} a inauguré le nouveau pont de {town} en présence de {other}.",
    "La grève des transports de {town} a pris fin le {day} ; {who} a signé l’accord pour les salariés.",
    "Le tribunal de {town} a condamné une société de travaux le {day}. {who} fera appel, a dit {other}.",
    "{who} et {other} se sont rencontrés à {town} le {day} et ont signé un accord sur la pêche.",
    "Une crue a coupé la route de {town} le {day}. « L’eau monte encore », a déclaré {who}.",
    "Le club de {town} a gagné la coupe le {day}. {who} a marqué deux buts, {other} le troisième.",
]


def article(number: int) -> str:
    """An article unlike the others, the same each time for a number."""
    chance = random.Random(number)
    told = []
    for deed in chance.sample(DEEDS, 4):
        who, other = (f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(2))
        day = f"{chance.randint(2, 28)} {chance.choice(MONTHS)} {chance.randint(2015, 2023)}"
        told.append(deed.format(who=who, other=other, town=chance.choice(TOWNS), day=day))
    return (
        "\n\n".join(told) + f"\n\nDossier {number}, suivi depuis {chance.choice(TOWNS)} par {chance.choice(FIRST)}.\n"
    )


def corpus(folder: Path, documents: int, start: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(start, start + documents):
        (folder / f"{number:05}.txt").write_text(article(number), encoding="utf-8")


def tables(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(out.glob("*.csv")) if p.name != "id_changes.csv"}


def kills(number: int, work: Path, seed: int = 7) -> Outcome:
    """Kill the parent or a worker at random moments, run again until it ends, compare with an undisturbed run."""
    chance = random.Random(seed)
    shutil.rmtree(work, ignore_errors=True)
    corpus(work / "in", 100)
    started = time.time()
    length = run(work / "in", work / "calm")
    calm = tables(work / "calm")
    same = rounds = done = orphans = 0
    while done < number:
        out = work / "out"
        shutil.rmtree(out, ignore_errors=True)
        for _ in range(min(3, number - done)):
            orphans += _killed(work / "in", out, chance, length * 1.3)
            done += 1
        run(work / "in", out, "--workers", "2")
        rounds += 1
        same += tables(out) == calm
    happened = f"{done} kills of parent or worker in {rounds} runs: {same} ended byte-identical; {orphans} orphans"
    return Outcome("kill -9 at random moments", happened, time.time() - started, 0, same == rounds and not orphans)


def _killed(source: Path, out: Path, chance: random.Random, longest: float) -> int:
    """Kill one process of a run after a random while; the number of workers that outlived their parent."""
    words = command(source, out, "--workers", "2")
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    time.sleep(chance.uniform(0.2, longest))
    victims = [process.pid, *_children(process.pid)]
    victim = chance.choice(victims)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    if victim != process.pid:
        process.wait(timeout=SECONDS)
        return 0
    process.wait()
    late = time.time() + 60  # a worker that is still starting notices when it has started
    while time.time() < late and any(map(_alive, victims[1:])):
        time.sleep(0.2)
    return sum(map(_alive, victims[1:]))


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [int(p) for p in found]


def _alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    return False


def _run_with_more_to_do(work: Path, out: Path) -> dict[str, bytes]:
    """Tables of a run that came to its end, and a long article added since."""
    shutil.rmtree(work, ignore_errors=True)
    corpus(work / "in", 60)
    run(work / "in", out)
    (work / "in" / "more.txt").write_text(GOOD * 4000, encoding="utf-8")
    return tables(out)


def signalled(work: Path, name: str) -> Outcome:
    """Ctrl-C or a closed terminal in the middle: one sentence, the earlier tables intact."""
    out = work / "out"
    earlier = _run_with_more_to_do(work, out)
    started = time.time()
    process = subprocess.Popen(command(work / "in", out), stderr=subprocess.PIPE, text=True, env=environment())
    state = out / ".depeche" / "state.sqlite-wal"
    while process.poll() is None and not (state.exists() and time.time() - started > 4):
        time.sleep(0.1)
    process.send_signal(getattr(signal, name))
    said = process.communicate(timeout=SECONDS)[1]
    right = process.returncode == 130 and "same command goes on" in said and "Traceback" not in said
    happened = f"exit {process.returncode}: {last_words(said)}"
    return Outcome(f"{name} in the middle", happened, time.time() - started, 0, right and tables(out) == earlier)


def full_disk(work: Path) -> Outcome:
    """A limit on file size stands for a full disk: one sentence, exit 2, the earlier tables intact."""
    out = work / "out"
    earlier = _run_with_more_to_do(work, out)
    limited = ["sh", "-c", "trap '' XFSZ; ulimit -f 390; exec \"$@\"", "sh"]  # blocks of 512 bytes
    done = watched([*limited, *command(work / "in", out)])
    right = done.code == 2 and "Traceback" not in done.said and "disk is full" in done.said and tables(out) == earlier
    return Outcome("full disk", f"exit {done.code}: {last_words(done.said)}", done.seconds, 0, right)


def table_open(work: Path) -> Outcome:
    """The lock file that a spreadsheet program sets beside a table: told before work starts."""
    shutil.rmtree(work, ignore_errors=True)
    corpus(work / "in", 3)
    run(work / "in", work / "out")
    earlier = tables(work / "out")
    (work / "out" / ".~lock.events.csv#").write_text("")
    done = watched(command(work / "in", work / "out"))
    right = done.code == 2 and "open in another program" in done.said and tables(work / "out") == earlier
    happened = f"exit {done.code}: {last_words(done.said)}"
    return Outcome("a table open in another program", happened, done.seconds, 0, right)


def two_at_once(work: Path) -> Outcome:
    """The second run into a folder is told so."""
    shutil.rmtree(work, ignore_errors=True)
    corpus(work / "in", 60)
    started = time.time()
    first = subprocess.Popen(command(work / "in", work / "out"), stdout=subprocess.DEVNULL, env=environment())
    while not (work / "out" / ".depeche" / "state.sqlite").exists():
        time.sleep(0.1)
    second = watched(command(work / "in", work / "out"))
    right = second.code == 2 and "another run" in second.said and first.wait() == 0
    happened = f"exit {second.code}: {last_words(second.said)}"
    return Outcome("two runs into one folder", happened, time.time() - started, 0, right)


def articles_added(work: Path, documents: int, new: int) -> Outcome:
    """New articles in an old folder cost what they cost alone, and reading and linking; the ids of the others stay."""
    shutil.rmtree(work, ignore_errors=True)
    out = work / "out"
    started = time.time()
    corpus(work / "in", documents)
    corpus(work / "alone", new, start=documents)
    alone = watched(command(work / "alone", work / "out_alone"), 10 * SECONDS)
    whole = watched(command(work / "in", out), 10 * SECONDS)
    before = _event_ids(out)
    corpus(work / "in", new, start=documents)
    again = watched(command(work / "in", out), 10 * SECONDS)
    after = _event_ids(out)
    moved = rows(out / "id_changes.csv") if (out / "id_changes.csv").exists() else []
    nothing = watched(command(work / "in", out), 10 * SECONDS)
    happened = (
        f"{documents:,} articles: {whole.cpu_seconds:.0f} CPU s; {new} added: {again.cpu_seconds:.0f}, of which "
        f"reading, linking and writing all {nothing.cpu_seconds:.0f}; the {new} alone: {alone.cpu_seconds:.0f}; "
        f"ids moved by linking and listed in id_changes.csv: {len(moved)}"
    )
    cost = again.cpu_seconds - nothing.cpu_seconds  # what the new ones cost by themselves
    right = before <= after and len(after) > len(before) and cost < 1.5 * alone.cpu_seconds
    return Outcome("new articles in an old folder", happened, time.time() - started, whole.mebibytes, right)


def _event_ids(out: Path) -> set[str]:
    return {row["event_id"] for row in rows(out / "events.csv")}
