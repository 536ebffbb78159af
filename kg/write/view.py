"""What a graph viewer is shown: labels, colours, sizes, places and typed attributes, the same for every format.

Two views: `full` is the whole graph; `methods-datasets` has one weighted edge a pair of method and dataset, because
viewers draw parallel edges on top of each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.errors import UsageError
from kg.graph.build import Graph
from kg.graph.schema import EDGE_PROPERTIES, NODE_PROPERTIES, Label, PropertyType, Rel
from kg.ids import stable_id
from kg.records import Edge, Node, Property
from kg.write.xml import is_legal

ViewName = Literal["full", "methods-datasets"]
VIEWS: tuple[ViewName, ...] = ("full", "methods-datasets")

COLOURS: dict[Label, tuple[int, int, int]] = {
    Label.PAPER: (153, 153, 153),
    Label.METHOD: (0, 114, 178),
    Label.DATASET: (230, 159, 0),
    Label.METRIC: (0, 158, 115),
    Label.TASK: (204, 121, 167),
    Label.CLAIM: (213, 94, 0),
}
"""Colours that people with any colour vision tell apart (Okabe and Ito 2008)."""

_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_SPACING = 30.0


@dataclass(frozen=True)
class ViewNode:
    """One node as it is drawn; `attributes` holds no null."""

    id: str
    label: str
    kind: str
    attributes: Mapping[str, Property]
    colour: tuple[int, int, int]
    size: float
    x: float
    y: float


@dataclass(frozen=True)
class ViewEdge:
    """One edge as it is drawn; `type` is also its label."""

    id: str
    source: str
    target: str
    type: str
    weight: float
    attributes: Mapping[str, Property]


@dataclass(frozen=True)
class View:
    """A drawable graph with the types of all attributes that occur, in the order of the schema."""

    nodes: tuple[ViewNode, ...]
    edges: tuple[ViewEdge, ...]
    node_types: Mapping[str, PropertyType]
    edge_types: Mapping[str, PropertyType]


def view_of(graph: Graph, name: str) -> View:
    """The view called `name` of `graph`; UsageError for an unknown name."""
    if name == "full":
        return _view(graph.nodes, [_edge(edge) for edge in graph.edges], EDGE_PROPERTIES)
    if name == "methods-datasets":
        edges = _pairs(edge for edge in graph.edges if edge.type == Rel.EVALUATED_ON)
        ends = {end for edge in edges for end in (edge.source, edge.target)}
        types: dict[str, PropertyType] = {"kind": "string", "papers": "strings", "sentence": "string"}
        return _view([node for node in graph.nodes if node.id in ends], edges, types)
    raise UsageError(f"there is no view {name!r}; there are {', '.join(VIEWS)}")


def text_of(value: Property) -> str:
    """A property as text: lists flattened with '; ', numbers so that they read back exactly."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "; ".join(value)
    return repr(value) if isinstance(value, float) else str(value)


def _view(nodes: Iterable[Node], edges: list[ViewEdge], edge_types: Mapping[str, PropertyType]) -> View:
    nodes = list(nodes)
    places = _places(nodes, edges)
    drawn = tuple(_node(node, places[node.id]) for node in nodes)
    node_types = {name: kind for label in Label for name, kind in NODE_PROPERTIES[label].items()}
    safe = {node.id: _safe(node.id) for node in nodes}
    return View(
        drawn,
        tuple(
            ViewEdge(edge.id, safe[edge.source], safe[edge.target], edge.type, edge.weight, edge.attributes)
            for edge in edges
        ),
        _used(node_types, (node.attributes for node in drawn)),
        _used(edge_types, (edge.attributes for edge in edges)),
    )


def _used(types: Mapping[str, PropertyType], rows: Iterable[Mapping[str, Property]]) -> dict[str, PropertyType]:
    found = {name for row in rows for name in row}
    return {name: kind for name, kind in types.items() if name in found}


