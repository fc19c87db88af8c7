"""The day of publication: cases from `cases/published.csv` (⏎ is a line end), and the order of sources."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import cases

from pipeline.model.article import Article
from pipeline.published import publication_date

CASES = cases("published.csv")
OPTION = date(2000, 1, 1)


@pytest.mark.parametrize("case", CASES, ids=[(c["file"] + " " + c["text"])[:60] for c in CASES])
def test_case(case: dict[str, str]) -> None:
    name = case["file"] or "a.txt"
    article = Article(name, name, text=case["text"].replace("⏎", "\n"))
    day, basis = publication_date(article)
    assert (day.isoformat() if day else "", basis) == (case["day"], case["basis"] or "none")


def test_order_of_sources() -> None:
    article = Article("2012-05-16.txt", "2012-05-16.txt", text="Publié le 3 mai 2012\nLe pont ferme.")
    assert publication_date(article, published=OPTION) == (date(2012, 5, 3), "text")
    article.published = date(2011, 1, 1)
    assert publication_date(article, published=OPTION) == (date(2011, 1, 1), "metadata")
    assert publication_date(article, published=OPTION, force=True) == (OPTION, "option")
    assert publication_date(Article("a.txt", "a.txt", text="Rien."), published=OPTION) == (OPTION, "option")
    assert publication_date(Article("a.txt", "a.txt", text="")) == (None, "none")
