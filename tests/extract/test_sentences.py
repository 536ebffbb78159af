"""Sentence boundaries."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A title\nFirst here. Second there.", ["A title", "First here.", "Second there."]),
        ("We follow Smith et al. (2020) closely. It works.", ["We follow Smith et al. (2020) closely.", "It works."]),
        (
            "It gains 3.5 points, i.e. 4% more, vs. 79.8 before.",
            ["It gains 3.5 points, i.e. 4% more, vs. 79.8 before."],
        ),
        (
            "Runs restart from checkpoints.To avoid it we wait.",
            ["Runs restart from checkpoints.", "To avoid it we wait."],
        ),
        ("Is it fast? Yes! “Very.” Indeed.", ["Is it fast?", "Yes!", "“Very.”", "Indeed."]),
        ("Written in Node.js and run twice.", ["Written in Node.js and run twice."]),
        ("Due to J. Doe. All rights.", ["Due to J. Doe.", "All rights."]),
        ("Code is at https://example.org/a.b. Models too.", ["Code is at https://example.org/a.b.", "Models too."]),
        ("", []),
    ],
)
def test_boundaries(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@settings(max_examples=200)
@given(st.text(alphabet='aB.!? \n"(10)', max_size=60))
def test_every_word_stands_in_exactly_one_sentence(text: str) -> None:
    spans = sentences(text)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert "".join("".join(split(text)).split()) == "".join(text.split())
    assert all(piece == piece.strip() and piece for piece in split(text))
