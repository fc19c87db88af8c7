"""The lexicon linter: our own lexicon is sound, and each kind of fault is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model import lexicon
from pipeline.output.check import faults

BROKEN = [
    ("months.csv", "form,month,note\njanv,1\n", 2, "2 cells"),
    ("months.csv", "form,month,note\n janv,1,\n", 2, "space"),
    ("months.csv", "form,month,note\njanv,1,\njanv,1,\n", 3, "same row"),
    ("months.csv", "form,mois,note\njanv,1,\n", 1, "'mois' is not known"),
    ("months.csv", "form,form,note\n", 1, "two columns"),
    ("months.csv", "", 1, "empty file"),
    ("months.csv", "form,month,note\nfe\u0301v,2,\n", 2, "accent"),
    ("triggers.csv", "lemma,pos,type,subtype,kind\nmoissonner,VERB,harvest,,event\n", 2, "'harvest'"),
    ("topics.csv", "word,type\nmoisson,harvest\n", 2, "'harvest'"),
    ("type_tests.csv", "lemma,pos,argument,words,type,note\nfaucher,VERB,object,blé,harvest,\n", 2, "'harvest'"),
    ("type_tests.csv", "lemma,pos,argument,words,type,note\nfaucher,VERB,direct,blé,crime,\n", 2, "'direct'"),
    ("type_tests.csv", "lemma,pos,argument,words,type,note\nfaucher,VERB,object,CEREAL,crime,\n", 2, "CEREAL"),
    ("roles.toml", "a = 1\nb = \n", 2, "not valid TOML"),
    ("dates.toml", "\n[rule]\npattern = '(unclosed'\n", 3, "does not compile"),
    ("boilerplate.toml", "[line]\nmine = [\n  'a',\n  'b)',\n]\n", 4, "does not compile"),
    ("moths.csv", "form\nx\n", 1, "no lexicon file has this name"),
]


@pytest.fixture(autouse=True)
def _own_lexicon_after() -> object:
    yield
    lexicon.use(None)


def test_the_shipped_lexicon_is_sound() -> None:
    assert [str(fault) for fault in faults()] == []


@pytest.mark.parametrize(("name", "content", "line", "reason"), BROKEN)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, name: str, content: str, line: int, reason: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = [fault for fault in faults(tmp_path) if fault.path == tmp_path / name]
    assert any(fault.line == line and reason in fault.reason for fault in found), found


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "months.csv").write_bytes("form,month,note\nfév,2,\n".encode("latin-1"))
    assert any("UTF-8" in fault.reason and fault.line == 2 for fault in faults(tmp_path))
