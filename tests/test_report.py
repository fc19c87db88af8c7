"""The HTML page: complete, self-contained, harmless. What a browser does with it is checked in the slow checks."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.output.report import report
from pipeline.write import Tables

pytest.importorskip("vl_convert")
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> </article>'


def _data(page: Path) -> dict[str, Any]:
    packed = re.search(r'id="data">([A-Za-z0-9+/=]+)</script>', page.read_text(encoding="utf-8"))
    assert packed
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    return data


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_holds_the_whole_run(seeds_out: Path, tables: Tables, tmp_path: Path, lang: str) -> None:
    page, note = report(seeds_out, tmp_path / "page.html", lang=lang)
    data = _data(page)
    assert note == "" and page.stat().st_size < 5_000_000
    assert len(data["events"]) == len(tables.timeline) and len(data["docs"]) == len(tables.documents)
    assert len(data["tellings"]) == len(tables.events)
    assert sum(map(len, data["marks"])) == len(tables.mentions)
    assert f'<html lang="{lang}">' in page.read_text(encoding="utf-8")


def test_nothing_outside_the_page_is_asked_for(seeds_out: Path, tmp_path: Path) -> None:
    text = report(seeds_out, tmp_path / "page.html")[0].read_text(encoding="utf-8")
    text = re.sub(r'<script type="module">.*?</script>', "", text, flags=re.S)  # code is watched by the browser checks
    outside = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)[^"]*"', text)
    assert outside == []


def test_without_reader_no_text_is_in_the_page(seeds_out: Path, tmp_path: Path) -> None:
    data = _data(report(seeds_out, tmp_path / "page.html", reader=False)[0])
    assert all(doc[4] is None for doc in data["docs"]) and data["marks"] == []


def test_words_of_articles_are_never_markup(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text(f"Le maire de Lyon a démissionné mardi 3 mai 2022. {HOSTILE}\n", encoding="utf-8")
    pipeline.run(article, tmp_path / "out", clean=False)
    page, _ = report(tmp_path / "out")
    assert "alert(2)" not in page.read_text(encoding="utf-8")
    assert HOSTILE in _data(page)["docs"][0][4]


def test_a_page_that_would_be_too_large_says_what_it_leaves_out(
    seeds_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.output.report.MOST_EVENTS", 10)
    page, note = report(seeds_out, tmp_path / "page.html")
    assert "10" in note and len(_data(page)["events"]) == 10 and _data(page)["note"] == note
