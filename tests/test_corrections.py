"""Corrections: what each line of `cases/corrections.csv` does to a small corpus, and what a bad file is told."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from pipeline import link
from pipeline.linking import corrections
from pipeline.model.article import DepecheError

CASES = Path(__file__).parent / "cases" / "corrections.csv"
HEADER = "scope,id,doc_id,action,column,value,note\n"
NAMES = [
    {"name_id": "a#n0", "doc_id": "a", "label": "PER", "name": "Jean Martin", "role": "député"},
    {"name_id": "b#n0", "doc_id": "b", "label": "PER", "name": "Jean Martin"},
    {"name_id": "a#n9", "doc_id": "a", "label": "PER", "name": "Claire Kerdoncuff"},
    {"name_id": "a#n5", "doc_id": "a", "label": "ORG", "name": "Gazelle"},
    {"name_id": "b#n5", "doc_id": "b", "label": "LOC", "name": "Dole"},
]
EVENTS = [{"event_id": f"{d}#e1", "doc_id": d, "status": "occurred", "rule": "trigger"} for d in "ab"]


def write(tmp_path: Path, text: str, header: str = HEADER) -> Path:
    path = tmp_path / "corrections.csv"
    path.write_text(header + text, encoding="utf-8")
    return path


def read(tmp_path: Path, text: str) -> list[corrections.Correction]:
    return corrections.read(write(tmp_path, text + "\n"))


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases(), ids=lambda c: c["line"])
def test_line(case: dict[str, str], tmp_path: Path) -> None:
    """`entities` and `events` say what is left; both empty: the line matches nothing."""
    wanted = read(tmp_path, case["line"])
    links = link.link(NAMES, corrections=wanted)
    left = {e["event_id"]: e["status"] for e in corrections.events(EVENTS, wanted)}
    documents: dict[str, str] = defaultdict(str)
    for name in sorted(NAMES, key=lambda n: n["doc_id"]):
        if links[name["name_id"]]:
            documents[links[name["name_id"]]] += name["doc_id"]
    if case["entities"]:
        assert documents == dict(p.rsplit("=", 1) for p in case["entities"].split())
        assert set(documents) == {e["entity_id"] for e in links.entities()}
    if case["events"]:
        assert left == dict(p.split("=") for p in case["events"].split())
    matched = bool(case["entities"] or case["events"])
    assert wanted[0].matched == matched
    assert len(corrections.unmatched(wanted)) == (not matched)


def entity(tmp_path: Path, line: str, entity_id: str) -> dict[str, Any]:
    links = link.link(NAMES, corrections=read(tmp_path, line))
    return next(e for e in links.entities() if e["entity_id"] == entity_id)


def test_touched_rows_are_marked(tmp_path: Path) -> None:
    assert entity(tmp_path, "entity,LOC:dole,,set,latitude,47.1,seen", "LOC:dole")["latitude"] == 47.1
    assert entity(tmp_path, "entity,LOC:dole,,set,latitude,47.1,seen", "LOC:dole")["merge_rule"] == "corrected (seen)"
    assert entity(tmp_path, "entity,Gazelle,,rename,,Gazelle SA,", "ORG:gazelle")["name"] == "Gazelle SA"
    (first, _) = corrections.events(EVENTS, read(tmp_path, "event,a#e1,,set,status,negated,"))
    assert first["rule"] == "trigger | corrected"


def test_dropped_and_relabelled_names_leave_the_rows(tmp_path: Path) -> None:
    lines = "entity,PER:claire-kerdoncuff,,drop,,,\nentity,ORG:gazelle,,relabel,,PER,"
    links = link.link(NAMES, corrections=read(tmp_path, lines))
    mentions = [{"mention_id": n["name_id"], "entity_id": n["name_id"], "label": n["label"]} for n in NAMES]
    assert [(m["mention_id"], m["label"]) for m in links.name(mentions)] == [
        ("a#n0", "PER"),
        ("b#n0", "PER"),
        ("a#n5", "PER"),
        ("b#n5", "LOC"),
    ]
    told = [{"event_id": "a#e1", "role": "agent", "entity_id": "a#n9"}]
    assert list(links.name(told)) == [{"event_id": "a#e1", "role": "agent", "entity_id": "", "mention_id": ""}]
    event = {"event_id": "a#e1", "doc_id": "a", "people": "Claire Kerdoncuff", "organisations": "Gazelle", "places": ""}
    located = links.locate(event, [])
    assert (located["people"], located["organisations"]) == ("Gazelle", "")


def test_a_corrected_country_reaches_the_events(tmp_path: Path) -> None:
    links = link.link(NAMES, corrections=read(tmp_path, "entity,LOC:dole,,set,country,BE,"))
    told = links.name([{"event_id": "b#e1", "role": "place", "entity_id": "b#n5"}])
    assert links.locate({"event_id": "b#e1", "doc_id": "b"}, told)["country"] == "BE"


def test_cells_of_several_lines_and_quotes(tmp_path: Path) -> None:
    text = 'entity,PER:x,,drop,,,"two\nlines"\nentity,PER:y,,eat,,,it says "no"\n'
    with pytest.raises(DepecheError, match=r"line 4: unknown action 'eat'"):
        corrections.read(write(tmp_path, text))


def test_what_belongs_to_a_dropped_event_goes_with_it(tmp_path: Path) -> None:
    wanted = read(tmp_path, "event,a#e1,,drop,,,")
    told = [{"event_id": "a#e1", "role": "agent"}, {"event_id": "b#e1", "role": "agent"}]
    assert list(corrections.kept(told, wanted)) == told[1:]


def test_lines_build_on_each_other(tmp_path: Path) -> None:
    lines = "entity,PER:jean-martin,b,split,,Jean Martin fils,\nentity,Jean Martin fils,,set,description,boulanger,"
    row = entity(tmp_path, lines, "PER:jean-martin@b")
    assert (row["name"], row["description"]) == ("Jean Martin fils", "boulanger")


def test_semicolons_and_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path, "entity;PER:x;drop\n\n", "\ufeffscope;id;action\n")
    assert [(c.line, c.id, c.action) for c in corrections.read(path)] == [(2, "PER:x", "drop")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("entity,PER:x,,eat,,,\n", "line 2: unknown action 'eat' for entity; choose merge, split"),
        ("person,PER:x,,drop,,,\n", "line 2: unknown scope 'person'; choose entity, event or timeline"),
        ("entity,PER:x,,drop,,,\nentity,,,drop,,,\n", "line 3: the id is missing"),
        ("entity,PER:x,,set,colour,red,\n", "line 2: unknown column 'colour' of entities"),
        ("entity,PER:x,,set,latitude,north,\n", "line 2: 'north' is no number for latitude"),
        ("event,a#e1,,set,status,done,\n", "line 2: 'done' is no status; choose occurred, ongoing"),
        ("timeline,a#e1,,set,earliest,2 janvier,\n", "line 2: '2 janvier' is no date for earliest"),
        ("entity,PER:x,,merge,,,\n", "line 2: merge needs a value"),
        ("entity,PER:x,,relabel,,PERSON,\n", "line 2: unknown label 'PERSON'; choose PER, LOC or ORG"),
        ("entity,PER:x,,split,,,\n", "line 2: split needs a doc_id"),
        ("entity,PER:x,,drop,,,,,\n", "line 2: more cells than columns"),
    ],
)
def test_bad_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match=re.escape(said)):
        corrections.read(write(tmp_path, text))


@pytest.mark.parametrize("header", ["", "scope,action\n", "scope,id,action,quoi\n"])
def test_bad_header(header: str, tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match=r"corrections\.csv, line 1: "):
        corrections.read(write(tmp_path, "", header))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match="cannot be read"):
        corrections.read(tmp_path / "absent.csv")
