"""`kg query`, `kg questions`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import options
from kg.errors import UsageError
from kg.terminal import console, message

if TYPE_CHECKING:
    from kg.query.named import ParameterValue, Question
    from kg.query.neo4j import Server
    from kg.query.store import Store

_STATEMENT = ("match", "optional", "unwind", "with", "return", "call", "create", "merge", "//", "/*")
"""What a Cypher statement may begin with; anything else of one word is the name of a question."""


def query(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="[DIR] QUESTION",
            help="Folder that `kg build` wrote (not with --neo4j), then the name of a question, a Cypher statement, "
            "or - to read the statement from standard input.",
            show_default=False,
        ),
    ],
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A parameter; may be repeated.")
    ] = None,
    output: Annotated[str, typer.Option("--format", "-f", help="table, json, jsonl or csv.")] = "table",
    limit: Annotated[int, typer.Option(min=1, help="At most this many rows.")] = 1000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which the answer is given up.")] = 60.0,
    neo4j: Annotated[bool, typer.Option("--neo4j", help="Ask the Neo4j server of the environment.")] = False,
    uri: options.Uri = None,
    username: options.Username = None,
    password: options.Password = None,
    database: options.Database = None,
) -> None:
    """Ask the graph: one of the questions of `kg questions`, or any Cypher that only reads.

    Examples: `kg query graph methods-on-dataset -p dataset=CIFAR-10` · `kg query graph "MATCH (d:Dataset) RETURN
    d.name, d.papers ORDER BY d.papers DESC LIMIT 5" -f csv`
    """
    from kg.query import named
    from kg.query.render import FORMATS, render

    if output not in FORMATS:
        raise UsageError(f"there is no output format {output!r}; there are {', '.join(FORMATS)}")
    folder, text = _split(arguments, neo4j=neo4j)
    given = dict(_parameter(item) for item in parameter or ())
    asked = None if _is_statement(text) else named.question(text)
    bound: Mapping[str, ParameterValue] = _typed(text, given) if asked is None else asked.bind(given)
    with _engine(folder, (uri, username, password, database)) as engine:
        result = engine.run(text if asked is None else asked.statement, bound, limit=limit, timeout=timeout)
        render(result, output, sys.stdout)
        if not result.rows:
            _explain_nothing(engine.run, asked, bound)
    if result.truncated:
        message(f"only the first {limit} rows; more with --limit")


def questions() -> None:
    """List the questions that have a name, with their parameters."""
    from rich.text import Text

    from kg.query import named

    screen = console()
    for question in named.questions():
        screen.print(Text(question.name, style="bold"))
        screen.print(Text(f"  {question.description}"), soft_wrap=False)
        for parameter in question.parameters:
            needed = "" if parameter.default is None else f" (default {parameter.default!r})"
            example = f", e.g. {parameter.example}" if parameter.example else ""
            screen.print(Text(f"  -p {parameter.name}=…  {parameter.description}{needed}{example}"), soft_wrap=False)
        screen.print()


def _split(arguments: list[str], *, neo4j: bool) -> tuple[Path | None, str]:
    """The folder, if any, and the question or statement."""
    wanted = 1 if neo4j else 2
    if len(arguments) != wanted:
        form = "kg query --neo4j QUESTION" if neo4j else "kg query DIR QUESTION"
        raise UsageError(f"{len(arguments)} arguments where {wanted} are needed: {form}; quote a Cypher statement")
    text = sys.stdin.read() if arguments[-1] == "-" else arguments[-1]
    return (None if neo4j else Path(arguments[0])), text.strip()


def _is_statement(text: str) -> bool:
    return len(text.split()) > 1 or text.lower().startswith(_STATEMENT)


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"-p {text!r} is not of the form name=value")
    return name.strip(), value


def _typed(statement: str, given: Mapping[str, str]) -> dict[str, ParameterValue]:
    """Parameters of a free statement: whole numbers and decimals as such, all else as text."""
    from kg.query import guard

    guard.check(statement)
    used = guard.parameters(statement)
    if unknown := sorted(given.keys() - used):
        has = f"has only ${', $'.join(sorted(used))}" if used else "has none"
        raise UsageError(f"-p {unknown[0]}: the statement {has}")
    typed: dict[str, ParameterValue] = {}
    for name, text in given.items():
        typed[name] = text
        for kind in (float, int):
            try:
                typed[name] = kind(text)
            except ValueError:
                continue
    return typed


def _engine(
    folder: Path | None, server: tuple[str | None, str | None, str | None, str | None]
) -> AbstractContextManager[Store | Server]:
    if folder is not None:
        from kg.query.store import Store

        return Store.open(folder)
    from kg.query.neo4j import Server

    return Server.open(options.connection(*server))


def _explain_nothing(run: Callable[..., object], asked: Question | None, bound: Mapping[str, ParameterValue]) -> None:
    from kg.query import named

    lines = [] if asked is None else named.suggestions(run, asked, bound)  # type: ignore[arg-type]
    message("no rows" if not lines else "\n".join(lines))
