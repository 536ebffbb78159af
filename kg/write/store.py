"""The embedded store: a LadybugDB file that answers Cypher, loaded by COPY from Arrow.

It is a derived file. It is built in a temporary place beside its target, checkpointed, closed and renamed, so a reader
never sees half of one; when it is lost or does not open, it is written again from the nodes and edges.
Every label and relationship type of the schema exists in it, also without rows, so that a question never fails for
want of data.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import ladybug
import pyarrow as pa

from kg.errors import StoreError
from kg.graph.build import Graph
from kg.graph.schema import EDGE_PROPERTIES, NODE_PROPERTIES, PATTERNS, Label, Pattern, PropertyType, Rel, rel_types
from kg.records import Edge, Node, Property

STORE_FILE = "graph.lbug"

_CYPHER_TYPES: dict[PropertyType, str] = {
    "string": "STRING",
    "int": "INT64",
    "float": "DOUBLE",
    "bool": "BOOL",
    "strings": "STRING[]",
}
_ARROW_TYPES: dict[PropertyType, pa.DataType] = {
    "string": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "strings": pa.list_(pa.string()),
}
_T = TypeVar("_T", Node, Edge)

_BATCH = 100_000
"""Rows that stand in memory as one Arrow table."""
_MEMORY = 4 << 30
"""Bytes that the engine may use at most; left alone, it takes four fifths of the machine."""


def write_store(graph: Graph, folder: Path) -> None:
    """Write `graph` as `graph.lbug` into `folder`, replacing the one there; StoreError when that is impossible."""
    path = folder / STORE_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise StoreError(f"{path}: the store cannot be written ({error.strerror})") from error
    try:
        _load(graph, place / path.name)
        (place / path.name).replace(path)
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{path}: the store could not be written: {error}") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def schema_statements() -> tuple[str, ...]:
    """The statements that make every table: one a label, one a relationship type with all its pairs of labels."""
    nodes = (
        f"CREATE NODE TABLE {quoted(label)}({_columns(NODE_PROPERTIES[label])}, PRIMARY KEY(`id`))" for label in Label
    )
    return (*nodes, *(_rel_table(rel) for rel in rel_types()))


def quoted(name: str) -> str:
    """An identifier of the schema for use in Cypher: `IN`, `ON` and `end` are words of the language."""
    return f"`{name}`"


def _load(graph: Graph, path: Path) -> None:
    with ladybug.Database(str(path), buffer_pool_size=_MEMORY) as database, ladybug.Connection(database) as connection:
        connection.execute("BEGIN TRANSACTION")  # one for all tables, since each ends in a wait for the disk
        for statement in schema_statements():
            connection.execute(statement)
        connection.execute("COMMIT")
        for label, nodes in groupby(graph.nodes, key=lambda node: node.label):
            for rows in _batches(list(nodes)):
                table = _table([node.properties for node in rows], NODE_PROPERTIES[Label(label)])
                connection.execute(_copy(label), {"rows": table})
        for pattern, edges in groupby(graph.edges, key=_pattern):
            for batch in _batches(list(edges)):
                connection.execute(_copy_between(pattern), {"rows": _edge_table(batch)})
        connection.execute("CHECKPOINT")


def _copy(table: str) -> str:
    return f"COPY {quoted(table)} FROM $rows"


def _copy_between(pattern: Pattern) -> str:
    return f"{_copy(pattern.type)} (from='{pattern.source}', to='{pattern.target}')"


def _batches(rows: Sequence[_T]) -> Sequence[Sequence[_T]]:
    return [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]


def _pattern(edge: Edge) -> Pattern:
    return Pattern(Label(edge.source_label), Rel(edge.type), Label(edge.target_label))


def _columns(properties: dict[str, PropertyType]) -> str:
    return ", ".join(f"{quoted(name)} {_CYPHER_TYPES[kind]}" for name, kind in properties.items())


def _rel_table(rel: Rel) -> str:
    pairs = ", ".join(f"FROM {quoted(p.source)} TO {quoted(p.target)}" for p in PATTERNS if p.type is rel)
    return f"CREATE REL TABLE {quoted(rel)}({pairs}, {_columns(EDGE_PROPERTIES)})"


def _table(rows: Sequence[dict[str, Property]], properties: dict[str, PropertyType]) -> pa.Table:
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], _ARROW_TYPES[kind]) for name, kind in properties.items()}
    )


def _edge_table(edges: Sequence[Edge]) -> pa.Table:
    """Ends first, as COPY wants them, then the properties."""
    table = _table([edge.properties for edge in edges], EDGE_PROPERTIES)
    table = table.add_column(0, "to", pa.array([edge.target for edge in edges], pa.string()))
    return table.add_column(0, "from", pa.array([edge.source for edge in edges], pa.string()))
