"""Web pages: text, title, day, and the notations of days; the page set keeps its figures."""

import csv
import json
from pathlib import Path

import pytest

from benchmarks.pages import measure
from pipeline.reading.daynotes import day_of
from pipeline.reading.html import fragment, page
from pipeline.reading.pagehead import day_in_address

DAYS = list(csv.DictReader((Path(__file__).parent / "cases/days.csv").open(encoding="utf-8", newline="")))
ONE = "Le Sénat a voté mardi le budget de l’État, malgré l’opposition de trois groupes."
TWO = "Le texte repart à l’Assemblée nationale, où la majorité devrait le modifier encore."


OTHER = "Dans la vallée voisine, une coopérative relance la culture du lin, abandonnée depuis un demi-siècle."


@pytest.mark.parametrize("case", DAYS, ids=lambda c: c["text"] or "empty")
def test_day_of(case: dict[str, str]) -> None:
    day = day_of(case["text"])
    assert (day.isoformat() if day else "") == case["day"]


def body(inside: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{inside}</body></html>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<h1>Le vote</h1><p>{ONE}</p><p>{TWO}</p>", f"{ONE}\n\n{TWO}"),
        (f"<h1>Le vote</h1><div>{ONE}<br><br>{TWO}</div>", f"{ONE}\n\n{TWO}"),
        (
            f"<h1>Le vote</h1><h2 class='chapo'>{ONE}</h2><div class='article-body'><p>{TWO}</p></div>",
            f"{ONE}\n\n{TWO}",
        ),
        (f"<p class='intro'>{ONE}</p><div class='article-body'><p>{TWO}</p></div>", f"{ONE}\n\n{TWO}"),
        (f"<h1>Le vote</h1><p>{ONE}</p><aside><p>{TWO}</p></aside>", ONE),
        (f"<h1>Le vote</h1><p>{ONE}</p><p><a href='x'>{TWO}</a></p>", ONE),
        (f"<h1>Le vote</h1><p>{ONE}</p><p>Lire aussi : <a>Un titre</a></p><p>{TWO}</p>", f"{ONE}\n\n{TWO}"),
        (f"<h1>Le vote</h1><p>{ONE}</p><div class='comments'><p>{TWO}</p></div>", ONE),
        (f"<h1>Le vote</h1><p>{ONE}</p><p style='display:none'>{TWO}</p>", ONE),
        (f"<h1>Le vote</h1><p>{ONE}</p><script>{TWO}</script><!-- {TWO} -->", ONE),
        ("<h1>Le vote</h1><p>Il a dit&nbsp;: «&nbsp;oui&nbsp;» à tout, mardi soir, devant les élus.</p>", None),
        (
            f"<div class='hero-banner'><h1>Le vote</h1><p>{ONE}</p></div><div class='article-body'><p>{TWO}</p></div>",
            f"{ONE}\n\n{TWO}",
        ),
        (
            f"<h1>Le vote</h1><div class='post-content'><p>{ONE}</p><p>{TWO}</p></div>"
            + f"<div><p>{OTHER}</p></div>" * 9,
            f"{ONE}\n\n{TWO}",
        ),
        (
            f"<h1>Le vote</h1><div class='article-body'><h2 id='le-vote-en-commentaires'>Un budget</h2>"
            f"<p id='recherche'>{ONE}</p></div>",
            f"Un budget\n\n{ONE}",
        ),
        (
            f"<h1>Le vote</h1><p>{ONE}</p><p><a href='mailto:a@exemple.fr'>a@exemple.fr</a></p><p>{TWO}</p>",
            f"{ONE}\n\na@exemple.fr\n\n{TWO}",
        ),
        (
            f"<h1>Le vote</h1><div class='article-body'><div><h2><a href='#a'>Un vote serré</a></h2><p>{ONE}</p></div>"
            f"<div><h2><a href='#b'>Un vote suivi</a></h2><p>{TWO}</p></div></div>",
            f"Un vote serré\n\n{ONE}\n\nUn vote suivi\n\n{TWO}",
        ),
        (f"<h1>Le vote</h1><p>{ONE}</p><p>Par Anne Lesage et Marc Vidal</p><p>{TWO}</p>", f"{ONE}\n\n{TWO}"),
        (f"<h1>Le vote</h1><p>{ONE} <span class='legend'>La foule.</span></p>", ONE),
        (
            f"<h1>Le vote</h1><div class='article-body'><p>{ONE}</p><aside class='encadre'><p>{OTHER}</p></aside>"
            f"<p>{TWO}</p></div>",
            f"{ONE}\n\n{OTHER}\n\n{TWO}",
        ),
        (
            f"<h1>Le vote</h1><p>{ONE}</p><div><h3><a href='/a'>Le lin revient</a></h3><p>{OTHER}</p></div>"
            f"<div><h3><a href='/b'>Un hiver sans neige</a></h3><p>{TWO}</p></div>",
            ONE,
        ),
        (
            "<link rel='canonical' href='https://a.fr/vote'>"
            f"<article><h1>Le vote</h1><p>{ONE}</p><div><h3><a href='https://b.fr/a'>Un livre sur le lin</a></h3>"
            f"<p>{TWO}</p></div><div><h3><a href='https://c.fr/b'>Un hiver sans neige</a></h3>"
            f"<p>{OTHER}</p></div></article>",
            f"{ONE}\n\n{TWO}\n\n{OTHER}",
        ),
        (f"<form id='aspnetForm'><h1>Le vote</h1><p>{ONE}</p><p>{TWO}</p></form>", f"{ONE}\n\n{TWO}"),
        (
            f"<h1>Le vote</h1><div class='sc-fzXfAd'><p>{ONE}</p></div><div class='css-1ad3pub'><p>{TWO}</p></div>",
            f"{ONE}\n\n{TWO}",
        ),
    ],
)
def test_text(markup: str, text: str | None) -> None:
    expected = "Il a dit\xa0: «\xa0oui\xa0» à tout, mardi soir, devant les élus." if text is None else text
    assert page(body(markup)).text == expected


