"""A table of what is known about documents goes before what they say themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.model.article import Article, DepecheError
from pipeline.reading.metadata import completed, read_metadata

TABLE = "file;id;published;title;source;author\na.txt;;2012-05-16;Le titre;L'Écho;A. Petit\n;b#2;3 déc. 2011;;;\n"


@pytest.fixture
def known(tmp_path: Path) -> dict[str, dict[str, str]]:
    path = tmp_path / "metadata.csv"
    path.write_text(TABLE, encoding="utf-8")
    return read_metadata(path)


def test_rows_are_found_by_file_and_by_id(known: dict[str, dict[str, str]]) -> None:
    articles = [Article("folder/a.txt", "in/folder/a.txt", title="Autre"), Article("b#2", "b.csv"), Article("c", "c")]
    a, b, c = completed(articles, known)
    assert (a.published, a.published_basis, a.title) == (date(2012, 5, 16), "metadata", "Le titre")
    assert (a.source, a.author) == ("L'Écho", "A. Petit")
    assert b.published == date(2011, 12, 3) and b.source == "b.csv"
    assert c.published is None and c.published_basis == "none"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("published,title\n2012-05-16,x\n", "file or id"),
        ("file,published\na.txt,hier\n", "line 2"),
        ("", "file or id"),
    ],
)
def test_a_table_that_does_not_do_is_told(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "metadata.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DepecheError, match=reason):
        read_metadata(path)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match="cannot be read"):
        read_metadata(tmp_path / "none.csv")
