"""The linker beside plain string similarity on the same pairs of names.

RapidFuzz WRatio with a threshold of 80 of 100 is what popular graph builders join names by.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError, MissingExtra
from kg.link.same import same
from kg.records import ENTITY_KINDS, EntityKind

THRESHOLD = 80.0


@dataclass(frozen=True)
class Pair:
    """Two names of one kind, whether they are one thing, and what makes the pair hard."""

    a: str
    b: str
    kind: EntityKind
    same: bool
    why: str = ""


@dataclass(frozen=True)
class Score:
    """How one way of joining did: `joined` of `to_join` right, and which of `to_keep` were joined wrongly."""

    way: str
    to_join: int
    joined: int
    to_keep: int
    wrong: tuple[Pair, ...]
    missed: tuple[Pair, ...]

    @property
    def recall(self) -> float:
        """Share of the pairs to join that were joined; 1 when there is none."""
        return self.joined / self.to_join if self.to_join else 1.0


def read_pairs(path: Path) -> list[Pair]:
    """Pairs from a JSON Lines file with the fields a, b, kind, same and perhaps why; InputError with the line."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            fields = json.loads(line)
            pair = Pair(fields["a"], fields["b"], fields["kind"], fields["same"], fields.get("why", ""))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"is no pair of names (a, b, kind, same): {error}", file=str(path), line=number) from error
        if pair.kind not in ENTITY_KINDS or not isinstance(pair.same, bool):
            raise InputError("kind or same has no valid value", file=str(path), line=number)
        pairs.append(pair)
    return pairs


def score_pairs(pairs: Iterable[Pair], way: str, decide: Callable[[Pair], bool]) -> Score:
    """How `decide` does on `pairs`."""
    decided = [(pair, decide(pair)) for pair in pairs]
    missed = tuple(pair for pair, joined in decided if pair.same and not joined)
    to_join = sum(pair.same for pair, _ in decided)
    wrong = tuple(pair for pair, joined in decided if joined and not pair.same)
    return Score(way, to_join, to_join - len(missed), len(decided) - to_join, wrong, missed)


def compare_with_fuzzy(pairs: Iterable[Pair], threshold: float = THRESHOLD) -> tuple[Score, Score]:
    """The linker and RapidFuzz WRatio on the same pairs; MissingExtra without rapidfuzz."""
    try:
        from rapidfuzz.fuzz import WRatio
    except ImportError as error:
        raise MissingExtra("comparing with fuzzy matching", "bench") from error
    pairs = list(pairs)
    return (
        score_pairs(pairs, "kg", lambda pair: same(pair.a, pair.b, pair.kind).same),
        score_pairs(pairs, f"WRatio ≥ {threshold:g}", lambda pair: WRatio(pair.a, pair.b) >= threshold),
    )
