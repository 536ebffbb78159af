"""Engines: same results in the same order, faults with a message."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial

import pytest

from kg.engine import MOST_WORKERS, cores, run
from kg.errors import InputError, KgError, MissingExtra, ModelError


def _sum(offset: int, chunk: list[int]) -> int:
    return sum(chunk) + offset


def _make(offset: int) -> Callable[[list[int]], int]:
    return partial(_sum, offset)


def _make_broken() -> Callable[[list[int]], int]:
    raise ModelError("the model is damaged; install again")


def _die(chunk: list[int]) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def _make_dying() -> Callable[[list[int]], int]:
    return _die


def _refuse(error: KgError, chunk: list[int]) -> int:
    raise error


CHUNKS = [[i, i + 1] for i in range(20)]


@pytest.mark.parametrize("workers", [1, 2, None])
def test_results_come_in_order(workers: int | None) -> None:
    assert list(run(partial(_make, 5), CHUNKS, workers=workers)) == [sum(chunk) + 5 for chunk in CHUNKS]


@pytest.mark.parametrize("workers", [1, 2, None])
def test_no_chunks_no_results(workers: int | None) -> None:
    assert list(run(partial(_make, 5), [], workers=workers)) == []


def _processes() -> Callable[[list[int]], int]:
    return _process


def _process(_chunk: list[int]) -> int:
    return os.getpid()


def test_where_nothing_is_asked_few_chunks_stay_here_and_many_fill_the_cores() -> None:
    assert set(run(_processes, CHUNKS[:3], workers=None)) == {os.getpid()}
    used = set(run(_processes, CHUNKS, workers=None))
    assert (os.getpid() in used) == (cores() == 1)
    assert len(used) <= min(cores(), MOST_WORKERS)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_cannot_start_says_why(workers: int) -> None:
    with pytest.raises(ModelError, match="damaged"):
        list(run(_make_broken, CHUNKS, workers=workers))


def test_a_killed_worker_is_reported_for_people() -> None:
    with pytest.raises(KgError, match="run the same command again"):
        list(run(_make_dying, CHUNKS, workers=2))


@pytest.mark.parametrize(
    "error", [InputError("bad", file="a.txt", line=3, record="r"), MissingExtra("training", "train")]
)
def test_errors_survive_the_way_from_a_worker(error: KgError) -> None:
    with pytest.raises(type(error)) as caught:
        list(run(partial(partial, _refuse, error), CHUNKS, workers=2))
    assert str(caught.value) == str(error)
