"""A graph as a plain `.cypher` script, for `cypher-shell` or for reading.

It writes the same keys as `kg load`, so running it twice changes nothing and `kg load` can go on from it. A script has
no parameters: every value stands in it as a literal that `literal` writes. For big graphs `kg load` and
`kg.write.neo4j_csv` are faster.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from kg.errors import StoreError
from kg.files import atomic_write
from kg.graph.build import Graph
from kg.records import Property
from kg.write.neo4j import (
    DEFAULT_GRAPH,
    Row,
    edge_pattern,
    edge_row,
    edge_statement,
    node_label,
    node_row,
    node_statement,
    schema_statements,
)

BATCH = 500
"""Rows of one statement."""

_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def write_cypher(graph: Graph, path: Path, *, name: str = DEFAULT_GRAPH) -> None:
    """Write `graph` as a script to `path`, whole or not at all; same graph, same bytes.

    Raises StoreError for a value that has no literal, InputError when the file cannot be written.
    """
    with atomic_write(path) as file:
        for statement in statements(graph, name=name):
            file.write(f"{statement};\n")


def statements(graph: Graph, *, name: str = DEFAULT_GRAPH) -> Iterator[str]:
    """The statements of the script in order, each without its semicolon: constraints, nodes, relationships."""
    yield from schema_statements()
    for label, nodes in groupby(graph.nodes, key=node_label):
        yield from _filled(node_statement(label), map(node_row, nodes), name)
    for pattern, edges in groupby(graph.edges, key=edge_pattern):
        yield from _filled(edge_statement(pattern), map(edge_row, edges), name)


def literal(value: Property | Sequence[str] | None) -> str:
    """A value as Cypher text. Raises StoreError for one that Cypher has no literal for."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            if not math.isfinite(value):
                raise StoreError(f"the number {value} has no literal in Cypher")
            return repr(value)
        case str():
            return _string(value)
        case _:
            return "[" + ", ".join(map(literal, value)) + "]"


def _string(text: str) -> str:
    """Quoted text. Neo4j 5 replaces `\\uXXXX` before it reads a statement, so no backslash may stand before a u."""
    quoted = "'" + "".join(_ESCAPES.get(character, character) for character in text) + "'"
    return re.sub(r"\\([uU])", r"\\' + '\1", quoted)


def _filled(statement: str, rows: Iterable[Row], name: str) -> Iterator[str]:
    """The statement of the loader with its two parameters written out."""
    waiting = list(rows)
    head, tail = statement.removeprefix("UNWIND $rows AS row "), literal(name)
    for start in range(0, len(waiting), BATCH):
        lines = ",\n".join("  " + _map(row) for row in waiting[start : start + BATCH])
        yield f"UNWIND [\n{lines}\n] AS row\n{head.replace('$graph', tail)}"


def _map(row: Row) -> str:
    """A row as a map; keys are names of the schema, which need no quotes but the backticks of words like `end`."""
    parts = (f"`{key}`: {_map(value) if isinstance(value, dict) else literal(value)}" for key, value in row.items())
    return "{" + ", ".join(parts) + "}"
