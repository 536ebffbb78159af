"""How fast a graph gets into Neo4j: our batches, beside the embedded store and a loop of single rows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.graph.build import Graph
from kg.write.neo4j import (
    DEFAULT_BATCH,
    Progress,
    apply_schema,
    edge_pattern,
    edge_row,
    edge_statement,
    load,
    node_label,
    node_row,
    node_statement,
    remove_graph,
)
from kg.write.neo4j_connection import Connection
from kg.write.store import write_store

NAME = "kg benchmark"
"""Name of the graph that is loaded and removed again."""


@dataclass(frozen=True)
class Rate:
    """Nodes and relationships written one way, and the seconds that took."""

    way: str
    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        """Rows written in one second."""
        return self.rows / self.seconds


def benchmark_load(
    graph: Graph,
    connection: Connection,
    *,
    batch: int = DEFAULT_BATCH,
    single_rows: int = 2_000,
    progress: Progress | None = None,
) -> tuple[Rate, ...]:
    """Write `graph` to a temporary embedded store and to the server, and part of it row by row; how fast each was.

    On the server it is loaded under a name of its own, loaded again unchanged, and removed. `single_rows` is how many
    relationships, with their ends, the loop writes. Raises StoreError like `load`.
    """
    remove_graph(connection, graph=NAME)
    with connection.session(write=True) as session:
        apply_schema(session)  # made once in a database, so no part of the rates
    rows = len(graph.nodes) + len(graph.edges)
    sample = _sample(graph, single_rows)
    try:
        with tempfile.TemporaryDirectory() as folder:
            rates = [Rate("embedded store, COPY", rows, _timed(lambda: write_store(graph, Path(folder))))]

        def load_all() -> None:
            load(graph.nodes, graph.edges, connection, graph=NAME, batch=batch, progress=progress)

        rates.append(Rate(f"Neo4j, batches of {batch}", rows, _timed(load_all)))
        rates.append(Rate("Neo4j, the same again", rows, _timed(load_all)))
        remove_graph(connection, graph=NAME)
        seconds = _timed(lambda: _row_by_row(sample, connection))
        rates.append(Rate("Neo4j, row by row", len(sample.nodes) + len(sample.edges), seconds))
    finally:
        remove_graph(connection, graph=NAME)
    return tuple(rates)


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _sample(graph: Graph, count: int) -> Graph:
    """Relationships spread over the graph, with their ends."""
    step = max(1, len(graph.edges) // max(1, count))
    edges = graph.edges[::step][:count]
    ends = {(e.source_label, e.source) for e in edges} | {(e.target_label, e.target) for e in edges}
    return Graph(tuple(node for node in graph.nodes if (node.label, node.id) in ends), edges)


def _row_by_row(graph: Graph, connection: Connection) -> None:
    """What a first attempt looks like: one statement and one transaction a row."""
    with connection.session(write=True) as session:
        for node in graph.nodes:
            session.run(node_statement(node_label(node)), rows=[node_row(node)], graph=NAME).consume()
        for edge in graph.edges:
            session.run(edge_statement(edge_pattern(edge)), rows=[edge_row(edge)], graph=NAME).consume()
