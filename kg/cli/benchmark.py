"""`kg benchmark`: each prints our figures and a peer's, measured in the same run on the same data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.cli.develop import Gold, Papers
from kg.terminal import console, message, progress

if TYPE_CHECKING:
    from rich.table import Table

benchmark = typer.Typer(no_args_is_help=True, help="Measure against a peer in the same run.")


@benchmark.command()
def numbers(papers: Papers, gold: Gold) -> None:
    """Claimed numbers: quantulum3's quantities and ours against annotated claims. Needs the extra `bench`."""
    from kg.cli.develop import read_annotated, read_annotations
    from kg.evaluate_numbers import compare_with_quantulum
    from kg.extract.settings import Settings
    from kg.records import Extraction
    from kg.workers import extract_in_order

    annotations = read_annotations(gold)
    chosen = read_annotated(papers, annotations)
    with progress("extracting", len(chosen)) as tick:
        items = [pair for chunk in extract_in_order(chosen, Settings(), tick=tick) for pair in chunk]
    claims = {p.id: [c.model_dump() for c in item.claims] for p, item in items if isinstance(item, Extraction)}
    table = _table("", "precision", "recall", "F1 (value and unit)")
    for row in compare_with_quantulum(chosen, annotations, claims):
        figures = (row.counts.precision, row.counts.recall, row.counts.f1)
        table.add_row(row.name, *(f"{value:.3f}" for value in figures))
    console().print(table)


@benchmark.command()
def names(
    pairs: Annotated[Path, typer.Argument(help="Pairs of names, JSON Lines: a, b, kind, same.", show_default=False)],
) -> None:
    """Joining names: RapidFuzz at the threshold that popular builders use, and ours. Needs the extra `bench`."""
    from kg.link import compare_with_fuzzy, read_pairs

    table = _table("", "right joins", "of", "wrong joins", "of")
    for score in compare_with_fuzzy(read_pairs(pairs)):
        table.add_row(score.way, str(score.joined), str(score.to_join), str(len(score.wrong)), str(score.to_keep))
    console().print(table)


@benchmark.command()
def neo4j(
    folder: options.Folder,
    uri: options.Uri = None,
    username: options.Username = None,
    password: options.Password = None,
    database: options.Database = None,
) -> None:
    """Loading a build: the embedded store, our batches into Neo4j, and a plain loop row by row."""
    from kg.write.jsonl import read_graph
    from kg.write.neo4j_benchmark import benchmark_load

    where = options.connection(uri, username, password, database)
    message("the graph is loaded under a name of its own and removed again")
    table = _table("", "rows", "seconds", "rows a second")
    for rate in benchmark_load(read_graph(folder), where):
        table.add_row(rate.way, f"{rate.rows:,}", f"{rate.seconds:.2f}", f"{rate.rows_per_second:,.0f}")
    console().print(table)


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table
