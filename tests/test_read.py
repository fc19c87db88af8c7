"""Every kind of input gives its articles, ids and days; every bad one a row with a reason."""

import csv
import gzip
import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from pipeline.model.article import Article, DepecheError
from pipeline.read import read

TEXT = "Le Sénat a voté mardi le budget de l’État, « sans surprise », après un débat."


def reading(path: Path | str | list[str], **options: dict[str, str]) -> dict[str, Article]:
    return {a.doc_id: a for a in read(path if isinstance(path, list) else [path], **options)}


def only(path: Path | str, **options: dict[str, str]) -> Article:
    (article,) = reading(path, **options).values()
    return article


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# inputs


def test_ids_are_paths_in_a_folder(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/10.txt", ".hidden.txt", "a/.git/x.txt"):
        write(tmp_path / name, TEXT)
    assert list(reading(tmp_path)) == ["a/10.txt", "a/2.txt", "b.txt"]


def test_a_file_is_named_by_itself_and_a_glob_from_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "a/x.txt", TEXT)
    write(tmp_path / "b/x.txt", TEXT)
    assert list(reading(tmp_path / "a/x.txt")) == ["x.txt"]
    assert list(reading(f"{tmp_path}/*/x.txt")) == ["a/x.txt", "b/x.txt"]


def test_the_same_name_twice_gives_two_ids(tmp_path: Path) -> None:
    paths = [str(write(tmp_path / folder / "x.txt", TEXT)) for folder in "ab"]
    found = reading(paths)
    assert list(found) == ["x.txt", f"{tmp_path}/b/x.txt"]
    assert list(reading(paths[::-1])) == list(found)


def test_a_file_met_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "x.txt", TEXT)
    assert len(reading([str(tmp_path), str(path)])) == 1


def test_a_missing_input_is_told() -> None:
    with pytest.raises(DepecheError, match="nowhere"):
        list(read(["nowhere/at/all"]))


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.reading import files

    files._spooled.cache_clear()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps({"id": "a", "text": TEXT}).encode())))
    assert only("-").doc_id == "a"
    assert only("-").text == TEXT
    files._spooled.cache_clear()


ROWS = [{"Titre": "Vote", "Texte": TEXT, "Date": "3 mai 2022", "rubrique": "Politique", "words": "12"}]


def table(suffix: str, path: Path) -> Path:
    if suffix in (".json", ".json.gz"):
        data = json.dumps(ROWS).encode()
    elif suffix in (".jsonl", ".jsonl.gz"):
        data = "\n".join(map(json.dumps, ROWS)).encode()
    elif suffix in (".csv", ".tsv"):
        out = io.StringIO()
        lines = csv.DictWriter(out, list(ROWS[0]), delimiter="\t" if suffix == ".tsv" else ";")
        lines.writeheader()
        lines.writerows(ROWS)
        data = out.getvalue().encode("cp1252")
    elif suffix == ".parquet":
        pa = pytest.importorskip("pyarrow")
        import pyarrow.parquet

        pyarrow.parquet.write_table(pa.Table.from_pylist(ROWS), path)
        return path
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.active.append(list(ROWS[0]))
        book.active.append(list(ROWS[0].values()))
        book.save(path)
        return path
    return write(path, gzip.compress(data) if suffix.endswith(".gz") else data)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl", ".json.gz", ".jsonl.gz", ".parquet", ".xlsx"])
def test_tables(suffix: str, tmp_path: Path) -> None:
    article = only(table(suffix, tmp_path / f"articles{suffix}"))
    assert article.doc_id == f"articles{suffix}#1"
    assert (article.title, article.text) == ("Vote", TEXT)
    assert (article.published, article.published_basis) == (date(2022, 5, 3), "metadata")
    assert article.extra == {"rubrique": "Politique", "input_words": "12"}


def test_a_json_array_is_read_record_by_record(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps([{"id": i, "text": TEXT * 50} for i in range(300)], indent=1))
    assert list(reading(path)) == [str(i) for i in range(300)]


