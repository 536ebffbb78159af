"""The comparison of rates runs and leaves nothing behind; how fast is not a matter of tests."""

from __future__ import annotations

from graph_sample import sample_graph
from neo4j_support import dump

from kg.write.neo4j_benchmark import NAME, benchmark_load
from kg.write.neo4j_connection import Connection


def test_every_way_is_measured_and_nothing_is_left(server: Connection) -> None:
    built = sample_graph()
    rates = benchmark_load(built, server, single_rows=3)
    rows = len(built.nodes) + len(built.edges)
    assert [rate.rows for rate in rates[:3]] == [rows] * 3
    assert 3 < rates[3].rows < rows
    assert all(rate.rows_per_second > 0 for rate in rates)
    assert dump(server, NAME) == ([], [])
