"""Rows for the second stage of baselines: both first opinions, the other candidates, the other numbers of the text.

Numbers of one text are mostly measured against one thing, so what the neighbours make of a candidate tells much.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.extract.attributes import Subject
from kg.extract.claim_context import Context

_NO_OTHER = -9.0
_AT_AN_END = 1.0


def baseline_rows(
    context: Context, subjects: Sequence[Subject], structure: NDArray[np.float64], words: NDArray[np.float64]
) -> NDArray[np.float32]:
    """A row for each pair of number and candidate; `structure` and `words` are first scores [numbers, candidates]."""
    count, width = structure.shape
    places = [s.quantity.start for s in subjects]
    sentences = [context.sentence(place) for place in places]
    order = sorted(range(count), key=lambda i: places[i])
    turn = {at: position for position, at in enumerate(order)}
    lag = structure - structure.max(axis=1, keepdims=True)
    rows = np.empty((count, width, 11))
    for i in range(count):
        others = [j for j in range(count) if j != i]
        beside = [j for j in others if sentences[j] == sentences[i]]
        before, after = turn[i] - 1, turn[i] + 1
        own = structure[i]
        rows[i] = np.column_stack(
            [
                own,
                np.argsort(np.argsort(-own, kind="stable"), kind="stable"),
                lag[i],
                words[i],
                words[i] - words[i].max(),
                structure[others].mean(axis=0) if others else np.full(width, _NO_OTHER),
                structure[others].max(axis=0) if others else np.full(width, _NO_OTHER),
                structure[beside].mean(axis=0) if beside else np.full(width, _NO_OTHER),
                lag[order[before]] if before >= 0 else np.full(width, _AT_AN_END),
                lag[order[after]] if after < count else np.full(width, _AT_AN_END),
                np.full(width, float(count)),
            ]
        )
    return rows.reshape(count * width, -1).astype(np.float32)
