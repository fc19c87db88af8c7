"""End to end: offsets, keys, determinism, round trip, resuming, refusing to overwrite."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from spacy.language import Language

import pipeline
from pipeline import annotate, chunk, flow, workers
from pipeline.model import schema
from pipeline.model.article import DepecheError
from pipeline.write import Tables

PLACED = [("mentions", "text"), ("dates", "text"), ("events", "trigger")]


@pytest.mark.parametrize(("table", "column"), PLACED)
def test_offsets_point_at_the_words(tables: Tables, table: str, column: str) -> None:
    texts = dict(zip(tables.documents.doc_id, tables.documents.text, strict=True))
    rows = getattr(tables, table)
    assert len(rows)
    for row in rows.itertuples():
        assert texts[row.doc_id][row.start : row.end] == getattr(row, column)


def test_every_table_has_its_columns_dtypes_and_unique_keys(tables: Tables) -> None:
    for table, spec in schema.tables().items():
        data = getattr(tables, table)
        assert list(data.columns[: len(spec["fields"])]) == schema.columns(table)
        assert not data.duplicated(spec["primaryKey"]).any(), table
        for field in spec["fields"]:
            assert str(data[field["name"]].dtype) == schema.DTYPES[field["type"]], (table, field["name"])


def test_foreign_keys_point_somewhere(tables: Tables) -> None:
    for table, spec in schema.tables().items():
        for key in spec.get("foreignKeys", []):
            there = getattr(tables, key["reference"]["resource"])[key["reference"]["fields"][0]]
            here = getattr(tables, table)[key["fields"][0]].dropna()
            assert set(here) <= set(there), (table, key)


def test_intervals_are_not_reversed(tables: Tables) -> None:
    for data in (tables.dates, tables.events, tables.timeline):
        assert (data.earliest.dropna() <= data.latest[data.earliest.notna()]).all()


def test_frictionless_finds_the_package_valid(seeds_out: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(seeds_out / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


def _files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.glob("*.csv"))}


def test_same_input_gives_the_same_bytes_with_two_workers_and_small_chunks(
    seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "CHUNK_DOCS", 3)
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    pipeline.run(tmp_path / "seeds", tmp_path / "outputs", workers=2)
    mine, theirs = _files(tmp_path / "outputs"), _files(seeds_out)
    assert mine.keys() == theirs.keys()
    for name in mine:
        assert mine[name].replace(str(tmp_path).encode(), b"") == theirs[name].replace(str(ROOT).encode(), b""), name


def test_words_are_forgotten_with_their_chunk_and_rows_stay(
    seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vocabulary = chunk.model(chunk.Options()).vocab
    monkeypatch.setattr(chunk, "WORDS_KEPT", 0)
    article = tmp_path / "a.txt"
    article.write_text("Aldegonde Kratochvil a quitté Plougastel-Zorglub mardi 3 mai 2022.", encoding="utf-8")
    pipeline.run([article, ROOT / "seeds"], tmp_path / "out")
    assert "Kratochvil" not in vocabulary.strings
    article.unlink()
    pipeline.run(ROOT / "seeds", tmp_path / "out")
    assert _files(tmp_path / "out") | {"id_changes.csv": b""} == _files(seeds_out) | {"id_changes.csv": b""}


def test_a_large_run_lets_go_of_its_model_and_gives_the_same_bytes(
    seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "LARGE_DOCS", 0)
    pipeline.run(ROOT / "seeds", tmp_path / "out")
    assert chunk.model.cache_info().currsize == 0 and _files(tmp_path / "out") == _files(seeds_out)


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    files = sorted(p for p in (ROOT / "seeds").iterdir() if p.is_file())
    pipeline.run(files, tmp_path / "one")
    pipeline.run([files[i] for i in sorted(range(len(files)), key=lambda i: (i * 7) % 5)], tmp_path / "two")
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_a_second_run_reuses_unchanged_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("Le maire de Lyon a démissionné mardi 3 mai 2022.", encoding="utf-8")
    (folder / "b.txt").write_text("Un incendie a détruit une usine à Lille le 4 mai 2022.", encoding="utf-8")
    pipeline.run(folder, tmp_path / "out")
    first = _files(tmp_path / "out")
    monkeypatch.setattr(workers, "work", lambda items, options: pytest.fail(f"made again: {items}"))
    pipeline.run(folder, tmp_path / "out")
    assert _files(tmp_path / "out") == first


def test_an_edited_table_is_not_overwritten(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Le maire de Lyon a démissionné mardi 3 mai 2022.", encoding="utf-8")
    pipeline.run(article, tmp_path / "out")
    table = tmp_path / "out" / "events.csv"
    table.write_text(table.read_text(encoding="utf-8") + "à la main\n", encoding="utf-8")
    with pytest.raises(DepecheError, match="edited"):
        pipeline.run(article, tmp_path / "out")
    pipeline.run(article, tmp_path / "out", replace=True)
    assert "à la main" not in table.read_text(encoding="utf-8")


def test_a_foreign_table_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "events.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(DepecheError, match="not written by depeche"):
        pipeline.run(tmp_path, tmp_path / "out")


def test_run_without_out_writes_nothing(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Le maire de Lyon a démissionné mardi 3 mai 2022.", encoding="utf-8")
    tables = pipeline.run(article)
    assert list(tmp_path.iterdir()) == [article]
    assert isinstance(tables.documents, pd.DataFrame) and len(tables.documents) == 1


def test_run_json_tells_what_made_the_tables(seeds_out: Path) -> None:
    told = json.loads((seeds_out / "run.json").read_text(encoding="utf-8"))
    assert {"depeche", "model", "ner_weights", "lexicon_sha256", "options", "files", "rows"} <= set(told)


def test_components_declare_what_they_need(nlp: Language) -> None:
    assert not any(nlp.analyze_pipes()["problems"].values())


def test_long_texts_are_cut_at_paragraphs_and_rejoin() -> None:
    text = "Un paragraphe assez court.\n\n" * 5000
    at = annotate.cuts(text)
    assert at[0] == 0 and at[-1] == len(text)
    assert all(b - a <= annotate.SEGMENT for a, b in itertools.pairwise(at))
    assert all(text[cut - 2 : cut] == "\n\n" for cut in at[1:-1])


@pytest.mark.parametrize("run", ["(" * 20_000, "l'" * 20_000, "a" * 100_000, "«" * 3000 + " fin. " + ".)" * 3000])
def test_tokenising_hostile_runs_keeps_the_text(nlp: Language, run: str) -> None:
    assert annotate.make_doc(run, nlp).text == run
