"""A Neo4j server of our own as a process: started by the launcher beside this file, stopped with the block."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.write.neo4j_connection import Connection

HERE = Path(__file__).resolve().parent
PASSWORD = "for-tests-only"
JAVA = ["java", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
"""A small heap, and compiled code that is ready soon rather than fast."""


@contextmanager
def running(jars: str, home: Path) -> Iterator[tuple[Connection, Callable[[], None]]]:
    """A server of our own with its data in `home`, as long as the block lasts, and what makes it read-only."""
    log = home / "launcher.log"
    command = [*JAVA, "-cp", jars, str(HERE / "Launcher.java"), str(home), PASSWORD]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdin is not None and process.stdout is not None
    try:
        line = next((line for line in process.stdout if line.startswith("READY ")), None)
        if line is None:
            pytest.fail(f"the Neo4j server did not start:\n{log.read_text()[-4000:]}", pytrace=False)

        def forbid_writing() -> None:
            process.stdin.write("read-only\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == "DONE"

        yield Connection(f"bolt://127.0.0.1:{line.split()[1]}", "neo4j", PASSWORD), forbid_writing
    finally:
        process.stdin.close()  # the launcher stops when its input ends
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
