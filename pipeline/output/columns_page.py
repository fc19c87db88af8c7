"""The schema as a page: the tables and the meaning of their columns, in English or French."""

from __future__ import annotations

import textwrap

from pipeline.model import schema

_WIDTH = 110
_HEAD = {
    "en": """# Tables

Lists inside a cell are joined by ` | `. An empty cell means: not known. Offsets are Unicode characters, from 0, end
excluded, into `documents.text`. Days are ISO 8601. `datapackage.json` beside the tables says the same to programs.

This page is made by `depeche tables --markdown`.""",
    "fr": """# Les tables

Dans une cellule, les listes sont séparées par ` | `. Une cellule vide signifie : non connu. Les positions sont des
caractères Unicode, à partir de 0, fin exclue, dans `documents.text`. Les jours suivent la norme ISO 8601.

Cette page est écrite par `depeche tables --lang fr --markdown`.""",
}
_COLUMNS = {"en": "column | type | name | meaning", "fr": "colonne | type | nom | sens"}


def plain(lang: str = "en") -> str:
    """The tables and columns as lines for a terminal.

    >>> print(plain("fr").splitlines()[0])
    documents: Une ligne par document lu, même écarté ou illisible.
    """
    suffix = _suffix(lang)
    lines: list[str] = []
    for name, spec in schema.tables().items():
        lines += [f"{name}: {spec['description' + suffix]}"]
        for field in spec["fields"]:
            label = f"  {field['name']:17} {field['type']:8} "
            lines += textwrap.wrap(
                field["description" + suffix], _WIDTH, initial_indent=label, subsequent_indent=" " * len(label)
            )
        lines.append("")
    return "\n".join(lines[:-1])


def markdown(lang: str = "en") -> str:
    """The tables and columns as a Markdown page."""
    suffix = _suffix(lang)
    parts = [_HEAD[lang]]
    for name, spec in schema.tables().items():
        rows = [_COLUMNS[lang], "--- | --- | --- | ---"]
        rows += [
            f"`{f['name']}` | {f['type']} | {f['title' + suffix]} | {f['description' + suffix]}" for f in spec["fields"]
        ]
        key = ", ".join(f"`{k}`" for k in spec["primaryKey"])
        parts.append(f"## {name}\n\n{spec['description' + suffix]} ({'clé' if lang == 'fr' else 'key'}: {key})")
        parts.append("\n".join(f"| {row} |" for row in rows))
    return "\n\n".join(parts) + "\n"


def _suffix(lang: str) -> str:
    return "_fr" if lang == "fr" else ""
