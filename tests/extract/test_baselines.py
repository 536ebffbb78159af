"""Phrases that a number may be measured against: which words belong to them, and what is none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kg.extract.baselines import baseline_phrases
from kg.extract.claim_context import Context
from kg.extract.quantities import find_quantities
from kg.extract.sentences import sentences


def phrases(text: str) -> dict[str, list[tuple[int, int]]]:
    entities = SimpleNamespace(methods=[], datasets=[], metrics=[], tasks=[])
    return baseline_phrases(Context(text, 0, sentences(text), find_quantities(text), entities))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It is 3% better than the previous state of the art.", "previous state of the art"),
        ("Compared with earlier planners, it saves 4% of the steps.", "earlier planners"),
        ("It enhances weak learners by 2%.", "weak learners"),
        ("It needs 2x less memory than its dense counterpart.", "dense counterpart"),
        ("We reach 81%, whereas existing methods already fail.", "existing methods"),
        ("It beats older parsers trained under full supervision by 2%.", "older parsers"),
        (
            "It beats older parsers trained under full supervision by 2%.",
            "older parsers trained under full supervision",
        ),
        ("It lifts the strongest model's accuracy by 2%.", "strongest model"),
        ("It trains at a quarter of regular training.", "regular training"),
        ("The gap to both baselines is 3%.", "baselines"),
        ("It gains 4 points over the 7B base model.", "7B base model"),
        ("It matches 1.5B-parameter models at 3% of the cost.", "1.5B-parameter models"),
        ("It gains 4 points over the 7B-Instruct model.", "7B-Instruct model"),
        ("It gains 4 points over 3D detectors.", "3D detectors"),
        ("It gains 4 points over the Plum2.5-7B baseline.", "baseline"),
        ("The overhead is 21ms against a 16ms baseline.", "baseline"),
        ("It gains 4 points w.r.t. frozen features.", "frozen features"),
        ("We reach 81%, beating frozen features.", "frozen features"),
        ("It speeds up frozen features by 2x.", "frozen features"),
        ("It takes a fraction of dense volumes.", "dense volumes"),
    ],
)
def test_the_phrase_is_a_candidate(text: str, phrase: str) -> None:
    assert phrase in phrases(text)


@pytest.mark.parametrize("text", ["It reaches 81% on a new set.", "We train for 3 days on eight cards.", "", "than"])
def test_what_is_compared_with_nothing_has_no_candidate(text: str) -> None:
    assert phrases(text) == {}


def test_places_are_those_of_the_phrase() -> None:
    text = "Prior work needs 3 days. It is 4x faster than prior work."
    found = phrases(text)
    assert {text[s:e] for spans in found.values() for s, e in spans} == set(found)
