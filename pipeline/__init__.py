"""Dépêche: French news text in, tidy tables of entities and dated events out.

>>> import pipeline
>>> tables = pipeline.run("seeds")  # doctest: +SKIP
>>> tables.timeline.head()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.flow import run
    from pipeline.write import Tables, load

__all__ = ["Tables", "load", "run"]


def __getattr__(name: str) -> Any:
    """Import spaCy and pandas only when they are needed: `depeche --help` must be quick."""
    if name == "run":
        from pipeline.flow import run

        return run
    if name in ("Tables", "load"):
        from pipeline import write

        return getattr(write, name)
    raise AttributeError(name)
