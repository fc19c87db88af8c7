"""Which files an input means: folders, globs, single files, standard input, and what stands inside a .zip.

Reads paths; gives `File` records in an order that depends on names alone. Nothing is unpacked to disk. A file that
cannot be read is given too, with the reason in `problem`, so that it has its row.
"""

from __future__ import annotations

import atexit
import functools
import glob
import gzip
import os
import re
import sys
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.model.article import DepecheError
from pipeline.reading.encoding import decode

TEXTS = (".txt", ".xml")
METADATA = ("metadata.csv", "metadata.tsv")  # beside the texts of a TXM corpus
MAX_RATIO = 200  # of unpacked to packed size, past which an archive is taken for a bomb; text packs to 1:10 at most
MAX_SIZE = 64 << 20  # bytes of one document
UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029|]")


@dataclass(slots=True)
class File:
    """One file to read: `name` is relative to the input (a doc_id), `source` says where it is.

    `metadata` is the path of a table that describes it (a TXM folder); `problem` says why it cannot be read.
    """

    name: str
    source: str
    open: Callable[[], BinaryIO]
    size: int = 0
    problem: str = ""
    skip: bool = False
    metadata: str = ""

    @property
    def suffix(self) -> str:
        """Ending in lower case without `.gz`."""
        name = self.name.lower().removesuffix(".gz")
        return os.path.splitext(name)[1]

    def stream(self) -> BinaryIO:
        """A seekable binary stream, unpacked when the name ends in `.gz`."""
        raw = self.open()
        return gzip.GzipFile(fileobj=raw) if self.name.lower().endswith(".gz") else raw  # type: ignore[return-value]

    def read(self, limit: int = MAX_SIZE) -> bytes:
        """All bytes. Raises DepecheError when there are more than `limit` or they cannot be read."""
        try:
            with self.stream() as file:
                data = file.read(limit + 1)
        except UNREADABLE as error:
            raise DepecheError(f"not readable ({getattr(error, 'strerror', None) or error})") from error
        if len(data) > limit:
            raise DepecheError(f"larger than {limit >> 20} MB, which no single article is")
        return data


def printable(path: str) -> str:
    """A path as text for ids and messages: NFC, `/`, no control characters, undecodable bytes read as cp1252."""
    text = decode(os.fsencode(path))[0] if any("\ud800" <= c <= "\udfff" for c in path) else path
    text = unicodedata.normalize("NFC", text)
    return _CONTROLS.sub("_", text.replace(os.sep, "/"))


def files(inputs: Sequence[str | Path]) -> Iterator[File]:
    """Every file of `inputs`, sorted; a file met twice is given once.

    Raises DepecheError when an input does not exist.
    """
    _description.cache_clear()
    seen: set[str] = set()
    several = sorted({os.fspath(i) for i in inputs})
    for given in several:
        if given == "-":
            yield _standard_input()
            continue
        for path, base in _expand(given):
            real = os.path.realpath(path) if len(several) > 1 else path
            if real not in seen:
                seen.add(real)
                yield from _file(path, base)


def _expand(given: str) -> Iterator[tuple[str, str]]:
    """(path, folder it is named from) for a folder, a file or a glob."""
    if os.path.isdir(given):
        yield from ((p, given) for p in _walk(given))
    elif os.path.lexists(given):
        yield given, os.path.dirname(given)
    elif glob.has_magic(given) and (found := sorted(glob.glob(given, recursive=True))):
        fixed = re.split(r"[*?\[]", given, maxsplit=1)[0]
        base = os.path.dirname(fixed)
        for path in found:
            if os.path.isdir(path):
                yield from ((p, base) for p in _walk(path))
            else:
                yield path, base
    else:
        raise DepecheError(f"{printable(given)}: no such file or folder")


