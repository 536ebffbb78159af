"""Questions to a Neo4j server: every statement is checked first, then run in a transaction that cannot write."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, LiteralString

import neo4j

from kg.errors import UsageError
from kg.query import guard
from kg.query.result import Result, plain
from kg.query.store import DEFAULT_LIMIT, DEFAULT_TIMEOUT
from kg.write.neo4j_connection import Connection


class Server:
    """A graph on a Neo4j server. Use as a context manager, or call `close`. Answers like `kg.query.store.Store`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._context = connection.session()
        self._session = self._context.__enter__()

    @classmethod
    def open(cls, connection: Connection) -> Server:
        """Connect; StoreError says why when that is impossible."""
        return cls(connection)

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
        StoreError when the server does not understand it, takes too long or is gone.
        """
        guard.check(statement)
        given = dict(parameters or {})
        missing = sorted(guard.parameters(statement) - given.keys())
        if missing:
            raise UsageError(f"the statement needs a value for ${missing[0]}; give it with -p {missing[0]}=VALUE")
        read = neo4j.unit_of_work(timeout=timeout)(_read)
        with self.connection.in_words():
            return self._session.execute_read(read, statement, given, limit)

    def close(self) -> None:
        """End the connection."""
        self._context.__exit__(None, None, None)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _read(
    transaction: neo4j.ManagedTransaction, statement: LiteralString, parameters: dict[str, Any], limit: int
) -> Result:
    """The guard has checked the statement; the engine's read mode is the second lock."""
    answer = transaction.run(statement, parameters)
    rows = answer.fetch(limit + 1)
    values = tuple(tuple(plain(value) for value in record.values()) for record in rows[:limit])
    return Result(tuple(answer.keys()), values, truncated=len(rows) > limit)
