"""Linking: the pairs of `cases/linking.csv`, the order of rows, roles, corrections."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import link
from pipeline.linking import gazetteer
from pipeline.model import schema
from pipeline.model.schema import SEPARATOR

CASES = Path(__file__).parent / "cases" / "linking.csv"
Row = dict[str, Any]


def name_row(doc_id: str, position: int, label: str, forms: str, role: str = "", mentions: int = 1) -> Row:
    """A `_names` row; the first of the forms is the name."""
    name = forms.split(SEPARATOR)[0]
    return {
        "name_id": f"{doc_id}#n{position}",
        "doc_id": doc_id,
        "label": label,
        "name": name,
        "forms": forms,
        "role": role,
        "mentions": mentions,
        "published": "",
    }


def others(doc_id: str, cell: str) -> list[Row]:
    """Rows of further names, written "PER:Marine Le Pen | LOC:Dijon"."""
    pairs = [part.split(":", 1) for part in cell.split(SEPARATOR) if ":" in part]
    return [name_row(doc_id, 100 + i, label, name) for i, (label, name) in enumerate(pairs)]


def cases() -> list[Row]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def corpus(case: Row) -> list[Row]:
    rows = [
        name_row("a", 0, case["label"], case["a"], case["role_a"]),
        *others("a", case["with_a"]),
        name_row("b", 0, case["label"], case["b"], case["role_b"]),
        *others("b", case["with_b"]),
    ]
    for i, part in enumerate(p for p in case["others"].split(SEPARATOR) if p):
        label, _, name = part.rpartition(":")
        rows.append(name_row(f"c{i}", 0, label or "ORG", name))
    return rows


@pytest.mark.parametrize("case", cases(), ids=lambda c: f"{c['a']}/{c['b']}/{c['same']}")
def test_pair(case: Row) -> None:
    links = link.link(corpus(case))
    assert (links["a#n0"] == links["b#n0"]) == (case["same"] == "yes"), [links["a#n0"], links["b#n0"]]


ALL = [
    row | {"name_id": f"{i}{row['name_id']}", "doc_id": f"{i}{row['doc_id']}"}
    for i, c in enumerate(cases())
    for row in corpus(c)
]


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(random: Any) -> None:
    expected = list(link.link(ALL).entities())
    rows = list(ALL)
    random.shuffle(rows)
    assert list(link.link(rows).entities()) == expected


def test_every_name_has_an_entity_and_ids_are_unique() -> None:
    links = link.link(ALL)
    entities = list(links.entities())
    ids = [e["entity_id"] for e in entities]
    assert len(ids) == len(set(ids))
    assert all(links[row["name_id"]] in set(ids) for row in ALL)
    assert sum(e["mentions"] for e in entities) == len(ALL)
    assert set(entities[0]) == set(schema.columns("entities"))


def test_no_names() -> None:
    assert list(link.link([]).entities()) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["PER", "ORG", "LOC"]), st.text(max_size=12), st.text(max_size=12)), max_size=6)
)
def test_any_text_may_be_a_name(names: list[tuple[str, str, str]]) -> None:
    rows = [name_row(f"d{i % 2}", i, label, name, role) for i, (label, name, role) in enumerate(names)]
    links = link.link(rows)
    ids = {e["entity_id"] for e in links.entities()}
    assert all(links[row["name_id"]] in ids for row in rows)


def test_entity_row() -> None:
    rows = [
        name_row("a", 0, "PER", "Kassym-Jomart Tokayev | Tokayev", "président", 3) | {"published": "2022-01-11"},
        name_row("b", 0, "PER", "Tokaïev", "président kazakh") | {"published": "2022-01-09"},
        name_row("a", 5, "LOC", "Almaty"),
    ]
    person, place = link.link(rows).entities()
    assert person["entity_id"] == "PER:kassym-jomart-tokayev"
    assert person["aliases"] == "Tokayev | Tokaïev"
    assert person["description"] == "président kazakh"
    assert (person["mentions"], person["documents"]) == (4, 2)
    assert (person["first_published"], person["last_published"]) == ("2022-01-09", "2022-01-11")
    assert (place["country"], place["geonames_id"]) == ("KZ", "1526384")


def test_nobody_is_described_as_a_suspect() -> None:
    rows = [name_row("a", 0, "PER", "Paul Durand", "suspect"), name_row("b", 0, "PER", "Paul Durand", "suspect")]
    assert [e["description"] for e in link.link(rows).entities()] == [""]


def test_homonyms_are_told_apart_by_their_document() -> None:
    rows = [
        name_row("a.txt", 0, "PER", "Jean Martin", "ministre"),
        name_row("b.txt", 0, "PER", "Jean Martin", "boulanger"),
    ]
    assert [e["entity_id"] for e in link.link(rows).entities()] == ["PER:jean-martin", "PER:jean-martin@b.txt"]


def test_events_get_the_country_of_their_places() -> None:
    links = link.link([name_row("a", 0, "LOC", "Almaty"), name_row("a", 9, "LOC", "Russie")])
    told = [
        {"event_id": "a#e1", "role": "place", "entity_id": "a#n0"},
        {"event_id": "a#e1", "role": "agent", "entity_id": "a#n9"},
        {"event_id": "a#e2", "role": "agent", "entity_id": "a#n9"},
        {"event_id": "a#e3", "role": "agent", "entity_id": ""},
    ]
    named = list(links.name(told))
    found = [links.locate({"event_id": f"a#e{i}", "doc_id": "a"}, named)["country"] for i in (1, 2, 3)]
    assert found == ["KZ", "RU", ""]


def test_own_gazetteer() -> None:
    place = gazetteer.Place("own:1", "Almaty", "US", latitude=1.0, longitude=2.0)
    own = gazetteer.Gazetteer([gazetteer.Candidate(place, "own", gazetteer.OWN, True)])
    (entity,) = link.link([name_row("a", 0, "LOC", "Almaty")], gazetteer=own).entities()
    assert (entity["country"], entity["latitude"]) == ("US", 1.0)