def schema(**told: object) -> str:
    data = json.dumps({"@type": "NewsArticle", "headline": "Vote", **told})
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (
            body(
                f"<h1>Le Matin</h1><h2>Le vote du Sénat</h2><p>{ONE}</p>", "<title>Le vote du Sénat - Le Matin</title>"
            ),
            "Le vote du Sénat",
        ),
        (
            body(f"<h1>Le vote du Sénat</h1><p>{ONE}</p>", "<title>Sénat : le vote | Le Matin</title>"),
            "Le vote du Sénat",
        ),
        (body(f"<p>{ONE}</p>", "<title>Le vote du Sénat | Le Matin</title>"), "Le vote du Sénat"),
        (body(f"<p>{ONE}</p>", "<title>Le vote du Sénat - lematin.fr</title>"), "Le vote du Sénat"),
        (body(f"<p>{ONE}</p>", "<title>Paris - Le vote du Sénat</title>"), "Paris - Le vote du Sénat"),
        (body(f"<h1>Le vote</h1><p>{ONE}</p>"), "Le vote"),
        (body(f"<p>{ONE}</p>", schema(headline="Le vote de l&#039;État")), "Le vote de l'État"),
        (body(f"<p>{ONE}</p>"), ""),
    ],
)
def test_title(markup: str, title: str) -> None:
    assert page(markup).title == title


