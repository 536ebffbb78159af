"""GraphML as Gephi's importer wants it, and as networkx and igraph read it too.

Gephi takes the label, size, colour and place of a node from keys of these names, the type of an edge from the attribute
`label` of its element, and drops an edge whose id it has seen; a key is declared once, with its type, for nodes or for
edges (read from ImporterGraphML.java and ImportContainerImpl.java).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from kg.files import atomic_write
from kg.graph.build import Graph
from kg.graph.schema import PropertyType
from kg.records import Property
from kg.write.view import View, ViewEdge, ViewName, ViewNode, text_of, view_of
from kg.write.xml import XmlWriter

_TYPES: dict[PropertyType, str] = {
    "string": "string",
    "int": "int",
    "float": "double",
    "bool": "boolean",
    "strings": "string",
}
_NODE_LOOKS: dict[str, str] = {
    "label": "string",
    "size": "double",
    "r": "int",
    "g": "int",
    "b": "int",
    "x": "double",
    "y": "double",
}
_EDGE_LOOKS: dict[str, str] = {"label": "string", "weight": "double"}
_NAMESPACES = {
    "xmlns": "http://graphml.graphdrawing.org/xmlns",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
}


def write_graphml(graph: Graph, path: Path, *, view: ViewName = "full") -> None:
    """Write one view of `graph` as GraphML, whole or not at all; the same graph gives the same bytes.

    Raises UsageError for an unknown view, InputError when the file cannot be written.
    """
    shown = view_of(graph, view)
    with atomic_write(path) as stream:
        xml = XmlWriter(stream)
        with xml.element("graphml", _NAMESPACES):
            _write_keys(xml, shown)
            with xml.element("graph", {"id": "kg", "edgedefault": "directed"}):
                for node in shown.nodes:
                    _write_node(xml, node)
                for edge in shown.edges:
                    _write_edge(xml, edge)


def _write_keys(xml: XmlWriter, view: View) -> None:
    for owner, looks, types in (("node", _NODE_LOOKS, view.node_types), ("edge", _EDGE_LOOKS, view.edge_types)):
        declared = {**looks, **{name: _TYPES[kind] for name, kind in types.items()}}
        for name, kind in declared.items():
            key = {"id": _key(owner, name), "for": owner, "attr.name": name, "attr.type": kind}
            xml.leaf("key", key)


def _write_node(xml: XmlWriter, node: ViewNode) -> None:
    red, green, blue = node.colour
    looks: dict[str, Property] = {
        "label": node.label,
        "size": node.size,
        "r": red,
        "g": green,
        "b": blue,
        "x": node.x,
        "y": node.y,
    }
    with xml.element("node", {"id": node.id}):
        _write_data(xml, "node", (*looks.items(), *node.attributes.items()))


def _write_edge(xml: XmlWriter, edge: ViewEdge) -> None:
    looks: Mapping[str, Property] = {"label": edge.type, "weight": edge.weight}
    ends = {"id": edge.id, "source": edge.source, "target": edge.target, "label": edge.type}
    with xml.element("edge", ends):
        _write_data(xml, "edge", (*looks.items(), *edge.attributes.items()))


def _write_data(xml: XmlWriter, owner: str, values: Iterable[tuple[str, Property]]) -> None:
    for name, value in values:
        xml.leaf("data", {"key": _key(owner, name)}, text_of(value))


def _key(owner: str, name: str) -> str:
    return f"{owner}_{name}"
