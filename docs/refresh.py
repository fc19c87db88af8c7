"""Write what is generated in README.md and docs/ anew: pages of tables, and the output shown under commands.

    python -m docs.refresh

A fenced `sh` block followed at once by a `text` block shows a command and what it prints; the commands run in a folder
that holds the sample articles, a run over them, and small files of the names the documentation uses.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

from typer.testing import CliRunner, Result

import pipeline
from pipeline.cli import app
from pipeline.output import columns_page

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"(?P<command>^```sh\n(?P<lines>(?:(?!```).)*?)```\n+```text\n)(?P<output>.*?)(?=^```)", re.M | re.S)


def desk(folder: Path, outputs: Path | None = None) -> Path:
    """Lay out the files that the documentation speaks of; `outputs` is a run over `seeds/`, made here if not given."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    if outputs is None:
        with contextlib.chdir(folder):
            pipeline.run("seeds", "outputs")
    else:
        shutil.copytree(outputs, folder / "outputs")
    (folder / "articles").mkdir()
    for name in ("kazakhstan_2022-01-11.txt", "pages/demission_maire.html"):
        shutil.copy(ROOT / "seeds" / name, folder / "articles")
    shutil.copy(ROOT / "seeds/pages/proces_lons.html", folder / "page.html")
    (folder / "corpus.csv").write_text("intitule,corps,jour\nÀ Lyon,Le maire a démissionné hier.,2022-05-03\n", "utf-8")
    (folder / "corrections.csv").write_text(
        "scope,id,doc_id,action,column,value,note\nentity,Firmin Gaudrillet,,set,description,ancien trésorier,lu\n",
        "utf-8",
    )
    (folder / "gazetteer.csv").write_text("name,latitude,longitude,country,id\nSistrières,44.9,2.4,FR,\n", "utf-8")
    (folder / "metadata.csv").write_text("file,published\nkazakhstan_2022-01-11.txt,2022-01-11\n", "utf-8")
    return folder


def perform(line: str, folder: Path) -> Result:
    """Run one `depeche …` line of the documentation in `folder`."""
    words = shlex.split(line, comments=True)[1:]
    if ">" in words:
        words = words[: words.index(">")]
    with contextlib.chdir(folder):
        return CliRunner().invoke(app, words)


def refreshed(page: str, folder: Path) -> str:
    """The text of a page with the output of its commands written anew."""

    def shown(match: re.Match[str]) -> str:
        outputs = [perform(line, folder).output for line in match["lines"].splitlines() if line.startswith("depeche ")]
        return match["command"] + "".join(outputs)

    return SHOWN.sub(shown, page)


def main() -> None:
    """Write all pages anew."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for name, lang in (("tables.md", "en"), ("tables.fr.md", "fr")):
        (ROOT / "docs" / name).write_text(columns_page.markdown(lang), encoding="utf-8", newline="\n")
    with tempfile.TemporaryDirectory() as folder:
        here = desk(Path(folder))
        for page in PAGES:
            page.write_text(refreshed(page.read_text("utf-8"), here), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
