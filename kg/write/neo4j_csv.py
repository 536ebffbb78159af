"""CSV for `neo4j-admin database import full`: the fast way to fill an empty Neo4j with a big graph.

RFC 4180: every text is quoted and its quotes are doubled, so it may hold commas and line ends. What is absent is an
empty field without quotes, which the importer reads as no property; `""` is an empty text. Lists are joined by a
control character that no text of a build holds. Each header stands in a file of its own.

Format: https://neo4j.com/docs/operations-manual/current/import/
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from kg import resources
from kg.errors import StoreError
from kg.files import atomic_write
from kg.graph.build import Graph
from kg.graph.schema import EDGE_PROPERTIES, NODE_PROPERTIES, PATTERNS, Label, Pattern, PropertyType
from kg.records import Property
from kg.write.neo4j import DEFAULT_GRAPH, edge_pattern, node_label

LIST_DELIMITER = "\x1f"
"""Between the items of a list; "unit separator", a control character that reading removes from every text."""

COMMAND_FILE = "import.sh"
CONSTRAINTS_FILE = "constraints.cypher"

_TYPES: dict[PropertyType, str] = {
    "string": "string",
    "int": "long",
    "float": "double",
    "bool": "boolean",
    "strings": "string[]",
}


def write_csv(graph: Graph, folder: Path, *, name: str = DEFAULT_GRAPH, database: str = "neo4j") -> str:
    """Write `graph` into `folder` and return the command that imports it into `database`, to be run there.

    `name` is the name of the graph, so that `kg load` can go on from what was imported. The command, which also
    stands in `import.sh`, replaces a whole database, so it is not run here. Same graph, same bytes.
    Raises StoreError for a text that the format cannot hold, InputError when the folder cannot be written.
    """
    nodes = {label: _NodeFile(label, name) for label in Label}
    edges = {pattern: _EdgeFile(pattern, name) for pattern in PATTERNS}
    parts: list[_NodeFile | _EdgeFile] = [*nodes.values(), *edges.values()]
    for part in parts:
        with atomic_write(folder / part.header_file) as header:
            header.write(csv_line(part.header))
    with ExitStack() as files:
        outputs: dict[str, IO[str]] = {
            part.data_file: files.enter_context(atomic_write(folder / part.data_file)) for part in parts
        }
        for node in graph.nodes:
            own = nodes[node_label(node)]
            outputs[own.data_file].write(csv_line(own.fields(node.id, node.properties)))
        for edge in graph.edges:
            kind = edges[edge_pattern(edge)]
            outputs[kind.data_file].write(csv_line(kind.fields(edge.source, edge.target, edge.id, edge.properties)))
    constraints = (resources.folder("cypher") / CONSTRAINTS_FILE).read_text(encoding="utf-8")
    with atomic_write(folder / CONSTRAINTS_FILE) as file:
        file.write(constraints)
    command = import_command(database)
    with atomic_write(folder / COMMAND_FILE) as file:
        file.write(_script(command))
    return command


def import_command(database: str = "neo4j") -> str:
    """The command line, to be run in the folder of the files, with the server stopped."""
    options = [
        "--id-type=string",
        "--delimiter=,",
        "--array-delimiter=U+001F",
        '--quote="',
        "--report-file=/dev/null",  # a bad record ends the import at once, so there is nothing to report
        "--multiline-fields=true",
        *(f"--nodes={label}={_files(_NodeFile(label, ''))}" for label in Label),
        *(f"--relationships={pattern.type}={_files(_EdgeFile(pattern, ''))}" for pattern in PATTERNS),
    ]
    return f"neo4j-admin database import full {shlex.quote(database)} \\\n  " + " \\\n  ".join(
        map(shlex.quote, options)
    )


def csv_line(fields: Iterable[Property | None]) -> str:
    """One record: texts quoted, numbers and truth values bare, lists joined, None an empty field.

    Raises StoreError for an item of a list that holds the delimiter of lists.
    """
    return ",".join(map(_field, fields)) + "\r\n"


def _field(value: Property | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return '"' + value.replace('"', '""') + '"'
        case _:
            return _field(LIST_DELIMITER.join(map(_item, value))) if value else ""


def _item(text: str) -> str:
    if LIST_DELIMITER in text:
        raise StoreError(f"the list item {text[:80]!r} holds U+001F, which parts lists in this format; build again")
    return text


class _NodeFile:
    """Columns of the nodes of one label."""

    def __init__(self, label: Label, graph: str) -> None:
        self._graph, self._schema = graph, NODE_PROPERTIES[label]
        self._names = [name for name in self._schema if name != "id"]
        self.header_file, self.data_file = f"nodes-{label}-header.csv", f"nodes-{label}.csv"
        columns = (f"{name}:{_TYPES[self._schema[name]]}" for name in self._names)
        self.header = (f"id:ID({label})", *columns, "_kg_graph:string")

    def fields(self, node_id: str, properties: dict[str, Property]) -> Iterator[Property | None]:
        yield node_id
        yield from (properties.get(name) for name in self._names)
        yield self._graph


class _EdgeFile:
    """Columns of one kind of relationship."""

    def __init__(self, pattern: Pattern, graph: str) -> None:
        self._graph = graph
        self._names = [name for name in EDGE_PROPERTIES if name != "id"]
        name = f"edges-{pattern.source}-{pattern.type}-{pattern.target}"
        self.header_file, self.data_file = f"{name}-header.csv", f"{name}.csv"
        columns = (f"{name}:{_TYPES[EDGE_PROPERTIES[name]]}" for name in self._names)
        ends = f":START_ID({pattern.source})", f":END_ID({pattern.target})"
        self.header = (*ends, "id:string", *columns, "_kg_graph:string")

    def fields(
        self, source: str, target: str, edge_id: str, properties: dict[str, Property]
    ) -> Iterator[Property | None]:
        yield from (source, target, edge_id)
        yield from (properties.get(name) for name in self._names)
        yield self._graph


def _files(part: _NodeFile | _EdgeFile) -> str:
    return f"{part.header_file},{part.data_file}"


def _script(command: str) -> str:
    return (
        "#!/bin/sh\n"
        "# Fills an EMPTY database; the server must be stopped. To replace a database that has data, add\n"
        "# --overwrite-destination=true, which deletes that data first. Then start the server and run\n"
        f"#   cypher-shell --file {CONSTRAINTS_FILE}\n"
        'cd "$(dirname "$0")" || exit 1\n'
        f"{command}\n"
    )
