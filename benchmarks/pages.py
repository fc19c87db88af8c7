"""How well pages and scraped texts are read: furniture out, article kept, title and day right.

    python -m benchmarks.pages [--show]     # ours
    python -m benchmarks.pages --nameless   # ours, on pages whose classes and ids say nothing
    python -m benchmarks.pages --peer       # trafilatura with its defaults, on the web pages alone

`pages/layouts/*.html|txt` imitate the sites people scrape (WordPress, regional and national dailies, agencies, African,
Belgian and Québec sites, radio, SPIP, Joomla, Drupal, tables of the 1990s); `pages/articles.toml` holds our own
articles. Each layout is printed with two articles; what a layout marks with `f(...)` is furniture, so the gold needs no
annotating. Figures count letters and digits.
"""

from __future__ import annotations

import datetime
import re
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from rapidfuzz.distance import Indel

from pipeline.clean import clean
from pipeline.cleaning.boilerplate import fold
from pipeline.model.article import Article
from pipeline.read import read
from pipeline.reading.daynotes import day_of
from pipeline.reading.encoding import decode

FOLDER = Path(__file__).parent / "pages"
MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"]
MONTHS += ["septembre", "octobre", "novembre", "décembre"]
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


@dataclass
class Gold:
    """What is true of a printed page."""

    name: str
    title: str
    published: str
    body: list[str]
    furniture: list[str]
    dated: bool


def pages(folder: Path) -> Iterator[Gold]:
    """Print every layout with two articles into `folder`; gives the gold of each."""
    articles: list[dict[str, Any]] = tomllib.loads((FOLDER / "articles.toml").read_text(encoding="utf-8"))["article"]
    for number, path in enumerate(sorted((FOLDER / "layouts").iterdir())):
        for article in (articles[number % len(articles)], articles[(number * 5 + 7) % len(articles)]):
            gold, text = _print(path, article)
            encoding = "cp1252" if "iso-8859-1" in text else "utf-8"
            (folder / gold.name).write_bytes(text.encode(encoding, "xmlcharrefreplace"))
            yield gold


def _print(path: Path, article: dict[str, Any]) -> tuple[Gold, str]:
    furniture: list[str] = []

    def mark(text: str) -> str:
        furniture.append(text)
        return text

    day = datetime.date.fromisoformat(article["published"])
    later = day + datetime.timedelta(days=1)
    body = [("h2", p[3:]) if p.startswith("## ") else ("p", p) for p in article["paragraphs"]]
    text = path.read_text(encoding="utf-8")
    told = {
        **article,
        "day": _day(day),
        "slash": f"{day:%d/%m/%Y}",
        "weekday": WEEKDAYS[day.weekday()],
        "english_day": f"{day:%d %b %Y}",
        "later": later.isoformat(),
        "next": later.isoformat(),
        "later_day": _day(later),
        "later_slash": f"{later:%d/%m/%Y}",
    }
    printed = jinja2.Template(text).render(a=told, body=body, f=mark)
    name = f"{path.stem}-{article['key']}{path.suffix}"
    parts = [p for p in [article["lead"], *(p for _, p in body)] if p]
    return Gold(name, article["title"], article["published"], parts, furniture, path.suffix == ".html"), printed


def _day(day: datetime.date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def nameless(folder: Path) -> Iterator[Article]:
    """Every file read and cleaned by Dépêche when no class, id, role or property gives a hint."""
    hint = re.compile(r'\b(class|id|itemprop|role|data-[\w-]+)="[^"]*"')
    for path in folder.glob("*.html"):
        data = path.read_bytes()
        path.write_bytes(hint.sub(r'\1="x"', data.decode("latin-1")).encode("latin-1"))
    return ours(folder)


def letters(text: str) -> str:
    """Letters and digits alone, folded."""
    return re.sub(r"[\W_]+", "", fold(text))


def ours(folder: Path) -> Iterator[Article]:
    """Every file read and cleaned by Dépêche."""
    return (clean(article) for article in read([folder]))


def trafilatura_alone(folder: Path) -> Iterator[Article]:
    """Every web page as trafilatura reads it."""
    import trafilatura

    for path in sorted(folder.glob("*.html")):
        markup = decode(path.read_bytes())[0]
        told = trafilatura.bare_extraction(markup, with_metadata=True)
        article = Article(path.name, path.name)
        if told is not None:
            article.text, article.title = told.text or "", told.title or ""  # type: ignore[union-attr]
            article.published = day_of(told.date or "")  # type: ignore[union-attr]
        yield article


def measure(show: bool = False, reader: Callable[[Path], Iterator[Article]] = ours) -> dict[str, float]:
    """Shares of article kept and furniture removed, of titles and days right."""
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        golds = {g.name: g for g in pages(Path(name))}
        for article in reader(Path(name)):
            gold, text = golds[article.doc_id], article.text
            count["files"] += 1
            _body(gold, text, count, show)
            _furniture(gold, text, count, show)
            if gold.dated:
                count["pages"] += 1
                right = letters(article.title) == letters(gold.title)
                count["title"] += right
                day = article.published.isoformat() if article.published else ""
                count["day"] += day == gold.published
                if show and not right:
                    print(f"{gold.name}: title {article.title!r}")
                if show and day != gold.published:
                    print(f"{gold.name}: day {day!r} for {gold.published} {article.extra}")
    return {
        "files": count["files"],
        "article kept": round(count["kept"] / count["body"], 4),
        "furniture removed": round(1 - count["left"] / count["furniture"], 4),
        "titles right": round(count["title"] / count["pages"], 4),
        "days right": round(count["day"] / count["pages"], 4),
    }


def _body(gold: Gold, text: str, count: Counter[str], show: bool) -> None:
    wanted, got = letters(" ".join(gold.body)), letters(text)
    kept = sum(o.src_end - o.src_start for o in Indel.opcodes(wanted, got) if o.tag == "equal")
    count["body"] += len(wanted)
    count["kept"] += kept
    if show:
        for part in gold.body:
            if letters(part) not in got:
                print(f"{gold.name}: lost {part[:90]!r}")


def _furniture(gold: Gold, text: str, count: Counter[str], show: bool) -> None:
    lines = [letters(line) for line in text.split("\n")]
    body = letters(" ".join(gold.body))
    for piece in gold.furniture:
        short = letters(piece)
        if not short or short in body:
            continue
        count["furniture"] += len(short)
        if any(short in line if len(short) > 12 else line.startswith(short) or line.endswith(short) for line in lines):
            count["left"] += len(short)
            if show:
                print(f"{gold.name}: left {piece[:90]!r}")


if __name__ == "__main__":
    chosen = {"--peer": trafilatura_alone, "--nameless": nameless}
    for figure, value in measure("--show" in sys.argv, chosen.get(sys.argv[-1], ours)).items():
        print(f"{figure:20} {value}")
