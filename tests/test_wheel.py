"""A wheel and an sdist hold all they need: installed in an empty environment, `depeche run` reads a file elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.acceptance


def _run(*words: object, cwd: Path) -> str:
    """Output of a command that must succeed, without this project on its path."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([str(w) for w in words], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "uv", "build", "--quiet", "--out-dir", out, ROOT, cwd=out)
    return out


def _tracked(folder: str) -> set[str]:
    shown = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(shown.stdout.split("\n")) - {""}


def test_the_wheel_holds_code_and_data(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert _tracked("pipeline") <= set(zipfile.ZipFile(wheel).namelist())


def test_the_sdist_holds_what_a_packager_needs(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert _tracked("pipeline") | _tracked("tests") | _tracked("seeds") | {"LICENSE", "README.md"} <= names


def test_an_installed_wheel_reads_a_file_elsewhere(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    home = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = built.glob("*.whl")
    _run(home / "python", "-m", "pip", "install", "-q", "-r", ROOT / "requirements.lock", cwd=tmp_path)
    _run(home / "python", "-m", "pip", "install", "-q", "--no-deps", wheel, cwd=tmp_path)
    (tmp_path / "article.txt").write_text("Le maire de Lyon a démissionné mardi 3 mai 2022.", "utf-8")
    assert "1 ok" in _run(home / "depeche", "run", "article.txt", "--out", "out", cwd=tmp_path)
    assert "2022-05-03" in (tmp_path / "out" / "timeline.csv").read_text("utf-8")
