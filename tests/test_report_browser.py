"""The HTML page in a real headless Chromium (slow checks)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline import write
from pipeline.model import schema
from pipeline.output.report import report

pytestmark = pytest.mark.acceptance
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
HOSTILE = '<script>window.hit = 1</script> "><img src=x onerror="window.hit = 2"> fin.'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)


def _open(browser: Any, path: Path, **options: Any) -> tuple[Any, list[str], list[str]]:
    page = browser.new_page(**options)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(path.as_uri())
    page.wait_for_function("document.documentElement.dataset.ready === 'true'")
    page.wait_for_selector("#chart canvas")
    return page, said, asked


@pytest.fixture(scope="module")
def seeds_page(seeds_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(seeds_out, tmp_path_factory.mktemp("page") / "page.html")[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_opens_without_error_and_without_network(browser: Any, seeds_page: Path, scheme: str) -> None:
    page, said, asked = _open(browser, seeds_page, color_scheme=scheme)
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [seeds_page.as_uri()]
    assert page.locator("#list button").count() > 10
    assert page.locator("#world canvas").count() == 1


def test_filters_and_reset(browser: Any, seeds_page: Path) -> None:
    page, said, _ = _open(browser, seeds_page)
    before = page.locator("#range").inner_text()
    page.select_option("select[name=status]", "planned")
    page.wait_for_timeout(300)
    assert page.locator("#list button").count() == page.locator("#list button.planned").count() > 0
    page.fill("input[name=text]", "zzzz")
    page.wait_for_timeout(300)
    assert page.locator("#list button").count() == 0
    page.click("button[type=reset]")
    page.wait_for_timeout(300)
    assert page.locator("#range").inner_text() == before and said == []


def test_links_both_ways_and_works_with_the_keyboard(browser: Any, seeds_page: Path) -> None:
    page, said, _ = _open(browser, seeds_page)
    page.locator("#list button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#detail blockquote").inner_text()
    page.locator("#detail li button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.className").find("EVENT") >= 0
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.locator("#list [aria-current]").count() == 1
    page.locator("[data-zoom=in]").press("Enter")
    assert said == []


def test_fits_at_200_percent_on_a_small_screen(browser: Any, seeds_page: Path) -> None:
    page, _, _ = _open(browser, seeds_page, viewport={"width": 640, "height": 512})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")


def test_hostile_article_shows_as_text(browser: Any, tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text(f"Le maire de Lyon a démissionné mardi 3 mai 2022. {HOSTILE}\n", encoding="utf-8")
    pipeline.run(article, tmp_path / "out", clean=False)
    page, said, _ = _open(browser, report(tmp_path / "out")[0])
    assert HOSTILE in page.locator("#text").inner_text()
    assert page.evaluate("window.hit") is None and said == []


def _many(folder: Path, events: int) -> Path:
    """A run of 10,000 events written straight into tables."""
    writer = write.Writer(folder, ("csv",), [])
    day = date(2020, 1, 1)
    rows = [
        {
            "timeline_id": f"d#e{i:06}",
            "event_id": f"d#e{i:06}",
            "doc_id": "d",
            "start": i,
            "end": i + 1,
            "earliest": (day + timedelta(days=i % 2000)).isoformat(),
            "latest": (day + timedelta(days=i % 2000 + i % 3)).isoformat(),
            "type": ("protest", "law", "trial", "sport")[i % 4],
            "status": ("occurred", "planned", "negated")[i % 3],
            "summary": f"événement numéro {i}",
            "sentence": f"Phrase de l’événement {i}.",
            "documents": 1,
        }
        for i in range(events)
    ]
    for table in schema.tables():
        given = {
            "events": rows,
            "timeline": rows,
            "documents": [{"doc_id": "d", "status": "ok", "text": "é" * (events + 1)}],
        }
        writer.write(table, given.get(table, []))
    writer.finish({})
    return folder


def test_ten_thousand_events_stay_under_a_second(browser: Any, tmp_path: Path) -> None:
    page, said, _ = _open(browser, report(_many(tmp_path / "out", 10_000), reader=False)[0])
    for action in (
        lambda: page.select_option("select[name=status]", "planned"),
        lambda: page.fill("input[name=text]", "numéro 77"),
        lambda: page.click("button[type=reset]"),
        lambda: page.click("[data-zoom=in]"),
    ):
        started = time.perf_counter()
        action()
        page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 130))")
        assert time.perf_counter() - started < 1.0
    assert said == []
