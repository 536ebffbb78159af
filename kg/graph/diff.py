"""What changed between two graphs: by id, and by value where the id stayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from kg.graph.build import Graph
from kg.records import Edge, Node

_T = TypeVar("_T", Node, Edge)


@dataclass(frozen=True)
class GraphDiff:
    """From an old graph to a new one; `changed` holds (old, new) pairs of the same id. All in the order of a graph."""

    added_nodes: tuple[Node, ...] = ()
    removed_nodes: tuple[Node, ...] = ()
    changed_nodes: tuple[tuple[Node, Node], ...] = ()
    added_edges: tuple[Edge, ...] = ()
    removed_edges: tuple[Edge, ...] = ()
    changed_edges: tuple[tuple[Edge, Edge], ...] = ()

    def __bool__(self) -> bool:
        """True when anything differs."""
        return any(
            (
                self.added_nodes,
                self.removed_nodes,
                self.changed_nodes,
                self.added_edges,
                self.removed_edges,
                self.changed_edges,
            )
        )


def diff(old: Graph, new: Graph) -> GraphDiff:
    """The steps from `old` to `new`."""
    return GraphDiff(*_compare(old.nodes, new.nodes), *_compare(old.edges, new.edges))


def _compare(
    old: tuple[_T, ...], new: tuple[_T, ...]
) -> tuple[tuple[_T, ...], tuple[_T, ...], tuple[tuple[_T, _T], ...]]:
    before = {item.id: item for item in old}
    after = {item.id: item for item in new}
    return (
        tuple(item for item in new if item.id not in before),
        tuple(item for item in old if item.id not in after),
        tuple((before[item.id], item) for item in new if item.id in before and before[item.id] != item),
    )
