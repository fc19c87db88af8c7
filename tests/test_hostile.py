"""Hostile inputs: each has its row within a minute and a gigabyte, and no crash. Slow, so run in acceptance."""

import resource
import time
from pathlib import Path

import pytest

from pipeline.clean import clean
from pipeline.read import read
from pipeline.survey import Survey

pytestmark = pytest.mark.acceptance
T = "Le Sénat a voté mardi le budget de l’État, « sans surprise », après un débat de trois heures. "
B = T.encode()
INPUTS = {
    "ten_million_characters.txt": B * 110_000,
    "ten_million_in_lines.txt": (B + b"\n") * 110_000,
    "two_million_lines.txt": b"a\n" * 2_000_000,
    "no_space.txt": b"a" * 1_000_000,
    "elisions.txt": b"l'" * 500_000,
    "brackets.txt": b"(" * 1_000_000,
    "initials.txt": b".A" * 500_000,
    "humps.txt": b"abCd" * 300_000,
    "glued.txt": b"eurosIl " * 100_000,
    "zalgo.txt": ("a" + "\u0301\u0323" * 200_000).encode(),
    "zalgo_words.txt": (("e" + "\u0301\u0323\u0302" * 20) * 30_000).encode(),
    "quotes.txt": b'a."B ' * 200_000,
    "spaces.txt": b" " * 5_000_000 + b"x",
    "newlines.txt": b"\n" * 5_000_000 + b"x",
    "blank_lines.txt": b"a" + b" \n" * 1_000_000 + b"b",
    "mojibake.txt": "Ã©tÃ© ".encode() * 500_000,
    "divided.txt": b"ab-\n" * 500_000,
    "soft_hyphens.txt": "a\u00ad".encode() * 1_000_000,
    "surrogates.txt": b"\xed\xa0\x80" * 300_000 + b"abc",
    "right_to_left.txt": "\u202eعاجل ".encode() * 200_000,
    "fields.txt": b"Titre : a\n" * 100_000,
    "front_matter.txt": b"---\n" + b"a: b\n" * 100_000,
    "links.md": b"[a](" * 200_000 + b"*a" * 200_000,
    "images.md": b"![[" * 200_000,
    "menus.txt": (" | ".join(["a"] * 300) + "\n").encode() * 3000,
    "deep.html": b"<div>" * 200_000 + B + b"</div>" * 200_000,
    "deep_inline.html": b"<b>" * 200_000 + B,
    "deep_tables.html": b"<table><tr><td>" * 60_000 + B,
    "wide.html": (b"<p>" + B + b"</p>") * 60_000,
    "links.html": b"<a href=x>un lien</a> " * 200_000,
    "attributes.html": b"<div " + b"a=b " * 300_000 + b">x</div>",
    "unclosed.html": b"<html><p" * 300_000,
    "comments.html": b"<!--" * 500_000,
    "entities.html": b"&amp;" * 1_000_000,
    "deep_schema.html": b'<html><script type="application/ld+json">' + b"[" * 500_000 + b"</script><p>" + B + b"</p>",
    "title.html": b"<html><title>" + b" - a" * 200_000 + b"</title><p>" + B * 10 + b"</p>",
    "class.html": b'<html><div class="' + b"aB-" * 300_000 + b'"><p>' + B * 10 + b"</p></div>",
    "one_line.jsonl": b'{"text": "' + B * 110_000 + b'"}',
    "deep.json": b"[" * 2_000_000,
    "numbers.json": b"[" + b"1," * 1_000_000 + b"1]",
    "open_quote.csv": b'text\n"' + B * 110_000,
    "columns.csv": b"text" + b",a" * 100_000 + b"\n1" + b",2" * 100_000 + b"\n",
}


@pytest.mark.parametrize("name", INPUTS)
def test_input(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(INPUTS[name])
    started = time.process_time()
    with Survey(tmp_path / "survey.sqlite") as state:
        (article,) = state.watch(read([path]), language="any")
        done = clean(article, state.facts(article))
    assert done.status == "ok" or done.note
    done.text.encode("utf-8")
    assert time.process_time() - started < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20


def test_a_hundred_thousand_tiny_files(tmp_path: Path) -> None:
    for number in range(100_000):
        if number % 1000 == 0:
            folder = tmp_path / str(number)
            folder.mkdir()
        (folder / f"{number}.txt").write_text("Le Sénat a voté.", encoding="utf-8")
    assert sum(1 for _ in read([tmp_path])) == 100_000
