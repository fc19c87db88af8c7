"""The order of the pipeline, stated once: read → survey → (clean → annotate → tables) by chunks → link → write."""

from __future__ import annotations

import errno
import hashlib
import json
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import annotate, chunk, cluster, link, ner, read, remote, survey, timeline, workers, write
from pipeline.linking import corrections as edits
from pipeline.linking import gazetteer as places
from pipeline.lock import one_at_a_time
from pipeline.model import lexicon, schema
from pipeline.model.article import Article, DepecheError, InterruptedRun
from pipeline.output.closing import Closing
from pipeline.reading.metadata import completed, read_metadata
from pipeline.store import Store

CHUNK_DOCS, CHUNK_CHARACTERS = 32, 100_000
LARGE_DOCS, LARGE_BYTES = 5_000, 2_000_000
"""Documents, or bytes of them as they are kept, from which on a run lets go of what a step needed before the next."""
Progress = Callable[[str, int, int, int], None]
"""Called with (stage, documents done, documents in all, words done)."""
Item = tuple[int, str, Article, survey.Facts]


def run(
    inputs: str | Path | Sequence[str | Path] = "seeds", out: str | Path | None = None, **options: Any
) -> write.Tables:
    """Run the whole pipeline over files and folders; returns the seven tables and writes them only when `out` is given.

    Further keywords are those of `build`. Raises DepecheError, naming the file and the reason, when the run cannot
    start.

    >>> tables = run("seeds/kazakhstan.txt", published="2022-01-11")  # doctest: +SKIP
    >>> tables.timeline[["earliest", "summary"]]  # doctest: +SKIP
    """
    if out is not None:
        build(inputs, out, **options)
        return write.load(remote.home(out))
    with tempfile.TemporaryDirectory(prefix="depeche-") as folder:
        build(inputs, folder, **options)
        return write.load(folder)


def build(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    published: date | str | None = None,
    force_published: bool = False,
    publication_date: bool = True,
    model: str = annotate.DEFAULT_MODEL,
    clean: bool = True,
    keep: Sequence[str] = (),
    language: str = "fr",
    lexicon_folder: str | Path | None = None,
    metadata: str | Path | None = None,
    gazetteer: str | Path | None = None,
    corrections: str | Path | None = None,
    format: str = "csv",
    workers: int = 1,
    cluster: str | None = None,
    replace: bool = False,
    progress: Progress | None = None,
    **reading: Any,
) -> Closing:
    """Run the whole pipeline and write its tables into the folder `out`, in memory that does not grow with the corpus.

    `inputs` and `out` are paths, or addresses that fsspec knows (`s3://…`; state stays in `remote.home(out)`).
    `published` is the publication day of documents that state none (with `force_published`, of all); without
    `publication_date`, days that need one stay empty. `keep` names cleaning steps to leave out, `metadata`,
    `gazetteer` and `corrections` are CSV files, `format` is csv, parquet or both, `workers` are processes, `cluster` is
    the address of a Dask scheduler that makes the rows instead. Further
    keywords go to `read.read`. An interrupted run into the same folder is taken up where it stopped.
    """
    started = time.time()
    options = chunk.Options(
        model=model,
        clean=clean,
        keep=tuple(keep),
        published=date.fromisoformat(published) if isinstance(published, str) else published,
        force_published=force_published,
        publication_date=publication_date,
        language=language,
        lexicon=str(lexicon_folder or ""),
    )
    paths = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    linking = _Linking(_formats(format), gazetteer, corrections)
    known = read_metadata(metadata) if metadata else {}
    if model != annotate.DEFAULT_MODEL:
        chunk.model(options)  # a model that does not do is told before anything is read
    report = progress or (lambda *_: None)
    lexicon.use(Path(options.lexicon) if options.lexicon else None)
    place = remote.home(out)
    if remote.is_remote(out):
        remote.check(out, write.owned_names(), replace)
    with _state(place, replace) as store, survey.Survey(place / write.STATE / "survey.sqlite") as corpus:
        with remote.copied(paths, place / write.STATE / "inputs") as found:
            articles = completed(found.named(read.read(found.paths, **reading)), known)
            total = store.keep_articles(corpus.watch(articles, language=options.language))
        if total == 0:
            raise DepecheError(f"{', '.join(map(str, paths))}: no document found")
        large = total > LARGE_DOCS or store.packed_size() > LARGE_BYTES
        if large:
            survey.forget_languages()
        _annotate(store, corpus, options, cluster or workers, total, report)
        if large:
            chunk.forget_model()
        closing = _link_and_write(store, place, linking, _told(options, paths), started, report)
        if remote.is_remote(out):
            remote.send(place, out)
        return closing


