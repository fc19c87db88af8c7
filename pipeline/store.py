"""What a run keeps on disk while it works: the articles read, and the rows of each document once made.

One SQLite file in `OUT/.depeche/`. It keeps memory flat, lets an interrupted run go on where it stopped, and lets the
next run reuse the rows of documents that did not change. Rows are stored under a key that hashes all they depend on.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.model.article import Article, DepecheError

if TYPE_CHECKING:
    from pipeline.chunk import Made

FORMAT = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS articles (position INTEGER PRIMARY KEY, doc_id TEXT UNIQUE, article BLOB, key TEXT);
CREATE TABLE IF NOT EXISTS parts (key TEXT, number INTEGER, rows BLOB, failed INTEGER, PRIMARY KEY (key, number));
CREATE TABLE IF NOT EXISTS runs (complete INTEGER);
"""


class Store:
    """The state of one run. Positions are 0-based and follow the order of reading."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.database = sqlite3.connect(path, timeout=60)
            self.database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
            if self.database.execute("PRAGMA user_version").fetchone()[0] != FORMAT:  # made by another version
                for (table,) in self.database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    self.database.execute(f"DROP TABLE {table}")
            self.database.executescript(_TABLES + f"PRAGMA user_version = {FORMAT};")
        except sqlite3.Error as error:
            raise DepecheError(f"{path}: cannot be used to keep the state of the run ({error})") from error

    def close(self) -> None:
        self.database.close()

    @property
    def complete(self) -> bool:
        """True when every article has its rows: the run that read them came to its end."""
        return self.database.execute("SELECT 1 FROM runs").fetchone() is not None

    def parts_kept(self) -> int:
        """How many documents have their rows already."""
        return int(self.database.execute("SELECT count(*) FROM parts WHERE number = 0").fetchone()[0])

    def packed_size(self) -> int:
        """Bytes that the articles take here; their texts are some three times as long."""
        return int(self.database.execute("SELECT sum(length(article)) FROM articles").fetchone()[0] or 0)

    def keep_articles(self, articles: Iterable[Article]) -> int:
        """Replace the articles of an earlier run by these; returns how many there are."""
        with self.database:
            self.database.execute("DELETE FROM runs")
            self.database.execute("DELETE FROM articles")
            self.database.executemany(
                "INSERT INTO articles (position, doc_id, article) VALUES (?, ?, ?)",
                ((i, a.doc_id, pack(_as_json(a))) for i, a in enumerate(articles)),
            )
        return int(self.database.execute("SELECT count(*) FROM articles").fetchone()[0])

    def articles(self) -> Iterator[tuple[int, Article]]:
        """All articles in order, with their positions."""
        for position, _, article in self._articles("1"):
            yield position, article

    def unmade(self) -> Iterator[tuple[int, str, Article]]:
        """Position, key and article of those that have no rows under their key yet, or failed."""
        made = "SELECT 1 FROM parts WHERE parts.key = articles.key AND NOT failed"
        return self._articles(f"NOT EXISTS ({made})")

    def _articles(self, which: str) -> Iterator[tuple[int, str, Article]]:
        """Some at a time: a statement left open would keep the write-ahead log from being taken into the file."""
        query = (
            f"SELECT position, key, article FROM articles WHERE position > ? AND {which} ORDER BY position LIMIT 100"
        )
        position = -1
        while found := self.database.execute(query, (position,)).fetchall():
            for position, key, blob in found:
                yield position, key, _from_json(unpack(blob))

    def name_part(self, position: int, key: str) -> bool:
        """Note under which key the rows of an article stand; True when they are there already and it did not fail."""
        self.database.execute("UPDATE articles SET key = ? WHERE position = ?", (key, position))
        return self.database.execute("SELECT 1 FROM parts WHERE key = ? AND NOT failed", (key,)).fetchone() is not None

    def keep_parts(self, documents: Iterable[tuple[str, Made]]) -> None:
        """Store the rows of some documents under their keys, all or none."""
        with self.database:
            for key, made in documents:
                self.database.execute("DELETE FROM parts WHERE key = ?", (key,))
                self.database.executemany(
                    "INSERT INTO parts (key, number, rows, failed) VALUES (?, ?, ?, ?)",
                    ((key, number, rows, made.failed) for number, rows in enumerate(made.parts)),
                )

    def commit(self) -> None:
        self.database.commit()

    def parts(self) -> Iterator[dict[str, Any]]:
        """The rows of every document, in the order of doc_id; a long document has several parts."""
        query = "SELECT rows FROM articles JOIN parts USING (key) ORDER BY doc_id, number"
        for (blob,) in self.database.execute(query):
            yield unpack(blob)

    def finish(self) -> None:
        """Drop rows of documents that are no longer among the articles, and note that all others are there."""
        with self.database:
            self.database.execute("INSERT INTO runs VALUES (1)")
            self.database.execute("DELETE FROM parts WHERE key NOT IN (SELECT key FROM articles WHERE key IS NOT NULL)")


def pack(value: Any) -> bytes:
    """JSON, compressed."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), 1)


def unpack(blob: bytes) -> Any:
    """The reverse of `pack`."""
    return json.loads(zlib.decompress(blob))


def _as_json(article: Article) -> dict[str, Any]:
    record = asdict(article)
    record["published"] = article.published.isoformat() if article.published else None
    return record


def _from_json(record: dict[str, Any]) -> Article:
    day = record["published"]
    known = {f.name for f in fields(Article)}
    return Article(
        **{**{k: v for k, v in record.items() if k in known}, "published": date.fromisoformat(day) if day else None}
    )
