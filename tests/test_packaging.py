"""What packaging promises: components under their names for every spaCy user, locks without addresses."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FACTORIES = PROJECT["project"]["entry-points"]["spacy_factories"]


@pytest.mark.parametrize("name", FACTORIES)
def test_an_entry_point_names_the_factory(name: str) -> None:
    from spacy.language import Language

    module, _, function = FACTORIES[name].partition(":")
    assert callable(getattr(importlib.import_module(module), function))
    assert Language.has_factory(name)


def test_every_component_of_the_pipeline_has_an_entry_point() -> None:
    from pipeline.annotate import COMPONENTS

    assert set(COMPONENTS) == set(FACTORIES)


def test_a_stock_model_takes_components_by_name_alone() -> None:
    told = (
        "import spacy; nlp = spacy.blank('fr'); nlp.add_pipe('depeche_dates'); "
        "doc = nlp('Le maire a démissionné le 3 mai 2022.'); print(*(s.text for s in doc.spans['dates']))"
    )
    shown = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, cwd=ROOT)
    assert shown.stdout.strip() == "3 mai 2022", shown.stderr


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://|file:|--index|--find-links", text)
    for pinned in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in pinned and "--hash=sha256:" in pinned, pinned


def test_locks_hold_what_the_project_asks_for() -> None:
    locks = {n: (ROOT / n).read_text("utf-8") for n in ("requirements.lock", "requirements-dev.lock")}
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = {
        "requirements.lock": PROJECT["project"]["dependencies"],
        "requirements-dev.lock": [r for some in extras.values() for r in some],
    }
    for name, requirements in wanted.items():
        for requirement in requirements:
            package = re.split(r"[\[<>=!~; ]", requirement)[0].lower()
            assert package == "depeche" or re.search(rf"(?m)^{re.escape(package)}==", locks[name]), (name, package)
