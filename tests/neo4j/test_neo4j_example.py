"""The walk-through keeps what it promises, as far as that can be tried without Docker."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graph_sample import sample_graph
from neo4j_support import run

from kg.graph.schema import NODE_PROPERTIES, Label, rel_types
from kg.write.neo4j import load, schema_statements
from kg.write.neo4j_connection import Connection

README = "README.md"


@pytest.fixture
def folder(examples: Path) -> Path:
    return examples / "neo4j"


def test_every_statement_of_the_walk_through_finds_something(server: Connection, graph: str, folder: Path) -> None:
    built = sample_graph()
    load(built.nodes, built.edges, server, graph=graph)
    blocks = re.findall(r"```cypher\n(.*?)```", (folder / README).read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    names = {"attention OR transformer": "swiftnet", "'cifar-10'": "'cifar10'"}  # what the sample graph holds
    for block in blocks:
        statement = block
        for name, ours in names.items():
            statement = statement.replace(name, ours)
        assert run(server, statement), statement


def test_the_style_sheet_knows_every_label_and_names_real_properties(folder: Path) -> None:
    text = (folder / "kg.grass").read_text(encoding="utf-8")
    assert text.count("{") - len(re.findall(r'"\{', text)) == text.count("}") - len(re.findall(r'\}"', text))
    rules = dict(re.findall(r"^node\.(\w+) \{(.*?)^\}", text, re.DOTALL | re.MULTILINE))
    assert set(rules) == set(Label)
    for label, rule in rules.items():
        [caption] = re.findall(r'caption: "\{(\w+)\}"', rule)
        assert caption in NODE_PROPERTIES[Label(label)]
        assert re.search(r"^  color: #[0-9a-f]{6};$", rule, re.MULTILINE)
    assert set(re.findall(r"^relationship\.(\w+) \{", text, re.MULTILINE)) <= set(rel_types())


def test_the_schema_covers_every_label_and_type_and_is_ready(server: Connection, graph: str) -> None:
    load([], [], server, graph=graph)
    load([], [], server, graph=graph)
    found = run(
        server,
        "SHOW INDEXES YIELD name, type, state, labelsOrTypes, properties, owningConstraint "
        "WHERE name STARTS WITH 'kg_' RETURN *",
    )
    unique = {row["labelsOrTypes"][0] for row in found if row["owningConstraint"]}
    assert unique == {*Label, *rel_types()}
    assert all(row["properties"] == ["_kg_graph", "id"] for row in found if row["owningConstraint"])
    assert {row["state"] for row in found} == {"ONLINE"}
    assert [row["properties"] for row in found if row["type"] == "FULLTEXT"] == [["name", "aliases", "title"]]
    assert len(schema_statements()) == len(found)
