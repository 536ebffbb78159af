"""Running a function over chunks of work: in this process or in several, always in the order of the chunks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from kg.engine.processes import map_in_processes
from kg.engine.serial import map_in_order

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

MOST_WORKERS = 4
"""Processes that are started without being asked for: each holds a model of its own, some 300 MB."""

_WORTH_WHILE = 8
"""Chunks from which further processes are started by themselves; fewer are done before those are ready."""


def run(
    make: Callable[[], Callable[[Chunk], Result]], chunks: Iterable[Chunk], *, workers: int | None = 1
) -> Iterator[Result]:
    """The results of a function for each of `chunks`, in their order, whatever the number of workers.

    `make` builds the function, once in each worker: loading a model belongs there. With `workers` None there is one for
    each core, but no more than `MOST_WORKERS`, and a single one where the chunks are few. With more than one worker,
    `make`, the chunks and the results must be picklable. Raises KgError when a worker process dies.
    """
    if workers is None:
        ahead = iter(chunks)
        first = list(islice(ahead, _WORTH_WHILE))
        workers = min(cores(), MOST_WORKERS) if len(first) == _WORTH_WHILE else 1
        chunks = chain(first, ahead)
    if workers <= 1:
        return map_in_order(make, chunks)
    return map_in_processes(make, chunks, workers=workers)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
