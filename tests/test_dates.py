"""What time expressions say: cases from `cases/dates.csv`, and properties.

A case marks each expression with its EDTF (or duration, set; empty where only the text around it could tell) as read on
the day in `published` by a verb that `looks` back (-1), ahead (1) or neither (0).
"""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import cases
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import dates
from pipeline.model import lexicon
from pipeline.timex import timepatterns
from pipeline.timex.timevalues import Frame, value

CASES = cases("dates.csv")
MARK = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")
MONTHS = [row["form"] for row in lexicon.rows("months.csv")[:12]]
WEEKDAYS = [row["form"] for row in lexicon.rows("weekdays.csv")[:7]]


def unmarked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence and its marks as (start, end, value)."""
    marks, out, at = [], "", 0
    for match in MARK.finditer(text):
        out += text[at : match.start()]
        marks.append((len(out), len(out) + len(match[1]), match[2]))
        out += match[1]
        at = match.end()
    return out + text[at:], marks


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:60] for c in CASES])
def test_case(case: dict[str, str]) -> None:
    text, marks = unmarked(case["text"])
    frame = Frame(date.fromisoformat(case["published"]), direction=int(case["looks"]) or -1)
    found = []
    for timex in dates.find(text):
        meant = value(timex.said, frame) if timex.kind in ("date", "time") else None
        told = (meant.stretch.edtf if meant else "") if timex.kind in ("date", "time") else timex.kind
        found.append((timex.start, timex.end, told))
    assert found == marks
    assert " | ".join(t.rule for t in dates.find(text)) == case["rule"]


def test_every_rule_has_a_case() -> None:
    used = {name for case in CASES for rule in case["rule"].split(" | ") for name in rule.split("+")}
    table = timepatterns.rules()
    atoms = {atom.name for atoms in table.starts.values() for atom in atoms} - {"unit"}
    wanted = atoms | {join.name for join in table.joins if join.op != "list"} | {s.name for s in table.signals}
    assert wanted - used == set()


def written(day: date) -> list[str]:
    """A day in twelve ways of writing."""
    d, m, y = day.day, MONTHS[day.month - 1], day.year
    first = "1er" if d == 1 else str(d)
    return [
        f"le {first} {m} {y}",
        f"le {WEEKDAYS[day.weekday()]} {first} {m} {y}",
        f"Le {first}\u00a0{m}\u00a0{y}",
        f"le {first} {m.upper()} {y}",
        f"LE {first} {m.capitalize()} {y}",
        f"({first} {timepatterns.plain(m)} {y})",
        f"le {d:02}/{day.month:02}/{y}",
        f"le {d}.{day.month}.{y}",
        f"le {d:02}-{day.month:02}-{y}",
        f"{y}-{day.month:02}-{d:02}",
        f"le {first} {m} de l'an {y}",
        f"mis en ligne le {first} {m}, {y}.",
    ]


@settings(max_examples=150, deadline=None)
@given(st.dates(date(1800, 1, 1), date(2100, 12, 31)))
def test_any_day_comes_back(day: date) -> None:
    for text in written(day):
        found = [value(t.said, Frame(None)) for t in dates.find(text)]
        assert [f.stretch.edtf for f in found if f] == [day.isoformat()], text


SENTENCES = [text for text, marks in map(unmarked, (c["text"] for c in CASES)) if marks]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SENTENCES), st.none() | st.dates(date(1830, 1, 1), date(2090, 1, 1)), st.sampled_from([-1, 0, 1])
)
def test_never_reversed_and_always_edtf(text: str, published: date | None, looks: int) -> None:
    for timex in dates.find(text):
        found = value(timex.said, Frame(published, direction=looks))
        if found and found.stretch.earliest:
            assert found.stretch.latest and found.stretch.earliest <= found.stretch.latest
        if found and found.stretch.edtf:
            parse_edtf(found.stretch.edtf)
        if published is None and found and found.basis == "relative":
            assert found.stretch.earliest is None


@given(st.text(alphabet="le du 5 mai2012àun/-.'\u00a0\nIX", max_size=80))
def test_spans_are_in_order_inside_the_text(text: str) -> None:
    end = 0
    for timex in dates.find(text):
        assert end <= timex.start < timex.end <= len(text)
        end = timex.end


@pytest.mark.parametrize(
    "piece", ["x" * 50, "1" * 50, "le ", "un deux ", "lundi ", "12 mai ", "le 5, ", "2012-", "mi-"]
)
def test_linear_time(piece: str) -> None:
    def seconds(times: int) -> float:
        text = piece * (times // len(piece))
        start = time.process_time()
        dates.find(text)
        return time.process_time() - start

    seconds(1000)
    once, twice = min(seconds(10_000) for _ in range(2)), min(seconds(20_000) for _ in range(2))
    assert twice < 3.5 * once + 0.05


def test_a_user_adds_a_row(tmp_path: Path) -> None:
    (tmp_path / "feasts.csv").write_text(
        "form,month,day,easter,year,note\nFête des Vignerons,8,1,,,\n", encoding="utf-8"
    )
    try:
        lexicon.use(tmp_path)
        timepatterns.reload()
        assert [t.said for t in dates.find("La Fête des Vignerons 2019.")] == [{"month": 8, "day": 1, "year": 2019}]
    finally:
        lexicon.use(None)
        timepatterns.reload()
    assert [t.rule for t in dates.find("La Fête des Vignerons 2019.")] == []


def test_a_week_counts_from_monday() -> None:
    monday = date(2013, 10, 14)
    for n in range(7):
        found = value(dates.find("cette semaine")[0].said, Frame(monday + timedelta(days=n)))
        assert found and found.stretch.earliest == monday
