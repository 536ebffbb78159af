"""Taking away what a build no longer holds, and nothing else.

Only nodes and relationships with the `_kg_graph` of this graph are looked at, and only those with an id that the build
lacks are deleted. A node that a relationship of the user's own holds stays, without its facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import LiteralString

import neo4j

from kg.graph.schema import Label, Rel, rel_types
from kg.write.neo4j_transaction import in_halves, send


@dataclass
class Ids:
    """The ids of a build, by label and type."""

    nodes: defaultdict[Label, set[str]] = field(default_factory=lambda: defaultdict(set))
    edges: defaultdict[Rel, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True)
class Removed:
    """How much was deleted; `kept` counts nodes that are not in the build, but that the user's relationships hold."""

    nodes: int = 0
    edges: int = 0
    kept: int = 0


def prune(
    session: neo4j.Session, graph: str, ids: Ids, *, papers: Collection[str] | None = None, batch: int = 2_000
) -> Removed:
    """Delete what `graph` holds on the server and `ids` does not; returns how much.

    With `papers`, only the facts of these papers: their relationships, and nodes that then have none left.
    """
    edges = 0
    for rel in rel_types():
        gone = partial(_edge_is_gone, ids.edges[rel], papers)
        stale = session.execute_read(_read, _edges_statement(rel), graph, gone)
        edges += _delete(session, _delete_edges(rel), graph, stale, batch)
    nodes = stale_nodes = 0
    for label in Label:
        stale = session.execute_read(_read, _nodes_statement(label), graph, partial(_node_is_gone, ids.nodes[label]))
        stale_nodes += len(stale)
        nodes += _delete(session, _delete_nodes(label), graph, stale, batch)
    return Removed(nodes, edges, stale_nodes - nodes if papers is None else 0)


def _node_is_gone(known: Collection[str], record: neo4j.Record) -> bool:
    return record["id"] not in known


def _edge_is_gone(known: Collection[str], papers: Collection[str] | None, record: neo4j.Record) -> bool:
    """Whether the build lacks the relationship. One without a paper (VARIANT_OF) belongs to no paper in particular."""
    if record["id"] in known:
        return False
    return papers is None or record["paper_id"] is None or record["paper_id"] in papers


def _read(
    transaction: neo4j.ManagedTransaction, statement: LiteralString, graph: str, gone: Callable[[neo4j.Record], bool]
) -> list[str]:
    return [record["id"] for record in transaction.run(statement, graph=graph) if gone(record)]


def _delete(session: neo4j.Session, statement: LiteralString, graph: str, ids: Iterable[str], batch: int) -> int:
    ordered = sorted(ids)
    count, done, size = 0, 0, batch

    def work(part: Sequence[str]) -> None:
        nonlocal count, size
        counters, _ = send(session, statement, {"graph": graph, "ids": part}, size=len(part))
        count += counters.nodes_deleted + counters.relationships_deleted
        size = min(size, len(part))  # what was halved once would be halved again

    while done < len(ordered):
        part = ordered[done : done + size]
        in_halves(part, work)
        done += len(part)
    return count


@cache
def _nodes_statement(label: Label) -> LiteralString:
    return f"MATCH (n:`{label.value}`) WHERE n._kg_graph = $graph AND n.id IS NOT NULL RETURN n.id AS id"


@cache
def _edges_statement(rel: Rel) -> LiteralString:
    return (
        f"MATCH ()-[r:`{rel.value}`]->() WHERE r._kg_graph = $graph AND r.id IS NOT NULL "
        "RETURN r.id AS id, r.paper_id AS paper_id"
    )


@cache
def _delete_nodes(label: Label) -> LiteralString:
    return (
        f"UNWIND $ids AS id MATCH (n:`{label.value}` {{_kg_graph: $graph, id: id}}) "
        "WHERE NOT EXISTS { (n)--() } DELETE n"
    )


@cache
def _delete_edges(rel: Rel) -> LiteralString:
    return f"UNWIND $ids AS id MATCH ()-[r:`{rel.value}` {{_kg_graph: $graph, id: id}}]->() DELETE r"
