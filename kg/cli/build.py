"""`kg build`, `kg add`, `kg remove`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.errors import UsageError
from kg.terminal import message, progress

if TYPE_CHECKING:
    from kg.build import BuildFolder, Corpus, Report
    from kg.extract.settings import Settings

_MOST_SHOWN = 20
"""Skipped records that are printed; the report names all."""

GraphML = Annotated[
    Path | None, typer.Option("--graphml", help="Also write the graph as GraphML for Gephi.", metavar="FILE")
]


def build(
    inputs: options.Inputs,
    out: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the result.")],
    graphml: GraphML = None,
    format: options.Format = None,
    columns: options.Columns = None,
    all_languages: options.AllLanguages = False,
    overrides: options.Overrides = None,
    workers: options.Workers = None,
    min_confidence: options.MinConfidence = None,
    config: options.Config = None,
    code: options.Code = None,
    strict: options.Strict = False,
) -> None:
    """Read papers, extract what they say, link the names, and write a graph into a folder.

    A build that was stopped goes on when it is started again. Records that cannot be read are named and skipped.

    Examples: `kg build abstracts.jsonl -o graph` · `kg build library.bib pages/*.txt -o graph --graphml graph.graphml`
    """
    from kg.build import BuildFolder, ReadOptions, read_corpus
    from kg.extract.settings import Settings
    from kg.folders import refuse_to_overwrite
    from kg.read import input_files

    folder = BuildFolder(out)
    folder.check(inputs, overrides)
    if graphml is not None:
        refuse_to_overwrite(input_files(inputs, below=False), [graphml])
    reading = ReadOptions(format, options.parse_pairs(columns, "--columns"), None if all_languages else ("en",))
    settings = Settings(config, code, min_confidence)
    with folder.writing():
        corpus = read_corpus(inputs, reading, steps=progress, note=message)
        _finish(corpus, folder, settings, overrides, workers, graphml=graphml, strict=strict)


def add(
    folder: options.Folder,
    inputs: options.Inputs,
    format: options.Format = None,
    columns: options.Columns = None,
    all_languages: options.AllLanguages = False,
    overrides: options.Overrides = None,
    workers: options.Workers = None,
    min_confidence: options.MinConfidence = None,
    config: options.Config = None,
    code: options.Code = None,
    strict: options.Strict = False,
) -> None:
    """Add papers to a build; the result is the same as building all of them at once.

    They are extracted as those of the build were, unless options say otherwise: then all are extracted again.

    Example: `kg add graph new-papers.bib`
    """
    from kg.build import BuildFolder, ReadOptions, read_corpus
    from kg.extract.settings import Settings

    target = BuildFolder(folder)
    target.require()
    target.check(inputs, overrides)
    reading = ReadOptions(format, options.parse_pairs(columns, "--columns"), None if all_languages else ("en",))
    with target.writing():
        settings = target.take_settings(Settings(config, code, min_confidence))
        corpus = read_corpus(inputs, reading, known=target.corpus(), steps=progress, note=message)
        _finish(corpus, target, settings, overrides, workers, strict=strict)


def remove(
    folder: options.Folder,
    papers: Annotated[list[str], typer.Argument(help="Ids of papers, as in papers.jsonl.", show_default=False)],
    overrides: options.Overrides = None,
    min_confidence: options.MinConfidence = None,
    config: options.Config = None,
    code: options.Code = None,
) -> None:
    """Remove papers from a build, and with them exactly the facts that they alone support.

    Example: `kg remove graph 1706.03762`
    """
    from kg.build import BuildFolder
    from kg.extract.settings import Settings

    target = BuildFolder(folder)
    target.require()
    target.check(overrides=overrides)
    with target.writing():
        settings = target.take_settings(Settings(config, code, min_confidence))
        known = target.corpus()
        unknown = sorted(set(papers) - {paper.id for paper in known.papers})
        if unknown:
            raise UsageError(f"no paper with id {', '.join(unknown)} in {folder}; see its papers.jsonl")
        target.add_removed(papers)
        _finish(known.without(papers), target, settings, overrides, workers=1)


def _finish(
    corpus: Corpus,
    folder: BuildFolder,
    settings: Settings,
    overrides: Path | None,
    workers: int | None,
    *,
    graphml: Path | None = None,
    strict: bool = False,
) -> None:
    from kg.build import build as run_build
    from kg.write.graphml import write_graphml

    decisions = folder.take_overrides(overrides)
    for record in corpus.rejected[:_MOST_SHOWN]:
        message(options.skipped(record))
    report, graph = run_build(
        corpus, folder.path, settings=settings, overrides=decisions, workers=workers, steps=progress
    )
    if graphml is not None:
        write_graphml(graph, graphml)
    _summary(report, folder.path)
    if strict and report.rejected:
        raise typer.Exit(1)


def _summary(report: Report, out: Path) -> None:
    rest = len(report.rejected) - _MOST_SHOWN
    if rest > 0:
        message(f"… and {rest} more; all are in {out / 'report.json'}")
    print(f"{report.papers} papers, {report.duplicates} duplicates, {len(report.rejected)} skipped")
    print("nodes: " + ", ".join(f"{count} {label}" for label, count in report.nodes.items()))
    print("edges: " + ", ".join(f"{count} {kind}" for kind, count in report.edges.items()))
    print(f"written to {out}; ask it: kg query {out} most-evaluated-datasets · kg questions")
