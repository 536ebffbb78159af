"""Words that tell what a number does: rises, falls, is reached, is needed … and a row of numbers made of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from kg.extract.claim_context import Context, list_span
from kg.extract.measures import MeasureClass, measure_class
from kg.extract.quantities import Quantity
from kg.extract.units import Form

Cue = Literal["up", "down", "loss", "fast", "reach", "need", "size", "than", "change", "keep", "setting"]
CUES: tuple[Cue, ...] = ("up", "down", "loss", "fast", "reach", "need", "size", "than", "change", "keep", "setting")

_STEMS: tuple[tuple[Cue, str], ...] = (
    ("fast", r"faster|speed|speeds|speedups?|accelerat\w*|slower|quick\w*|throughput"),
    ("loss", r"drops?|dropp\w+|degrad\w+|declin\w+|loss|losses|losing|overheads?|worse\w*|penalt\w+|sacrific\w+"
        r"|slowdown|deteriorat\w+"),
    ("down", r"reduc\w+|decreas\w+|lower\w*|fewer|less|smaller|sav(?:es?|ed|ings?)|cuts?|cutting|compress\w+"
        r"|shrink\w*|eliminat\w+|prun\w+|spars\w+"
             r"|cheaper|mitigat\w+|minimi\w+|halv\w+|remov\w+|lighter|shorter|narrow\w*|skipp\w+|freez\w+"),
    ("up", r"improv\w+|increas\w+|boost\w*|gain\w*|outperform\w*|surpass\w*|rais\w+|enhanc\w+|exceed\w*|better|higher"
        r"|lift\w*|advanc\w+|beat\w*|promot\w+"
           r"|superior\w*|upgrad\w+|grow\w*|greater|more|\+|doubl\w+|tripl\w+|stronger|recover\w+|elevat\w+|uplift"),
    ("reach", r"achiev\w+|reach\w*|obtain\w*|attain\w*|yield\w*|scor\w+|accuracy|performs?|rank\w*|get|gets|show\w*"
        r"|report\w*|record\w*|deliver\w*|resulting|hits?|detect\w*|correctly"),
    ("need", r"requir\w+|needs?|needed|needing|only|takes?|taking|us(?:es?|ing)|cost\w*|consum\w+|within|just|mere\w*"
        r"|budget|runs?|running|fits?|labels?|labeled|annotat\w+"),
    ("size", r"dataset|corpus|benchmark|contain\w*|consist\w*|compris\w+|collect\w+|cover\w*|span\w*|includ\w+"
        r"|scal\w+|larger|longer|bigger|size|sized|introduc\w+|release\w*"
             r"|constitut\w+|curat\w+|construct\w+|build\w*|found|identif\w+|discover\w+|generat\w+|support\w*|up"),
    ("than", r"than|over|compared|versus|vs|relative|against|baselines?"),
    ("change", r"from|to"),
    ("keep", r"retain\w*|maintain\w*|preserv\w+|keep\w*|comparable|match\w*|remain\w*|while|without|despite"),
    ("setting", r"train\w*|trained|epochs?|fine|tuned|evaluat\w+|experiments?|across|set|layers?|classes|tasks"
        r"|datasets|domains|languages|models"),
)  # fmt: skip
_RULES = tuple((cue, re.compile(rf"(?:{stems})", re.IGNORECASE)) for cue, stems in _STEMS)
_MEASURES: tuple[MeasureClass, ...] = ("quality", "error", "time", "rate", "memory", "compute", "size", "other")
_FORMS: tuple[Form, ...] = (
    "percent", "points", "factor", "fraction", "magnitude", "time", "size", "rate", "plain", "count", "word", "single",
)  # fmt: skip
_BEFORE = (
    "by",
    "to",
    "of",
    "than",
    "with",
    "from",
    "only",
    "a",
    "an",
    "at",
    "is",
    "(",
    "=",
    "in",
    "for",
    "on",
    "over",
    "average",
)
_AFTER = (
    "of",
    "on",
    "in",
    "for",
    "to",
    "(",
    ")",
    ",",
    ".",
    "over",
    "with",
    "and",
    "relative",
    "absolute",
    "average",
    "when",
    "at",
)
_NONE = 30.0


@lru_cache(maxsize=1 << 14)
def cue_of(word: str) -> Cue | None:
    """The cue that a word gives; of several the one that stands first in the table."""
    return next((cue for cue, rule in _RULES if rule.fullmatch(word)), None)


def clause_edges(context: Context, q: Quantity) -> tuple[int, int]:
    """Offsets of what stands around `q` in its sentence, cut at semicolons and at 'while', 'whereas', 'but'."""
    left, right = context.span(context.sentence(q.start))
    right = max(right, q.end)
    before = [m.end() for m in _CLAUSE.finditer(context.text, left, q.start)]
    after = _CLAUSE.search(context.text, q.end, right)
    return (before[-1] if before else left), (after.start() if after else right)


_CLAUSE = re.compile(r";|\b(?:while|whereas|but)\b")


def dense_row(context: Context, q: Quantity) -> list[float]:
    """Numbers that describe `q` and the cues around it: the nearest of each on both sides, what is measured."""
    return context.once(q, lambda: _dense_row(context, q))


def _dense_row(context: Context, q: Quantity) -> list[float]:
    start, end = clause_edges(context, q)
    left = [cue_of(w) for w in reversed(context.words(start, q.start)[-25:])]
    right = [cue_of(w) for w in context.words(q.end, end)[:15]]
    row = [float(left.index(cue)) if cue in left else _NONE for cue in CUES]
    row += [float(right.index(cue)) if cue in right else _NONE for cue in CUES]
    verbs = [c for c in left if c in ("up", "down", "loss", "fast", "reach", "need", "size")]
    row.append(float(CUES.index(verbs[0])) if verbs else -1.0)
    row.append(float(CUES.index(verbs[1])) if len(verbs) > 1 else -1.0)
    row += [float(q.form == form) for form in _FORMS]
    row += [
        max(-1000.0, min(1e7, q.value)),
        float(float(q.value).is_integer()),
        float(q.value_max is not None),
        float(q.baseline_value is not None),
        0.0 if q.baseline_value is None else float((q.value > q.baseline_value) - (q.value < q.baseline_value)),
        float(q.signed),
        float(q.named),
        float(q.qualifier is not None),
        float(q.series is not None),
        float(q.position),
        float(-1 if q.relative is None else q.relative),
        float(q.end <= context.title_end),
    ]
    first, last = list_span(context, q)
    before_list = (context.words(start, first) or [""])[-1]
    after_list = (context.words(last, end) or [""])[0]
    row += [float(before_list == w) for w in _BEFORE] + [float(after_list == w) for w in _AFTER]
    row.append(float(CUES.index(cue)) if (cue := cue_of(after_list)) else -1.0)
    after = context.text[q.end : min(end, q.end + 40)]
    before = context.text[max(start, q.start - 50) : q.start]
    row += [float(_MEASURES.index(measure_class(after))), float(_MEASURES.index(measure_class(before)))]
    row.append(float(_MEASURES.index(measure_class(q.noun))) if q.noun else -1.0)
    return row + _entity_row(context, q)


def _entity_row(context: Context, q: Quantity) -> list[float]:
    """Distance in words to the nearest mention of each kind on both sides, in the sentence of `q`."""
    left, right = context.span(context.sentence(q.start))
    row = []
    for kind in ("method", "dataset", "metric"):
        before = [n for n in context.of_kind(kind) if left <= n.start and n.end <= q.start]
        after = [n for n in context.of_kind(kind) if q.end <= n.start < right]
        row.append(float(len(context.words(before[-1].end, q.start))) if before else _NONE)
        row.append(float(len(context.words(q.end, after[0].start))) if after else _NONE)
    at = context.sentence(q.start)
    row += [float(at), float(len(context.sentences) - at), float(context.numbers_between(left, right))]
    row.append(float(any(n.role == "proposed" and left <= n.start < right for n in context.of_kind("method"))))
    row.append(float(any(n.role == "introduced" for n in context.of_kind("dataset"))))
    return row
