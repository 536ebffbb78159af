"""From the numbers of a text to its claims: which count, of what kind, about what.

The grammar (`kg.extract.quantities`) gives every number; a learned scorer over words, form and entities near it
decides which are results, sizes or costs of what the paper delivers, and of which kind; `kg.extract.attributes` finds
what each is about. A claim needs a number: 'zero errors' is a claim of value 0, 'no loss of accuracy' gives none,
because it names no value and the annotation guidelines leave such statements out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np

from kg.errors import ModelError
from kg.extract.attributes import ATTRIBUTES, CLAIM_KINDS, Attribute, Candidate, Subject, candidates, rows
from kg.extract.claim_context import Context, EntityLists
from kg.extract.claim_rows import claim_rows, kind_rows
from kg.extract.claim_features import features
from kg.extract.measures import direction_of, is_share, measure_class
from kg.extract.quantities import Quantity
from kg.extract.scorers import Linear, Trees, load_linear, load_trees, sigmoid, softmax
from kg.records import Claim, ClaimKind, Direction

_WEIGHTS = "model/claims.npz"


@dataclass(frozen=True)
class ClaimModel:
    """The learned parts: is it a claim, of which kind, and a ranking of candidates for each attribute.

    Two stages each: a linear model over words, then trees over its scores, cues, lists and the metric found.
    """

    claim: Linear
    kind: Linear
    claim_trees: Trees
    kind_trees: dict[ClaimKind, Trees]
    attributes: dict[Attribute, Trees]
    threshold: float
    attribute_thresholds: dict[Attribute, float]


@lru_cache(maxsize=1)
def shipped_model() -> ClaimModel:
    """The model that ships with the package; raises ModelError when its file is missing or damaged."""
    try:
        data = files("kg.extract").joinpath(_WEIGHTS).read_bytes()
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            return read_model({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the claim scorer {_WEIGHTS} cannot be read ({error}); reinstall the package") from error


def read_model(arrays: dict[str, Any]) -> ClaimModel:
    """The model from the arrays of its file."""
    return ClaimModel(
        claim=load_linear(arrays, "claim"),
        kind=load_linear(arrays, "kind"),
        claim_trees=load_trees(arrays, "claim_trees"),
        kind_trees={kind: load_trees(arrays, f"kind_trees.{kind}") for kind in CLAIM_KINDS},
        attributes={a: load_trees(arrays, a) for a in ATTRIBUTES},
        threshold=float(arrays["threshold"]),
        attribute_thresholds={a: float(arrays[f"{a}.cut"]) for a in ATTRIBUTES},
    )


def find_claims(
    text: str,
    title_end: int,
    sentences: Sequence[tuple[int, int]],
    quantities: Sequence[Quantity],
    entities: EntityLists,
    readings: object | None = None,
    model: ClaimModel | None = None,
) -> list[Claim]:
    """The claims of `text` in the order of their numbers.

    `title_end` is where the title ends, `quantities` come from `find_quantities`, `entities` are the records of this
    text. `model` None takes the one that ships with the package.
    """
    model = model or shipped_model()
    context = Context(text, title_end, sentences, quantities, entities)
    kept = [q for q in quantities if not excluded(context, q)]
    if not kept:
        return []
    named = [features(context, q) for q in kept]
    claim_scores = [model.claim.scores(names)[0] for names in named]
    kind_scores = [softmax(model.kind.scores(names)) for names in named]
    probabilities = [
        sigmoid(float(s)) for s in model.claim_trees.scores(claim_rows(context, kept, claim_scores, kind_scores))
    ]
    chosen = [i for i, p in enumerate(probabilities) if p >= model.threshold]
    if not chosen:
        return []
    choices = {a: candidates(context, a) for a in ATTRIBUTES}
    first = [Subject(kept[i], kind_scores[i]) for i in chosen]
    metrics = [_choose(context, subject, "metric", choices["metric"], model) for subject in first]
    matrix = kind_rows(context, first, metrics)
    by_kind = [model.kind_trees[kind].scores(matrix) for kind in CLAIM_KINDS]
    subjects = [
        Subject(subject.quantity, softmax([float(scores[i]) for scores in by_kind])) for i, subject in enumerate(first)
    ]
    return [
        _claim(context, subject, probabilities[i], metric, choices, model)
        for i, subject, metric in zip(chosen, subjects, metrics, strict=True)
    ]


def excluded(context: Context, q: Quantity) -> bool:
    """What the guidelines leave out for certain: numbers inside names, years, ordinals of a list."""
    if q.form == "year":
        return True
    return any(
        n.start <= q.start and q.end <= n.end and (n.start, n.end) != (q.start, q.end) for n in context.named
    )


def _claim(
    context: Context,
    subject: Subject,
    probability: float,
    metric: str | None,
    choices: dict[Attribute, list[Candidate]],
    model: ClaimModel,
) -> Claim:
    q = subject.quantity
    kind = CLAIM_KINDS[max(range(len(CLAIM_KINDS)), key=lambda i: (subject.kinds[i], -i))]
    chosen = {a: _choose(context, subject, a, choices[a], model) for a in ATTRIBUTES if a != "metric"}
    if chosen["baseline"] is not None and chosen["baseline"] == chosen["method"]:
        chosen["baseline"] = None
    unit = claim_unit(context.text, q, kind)
    return Claim(
        text=clause(context, q),
        number=context.text[q.start : q.end],
        start=q.start,
        end=q.end,
        kind=kind,
        value=q.value,
        value_max=q.value_max,
        baseline_value=q.baseline_value,
        unit=unit,
        qualifier=q.qualifier,
        direction=_direction(kind, unit, metric),
        relative=_relative(q, kind, unit),
        flags=_flags(q, kind, unit, metric),
        method=chosen["method"],
        baseline=chosen["baseline"],
        dataset=chosen["dataset"],
        metric=metric,
        confidence=round(probability, 4),
    )


def _choose(
    context: Context, subject: Subject, attribute: Attribute, found: list[Candidate], model: ClaimModel
) -> str | None:
    if not found:
        return None
    scores = model.attributes[attribute].scores(rows(context, subject, attribute, found))
    best = max(range(len(found)), key=lambda i: (scores[i], -i))
    return found[best].name if sigmoid(float(scores[best])) >= model.attribute_thresholds[attribute] else None


# ---------------------------------------------------------------- unit, direction, sanity

_MODEL_NOUN = re.compile(
    r"\b(?:models?|networks?|llms?|transformers?|parameters?|backbones?|encoders?|decoders?|moe|experts?|lms?|vlms?)\b", re.IGNORECASE
)
_NOUN_BEFORE = re.compile(
    r"\b((?:batch|context|window|sequence|step|sample|vocabulary|codebook|dataset|rank)?\s?"
    r"(?:sizes?|lengths?|counts?|dimensions?|tokens|steps|parameters|samples|iterations|epochs|queries|layers|weights))"
    r"(?: \w+)?,? (?:of|to|is|are|from|at|up to|=) (?:only |just |about |over |nearly |less than |more than |one |up to )?[~$]?$",
    re.IGNORECASE,
)


def claim_unit(text: str, q: Quantity, kind: ClaimKind) -> str | None:
    """The unit of a claim: the number's own, else what is counted, else what a bare number of this kind means."""
    if q.form == "fraction":
        return None
    if q.unit is not None:
        return q.unit
    if kind in ("gain", "score"):
        return _quality_unit(q, kind)
    if kind == "speedup":
        return "x"
    if abs(q.value) >= 1e6 and (q.noun is None or _MODEL_NOUN.search(q.noun)):
        before = _NOUN_BEFORE.search(text, max(0, q.start - 60), q.start)
        return before.group(1).lower() if before and "param" not in before.group(1).lower() else "params"
    if q.noun is not None:
        return q.noun
    before = _NOUN_BEFORE.search(text, max(0, q.start - 60), q.start)
    if before:
        noun = before.group(1).lower().strip()
        return "params" if noun == "parameters" else noun
    return "points" if kind == "cost" and abs(q.value) >= 1 else None


