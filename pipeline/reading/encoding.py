"""Bytes to text: a ladder of encodings, for files and for streams.

Reads bytes; gives a str that can be written as UTF-8. `decode("Île".encode("cp1252"))` gives `("Île", "cp1252")`.
The ladder: byte-order mark, UTF-16 without one (told by its NUL bytes), UTF-8, UTF-8 with a few stray bytes,
then cp1252, and latin-1 where cp1252 has holes. Statistical detectors are not used: they take French cp1252 for
Central European and change accents silently.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO, TextIO

SAMPLE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_MULTIBYTE = re.compile(rb"[\xc3\xc2\xc5][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
_HOLES = frozenset(b"\x81\x8d\x8f\x90\x9d")  # bytes that cp1252 does not define
# Letters of French in Mac OS Roman; in cp1252 the same bytes are signs or C1 holes that no French text holds.
_MAC_LETTERS = re.compile(
    rb"(?<=[A-Za-z])[\x88\x89\x8d\x8e\x8f\x90\x91\x94\x95\x99\x9d\x9e](?=[a-z])|(?<= )\x88(?= )|(?<=[a-z])\x8e(?=[ ,.])"
)
_CP1252_LETTERS = re.compile(rb"[\xe0-\xef\xf4\xf9\xfb](?=[a-z ,.])")


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: a byte that is no UTF-8 is read as cp1252, one that cp1252 lacks as latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    if error.encoding not in ("utf-8", "charmap", "cp1252"):
        return "\ufffd", error.end
    return "".join(bytes([b]).decode("latin-1" if b in _HOLES else "cp1252") for b in wrong), error.end


codecs.register_error("depeche_stray", _stray)


def scrub(text: str) -> str:
    r"""`text` without lone surrogates (they become U+FFFD; pairs are joined), so that it can be written as UTF-8.

    >>> scrub("a\ud800b")
    'a�b'
    """
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def sniff(sample: bytes, whole: bool = True) -> str:
    """Name of the encoding of `sample`; `whole` is False when it is only the beginning of a longer input."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if (wide := _utf16_without_mark(sample)) is not None:
        return wide
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        decoder.decode(sample, final=whole)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    sample = sample[:SAMPLE]
    pairs = len(_MULTIBYTE.findall(sample))
    if pairs and 2 * pairs > 0.7 * len(_HIGH.findall(sample)):
        return "utf-8"
    if len(_MAC_LETTERS.findall(sample)) > len(_CP1252_LETTERS.findall(sample)):
        return "mac_roman"
    return "cp1252"


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 text in Latin script has a NUL in every other byte."""
    even, odd = sample[0:4000:2], sample[1:4000:2]
    if len(odd) < 2:
        return None
    if odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.6 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def decode(data: bytes) -> tuple[str, str]:
    """Text of `data` and the name of the encoding it was read in. Never raises.

    >>> decode("Élysée".encode("latin-1"))
    ('Élysée', 'cp1252')
    """
    name = sniff(data)
    return scrub(data.decode(name, "depeche_stray")), name


def is_binary(data: bytes) -> bool:
    """True when `data` is no text: NUL bytes or many control characters at its beginning (UTF-16 is text).

    >>> is_binary(bytes(range(256))), is_binary("Bonjour à tous".encode())
    (True, False)
    """
    head = data[:8000]
    if any(head.startswith(mark) for mark, _ in _MARKS) or _utf16_without_mark(head):
        return False
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head))
    return controls > 0.02 * len(head) and controls > 2


def stream(raw: BinaryIO) -> TextIO:
    """A text stream over `raw` (seekable), its encoding told by the first megabyte; a stray byte never stops it."""
    sample = raw.read(SAMPLE)
    raw.seek(0)
    name = sniff(sample, whole=len(sample) < SAMPLE)
    return io.TextIOWrapper(raw, encoding=name, errors="depeche_stray", newline="")
