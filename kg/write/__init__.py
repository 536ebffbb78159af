"""Destinations of a graph. A writer takes a `Graph` and a path, and writes the same bytes for the same graph.

A new format is a module with such a function and a line in `WRITERS`; the modules are imported when they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.graph.build import Graph
    from kg.write.view import ViewName


@dataclass(frozen=True)
class Writer:
    """One format: what it is for, whether its target is a folder, and the function that writes it."""

    description: str
    folder: bool
    write: Callable[[Graph, Path], None]


def _graphml(view: ViewName) -> Callable[[Graph, Path], None]:
    def write(graph: Graph, path: Path) -> None:
        from kg.write.graphml import write_graphml

        write_graphml(graph, path, view=view)

    return write


def _gexf(view: ViewName) -> Callable[[Graph, Path], None]:
    def write(graph: Graph, path: Path) -> None:
        from kg.write.gexf import write_gexf

        write_gexf(graph, path, view=view)

    return write


def _jsonl(graph: Graph, folder: Path) -> None:
    from kg.write.jsonl import write_graph

    write_graph(graph, folder)


def _store(graph: Graph, folder: Path) -> None:
    from kg.write.store import write_store

    write_store(graph, folder)


def _neo4j_csv(graph: Graph, folder: Path) -> None:
    from kg.write.neo4j_csv import write_csv

    write_csv(graph, folder)


def _cypher(graph: Graph, path: Path) -> None:
    from kg.write.cypher import write_cypher

    write_cypher(graph, path)


WRITERS: dict[str, Writer] = {
    "graphml": Writer("the whole graph for Gephi, networkx, igraph", False, _graphml("full")),
    "graphml-pairs": Writer("methods and datasets, one weighted edge a pair", False, _graphml("methods-datasets")),
    "gexf": Writer("the whole graph in Gephi's own format", False, _gexf("full")),
    "gexf-pairs": Writer("methods and datasets, one weighted edge a pair", False, _gexf("methods-datasets")),
    "jsonl": Writer("nodes.jsonl and edges.jsonl", True, _jsonl),
    "cypher": Writer("a Cypher script that writes the graph into Neo4j", False, _cypher),
    "neo4j-admin": Writer("CSV for neo4j-admin database import; import.sh has the command", True, _neo4j_csv),
    "store": Writer("the embedded store alone, graph.lbug", True, _store),
}
"""Every format that `kg export` writes, by name."""
