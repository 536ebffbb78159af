"""Loading a graph into a running Neo4j, so that loading again changes nothing and a killed load can be run again.

Nodes before relationships, in batches of one label or type, each one managed transaction that the driver tries again
after a fault that may pass. The key of everything is the pair (`_kg_graph`, `id`), kept unique by the constraints of
`cypher/constraints.cypher`, so a batch that arrives twice, or half of a load, is harmless. Nodes and relationships
without `_kg_graph`, and properties that are not in the schema, belong to the user and are never touched.

Values travel as parameters only; labels and types come from `kg.graph.schema`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, LiteralString, TypeVar

import neo4j
from neo4j import exceptions

from kg import resources
from kg.errors import KgError, StoreError, UsageError
from kg.graph.schema import EDGE_PROPERTIES, NODE_PROPERTIES, Label, Pattern, Rel
from kg.records import Edge, Node
from kg.write.neo4j_connection import RETRY_SECONDS, Connection, explain
from kg.write.neo4j_prune import Ids, Removed
from kg.write.neo4j_prune import prune as prune_graph
from kg.write.neo4j_transaction import BatchTooBig, in_halves, send

DEFAULT_GRAPH = "kg"
"""Name of the graph within the database."""
DEFAULT_BATCH = 2_000
"""Rows of one transaction."""
MAX_BATCH_CHARACTERS = 8_000_000
"""Text of one transaction; a batch of long rows is cut earlier."""
MAX_INDEXED_BYTES = 4_000
"""Longest id or name, in UTF-8: Neo4j's indexes take about 8,000 bytes for all properties of one entry."""

_INDEXED = ("id", "name")

Row = dict[str, Any]
Progress = Callable[[int], None]
_T = TypeVar("_T")


@dataclass(frozen=True)
class LoadReport:
    """What one load did. `nodes` and `edges` count the build by label and type, the rest is what changed."""

    nodes: Mapping[str, int] = field(default_factory=dict)
    edges: Mapping[str, int] = field(default_factory=dict)
    nodes_created: int = 0
    edges_created: int = 0
    nodes_removed: int = 0
    edges_removed: int = 0
    nodes_kept: int = 0
    """Nodes that are no longer in the build, but stay because relationships of the user's own hold them."""
    batches: int = 0


def load(
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    connection: Connection,
    *,
    graph: str = DEFAULT_GRAPH,
    batch: int = DEFAULT_BATCH,
    prune: bool = False,
    removed_papers: Iterable[str] = (),
    progress: Progress | None = None,
    retry_seconds: float = RETRY_SECONDS,
) -> LoadReport:
    """Write `nodes` and `edges`, in any order, into the graph called `graph` of the database; returns what was done.

    `batch` rows go into one transaction, fewer when the server has not the memory for them. `prune` removes at the
    end what the server holds in this graph and the build does not; `removed_papers` does so for these papers only.
    `progress` is called with the number of rows after each batch. A fault is retried for `retry_seconds`.

    Raises StoreError when the server cannot be reached, refuses, or an edge lacks an end; everything before the
    failing batch stays, and the same call again completes the graph. Raises UsageError for an impossible option.
    """
    _check_options(graph, batch)
    removed = frozenset(removed_papers)
    with connection.session(write=True, retry_seconds=retry_seconds) as session:
        apply_schema(session)
        writer = _Writer(session, connection, graph, batch, progress or _unseen)
        writer.write(nodes, edges)
        if prune:
            gone = prune_graph(session, graph, writer.ids, batch=batch)
        elif removed:
            gone = prune_graph(session, graph, writer.ids, papers=removed, batch=batch)
        else:
            gone = Removed()
    return LoadReport(
        nodes={label: writer.node_counts[label] for label in Label if writer.node_counts[label]},
        edges={rel: writer.edge_counts[rel] for rel in Rel if writer.edge_counts[rel]},
        nodes_created=writer.nodes_created,
        edges_created=writer.edges_created,
        nodes_removed=gone.nodes,
        edges_removed=gone.edges,
        nodes_kept=gone.kept,
        batches=writer.batches,
    )


