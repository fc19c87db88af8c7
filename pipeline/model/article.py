"""The record that flows from reading to annotation, and the one error a user can mend."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


class DepecheError(Exception):
    """Something the user can mend; its text is one sentence naming the file and the reason."""

    exit_code = 2


class InterruptedRun(DepecheError):
    """The user, or the closing of the terminal, ended a run."""

    exit_code = 130


@dataclass(slots=True)
class Article:
    """One input document, before spaCy sees it.

    `text` holds the raw text after reading and the cleaned text after cleaning; offsets in all tables are
    Unicode code points into the cleaned text. `status` is ok, skipped or failed; `note` says why.
    `published_basis` is option, metadata, text, filename or none. `extra` carries unknown input columns.

    >>> Article(doc_id="a.txt", source="seeds/a.txt", text="Bonjour.").status
    'ok'
    """

    doc_id: str
    source: str
    text: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    published: date | None = None
    published_basis: str = "none"
    language: str = ""
    status: str = "ok"
    note: str = ""
    duplicate_of: str = ""
    sha256: str = ""
    extra: dict[str, str] = field(default_factory=dict)
