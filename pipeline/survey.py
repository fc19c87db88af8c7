"""One streaming pass over the corpus before cleaning: what can only be known from all documents together.

Reads Articles as they stream by; keeps on disk (SQLite) per-source counts of lines and near-duplicate signatures;
sets `language` and `duplicate_of`, skips what is confidently in another language. `facts(article)` is then all that
cleaning may know of the corpus: the lines of this article that repeat across its source.
"""

from __future__ import annotations

import functools
import re
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pipeline.cleaning import boilerplate
from pipeline.model.article import Article
from pipeline.reading.pagehead import host

PERMUTATIONS, BANDS = 128, 32
SAME = 0.6  # estimated Jaccard similarity of five-word shingles from which two documents are one
MOST = 200_000  # characters of a document that count for its lines and its likeness to others
LONG_ENOUGH = 50  # words needed to skip a document for its language
CONFIDENT = 0.95
PIECE = 700  # characters read of each part of a text to tell its language
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What cleaning may know of the corpus: hashes of the lines of this article that repeat in its source."""

    repeated: tuple[int, ...] = ()


class Survey:
    """The survey's state on disk; use as a context manager.

    >>> with Survey(Path("survey.sqlite")) as corpus:  # doctest: +SKIP
    ...     articles = list(corpus.watch(read(["seeds"])))
    ...     facts = corpus.facts(articles[0])
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path)
        self._db.executescript(
            """PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE sources (source TEXT PRIMARY KEY, documents INTEGER) WITHOUT ROWID;
            CREATE TABLE lines (source TEXT, line INTEGER, documents INTEGER, PRIMARY KEY (source, line)) WITHOUT ROWID;
            CREATE TABLE bands (band INTEGER, key INTEGER, doc INTEGER);
            CREATE INDEX by_key ON bands (key);
            CREATE TABLE docs (doc INTEGER PRIMARY KEY, doc_id TEXT, signature BLOB, numbers TEXT);"""
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def watch(self, articles: Iterable[Article], *, language: str = "fr") -> Iterator[Article]:
        """Pass articles through, noting what they hold; each leaves with its language and `duplicate_of`.

        A document confidently in another language than `language` ("any": all are welcome) and long enough is skipped.
        """
        for number, article in enumerate(articles):
            if article.status == "ok":
                article.language, certain = recognise(article.text)
                if language != "any" and certain and article.language != language:
                    article.status, article.note = "skipped", f"written in another language ({article.language})"
            if article.status == "ok":
                article.duplicate_of = self._duplicate(number, article)
                if not article.duplicate_of:
                    self._count_lines(article)
            yield article
        self._db.commit()

    def facts(self, article: Article) -> Facts:
        """What is known of the lines of `article`."""
        known = self._repeated(source_of(article))
        if not known or article.status != "ok":
            return Facts()
        hashes = {boilerplate.line_hash(line) for line in _lines(article.text)}
        return Facts(tuple(sorted(hashes & known)))

    def _count_lines(self, article: Article) -> None:
        source = source_of(article)
        self._db.execute(
            "INSERT INTO sources VALUES (?, 1) ON CONFLICT DO UPDATE SET documents = documents + 1", (source,)
        )
        hashes = {boilerplate.line_hash(line) for line in _lines(article.text)}
        self._db.executemany(
            "INSERT INTO lines VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET documents = documents + 1",
            ((source, line) for line in sorted(hashes)),
        )

    @functools.lru_cache(maxsize=64)  # noqa: B019  (a survey lives as long as its run)
    def _repeated(self, source: str) -> frozenset[int]:
        """Lines on at least three documents of the source, and on a tenth of them or twenty."""
        row = self._db.execute("SELECT documents FROM sources WHERE source = ?", (source,)).fetchone()
        if row is None or row[0] < 3:
            return frozenset()
        least = max(3, min(20, row[0] // 10))
        found = self._db.execute("SELECT line FROM lines WHERE source = ? AND documents >= ?", (source, least))
        return frozenset(line for (line,) in found)

    def _duplicate(self, number: int, article: Article) -> str:
        """doc_id of an earlier document with nearly the same sentences and the same numbers; "" when there is none."""
        prose = "\n".join(filter(boilerplate.is_prose, article.text[:MOST].split("\n")))
        words = _WORD.findall(prose.lower())
        if len(words) < 40:
            return ""
        signature = _signature(words)
        numbers = " ".join(sorted({w for w in words if w[0].isdigit()}))
        width = PERMUTATIONS // BANDS
        keys = [hash((b, *signature[b * width : (b + 1) * width])) for b in range(BANDS)]
        alike = f"SELECT doc FROM bands WHERE key IN ({','.join('?' * BANDS)})"
        found = self._db.execute(f"{alike} GROUP BY doc ORDER BY COUNT(*) DESC, doc LIMIT 20", keys)
        for (doc,) in found.fetchall():
            doc_id, packed, theirs = self._db.execute(
                "SELECT doc_id, signature, numbers FROM docs WHERE doc = ?", (doc,)
            ).fetchone()
            other = struct.unpack(f"<{PERMUTATIONS}I", packed)
            same = sum(a == b for a, b in zip(signature, other, strict=True)) / PERMUTATIONS
            if same >= SAME and _same_numbers(numbers, theirs):
                return str(doc_id)
        self._db.executemany("INSERT INTO bands VALUES (?, ?, ?)", ((b, k, number) for b, k in enumerate(keys)))
        packed = struct.pack(f"<{PERMUTATIONS}I", *signature)
        self._db.execute("INSERT INTO docs VALUES (?, ?, ?, ?)", (number, article.doc_id, packed, numbers))
        return ""


def source_of(article: Article) -> str:
    """The group whose documents share furniture: the publisher, else the site, else the folder or table."""
    if article.publisher:
        return article.publisher
    if site := host(article.source):
        return site
    return article.source.rpartition("/")[0] if article.doc_id in article.source else article.source


def _lines(text: str) -> Iterator[str]:
    return (line for line in map(str.strip, text[:MOST].split("\n")) if boilerplate.may_repeat(line))


def _signature(words: list[str]) -> tuple[int, ...]:
    from rensa import RMinHash

    sketch = RMinHash(num_perm=PERMUTATIONS, seed=7)
    sketch.update([" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))])
    return tuple(sketch.digest())


def _same_numbers(ours: str, theirs: str) -> bool:
    """Texts made from one template (results, weather) differ in their numbers; a copy has four fifths of them."""
    a, b = set(ours.split()), set(theirs.split())
    return len(a & b) >= 0.8 * min(len(a), len(b))


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def forget_languages() -> None:
    """Let go of what recognising languages needs (70 MB); the next call loads it anew."""
    _identifier.cache_clear()


def recognise(text: str) -> tuple[str, bool]:
    """(ISO 639-1 language, whether that is sure) of the first pages of a text, by their beginning, middle and end.

    >>> recognise("The minister said on Tuesday that the vote would be held in May. " * 8)
    ('en', True)
    """
    prose = " ".join(line for line in text[:20_000].split("\n") if len(line.split()) > 5) or text[:2000]
    sample = prose
    if len(prose) > 3 * PIECE:
        middle = (len(prose) - PIECE) // 2
        sample = " ".join((prose[:PIECE], prose[middle : middle + PIECE], prose[-PIECE:]))
    language, probability = _identifier().classify(sample)
    return str(language), bool(probability >= CONFIDENT and len(prose.split()) >= LONG_ENOUGH)
