"""What the Neo4j tests share: looking at everything a server holds, and small graphs built by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.graph.schema import PATTERNS, Label, Pattern, Rel
from kg.ids import stable_id
from kg.records import Edge, Node
from kg.write.neo4j_connection import Connection


def run(connection: Connection, statement: str, **parameters: Any) -> list[dict[str, Any]]:
    """Rows of a statement, with the rights of the connection."""
    with connection.session(write=True) as session:
        return session.run(statement, parameters).data()


def dump(connection: Connection, graph: str | None) -> tuple[list[Any], list[Any]]:
    """Every node and relationship of one graph (None: of no graph) with labels, types, ends and properties."""
    where = "= $graph" if graph is not None else "IS NULL"
    nodes = run(
        connection,
        f"MATCH (n) WHERE n._kg_graph {where} RETURN labels(n) AS labels, properties(n) AS p ORDER BY n.id, labels",
        graph=graph,
    )
    edges = run(
        connection,
        f"MATCH (a)-[r]->(b) WHERE r._kg_graph {where} "
        "RETURN type(r) AS type, a.id AS a, b.id AS b, properties(r) AS p ORDER BY r.id, type, a, b",
        graph=graph,
    )
    return [(row["labels"], row["p"]) for row in nodes], [(row["type"], row["a"], row["b"], row["p"]) for row in edges]


def node(label: Label, node_id: str, **properties: Any) -> Node:
    return Node(id=node_id, label=label, properties={"id": node_id, "kind": str(label), **properties})


def edge(pattern: Pattern, source: str, target: str, paper: str | None = None, **properties: Any) -> Edge:
    edge_id = stable_id(pattern.type, source, target, paper)
    owner = {} if paper is None else {"paper_id": paper}
    return Edge(
        id=edge_id,
        type=pattern.type,
        source=source,
        source_label=pattern.source,
        target=target,
        target_label=pattern.target,
        properties={"id": edge_id, "kind": str(pattern.type), **owner, **properties},
    )


def pattern(source: Label, rel: Rel, target: Label) -> Pattern:
    found = Pattern(source, rel, target)
    assert found in PATTERNS
    return found


PROPOSES = pattern(Label.PAPER, Rel.PROPOSES, Label.METHOD)
EVALUATED_ON = pattern(Label.METHOD, Rel.EVALUATED_ON, Label.DATASET)


def chain(size: int) -> tuple[Sequence[Node], Sequence[Edge]]:
    """`size` papers, each proposing a method of its own that is evaluated on one of ten datasets."""
    papers = [node(Label.PAPER, f"p{n:06}", title=f"Paper {n}", year=2000 + n % 25) for n in range(size)]
    methods = [node(Label.METHOD, f"m{n:06}", name=f"Method-{n}", aliases=(f"M{n}",), papers=1) for n in range(size)]
    datasets = [node(Label.DATASET, f"d{n}", name=f"Set-{n}", papers=size // 10) for n in range(10)]
    proposes = [
        edge(PROPOSES, f"p{n:06}", f"m{n:06}", f"p{n:06}", sentence=f"We propose Method-{n}.", start=0, end=9)
        for n in range(size)
    ]
    evaluated = [edge(EVALUATED_ON, f"m{n:06}", f"d{n % 10}", f"p{n:06}", confidence=0.5) for n in range(size)]
    return [*papers, *methods, *datasets], [*proposes, *evaluated]
