"""Extraction of a stream of papers by several processes, or by this one.

It imports nothing of what comes after extraction: each worker process imports it, and so does the command that waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from kg import engine
from kg.extract.settings import Settings
from kg.records import Extraction, Paper, Rejected

_CHUNK = 32
"""Papers that one worker takes at a time: about a second of work; spaCy forgets its words after each."""

Ticker = Callable[[int], None]
"""Shows progress: called with how many more are done."""


def extract_in_order(
    papers: Iterable[Paper], settings: Settings, *, workers: int | None = 1, tick: Ticker | None = None
) -> Iterator[list[tuple[Paper, Extraction | Rejected]]]:
    """Chunks of papers with their extractions, in the order of `papers`, whatever the number of workers.

    Only few chunks are held at a time, so `papers` may be a stream of any length. `workers` is as for `kg.engine.run`.
    """
    under_way: deque[list[Paper]] = deque()
    for result in engine.run(partial(_make_worker, settings), _chunks(papers, under_way), workers=workers):
        chunk = under_way.popleft()
        yield list(zip(chunk, result, strict=True))
        if tick is not None:
            tick(len(chunk))


def _chunks(papers: Iterable[Paper], under_way: deque[list[Paper]]) -> Iterator[list[Paper]]:
    stream = iter(papers)
    while chunk := list(islice(stream, _CHUNK)):
        under_way.append(chunk)
        yield chunk


def _make_worker(settings: Settings) -> Callable[[Sequence[Paper]], list[Extraction | Rejected]]:
    from kg.extract.extractor import Extractor  # the process that only waits for others does not need it

    extractor = Extractor(settings)
    return lambda chunk: list(extractor.extract_all(chunk))
