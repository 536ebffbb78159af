"""Every form of file in tests/read/data gives the papers that stand in it."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from kg.errors import InputError, UsageError
from kg.read import READERS, detect, merge, read
from kg.records import Paper, Rejected

DATA = Path(__file__).parent / "data"
EXPECTED: list[dict[str, Any]] = json.loads((DATA / "expected.json").read_text())["papers"]
ABSTRACTS = [paper["abstract"] for paper in EXPECTED]

# File → its format, and whether it states titles, authors, years and arXiv ids.
FORMS: dict[str, tuple[str, str]] = {
    "abstract_list.txt": ("text", ""),
    "abstract_page.html": ("html", "title authors year arxiv"),
    "anthology.xml": ("acl", "title authors"),
    "array.json": ("json", "title authors year arxiv"),
    "arxiv_api.xml": ("atom", "title authors year arxiv"),
    "arxiv_listing.txt": ("text", "title authors arxiv"),
    "arxiv_snapshot.jsonl": ("jsonl", "title authors arxiv"),
    "crossref.json": ("json", "title authors"),
    "daily_papers_api.json": ("json", "title authors year arxiv"),
    "daily_papers_page.html": ("html", "title authors year arxiv"),
    "daily_papers_page.txt": ("text", "title"),
    "daily_papers_page_windows.txt": ("text", "title"),
    "excel.csv": ("csv", "title authors year arxiv"),
    "oai_arxiv.xml": ("oai", "title authors year arxiv"),
    "oai_dc.xml": ("oai", "title authors year arxiv"),
    "one_paper.txt": ("text", "title"),
    "openalex.json": ("json", "title authors year arxiv"),
    "openreview.json": ("json", "title authors"),
    "paragraphs.txt": ("text", ""),
    "pubmed.nbib": ("ris", "title authors year"),
    "records.jsonl": ("jsonl", "title authors year arxiv"),
    "references.ris": ("ris", "title authors year arxiv"),
    "search_page.html": ("html", "title"),
    "search_page.txt": ("text", "title"),
    "semantic_scholar_api.json": ("json", "title authors year arxiv"),
    "semantic_scholar_bulk.jsonl": ("jsonl", "title authors year arxiv"),
    "table.csv": ("csv", "title authors year arxiv"),
    "table.tsv": ("csv", "title authors year arxiv"),
}
ONLY = {"abstract_page.html": [2], "anthology.xml": [2], "one_paper.txt": [2], "crossref.json": [1, 2]}


def papers(*paths: Path | str, **options: Any) -> list[Paper]:
    return [record for record in read(paths, **options) if isinstance(record, Paper)]


def rejected(*paths: Path | str, **options: Any) -> list[Rejected]:
    return [record for record in read(paths, **options) if isinstance(record, Rejected)]


def check(found: list[Paper], expected: list[dict[str, Any]], fields: str) -> None:
    assert [paper.abstract for paper in found] == [paper["abstract"] for paper in expected]
    for paper, truth in zip(found, expected, strict=True):
        assert paper.title == (truth["title"] if "title" in fields else "")
        if "authors" in fields:
            assert list(paper.authors) == truth["authors"]
        if "year" in fields:
            assert paper.year == int(truth["date"][:4])
        if "arxiv" in fields:
            assert paper.identifiers["arxiv"].partition("v")[0] == truth["arxiv"]


@pytest.mark.parametrize("name", FORMS)
def test_form_is_found_and_read(name: str) -> None:
    format_, fields = FORMS[name]
    content = (DATA / name).read_bytes()
    assert detect(content[:65536], name) == format_
    assert detect(content[:65536], "unnamed") == format_
    check(papers(DATA / name), [EXPECTED[at] for at in ONLY.get(name, [0, 1, 2])], fields)


def test_every_file_of_data_is_tested_and_every_reader_used() -> None:
    names = {path.name for path in DATA.iterdir()} - {"expected.json", "references.bib"}
    assert names == set(FORMS)
    assert {format_ for format_, _ in FORMS.values()} | {"bibtex", "parquet"} == set(READERS)


def test_bibtex_reads_on_after_a_broken_entry() -> None:
    found = papers(DATA / "references.bib")
    check(found[:3], EXPECTED, "title")
    assert found[0].venue == "Advances in Neural Information Processing Systems"
    assert found[1].identifiers == {"doi": "10.1109/cvpr.2016.90"}
    assert found[1].date == "2016-06"
    assert found[2].identifiers == {"arxiv": "1810.04805"}
    assert found[2].authors == ("Jacob Devlin", "Ming-Wei Chang", "Józef Müller")
    assert found[3].id == "after2021"
    broken = rejected(DATA / "references.bib")
    assert [(record.line, "broken BibTeX" in record.reason) for record in broken] == [(32, True)]


def test_all_forms_together_are_three_papers() -> None:
    everything = merge(papers(DATA, languages=None))
    assert len([paper for paper in everything.papers if paper.abstract in ABSTRACTS]) == 3
    transformer = next(paper for paper in everything.papers if paper.title == EXPECTED[0]["title"])
    assert transformer.identifiers["arxiv"].startswith("1706.03762v")
    assert len(transformer.sources) > 20
    assert list(transformer.sources) == sorted(transformer.sources)


def test_what_the_sources_withhold_is_rejected_by_name() -> None:
    assert [(record.record, record.reason) for record in rejected(DATA / "anthology.xml")] == [
        ("N19-1424", "no abstract")
    ]
    assert [record.reason for record in rejected(DATA / "oai_dc.xml")] == ["deleted by its server"]
    assert [record.reason for record in rejected(DATA / "semantic_scholar_api.json")] == ["no abstract"]


def test_arxiv_versions_and_dates() -> None:
    snapshot = papers(DATA / "arxiv_snapshot.jsonl")[0]
    assert snapshot.identifiers["arxiv"] == "1706.03762v2"
    assert (snapshot.id, snapshot.date, snapshot.sources) == ("1706.03762", "2017-06-12", ("arxiv_snapshot.jsonl:1",))


def test_dates_of_a_daily_papers_page() -> None:
    page = papers(DATA / "daily_papers_page.txt")
    assert [paper.date for paper in page] == ["2017-06-12", "2015-12-10", None]  # the last states no year
    assert [paper.sources for paper in page][:2] == [("daily_papers_page.txt:13",), ("daily_papers_page.txt:21",)]
    assert page == [
        paper.model_copy(update={"sources": page[at].sources})
        for at, paper in enumerate(papers(DATA / "daily_papers_page_windows.txt"))
    ]


ROWS = [
    {
        "title": paper["title"],
        "abstract": paper["abstract"],
        "authors": paper["authors"],
        "year": int(paper["date"][:4]),
    }
    for paper in EXPECTED
]


def write_stream(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)


COLUMNAR: dict[str, Callable[[pa.Table, Path], None]] = {
    "parquet": parquet.write_table,
    "feather": feather.write_feather,
    "arrow": write_stream,
}


@pytest.mark.parametrize("kind", COLUMNAR)
@pytest.mark.parametrize("compressed", [False, True])
def test_columnar_files(kind: str, compressed: bool, tmp_path: Path) -> None:
    path = tmp_path / f"rows.{kind}"
    COLUMNAR[kind](pa.Table.from_pylist(ROWS), path)
    if compressed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    check(papers(path), EXPECTED, "title authors year")


def test_columns_of_the_user_win(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f'heading,body,abstract\nA Title,"{ABSTRACTS[0]}",not this one\n')
    found = papers(path, columns={"title": "heading", "abstract": "body"})
    assert [(paper.title, paper.abstract) for paper in found] == [("A Title", ABSTRACTS[0])]
    assert "no column 'bodies'" in rejected(path, columns={"abstract": "bodies"})[0].reason


def test_format_of_the_user_wins(tmp_path: Path) -> None:
    path = tmp_path / "x.dat"
    path.write_text("".join(f"a,{number}\n" for number in range(3)) + ABSTRACTS[0])
    assert [paper.abstract[-20:] for paper in papers(path, format="text")] == [ABSTRACTS[0][-20:]]
    with pytest.raises(UsageError, match="known are parquet"):
        read([path], format="docx")
    with pytest.raises(UsageError, match="no field 'abstrakt'"):
        read([path], columns={"abstrakt": "x"})


def test_directories_globs_and_compression(tmp_path: Path) -> None:
    deep = tmp_path / "b" / "deep"
    deep.mkdir(parents=True)
    (deep / "one.jsonl.xz").write_bytes(lzma.compress((DATA / "records.jsonl").read_bytes()))
    (tmp_path / "b" / "list.txt").write_bytes((DATA / "abstract_list.txt").read_bytes())
    (tmp_path / "b" / ".hidden.txt").write_bytes((DATA / "abstract_list.txt").read_bytes())
    (tmp_path / "b" / "program.py").write_text("print('a program is no paper')\n" * 30)
    sources = [record.sources[0] if isinstance(record, Paper) else record.file for record in read([tmp_path / "b"])]
    assert sources == [
        *(f"deep/one.jsonl.xz:{n}" for n in (1, 2, 3)),
        *(f"list.txt:{n}" for n in (1, 2, 3)),
        "program.py",
    ]
    assert [paper.sources[0] for paper in papers(tmp_path / "*" / "*.txt")] == [f"list.txt:{n}" for n in (1, 2, 3)]
    assert rejected(tmp_path / "*.nothing")[0].reason == "no file matches this pattern"


def test_other_encodings(tmp_path: Path) -> None:
    text = f"{ABSTRACTS[0]} A naïve café."
    for encoding in ("utf-16", "utf-32", "utf-8-sig", "cp1252"):
        notes: list[str] = []
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(text.encode(encoding))
        assert [paper.abstract for paper in papers(path, note=notes.append)] == [text]
        assert len(notes) == (encoding == "cp1252")


def test_detect_names_what_it_cannot_read() -> None:
    with pytest.raises(InputError, match="is empty"):
        detect(b" \n", "a.txt")
    with pytest.raises(InputError, match="is a PDF"):
        detect(b"%PDF-1.7\nAbstract", "a.txt")
    with pytest.raises(InputError, match="is binary"):
        detect(bytes(range(256)) * 20, "a.bin")
