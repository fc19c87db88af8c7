"""The ladder of encodings on every text and encoding of cases/encoding.csv."""

import csv
import io
from pathlib import Path

import pytest

from pipeline.reading.encoding import decode, is_binary, scrub, stream

TABLE = list(csv.DictReader((Path(__file__).parent / "cases/encoding.csv").open(encoding="utf-8", newline="")))
SAMPLES = [(row["text"], encoding) for row in TABLE for encoding in row["encodings"].split()]


def test_sixty_samples() -> None:
    assert len(SAMPLES) >= 60


@pytest.mark.parametrize(("text", "encoding"), SAMPLES)
def test_sample(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert decode(data)[0] == text
    assert not is_binary(data)
    assert stream(io.BytesIO(data)).read() == text


def test_stray_bytes_in_utf8_cost_only_themselves() -> None:
    data = ("Le maire a été réélu à Évian, dès août. " * 5).encode() + b"\xe9t\xe9"
    assert decode(data)[0].endswith("été")
    assert "réélu à Évian" in decode(data)[0]


def test_a_byte_that_cp1252_lacks_costs_only_itself() -> None:
    assert decode(b"l\x92\xe9t\xe9 \x81 \xe0 No\xebl")[0] == "l’été \x81 à Noël"


def test_half_a_character_of_utf16() -> None:
    assert decode("Été".encode("utf-16") + b"\x00")[0].startswith("Été")


def test_a_stray_byte_late_in_a_stream() -> None:
    data = ("Été à Évian. " * 100_000).encode() + b"\x92 fin"
    assert stream(io.BytesIO(data)).read().endswith("’ fin")


@pytest.mark.parametrize(("text", "clean"), [("a\ud800", "a\ufffd"), ("\ud83d\ude00", "😀"), ("é", "é")])
def test_scrub(text: str, clean: str) -> None:
    assert scrub(text) == clean


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", b"%PDF-1.4\n\x00\x01\x02\x03\x04", bytes(200)]
)
def test_binary(data: bytes) -> None:
    assert is_binary(data)