def test_an_object_that_holds_the_articles(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps({"total": 1, "articles": [{"title": "Vote", "content": TEXT}]}))
    assert only(path).title == "Vote"


def test_wordpress_records_and_cells_with_tags(tmp_path: Path) -> None:
    record = {"id": 7, "title": {"rendered": "Le <i>vote</i>"}, "content": {"rendered": f"<p>{TEXT}</p><p>Fin.</p>"}}
    article = only(write(tmp_path / "a.json", json.dumps([record])))
    assert (article.doc_id, article.title, article.text) == ("7", "Le vote", f"{TEXT}\n\nFin.")


def test_named_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f'corps_du_papier,quand\n"{TEXT}",2022-05-03\n')
    article = only(path, columns={"text": "corps_du_papier", "published": "quand"})
    assert (article.text, article.published) == (TEXT, date(2022, 5, 3))
    assert "no column 'x'" in only(path, columns={"text": "x"}).note


def test_ambiguous_and_missing_text_columns(tmp_path: Path) -> None:
    both = only(write(tmp_path / "a.csv", "text,content\nUn,Deux\n"))
    assert both.status == "failed" and "text, content" in both.note and "--text-column" in both.note
    none = only(write(tmp_path / "b.csv", "nom,prix\nUn,2\n"))
    assert none.status == "failed" and "nom, prix" in none.note


def test_what_other_tools_write(tmp_path: Path) -> None:
    row = {
        "title": "Le vote",
        "hostname": "www.exemple.fr",
        "date": "2022-05-03",
        "raw_text": "x",
        "text": TEXT,
        "url": "https://www.exemple.fr/a",
    }
    article = only(write(tmp_path / "a.json", json.dumps(row)))
    assert (article.text, article.source, article.publisher) == (TEXT, row["url"], "www.exemple.fr")
    page = f"<html><body><h1>Le vote</h1><p>{TEXT}</p></body></html>"
    article = only(write(tmp_path / "b.jsonl", json.dumps({"link": "https://www.exemple.fr/b", "html": page})))
    assert (article.text, article.title, article.publisher) == (TEXT, "Le vote", "exemple.fr")


