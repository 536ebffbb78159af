"""`kg extract`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.errors import InputError, UsageError
from kg.records import Paper, Rejected
from kg.terminal import console, message, progress

if TYPE_CHECKING:
    from kg.extract.explain import Explanation
    from kg.extract.settings import Settings

_STYLES = {
    "method": "black on #a8c7ff",
    "dataset": "black on #a5e3d8",
    "metric": "black on #fbd7b0",
    "task": "black on #dcc6fb",
    "claim": "bold black on #f6b5ba",
}


def extract(
    inputs: options.Inputs,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of to standard output.")
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Show the paper with this id, its spans coloured, and why each was taken."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --explain: also write the paper as an HTML page.")
    ] = None,
    format: options.Format = None,
    columns: options.Columns = None,
    all_languages: options.AllLanguages = False,
    workers: options.Workers = None,
    min_confidence: options.MinConfidence = None,
    config: options.Config = None,
    code: options.Code = None,
    strict: options.Strict = False,
) -> None:
    """Extract methods, datasets, metrics, tasks and claimed numbers; one JSON object a paper, in the order read.

    Examples: `kg extract abstracts.jsonl > extractions.jsonl` · `kg extract page.txt --explain 1706.03762`
    """
    from kg.extract.settings import Settings
    from kg.folders import refuse_to_overwrite
    from kg.read import input_files, read

    if html is not None and explain is None:
        raise UsageError("--html shows one paper; say which with --explain ID")
    refuse_to_overwrite(input_files(inputs), [path for path in (out, html) if path is not None])
    rejected: list[Rejected] = []
    names = options.parse_pairs(columns, "--columns")
    languages = None if all_languages else ("en",)
    records = read(inputs, format=format, columns=names, languages=languages, note=message)
    papers = _papers(records, rejected)
    settings = Settings(config, code, min_confidence)
    if explain is not None:
        _explain(list(papers), explain, html, settings)
        return
    count = _write(papers, settings, workers, out, rejected)
    for fault in rejected:
        message(options.skipped(fault))
    if not count:
        raise InputError("nothing could be read: not one abstract was found in what you named")
    if strict and rejected:
        raise typer.Exit(1)


def _papers(records: Iterable[Paper | Rejected], rejected: list[Rejected]) -> Iterator[Paper]:
    """The papers of a stream; what is no paper goes to `rejected`."""
    for record in records:
        if isinstance(record, Paper):
            yield record
        else:
            rejected.append(record)


def _write(
    papers: Iterable[Paper], settings: Settings, workers: int | None, out: Path | None, rejected: list[Rejected]
) -> int:
    """Extract a stream of papers into a file or to standard output; returns how many were written."""
    from contextlib import nullcontext

    from kg.files import atomic_write
    from kg.workers import extract_in_order

    count = 0
    target = nullcontext(sys.stdout) if out is None else atomic_write(out)
    with target as file, progress("extracting", None) as tick:
        for chunk in extract_in_order(papers, settings, workers=workers, tick=tick):
            for _, item in chunk:
                if isinstance(item, Rejected):
                    rejected.append(item)
                else:
                    file.write(item.model_dump_json() + "\n")
                    count += 1
    return count


def _explain(papers: list[Paper], wanted: str, html: Path | None, settings: Settings) -> None:
    from kg.extract.explain import as_html
    from kg.extract.explain import explain as explain_paper
    from kg.extract.extractor import Extractor
    from kg.files import atomic_write

    paper = next((paper for paper in papers if paper.id == wanted), None)
    if paper is None:
        known = ", ".join(paper.id for paper in papers[:5])
        raise UsageError(f"no paper with id {wanted!r} in what was read; the first ids are {known or 'none'}")
    explanation = explain_paper(Extractor(settings), paper)
    _print(explanation)
    if html is not None:
        with atomic_write(html) as file:
            file.write(as_html(explanation, paper.title or paper.id))
        message(f"written to {html}")


def _print(explanation: Explanation) -> None:
    from rich.table import Table
    from rich.text import Text

    shown = Text(explanation.text)
    for span in explanation.spans:
        shown.stylize(_STYLES[span.label], span.start, span.end)
    screen = console()
    screen.print(shown, soft_wrap=False)
    screen.print()
    screen.print(Text.assemble(*((f" {label} ", style) for label, style in _STYLES.items())))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for reason in explanation.reasons:
        table.add_row(reason.label, Text(reason.name), Text(reason.why))
    screen.print(table, soft_wrap=False)
