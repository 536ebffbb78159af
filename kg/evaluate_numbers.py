"""The claimed numbers of `kg` and of quantulum3 on the same texts, by the same rule: equal value and unit.

quantulum3 (extra `bench`) reads every quantity and knows nothing of claims, so two figures are given for `kg`: all
numbers of its grammar, and its claims. Matching is that of `kg.evaluate`: 0.5 % tolerance, units folded, each number
matched at most once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import InputError
from kg.evaluate import Annotation, Counts, same_number
from kg.extract.claim_properties import claim_unit
from kg.extract.quantities import find_quantities
from kg.records import Paper

Number = Mapping[str, Any]
"""A number with `value` and `unit`."""

_UNITS = {
    "dimensionless": None,
    "percentage": "%",
    "second": "s",
    "millisecond": "ms",
    "microsecond": "µs",
    "nanosecond": "ns",
    "minute": "min",
    "hour": "h",
    "day": "d",
    "dollar": "$",
    "gigabyte": "GB",
    "megabyte": "MB",
    "kilobyte": "KB",
    "terabyte": "TB",
    "decibel": "dB",
    "metre": "m",
    "centimetre": "cm",
    "millimetre": "mm",
    "kilometre": "km",
    "count": "x",
}


@dataclass(frozen=True)
class Comparison:
    """Figures of one reader of numbers over all papers."""

    name: str
    counts: Counts


def compare_with_quantulum(
    papers: Iterable[Paper], gold: Mapping[str, Annotation], claims: Mapping[str, Sequence[Number]] | None = None
) -> list[Comparison]:
    """Score quantulum3, the grammar and, when given, the extracted `claims` by paper id against the annotated claims.

    Papers without annotation are passed over. Raises InputError when the extra `bench` is not installed.
    """
    annotated = [paper for paper in papers if paper.id in gold]
    readers: list[tuple[str, Callable[[Paper], Sequence[Number]]]] = [
        ("quantulum3", _quantulum()),
        ("kg, all numbers", _grammar),
    ]
    if claims is not None:
        readers.append(("kg, claims", lambda paper: claims.get(paper.id, ())))
    return [Comparison(name, _score(annotated, gold, read)) for name, read in readers]


def _score(
    papers: Sequence[Paper], gold: Mapping[str, Annotation], read: Callable[[Paper], Sequence[Number]]
) -> Counts:
    hits = wanted = given = 0
    for paper in papers:
        claims, numbers = gold[paper.id].get("claims") or [], read(paper)
        wanted, given = wanted + len(claims), given + len(numbers)
        taken: set[int] = set()
        for claim in claims:
            found = next((i for i, n in enumerate(numbers) if i not in taken and same_number(claim, n)), None)
            if found is not None:
                taken.add(found)
                hits += 1
    return Counts(hits, wanted, given)


def _grammar(paper: Paper) -> list[Number]:
    found = find_quantities(paper.text)
    return [{"value": q.value, "unit": q.unit or claim_unit(paper.text, q, "scale")} for q in found]


def _quantulum() -> Callable[[Paper], list[Number]]:
    """quantulum3 without its classifier, whose shipped file current scikit-learn cannot load."""
    try:
        from quantulum3 import classifier, parser
    except ImportError as error:
        raise InputError("quantulum3 is not installed; pip install 'paper-kg[bench]'") from error
    classifier.USE_CLF = False

    def read(paper: Paper) -> list[Number]:
        return [{"value": q.value, "unit": _UNITS.get(q.unit.name, q.unit.name)} for q in parser.parse(paper.text)]

    return read
