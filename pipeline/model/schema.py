"""The one schema (`lexicon/tables.toml`): columns, dtypes, documentation and `datapackage.json` come from here."""

from __future__ import annotations

from typing import Any

from pipeline.model import lexicon

DTYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "datetime64[s]"}
SEPARATOR = " | "


def tables() -> dict[str, dict[str, Any]]:
    """Descriptors of the public tables by name, in writing order."""
    return {name: spec for name, spec in lexicon.toml("tables.toml").items() if not name.startswith("_")}


def fields(table: str) -> list[dict[str, Any]]:
    """Field descriptors of a table, public or internal."""
    found: list[dict[str, Any]] = lexicon.toml("tables.toml")[table]["fields"]
    return found


def columns(table: str) -> list[str]:
    """Column names of a table, in order.

    >>> columns("participants")[:3]
    ['event_id', 'role', 'position']
    """
    return [f["name"] for f in fields(table)]


def descriptor(table: str, path: str | list[str], more: list[str] | None = None) -> dict[str, Any]:
    """The Frictionless resource descriptor of one written table; `more` are carried input columns.

    `path` is a CSV or Parquet file, or the Parquet files of a large table.
    """
    spec = lexicon.toml("tables.toml")[table]
    kept = [
        {k: v for k, v in f.items() if k in ("name", "type", "title", "description", "constraints")}
        for f in spec["fields"]
    ]
    kept += [{"name": name, "type": "string", "description": "carried over from the input"} for name in more or []]
    schema = {"fields": kept, "missingValues": [""], "primaryKey": spec["primaryKey"]}
    if "foreignKeys" in spec:
        schema["foreignKeys"] = spec["foreignKeys"]
    if isinstance(path, str) and path.endswith(".csv"):
        form = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    else:
        form = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    return {
        "name": table,
        "path": path,
        "profile": "tabular-data-resource",
        **form,
        "description": spec["description"],
        "schema": schema,
    }
