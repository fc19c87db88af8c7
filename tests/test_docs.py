"""Documentation: commands run, examples give what they show, generated pages are current, links lead somewhere."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from conftest import ROOT

from docs import refresh
from docs.refresh import PAGES
from pipeline.cli import app
from pipeline.output import columns_page

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def blocks(language: str) -> list[tuple[str, str]]:
    """(page, block) of every fenced block of a language."""
    return [(p.name, body) for p in PAGES for lang, body in BLOCK.findall(p.read_text("utf-8")) if lang == language]


def commands() -> list[tuple[str, str]]:
    """(page, command) of every `depeche …` line in an `sh` block, each command once."""
    lines = {line: page for page, body in blocks("sh") for line in body.splitlines() if line.startswith("depeche ")}
    return [(page, line) for line, page in lines.items()]


@pytest.fixture(scope="module")
def desk(seeds_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the documentation speaks of."""
    return refresh.desk(tmp_path_factory.mktemp("desk"), seeds_out)


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_command_in_the_documentation_runs(page: str, line: str, desk: Path, tmp_path: Path) -> None:
    if line.startswith("depeche run"):  # never into the run that other commands read
        line = line.partition(">")[0] + f" --out {tmp_path / 'out'}"
    result = refresh.perform(line, desk)
    assert result.exit_code == 0, (page, result.output)


@pytest.mark.acceptance
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_output_shown_is_what_commands_print(page: Path, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    assert text == (refresh.refreshed(text, refresh.desk(tmp_path)) if refresh.SHOWN.search(text) else text)


def test_every_command_stands_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    names = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    assert [name for name in names if f"depeche {name}" not in text] == []


@pytest.mark.parametrize(("page", "body"), blocks("python"))
def test_python_in_the_documentation_runs(page: str, body: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    if ">>>" not in body:
        exec(compile(body, page, "exec"), {})
        return
    names = _NAMES.setdefault(page, {})
    example = doctest.DocTestParser().get_doctest(body, names, page, page, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    told: list[str] = []
    runner.run(example, out=told.append, clear_globs=False)
    names.update(example.globs)
    assert not runner.failures, "".join(told)


_NAMES: dict[str, dict[str, object]] = {}


@pytest.mark.parametrize(("page", "lang"), [("tables.md", "en"), ("tables.fr.md", "fr")])
def test_the_page_of_tables_is_current(page: str, lang: str) -> None:
    assert (ROOT / "docs" / page).read_text("utf-8") == columns_page.markdown(lang)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert link.startswith("http") or (page.parent / link).exists(), link
