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
    r"\s(?:of )?(?:(?:the|its|their|our|all|total|full|original|trainable|learnable|model|training"
    r"|label(?:l?ed)?|inference|memory|number of|amount of) )*(?:param(?:eter)?s?|data|labels?|annotations?|memory"
    r"|compute|computation|costs?|samples?|examples?|flops|macs|tokens?|time|energy|storage|model size|queries)\b"
    r"(?![-/]| (?:per|each|settings?|splits?|shots?|for (?:validation|test))\b)",
    re.IGNORECASE,
)
_FOR_INSTANCE = re.compile(r"(?:e\.g\.,?|such as|i\.e\.,?|\brate(?: of)?|[=≤<>≥(]) ?$")
_CARD_AFTER = re.compile(r"[ -]?(?:of )?(?:GPUs?|graphics|cards?)\b", re.IGNORECASE)
_MEMORY_AFTER = re.compile(r"[ -]?(?:of )?(?:V?RAM|memory)\b", re.IGNORECASE)
_ONE = r"\b(?:an?|one|single|consumer|commodity)(?: (?:single|consumer|commodity|mere|[A-Z]\w*))*"
_ONE_BEFORE = re.compile(rf"{_ONE} $")
_CARD_BEFORE = re.compile(rf"{_ONE} GPUs? (?:with|of|having) (?:only |just |a |less than |under )?$")
"""Before the memory of one graphics card, 'a mere 18GB GPU', 'on consumer GPUs with 24GB memory'."""
_NOT_ITS_OWN = re.compile(
    r"\b(?:not|cannot|exceed\w*|beyond|experiments?|baselines?|existing|prior|previous|h[eo]ld[- ]?out"
    r"|full fine-tuning)\b",
    re.IGNORECASE,
)
_IS_A = re.compile(r", an? (?:new |novel |open |compact )?$")
_DELIVERS = re.compile(
    r"\b(?:introduc|present|propos|releas|develop|open-sourc)\w*(?: the| our)?(?: \w+)? $", re.IGNORECASE
)


def certainty(context: Context, q: Quantity) -> float:
    """How surely a number that is said in this way is a claim; 0 where the guidelines are silent.

    A resource of which a fraction is needed ('1/100 of the parameters'), the memory of one graphics card that is
    enough ('on an 18GB GPU'), the size of the model that a paper introduces ('we present X, a 7B-parameter model').
    What is said of experiments, baselines and earlier work is left to the scorers.
    """
    text = context.text
    if q.form == "fraction" and "/" in text[q.start : q.end]:
        instance = _FOR_INSTANCE.search(text, max(0, q.start - 10), q.start)
        sure, found = 0.9, bool(_SHARE_NEEDED.match(text, q.end)) and not instance
    elif q.unit == "GB":
        before = text[max(0, q.start - 90) : q.start]
        held = _MEMORY_AFTER.match(text, q.end) and _CARD_BEFORE.search(before)
        sure, found = 0.8, bool(held or (_CARD_AFTER.match(text, q.end) and _ONE_BEFORE.search(before)))
    else:
        sure, found = 0.75, q.unit == "params" and q.value >= 1e6 and _of_the_paper(context, q)
    return sure if found and not _NOT_ITS_OWN.search(clause(context, q)) else 0.0


def _of_the_paper(context: Context, q: Quantity) -> bool:
    """Whether the number says the size of a proposed method right after its introduction."""
    joint = _IS_A.search(context.text, max(0, q.start - 20), q.start)
    named = next((n for n in context.of_kind("method") if joint and n.end == joint.start()), None)
    if named is None or named.role != "proposed":
        return False
    return bool(_DELIVERS.search(context.text, max(0, named.start - 40), named.start))


_GAIN, _REDUCTION = CLAIM_KINDS.index("gain"), CLAIM_KINDS.index("reduction")
_MORE = re.compile(
    r"\b(?:increas|rais|ris(?:es?|ing)\b|inflat|boost|gr[eo]w|worse|degrad|amplif|deteriorat|higher|jump|climb|exacerbat)",
    re.IGNORECASE,
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
