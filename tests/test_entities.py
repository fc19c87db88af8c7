"""Entities: `[words](LABEL name | role)` in `cases/entities.csv`; name and role only where they say more."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.entities import without_overlaps
from pipeline.model import lexicon
from pipeline.naming import acronyms
from pipeline.naming import bestforms as naming
from pipeline.naming.borders import Mention, words_before
from pipeline.naming.finders import filled
from tests.conftest import cases

_MARK = re.compile(r"\[([^\]]+)\]\((PER|LOC|ORG)(?: ([^|)]+?))?(?: ?\| ([^)]+))?\)")
ROWS = cases("entities.csv")


def marked(text: str) -> tuple[str, list[tuple[int, str, str, str, str | None]]]:
    """The bare text and its entities as (start, words, label, name, role or None where the row does not say)."""
    bare, wanted, at = "", [], 0
    for m in _MARK.finditer(text):
        bare += text[at : m.start()]
        wanted.append((len(bare), m[1], m[2], m[3] or " ".join(m[1].split()), m[4]))
        bare += m[1]
        at = m.end()
    return bare + text[at:], wanted


@pytest.fixture(scope="module")
def docs(nlp: Language) -> list[Doc]:
    return list(nlp.pipe([marked(row["text"])[0] for row in ROWS]))


@pytest.mark.parametrize("i", range(len(ROWS)), ids=[f"{r['rule']}: {r['text'][:50]}" for r in ROWS])
def test_case(docs: list[Doc], i: int) -> None:
    text, wanted = marked(ROWS[i]["text"])
    found = [(e.start_char, e.text, e.label_, e._.name, e._.role) for e in docs[i].ents]
    assert [f[:4] for f in found] == [w[:4] for w in wanted], text
    if ROWS[i]["rule"] == "role":
        assert [f[4] for f in found] == [w[4] or "" for w in wanted], text


def test_each_pattern_has_a_case() -> None:
    spec = lexicon.toml("org_patterns.toml")
    texts = [marked(row["text"])[0].replace("’", "'") for row in ROWS]
    for pattern in spec["pattern"]:
        rule = re.compile(filled(pattern["pattern"], spec["slots"]))
        assert any(rule.search(text) for text in texts), pattern["name"]


def test_labels_and_offsets(docs: list[Doc]) -> None:
    for doc in docs:
        for ent in doc.ents:
            assert ent.label_ in ("PER", "LOC", "ORG")
            assert doc.text[ent.start_char : ent.end_char] == ent.text


def test_unknown_labels_of_another_model(nlp: Language) -> None:
    settle = nlp.get_pipe("depeche_entities")
    doc = nlp.make_doc("Mme Diallo vit en Guinée.")
    doc.set_ents([doc.char_span(4, 10, label="MISC"), doc.char_span(18, 24, label="MISC")])
    assert [(e.text, e.label_) for e in settle(doc).ents] == [("Diallo", "PER"), ("Guinée", "LOC")]


def test_full_name_from_the_title(nlp: Language) -> None:
    doc = nlp.make_doc("M. Bertin a été libéré.")
    doc._.title = "Affaire Luc Bertin : le suspect libéré"
    assert [e._.name for e in nlp(doc).ents] == ["Luc Bertin"]


def test_name_from_the_preceding_segment(nlp: Language) -> None:
    doc = nlp.make_doc("Mme Royer a répondu.")
    doc._.before = nlp("La maire de Sens, Marie Royer, a parlé.")
    assert [e._.name for e in nlp(doc).ents] == ["Marie Royer"]


def test_no_text(nlp: Language) -> None:
    assert nlp("").ents == ()


@pytest.mark.parametrize(
    ("text", "long", "short"),
    [
        ("Le Parti social libéral (PSL) vote.", "Parti social libéral", "PSL"),
        ("l'Office national des forêts (ONF)", "Office national des forêts", "ONF"),
        ("Il habite Alençon (Orne).", None, None),
        ("Le maire (LR) de Nice.", None, None),
    ],
)
def test_acronym(text: str, long: str | None, short: str | None) -> None:
    found = [(text[d.start : d.end], text[d.short_start : d.short_end]) for d in acronyms.definitions(text)]
    assert found == ([(long, short)] if long else [])


@pytest.mark.parametrize(
    ("short", "full", "same"),
    [
        ("Macron", "Emmanuel Macron", True),
        ("E. Macron", "Emmanuel Macron", True),
        ("J.-M. Le Pen", "Jean-Marie Le Pen", True),
        ("Le Pen", "Marine Le Pen", True),
        ("B. Macron", "Emmanuel Macron", False),
        ("Cron", "Emmanuel Macron", False),
        ("de", "Charles de Gaulle", False),
    ],
)
def test_short_for(short: str, full: str, same: bool) -> None:
    assert naming.is_short_for(naming.key(short), naming.key(full)) is same


def test_best_spelling_does_not_shout() -> None:
    assert naming.best_spelling(Counter(["REDOINE FAÏD", "Redoine Faid", "Redoine Faïd"])) == "Redoine Faïd"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from([0.5, 1.0, 3.0])), max_size=12))
def test_nothing_overlaps(spans: list[tuple[int, int, float]]) -> None:
    kept = without_overlaps([Mention(a, a + n, "PER", w) for a, n, w in spans], 40)
    assert all(a.end <= b.start for a, b in pairwise(kept))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aÉ'’ \n-.", max_size=90), st.integers(0, 90))
def test_words_before_are_in_the_text(text: str, at: int) -> None:
    assert all(text.startswith(word, start) and start < at for word, start in words_before(text, min(at, len(text))))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=120))
def test_any_text(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert all(e.text == doc.text[e.start_char : e.end_char] for e in doc.ents)
