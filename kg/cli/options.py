"""Options that several commands share, each described once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.errors import UsageError
from kg.records import Rejected
from kg.terminal import message

if TYPE_CHECKING:
    from kg.write.neo4j_connection import Connection

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, directories, globs, or - for standard input; plain or gz, xz, zst, bz2. "
        "The format is found out from the content.",
        show_default=False,
    ),
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `kg build` wrote.", show_default=False)]
Format = Annotated[
    str | None, typer.Option("--format", "-f", help="Read every input as this format instead of finding out.")
]
Columns = Annotated[
    str | None,
    typer.Option(
        help="Names of columns or keys in your file, e.g. title=Name,abstract=Summary.", metavar="FIELD=NAME,…"
    ),
]
AllLanguages = Annotated[
    bool, typer.Option("--all-languages", help="Keep abstracts that are not in English; the model reads English.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-w",
        min=1,
        show_default=False,
        help="Processes that extract side by side, about 250 MB each. By default one for each core, at most four, and "
        "a single one where there are not more than 200 papers.",
    ),
]
Config = Annotated[
    Path | None, typer.Option(help="Pipeline configuration instead of the shipped one (spaCy config format).")
]
Code = Annotated[Path | None, typer.Option(help="Python file with spaCy factories that --config names.")]
MinConfidence = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Keep what is at least this sure; the default was tuned for the best F1."),
]
Overrides = Annotated[
    Path | None,
    typer.Option(
        help="TOML file with your own decisions about names (join, split, rename, drop, retype). It is copied into the "
        "folder as overrides.toml and applied in its later builds."
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when any record was skipped.")]


def parse_pairs(text: str | None, what: str) -> dict[str, str]:
    """'a=b,c=d' as a dictionary; raises UsageError for anything else."""
    pairs: dict[str, str] = {}
    for part in (text or "").split(","):
        if part.strip():
            name, equals, value = part.partition("=")
            if not equals or not name.strip() or not value.strip():
                raise UsageError(f"{what}: {part!r} is not of the form name=value")
            pairs[name.strip()] = value.strip()
    return pairs


Uri = Annotated[
    str | None, typer.Option(help="Address of the Neo4j server, e.g. neo4j+s://x.databases.neo4j.io; else NEO4J_URI.")
]
Username = Annotated[str | None, typer.Option(help="User of the server; else NEO4J_USERNAME, else neo4j.")]
Password = Annotated[
    str | None,
    typer.Option(
        help="Password; better set NEO4J_PASSWORD, because command lines are seen by others.", show_default=False
    ),
]
Database = Annotated[str | None, typer.Option(help="Database of the server; else NEO4J_DATABASE, else its default.")]


def connection(uri: str | None, username: str | None, password: str | None, database: str | None) -> Connection:
    """Where the Neo4j server is: options, else the environment, else a `.env` file in the current folder."""
    from kg.write.neo4j_connection import Connection

    if password is not None:
        message("warning: a password on the command line can be seen by other users; set NEO4J_PASSWORD instead")
    return Connection.from_environment(
        os.environ, dotenv=Path(".env"), uri=uri, username=username, password=password, database=database
    )


def skipped(record: Rejected) -> str:
    """The line that tells a person which record was passed over, and why."""
    place = ":".join(str(part) for part in (record.file, record.line) if part)
    return f"skipped {place}{f' ({record.record})' if record.record else ''}: {record.reason}"
