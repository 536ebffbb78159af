"""The benchmark of claimed numbers against quantulum3."""

from __future__ import annotations

import pytest

from kg.evaluate_numbers import compare_with_quantulum
from kg.records import Paper

PAPER = Paper(
    id="p1",
    title="Quicker pruning",
    abstract="We train on 16 machines. Pruning takes 22 seconds, a 3.1x speedup, and accuracy rises by 5.42%.",
)
GOLD = {
    "p1": {
        "claims": [
            {"value": 22, "unit": "s"},
            {"value": 3.1, "unit": "x"},
            {"value": 5.42, "unit": "%"},
        ]
    }
}


@pytest.mark.filterwarnings("ignore")
def test_both_read_the_same_texts_and_are_scored_alike() -> None:
    pytest.importorskip("quantulum3", reason="the peer is in the extra 'bench'")
    unread = Paper(id="p2", title="Not annotated", abstract="It takes 5 seconds.")
    rows = {row.name: row.counts for row in compare_with_quantulum([PAPER, unread], GOLD, {"p1": GOLD["p1"]["claims"]})}
    assert list(rows) == ["quantulum3", "kg, all numbers", "kg, claims"]
    assert rows["kg, claims"].f1 == 1
    assert rows["kg, all numbers"].recall == 1
    assert rows["kg, all numbers"].predicted == 4
    assert {counts.gold for counts in rows.values()} == {3}
    assert rows["quantulum3"].hits >= 1
