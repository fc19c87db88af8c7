"""The survey of a corpus: languages, near-duplicates, lines that repeat in a source."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from pipeline.clean import clean
from pipeline.model.article import Article
from pipeline.survey import Survey, recognise, source_of

WORDS = ["conseil", "budget", "maire", "région", "train", "grève", "hôpital", "école", "pont", "rivière", "vigne"]
WORDS += ["marché", "musée", "accord", "vote", "plan"]


def story(number: int, sentences: int = 8) -> str:
    """A text of its own for each number."""
    lines = []
    for n in range(sentences):
        a, b, c = (WORDS[(number * k + n * m) % len(WORDS)] for k, m in ((3, 5), (5, 7), (7, 2)))
        lines.append(
            f"Le {a} de la commune {number}-{n} a retenu le {b} avant que le {c} numéro {number * 7 + n} ne soit connu."
        )
    return "\n\n".join(lines)


def corpus(texts: Iterable[str], publisher: str = "Le Matin") -> list[Article]:
    return [Article(f"{n}.txt", f"in/{n}.txt", text=text, publisher=publisher) for n, text in enumerate(texts)]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Survey]:
    with Survey(tmp_path / "survey.sqlite") as opened:
        yield opened


def test_a_line_on_many_pages_of_a_source_goes(state: Survey) -> None:
    articles = list(state.watch(corpus(f"Le Matin du Jura\n\n{story(n)}" for n in range(6))))
    cleaned = [clean(a, state.facts(a)).text for a in articles]
    assert cleaned == [story(n) for n in range(6)]


def test_a_line_on_two_pages_stays(state: Survey) -> None:
    articles = list(state.watch(corpus([f"Les faits\n\n{story(1)}", f"Les faits\n\n{story(2)}", story(3), story(4)])))
    assert all(not state.facts(a).repeated for a in articles)


def test_a_sentence_on_many_pages_stays_unless_it_addresses_the_reader(state: Survey) -> None:
    background = "La guerre a commencé le jour où les troupes ont passé la frontière du pays voisin."
    address = "Soutenez votre journal en vous abonnant dès maintenant à notre édition du soir."
    articles = list(state.watch(corpus(f"{story(n)}\n\n{background}\n\n{address}" for n in range(6))))
    texts = [clean(a, state.facts(a), keep=["boilerplate"]).text for a in articles]
    assert all(background in text and address not in text for text in texts)


def test_datelines_never_count(state: Survey) -> None:
    articles = list(state.watch(corpus(f"6 août 2016. –\n\n{story(n)}" for n in range(6))))
    assert clean(articles[0], state.facts(articles[0])).text.startswith("6 août")


def test_sources_are_apart(state: Survey) -> None:
    ours = corpus(f"Les faits\n\n{story(n)}" for n in range(3))
    theirs = corpus((f"Les faits\n\n{story(n)}" for n in range(10, 12)), "La Dépêche du soir")
    articles = list(state.watch(ours + theirs))
    assert [bool(state.facts(a).repeated) for a in articles] == [True] * 3 + [False] * 2


def test_copies_are_duplicates_and_count_once(state: Survey) -> None:
    copy = "Partager sur Facebook\n\n" + story(1).replace("la commune", "cette commune", 1)
    found = list(state.watch(corpus([story(1), copy, story(2), story(1)])))
    assert [a.duplicate_of for a in found] == ["", "0.txt", "", "0.txt"]


def test_a_copy_with_another_lead_and_without_its_end_is_a_duplicate(state: Survey) -> None:
    lead = "Le chantier, attendu depuis dix ans, divise encore les habitants du quartier de la gare."
    copy = lead + "\n\n" + "\n\n".join(story(1).split("\n\n")[:6])
    found = list(state.watch(corpus([story(2), story(1), copy])))
    assert [a.duplicate_of for a in found] == ["", "", "1.txt"]


def test_a_follow_up_that_shares_a_third_is_none(state: Survey) -> None:
    follow = "\n\n".join(story(1).split("\n\n")[:3]) + "\n\n" + story(5, 6)
    found = list(state.watch(corpus([story(1), follow])))
    assert [a.duplicate_of for a in found] == ["", ""]


def test_one_template_with_other_numbers_is_no_duplicate(state: Survey) -> None:
    def result(a: int, b: int, c: int) -> str:
        return (
            f"Au premier tour de l’élection municipale, la liste du maire sortant arrive en tête avec {a} voix. La "
            f"liste d’opposition la suit avec {b} voix et se maintient pour le second tour. La participation s’élève "
            f"à {c} %, en baisse sur le scrutin précédent. Le dépouillement a pris fin peu avant vingt-deux heures."
        )

    found = list(state.watch(corpus([result(812, 640, 54), result(411, 399, 61)])))
    assert [a.duplicate_of for a in found] == ["", ""]


def test_another_language_is_skipped_when_sure_and_long_enough(state: Survey) -> None:
    english = "The minister said on Tuesday that the vote would be held in May after a long debate in parliament. " * 6
    short = "The vote is on Tuesday."
    found = list(state.watch(corpus([english, short, story(1)])))
    assert [a.status for a in found] == ["skipped", "ok", "ok"]
    assert found[0].language == "en" and "another language" in found[0].note


def test_any_language_is_welcome_when_asked(state: Survey) -> None:
    english = "The minister said on Tuesday that the vote would be held in May after a long debate in parliament. " * 6
    (article,) = state.watch(corpus([english]), language="any")
    assert (article.status, article.language) == ("ok", "en")


def test_french_with_foreign_names_is_french() -> None:
    text = "Le groupe Deutsche Telekom et l’américain T-Mobile ont signé l’accord avec Sprint à New York. " * 5
    assert recognise(text) == ("fr", True)


@pytest.mark.parametrize(
    ("article", "source"),
    [
        (Article("a.txt", "in/x/a.txt", publisher="Le Matin"), "Le Matin"),
        (Article("a.txt", "https://www.exemple.fr/a"), "exemple.fr"),
        (Article("x/a.txt", "in/x/a.txt"), "in/x"),
        (Article("17", "in/table.csv"), "in/table.csv"),
    ],
)
def test_source_of(article: Article, source: str) -> None:
    assert source_of(article) == source


def test_the_survey_does_not_depend_on_what_was_there_before(tmp_path: Path) -> None:
    for _ in range(2):
        with Survey(tmp_path / "survey.sqlite") as state:
            found = list(state.watch(corpus([story(1), story(1)])))
            assert [a.duplicate_of for a in found] == ["", "0.txt"]
