"""`kg load`, `kg export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli import options
from kg.errors import UsageError
from kg.terminal import message, progress
from kg.write import WRITERS


def load(
    folder: options.Folder,
    graph: Annotated[
        str, typer.Option(help="Name of this graph in the database; several can live side by side.")
    ] = "kg",
    batch: Annotated[int, typer.Option(min=1, help="Rows a transaction.")] = 2000,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what an earlier load wrote under this name and the build lacks now.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be loaded.")] = False,
    uri: options.Uri = None,
    username: options.Username = None,
    password: options.Password = None,
    database: options.Database = None,
) -> None:
    """Write a build into a running Neo4j. Loading twice changes nothing; an interrupted load is completed by another.

    The server is named by NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, in the environment or in a
    file .env. Papers that `kg remove` took out of the build are taken out of the server too.

    Example: `NEO4J_URI=neo4j://localhost:7687 NEO4J_PASSWORD=… kg load graph`
    """
    from kg.build import BuildFolder
    from kg.write.jsonl import read_graph
    from kg.write.neo4j import load as load_graph

    build = BuildFolder(folder)
    content = read_graph(folder)
    if dry_run:
        print(f"{len(content.nodes)} nodes, {len(content.edges)} relationships")
        return
    where = options.connection(uri, username, password, database)
    with progress("loading", len(content.nodes) + len(content.edges)) as tick:
        report = load_graph(
            content.nodes,
            content.edges,
            where,
            graph=graph,
            batch=batch,
            prune=prune,
            removed_papers=build.read_removed(),
            progress=tick,
        )
    print(f"{sum(report.nodes.values())} nodes ({report.nodes_created} new, {report.nodes_removed} removed)")
    print(f"{sum(report.edges.values())} relationships ({report.edges_created} new, {report.edges_removed} removed)")
    if report.nodes_kept:
        message(f"{report.nodes_kept} nodes are no longer in the build but stay: relationships of your own hold them")


def export(
    folder: options.Folder,
    target: Annotated[Path, typer.Argument(help="File, or folder for neo4j-admin and jsonl.", show_default=False)],
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"{', '.join(WRITERS)}; default: the ending of the file."),
    ] = None,
) -> None:
    """Write the graph of a build in another format.

    Examples: `kg export graph graph.graphml` · `kg export graph csv --format neo4j-admin`
    """
    from kg.write.jsonl import read_graph

    name = form or target.suffix.lstrip(".")
    if name not in WRITERS:
        raise UsageError(f"there is no export format {name!r}; there are {', '.join(WRITERS)}")
    WRITERS[name].write(read_graph(folder), target)
    print(f"{WRITERS[name].description}: {target}")