def _walk(folder: str) -> Iterator[str]:
    """Files under `folder`, sorted; link loops, hidden files, page assets and earlier outputs are passed over."""
    seen: set[tuple[int, int]] = set()

    def walk(folder: str) -> Iterator[str]:
        try:
            status = os.stat(folder)
            entries = sorted(os.listdir(folder))
        except OSError:
            yield folder
            return
        if (status.st_dev, status.st_ino) in seen or {"run.json", "datapackage.json"} <= set(entries):
            return
        seen.add((status.st_dev, status.st_ino))
        texts = any(e.lower().endswith(TEXTS) for e in entries)
        pages = {os.path.splitext(e)[0] for e in entries if e.lower().endswith((".html", ".htm"))}
        for entry in entries:
            path = os.path.join(folder, entry)
            if (
                (texts and entry.lower() in METADATA)
                or entry.startswith((".", "~$"))
                or entry in ("Thumbs.db", "desktop.ini", "__MACOSX")
            ):
                continue
            if not os.path.isdir(path):
                yield path
            elif re.sub(r"(_files|_fichiers)$", "", entry) not in pages:
                yield from walk(path)

    yield from walk(folder)


def _bytes(path: str) -> BinaryIO:
    return open(path, "rb")


@functools.lru_cache(maxsize=64)
def _description(folder: str) -> str:
    """The table that describes the texts of a folder, "" when there is none."""
    return next(filter(os.path.isfile, (os.path.join(folder, name) for name in METADATA)), "")


def _file(path: str, base: str) -> Iterator[File]:
    name = printable(os.path.relpath(path, base) if base else path)
    source = printable(path)
    file = File(name, source, functools.partial(_bytes, path))
    try:
        file.size = os.stat(path).st_size
        file.metadata = _description(os.path.dirname(path)) if file.suffix in TEXTS else ""
        if not os.path.isfile(path):
            file.problem = "not a regular file"
        elif not os.access(path, os.R_OK):
            file.problem = "not readable (permission denied)"
        elif file.suffix == ".zip":
            yield from _members(path, file)
            return
    except OSError as error:
        file.problem = f"not readable ({error.strerror or error})"
    yield file


def _members(path: str, whole: File) -> Iterator[File]:
    """Files inside a .zip, sorted by name; read in memory, so a name that climbs out writes nothing anywhere."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        whole.problem = f"not a readable zip archive ({error})"
        yield whole
        return
    infos = sorted((i for i in archive.infolist() if not i.is_dir()), key=lambda i: i.filename)
    infos = [i for i in infos if not re.search(r"(^|/)(\.|__MACOSX/)[^/]*$|^__MACOSX/", i.filename)]
    if is_bomb(archive, whole.size):
        whole.problem = f"unpacks to more than {MAX_RATIO} times its size, like a zip bomb; not read"
    elif not infos:
        whole.problem, whole.skip = "an empty zip archive", True
    if whole.problem:
        yield whole
        return
    for info in infos:
        inner = "/".join(p for p in printable(info.filename).split("/") if p not in ("", ".", ".."))
        opener = functools.partial(archive.open, info)
        file = File(f"{whole.name}/{inner}", f"{whole.source}/{inner}", opener, info.file_size)  # type: ignore[arg-type]
        if info.flag_bits & 0x1:
            file.problem = "encrypted inside its zip archive"
        elif file.suffix == ".zip":
            file.problem, file.skip = "a zip archive inside a zip archive is not opened", True
        yield file


def is_bomb(archive: zipfile.ZipFile, size: int) -> bool:
    """True when an archive of `size` bytes says that it unpacks to an unlikely multiple of that."""
    return sum(i.file_size for i in archive.infolist()) > MAX_RATIO * max(size, 1 << 16)


@functools.cache
def _spooled() -> str:
    """Standard input kept in a temporary file for as long as this process lives, since a run reads its input twice."""
    with tempfile.NamedTemporaryFile(prefix="depeche-stdin-", delete=False) as spool:
        while block := sys.stdin.buffer.read(1 << 20):
            spool.write(block)
    atexit.register(os.unlink, spool.name)
    return spool.name


def _standard_input() -> File:
    path = _spooled()
    with open(path, "rb") as file:
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \r\n\t")
    lines = head.startswith(b"{")
    table = (
        ".jsonl"
        if lines
        else ".json"
        if head.startswith(b"[")
        else ".html"
        if re.match(rb"(?i)<(!doctype|html)", head)
        else ".txt"
    )
    return File(f"stdin{table}", "-", functools.partial(_bytes, path), os.path.getsize(path))
