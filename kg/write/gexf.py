"""GEXF 1.3, the format that Gephi recommends: types of edges as `kind`, colours, sizes and places in `viz`.

It holds no date, so the same graph gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.files import atomic_write
from kg.graph.build import Graph
from kg.graph.schema import PropertyType
from kg.records import Property
from kg.write.view import ViewEdge, ViewName, ViewNode, text_of, view_of
from kg.write.xml import XmlWriter

_TYPES: dict[PropertyType, str] = {
    "string": "string",
    "int": "integer",
    "float": "double",
    "bool": "boolean",
    "strings": "string",
}
_NAMESPACES = {"xmlns": "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", "version": "1.3"}


def write_gexf(graph: Graph, path: Path, *, view: ViewName = "full") -> None:
    """Write one view of `graph` as GEXF, whole or not at all.

    Raises UsageError for an unknown view, InputError when the file cannot be written.
    """
    shown = view_of(graph, view)
    with atomic_write(path) as stream:
        xml = XmlWriter(stream)
        with xml.element("gexf", _NAMESPACES):
            with xml.element("meta"):
                xml.leaf("creator", text="paper-kg")
            with xml.element("graph", {"defaultedgetype": "directed", "mode": "static"}):
                _write_attributes(xml, "node", shown.node_types)
                _write_attributes(xml, "edge", shown.edge_types)
                with xml.element("nodes"):
                    for node in shown.nodes:
                        _write_node(xml, node)
                with xml.element("edges"):
                    for edge in shown.edges:
                        _write_edge(xml, edge)


def _write_attributes(xml: XmlWriter, owner: str, types: Mapping[str, PropertyType]) -> None:
    with xml.element("attributes", {"class": owner}):
        for name, kind in types.items():
            xml.leaf("attribute", {"id": name, "title": name, "type": _TYPES[kind]})


def _write_node(xml: XmlWriter, node: ViewNode) -> None:
    red, green, blue = (str(part) for part in node.colour)
    with xml.element("node", {"id": node.id, "label": node.label}):
        _write_values(xml, node.attributes)
        xml.leaf("viz:color", {"r": red, "g": green, "b": blue})
        xml.leaf("viz:position", {"x": repr(node.x), "y": repr(node.y), "z": "0.0"})
        xml.leaf("viz:size", {"value": repr(node.size)})


def _write_edge(xml: XmlWriter, edge: ViewEdge) -> None:
    attributes = {"id": edge.id, "source": edge.source, "target": edge.target, "kind": edge.type, "label": edge.type}
    with xml.element("edge", {**attributes, "weight": repr(edge.weight)}):
        _write_values(xml, edge.attributes)


def _write_values(xml: XmlWriter, values: Mapping[str, Property]) -> None:
    with xml.element("attvalues"):
        for name, value in values.items():
            xml.leaf("attvalue", {"for": name, "value": text_of(value)})
