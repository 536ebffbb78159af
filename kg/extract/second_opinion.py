"""What the encoder thinks of a number, weighed against the scorer of words and structure.

Two probabilities are joined by the weighted mean of their log-odds; the weights were chosen on annotated papers that
neither model had learned from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from kg.extract.attributes import CLAIM_KINDS, Attribute, Candidate
from kg.extract.quantity import Quantity
from kg.extract.scorers import sigmoid, softmax

WEIGHTS: Mapping[str, float] = {
    "claim": 0.45,
    "kind": 0.5,
    "method": 0.6,
    "baseline": 0.7,
    "dataset": 0.45,
    "metric": 0.5,
}
"""The share of the encoder's opinion in each decision."""

_LEAST = 0.005
"""Probabilities are kept this far from 0 and 1: neither model may alone forbid what it does not find very unlikely."""


class ReadingLike(Protocol):
    """The part of `kg.extract.model.Reading` that is used here."""

    @property
    def entities(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def phrases(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def numbers(self) -> Sequence[Any]: ...  # noqa: D102


class SecondOpinion:
    """A reading, looked up by quantity; without a reading every opinion is the first one's."""

    def __init__(self, reading: ReadingLike | None) -> None:
        self._reading = reading
        self._numbers = {(n.start, n.end): n for n in reading.numbers} if reading is not None else {}

    def claim(self, q: Quantity, own: float) -> float:
        """Probability that `q` is a claim."""
        number = self._numbers.get((q.start, q.end))
        return own if number is None else _joined(own, number.claim, WEIGHTS["claim"])

    def unlikely(self, q: Quantity) -> bool:
        """Whether the reading finds `q` so unlikely a claim that the first opinion does not matter."""
        number = self._numbers.get((q.start, q.end))
        return number is not None and not number.attributes

    def kinds(self, q: Quantity, own: Sequence[float]) -> list[float]:
        """Probability of each kind."""
        number = self._numbers.get((q.start, q.end))
        if number is None:
            return list(own)
        share = WEIGHTS["kind"]
        return softmax(
            [
                (1 - share) * math.log(max(_LEAST, p)) + share * math.log(max(_LEAST, number.kinds.get(kind, 0.0)))
                for kind, p in zip(CLAIM_KINDS, own, strict=True)
            ]
        )

    def attribute(
        self, q: Quantity, attribute: Attribute, found: Sequence[Candidate], own: Sequence[float]
    ) -> list[float]:
        """Probability of each candidate of an attribute."""
        number = self._numbers.get((q.start, q.end))
        read = number.attributes.get(attribute) if number is not None else None
        if read is None or self._reading is None:
            return list(own)
        entities = {self._reading.entities[i].name: p for i, p in reversed(read.entities)}
        phrases = [(self._reading.phrases[i], p) for i, p in read.phrases]
        result = []
        for candidate, p in zip(found, own, strict=True):
            theirs = _of_phrase(candidate, phrases) if candidate.phrase else entities.get(candidate.name, 0.0)
            result.append(_joined(p, theirs, WEIGHTS[attribute]))
        return result


NO_OPINION = SecondOpinion(None)


def _of_phrase(candidate: Candidate, phrases: Sequence[tuple[Any, float]]) -> float:
    """The probability of the phrase that the candidate is, or less of one that it shares some characters with."""
    return max((p * _shared(phrase, mention) for phrase, p in phrases for mention in candidate.mentions), default=0.0)


def _shared(phrase: Any, mention: tuple[int, int]) -> float:
    """Characters in both, as a part of those in either."""
    start, end = int(phrase.start), int(phrase.end)
    return max(0, min(end, mention[1]) - max(start, mention[0])) / (max(end, mention[1]) - min(start, mention[0]))


def _joined(own: float, theirs: float, share: float) -> float:
    return sigmoid((1 - share) * _log_odds(own) + share * _log_odds(theirs))


def _log_odds(p: float) -> float:
    bounded = min(1 - _LEAST, max(_LEAST, p))
    return math.log(bounded / (1 - bounded))