@pytest.mark.parametrize(
    ("inside", "head", "day"),
    [
        ("", schema(datePublished="2022-05-03T10:00:00+02:00"), "2022-05-03T10:00:00+02:00"),
        ("", '<meta property="article:published_time" content="2022-05-03T10:00:00Z">', "2022-05-03T10:00:00Z"),
        ("", '<link rel="canonical" href="https://exemple.fr/2022/05/03/vote/">', "2022-05-03"),
        ("<p>Mis à jour le 05/05/2022 · Publié le 03/05/2022</p>", "", "03/05/2022"),
        ("<p>Publié le 3 mai 2022 à 21 h 15</p>", schema(datePublished="2022-05-04T01:15:00Z"), "3 mai 2022"),
        ("<div class='when'>mardi 3 mai 2022</div>", "", "3 mai 2022"),
        ("<time itemprop='datePublished' datetime='2022-05-03'>mardi</time>", "", "2022-05-03"),
        ("<p>Mis à jour le 05/05/2022</p>", "", "05/05/2022"),
        ("<p><time datetime='2022-05-03T10:00'>hier</time></p>", "", "2022-05-03T10:00"),
        (
            "",
            schema(headline="Autre", datePublished="2020-01-01")
            + schema(headline="Le vote", datePublished="2022-05-03")
            + "<title>Le vote</title>",
            "2022-05-03",
        ),
        ("", "", ""),
    ],
)
def test_day(inside: str, head: str, day: str) -> None:
    markup = body(f"<header><h1>Le vote</h1>{inside}</header><p>{ONE}</p><p>{TWO}</p><footer>© 2026</footer>", head)
    assert page(markup).published == day


def test_the_day_nearest_to_the_title_counts() -> None:
    teaser = "<p class='publication'><time pubdate datetime='2022-05-09'>hier</time></p>"
    own = "<header><h1>Le vote</h1><p class='publication'><time datetime='2022-05-03'>mardi</time></p></header>"
    assert page(body(f"<aside>{teaser}</aside>{own}<p>{ONE}</p><p>{TWO}</p>")).published == "2022-05-03"
    assert page(body(f"<h1>Le vote</h1><div>27 Sep 2016</div><p>{ONE}</p><p>{TWO}</p>")).published == "27 Sep 2016"


def test_an_article_that_a_script_shows() -> None:
    found = page(body("<div id='root'></div>", schema(headline="Le vote", articleBody=f"{ONE}\n\n{TWO}")))
    assert found.text == f"{ONE}\n\n{TWO}"


def test_author_publisher_and_address() -> None:
    head = (
        schema(author={"name": "Anne Lesage"}, publisher={"name": "Le Matin"})
        + '<meta property="og:url" content="https://a.fr/b">'
    )  # type: ignore[arg-type]
    found = page(body(f"<h1>Le vote</h1><p>{ONE}</p>", head))
    assert (found.author, found.publisher, found.url) == ("Anne Lesage", "Le Matin", "https://a.fr/b")


def test_entities_of_old_pages() -> None:
    markup = body(
        "<h1>Le vote</h1><p>L&#146;&#156;uvre du S&eacute;nat co&ucirc;te 3&nbsp;&#x80; aux Français, dit&#8209;il.</p>"
    )
    assert page(markup).text == "L’œuvre du Sénat coûte 3\xa0€ aux Français, dit\u2011il."


@pytest.mark.parametrize(
    ("cell", "text"),
    [("Un < deux & trois", "Un < deux & trois"), ("Un<br/>deux", "Un\ndeux"), ("<p>Un &amp; deux</p>", "Un & deux")],
)
def test_fragment(cell: str, text: str) -> None:
    assert fragment(cell) == text


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.fr/2022/05/03/b", "2022-05-03"),
        ("https://a.fr/20220503-b.html", "2022-05-03"),
        ("https://a.fr/12345678/b", ""),
    ],
)
def test_day_in_address(url: str, day: str) -> None:
    assert day_in_address(url) == day


def test_a_long_article_in_parts_and_a_longer_comment_zone() -> None:
    parts = "".join(
        f"<div class='article-body'><p>{ONE} {n}.</p></div><div class='ad'>Publicité</div>" for n in range(4)
    )
    found = page(body(f"<h1>Le vote</h1>{parts}<div id='comments'>{'<p>' + TWO + '</p>' * 9}</div>"))
    assert found.text.count(ONE) == 4
    assert TWO not in found.text


def test_the_page_set_keeps_its_figures() -> None:
    figures = measure()
    assert figures["files"] >= 40
    assert figures["article kept"] >= 0.997
    assert figures["furniture removed"] >= 0.97
    assert figures["titles right"] >= 0.95
    assert figures["days right"] >= 0.97