def test_given_ids_that_collide(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,text\n1,Un mot\n1,Deux mots\n,Trois mots\n")
    assert list(reading(path)) == ["1", "a.csv#2", "a.csv#3"]


def test_zip_members_and_tables_in_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x/un.txt", TEXT)
        archive.writestr("rows.jsonl", json.dumps({"text": TEXT}))
        archive.writestr("../../climbs.txt", TEXT)
        archive.writestr("inner.zip", b"PK")
        archive.writestr("__MACOSX/un.txt", TEXT)
    found = reading(tmp_path / "a.zip")
    assert list(found) == ["a.zip/climbs.txt", "a.zip/inner.zip", "a.zip/rows.jsonl#1", "a.zip/x/un.txt"]
    assert found["a.zip/inner.zip"].status == "skipped"
    assert {p.name for p in tmp_path.parent.iterdir()} >= {tmp_path.name}
    assert not (tmp_path.parent.parent / "climbs.txt").exists()


def test_markdown_and_header_blocks(tmp_path: Path) -> None:
    write(
        tmp_path / "a.md",
        f"---\ntitle: Le vote\ndate: 2022-05-03\n---\n# Vote\n\n{TEXT.replace('Sénat', '**Sénat**')}\n",
    )
    write(tmp_path / "b.txt", f"Titre : Le vote\nDate : 3 mai 2022\nRubrique : x\n\n{TEXT}")
    write(tmp_path / "c.txt", f"Titre : Le vote\nDate : 3 mai 2022\n\n{TEXT}")
    write(tmp_path / "d.txt", f"Le Sénat vote le budget\n\n{TEXT}")
    found = reading(tmp_path)
    assert (found["a.md"].title, found["a.md"].text, found["a.md"].published) == ("Le vote", TEXT, date(2022, 5, 3))
    assert found["b.txt"].text.startswith("Titre")
    assert (found["c.txt"].title, found["c.txt"].text, found["c.txt"].published) == ("Le vote", TEXT, date(2022, 5, 3))
    assert found["d.txt"].title == "Le Sénat vote le budget" and found["d.txt"].text.startswith("Le Sénat vote")


def test_a_txm_folder(tmp_path: Path) -> None:
    write(tmp_path / "metadata.csv", "id,titre,date,parti\nun,Le vote,2022-05-03,A\ndeux,Le refus,2022-05-04,B\n")
    write(tmp_path / "un.txt", TEXT)
    write(tmp_path / "deux.txt", TEXT)
    found = reading(tmp_path)
    assert list(found) == ["deux.txt", "un.txt"]
    assert (found["un.txt"].title, found["un.txt"].published, found["un.txt"].extra) == (
        "Le vote",
        date(2022, 5, 3),
        {"parti": "A"},
    )


def test_a_tei_text(tmp_path: Path) -> None:
    write(tmp_path / "metadata.csv", "id,date,parti\nun,2022-05-03,A\n")
    tei = (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><titleStmt><title>Le vote</title></titleStmt></teiHeader>'
        f"<text><body><div><head>Au Sénat</head><p>{TEXT.replace('Sénat', '<w>Sénat</w>')}</p></div></body></text>"
        "</TEI>"
    )
    article = only(write(tmp_path / "un.xml", tei).parent)
    assert (article.title, article.text) == ("Le vote", f"Au Sénat\n\n{TEXT}")
    assert (article.published, article.extra) == (date(2022, 5, 3), {"parti": "A"})


EXPORT = """<html><body><article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">Le
Matin, no. 24</span></div><div><span class="DocHeader">Politique, mardi 3 mai 2022 834 mots, p. 8</span></div>
<div class="titreArticle"><p class="sm-margin-TopNews titreArticleVisu rdp__articletitle">Le vote</p>
<p class="sm-margin-bottomNews">Anne Lesage</p></div></header><section><div class="DocText clearfix"><div
class="docOcurrContainer"><p>%s</p><p>Fin.</p></div></div></section><footer><div
class="publiC-lblNodoc">news·20220503·LM·%d</div></footer></article></body></html>"""


def test_a_europresse_export(tmp_path: Path) -> None:
    parts = [EXPORT % (TEXT, n) for n in (1, 2)]
    whole = parts[0].replace("</body></html>", "") + parts[1].partition("<body>")[2]
    found = reading(write(tmp_path / "export.HTML", whole))
    assert list(found) == ["news·20220503·LM·1", "news·20220503·LM·2"]
    article = found["news·20220503·LM·1"]
    assert (article.title, article.author, article.publisher) == ("Le vote", "Anne Lesage", "Le Matin")
    assert (article.text, article.published) == (f"{TEXT}\n\nFin.", date(2022, 5, 3))


def test_a_saved_page_and_its_folder(tmp_path: Path) -> None:
    page = f"<html><head><title>Vote</title></head><body><article><h1>Le vote</h1><p>{TEXT}</p></article></body></html>"
    write(tmp_path / "Vote.html", page)
    write(tmp_path / "Vote_files/frame.html", page)
    write(
        tmp_path / "b.mhtml",
        f"Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n{page}\n--x--\n",
    )
    found = reading(tmp_path)
    assert list(found) == ["Vote.html", "b.mhtml"]
    assert all(a.title == "Le vote" and a.text == TEXT for a in found.values())


# bad inputs: one row each, and the good ones come out

LEVELS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
LAUGHS = b'<!DOCTYPE a [<!ENTITY l0 "lol">' + LEVELS + b"]><a>&l11;</a>"
BAD = {
    "empty.txt": (b"", "skipped", "empty"),
    "blank.txt": (b" \n\t\n", "skipped", "empty"),
    "nul.txt": (b"\0" * 50, "skipped", "empty"),
    "emoji.txt": ("🎉🎊".encode(), "skipped", "no letters"),
    "binary.txt": (bytes(range(256)) * 9, "failed", "binary"),
    "picture.jpg": (b"\xff\xd8\xff", "skipped", ".jpg files are not read"),
    "broken.jsonl": (b'{"text": \n', "failed", "line 1 is not JSON"),
    "list.jsonl": (b"[1, 2]\n", "failed", "not a JSON object"),
    "broken.json": (b'[{"text": "a"', "failed", "record 1 is not JSON"),
    "deep.json": (b"[" * 100_000, "failed", ""),
    "deep.jsonl": (b'{"a":' * 100_000, "failed", ""),
    "empty.csv": (b"", "skipped", "without records"),
    "columns.csv": (b"a,b\n1,2\n", "failed", "no text column"),
    "broken.zip": (b"PK\3\4 nothing", "failed", "zip"),
    "broken.parquet": (b"PAR1 nothing", "failed", "Parquet"),
    "broken.xlsx": (b"PK nothing", "failed", "xlsx"),
    "broken.jsonl.gz": (b"\x1f\x8b broken", "failed", "unreadable"),
    "laughs.xml": (LAUGHS, "failed", "not well-formed"),
    "broken.xml": (b"<a><b></a>", "failed", "not well-formed"),
    "README.md": (b"# About", "skipped", "not an article"),
    "empty.html": (b"<html></html>", "skipped", "no text"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files(name: str, tmp_path: Path) -> None:
    content, status, note = BAD[name]
    write(tmp_path / name, content)
    write(tmp_path / "zz_good.txt", TEXT)
    *bad, good = reading(tmp_path).values()
    assert [a.status for a in bad] == [status]
    assert note in bad[0].note
    assert good.status == "ok"


def test_a_bad_row_costs_only_itself(tmp_path: Path) -> None:
    lines = [json.dumps({"text": TEXT}), "no json", json.dumps({"title": "x"}), json.dumps({"text": "\ud800 Paris"})]
    found = list(reading(write(tmp_path / "a.jsonl", "\n".join(lines))).values())
    assert [a.status for a in found] == ["ok", "failed", "failed", "ok"]
    assert found[3].text == "\ufffd Paris"


def test_a_csv_row_with_too_many_cells(tmp_path: Path) -> None:
    found = list(reading(write(tmp_path / "a.csv", 'text,title\nUn mot,a\nDeux mots,b,c\n"Trois mots",d\n')).values())
    assert [a.status for a in found] == ["ok", "failed", "ok"]


def test_an_unreadable_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    assert {a.status for a in reading(tmp_path).values()} == {"failed"}


def test_a_link_loop(tmp_path: Path) -> None:
    write(tmp_path / "a/x.txt", TEXT)
    (tmp_path / "a/loop").symlink_to(tmp_path)
    assert [a.status for a in reading(tmp_path).values()] == ["ok"]


def test_strange_file_names(tmp_path: Path) -> None:
    for name in (b"a\nb.txt", b"caf\xe9.txt", b"x | y.txt"):
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).write_text(TEXT, encoding="utf-8")
    found = reading(tmp_path)
    assert list(found) == ["a_b.txt", "café.txt", "x _ y.txt"]
    assert all(a.status == "ok" and a.source.encode() for a in found.values())


def test_a_zip_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.txt", b"a" * 30_000_000)
    article = only(tmp_path / "bomb.zip")
    assert article.status == "failed" and "bomb" in article.note


def test_a_missing_extra_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    assert "pip install 'depeche[excel]'" in only(write(tmp_path / "a.xlsx", b"PK")).note


def test_outputs_of_an_earlier_run_are_no_input(tmp_path: Path) -> None:
    write(tmp_path / "x.txt", TEXT)
    for name in ("run.json", "datapackage.json", "documents.csv"):
        write(tmp_path / "outputs" / name, "{}")
    assert list(reading(tmp_path)) == ["x.txt"]
