"""Questions to a server: the same answers as the embedded store, reading only, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest
from graph_sample import sample_graph
from neo4j_support import run

from kg.errors import QueryRefused, StoreError, UsageError
from kg.query.named import Question, questions
from kg.query.neo4j import Server
from kg.query.store import Store
from kg.write.neo4j import load, remove_graph
from kg.write.neo4j_connection import Connection
from kg.write.store import write_store

ANSWERS: dict[str, str | int] = {
    "dataset": "cifar-10",
    "method": "Swift Network",
    "task": "IMAGE classification",
    "metric": "Accuracy",
    "paper": "p1",
    "name": "swiftnet",
    "text": "WIFT",
}


@pytest.fixture(scope="module")
def asked_server(server: Connection) -> Iterator[Server]:
    built = sample_graph()
    others = run(server, "MATCH (n) WHERE n._kg_graph IS NOT NULL RETURN DISTINCT n._kg_graph AS name")
    assert others == [], "this database holds other graphs; answers would mix them"
    load(built.nodes, built.edges, server, graph="questions")
    with Server.open(server) as opened:
        yield opened
    remove_graph(server, graph="questions")


@pytest.fixture(scope="module")
def asked_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("store")
    write_store(sample_graph(), folder)
    with Store.open(folder) as opened:
        yield opened


@pytest.mark.parametrize("asked", questions(), ids=lambda asked: asked.name)
def test_a_question_has_the_same_answer_on_both_engines(
    asked_server: Server, asked_store: Store, asked: Question
) -> None:
    given = {p.name: ANSWERS.get(p.name, p.example or "") for p in asked.parameters if p.default is None}
    for values in (given, dict.fromkeys(given, "nothing has this name")):
        bound = asked.bind(values)
        here, there = asked_store.run(asked.statement, bound), asked_server.run(asked.statement, bound)
        assert there == here
        if values is given:
            assert here.rows


def test_whole_nodes_and_relationships_look_the_same(asked_server: Server, asked_store: Store) -> None:
    statement = "MATCH (p:Paper)-[r]->(m:Method) RETURN p, r, m ORDER BY r.id"
    assert asked_server.run(statement) == asked_store.run(statement)


def test_paths_look_the_same(asked_server: Server, asked_store: Store) -> None:
    statement = (
        "MATCH way = (p:Paper)-[r:PROPOSES]->(m:Method) "
        "RETURN way, nodes(way) AS nodes, relationships(way) AS relationships ORDER BY r.id"
    )
    answer = asked_store.run(statement)
    assert asked_server.run(statement) == answer
    for way, nodes, relationships in answer.rows:
        assert way == {"nodes": nodes, "relationships": relationships}
        assert [node["kind"] for node in nodes] == ["Paper", "Method"]  # type: ignore[union-attr,index]


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (n) DETACH DELETE n",
        "MATCH (n) SET n.name = 'x' RETURN n",
        "CREATE (n) RETURN n",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "CALL dbms.components()",
        "MATCH (n) CALL { WITH n DETACH DELETE n } RETURN 1",
        "RETURN 1; MATCH (n) DETACH DELETE n",
        "RETURN 1 /* */ UNION CALL db.labels() YIELD label RETURN label",
    ],
)
def test_what_does_more_than_read_never_reaches_the_server(asked_server: Server, statement: str) -> None:
    with pytest.raises(QueryRefused):
        asked_server.run(statement)


def test_the_read_mode_of_the_server_is_the_second_lock(server: Connection) -> None:
    def write(transaction: neo4j.ManagedTransaction) -> None:
        transaction.run("CREATE (n:Intruder) RETURN n").consume()

    with pytest.raises(StoreError, match="in read mode"), server.session() as session:
        session.execute_read(write)
    assert run(server, "MATCH (n:Intruder) RETURN count(n) AS n") == [{"n": 0}]


def test_rows_and_time_are_limited(asked_server: Server) -> None:
    few = asked_server.run("UNWIND range(1, 100000) AS x RETURN x", limit=3)
    assert (few.columns, few.rows, few.truncated) == (("x",), ((1,), (2,), (3,)), True)
    assert not asked_server.run("UNWIND [1, 2, 3] AS x RETURN x", limit=3).truncated
    endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b) AS n"
    with pytest.raises(StoreError, match="no answer in time"):
        asked_server.run(endless, timeout=0.2)
    assert asked_server.run("RETURN 1 AS one").rows == ((1,),)


def test_errors_in_words(asked_server: Server) -> None:
    with pytest.raises(StoreError, match=r"the server refused: .*SyntaxError"):
        asked_server.run("MATCH (n RETURN n")
    with pytest.raises(UsageError, match=r"-p name=VALUE"):
        asked_server.run("RETURN $name AS name")


def test_values_are_json_on_both_engines(asked_server: Server, asked_store: Store, tmp_path: Path) -> None:
    statement = "RETURN date('2024-02-29') AS day, [1, 2] AS numbers, 0.5 AS half, true AS yes, 'é' AS text"
    assert asked_server.run(statement) == asked_store.run(statement)
    assert asked_server.run(statement).rows == (("2024-02-29", [1, 2], 0.5, True, "é"),)
