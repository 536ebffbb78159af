"""CSV for neo4j-admin: read back by readers of the standard, and by the real importer."""

from __future__ import annotations

import csv
import io
import os
import shlex
import subprocess
from pathlib import Path

import pytest
from graph_sample import sample_graph
from hypothesis import given, settings
from hypothesis import strategies as st
from neo4j_process import JAVA, running
from neo4j_support import EVALUATED_ON, PROPOSES, dump, edge, node
from test_neo4j_load import HOSTILE, NO_CHANGE, as_dump, changes

from kg.errors import StoreError
from kg.graph.build import Graph
from kg.graph.schema import NODE_PROPERTIES, PATTERNS, Label
from kg.write.neo4j import load
from kg.write.neo4j_csv import LIST_DELIMITER, csv_line, write_csv

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SPIKY = st.text(st.sampled_from("\",\r\n\\'a; |"), max_size=12)
FIELD = st.none() | TEXT | SPIKY | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.booleans()


def rfc4180(text: str) -> list[list[tuple[str, bool]]]:
    """Records of (value, was it quoted) by the grammar of RFC 4180, written apart from our writer."""
    records, fields, position = [], [], 0
    while position < len(text):
        if text[position] == '"':
            value, position = "", position + 1
            while True:
                end = text.index('"', position)
                value += text[position:end]
                position = end + 1
                if text[position : position + 1] != '"':
                    break
                value, position = value + '"', position + 1
            fields.append((value, True))
        else:
            end = min(i for i in (text.find(",", position), text.find("\r\n", position)) if i >= 0)
            assert '"' not in text[position:end]
            fields.append((text[position:end], False))
            position = end
        if text.startswith("\r\n", position):
            records.append(fields)
            fields, position = [], position + 2
        else:
            assert text[position] == ",", text[position:]
            position += 1
            if text.startswith("\r\n", position):
                fields.append(("", False))
                records.append(fields)
                fields, position = [], position + 2
    assert not fields
    return records


@settings(max_examples=200)
@given(st.lists(st.lists(FIELD, min_size=2, max_size=5), min_size=1, max_size=4))
def test_records_read_back_as_they_were(records: list[list[object]]) -> None:
    text = "".join(map(csv_line, records))
    read = rfc4180(text)
    assert len(read) == len(records)
    for fields, wanted in zip(read, records, strict=True):
        assert len(fields) == len(wanted)
        for (value, quoted), original in zip(fields, wanted, strict=True):
            assert quoted == isinstance(original, str)
            match original:
                case None:
                    assert value == ""
                case bool():
                    assert value == str(original).lower()
                case str():
                    assert value == original
                case _:
                    assert type(original)(value) == original
    if all("\0" not in str(field) for record in records for field in record):
        plain = [[value for value, _ in record] for record in read]
        assert list(csv.reader(io.StringIO(text, newline=""))) == plain


@settings(max_examples=100)
@given(st.lists(TEXT | SPIKY, min_size=1, max_size=5))
def test_lists_read_back_or_are_refused(items: list[str]) -> None:
    if any(LIST_DELIMITER in item for item in items):
        with pytest.raises(StoreError, match=r"U\+001F"):
            csv_line([tuple(items)])
    else:
        [[(value, quoted)]] = rfc4180(csv_line([tuple(items)]))
        assert quoted
        assert value.split(LIST_DELIMITER) == items


def hostile_graph() -> Graph:
    papers = [node(Label.PAPER, text, title=text, authors=(text, "B. Writer")) for text in HOSTILE]
    methods = [node(Label.METHOD, f"m{n}", name=text, aliases=(text,), papers=n) for n, text in enumerate(HOSTILE)]
    claim = node(
        Label.CLAIM, "c", value=0.1, value_max=1e300, relative=False, flags=(), unit="", start=0, end=2**40, number="1"
    )
    dataset = node(Label.DATASET, "d", name="1,000", aliases=("7", "true"))
    edges = [edge(PROPOSES, text, f"m{n}", text, sentence=text, start=n) for n, text in enumerate(HOSTILE)]
    return Graph(
        (*papers, *methods, dataset, claim),
        (*edges, edge(EVALUATED_ON, "m0", "d", "p", sentence='"', confidence=0.25)),
    )


def test_the_same_graph_gives_the_same_files(tmp_path: Path) -> None:
    first, second = write_csv(sample_graph(), tmp_path / "a"), write_csv(sample_graph(), tmp_path / "b")
    assert first == second
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 2 * (len(Label) + len(PATTERNS)) + 2
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    header = (tmp_path / "a" / "nodes-Paper-header.csv").read_text(encoding="utf-8")
    assert header.startswith('"id:ID(Paper)","kind:string","title:string","year:long"')
    assert '"authors:string[]"' in header
    assert first in (tmp_path / "a" / "import.sh").read_text(encoding="utf-8")
    assert set(shlex.split(first)) > {"neo4j-admin", "--array-delimiter=U+001F", "neo4j"}


def test_columns_are_those_of_the_schema(tmp_path: Path) -> None:
    write_csv(hostile_graph(), tmp_path)
    for label in Label:
        header = rfc4180((tmp_path / f"nodes-{label}-header.csv").read_bytes().decode("utf-8"))[0]
        names = [column.partition(":")[0] for column, _ in header]
        assert names == [*NODE_PROPERTIES[label], "_kg_graph"]
        data = (tmp_path / f"nodes-{label}.csv").read_bytes().decode("utf-8")
        assert all(len(record) == len(header) for record in rfc4180(data))


def test_the_real_importer_takes_it(tmp_path: Path, classpath: str) -> None:
    built = hostile_graph()
    home, folder = tmp_path / "home", tmp_path / "csv"
    home.mkdir()
    write_csv(built, folder, name="imported")
    tool = tmp_path / "neo4j-admin"
    tool.write_text(f'#!/bin/sh\nexec {shlex.join(JAVA)} -cp {shlex.quote(classpath)} org.neo4j.cli.AdminTool "$@"\n')
    tool.chmod(0o755)
    settings = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "NEO4J_HOME": str(home), "NEO4J_CONF": str(home)}
    done = subprocess.run(
        ["sh", str(folder / "import.sh")], env=os.environ | settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with running(classpath, home) as (server, forbid_writing):
        nodes, edges = as_dump(built, "imported")
        for _, properties in nodes:
            if properties.get("flags") == []:
                del properties["flags"]  # an empty list is no property in this format
        assert dump(server, "imported") == (nodes, edges)
        assert changes(load(built.nodes, built.edges, server, graph="imported", prune=True)) == NO_CHANGE
        forbid_writing()
        with pytest.raises(StoreError, match=r"user 'neo4j' may not do this .* read-only"):
            load(built.nodes, built.edges, server, graph="imported")
