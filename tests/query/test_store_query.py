from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import QueryRefused, StoreError, UsageError
from kg.graph.build import Graph
from kg.query.store import Store
from kg.write.store import STORE_FILE, write_store


def test_columns_and_rows_come_as_asked(store: Store) -> None:
    result = store.run(
        "MATCH (m:Method)-[:EVALUATED_ON]->(:Dataset {name: $name}) RETURN DISTINCT m.name ORDER BY m.name",
        {"name": "CIFAR10"},
    )
    assert result.columns == ("m.name",)
    assert result.rows == (("SwiftNet",), ("TinyMixer",))
    assert result.records() == [{"m.name": "SwiftNet"}, {"m.name": "TinyMixer"}]


def test_nodes_and_edges_come_as_their_properties(store: Store) -> None:
    result = store.run("MATCH (p:Paper {id: 'p3'})-[r:INTRODUCES]->(d) RETURN p, r, d, [1, 2] AS l, {k: 1} AS m")
    paper, edge, dataset, items, mapping = result.rows[0]
    assert paper == {"id": "p3", "kind": "Paper", "title": "A Benchmark", "year": 2023, "authors": [], "sources": []}
    assert isinstance(edge, dict) and edge["kind"] == "INTRODUCES" and edge["paper_id"] == "p3"
    assert isinstance(dataset, dict) and "value" not in dataset and dataset["aliases"] == []
    assert (items, mapping) == ([1, 2], {"k": 1})


def test_a_path_comes_as_its_nodes_and_relationships(store: Store) -> None:
    result = store.run("MATCH way = (p:Paper {id: 'p3'})-[r:INTRODUCES]->(d) RETURN way, p, r, d")
    way, paper, edge, dataset = result.rows[0]
    assert way == {"nodes": [paper, dataset], "relationships": [edge]}


def test_rows_are_limited_and_the_result_says_so(store: Store) -> None:
    cut = store.run("UNWIND range(1, 10) AS x RETURN x ORDER BY x", limit=4)
    assert cut.rows == ((1,), (2,), (3,), (4,))
    assert cut.truncated
    assert not store.run("UNWIND range(1, 4) AS x RETURN x", limit=4).truncated


def test_time_is_limited(store: Store) -> None:
    endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE (a * b) % 7 = 3 RETURN sum(a)"
    with pytest.raises(StoreError, match=r"no answer within 0\.1 seconds.*--timeout"):
        store.run(endless, timeout=0.1)
    assert store.run("RETURN 1 AS x").rows == ((1,),)


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ("MATCH (m:Metod) RETURN m", "no label or relationship type 'Metod'; did you mean Method"),
        ("MATCH ()-[r:EVALUATE_ON]->() RETURN r.id", "did you mean EVALUATE"),
        ("MATCH (q:Zzzz) RETURN q", "there are Paper, Method"),
        ("MATCH (m:Method) RETURN m.nam", "no property 'nam'; did you mean name"),
        ("MATCH (c)-[:IN]->(m) RETURN m", "write it in backticks, .:`IN`."),
        ("MATCH (m:Method) WHERE any(a IN m.aliases WHERE a = $x) RETURN m.name", r"WITH \$name AS wanted"),
        ("MATCH (m RETURN m", "not understood"),
        ("MATCH (m) RETURN q", "not understood"),
    ],
)
def test_what_the_engine_does_not_understand_is_explained(store: Store, statement: str, advice: str) -> None:
    with pytest.raises(StoreError, match=advice) as error:
        store.run(statement, {"x": "y"})
    assert "\n" not in str(error.value)


def test_a_parameter_without_a_value_is_named(store: Store) -> None:
    with pytest.raises(UsageError, match=r"\$dataset.*-p dataset="):
        store.run("MATCH (d:Dataset {name: $dataset}) RETURN d")


def test_nothing_but_reading(store: Store, sample_folder: Path, tmp_path: Path) -> None:
    before = (sample_folder / STORE_FILE).read_bytes()
    leak = tmp_path / "leak.csv"
    for statement in (
        f"COPY (MATCH (m:Method) RETURN m.name) TO '{leak}'",
        "LOAD FROM '/etc/hostname' RETURN *",
        "MATCH (m:Method) DETACH DELETE m",
        "MATCH (m:Method) RETURN m.name; MATCH (m:Method) SET m.name = 'x'",
        "CALL show_tables() RETURN *",
    ):
        with pytest.raises(QueryRefused):
            store.run(statement)
    assert not leak.exists()
    assert (sample_folder / STORE_FILE).read_bytes() == before


def test_values_are_never_taken_for_cypher(store: Store) -> None:
    for value in ["'}) DETACH DELETE n //", "[1, 2]", "{a: 1}", '"', "\\", "\u200b", "$x", "`"]:
        assert store.run("MATCH (m:Method {name: $x}) RETURN m", {"x": value}).rows == ()
        assert store.run("RETURN $x AS x", {"x": value}).rows == ((value,),)


def test_a_folder_without_a_store_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg build INPUT"):
        Store.open(tmp_path)
    (tmp_path / STORE_FILE).write_text("not a store")
    with pytest.raises(StoreError, match="run `kg build` again"):
        Store.open(tmp_path)


def test_two_readers_at_once_and_a_rebuild_beside_them(tmp_path: Path) -> None:
    write_store(Graph(), tmp_path)
    with Store.open(tmp_path) as first, Store.open(tmp_path) as second:
        write_store(Graph(), tmp_path)
        assert first.run("MATCH (n) RETURN count(n) AS n").rows == second.run("MATCH (n) RETURN count(n) AS n").rows
