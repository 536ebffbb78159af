"""Questions to the embedded store of a build folder: opened for reading only, every statement checked first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import ladybug

from kg.errors import StoreError, UsageError
from kg.graph.schema import EDGE_PROPERTIES, NODE_PROPERTIES, Label, Rel
from kg.query import guard
from kg.query.result import Result, plain
from kg.write.store import STORE_FILE

DEFAULT_LIMIT = 10_000
"""Rows that a statement may return."""
DEFAULT_TIMEOUT = 60.0
"""Seconds that a statement may take."""
_MEMORY = 2 << 30
"""Bytes that the engine may use at most; left alone, it takes four fifths of the machine, and a while to do so."""

_UNKNOWN_TABLE = re.compile(r"Table (\S+) does not exist")
_UNKNOWN_PROPERTY = re.compile(r"Cannot find property (\S+) for")
_BARE_WORD = re.compile(r":\s*(IN|ON)\b", re.IGNORECASE)


class Store:
    """The graph of one build folder. Use as a context manager, or call `close`."""

    def __init__(self, database: Any, path: Path) -> None:
        self._database, self.path = database, path
        self._connection = ladybug.Connection(database)

    @classmethod
    def open(cls, folder: Path | str) -> Store:
        """Open the store in `folder`; StoreError when there is none or when it does not open."""
        path = Path(folder) / STORE_FILE
        if not path.is_file():
            raise StoreError(f"{folder} holds no graph; make one with: kg build INPUT... -o {folder}")
        try:
            return cls(ladybug.Database(str(path), read_only=True, buffer_pool_size=_MEMORY), path)
        except RuntimeError as error:
            advice = "it is damaged or of another version of LadybugDB; run `kg build` again"
            raise StoreError(f"{path} cannot be opened ({_first_line(error)}): {advice}") from error

    def run(
        self,
        statement: str,
        parameters: Mapping[str, object] | None = None,
        *,
        limit: int = DEFAULT_LIMIT,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> Result:
        """Answer one Cypher statement: at most `limit` rows, within `timeout` seconds.

        Raises QueryRefused for a statement that would do more than read, UsageError for a parameter without a value,
        StoreError when the engine does not understand it or takes too long.
        """
        guard.check(statement)
        given = dict(parameters or {})
        missing = sorted(guard.parameters(statement) - given.keys())
        if missing:
            raise UsageError(f"the statement needs a value for ${missing[0]}; give it with -p {missing[0]}=VALUE")
        self._connection.set_query_timeout(max(1, round(timeout * 1000)))
        try:
            with cast("ladybug.QueryResult", self._connection.execute(statement, given)) as answer:
                rows = answer.get_n(limit + 1)
                columns = tuple(answer.get_column_names())
        except RuntimeError as error:
            raise StoreError(_explain(statement, _first_line(error), timeout)) from error
        return Result(columns, tuple(tuple(map(plain, row)) for row in rows[:limit]), truncated=len(rows) > limit)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]


def _explain(statement: str, reason: str, timeout: float) -> str:
    """The engine's words and what to do about it."""
    if reason.startswith("Interrupted"):
        return f"no answer within {timeout:g} seconds; ask for less, or allow more time with --timeout"
    if match := _UNKNOWN_TABLE.search(reason):
        return _unknown("label or relationship type", match.group(1), [*Label, *Rel])
    if match := _UNKNOWN_PROPERTY.search(reason):
        names = {name for properties in NODE_PROPERTIES.values() for name in properties} | EDGE_PROPERTIES.keys()
        return _unknown("property", match.group(1), sorted(names))
    if "UNREACHABLE_CODE" in reason:
        return (
            "a parameter inside any(), all() or none() is not understood; bind it before: WITH $name AS wanted MATCH …"
        )
    if match := _BARE_WORD.search(statement):
        word = match.group(1)
        return f"{reason}; {word} is a word of the language: write it in backticks, [:`{word}`]"
    return f"the statement is not understood: {reason}"


def _unknown(what: str, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name.lower(), [str(word).lower() for word in known], n=1)
    guess = next((str(word) for word in known if near and str(word).lower() == near[0]), None)
    return f"there is no {what} {name!r}" + (
        f"; did you mean {guess}?" if guess else f"; there are {', '.join(map(str, known))}"
    )
