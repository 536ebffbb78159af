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


def send(session: neo4j.Session, statement: LiteralString, parameters: Mapping[str, Any]) -> Outcome:
    """Run a statement that may safely run twice; gives its counters and its result `written`, 0 without one.

    The driver tries again what may pass. A commit without an answer (IncompleteCommit) it must not, but we may.
    Raises BatchTooBig, or the driver's error.
    """
    for attempt in range(1, _COMMIT_ATTEMPTS + 1):
        try:
            return session.execute_write(_run, statement, parameters)
        except exceptions.IncompleteCommit:
            if attempt == _COMMIT_ATTEMPTS:
                raise
        except exceptions.Neo4jError as error:
            if _out_of_memory(error):  # this time at the commit
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


def _run(transaction: neo4j.ManagedTransaction, statement: LiteralString, parameters: Mapping[str, Any]) -> Outcome:
    try:
        result = transaction.run(statement, dict(parameters))
        record = next(iter(result), None)
        return result.consume().counters, record["written"] if record is not None else 0
    except exceptions.Neo4jError as error:
        if _out_of_memory(error):
            raise BatchTooBig(str(error)) from error
        raise


def _out_of_memory(error: exceptions.Neo4jError) -> bool:
    return any(name in (error.code or "") for name in _MEMORY)
