"""Chunks in several processes of this machine.

Workers are spawned, not forked: a fork of a process that runs threads can hang. Only few chunks are under way at a
time, so memory does not grow with their number.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, TypeVar

from kg.errors import KgError

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

_UNDER_WAY = 3
"""Chunks a worker: one at work, one waiting, one finished."""

_worker: dict[str, Callable[[Any], Any]] = {}
"""The function of this worker process; set once when it starts."""


def map_in_processes(
    make: Callable[[], Callable[[Chunk], Result]], chunks: Iterable[Chunk], *, workers: int
) -> Iterator[Result]:
    """Apply the function that `make` builds in each of `workers` processes; results come in the order of chunks.

    Raises KgError when a worker dies (killed, out of memory).
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(make,))
    under_way: deque[Future[Result]] = deque()
    try:
        for chunk in chunks:
            under_way.append(pool.submit(_apply, chunk))
            while len(under_way) >= workers * _UNDER_WAY:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise KgError(
            "a worker process died (killed, or out of memory). What is finished is kept: run the same command again, "
            "with --workers 1 if memory is short."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(make: Callable[[], Callable[[Any], Any]]) -> None:
    """Prepare a worker."""
    try:
        _worker["function"] = make()
    except KgError as error:  # an exception here would only say that the pool is broken
        _worker["function"] = partial(_refuse, error)


def _refuse(error: KgError, _chunk: object) -> None:
    raise error


def _apply(chunk: Any) -> Any:
    return _worker["function"](chunk)
