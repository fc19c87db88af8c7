"""Timeline: pairs of short reports that tell the same event or not, and what a merged row says."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline
from pipeline import timeline
from pipeline.linking import corrections
from pipeline.linking.namekeys import fold
from pipeline.model import schema
from pipeline.model.schema import SEPARATOR

CASES = Path(__file__).parent / "cases" / "timeline.csv"
MARK = re.compile(r"\[([^]]+)\]")
Row = dict[str, Any]


def report(case: Row, doc_id: str) -> Row:
    """A case row as an `events` row of one document."""
    first, _, last = case["date"].partition("..")
    who = case["who"].split(SEPARATOR)
    words = case["summary"].replace("'", " ").split()
    return {
        "event_id": f"{doc_id}#e1",
        "doc_id": doc_id,
        "trigger": next((w for w in words if fold(w)[:3] == fold(case["lemma"])[:3]), case["lemma"]),
        "lemma": case["lemma"],
        "type": case["type"],
        "subtype": case["subtype"],
        "status": case["status"],
        "certainty": case["certainty"],
        "earliest": first,
        "latest": last or first,
        "edtf": case["date"].replace("..", "/"),
        "relation": "at" if first else "",
        "basis": case["basis"],
        "people": SEPARATOR.join(w for w in who if not w.startswith("ORG:")),
        "organisations": SEPARATOR.join(w.removeprefix("ORG:") for w in who if w.startswith("ORG:")),
        "places": case["where"],
        "country": case["country"],
        "speaker": case["speaker"],
        "summary": case["summary"],
        "sentence": case["summary"],
        "published": case["published"],
    }


def pairs() -> list[tuple[Row, Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    with CASES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["pair"]].append(row)
    return [(a, b) for a, b in found.values()]


@pytest.mark.parametrize("pair", pairs(), ids=lambda p: f"{p[0]['same']}-{p[0]['note']}")
def test_pair(pair: tuple[Row, Row]) -> None:
    """Alone and turned round."""
    a, b = report(pair[0], "a"), report(pair[1], "b")
    for rows in ([a, b], [b, a]):
        assert (len(list(timeline.merge(rows).rows())) == 1) == (pair[0]["same"] == "yes")


def reports() -> list[Row]:
    """Short reports with a marked trigger, two a pair."""
    with (CASES.parent / "reports.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        marked = MARK.search(row["text"])
        assert marked is not None
        row.update(doc_id=f"{int(row['pair']):02}{'ab'[i % 2]}", start=str(marked.start()))
        row["text"] = MARK.sub(r"\1", row["text"])
    return rows


def test_reports(tmp_path: Path) -> None:
    """From text to timeline: pairwise F1 over the reports is at least 0.90."""
    rows = reports()
    source = tmp_path / "reports.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(
                json.dumps({k: row[k] for k in ("doc_id", "published", "title", "text")}, ensure_ascii=False) + "\n"
            )
    events = pipeline.run(source).events
    found = {
        (doc, start): place for doc, start, place in zip(events.doc_id, events.start, events.timeline_id, strict=True)
    }
    for doc, also, place in zip(events.doc_id, events.also_at.fillna(""), events.timeline_id, strict=True):
        found.update({(doc, int(span.split("-")[0])): place for span in also.split(SEPARATOR) if span})
    counts: Counter[tuple[bool, bool]] = Counter()
    for a, b in zip(rows[::2], rows[1::2], strict=True):
        first, second = (found.get((r["doc_id"], int(r["start"]))) for r in (a, b))
        counts[a["same"] == "yes", first is not None and first == second] += 1
    right, wrong = counts[True, True], counts[False, True] + counts[True, False]
    assert 2 * right / (2 * right + wrong) >= 0.90, counts


ALL = [report(row, f"{i:02}{side}") for i, pair in enumerate(pairs()) for side, row in zip("ab", pair, strict=True)]


def test_pairs_amid_all_the_others() -> None:
    """In one corpus, pairwise F1 over the cases is at least 0.90 (a report may meet other cases' reports)."""
    place_in = timeline.merge(ALL)
    wanted = [pair[0]["same"] == "yes" for pair in pairs()]
    found = [place_in[f"{i:02}a#e1"] == place_in[f"{i:02}b#e1"] for i in range(len(wanted))]
    both = sum(w and f for w, f in zip(wanted, found, strict=True))
    assert 2 * both / (sum(wanted) + sum(found)) >= 0.90


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_documents_does_not_matter(random: Any) -> None:
    expected = timeline.merge(ALL)
    rows = list(ALL)
    random.shuffle(rows)
    found = timeline.merge(rows)
    assert places(found, rows) == places(expected, rows)
    assert list(found.rows()) == list(expected.rows())


def places(made: timeline.Timeline, rows: list[Row]) -> dict[str, str]:
    """event_id → timeline_id."""
    return {row["event_id"]: made[row["event_id"]] for row in rows}


def test_rows_are_sorted_and_complete() -> None:
    rows = list(timeline.merge(ALL).rows())
    dates = [r["earliest"] or "9999" for r in rows]
    assert dates == sorted(dates)
    assert all(set(r) == set(schema.columns("timeline")) for r in rows)
    assert sorted(e for r in rows for e in r["events"].split(" | ")) == sorted(r["event_id"] for r in ALL)
    assert all(r["timeline_id"] == min(r["events"].split(" | ")) for r in rows)


def case(note: str) -> list[Row]:
    pair = next(p for p in pairs() if p[0]["note"] == note)
    return [report(pair[0], "a"), report(pair[1], "b")]


def one(rows: list[Row], documents: list[Row] | None = None) -> Row:
    merged = list(timeline.merge(rows, documents or []).rows())
    assert len(merged) == 1
    return merged[0]


def test_latest_published_status() -> None:
    row = one(case("planned, then occurred"))
    assert (row["status"], row["statuses"], row["disputed"]) == ("occurred", "occurred | planned", False)
    assert (row["first_published"], row["last_published"]) == ("2021-03-01", "2021-03-11")


def test_cancelled_is_not_disputed() -> None:
    row = one(case("planned, then cancelled"))
    assert (row["status"], row["disputed"]) == ("negated", False)


def test_denial_is_disputed() -> None:
    assert one(case("claim and denial"))["disputed"] is True
    assert one(case("claim and denial, undated denial"))["disputed"] is True


def test_best_founded_date() -> None:
    row = one(case("day told and news of the day"))
    assert (row["earliest"], row["basis"], row["note"]) == ("2020-09-14", "relative", "")
    row = one(case("month and day"))
    assert (row["earliest"], row["latest"]) == ("2016-08-03", "2016-08-03")


def test_other_dates_are_noted() -> None:
    row = one(case("conflicting days"))
    assert (row["earliest"], row["note"]) == ("2009-04-05", "dated 2009-04-06 in b")


def test_near_duplicates_count_once() -> None:
    rows = case("the same protest in two papers")
    documents = [
        {"doc_id": "a", "publisher": "Le Phare", "duplicate_of": ""},
        {"doc_id": "b", "publisher": "Le Phare", "duplicate_of": "a"},
    ]
    row = one(rows, documents)
    assert (row["documents"], row["sources"], row["doc_ids"]) == (1, 1, "a")
    assert row["events"] == "a#e1 | b#e1"


def test_events_of_one_document_stay_apart() -> None:
    rows = case("the same protest in two papers")
    twin = {**rows[0], "event_id": "a#e9"}
    place_in = timeline.merge([*rows, twin])
    assert len(list(place_in.rows())) == 2
    assert place_in["a#e1"] != place_in["a#e9"]


def test_near_duplicates_are_one_even_undated() -> None:
    """What a near-duplicate says in the same words is the same event, whatever day it was printed."""
    a, b = case("another country")
    for row, doc in ((a, "2022-01-05"), (b, "2022-03-05")):
        row.update(earliest="", latest="", published=doc, sentence="Il pleut.", trigger="pleut", basis="unknown")
    assert len(list(timeline.merge([a, b]).rows())) == 2
    row = one([a, b], [{"doc_id": "a"}, {"doc_id": "b", "duplicate_of": "a"}])
    assert (row["documents"], row["last_published"], row["events"]) == (1, "2022-01-05", "a#e1 | b#e1")


def test_nothing_to_merge() -> None:
    made = timeline.merge([])
    assert (list(made.rows()), list(made.events())) == ([], [])


@st.composite
def corpora(draw: st.DrawFn) -> list[Row]:
    """A few documents that tell much the same, in all states a row can be in."""
    rows = []
    for doc in range(draw(st.integers(1, 5))):
        for i in range(draw(st.integers(0, 4))):
            first = draw(st.sampled_from(["", "2022-01-02", "2022-01-03", "2022-01-01", "1999-01-01"]))
            last = draw(st.sampled_from([first, "2022-01-31"])) if first else ""
            rows.append(
                {
                    "event_id": f"{doc}#e{i}",
                    "doc_id": str(doc),
                    "type": draw(st.sampled_from(["protest", "attack", "statement", "law", ""])),
                    "lemma": draw(st.sampled_from(["manifester", "manifestation", "dire", ""])),
                    "status": draw(st.sampled_from(["occurred", "negated", "planned", ""])),
                    "certainty": draw(st.sampled_from(["asserted", "denied"])),
                    "earliest": first,
                    "latest": last,
                    "basis": draw(st.sampled_from(["explicit", "publication", "unknown", ""])),
                    "places": draw(st.sampled_from(["Almaty", "Almaty | Aktaou", ""])),
                    "people": draw(st.sampled_from(["Jeanne Karadec", ""])),
                    "summary": draw(st.sampled_from(["la foule manifeste", "12 morts", ""])),
                    "sentence": "Des ouvriers ont manifesté.",
                    "published": draw(st.sampled_from(["", "2022-01-03", "2022-01-09"])),
                }
            )
    return rows


@settings(max_examples=60, deadline=None)
@given(corpora(), st.randoms(use_true_random=False))
def test_invariants(rows: list[Row], random: Any) -> None:
    documents = [{"doc_id": str(d), "duplicate_of": "0" if d == 1 else ""} for d in range(5)]
    place_in = timeline.merge(rows, documents)
    found = list(place_in.rows())
    told = [r["events"].split(SEPARATOR) for r in found]
    assert sorted(e for events in told for e in events) == sorted(r["event_id"] for r in rows)
    assert all(len({e.split("#")[0] for e in events}) == len(events) for events in told)
    assert all(
        place_in[e] == r["timeline_id"] == min(events) for r, events in zip(found, told, strict=True) for e in events
    )
    assert [e["timeline_id"] for e in place_in.events()] == [place_in[e["event_id"]] for e in rows]
    random.shuffle(rows)
    again = timeline.merge(rows, documents)
    assert (list(again.rows()), places(again, rows)) == (found, places(place_in, rows))


def test_linked_names() -> None:
    """Entities decide, not the wording; the timeline shows the corpus name once."""
    rows = case("appointment")
    for row, name in zip(rows, ("Karadec", "J. Karadec"), strict=True):
        row["people"] = name
        row["_entities"] = [("patient", "PER:jeanne-karadec", "Jeanne Karadec", "", "")]
    assert one(rows)["people"] == "Jeanne Karadec"


def corrected(rows: list[Row], line: str, tmp_path: Path) -> tuple[list[Row], list[corrections.Correction]]:
    path = tmp_path / "corrections.csv"
    path.write_text("scope,id,doc_id,action,column,value,note\n" + line + "\n", encoding="utf-8")
    wanted = corrections.read(path)
    return list(timeline.merge(rows, corrections=wanted).rows()), wanted


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("event,b#e1,,split,,,", 2),
        ("timeline,a#e1,b,split,,,", 2),
        ("timeline,a#e1,,drop,,,", 0),
        ("timeline,b#e1,,drop,,,", 0),
        ("timeline,a#e1,,set,status,uncertain,", 1),
    ],
)
def test_corrections(line: str, count: int, tmp_path: Path) -> None:
    rows, wanted = corrected(case("the same protest in two papers"), line, tmp_path)
    assert len(rows) == count
    assert wanted[0].matched


@pytest.mark.parametrize("line", ["event,b#e1,,merge,,a#e1,", "timeline,b#e1,,merge,,a#e1,the same march"])
def test_merging_by_hand(line: str, tmp_path: Path) -> None:
    rows, wanted = corrected(case("another town"), line, tmp_path)
    assert [r["events"] for r in rows] == ["a#e1 | b#e1"]
    assert wanted[0].matched


def test_set_marks_the_row(tmp_path: Path) -> None:
    rows, _ = corrected(case("appointment"), "timeline,a#e1,,set,earliest,2018-01-31,checked", tmp_path)
    assert (rows[0]["earliest"], rows[0]["note"]) == ("2018-01-31", "corrected (checked)")


def test_correction_of_nothing_is_told(tmp_path: Path) -> None:
    _, wanted = corrected(case("appointment"), "timeline,z#e1,,drop,,,", tmp_path)
    assert corrections.unmatched(wanted) == ["line 2: no timeline z#e1"]
