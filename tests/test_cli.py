"""The command: help, exit codes, sentences for bad input, explanations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from spacy.language import Language
from typer.testing import CliRunner, Result

from pipeline import annotate
from pipeline.cli import app

COMMANDS = sorted(c.name or c.callback.__name__ for c in app.registered_commands if c.callback)


def depeche(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(
        "Le maire de Lyon a démissionné mardi 3 mai 2022. Il quittera la mairie le 10 mai.", encoding="utf-8"
    )
    return path


def test_help_lists_every_command() -> None:
    shown = depeche("--help").stdout
    assert all(command in shown for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_one_to_paste(command: str) -> None:
    result = depeche(command, "--help")
    assert result.exit_code == 0
    assert f"depeche {command} " in result.stdout


def test_the_command_starts_without_heavy_imports() -> None:
    told = "import sys, pipeline.cli; print(*{'spacy', 'pandas', 'numpy', 'rich', 'trafilatura'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, cwd=ROOT).stdout.strip() == ""


def test_python_m_pipeline_is_the_command() -> None:
    shown = subprocess.run([sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, cwd=ROOT)
    assert shown.stdout.startswith("depeche ")


def test_a_run_closes_with_a_summary(article: Path, tmp_path: Path) -> None:
    result = depeche("run", article, "--out", tmp_path / "out", "--workers", 1)
    assert result.exit_code == 0, result.output
    for words in ("1 ok, 0 skipped, 0 failed", "without a publication day", "Places", "Lyon", str(tmp_path / "out")):
        assert words in result.stdout
    assert result.stderr == ""  # no progress bar where there is no terminal


def _refused(*arguments: object, because: str) -> None:
    result = depeche(*arguments)
    assert result.exit_code == 2, result.output
    assert because in result.output
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_run_that_cannot_start_says_why(article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    _refused("run", tmp_path / "nothing-here", "--out", out, because="nothing-here")
    _refused("run", article, "--out", out, "--published", "hier", because="'hier' is no day")
    _refused("run", article, "--out", article, because="is a file")
    _refused("run", article, "--out", out, "--force-published", because="--published")
    _refused("run", article, "--out", out, "--model", "fr_no_such_model", because="fr_no_such_model")
    _refused("run", article, "--out", out, "--column", "title", because="FIELD=NAME")
    _refused("run", article, "--out", out, "--lexicon", tmp_path / "nowhere", because="nowhere")
    monkeypatch.chdir(tmp_path)
    _refused("run", because="depeche run articles/")


def test_bad_documents_cost_only_their_own_rows(article: Path, tmp_path: Path) -> None:
    folder = article.parent
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "lines.jsonl").write_text('{"text": "Une usine a fermé à Lens."}\n{"text": \n', encoding="utf-8")
    (folder / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "latin.txt").write_bytes("Un été à Évian, l'hôtel a brûlé le 3 août 2020.".encode("cp1252"))
    result = depeche("run", folder, "--out", tmp_path / "out", "--workers", 1)
    assert result.exit_code == 0, result.output
    assert "3 ok" in result.stdout and "1 skipped" in result.stdout and "3 failed" in result.stdout


def test_explain_tells_rules_and_cues(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotate, "load", lambda model="": nlp)
    result = depeche("explain", "Le maire de Lyon a démissionné mardi.", "--published", "2022-01-13")
    assert result.exit_code == 0, result.output
    for words in ("LOC  Lyon", "“mardi”", "2022-01-11", "relative: reckoned from the publication day", "“démissionné”"):
        assert words in result.stdout


def test_explain_an_event_of_a_run(seeds_out: Path) -> None:
    import pipeline

    event = pipeline.load(seeds_out).events.iloc[0]
    result = depeche("explain", event.event_id, "--from", seeds_out)
    assert result.exit_code == 0, result.output
    assert f">>{event.trigger}<<" in " ".join(result.stdout.split())
    _refused("explain", "no-such-event", "--from", seeds_out, because="no event of")
    _refused("explain", " ", because="nothing to explain")


def test_tables_lists_every_column_in_both_languages() -> None:
    assert "timeline_id" in depeche("tables").stdout
    assert (
        "au plus tôt" in depeche("tables", "--lang", "fr").stdout
        or "Premier jour" in depeche("tables", "--lang", "fr").stdout
    )


def test_timeline_and_export(seeds_out: Path, tmp_path: Path) -> None:
    assert "event(s)" in depeche("timeline", seeds_out, "--from", "2022-01-01", "--to", "2022-01-31").stdout
    assert depeche("timeline", seeds_out, "--csv", "--all").stdout.startswith("timeline_id,")
    assert depeche("export", seeds_out, "--to", "timelinejs", "--out", tmp_path / "t.csv").exit_code == 0
    _refused("export", seeds_out, "--to", "papyrus", because="papyrus")
    _refused("timeline", tmp_path, because="no run")


def test_check_exits_1_where_there_is_a_fault(tmp_path: Path) -> None:
    assert depeche("check").exit_code == 0
    (tmp_path / "months.csv").write_text("form,month,note\njanv,1\n", encoding="utf-8")
    result = depeche("check", "--lexicon", tmp_path)
    assert result.exit_code == 1
    assert "months.csv:2:" in result.stdout
