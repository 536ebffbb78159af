"""Engines: same results in the same order, faults with a message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kg.engine import MOST_WORKERS, cores, run, share_of_processor
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


def _meet(folder: Path, count: int) -> Callable[[list[int]], int]:
    return partial(_wait_for_others, folder, count)


def _wait_for_others(folder: Path, count: int, _chunk: list[int]) -> int:
    """This process, when `count` of them are at work."""
    (folder / str(os.getpid())).touch()
    for _ in range(600):
        if len(list(folder.iterdir())) >= count:
            return os.getpid()
        time.sleep(0.1)
    raise InputError("the others did not come")


@pytest.mark.parametrize(
    ("written", "share"),
    [("max 100000\n", None), ("200000 100000\n", 2), ("150000 100000\n", 2), ("5000 100000\n", 1), ("odd\n", None)],
)
def test_a_container_has_the_cores_that_it_was_granted(tmp_path: Path, written: str, share: int | None) -> None:
    path = tmp_path / "cpu.max"
    assert share_of_processor(path) is None
    path.write_text(written)
    assert share_of_processor(path) == share


def test_where_nothing_is_asked_few_chunks_stay_here_and_many_fill_the_cores(tmp_path: Path) -> None:
    assert set(run(partial(_meet, tmp_path, 1), CHUNKS[:7], workers=None)) == {os.getpid()}
    (tmp_path / str(os.getpid())).unlink()
    used = set(run(partial(_meet, tmp_path, min(cores(), MOST_WORKERS)), CHUNKS, workers=None))
    assert len(used) == min(cores(), MOST_WORKERS)
    assert (os.getpid() in used) == (cores() == 1)


def test_no_more_workers_are_started_than_there_are_chunks(tmp_path: Path) -> None:
    assert set(run(partial(_meet, tmp_path, 1), CHUNKS[:1], workers=3)) == {os.getpid()}
    (tmp_path / str(os.getpid())).unlink()
    used = set(run(partial(_meet, tmp_path, 2), CHUNKS[:2], workers=3))
    assert len(used) == 2
    assert os.getpid() not in used


def test_chunks_are_read_as_they_are_needed() -> None:
    drawn = []
    results = run(partial(_make, 5), (drawn.append(n) or [n] for n in range(1000)), workers=2)
    assert next(results) == 5
    assert len(drawn) < 20
    results.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_cannot_start_says_why(workers: int) -> None:
    with pytest.raises(ModelError, match="damaged"):
        list(run(_make_broken, CHUNKS, workers=workers))


def test_a_killed_worker_is_reported_for_people() -> None:
    with pytest.raises(KgError, match="run the same command again"):
        list(run(_make_dying, CHUNKS, workers=2))


UNTIL_KILLED = """
import os, time
from kg.engine import run

def make():
    return work

def work(chunk):
    os.write(1, b"at work\\n")  # at once: two processes write here
    time.sleep(600)

if __name__ == "__main__":
    list(run(make, [[1], [2]], workers=2))
"""


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "until_killed.py"
    script.write_text(UNTIL_KILLED)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        try:
            assert [started.stdout.readline() for _ in range(2)] == ["at work\n"] * 2
        finally:
            started.kill()
        started.communicate(timeout=60)  # comes back when the last process that could write has ended


@pytest.mark.parametrize(
    "error", [InputError("bad", file="a.txt", line=3, record="r"), MissingExtra("training", "train")]
)
def test_errors_survive_the_way_from_a_worker(error: KgError) -> None:
    with pytest.raises(type(error)) as caught:
        list(run(partial(partial, _refuse, error), CHUNKS, workers=2))
    assert str(caught.value) == str(error)