def relink(
    outputs: str | Path, *, gazetteer: str | Path | None = None, corrections: str | Path | None = None
) -> Closing:
    """Redo linking, timeline and writing alone, from the rows that the run in `outputs` kept.

    Raises DepecheError when `outputs` holds no complete run.
    """
    started = time.time()
    out = remote.home(outputs)
    told = write.read_run(out)
    files = {name.partition("/")[0] for name in told["files"]}
    formats = tuple(kind for kind in ("csv", "parquet") if f"documents.{kind}" in files)
    with _state(out, replace=False) as store:
        if not store.complete:
            raise DepecheError(f"{out}: the last run did not come to its end; run it again first")
        linking = _Linking(formats, gazetteer, corrections)
        closing = _link_and_write(store, out, linking, told, started, lambda *_: None)
        if remote.is_remote(outputs):
            remote.send(out, outputs)
        return closing


class _Linking:
    """What the corpus level needs besides the rows."""

    def __init__(self, formats: tuple[str, ...], gazetteer: str | Path | None, corrections: str | Path | None):
        self.formats = formats
        self.gazetteer = places.Gazetteer(places.read(gazetteer)) if gazetteer else None
        self.corrections = edits.read(corrections) if corrections else []
        self.files = {"gazetteer": str(gazetteer or ""), "corrections": str(corrections or "")}


def _formats(format: str) -> tuple[str, ...]:
    formats = {"csv": ("csv",), "parquet": ("parquet",), "both": ("csv", "parquet")}.get(format)
    if formats is None:
        raise DepecheError(f"--format {format}: choose csv, parquet or both")
    return formats


@contextmanager
def _state(out: Path, replace: bool) -> Iterator[Store]:
    """The state of the run in `out`, held for this process alone; what goes wrong on disk is told in one sentence."""
    write.check_out(out, replace)
    with one_at_a_time(out / write.STATE):
        store = Store(out / write.STATE / "state.sqlite")
        try:
            with _signals():
                yield store
        except KeyboardInterrupt as error:
            raise InterruptedRun(
                f"{out}: interrupted; tables of an earlier run are as they were, the rows of {store.parts_kept():,} "
                "documents are kept, and the same command goes on from there"
            ) from error
        except (OSError, sqlite3.OperationalError) as error:
            full = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
            if getattr(error, "errno", None) not in full and "full" not in str(error):
                raise
            raise DepecheError(
                f"{out}: the disk is full; the tables of an earlier run are as they were, and the rows made so far "
                "are kept: free some space and run the same command again"
            ) from error
        finally:
            store.close()


@contextmanager
def _signals() -> Iterator[None]:
    """Take the closing of a terminal and a polite kill like Ctrl-C."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        names = []
    before = {name: signal.signal(getattr(signal, name), signal.default_int_handler) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _annotate(
    store: Store, corpus: survey.Survey, options: chunk.Options, where: int | str, total: int, report: Progress
) -> None:
    """Make the rows of every document that has none yet under its key, in `where` processes or on a cluster."""
    base = _fingerprint(options)
    known = sum(store.name_part(i, _key(a, corpus.facts(a), base)) for i, a in store.articles())
    store.commit()
    report("annotate", known, total, 0)
    items = ((i, key, a, corpus.facts(a)) for i, key, a in store.unmade())
    done, words = known, 0
    results = (
        cluster.map_chunks(_chunks(items), options, where)
        if isinstance(where, str)
        else workers.map_chunks(_chunks(items), options, where)
    )
    for keys, made in results:
        store.keep_parts(zip(keys, made, strict=True))
        done += len(keys)
        words += sum(m.words for m in made)
        report("annotate", done, total, words)
    store.finish()


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Chunks whose borders depend on the input alone."""
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) == CHUNK_DOCS or size + len(item[2].text) > CHUNK_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item[2].text)
    if batch:
        yield batch


