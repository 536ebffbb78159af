"""Fixtures that all rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("untimed")

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


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With KG_FORBID_SKIPS set, a skipped test fails the run: where everything is present, everything must run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("KG_FORBID_SKIPS") and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("KG_FORBID_SKIPS is set and tests were skipped: failure", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
