"""Hostile inputs of `benchmarks.faults`: each fault writes files into a folder and says how many rows it expects."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

GOOD = "Le maire de Lyon a démissionné mardi 3 mai 2022. Un incendie a détruit une usine à Lille le 4 mai 2022.\n"


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
