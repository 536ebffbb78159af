"""Fixtures that all rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with the seeds, the corpus and the annotation, which are not part of the project."""
    folder = Path(os.environ.get("KG_SHARED", ROOT.parent / "shared"))
    if not (folder / "gold" / "dev.jsonl").exists():
        pytest.skip(f"no shared data at {folder}; set KG_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def examples() -> Path:
    """The project's own small corpus."""
    return ROOT / "examples"
