"""Which folders `kg build` made: those it may write into again, and whose files are no papers to read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from kg.errors import UsageError

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
