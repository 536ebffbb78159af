from __future__ import annotations

from pathlib import Path

import ladybug
import pytest
from graph_sample import sample_graph
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.graph.build import Graph
from kg.graph.schema import PATTERNS, Label
from kg.records import Edge, Node
from kg.write.store import STORE_FILE, write_store


def _ask(folder: Path, *statements: str) -> list[list[list[object]]]:
    """Rows of each statement."""
    with (
        ladybug.Database(str(folder / STORE_FILE), read_only=True, buffer_pool_size=1 << 26) as database,
        ladybug.Connection(database) as connection,
    ):
        return [list(connection.execute(statement)) for statement in statements]


def test_the_store_holds_every_node_and_edge_with_its_properties(tmp_path: Path) -> None:
    graph = sample_graph()
    write_store(graph, tmp_path)
    answers = _ask(
        tmp_path, "MATCH (a)-[r]->(b) RETURN a.id, b.id, r.kind, r", *(f"MATCH (n:{x}) RETURN n" for x in Label)
    )
    for label, rows in zip(Label, answers[1:], strict=True):
        stored = {row[0]["id"]: {k: v for k, v in row[0].items() if k[0] != "_" and v is not None} for row in rows}
        assert stored == {
            node.id: {k: list(v) if isinstance(v, tuple) else v for k, v in node.properties.items()}
            for node in graph.nodes
            if node.label == label
        }
    stored = {row[3]["id"]: (row[0], row[1], row[2], row[3]["sentence"], row[3]["start"]) for row in answers[0]}
    assert stored == {
        e.id: (e.source, e.target, e.type, e.properties.get("sentence"), e.properties.get("start")) for e in graph.edges
    }


def test_an_empty_graph_still_has_every_label_and_type(tmp_path: Path) -> None:
    write_store(Graph(), tmp_path)
    statements = [f"MATCH (a:{p.source})-[r:`{p.type}`]->(b:{p.target}) RETURN a.id, r.`end`, b.id" for p in PATTERNS]
    assert _ask(tmp_path, *statements) == [[]] * len(PATTERNS)


def test_writing_again_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_store(sample_graph(), tmp_path)
    write_store(Graph(), tmp_path)
    assert _ask(tmp_path, "MATCH (n) RETURN count(n)") == [[[0]]]
    assert [path.name for path in tmp_path.iterdir()] == [STORE_FILE]


def test_a_failed_write_keeps_the_old_store(tmp_path: Path) -> None:
    graph = sample_graph()
    write_store(graph, tmp_path)
    broken = Graph((*graph.nodes, graph.nodes[0]), graph.edges)
    with pytest.raises(StoreError, match="could not be written"):
        write_store(broken, tmp_path)
    assert _ask(tmp_path, "MATCH (n) RETURN count(n)") == [[[len(graph.nodes)]]]
    assert [path.name for path in tmp_path.iterdir()] == [STORE_FILE]


def test_a_target_that_is_a_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="file"):
        write_store(Graph(), tmp_path / "file")


TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), min_size=1, max_size=8
)


@settings(max_examples=8)
@given(names=TEXTS, aliases=TEXTS)
def test_any_text_arrives_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], aliases: list[str]
) -> None:
    names = [*names, "{a: 1}", "[x", "'}) DETACH DELETE n //", 'q"u\\o\nte', "\u200b😀"]
    folder = tmp_path_factory.mktemp("store")
    nodes = tuple(
        Node(
            id=f"m{number:02}",
            label="Method",
            properties={"id": f"m{number:02}", "kind": "Method", "name": name, "aliases": tuple(aliases), "papers": 1},
        )
        for number, name in enumerate(names)
    )
    properties = {"id": "e", "kind": "VARIANT_OF", "sentence": names[0]}
    edge = Edge(
        id="e",
        type="VARIANT_OF",
        source="m00",
        source_label="Method",
        target="m01",
        target_label="Method",
        properties=properties,
    )
    write_store(Graph(nodes, (edge,)), folder)
    stored = _ask(
        folder,
        "MATCH (m:Method) RETURN m.name, m.aliases ORDER BY m.id",
        "MATCH (:Method)-[r:VARIANT_OF]->(:Method) RETURN r.sentence",
    )
    assert stored == [[[name, aliases] for name in names], [[names[0]]]]
