"""What a person sees: progress on stderr when it is a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn


class Ticker(Protocol):
    """Counts finished items of one step."""

    def __call__(self, done: int) -> None:
        """`done` more items are finished."""


def console(*, stderr: bool = False) -> Console:
    """A console that never guesses colours for a pipe."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, soft_wrap=True, highlight=False, force_terminal=None if stream.isatty() else False)


def message(text: str) -> None:
    """One line for the person on stderr; standard output stays data."""
    print(text, file=sys.stderr)


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Ticker]:
    """A progress bar on stderr while the block runs; silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=total)

        def tick(done: int) -> None:
            bar.advance(task, done)

        yield tick


def _ignore(done: int) -> None:
    """Progress that nobody sees."""
    _ = done
