"""Whatever bytes a file holds, every reader ends, gives records or reasons, and raises nothing."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.read import READERS, read
from kg.read.raw import Source
from kg.records import Paper, Rejected
from kg.text import clean, xml_legal

DATA = Path(__file__).parent / "data"
SAMPLES: dict[str, list[bytes]] = {
    "parquet": [b"PAR1" + bytes(40) + b"PAR1", b"ARROW1\0\0" + bytes(60)],
    "atom": [(DATA / "arxiv_api.xml").read_bytes()],
    "oai": [(DATA / "oai_arxiv.xml").read_bytes(), (DATA / "oai_dc.xml").read_bytes()],
    "acl": [(DATA / "anthology.xml").read_bytes()],
    "html": [(DATA / "search_page.html").read_bytes(), (DATA / "abstract_page.html").read_bytes()],
    "jsonl": [(DATA / "records.jsonl").read_bytes(), (DATA / "semantic_scholar_bulk.jsonl").read_bytes()],
    "json": [
        (DATA / f"{name}.json").read_bytes()
        for name in ("array", "openalex", "openreview", "crossref", "daily_papers_api")
    ],
    "ris": [(DATA / "references.ris").read_bytes(), (DATA / "pubmed.nbib").read_bytes()],
    "bibtex": [(DATA / "references.bib").read_bytes()],
    "csv": [(DATA / "table.csv").read_bytes(), (DATA / "table.tsv").read_bytes()],
    "text": [(DATA / "daily_papers_page.txt").read_bytes(), (DATA / "arxiv_listing.txt").read_bytes()],
}
JUNK = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [
            b"\0",
            b"\xff",
            b"{",
            b"}",
            b"[",
            b"]",
            b'"',
            b"<",
            b">",
            b"&",
            b"\n",
            b"\r",
            b",",
            b"@",
            b"null",
            b"<!--",
            b"]]>",
        ]
    ),
)


@st.composite
def damaged(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    """A good file with pieces cut out, put in, doubled, and often its end missing."""
    content = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        to = min(len(content), at + draw(st.sampled_from([0, 1, 3, 30, 400])))
        content = content[:at] + draw(st.one_of(JUNK, st.just(content[at:to] * 2))) + content[to:]
    return content[: draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))]


@pytest.mark.parametrize("format_", READERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_input_crashes_a_reader(format_: str, data: st.DataObject, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data.draw(st.one_of(damaged(SAMPLES[format_]), st.binary(max_size=200))))
    for chosen in (format_, None):
        for record in read([path], format=chosen, languages=None):
            assert isinstance(record, Paper | Rejected)
            if isinstance(record, Rejected):
                assert record.file == "file"
                assert record.reason
            else:
                assert xml_legal(record.text) == record.text


NAMES = (
    "id title abstract content paper summary externalIds abstract_inverted_index authors authors_parsed versions DOI"
    " issued categories doi name value date-parts"
)


@settings(max_examples=60)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        lambda inner: st.one_of(
            st.lists(inner),
            st.dictionaries(
                st.sampled_from(NAMES.split()),
                inner,
            ),
        ),
        max_leaves=12,
    )
)
def test_no_json_value_crashes_the_mapping(value: object) -> None:
    line = json.dumps(value).encode()
    for format_ in ("jsonl", "json"):
        with contextlib.suppress(InputError):
            list(READERS[format_].read(io.BytesIO(line), Source("x")))


WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9), min_size=12, max_size=40
)
RECORDS = st.lists(
    st.tuples(WORDS.map(" ".join), WORDS.map(lambda words: "We show " + " ".join(words) + " at last, in the end.")),
    min_size=1,
    max_size=5,
)
TRIP = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def expected(records: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(clean(title), clean(abstract)) for title, abstract in records]


def read_back(path: Path) -> list[tuple[str, str]]:
    return [(record.title, record.abstract) for record in read([path], languages=None) if isinstance(record, Paper)]


@TRIP
@given(RECORDS)
def test_json_lines_round_trip(tmp_path: Path, records: list[tuple[str, str]]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"title": title, "abstract": abstract}, ensure_ascii=False) for title, abstract in records
        ),
        newline="",
    )
    assert read_back(path) == expected(records)


@TRIP
@given(RECORDS)
def test_json_document_round_trip(tmp_path: Path, records: list[tuple[str, str]]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"title": title, "abstract": abstract} for title, abstract in records]))
    assert read_back(path) == expected(records)


@TRIP
@given(RECORDS, st.sampled_from(",;\t|"))
def test_csv_round_trip(tmp_path: Path, records: list[tuple[str, str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([("title", "abstract"), *records])
    path = tmp_path / "a.csv"
    path.write_bytes(text.getvalue().encode())
    assert read_back(path) == expected(records)


@TRIP
@given(RECORDS)
def test_xml_round_trip(tmp_path: Path, records: list[tuple[str, str]]) -> None:
    legal = [(xml_legal(title), xml_legal(abstract)) for title, abstract in records]
    entries = "".join(
        f"<entry><title>{escape(title)}</title><summary>{escape(abstract)}</summary></entry>"
        for title, abstract in legal
    )
    path = tmp_path / "a.xml"
    path.write_text(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>', newline="")
    assert read_back(path) == expected(legal)
