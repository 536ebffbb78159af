"""Killed loads, broken connections, wrong settings: what stays whole and what the person reads."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bolt_proxy import after_bytes, nth_commit, proxied
from neo4j_support import chain, dump, node, run

from kg.errors import StoreError
from kg.graph.schema import Label
from kg.write.neo4j import load, remove_graph
from kg.write.neo4j_connection import Connection, check_version

SIZE = 400


@pytest.fixture(scope="module")
def expected(server: Connection) -> tuple[list[object], list[object]]:
    """What a load without trouble leaves, without the name of its graph."""
    load(*chain(SIZE), server, graph="undisturbed")
    whole = anonymous(dump(server, "undisturbed"))
    remove_graph(server, graph="undisturbed")
    return whole


def anonymous(found: tuple[list[tuple], list[tuple]]) -> tuple[list[object], list[object]]:
    def plain(row: tuple) -> tuple:
        return (*row[:-1], {k: v for k, v in row[-1].items() if k != "_kg_graph"})

    return [plain(row) for row in found[0]], [plain(row) for row in found[1]]


@pytest.mark.parametrize("batches", [3, 45])
def test_a_killed_load_is_completed_by_another(
    server: Connection, graph: str, expected: tuple[list[object], list[object]], batches: int
) -> None:
    """Batches of 20 rows: the third is among the nodes, the 45th among the relationships."""
    environment = os.environ | {
        "NEO4J_URI": server.uri, "NEO4J_USERNAME": server.username, "NEO4J_PASSWORD": server.password,
        "NEO4J_DATABASE": server.database or "",
    }  # fmt: skip
    command = [sys.executable, str(Path(__file__).parent / "load_chain.py"), graph, str(SIZE), "20"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(batches):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    half = dump(server, graph)
    assert 0 < len(half[0]) + len(half[1]) < len(expected[0]) + len(expected[1])
    load(*chain(SIZE), server, graph=graph)
    assert anonymous(dump(server, graph)) == expected


def test_a_commit_without_an_answer_is_sent_again(
    server: Connection, graph: str, expected: tuple[list[object], list[object]]
) -> None:
    schema = len(run(server, "SHOW INDEXES WHERE name STARTS WITH 'kg_'"))
    with proxied(server, nth_commit(schema + 3, schema + 30)) as (through, proxy):
        load(*chain(SIZE), through, graph=graph, batch=40)
        assert proxy.cuts == 2
    assert anonymous(dump(server, graph)) == expected


def test_a_connection_that_breaks_once_does_no_harm(
    server: Connection, graph: str, expected: tuple[list[object], list[object]]
) -> None:
    with proxied(server, after_bytes(60_000)) as (through, proxy):
        load(*chain(SIZE), through, graph=graph, batch=40)
        assert proxy.cuts == 1
    assert anonymous(dump(server, graph)) == expected


def test_a_connection_that_stays_away_says_what_to_do(
    server: Connection, graph: str, expected: tuple[list[object], list[object]]
) -> None:
    with proxied(server, after_bytes(60_000)) as (through, proxy):
        done = []

        def watch(rows: int) -> None:
            done.append(rows)
            proxy.down = True  # what is open stays open until it is cut

        with pytest.raises(StoreError, match=r"(?s)cannot be reached.*stopped after [\d,]+ rows.*Run the same command"):
            load(*chain(SIZE), through, graph=graph, batch=40, progress=watch, retry_seconds=0.5)
    assert 0 < len(dump(server, graph)[0]) <= len(expected[0])
    load(*chain(SIZE), server, graph=graph)
    assert anonymous(dump(server, graph)) == expected


def test_a_batch_that_is_too_big_for_the_server_is_halved(server: Connection, graph: str) -> None:
    [row] = run(server, "SHOW SETTINGS YIELD name, value WHERE name = 'db.memory.transaction.max' RETURN value")
    if row["value"] != "12.00MiB":
        pytest.skip(f"this server allows {row['value']} a transaction; the test knows a server with 12 MiB")
    claims = [node(Label.CLAIM, f"c{n}", claim_kind="score", sentence=f"{n}" + "x" * 250_000) for n in range(40)]
    report = load(claims, [], server, graph=graph)
    assert report.batches > 2  # two would do by MAX_BATCH_CHARACTERS
    assert run(server, "MATCH (c:Claim {_kg_graph: $g}) RETURN count(c) AS n", g=graph) == [{"n": 40}]
    huge = [node(Label.CLAIM, "c", claim_kind="score", sentence="x" * 30_000_000)]
    with pytest.raises(StoreError, match="too little memory for a transaction of one row"):
        load(huge, [], server, graph=graph)
    gone = load([], [], server, graph=graph, prune=True, batch=5)
    assert gone.nodes_removed == 40


def test_two_loads_at_once_do_not_double_anything(
    server: Connection, graph: str, expected: tuple[list[object], list[object]]
) -> None:
    failures: list[BaseException] = []

    def work(nodes: list, edges: list) -> None:
        try:
            load(nodes, edges, server, graph=graph, batch=30)
        except BaseException as error:
            failures.append(error)

    nodes, edges = (list(part) for part in chain(SIZE))
    threads = [threading.Thread(target=work, args=args) for args in ((nodes, edges), (nodes[::-1], edges[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert anonymous(dump(server, graph)) == expected


def secret(server: Connection) -> str:
    assert server.password
    return server.password


def test_wrong_password(server: Connection) -> None:
    wrong = Connection(server.uri, server.username, "not-the-password", server.database)
    with pytest.raises(StoreError, match="does not accept the password of user") as error:
        load([], [], wrong)
    assert "not-the-password" not in str(error.value)
    assert "not-the-password" not in repr(wrong)


def test_wrong_database(server: Connection) -> None:
    wrong = Connection(server.uri, server.username, secret(server), "nowhere")
    with pytest.raises(StoreError, match=r"database 'nowhere' does not exist .* NEO4J_DATABASE"):
        load([], [], wrong)


def test_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(StoreError, match=rf"bolt://127.0.0.1:{port} cannot be reached.*is the server running"):
        load([], [], Connection(f"bolt://127.0.0.1:{port}", "neo4j", "x"), retry_seconds=0.1)


@contextmanager
def answering(reply: bytes) -> Iterator[int]:
    """A server that gives this reply to everybody, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                while True:
                    client, _ = listener.accept()
                    with client:
                        client.recv(1024)
                        client.sendall(reply)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "reply", [b"\x00\x00\x00\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00\x03\x04"], ids=["no", "http", "4.3"]
)
def test_a_server_that_does_not_speak_our_protocol(reply: bytes) -> None:
    with (
        answering(reply) as port,
        pytest.raises(StoreError, match=r"Neo4j 5\.7 or newer"),
    ):
        load([], [], Connection(f"bolt://127.0.0.1:{port}", "neo4j", "x"), retry_seconds=0.1)


def test_the_version_of_a_server() -> None:
    here = Connection("bolt://localhost:7687", "neo4j", "x")
    for good in ("Neo4j/5.7.0", "Neo4j/5.26.30", "Neo4j/5.27-aura", "Neo4j/2026.08.1"):
        check_version(good, here)
    for old in ("Neo4j/4.4.40", "Neo4j/5.6.0"):
        with pytest.raises(StoreError, match=rf"runs {old}; kg needs Neo4j 5\.7"):
            check_version(old, here)
    with pytest.raises(StoreError, match="not a Neo4j server"):
        check_version("Other/1.0", here)
