"""One idempotent batch in one managed transaction, halved when the server has not the memory for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, LiteralString, TypeVar

import neo4j
from neo4j import exceptions

_COMMIT_ATTEMPTS = 5
_MEMORY = ("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError")

_T = TypeVar("_T")
Outcome = tuple[neo4j.SummaryCounters, int]


class BatchTooBig(Exception):
    """The server has not the memory for this transaction; the driver must not try the same again."""


def send(session: neo4j.Session, statement: LiteralString, parameters: Mapping[str, Any], *, size: int) -> Outcome:
    """Run a statement that may safely run twice; gives its counters and its result `written`, 0 without one.

    The driver tries again what may pass. A commit without an answer (IncompleteCommit) it must not, but we may. A
    server without memory says so mostly at the commit and calls it passing, so a batch of `size` rows that ran and
    could not be committed is not tried again as it is: it is too big. Raises BatchTooBig, or the driver's error.
    """
    for attempt in range(1, _COMMIT_ATTEMPTS + 1):
        try:
            return session.execute_write(_Work(statement, parameters, size))
        except exceptions.IncompleteCommit:
            if attempt == _COMMIT_ATTEMPTS:
                raise
        except exceptions.Neo4jError as error:
            if _out_of_memory(error):
                raise BatchTooBig(str(error)) from error
            raise
    raise AssertionError("unreachable")


def in_halves(items: Sequence[_T], work: Callable[[Sequence[_T]], None]) -> None:
    """Do `work` on the items, in halves when that is too much at once. Raises BatchTooBig when one item is."""
    try:
        work(items)
    except BatchTooBig:
        if len(items) == 1:
            raise
        half = len(items) // 2
        in_halves(items[:half], work)
        in_halves(items[half:], work)


class _Work:
    """The transaction that the driver calls, and calls again."""

    def __init__(self, statement: LiteralString, parameters: Mapping[str, Any], size: int) -> None:
        self._statement, self._parameters, self._size = statement, dict(parameters), size
        self._ran = False

    def __call__(self, transaction: neo4j.ManagedTransaction) -> Outcome:
        if self._ran and self._size > 1:
            raise BatchTooBig("it ran, but could not be committed")
        try:
            result = transaction.run(self._statement, self._parameters)
            record = next(iter(result), None)
            outcome = result.consume().counters, record["written"] if record is not None else 0
        except exceptions.Neo4jError as error:
            if _out_of_memory(error):
                raise BatchTooBig(str(error)) from error
            raise
        self._ran = True
        return outcome


def _out_of_memory(error: exceptions.Neo4jError) -> bool:
    return any(name in (error.code or "") for name in _MEMORY)