def _node(node: Node, place: tuple[float, float]) -> ViewNode:
    label = Label(node.label)
    attributes = {name: value for name, value in node.properties.items() if name != "id" and value != ()}
    return ViewNode(
        _safe(node.id), _caption(node), node.label, attributes, COLOURS[label], _size(node), place[0], place[1]
    )


def _safe(node_id: str) -> str:
    """The id; another one where XML cannot carry it, so that two ids never become one."""
    return node_id if is_legal(node_id) else stable_id("xml", node_id.encode("utf-8", "surrogatepass").hex())


def _caption(node: Node) -> str:
    """What is written beside the node."""
    shown = {Label.PAPER: "title", Label.CLAIM: "number"}.get(Label(node.label), "name")
    return str(node.properties.get(shown, node.id))


def _size(node: Node) -> float:
    """Area in proportion to the number of papers that name it."""
    papers = node.properties.get("papers")
    if isinstance(papers, int):
        return round(4.0 * math.sqrt(max(1, papers)), 2)
    return 3.0 if node.label == Label.CLAIM else 4.0


def _edge(edge: Edge) -> ViewEdge:
    attributes = {name: value for name, value in edge.properties.items() if name != "id"}
    return ViewEdge(edge.id, edge.source, edge.target, edge.type, 1.0, attributes)


def _pairs(edges: Iterable[Edge]) -> list[ViewEdge]:
    """One edge a pair; its weight is the number of papers, its sentence the one of the surest."""
    groups: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.source, edge.target].append(edge)
    merged = []
    for (source, target), group in sorted(groups.items()):
        surest = min(group, key=lambda edge: (-float(str(edge.properties.get("confidence", 0))), edge.id))
        papers = tuple(sorted({str(edge.properties["paper_id"]) for edge in group}))
        attributes: dict[str, Property] = {"kind": Rel.EVALUATED_ON.value, "papers": papers}
        if "sentence" in surest.properties:
            attributes["sentence"] = surest.properties["sentence"]
        edge_id = stable_id(Rel.EVALUATED_ON, source, target)
        merged.append(ViewEdge(edge_id, source, target, Rel.EVALUATED_ON.value, float(len(papers)), attributes))
    return merged


def _places(nodes: list[Node], edges: list[ViewEdge]) -> dict[str, tuple[float, float]]:
    """A first layout in linear time, the same for the same graph.

    Entities lie on a sunflower spiral, those of most papers in the middle; papers around the middle of what they name;
    claims beside their paper. A force layout in the viewer starts well from here.
    """
    hubs = [node for node in nodes if "papers" in node.properties]
    hubs.sort(key=lambda node: (-int(str(node.properties["papers"])), node.id))
    places = {node.id: _spiral(rank, _SPACING) for rank, node in enumerate(hubs)}
    for label in (Label.PAPER, Label.CLAIM):
        wanted = {node.id for node in nodes if node.label == label}
        around: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for edge in edges:
            if edge.source in wanted and edge.target in places:
                around[edge.source].append(places[edge.target])
            if edge.target in wanted and edge.source in places:
                around[edge.target].append(places[edge.source])
        placed: dict[str, tuple[float, float]] = {}
        for rank, node_id in enumerate(sorted(wanted)):
            points = around.get(node_id) or [_spiral(len(hubs) + rank, _SPACING)]
            dx, dy = _spiral(rank % 200, 3.0)
            x, y = (math.fsum(axis) / len(points) for axis in zip(*points, strict=True))
            placed[node_id] = (round(x + dx, 1), round(y + dy, 1))
        places.update(placed)
    return places


def _spiral(rank: int, spacing: float) -> tuple[float, float]:
    """Vogel's model of a sunflower head (1979): equal area for each."""
    radius, angle = spacing * math.sqrt(rank + 0.5), rank * _GOLDEN_ANGLE
    return round(radius * math.cos(angle), 1), round(radius * math.sin(angle), 1)
