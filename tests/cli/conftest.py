"""The command as a person runs it: its own process, real files, real model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import Run


@pytest.fixture(scope="session")
def kg() -> Run:
    """Run `kg` with arguments; returns its exit status, output and messages."""

    def run(*arguments: str | Path, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "kg"), *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": "160", **environment},
            check=False,
            timeout=300,
        )

    return run


@pytest.fixture(scope="session")
def example_build(kg: Run, examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the example corpus, made once."""
    folder = tmp_path_factory.mktemp("example") / "graph"
    result = kg("build", examples / "abstracts.jsonl", "-o", folder)
    assert result.returncode == 0, result.stderr
    return folder
