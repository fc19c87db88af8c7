"""Lines of furniture and lines of articles: every row of cases/boilerplate.csv."""

import csv
from pathlib import Path

import pytest

from pipeline.cleaning import boilerplate

FOLDER = Path(__file__).parent / "cases"
CASES = list(csv.DictReader((FOLDER / "boilerplate.csv").open(encoding="utf-8", newline="")))
TAIL = list(csv.DictReader((FOLDER / "boilerplate_tail.csv").open(encoding="utf-8", newline="")))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["line"][:60] or "empty")
def test_line(case: dict[str, str]) -> None:
    assert boilerplate.reason(case["line"]) == case["reason"]


@pytest.mark.parametrize("case", TAIL, ids=lambda c: c["line"])
def test_tail(case: dict[str, str]) -> None:
    assert boilerplate.tail_kind(case["line"]) == case["kind"]


@pytest.mark.parametrize("kind", ["line", "head", "tail"])
def test_every_pattern_has_a_case(kind: str) -> None:
    folded = [boilerplate.fold(case["line"]) for case in CASES + TAIL]
    found = boilerplate.patterns_of(kind)
    assert [p.pattern for p in found if not any(map(p.fullmatch, folded))] == []


def test_a_bare_label_takes_the_title_after_it() -> None:
    lines = ["Lire aussi", "", "Le canal rouvre aux plaisanciers", "", "Une suite", "", "Le préfet a signé l’arrêté."]
    assert boilerplate.reasons(lines) == ["related", "", "related", "", "", "", ""]


def test_a_label_with_its_title_takes_nothing_more() -> None:
    assert boilerplate.reasons(["Lire aussi : Le canal rouvre", "Une suite inattendue ce matin"])[1] == ""


def test_a_comment_form_ends_the_article() -> None:
    prose = "Le conseil a voté le budget de la commune après trois heures de débat. " * 4
    assert boilerplate.reasons([prose, "Leave a Reply", "Toto : bravo à tous pour cet article."])[2] == "comments"


def test_a_form_before_the_article_ends_nothing() -> None:
    prose = "Le conseil a voté le budget de la commune après trois heures de débat. " * 4
    assert boilerplate.reasons(["3 commentaires", prose])[1] == ""


def test_related_titles_at_the_end_go_but_prose_stays() -> None:
    prose = "Le conseil a voté le budget de la commune après trois heures d’un débat que l’opposition a quitté. " * 3
    lines = [prose, "Articles similaires", "Un loup aperçu près de Guéret", prose]
    assert boilerplate.reasons(lines) == ["", "related", "related", ""]


@pytest.mark.parametrize(
    "line", ["Le journal des Vosges", "Recevez nos alertes sur votre téléphone, vous ne manquerez rien."]
)
def test_may_repeat(line: str) -> None:
    assert boilerplate.may_repeat(line)


@pytest.mark.parametrize(
    "line", ["6 août 2016. –", "DAKAR (APS) –", "La guerre a commencé le jour où les troupes ont passé la frontière."]
)
def test_may_not_repeat(line: str) -> None:
    assert not boilerplate.may_repeat(line)
