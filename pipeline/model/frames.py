"""Tables as pandas DataFrames with the dtypes of the schema."""

from __future__ import annotations

import pandas as pd

from pipeline.model import schema


def typed(data: pd.DataFrame, table: str) -> pd.DataFrame:
    """Columns of text as nullable types and days as datetime64[s], in place; what was carried along as strings."""
    for field in schema.fields(table):
        name, kind = field["name"], field["type"]
        column = data[name]
        if kind == "date":
            data[name] = pd.to_datetime(column, format="%Y-%m-%d").astype("datetime64[s]")
        elif kind == "boolean" and column.dtype != "boolean":
            data[name] = column.map({"true": True, "false": False}).astype("boolean")
        else:
            data[name] = column.astype(schema.DTYPES[kind])
    for name in data.columns[len(schema.fields(table)) :]:
        data[name] = data[name].astype("string")
    return data
