"""What follows from a claim's number, kind and metric: unit, direction, relative or absolute, and what looks wrong."""

from __future__ import annotations

import re

from kg.extract.measures import direction_of, is_share, measure_class
from kg.extract.quantity import Quantity
from kg.records import ClaimKind, Direction

_MODEL_NOUN = re.compile(
    r"\b(?:models?|networks?|llms?|transformers?|parameters?|mixture|backbones?|encoders?"
    r"|decoders?|moe|experts?|lms?|vlms?)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[MB]$|billion$", re.IGNORECASE)
_PERCENT_SCORES = re.compile(r"\b(?:BLEU|ROUGE|CIDEr|METEOR|chrF)", re.IGNORECASE)
_NOUN_BEFORE = re.compile(
    r"\b((?:batch|context|window|sequence|step|sample|vocabulary|codebook|dataset|rank)?\s?"
    r"(?:sizes?|lengths?|counts?|dimensions?|tokens|steps|parameters|samples|iterations|epochs|queries|layers|weights))"
    r"(?: [a-z]+){0,3}?,? (?:of|to|is|are|from|at|up to|=) (?:only |just |about |over |nearly "
    r"|less than |more than |one |up to )?[~$]?$",
    re.IGNORECASE,
)


def claim_unit(text: str, q: Quantity, kind: ClaimKind) -> str | None:
    """The unit of a claim: the number's own, else what is counted, else what a bare number of this kind means."""
    if q.form == "fraction" or q.unit is not None:
        return None if q.form == "fraction" else q.unit
    if kind in ("gain", "score", "speedup"):
        return "x" if kind == "speedup" else _quality_unit(q, kind, text[q.start : q.end])
    start = min(q.start, q.baseline_span[0]) if q.baseline_span else q.start
    before = _NOUN_BEFORE.search(text, max(0, start - 60), start)
    counted = before.group(1).lower().strip() if before else None
    if abs(q.value) >= 1e6 and (_MODEL_NOUN.search(q.noun) if q.noun else _LETTER.search(text, q.start, q.end)):
        return counted if counted and "param" not in counted else "params"
    if q.noun is not None:
        return "points" if kind == "cost" and measure_class(q.noun) == "quality" and abs(q.value) >= 1 else q.noun
    return "params" if counted == "parameters" else counted


def _quality_unit(q: Quantity, kind: ClaimKind, number: str) -> str | None:
    """Bare gains of one and more are points of the score; a bare score has no unit, a count its noun."""
    if kind == "gain":
        large = abs(q.value) >= 1 or (q.noun is not None and _PERCENT_SCORES.search(q.noun))
        return "points" if large and q.baseline_value is None else None
    whole = float(q.value).is_integer() and q.noun is not None and q.noun.endswith("s")
    counted = q.form == "word" or " of " in number or (q.noun is not None and measure_class(q.noun) == "other")
    return q.noun if whole and counted else None


def direction(kind: ClaimKind, unit: str | None, metric: str | None) -> Direction | None:
    """Which way is better: by the metric's name; a factor or percentage of improvement is better when higher."""
    if kind in ("speedup", "gain") and unit in ("x", "%", "points"):
        return "higher"
    if metric is not None and kind in ("score", "cost", "speedup", "gain", "reduction"):
        known = direction_of(metric)
        if kind != "reduction" or known is not None:
            return known
    if kind == "cost" or (kind == "speedup" and unit in ("s", "ms", "min", "h", "d")):
        return "lower"
    return "higher" if unit == "FPS" else None


def is_relative(q: Quantity, kind: ClaimKind, unit: str | None) -> bool | None:
    """True for a change in proportion, False for one in the metric's own unit, None when the text does not tell."""
    if kind not in ("gain", "reduction", "speedup", "cost"):
        return None
    if q.relative is not None:
        return q.relative
    if unit == "points":
        return False
    return True if q.form in ("factor", "magnitude", "fraction") else None


def flags(q: Quantity, kind: ClaimKind, unit: str | None, metric: str | None) -> tuple[str, ...]:
    """What looks wrong about a claim, which is kept all the same."""
    found = []
    highest = q.value if q.value_max is None else q.value_max
    if kind == "score" and unit == "%" and highest > 100 and metric is not None and is_share(metric):
        found.append("over-100-percent")
    if kind == "reduction" and unit == "%" and highest > 100:
        found.append("reduction-over-100-percent")
    if kind == "speedup" and unit == "x" and q.value < 1:
        found.append("speedup-below-1")
    if metric is not None and kind == "speedup" and measure_class(metric) in ("quality", "error"):
        found.append("speedup-of-quality")
    return tuple(found)
