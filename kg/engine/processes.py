"""Chunks in several processes of this machine.

Workers are spawned, not forked: a fork of a process that runs threads can hang. Only few chunks are under way at a
time, so memory does not grow with their number.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
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
    under_way: deque[Future[Result]] = deque()
    try:
        with processes(workers, partial(_start, make)) as submit:
            for chunk in chunks:
                under_way.append(submit(_apply, chunk))
                while len(under_way) >= workers * _UNDER_WAY:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise KgError(
            "a worker process died (killed, or out of memory). What is finished is kept: run the same command again, "
            "with --workers 1 if memory is short."
        ) from error


@contextmanager
def processes(count: int, prepare: Callable[[], None] | None = None) -> Iterator[Callable[..., Future[Any]]]:
    """`submit` of a pool of `count` processes, each of which calls `prepare` first.

    They end with what is done under this, at once when it fails or is interrupted; also when this process is killed.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(prepare,))

    def submit(function: Callable[..., Any], *given: Any) -> Future[Any]:
        with _children_ignore_interrupts():  # here they are started
            return pool.submit(function, *given)

    try:
        yield submit
    except BaseException:
        for process in list((pool._processes or {}).values()):  # terminate_workers() of Python 3.14
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(prepare: Callable[[], None] | None) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with_parent() -> None:
    """Wait for the end of the process that spawned this one: killed, it could tell nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _children_ignore_interrupts() -> Iterator[None]:
    """Processes that are started meanwhile leave Ctrl-C to this one, which ends them; else each would tell of it."""
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what signals do, and only what Python knows can be put back
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start(make: Callable[[], Callable[[Any], Any]]) -> None:
    """Make the function of this worker; a fault in that is raised again for each chunk."""
    try:
        _worker["function"] = make()
    except KgError as error:  # an exception here would only say that the pool is broken
        _worker["function"] = partial(_refuse, error)


def _refuse(error: KgError, _chunk: object) -> None:
    raise error


def _apply(chunk: Any) -> Any:
    return _worker["function"](chunk)
