"""Nodes and edges as JSON Lines: the form in which a build folder keeps its graph."""

from __future__ import annotations

from pathlib import Path

from kg.files import make_folder
from kg.graph.build import Graph
from kg.record_files import read_records, write_records
from kg.records import Edge, Node

NODES_FILE = "nodes.jsonl"
EDGES_FILE = "edges.jsonl"


def write_graph(graph: Graph, folder: Path) -> None:
    """Write `nodes.jsonl` and `edges.jsonl` into `folder`, each whole or not at all; same graph, same bytes."""
    make_folder(folder)
    write_records(folder / NODES_FILE, graph.nodes)
    write_records(folder / EDGES_FILE, graph.edges)


def read_graph(folder: Path) -> Graph:
    """The graph that `write_graph` left in `folder`; InputError with file and line when it is missing or damaged."""
    return Graph(tuple(read_records(folder / NODES_FILE, Node)), tuple(read_records(folder / EDGES_FILE, Edge)))
