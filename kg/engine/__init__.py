"""Running a function over chunks of work: in this process or in several, always in the order of the chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from kg.engine.processes import map_in_processes
from kg.engine.serial import map_in_order

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


def run(
    make: Callable[[], Callable[[Chunk], Result]], chunks: Iterable[Chunk], *, workers: int = 1
) -> Iterator[Result]:
    """The results of a function for each of `chunks`, in their order, whatever the number of workers.

    `make` builds the function, once in each worker: loading a model belongs there. With more than one worker, `make`,
    the chunks and the results must be picklable. Raises KgError when a worker process dies.
    """
    if workers <= 1:
        return map_in_order(make, chunks)
    return map_in_processes(make, chunks, workers=workers)
