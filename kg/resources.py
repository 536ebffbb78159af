"""The folders that stand at the top of the repository and ship inside the wheel: `cypher/` and `schemas/`."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Path of the folder `name`: in the wheel `kg/_data/<name>`, in a checkout the one beside the package."""
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise KgError(f"the folder {name!r} is missing from the installation; install paper-kg again")
