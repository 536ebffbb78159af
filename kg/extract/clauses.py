"""The words that carry a claim: a short verbatim piece of the sentence around its number."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from kg.extract.claim_context import Context
from kg.extract.quantity import Quantity

_BREAK = re.compile(
    r";|:|, (?:while|whereas|but|and|which|where|with|yielding|achieving|leading|resulting|thus|without)\b"
    r"|,|\(|\)"
)
_DIGITS = re.compile(r"\d[,:]\d")
_LONGEST = 20


def clause(context: Context, q: Quantity) -> str:
    """The shortest piece of the sentence around `q` that stands between clause breaks, at most about 20 words."""
    left_edge, right_edge = context.span(context.sentence(q.start))
    first = min(q.start, q.baseline_span[0]) if q.baseline_span else q.start
    last = max(q.end, q.baseline_span[1]) if q.baseline_span else q.end
    start, end = left_edge, max(right_edge, last)
    for match in _breaks(context, left_edge, first):
        if len(context.text[match.end() : first].split()) >= 3:
            start = match.end() if match.group() in ";:,()" else match.start() + 2
    for match in _breaks(context, last, right_edge):
        if len(context.text[last : match.start()].split()) >= 2:
            end = match.start()
            break
    start = max(start, _words_back(context.text, first, start))
    end = min(end, _words_on(context.text, last, end))
    piece = context.text[start:end]
    return piece.strip().rstrip(".,;:").lstrip(",;: ") or context.text[q.start : q.end]


def _breaks(context: Context, start: int, end: int) -> Iterator[re.Match[str]]:
    """Where clauses may end: not inside a number, '5,062' or '5, 062', nor a time or ratio, '4:1'."""
    starts = [q.start for q in context.quantities]
    for match in _BREAK.finditer(context.text, start, end):
        before = bisect_left(starts, match.start()) - 1
        within = before >= 0 and match.start() < context.quantities[before].end
        if not within and not _DIGITS.match(context.text, match.start() - 1):
            yield match


def _words_back(text: str, at: int, edge: int) -> int:
    words = list(re.finditer(r"\S+", text[edge:at]))
    return edge + words[-_LONGEST // 2 - 2].start() if len(words) > _LONGEST // 2 + 2 else edge


def _words_on(text: str, at: int, edge: int) -> int:
    words = list(re.finditer(r"\S+", text[at:edge]))
    return at + words[_LONGEST // 2 - 2].end() if len(words) > _LONGEST // 2 - 1 else edge
