"""The order of the pipeline, stated once: read → survey → (clean → annotate → tables) by chunks → link → write."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import chunk, link, read, survey, timeline, workers, write
from pipeline.model import lexicon, schema
from pipeline.model.article import Article, DepecheError
from pipeline.store import Store

CHUNK_DOCS, CHUNK_CHARACTERS = 64, 200_000
Progress = Callable[[str, int, int, int], None]
"""Called with (stage, documents done, documents in all, words done)."""
Item = tuple[int, str, Article, survey.Facts]


def run(
    inputs: str | Path | Sequence[str | Path] = "seeds",
    out: str | Path | None = None,
    *,
    published: date | str | None = None,
    force_published: bool = False,
    publication_date: bool = True,
    model: str = chunk.annotate.DEFAULT_MODEL,
    clean: bool = True,
    keep: Sequence[str] = (),
    language: str = "fr",
    lexicon_folder: str | Path | None = None,
    format: str = "csv",
    workers: int = 1,
    replace: bool = False,
    progress: Progress | None = None,
    **reading: Any,
) -> write.Tables:
    """Run the whole pipeline over files and folders; returns the seven tables and writes them only when `out` is given.

    `published` is the publication day of documents that state none (with `force_published`, of all). `workers` are
    processes. Further keywords go to `read.read`. Raises DepecheError, naming the file and the reason, when the run
    cannot start.

    >>> tables = run("seeds/kazakhstan.txt", published="2022-01-11")  # doctest: +SKIP
    >>> tables.timeline[["earliest", "summary"]]  # doctest: +SKIP
    """
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
    formats = {"csv": ("csv",), "parquet": ("parquet",), "both": ("csv", "parquet")}.get(format)
    if formats is None:
        raise DepecheError(f"--format {format}: choose csv, parquet or both")
    if out is not None:
        return _run(paths, Path(out), options, formats, workers, replace, progress, reading)
    with tempfile.TemporaryDirectory(prefix="depeche-") as folder:
        return _run(paths, Path(folder), options, formats, workers, replace, progress, reading)


def _run(
    paths: list[str | Path],
    out: Path,
    options: chunk.Options,
    formats: tuple[str, ...],
    processes: int,
    replace: bool,
    progress: Progress | None,
    reading: dict[str, Any],
) -> write.Tables:
    started = time.time()
    write.check_out(out, replace)
    lexicon.use(Path(options.lexicon) if options.lexicon else None)
    report = progress or (lambda *_: None)
    store = Store(out / write.STATE / "state.sqlite")
    try:
        with survey.Survey(out / write.STATE / "survey.sqlite") as corpus:
            total = store.keep_articles(corpus.watch(read.read(paths, **reading), language=options.language))
            if total == 0:
                raise DepecheError(f"{', '.join(map(str, paths))}: no document found")
            _annotate(store, corpus, options, processes, total, report)
        report("link", total, total, 0)
        facts = _link_and_write(store, out, formats)
        facts.finish(_run_report(options, paths, started))
    finally:
        store.close()
    return write.load(out)


def _annotate(
    store: Store, corpus: survey.Survey, options: chunk.Options, processes: int, total: int, report: Progress
) -> None:
    """Make the rows of every document that has none yet under its key."""
    base = _fingerprint(options)
    known, todo = 0, []
    for position, article in store.articles():
        facts = corpus.facts(article)
        key = _key(article, facts, base)
        if store.name_part(position, key):
            known += 1
        else:
            todo.append(position)
    store.commit()
    report("annotate", known, total, 0)
    wanted = set(todo)
    items = ((i, _key(a, f := corpus.facts(a), base), a, f) for i, a in store.articles() if i in wanted)
    done, words = known, 0
    for keys, rows in workers.map_chunks(_chunks(items), options, processes):
        store.keep_parts(zip(keys, rows, strict=True))
        done += len(keys)
        words += sum(r["documents"][0]["words"] or 0 for r in rows)
        report("annotate", done, total, words)
    store.forget_others()


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
        **versions(options.model),
    }
    return json.dumps(told, sort_keys=True)


def _key(article: Article, facts: survey.Facts, base: str) -> str:
    told = json.dumps([asdict(article), asdict(facts), base], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def versions(model: str) -> dict[str, str]:
    """Versions of the program, of spaCy and of the model, and a hash of the NER weights."""
    weights = hashlib.sha256()
    for path in sorted(chunk.annotate.PRESS_NER.glob("*")):
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


def _link_and_write(store: Store, out: Path, formats: tuple[str, ...]) -> write.Writer:
    """Corpus level: names become entities, events become the timeline; then all tables are written."""
    links = link.link(store.rows("_names"))
    merged, place_in = timeline.merge(_events(store, links), store.rows("documents"))
    known = set(schema.columns("documents"))
    carried = sorted({name for row in store.rows("documents") for name in row} - known)
    writer = write.Writer(out, formats, carried)
    writer.write("documents", store.rows("documents"))
    writer.write("mentions", links.name(store.rows("mentions")))
    writer.write("entities", links.entities())
    writer.write("dates", store.rows("dates"))
    writer.write("events", ({**e, "timeline_id": place_in[e["event_id"]]} for e in _events(store, links)))
    writer.write("participants", links.name(store.rows("participants")))
    writer.write("timeline", merged)
    return writer


def _events(store: Store, links: link.Links) -> Iterator[dict[str, Any]]:
    """Event rows with the country of their places."""
    for part in store.parts():
        participants = list(links.name(part["participants"]))
        for event in part["events"]:
            yield links.locate(event, participants)


def _run_report(options: chunk.Options, paths: list[str | Path], started: float) -> dict[str, Any]:
    return {
        **versions(options.model),
        "python": sys.version.split()[0],
        "lexicon_sha256": lexicon.fingerprint(),
        "options": {**asdict(options), "published": str(options.published or "")},
        "inputs": [str(p) for p in paths],
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(started)),
        "seconds": round(time.time() - started, 1),
    }
