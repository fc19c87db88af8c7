"""Each cleaning step by itself on the rows of cases/clean.csv; the whole of it as properties."""

import csv
from pathlib import Path

import pytest

from pipeline.clean import clean, cleaned, meanings, steps
from pipeline.model.article import Article, DepecheError
from pipeline.survey import Facts

CASES = list(csv.DictReader((Path(__file__).parent / "cases/clean.csv").open(encoding="utf-8", newline="")))


def plain(text: str) -> str:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def article(text: str) -> Article:
    return Article("a", "a.txt", text=text)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['step']}: {c['raw'][:40]}")
def test_step(case: dict[str, str]) -> None:
    others = set(steps()) - {case["step"], "blanks"}
    assert cleaned(article(plain(case["raw"])), keep=others).text == plain(case["clean"])


def test_every_step_has_a_case_and_a_meaning() -> None:
    assert set(steps()) - {"repeated"} == {case["step"] for case in CASES}
    assert list(meanings("fr")) == steps()


def test_repeated_lines_go_only_when_the_survey_says_so() -> None:
    from pipeline.cleaning.boilerplate import line_hash

    text = "Le Progrès du Jura\n\nLe Sénat a voté le budget mardi."
    assert cleaned(article(text)).text == text
    assert cleaned(article(text), Facts((line_hash("Le Progrès du Jura"),))).text == "Le Sénat a voté le budget mardi."


def test_keep_switches_a_step_off() -> None:
    assert cleaned(article("Spread the love"), keep=["boilerplate"]).text == "Spread the love"
    with pytest.raises(DepecheError, match="no such step"):
        cleaned(article("a"), keep=["nonsense"])


def test_nothing_left_is_a_skipped_article() -> None:
    assert clean(article("Spread the love")).status == "skipped"


def test_hard_wrapped_text_is_joined() -> None:
    paragraph = [
        "Le conseil municipal a adopté mardi soir le budget de la commune pour",
        "l’année à venir, malgré l’opposition de huit élus qui ont quitté la",
        "salle avant le vote, et dont le chef de file, élu de longue date dans",
        "le canton, annonce un recours.",
    ]
    text = "\n\n".join(["\n".join(paragraph)] * 3)
    assert cleaned(article(text)).text == "\n\n".join([" ".join(paragraph)] * 3)


def test_offsets_lead_back_to_the_source() -> None:
    raw = "Spread the love\n\nLe prÃ©sident e\u0301lu.En fin d’anne\u0301e"
    done = cleaned(article(raw))
    assert done.text == "Le président élu. En fin d’année"
    places = done.offsets()
    assert raw[places[0] : places[2]] == "Le"
    assert raw[places[done.text.index("lu")] :].startswith("lu.En")
    assert raw[places[done.text.index("fin")] :].startswith("fin d")
