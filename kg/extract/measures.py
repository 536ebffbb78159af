"""What is known about metrics by name: which way is better, and what they measure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from kg.records import Direction

MeasureClass = Literal["quality", "error", "time", "rate", "memory", "compute", "size", "other"]

_ERRORS = "wer|cer|ter|der|eer|fnr|mae|mse|rmse|mape|nll|ece|a?epe|lpips|(?:p-?)?mpjpe|ade|fde|fvd|fad|kid|ppl"
"""Short names of errors."""

_PATTERNS: tuple[tuple[str, MeasureClass], ...] = (
    (
        r"\bwin\b"
        r"|(?<!in)efficien(?:cy|cies)$|(?<!memory )utili[sz]ation$|efficacy$|(?:error|loss) (?:correction|detection)$"
        r"|(?:hallucination|toxicity|violation|collision|bias|drift) (?:detection|recognition|avoidance)$"
        r"|^(?:tpr|true positive rate)\b(?!.*\b(?:gap|difference))",
        "quality",
    ),
    (
        r"\b(?:fps|throughput|frames? (?:per second|rates?)|tokens? per second|qps|speed-?ups?|speed|bandwidth)\b",
        "rate",
    ),
    (r"latenc|\btime\b|run-?time|wall-?clock|\bdelay\b|duration|\bhours\b", "time"),
    (r"memory|\bvram\b|\bram\b|storage|footprint|\bkv cache\b", "memory"),
    (
        r"flops?\b|\bmacs?\b|comput|\benergy\b|\bpower\b|carbon|\bcosts?\b|budget|overhead|complexity|communication",
        "compute",
    ),
    (
        r"param|\bsize\b|sparsity|compression|bit-?rate|bitrate|\btokens\b|\blength\b"
        r"|\bsteps\b|\bqueries\b|samples\b",
        "size",
    ),
    (
        r"error|perplexity|regret|distortion|divergence|violation|hallucination|toxicity|forgetting|bias|collision"
        r"|false (?:positive|alarm|negative|accept|reject)|hausdorff|chamfer|wasserstein|discrepanc|distance"
        r"|uncertainty|variance|degradation|drop\b|attack success"
        rf"|\b(?:(?:loss|{_ERRORS}|nme|gap|mpvpe)\b|negative log-?\s?likelihood|f\.?i\.?d\b|fpr@?\d*)",
        "error",
    ),
    (
        r"accura|precision|recall|success|reward|return|correlation|pearson|spearman|kappa|similarity|agreement"
        r"|exact match|coverage|quality|robustness|likelihood"
        r"|\b(?:f-?\d?\b|f-?(?:1|score|measure)|auc|auroc\b|aupr|roc\b|m?ap\b|ap\d*\b|m?iou\b|dice\b|dsc\b|bleu"
        r"|rouge|meteor\b|cider|spice\b|psnr\b|ssim\b|pass@|hits?@|mrr\b|ndcg|score|win|mcc\b|em\b|uas\b|las\b"
        r"|mota\b|hota\b|idf1\b|nds\b|pq\b|rank-?\d|top-?\d|r@\d|inception\b|clip\b|mos\b|pesq\b|stoi\b|sdr"
        r"|si-?sn)",
        "quality",
    ),
)
_CLASSES: tuple[tuple[re.Pattern[str], MeasureClass], ...] = tuple(
    (re.compile(pattern), name) for pattern, name in _PATTERNS
)
"""For names in small letters: to fold the case of each is slow."""
_LOWER: frozenset[MeasureClass] = frozenset({"error", "time", "memory", "compute", "size"})
_HIGHER_SIZES = re.compile(r"sparsity|compression|context length|saving", re.IGNORECASE)
_SURE_ERROR = re.compile(
    r"^(?!.*(?:inverse|anti-))(?:.*[\s(-])?"
    rf"(?:errors?(?: rates?)?|(?:{_ERRORS}|fpr|fid)s?|perplexit(?:y|ies)|forgetting"
    r"|(?:hallucination|violation|collision|false (?:positive|negative|alarm)) rates?"
    r"|inception distance|hallucinations?|regret)(?: scores?| metric)?(?: \([^()]+\))?$",
    re.IGNORECASE,
)
_SHARE = re.compile(r"accura|precision|recall|\bf-?1|success rate|\bauc|\bm?ap\b|\bm?iou\b|\bdice\b", re.IGNORECASE)


@lru_cache(maxsize=1 << 14)
def measure_class(name: str) -> MeasureClass:
    """What the metric `name` measures; of several readings the one that stands first in the table."""
    lower = name.lower()
    for pattern, found in _CLASSES:
        if pattern.search(lower):
            return found
    return "other"


def direction_of(name: str) -> Direction | None:
    """Which way is better for the metric `name`; None when the table does not know it."""
    found = measure_class(name)
    if found == "other":
        return None
    if found in _LOWER and not _HIGHER_SIZES.search(name):
        return "lower"
    return "higher"


def is_error(name: str) -> bool:
    """Whether the metric `name` is surely one of errors, so that an improvement is less of it: 'WER', 'error rate'."""
    return bool(_SURE_ERROR.match(name)) and measure_class(name) == "error"


def is_share(name: str) -> bool:
    """Whether the metric `name` is a share of a whole, so that more than 100 % cannot be."""
    return bool(_SHARE.search(name))
