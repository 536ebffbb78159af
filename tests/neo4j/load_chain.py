"""Loads a long chain in small batches and says so after each one: the victim of `kill -9` in the tests.

Arguments: graph name, number of papers, rows of a batch; the server comes from NEO4J_URI and so on.
"""

from __future__ import annotations

import os
import sys

from neo4j_support import chain

from kg.write.neo4j import load
from kg.write.neo4j_connection import Connection


def report(done: int) -> None:
    print(done, flush=True)


if __name__ == "__main__":
    name, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    load(*chain(size), Connection.from_environment(os.environ), graph=name, batch=batch, progress=report)
