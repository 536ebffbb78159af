"""The command line: each command parses, calls one function of the library, and prints.

    build, add, remove, extract      text in, graph out          kg.cli.build, kg.cli.extract
    query, questions                 ask                         kg.cli.ask
    same, explain, review            names across papers         kg.cli.names
    load, export                     Neo4j and files             kg.cli.ship
    evaluate, train, pretrain, …     for those who develop it    kg.cli.develop

Exit status: 0 done, 1 it could not be done (the message says why), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import logging
import os
import sys

import typer

from kg import __version__
from kg.cli import ask, build, develop, extract, names, ship
from kg.cli.benchmark import benchmark
from kg.errors import KgError, UsageError
from kg.terminal import message

_INTERRUPTED = 130
"""Exit status of a process that was interrupted, as shells have it."""

app = typer.Typer(
    name="kg",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="From abstracts of machine-learning papers to a knowledge graph that answers Cypher. Offline; same input, "
    "same answer; every fact points at its words.\n\n"
    "Start with: **kg build papers.jsonl -o graph**, then **kg query graph methods-on-dataset -p dataset=CIFAR-10**.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS = (
    ("Build", (build.build, build.add, build.remove, extract.extract)),
    ("Ask", (ask.query, ask.questions)),
    ("Names", (names.same, names.explain, names.review)),
    ("Neo4j and exports", (ship.load, ship.export)),
    ("Develop", (develop.evaluate, develop.train, develop.pretrain, develop.schemas)),
)
for _panel, _functions in COMMANDS:
    for _function in _functions:
        app.command(rich_help_panel=_panel)(_function)
app.add_typer(benchmark, name="benchmark", rich_help_panel="Develop")


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Options of every command."""
    _ = version


def main() -> None:
    """Entry point of the `kg` command: errors become one line for people."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # one thread a process: --workers fills the cores
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # what it retries is no news; what fails for good we say
    try:
        app()
    except UsageError as error:
        message(f"kg: {error}")
        sys.exit(2)
    except KgError as error:
        message(f"kg: {error}")
        sys.exit(1)
    except SystemExit as end:
        if end.code == _INTERRUPTED:  # typer has made this of the interruption
            message("kg: interrupted; build, add and pretrain go on from here when they are run again")
        raise
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:  # whatever the system refuses where nothing above knew a better word for it
        place = f"{error.filename}: " if error.filename is not None else ""
        message(f"kg: {place}{error.strerror or error}")
        sys.exit(1)