def remove_graph(connection: Connection, *, graph: str = DEFAULT_GRAPH) -> Removed:
    """Remove everything that was loaded under the name `graph`; the constraints and indexes stay."""
    with connection.session(write=True) as session:
        return prune_graph(session, graph, Ids())


def schema_statements() -> tuple[LiteralString, ...]:
    """The statements of `cypher/constraints.cypher`, without comments."""
    text = (resources.folder("cypher") / "constraints.cypher").read_text(encoding="utf-8")
    code = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    return tuple(part.strip() for part in code.split(";") if part.strip())


def apply_schema(session: neo4j.Session) -> None:
    """Make the constraints and indexes that are missing and wait until they are ready."""
    for statement in schema_statements():
        session.execute_write(_run_schema, statement)
    session.run("CALL db.awaitIndexes(600)").consume()


def _run_schema(transaction: neo4j.ManagedTransaction, statement: LiteralString) -> None:
    transaction.run(statement).consume()


@cache
def node_statement(label: Label) -> LiteralString:
    """Writes rows of `id` and `properties` as nodes of one label."""
    return f"UNWIND $rows AS row MERGE (n:`{label.value}` {{_kg_graph: $graph, id: row.id}}) SET n += row.properties"


@cache
def edge_statement(pattern: Pattern) -> LiteralString:
    """Writes rows of `id`, `source`, `target` and `properties` as relationships; gives how many found both ends."""
    return (
        f"UNWIND $rows AS row "
        f"MATCH (a:`{pattern.source.value}` {{_kg_graph: $graph, id: row.source}}) "
        f"MATCH (b:`{pattern.target.value}` {{_kg_graph: $graph, id: row.target}}) "
        f"MERGE (a)-[r:`{pattern.type.value}` {{_kg_graph: $graph, id: row.id}}]->(b) "
        f"SET r += row.properties RETURN count(*) AS written"
    )


def node_row(node: Node) -> Row:
    """A node as a parameter. Properties of the schema that it lacks are null, which removes older values."""
    return _row(node.id, NODE_PROPERTIES[node_label(node)], node.properties)


def edge_row(edge: Edge) -> Row:
    """A relationship as a parameter, like `node_row`."""
    return {
        **_row(edge.id, EDGE_PROPERTIES, edge.properties),
        "source": edge.source,
        "target": edge.target,
    }


def node_label(node: Node) -> Label:
    """The label of a node; StoreError when the schema has no such label."""
    try:
        return Label(node.label)
    except ValueError:
        raise StoreError(
            f"node {node.id!r} has the label {node.label!r}, which is none of {', '.join(Label)}"
        ) from None


def edge_pattern(edge: Edge) -> Pattern:
    """The kind of relationship; StoreError when its type or the labels of its ends are none of the schema."""
    try:
        return Pattern(Label(edge.source_label), Rel(edge.type), Label(edge.target_label))
    except ValueError as error:
        raise StoreError(f"relationship {edge.id!r}: {error}; build the graph again with this version") from None


def _row(record_id: str, schema: Mapping[str, str], properties: Mapping[str, Any]) -> Row:
    unknown = properties.keys() - schema.keys()
    if unknown:
        raise StoreError(f"{record_id!r} has properties that the schema does not know: {', '.join(sorted(unknown))}")
    for name in _INDEXED:
        text = properties.get(name, "") if name != "id" else record_id
        if len(text) > MAX_INDEXED_BYTES // 4 and len(text.encode("utf-8", "replace")) > MAX_INDEXED_BYTES:
            raise StoreError(
                f"the {name} of {record_id[:60]!r}… is longer than {MAX_INDEXED_BYTES} bytes, too long for an index; "
                "shorten it in the input and build again"
            )
    values = {name: properties.get(name) for name in schema if name != "id"}
    return {"id": record_id, "properties": {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}}


