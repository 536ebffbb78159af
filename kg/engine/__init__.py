"""Running a function over chunks of work: in this process or in several, always in the order of the chunks."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from kg.engine.processes import map_in_processes
from kg.engine.serial import map_in_order

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

MOST_WORKERS = 4
"""Processes that are started without being asked for: each holds a model of its own, some 250 MB."""

_WORTH_WHILE = 8
"""Chunks from which further processes are started by themselves; fewer are done before those are ready."""

_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")


def run(
    make: Callable[[], Callable[[Chunk], Result]], chunks: Iterable[Chunk], *, workers: int | None = 1
) -> Iterator[Result]:
    """The results of a function for each of `chunks`, in their order, whatever the number of workers.

    `make` builds the function, once in each worker: loading a model belongs there. With `workers` None there is one for
    each core, but no more than `MOST_WORKERS`, and a single one where the chunks are few; there are never more than
    chunks. With more than one worker, `make`, the chunks and the results must be picklable. Raises KgError when a
    worker process dies.
    """
    rest = iter(chunks)
    first = list(islice(rest, _WORTH_WHILE if workers is None else max(1, workers)))
    if workers is None:
        workers = min(cores(), MOST_WORKERS) if len(first) == _WORTH_WHILE else 1
    chunks, workers = chain(first, rest), min(workers, len(first))
    return map_in_order(make, chunks) if workers <= 1 else map_in_processes(make, chunks, workers=workers)


def cores() -> int:
    """The cores that this process may use, in a container no more than its share of the processor (cgroup v2)."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, share_of_processor(_CPU_MAX) or allowed)


def share_of_processor(cpu_max: Path) -> int | None:
    """The cores, rounded up, that the `cpu.max` of a control group grants; None where it is unlimited or not there.

    The file holds a quota and a period in microseconds, the quota 'max' where there is none (Linux kernel, admin guide,
    "Control Group v2").
    """
    try:
        quota, period = cpu_max.read_text(encoding="ascii").split()
        return None if quota == "max" else max(1, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):
        return None
