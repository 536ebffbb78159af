"""Chunks one after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


def map_in_order(make: Callable[[], Callable[[Chunk], Result]], chunks: Iterable[Chunk]) -> Iterator[Result]:
    """Apply the function that `make` builds to each chunk; it is built when the first chunk arrives."""
    function: Callable[[Chunk], Result] | None = None
    for chunk in chunks:
        if function is None:
            function = make()
        yield function(chunk)
