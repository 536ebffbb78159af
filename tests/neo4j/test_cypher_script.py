"""The plain Cypher script, run statement by statement on a real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph_sample import sample_graph
from hypothesis import given, settings
from hypothesis import strategies as st
from neo4j_support import dump, run
from test_neo4j_csv import SPIKY, TEXT, hostile_graph
from test_neo4j_load import NO_CHANGE, as_dump, changes

from kg.errors import StoreError
from kg.graph.build import Graph
from kg.write.cypher import literal, statements, write_cypher
from kg.write.neo4j import load
from kg.write.neo4j_connection import Connection

ESCAPES = st.text(st.sampled_from("\\uU0027'\"`\n$"), max_size=16)


@pytest.mark.parametrize("built", [sample_graph(), hostile_graph()], ids=["sample", "hostile"])
def test_a_script_writes_what_load_writes_and_can_run_again(server: Connection, graph: str, built: Graph) -> None:
    for _ in range(2):
        for statement in statements(built, name=graph):
            run(server, statement)
        assert dump(server, graph) == as_dump(built, graph)
    assert changes(load(built.nodes, built.edges, server, graph=graph, prune=True)) == NO_CHANGE


@settings(max_examples=15)
@given(st.lists(TEXT | SPIKY | ESCAPES, min_size=20, max_size=40))
def test_a_text_in_a_literal_is_the_text(server: Connection, texts: list[str]) -> None:
    assert run(server, f"RETURN {literal(texts)} AS texts") == [{"texts": texts}]


def test_other_literals(server: Connection) -> None:
    values = [True, False, 0, -(2**63) + 1, 2**63 - 1, 0.1, -0.0, 1e300, 5e-324, ""]
    for value in values:
        [row] = run(server, f"RETURN {literal(value)} AS value")
        assert (type(row["value"]), row["value"]) == (type(value), value)
    assert literal(None) == "null"
    with pytest.raises(StoreError, match="no literal"):
        literal(float("nan"))


def test_the_same_graph_gives_the_same_script(tmp_path: Path) -> None:
    write_cypher(sample_graph(), tmp_path / "a.cypher")
    write_cypher(sample_graph(), tmp_path / "b.cypher")
    text = (tmp_path / "a.cypher").read_bytes()
    assert text == (tmp_path / "b.cypher").read_bytes()
    assert text.decode("utf-8").rstrip().endswith(";")
