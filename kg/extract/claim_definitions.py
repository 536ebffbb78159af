"""What the annotation guidelines settle about a number, whatever the scorers think.

Some definitions are too rare in annotated papers to be learned well, or are applied there now this way and now that.
"""

from __future__ import annotations

import re

from kg.extract.attributes import CLAIM_KINDS
from kg.extract.claim_context import Context
from kg.extract.clauses import clause
from kg.extract.measures import is_error
from kg.extract.quantity import Quantity

_STATISTIC = re.compile(r"\bp\s?(?:-value)?s?\s?(?:of )?[<=>≤]\s?$", re.IGNORECASE)
_CONFIDENCE = re.compile(r"\s?(?:CI\b|confidence (?:interval|level)|significance)", re.IGNORECASE)


_SETTING = re.compile(
    r"(?:\b(?:with|using|and|at) (?:a )?(?:total |global |mini-?)?batch[- ]size|learning[- ]rate|weight decay"
    r"|dropout(?: rate)?|temperature|momentum) of (?:about |only )?$",
    re.IGNORECASE,
)
_TRAINED = re.compile(r"\b(?:pre-?)?train(?:ed|ing|s)?\b[^.;,]{0,30} for (?:only |just |about )?$", re.IGNORECASE)
_ROUNDS = re.compile(r"[ -](?:training )?(?:epochs|steps|iterations)")


def _magnitude_word(number: str) -> bool:
    """Whether a number is written with a word for its size: '774-million'."""
    return number.lower().endswith(("million", "billion", "trillion"))


def excluded(context: Context, q: Quantity) -> bool:
    """What the guidelines leave out for certain: numbers inside names, years, p-values, settings of training."""
    if q.form == "year" or (q.form == "ordinal" and q.noun == "century") or _CONFIDENCE.match(context.text, q.end):
        return True
    if _STATISTIC.search(context.text, max(0, q.start - 14), q.start):
        return True
    before = context.text[max(0, q.start - 48) : q.start]
    if _SETTING.search(before) or (_ROUNDS.match(context.text, q.end) and _TRAINED.search(before)):
        return True
    size = q.unit == "params" or _magnitude_word(context.text[q.start : q.end])
    return any(
        n.start <= q.start and q.end <= n.end and (n.start, n.end) != (q.start, q.end)
        and not (size and (q.start == n.start or n.kind == "task"))  # '774-million parameter models' is no name
        for n in context.named
    )  # fmt: skip


_SHARE_NEEDED = re.compile(
    r"\s(?:of )?(?:(?:the|its|their|our|all|total|full|original|trainable|learnable|model|training|label(?:l?ed)?"
    r"|inference|memory|number of|amount of) )*(?:param(?:eter)?s?|data|labels?|annotations?|memory|compute|computation"
    r"|costs?|samples?|examples?|flops|macs|tokens?|time|energy|storage|size|queries)\b(?![-/])",
    re.IGNORECASE,
)
_FOR_INSTANCE = re.compile(r"(?:e\.g\.,?|such as|i\.e\.,?|\brate(?: of)?|[=≤<>≥]) ?$")
_GPU_MEMORY = re.compile(r"[ -]?(?:of )?(?:GPUs?|V?RAM|memory|graphics|cards?)\b", re.IGNORECASE)
_ON_A_GPU = re.compile(
    r"\bGPUs? (?:with|of|having) (?:only |just |a |less than |under )?$"
    r"|\b(?:a|an|one|single|consumer|commodity)(?:[ -][A-Z]\w*| mere| single)* $"
)
_DELIVERED = re.compile(
    r"\b(?:introduc|present|propos|releas|develop|open-sourc)\w* (?!the\b)(?:[^.;,]|\.\d){1,40}"
    r", an? (?:new |novel |open |compact )?$",
    re.IGNORECASE,
)


def certainty(context: Context, q: Quantity) -> float:
    """How surely a number that is said in this way is a claim; 0 where the guidelines are silent.

    A resource of which a fraction is needed ('1/100 of the parameters': all seven in the annotated papers are claims),
    the memory of the graphics card that is enough ('an 18GB GPU': seven of nine), the size of the model that a paper
    introduces ('we present X, a 7B-parameter model': six of seven).
    """
    text = context.text
    if q.form == "fraction" and "/" in text[q.start : q.end]:
        instance = _FOR_INSTANCE.search(text, max(0, q.start - 10), q.start)
        return 0.9 if _SHARE_NEEDED.match(text, q.end) and not instance else 0.0
    before = text[max(0, q.start - 90) : q.start]
    if q.unit == "GB":
        return 0.8 if _GPU_MEMORY.match(text, q.end) and _ON_A_GPU.search(before) else 0.0
    model = q.unit == "params" and q.value >= 1e6 and "-param" in text[q.start : q.end].lower()
    return 0.75 if model and _DELIVERED.search(before) else 0.0


_GAIN, _REDUCTION = CLAIM_KINDS.index("gain"), CLAIM_KINDS.index("reduction")
_MORE = re.compile(
    r"increas|\brais|\bris(?:es?|ing)\b|inflat|boost|\bgr[eo]w|worse|degrad|amplif|deteriorat", re.IGNORECASE
)


def kind_by_definition(context: Context, q: Quantity, kinds: list[float], metric: str | None) -> list[float]:
    """Less of a bad thing is a reduction, also where the text says that it improves: 'improves WER by 2%'.

    People who annotate take it for a gain here and there; the definition in the guidelines decides for all papers
    alike. Where the text says that there is more of it, what was learned stands.
    """
    if metric is None or not is_error(metric) or _MORE.search(clause(context, q)):
        return kinds
    settled = list(kinds)
    settled[_REDUCTION] += settled[_GAIN]
    settled[_GAIN] = 0.0
    return settled
