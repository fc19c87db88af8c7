"""Which column of a table is the text, title or day: by usual names (`lexicon/columns.toml`) or as the user says.

`match(["Titre", "Texte", "rubrique"])` gives `{"text": "Texte", "title": "Titre"}`; other columns are carried along.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.model import lexicon, schema
from pipeline.model.article import DepecheError
from pipeline.reading.encoding import scrub

FIELDS = ("text", "title", "published", "url", "id", "author", "publisher")


def fold(name: str) -> str:
    """A column name without case, accents and punctuation.

    >>> fold("Date de publication")
    'date_de_publication'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"\W+", "_", plain.casefold()).strip("_")


def match(names: Iterable[str], chosen: Mapping[str, str] | None = None, *, text: bool = True) -> dict[str, str]:
    """Column for each known field; `chosen` (field → column) comes first.

    Raises DepecheError when a chosen column is missing, or no column or several may be the text. Where `text` is
    False the table only describes texts kept elsewhere.

    >>> match(["Titre", "Texte", "rubrique"])
    {'text': 'Texte', 'title': 'Titre'}
    """
    names = [n for n in names if n]
    found: dict[str, str] = {}
    for field, name in (chosen or {}).items():
        if name not in names:
            if not text:
                continue
            raise DepecheError(f"no column {name!r} (there are {_listed(names)})")
        found[field] = name
    free = {fold(n): n for n in reversed(names) if n not in found.values()}
    usual = lexicon.toml("columns.toml")
    for field in FIELDS:
        if field in found or (field == "text" and not text):
            continue
        candidates = [free[u] for u in usual[field] if u in free]
        if field == "text" and len(candidates) > 1:
            raise DepecheError(f"several columns may be the text ({_listed(candidates)}): choose with --text-column")
        if field == "text" and not candidates:
            candidates = [free[u] for u in usual["text_else"] if u in free]
        if candidates:
            found[field] = candidates[0]
            free.pop(fold(candidates[0]))
    if text and "text" not in found:
        raise DepecheError(f"no text column (there are {_listed(names)}): choose with --text-column")
    return {field: found[field] for field in FIELDS if field in found}


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(n[:40] for n in names[:20]) + (", …" if len(names) > 20 else "") or "none"


def cell(value: Any) -> str:
    """A cell as text: nothing for missing values, lists joined by " | ", WordPress `{"rendered": …}` opened.

    >>> cell(["Reuters", "AFP"]), cell(None), cell(3)
    ('Reuters | AFP', '', '3')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict) and isinstance(value.get("rendered"), str):
        return scrub(value["rendered"])
    if isinstance(value, (list, tuple)) and not any(isinstance(v, (dict, list, tuple)) for v in value):
        return schema.SEPARATOR.join(filter(None, map(cell, value)))
    if isinstance(value, (dict, list, tuple)):
        return scrub(json.dumps(value, ensure_ascii=False, default=str))
    return scrub(str(value))


def carried(row: Mapping[str, Any], used: Iterable[str]) -> dict[str, str]:
    """The cells of unused columns; a name that a table of ours has becomes `input_NAME`."""
    taken, ours = set(used), set(schema.columns("documents"))
    extra = {}
    for name, value in row.items():
        if name and name not in taken and (content := cell(value)):
            key = scrub(str(name)).strip()
            extra[f"input_{key}" if key in ours else key] = content
    return extra
