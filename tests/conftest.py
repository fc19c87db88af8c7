"""The model, loaded once; one run over the seeds, made once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from spacy.language import Language

import pipeline
from pipeline import annotate
from pipeline.write import Tables

ROOT = Path(__file__).resolve().parent.parent
CASES = Path(__file__).resolve().parent / "cases"


def cases(name: str) -> list[dict[str, str]]:
    """Rows of a case table."""
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def nlp() -> Language:
    return annotate.load()


@pytest.fixture(scope="session")
def seeds_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the run over `seeds/`."""
    out = tmp_path_factory.mktemp("seeds") / "outputs"
    pipeline.run(ROOT / "seeds", out)
    return out


@pytest.fixture(scope="session")
def tables(seeds_out: Path) -> Tables:
    return pipeline.load(seeds_out)
