"""Plain text and Markdown files: what stands before the article, and a title printed on top.

`split(text)` parts a header block from the text: "Titre : Le vote\\nDate : 3 mai 2022\\n\\nLe Sénat…" gives
({"Titre": "Le vote", "Date": "3 mai 2022"}, "Le Sénat…"). Front matter between lines of `---` is read likewise.
"""

from __future__ import annotations

import re

from pipeline.cleaning import boilerplate
from pipeline.model import lexicon
from pipeline.reading import columns

_FIELD = re.compile(r" {0,3}#? ?([^\W\d_][\w '’-]{0,24}?)\s*:\s*(\S.*)?")
_LINK = re.compile(r"(!?)\[([^\]\[\n]{0,300})\]\([^)\s]{0,300}(?: \"[^\"\n]{0,300}\")?\)")


def split(text: str) -> tuple[dict[str, str], str]:
    """(fields, text after them); no fields when the text does not begin with a block of known names."""
    lines = text.lstrip("\ufeff\n").split("\n")
    fenced = lines[0].strip() == "---"
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[fenced:60], fenced):
        if (fenced and line.strip() in ("---", "...")) or (not fenced and fields and line.strip() in ("", "---")):
            return (fields, "\n".join(lines[number + 1 :])) if fenced or len(fields) > 1 else ({}, text)
        match = _FIELD.fullmatch(line) if len(line) < 2000 else None
        if match is None or not (fenced or _known(match[1])):
            if fenced and fields and (not line.strip() or line[0] in " \t-#"):
                continue  # a list or a comment in front matter
            break
        fields[match[1].strip()] = (match[2] or "").strip().strip("\"'")
    return {}, text


def _known(name: str) -> bool:
    usual = lexicon.toml("columns.toml")
    return any(columns.fold(name) in names for names in usual.values())


def without_markup(text: str) -> tuple[str, str]:
    """(text, title) of Markdown: marks of headings, emphasis, links and quotations go; the first `#` is the title.

    >>> without_markup("# Vote\\n\\nLe **Sénat** a [voté](https://exemple.fr).")
    ('Le Sénat a voté.', 'Vote')
    """
    title = ""
    if match := re.match(r"\s*# +(.+?) *#*\n", text + "\n"):
        title, text = match[1], text[match.end() :]
    text = _LINK.sub(lambda m: "" if m[1] else m[2], text)
    text = re.sub(r"(?m)^ {0,3}(#{1,6} +|> ?)", "", text)
    text = re.sub(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,500})(?<=\S)\*(?![\w*])", r"\1", text)
    return text.strip("\n"), title


def title_on_top(text: str) -> str:
    """The line printed over an article as its title, "" when the text begins with a sentence.

    >>> title_on_top("Partager\\n\\nLe Sénat vote le budget\\n\\nLe Sénat a voté mardi soir le budget de l'État.")
    'Le Sénat vote le budget'
    """
    lines = [line.strip() for line in text[:3000].split("\n") if line.strip()][:25]
    lines = [line for line in lines if not boilerplate.reason(line)]
    if not lines or boilerplate.is_dateline(lines[0]):
        return ""
    following = [line for line in lines[1:] if not _between(line)]
    title = 3 <= len(lines[0].split()) <= 25 and len(lines[0]) <= 200 and lines[0][-1] not in ".;:,–—-…"
    return lines[0] if title and following and (boilerplate.is_prose(following[0]) or len(following[0]) > 50) else ""


def _between(line: str) -> bool:
    """True for what may stand between a title and its text: a byline, a dateline, a word."""
    dateline = boilerplate.is_dateline(line) and len(line.split()) <= 8
    return len(line.split()) == 1 or dateline or re.match(r"(?i)(par|by) \w", line) is not None