def _fingerprint(options: chunk.Options) -> str:
    """Everything besides the document that rows depend on."""
    told = {
        **asdict(options),
        "published": str(options.published),
        "lexicon": lexicon.fingerprint(),
        "package": _package_hash(),
        **versions(options.model),
    }
    return json.dumps(told, sort_keys=True)


def _package_hash() -> str:
    """Hash of the program's own files: rows made by other code are not reused."""
    digest = hashlib.sha256()
    folder = Path(__file__).resolve().parent
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _key(article: Article, facts: survey.Facts, base: str) -> str:
    told = json.dumps([asdict(article), asdict(facts), base], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def versions(model: str) -> dict[str, str]:
    """Versions of the program, of spaCy and of the model, and a hash of the NER weights."""
    weights = hashlib.sha256()
    for path in sorted(ner.HERE.glob("*")):
        if path.is_file():
            weights.update(path.read_bytes())
    try:
        of_model = version(model.replace("_", "-"))
    except (ModuleNotFoundError, ValueError):
        of_model = ""
    return {
        "depeche": version("depeche"),
        "spacy": version("spacy"),
        "model": model,
        "model_version": of_model,
        "ner_weights": weights.hexdigest(),
    }


def _link_and_write(
    store: Store, out: Path, linking: _Linking, told: dict[str, Any], started: float, report: Progress
) -> Closing:
    """Corpus level: names become entities, events become the timeline; then all tables are written.

    Each step reads the rows once, document by document.
    """
    total = store.parts_kept()
    columns: set[str] = set()
    report("link", 0, total, 0)
    links = link.link(_names(store, columns), gazetteer=linking.gazetteer, corrections=linking.corrections)
    report("timeline", 0, total, 0)
    merged = timeline.Timeline()
    for part in store.parts():
        merged.add(_events(part, links, linking), part["documents"])
    merged.merge(linking.corrections)
    report("write", 0, total, 0)
    carried = sorted(columns - set(schema.columns("documents")))
    writer, closing = write.Writer(out, linking.formats, carried), Closing()
    writer.write_parts(_rows(part, links, linking, closing) for part in store.parts())
    for table, rows in (("events", merged.events()), ("entities", links.entities()), ("timeline", merged.rows())):
        writer.write(table, closing.watch(table, rows))
    closing.unmatched = edits.unmatched(linking.corrections)
    seconds = round(time.time() - started, 1)
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(started))
    writer.finish({**told, **linking.files, "started": when, "seconds": seconds})
    return closing


def _names(store: Store, columns: set[str]) -> Iterator[dict[str, Any]]:
    """The names of all documents; notes the columns that documents have."""
    for part in store.parts():
        columns.update(*part["documents"])
        yield from part["_names"]


def _events(part: dict[str, Any], links: link.Links, linking: _Linking) -> Iterator[dict[str, Any]]:
    """The event rows of a part with the country of their places, corrected."""
    by_event = defaultdict(list)
    for row in links.name(part["participants"]):
        by_event[row["event_id"]].append(row)
    located = (links.locate(event, by_event[event["event_id"]]) for event in part["events"])
    return edits.events(located, linking.corrections) if linking.corrections else located


def _rows(part: dict[str, Any], links: link.Links, linking: _Linking, closing: Closing) -> dict[str, Iterable[Any]]:
    """The rows of a part as they are written, by table."""
    return {
        "documents": closing.watch("documents", part["documents"]),
        "mentions": closing.watch("mentions", links.name(part["mentions"])),
        "dates": closing.watch("dates", part["dates"]),
        "participants": closing.watch(
            "participants", links.name(edits.kept(part["participants"], linking.corrections))
        ),
    }


def _told(options: chunk.Options, paths: list[str | Path]) -> dict[str, Any]:
    """What `run.json` says of how the tables were made."""
    return {
        **versions(options.model),
        "python": sys.version.split()[0],
        "lexicon_sha256": lexicon.fingerprint(),
        "options": {**asdict(options), "published": str(options.published or "")},
        "inputs": [str(p) for p in paths],
    }
