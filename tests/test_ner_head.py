"""The press NER head alone: labels, offsets, the names of `cases/ner_head.csv`; and how its training texts are made."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.ner import BASE, add_press_head
from training import augment, compose, corpus
from training.corpus import Article

MARK = re.compile(r"\[([^\]]+)\]\((PER|LOC|ORG)\)")
with (Path(__file__).parent / "cases" / "ner_head.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))


@pytest.fixture(scope="module")
def head() -> Language:
    """The head behind the tokenizer, nothing else."""
    nlp = spacy.load(BASE, exclude=["tok2vec", "morphologizer", "parser", "attribute_ruler", "lemmatizer", "ner"])
    add_press_head(nlp)
    return nlp


def found(nlp: Language, text: str) -> list[tuple[str, str]]:
    return [(e.text, e.label_) for e in nlp(text).ents]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["note"])
def test_names(head: Language, case: dict[str, str]) -> None:
    assert found(head, MARK.sub(r"\1", case["text"])) == MARK.findall(case["text"])


def test_labels(head: Language) -> None:
    assert head.get_pipe("ner").labels == ("LOC", "ORG", "PER")


def test_head_comes_first() -> None:
    nlp = spacy.load(BASE)
    add_press_head(nlp)
    assert nlp.pipe_names[0] == "ner"
    assert nlp.pipe_names.count("ner") == 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_offsets_whatever_the_text(head: Language, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    doc = head(text)
    ends = [0]
    for e in doc.ents:
        assert text[e.start_char : e.end_char] == e.text
        assert e.start_char >= ends[-1]
        ends.append(e.end_char)


ARTICLE = Article("Mme Dupont, maire de Lyon. Elle quitte l'ONU.", ((4, 10, "PER"), (21, 25, "LOC"), (41, 44, "ORG")))


def names(article: Article) -> list[str]:
    return [article.text[start:end] for start, end, _ in article.marks]


def test_rewrite_carries_the_marks() -> None:
    changed = augment.rewrite(ARTICLE, [(4, 10, "Le Goff"), (26, 27, "")])
    assert changed.text == "Mme Le Goff, maire de Lyon.Elle quitte l'ONU."
    assert names(changed) == ["Le Goff", "Lyon", "ONU"]


@given(st.integers(0, 10_000))
def test_variations_keep_names_whole(seed: int) -> None:
    rates = dict.fromkeys(("swap", "swap_share", "crop", "quotes", "glue", "recase", "accents", "apostrophes"), 0.5)
    varied = augment.vary(ARTICLE, augment.name_pools([ARTICLE]), rates, random.Random(seed))
    assert all(name and name.strip() == name for name in names(varied))
    assert {label for _, _, label in varied.marks} <= {"PER", "LOC", "ORG"}


def test_every_passage_composes() -> None:
    pools = augment.name_pools([ARTICLE])
    for template in compose.read_templates():
        passage = compose.fill(template, pools, random.Random(1))
        assert not re.search(r"[{}\[\]]", passage.text), template
        assert all(name.strip() == name != "" for name in names(passage)), template


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("le ministre de l'⟦Éducation⟧", "ORG", None),
        ("l'⟦aéroport de Lomé⟧", "ORG", ("aéroport de Lomé", "LOC")),
        ("sur la place ⟦Victor-Hugo⟧", "PER", ("place Victor-Hugo", "LOC")),
        ("le commissariat de ⟦Vitré⟧", "LOC", ("commissariat de Vitré", "ORG")),
        ("⟦État islamique⟧", "ORG", ("État islamique", "ORG")),
        ("le maire de ⟦Lyon⟧", "LOC", ("Lyon", "LOC")),
    ],
)
def test_corpus_is_brought_to_the_guide(text: str, label: str, expected: tuple[str, str] | None) -> None:
    start, end = text.index("⟦"), text.index("⟧") - 1
    text = text.replace("⟦", "").replace("⟧", "")
    mark = corpus.by_guide(text, start, end, label, corpus.read_guide())
    assert expected == (mark and (text[mark[0] : mark[1]], mark[2]))
