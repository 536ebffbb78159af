"""Vectors of spans, whether few or many are asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import heads
from kg.extract.candidates import LONGEST


@given(st.data())
def test_a_span_has_the_vector_that_its_pieces_give_it_alone_and_among_others(data: st.DataObject) -> None:
    pieces, size = data.draw(st.integers(1, 40)), 3
    spans = data.draw(
        st.lists(st.tuples(st.integers(0, pieces - 1), st.integers(0, pieces - 1)).map(sorted), min_size=1, max_size=30)
    )
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    weights = {
        "span.width": random.standard_normal((LONGEST + 1, size)).astype(np.float32),
        "span.bias": random.standard_normal(size).astype(np.float32),
    }
    rows = random.standard_normal((pieces, size * len(heads.PARTS))).astype(np.float32)
    first, last = np.array(spans, np.int64).T

    found = heads.span_vectors(weights, "span", rows, first, last, length=last - first + 1)

    start, end, mean, before, after = (
        np.pad(rows, ((1, 1), (0, 0))).reshape(pieces + 2, len(heads.PARTS), size).swapaxes(0, 1)
    )
    for (left, right), vector in zip(spans, found, strict=True):
        wanted = start[left + 1] + end[right + 1] + mean[left + 1 : right + 2].mean(axis=0)
        wanted += before[left] + after[right + 2]
        wanted += weights["span.width"][min(right - left + 1, LONGEST)] + weights["span.bias"]
        np.testing.assert_allclose(vector, np.maximum(wanted, 0), atol=1e-4)
