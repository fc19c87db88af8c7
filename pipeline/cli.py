"""The command `depeche`. Each command parses its arguments and calls a plain function of the package.

Nothing heavy is imported before a command needs it, so that `depeche --help` answers at once. What a user can mend
(`DepecheError`) ends as one sentence on standard error and exit code 2.
"""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.model.article import DepecheError


class _Commands(TyperGroup):
    """Turns a DepecheError of any command into a sentence and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a console that cannot show a character shows "?"
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except DepecheError as error:
            typer.echo(f"depeche: {error}", err=True)
            raise typer.Exit(2) from None


class Format(StrEnum):
    csv = "csv"
    parquet = "parquet"
    both = "both"


class Language(StrEnum):
    en = "en"
    fr = "fr"


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="French news text in, tidy tables out: people, places, organisations and a dated timeline of events.",
)


def _day(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DepecheError(f"{value!r} is no day; write it as year-month-day, for example 2022-01-11") from None


Model = Annotated[str, typer.Option(help="Any installed French spaCy pipeline with NER, by name or path.", metavar="NAME")]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"depeche {installed('depeche')}")
        raise typer.Exit


@app.command()
def check(
    lexicon: Annotated[Path | None, typer.Option(help="Also check this folder of your own rows.", metavar="DIR")] = None,
) -> None:
    """Look for faults in the lexicon: words, patterns, triggers, tables.

    Prints file, line and reason of each fault; exit code 1 when there is one.

        depeche check --lexicon my-lexicon
    """
    from pipeline.check import faults

    found = faults(lexicon)
    for fault in found:
        typer.echo(str(fault))
    typer.echo(f"{len(found)} fault{'s' if len(found) != 1 else ''} in the lexicon." if found else "The lexicon is sound.", err=bool(found))
    if found:
        raise typer.Exit(1)
