"""Nodes and edges as JSON Lines: one object a line, UTF-8. The form in which a build folder keeps its graph."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.files import atomic_write, read_records
from kg.graph.build import Graph
from kg.records import Edge, Node, Record

NODES_FILE = "nodes.jsonl"
EDGES_FILE = "edges.jsonl"


def write_graph(graph: Graph, folder: Path) -> None:
    """Write `nodes.jsonl` and `edges.jsonl` into `folder`, each whole or not at all; same graph, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(graph.nodes, folder / NODES_FILE)
    _write(graph.edges, folder / EDGES_FILE)


def read_graph(folder: Path) -> Graph:
    """The graph that `write_graph` left in `folder`; InputError with file and line when it is missing or damaged."""
    return Graph(tuple(read_records(folder / NODES_FILE, Node)), tuple(read_records(folder / EDGES_FILE, Edge)))


def _write(records: Iterable[Record], path: Path) -> None:
    with atomic_write(path) as file:
        for record in records:
            file.write(record.model_dump_json() + "\n")
