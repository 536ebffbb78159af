"""A real Neo4j server for the tests: the one that KG_TEST_NEO4J_URI names, else one that they start themselves.

Without Java 17 and Maven the tests that need a server skip and say so; in CI (variable CI) that is a failure.
A server that is named is written to: every test uses graph names of its own and removes them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from neo4j_process import HERE, running

from kg.write.neo4j import remove_graph
from kg.write.neo4j_connection import Connection


def unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"no Neo4j server for the tests: {reason}", pytrace=False)
    pytest.skip(f"no Neo4j server: {reason}")


@pytest.fixture(scope="session")
def classpath() -> str:
    """The jars of Neo4j, fetched by Maven."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        unavailable("it needs Java 17 and Maven, or the address of a server in KG_TEST_NEO4J_URI")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "classpath"
        goal = ["dependency:build-classpath", f"-Dmdep.outputFile={out}"]
        command = ["mvn", "-B", "-q", "-f", str(HERE / "pom.xml"), *goal]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            unavailable(f"Maven could not fetch it:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return out.read_text(encoding="utf-8").strip()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Connection to a running server, as its administrator."""
    if os.environ.get("KG_TEST_NEO4J_URI"):
        yield Connection.from_environment({name.removeprefix("KG_TEST_"): v for name, v in os.environ.items()})
        return
    jars = request.getfixturevalue("classpath")
    with (
        tempfile.TemporaryDirectory(prefix="kg-neo4j-", ignore_cleanup_errors=True) as folder,
        running(jars, Path(folder)) as (connection, _),
    ):
        yield connection


@pytest.fixture
def graph(server: Connection, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a graph that only this test uses."""
    name = f"test {request.node.name}"[:200]
    yield name
    remove_graph(server, graph=name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under pytest-xdist all tests that need the server go to one worker, so that one server is enough."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("neo4j"))
