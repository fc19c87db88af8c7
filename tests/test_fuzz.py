"""Any bytes and any text through reader and cleaner: a row, no crash, offsets that hold. Ten thousand in acceptance."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.clean import cleaned
from pipeline.model.article import Article
from pipeline.read import read
from pipeline.reading import formats
from pipeline.reading.encoding import decode, is_binary

PIECES = [
    "Le Sénat a voté le budget.En mai, le préfet partira. ",
    "Lire aussi : Un titre\n",
    "\n\nSpread the love\n\n",
    "Ã©tÃ©",
    "e\u0301",
    "gouver-\nnement ",
    "\u200b\x00\r\n",
    "« Oui »\xa0: dit-il",
    "eurosIl a ",
    "\n \xa0 \n",
    "Leave a Reply\n",
    '"',
    "🎉",
    "عاجل",
    "\xad",
]
TAGS = ["<p>", "</p>", "<div class='comments'>", "<div class='article-body'>", "</div>", "<a>", "</a>", "<br>", "<h1>"]
TAGS += ["<table>", "<td>", "Le Sénat a voté le budget de la ville hier. ", "&nbsp;", "<script>", "<!--", "<![CDATA["]
TAGS += [
    "\ud800",
    "\0",
    "<title>",
    "<article>",
    "<span class='DocPublicationName'>",
    "<meta property='og:title' content='",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
)
ENDINGS = [*formats.TABLES, ".txt", ".md", ".html", ".zip", ".mhtml", ".txt.gz", ".jsonl.gz"]
PAGES = st.lists(st.sampled_from(TAGS), max_size=60).map(lambda tags: "".join(tags).encode("utf-8", "surrogatepass"))
BYTES = st.one_of(st.binary(max_size=400), TEXTS.map(str.encode), PAGES)


def rows_of_any_bytes(folder: Path, data: bytes, ending: str) -> None:
    text, _ = decode(data)
    text.encode("utf-8")
    is_binary(data)
    path = folder / f"any{ending}"
    path.write_bytes(data)
    found = list(read([path]))
    assert found
    for article in found:
        assert article.status in ("ok", "skipped", "failed")
        assert article.status == "ok" or article.note
        for value in (
            article.doc_id,
            article.source,
            article.text,
            article.title,
            article.note,
            *article.extra.values(),
        ):
            value.encode("utf-8")
        cleaning_of_any_text(article.text)


def cleaning_of_any_text(text: str) -> None:
    article = Article("a", "a.txt", text=text)
    done = cleaned(article)
    places = done.offsets()
    assert len(places) == len(done.text) + 1
    assert places == sorted(places)
    assert all(0 <= p <= len(text) for p in places)
    done.text.encode("utf-8")
    assert done.text == done.text.strip()
    assert cleaned(article).text == done.text


def runs(number: int) -> Callable[[Any], Any]:
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=number, deadline=None, suppress_health_check=quiet)


@runs(120)
@given(BYTES, st.sampled_from(ENDINGS))
def test_reader(tmp_path: Path, data: bytes, ending: str) -> None:
    rows_of_any_bytes(tmp_path, data, ending)


@runs(120)
@given(TEXTS)
def test_cleaner(text: str) -> None:
    cleaning_of_any_text(text)


@pytest.mark.acceptance
@runs(10_000)
@given(BYTES, st.sampled_from(ENDINGS))
def test_reader_at_length(tmp_path: Path, data: bytes, ending: str) -> None:
    rows_of_any_bytes(tmp_path, data, ending)


@pytest.mark.acceptance
@runs(10_000)
@given(TEXTS)
def test_cleaner_at_length(text: str) -> None:
    cleaning_of_any_text(text)
