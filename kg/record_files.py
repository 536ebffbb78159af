"""Records in JSON Lines files: one object a line, UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from kg.errors import InputError
from kg.files import atomic_write
from kg.records import Record

R = TypeVar("R", bound=Record)


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write `records` to `path`, whole or not at all; same records, same bytes."""
    with atomic_write(path) as file:
        for record in records:
            file.write(record.model_dump_json() + "\n")


def read_records(path: Path, kind: type[R]) -> Iterator[R]:
    """The records of a file that `write_records` wrote, one by one.

    Raises InputError with file and line when the file is missing or a line is no such record.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield kind.model_validate_json(line)
                except ValidationError as error:
                    fault = error.errors()[0]
                    reason = f"is no {kind.__name__} ({fault['msg']}); build the folder again"
                    raise InputError(reason, file=str(path), line=number) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({error}); build the folder again", file=str(path)) from error
