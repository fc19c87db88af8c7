"""What time expressions mean in their sentence: cases from `cases/chronology.csv`, and what must never happen.

A case marks each expression with the EDTF it gets on the day in `published` (empty: not known), or with its kind.
"""

from __future__ import annotations

from datetime import date

import pytest
from conftest import cases
from edtf import parse_edtf
from spacy.language import Language
from spacy.tokens import Doc
from test_dates import unmarked

from pipeline import chronology
from pipeline.model.doc import Timex

CASES = cases("chronology.csv")


PARSING = ["tok2vec", "morphologizer", "parser", "attribute_ruler", "lemmatizer"]


@pytest.fixture(scope="module")
def parsed(nlp: Language) -> dict[str, Doc]:
    """The sentences, tagged and parsed once."""
    texts = [unmarked(case["text"])[0] for case in CASES]
    with nlp.select_pipes(enable=PARSING):
        return dict(zip(texts, nlp.pipe(texts), strict=True))


def read(nlp: Language, doc: Doc, published: date | None) -> list[Timex]:
    doc._.published = published
    for name in ("depeche_dates", "depeche_chronology"):
        doc = nlp.get_pipe(name)(doc)
    return [span._.timex for span in doc.spans["dates"]]


@pytest.mark.parametrize("case", CASES, ids=[f"{c['published']} {c['text'][:60]}" for c in CASES])
def test_case(nlp: Language, parsed: dict[str, Doc], case: dict[str, str]) -> None:
    text, marks = unmarked(case["text"])
    found = read(nlp, parsed[text], date.fromisoformat(case["published"]) if case["published"] else None)
    told = [(t.start, t.end, t.edtf or (t.kind if t.kind in ("duration", "set") else "")) for t in found]
    assert told == marks
    assert " | ".join(t.relation for t in found) == case["relation"]
    assert " | ".join(t.basis for t in found) == case["basis"]


@pytest.mark.parametrize("published", [None, date(2013, 10, 16), date(2012, 2, 29), date(1870, 1, 1)])
def test_never_invented_never_reversed(nlp: Language, parsed: dict[str, Doc], published: date | None) -> None:
    for doc in parsed.values():
        for timex in read(nlp, doc, published):
            if timex.edtf:
                parse_edtf(timex.edtf)
            if timex.earliest or timex.latest:
                assert timex.earliest and timex.latest and timex.earliest <= timex.latest
                assert timex.basis in ("explicit", "relative", "inherited") and timex.precision
            if published is None:
                assert timex.anchor != "published"


def test_the_number_wins_over_the_weekday(nlp: Language) -> None:
    found = read(nlp, nlp.make_doc("Le dimanche 14 octobre, la foire a fermé."), date(2013, 10, 16))
    assert found[0].edtf == "2013-10-14" and "weekday" in found[0].note


def test_segments_lean_on_what_came_before(nlp: Language) -> None:
    before = nlp.make_doc("La crue du 4 juin 1910 a emporté le pont.")
    read(nlp, before, None)
    after = nlp.make_doc("Le lendemain, le préfet est venu.")
    after._.before = before
    assert [t.edtf for t in read(nlp, after, None)] == ["1910-06-05"]


def test_counting_from_an_event() -> None:
    timex = Timex(0, 11, "date", "quantity+after_event", {"n": 3, "unit": "day", "ref": "event", "sign": 1})
    assert chronology.count_from_event(timex, date(2011, 3, 11), date(2011, 3, 11))
    assert (timex.edtf, timex.basis) == ("2011-03-14", "relative")


def test_without_a_parser(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["Il", "est", "venu", "hier", "."])
    assert [t.edtf for t in read(nlp, doc, date(2013, 10, 16))] == ["2013-10-15"]
