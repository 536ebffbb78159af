"""Which folders `kg build` made: those it may write into again, and whose files are no papers to read.

Only one process writes into such a folder at a time: it holds a lock of the operating system on a hidden file there,
which ends with the process, however it ends.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import KgError, UsageError
from kg.files import make_folder, writes

CACHE = "cache"
CACHED = ".extractions"
"""Ending of the files in the cache."""
PAPERS = "papers.jsonl"
REPORT = "report.json"
SETTINGS = "settings.json"
"""What the build was asked to extract with; written first, so that it marks the folder."""
OVERRIDES = "overrides.toml"
"""The user's own, though commands copy one into the folder."""
FILES = (
    PAPERS,
    "joined.jsonl",
    "extractions.jsonl",
    "nodes.jsonl",
    "edges.jsonl",
    "graph.lbug",
    REPORT,
    SETTINGS,
    "removed.txt",
)
"""Files that commands write into the folder of a build."""

_LOCK = ".kg.lock"
_MARKS = {
    SETTINGS: re.compile(r'\{"written_by":"kg '),
    REPORT: re.compile(r'\{"version":"[^"]*","extractor":"kg '),
}
"""How the files begin by which the folder of a build is known."""
_HEAD = 200


def is_built(folder: str | Path) -> bool:
    """Whether `kg` made this folder: its settings or report are there, or its cache where an older build stopped."""
    place = Path(folder)
    for name, beginning in _MARKS.items():
        try:
            with (place / name).open(encoding="utf-8") as file:
                if beginning.match(file.read(_HEAD)):
                    return True
        except (OSError, ValueError):
            pass  # none, or somebody else's
    try:
        return any(path.suffix == CACHED for path in (place / CACHE).iterdir())
    except OSError:
        return False


def refuse_foreign(folder: Path, also: Iterable[Path] = ()) -> None:
    """Raise UsageError when a build into `folder` would overwrite files that are not those of a build.

    `also` are files in it that would be written besides those that each build writes.
    """
    if is_built(folder):
        return
    names = [path.name for path in (*(folder / name for name in FILES), *also) if os.path.lexists(path)]
    if names:
        raise UsageError(
            f"{folder} holds {', '.join(names)} that kg did not write; choose a new or an empty folder for the graph"
        )


def refuse_to_overwrite(inputs: Iterable[Path], targets: Iterable[Path]) -> None:
    """Raise UsageError when one of `targets` is, under whatever name, one of `inputs`."""
    written = {identity: path for path in targets if (identity := _identity(path)) is not None}
    for path in inputs if written else ():
        if _identity(path) in written:
            raise UsageError(f"{path} is one of the inputs and would be overwritten; write somewhere else")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from every other one, whatever it is called; None when there is no such file."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """While the block runs, `folder` is there and no other process that asks for this writes into it.

    A folder that was made for it and is empty at the end goes again. Raises KgError when another process is writing,
    InputError when the folder cannot be written.
    """
    new = [place for place in (folder, *folder.parents) if not os.path.lexists(place)]
    make_folder(folder)
    try:
        with _locked(folder):
            yield
    finally:
        with suppress(OSError):  # it is not empty
            for place in new:
                place.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    path = folder / _LOCK
    with writes(folder):
        lock = _take(path)
    if lock is None:
        raise KgError(f"another kg is writing to {folder}; wait until it is done")
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file; an empty one that stays does no harm
            path.unlink(missing_ok=True)
        os.close(lock)


def _take(path: Path) -> int | None:
    """The locked file at `path`; None when another process holds it."""
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _lock(lock):
                os.close(lock)
                return None
            if os.path.samestat(os.fstat(lock), path.stat()):
                return lock
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)  # its last holder removed it between our opening and our locking


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: then there is none
            return True
        return True