def _check_options(graph: str, batch: int) -> None:
    if not 0 < len(graph) <= 200:
        raise UsageError("the name of the graph must have 1 to 200 characters")
    if batch < 1:
        raise UsageError(f"a batch of {batch} rows holds nothing; the default is {DEFAULT_BATCH}")


def _unseen(done: int) -> None:
    """Progress that nobody sees."""
    _ = done


class _Writer:
    """Sends batches and keeps count."""

    def __init__(
        self, session: neo4j.Session, connection: Connection, graph: str, batch: int, progress: Progress
    ) -> None:
        self._session, self._connection, self._graph, self._progress = session, connection, graph, progress
        self._size = batch
        self.ids = Ids()
        self.node_counts: Counter[str] = Counter()
        self.edge_counts: Counter[str] = Counter()
        self.nodes_created = self.edges_created = self.batches = 0

    def write(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        for label, rows in _grouped(nodes, node_label, node_row, self._batch_size):
            self._send(node_statement(label), rows)
            self.node_counts[label] += len(rows)
            self.ids.nodes[label].update(row["id"] for row in rows)
        for pattern, rows in _grouped(edges, edge_pattern, edge_row, self._batch_size):
            self._send(edge_statement(pattern), rows, what=f"{pattern.source}-{pattern.type}-{pattern.target}")
            self.edge_counts[pattern.type] += len(rows)
            self.ids.edges[pattern.type].update(row["id"] for row in rows)

    def _batch_size(self) -> int:
        return self._size

    def _send(self, statement: LiteralString, rows: Sequence[Row], *, what: str | None = None) -> None:
        """One transaction, or several when the server has not the memory; then later batches are smaller too."""

        def work(part: Sequence[Row]) -> None:
            if len(part) < len(rows):
                self._size = max(1, min(self._size, len(part)))
            summary, written = send(self._session, statement, {"rows": part, "graph": self._graph}, size=len(part))
            if what is not None and written != len(part):
                raise StoreError(
                    f"{len(part) - written} of {len(part)} relationships {what} have an end that is not among the "
                    "nodes; the build folder is incomplete, or another load removed nodes meanwhile: build and load "
                    "again"
                )
            self.nodes_created += summary.nodes_created
            self.edges_created += summary.relationships_created
            self.batches += 1
            self._progress(len(part))

        try:
            in_halves(rows, work)
        except BatchTooBig as error:
            raise StoreError(
                f"{self._connection.place} has too little memory for a transaction of one row; "
                "raise db.memory.transaction.max or dbms.memory.transaction.total.max"
            ) from error
        except (exceptions.Neo4jError, exceptions.DriverError, OSError, ValueError, OverflowError) as error:
            raise self._stopped(error) from error

    def _stopped(self, error: Exception) -> KgError:
        done = sum(self.node_counts.values()) + sum(self.edge_counts.values())
        return StoreError(
            f"{explain(error, self._connection)}\n"
            f"The load stopped after {done:,} rows, which stay in graph {self._graph!r}; no batch is half written. "
            "Run the same command again to complete it."
        )


def _grouped(
    records: Iterable[_T], key: Callable[[_T], Any], row: Callable[[_T], Row], size: Callable[[], int]
) -> Iterator[tuple[Any, list[Row]]]:
    """Batches of rows with one key, in a memory of one batch a key; the order of full batches is that of the input."""
    waiting: dict[Any, list[Row]] = {}
    characters: Counter[Any] = Counter()
    for record in records:
        group, new = key(record), row(record)
        rows = waiting.setdefault(group, [])
        rows.append(new)
        characters[group] += sum(len(value) for value in new["properties"].values() if isinstance(value, str))
        if len(rows) >= size() or characters[group] >= MAX_BATCH_CHARACTERS:
            del waiting[group], characters[group]
            yield group, rows
    yield from waiting.items()