def _quality_unit(q: Quantity, kind: ClaimKind) -> str | None:
    """Bare gains of one and more are points of the score; a bare score has no unit, a count its noun."""
    if kind == "gain":
        return "points" if abs(q.value) >= 1 and q.baseline_value is None else None
    counted = q.noun is not None and q.noun.endswith("s") and float(q.value).is_integer() and q.form == "word"
    return q.noun if counted else None


def _direction(kind: ClaimKind, unit: str | None, metric: str | None) -> Direction | None:
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


def _relative(q: Quantity, kind: ClaimKind, unit: str | None) -> bool | None:
    """True for a change in proportion, False for one in the metric's own unit, None when the text does not tell."""
    if kind not in ("gain", "reduction", "speedup", "cost"):
        return None
    if q.relative is not None:
        return q.relative
    if unit == "points":
        return False
    return True if q.form in ("factor", "magnitude", "fraction") else None


def _flags(q: Quantity, kind: ClaimKind, unit: str | None, metric: str | None) -> tuple[str, ...]:
    """What looks wrong about a claim, which is kept all the same."""
    flags = []
    highest = q.value if q.value_max is None else q.value_max
    if kind == "score" and unit == "%" and highest > 100 and metric is not None and is_share(metric):
        flags.append("over-100-percent")
    if kind == "reduction" and unit == "%" and highest > 100:
        flags.append("reduction-over-100-percent")
    if kind == "speedup" and unit == "x" and q.value < 1:
        flags.append("speedup-below-1")
    if metric is not None and kind == "speedup" and measure_class(metric) in ("quality", "error"):
        flags.append("speedup-of-quality")
    return tuple(flags)


# ---------------------------------------------------------------- the clause

_BREAK = re.compile(r"[;:]|, (?:while|whereas|but|and|which|where|with|yielding|achieving|leading|resulting|thus|without)\b|,|\(|\)")
_LONGEST = 20


def clause(context: Context, q: Quantity) -> str:
    """The shortest piece of the sentence around `q` that stands between clause breaks, at most about 20 words."""
    left_edge, right_edge = context.span(context.sentence(q.start))
    first = min(q.start, q.baseline_span[0]) if q.baseline_span else q.start
    last = max(q.end, q.baseline_span[1]) if q.baseline_span else q.end
    start, end = left_edge, max(right_edge, last)
    for match in _BREAK.finditer(context.text, left_edge, first):
        if len(context.text[match.end() : first].split()) >= 3:
            start = match.end() if match.group() in ";:,()" else match.start() + 2
    for match in _BREAK.finditer(context.text, last, right_edge):
        if len(context.text[last : match.start()].split()) >= 2:
            end = match.start()
            break
    start = max(start, _words_back(context.text, first, start))
    end = min(end, _words_on(context.text, last, end))
    piece = context.text[start:end]
    return piece.strip().rstrip(".,;:") if piece.strip().rstrip(".,;:") else context.text[q.start : q.end]


def _words_back(text: str, at: int, edge: int) -> int:
    words = list(re.finditer(r"\S+", text[edge:at]))
    return edge + words[-_LONGEST // 2 - 2].start() if len(words) > _LONGEST // 2 + 2 else edge


def _words_on(text: str, at: int, edge: int) -> int:
    words = list(re.finditer(r"\S+", text[at:edge]))
    return at + words[_LONGEST // 2 - 2].end() if len(words) > _LONGEST // 2 - 1 else edge
