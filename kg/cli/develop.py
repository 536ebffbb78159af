"""`kg evaluate`, `kg train`, `kg pretrain`, `kg schemas`: for those who measure, train and develop."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kg.cli import options
from kg.errors import InputError, UsageError
from kg.terminal import console, message, progress

if TYPE_CHECKING:
    from kg.evaluate import Score
    from kg.records import Paper

Papers = Annotated[
    Path, typer.Argument(help="Papers, one JSON object a line: id, title, abstract.", show_default=False)
]
Device = Literal["auto", "cpu", "cuda"]
Start = Annotated[
    str,
    typer.Option(
        metavar="shipped|pretrained|general|PATH",
        help="What to go on from: the installed model, the encoder alone from which that was trained, a general "
        "encoder, or a model's folder or a file of kg pretrain.",
    ),
]
Gold = Annotated[Path, typer.Argument(help="Their annotation, one JSON object a line.", show_default=False)]


def evaluate(
    papers: Papers,
    gold: Gold,
    predictions: Annotated[
        Path | None, typer.Option(help="Score this file of extractions instead of extracting now.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    workers: options.Workers = None,
    min_confidence: options.MinConfidence = None,
    config: options.Config = None,
    code: options.Code = None,
) -> None:
    """Score extractions against annotated papers: entities, roles, triples and claims.

    Example: `kg evaluate examples/abstracts.jsonl tests/data/examples_gold.jsonl`
    """
    from kg.evaluate import score
    from kg.extract.settings import Settings
    from kg.records import Extraction
    from kg.workers import extract_in_order

    wanted = read_annotations(gold)
    if predictions is not None:
        found: Mapping[str, Mapping[str, Any]] = read_annotations(predictions)
    else:
        settings = Settings(config, code, min_confidence)
        chosen = read_annotated(papers, wanted)
        with progress("extracting", len(chosen)) as tick:
            chunks = extract_in_order(chosen, settings, workers=workers, tick=tick)
            found = {p.id: item.model_dump() for chunk in chunks for p, item in chunk if isinstance(item, Extraction)}
    missing = len(wanted.keys() - found.keys())
    if missing:
        message(f"{missing} annotated papers have no extraction and count as empty")
    result = score(wanted, found)
    if as_json:
        print(json.dumps(result.as_dict(), indent=1))
    else:
        _print_score(result)


def train(
    papers: Papers,
    gold: Gold,
    dev: Annotated[
        Path, typer.Argument(help="Annotation to tune thresholds on, never trained on.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the model.")],
    corpus: Annotated[
        Path | None, typer.Option(help="More papers, without annotation: they tell how often names occur.")
    ] = None,
    more: Annotated[
        Path | None,
        typer.Option(
            help="Annotation by places of papers of the corpus, such as kg/train/annotated.jsonl.xz: ids, no text."
        ),
    ] = None,
    start: Start = "shipped",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the annotation.")] = 10,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 1,
    device: Annotated[
        Device, typer.Option(help="Where the encoder is trained; auto takes a GPU where PyTorch sees one.")
    ] = "auto",
) -> None:
    """Train an extraction model on your own annotation; use it with a --config that names its folder.

    Needs the extra `train`. The annotation is JSON Lines in the form of tests/data/examples_gold.jsonl. Run again
    after an interruption, it goes on after the last finished pass.
    """
    from kg.train import train as run_training

    run_training(
        papers, gold, dev, out,
        corpus=corpus, more=more, start=start, epochs=epochs, seed=seed, device=device, report=message,
    )  # fmt: skip


def pretrain(
    corpus: Annotated[
        Path, typer.Argument(help="Abstracts of a field, one JSON object a line: title, abstract.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File for the encoder.")],
    start: Start = "general",
    layers: Annotated[
        str | None,
        typer.Option(metavar="1,2,…", help="Keep only these layers of it: fewer read faster and find a little less."),
    ] = None,
    heads: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Keep only so many heads of attention of all layers together, those that matter most; the smaller "
            "encoder then learns to give what the whole one gives, instead of guessing.",
        ),
    ] = None,
    inner: Annotated[
        int | None, typer.Option(min=1, help="The same with the inner units, so many in each layer.")
    ] = None,
    pieces: Annotated[int, typer.Option(min=1, help="Word pieces to read in all.")] = 24_000_000,
    without: Annotated[
        Path | None, typer.Option(help="Papers to leave out, by title and first words: those you measure on.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 1,
    device: Annotated[
        Device, typer.Option(help="Where the encoder is trained; auto takes a GPU where PyTorch sees one.")
    ] = "auto",
) -> None:
    """Let an encoder read the abstracts of a field; `kg train --start FILE` goes on from it.

    It guesses hidden words. With --heads or --inner a smaller one, which reads faster and finds a little less, learns
    to give what the whole one gives.

    Needs the extra `train`. Run again after an interruption, it goes on after the last finished round.
    """
    from kg.train import pretrain_encoder

    try:
        numbers = [int(number) for number in layers.split(",")] if layers is not None else None
    except ValueError as error:
        raise UsageError(f"--layers wants numbers such as 1,2,3,6, not {layers!r}") from error
    pretrain_encoder(
        corpus, out,
        start=start, layers=numbers, heads=heads, inner=inner, pieces=pieces, without=without, seed=seed, device=device,
        report=message,
    )  # fmt: skip


def schemas(folder: Annotated[Path, typer.Argument(help="Folder for the schemas.")] = Path("schemas")) -> None:
    """Write the JSON Schemas of all records."""
    from kg.schemas import write_schemas

    for path in write_schemas(folder):
        print(path)


def read_annotated(papers: Path, annotations: Container[str]) -> list[Paper]:
    """The papers of a file that are annotated, in its order."""
    from kg.read import read
    from kg.records import Paper

    return [paper for paper in read([papers]) if isinstance(paper, Paper) and paper.id in annotations]


def read_annotations(path: Path) -> dict[str, dict[str, Any]]:
    """Annotations or extractions by paper id; InputError with file and line for anything else."""
    annotations, number = {}, 0
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                number += 1
                if line.strip():
                    annotation = json.loads(line)
                    annotations[str(annotation["id"])] = annotation
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"is no annotation with an id: {error}", file=str(path), line=number) from error
    return annotations


def _print_score(result: Score) -> None:
    from rich.table import Table

    table = Table("", "precision", "recall", "F1", "annotated", "extracted", box=None)
    for name, counts in result.counts.items():
        figures = [f"{value:.3f}" for value in (counts.precision, counts.recall, counts.f1)]
        table.add_row(name, *figures, str(counts.gold), str(counts.predicted))
    screen = console()
    screen.print(table)
    screen.print("\naccuracy over what matched: " + ", ".join(f"{n} {v:.3f}" for n, v in result.accuracies.items()))
    screen.print(f"{result.papers} papers")
