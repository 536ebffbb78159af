"""What the claim scorer looks at: words around a number, its form, and the entities near it, as named features."""

from __future__ import annotations

import math

from kg.extract.claim_context import Context, list_span
from kg.extract.claim_cues import clause_edges, cue_of
from kg.extract.quantities import Quantity

_WINDOW = 6


def features(context: Context, q: Quantity) -> list[str]:
    """Names of the features that hold for `q`."""
    left, right = _around(context, q)
    found = ["form=" + q.form, f"unit={q.unit}", f"size={_magnitude(q)}", f"whole={float(q.value).is_integer()}"]
    found += [f"form+size={q.form}:{_magnitude(q)}"]
    found += _window("L", list(reversed(left)), q) + _window("R", right, q)
    if left and right:
        found.append(f"L1R1={left[-1]}_{right[0]}")
        found.append(f"form+L1R1={q.form}_{left[-1]}_{right[0]}")
    if q.series is not None:
        first, last = list_span(context, q)
        left_edge, right_edge = context.span(context.sentence(q.start))
        head = list(reversed(_abstracted(context, left_edge, first)[-3:]))
        tail = _abstracted(context, last, right_edge)[:2]
        found += [f"HL{i + 1}={w}" for i, w in enumerate(head)] + [f"TR{i + 1}={w}" for i, w in enumerate(tail)]
        found += [f"HL12={'_'.join(head[:2])}"]
    return found + _sentence_features(context, q) + _shape(q) + _verb_features(context, q)


_DOING = frozenset(("up", "down", "loss", "fast", "reach", "need", "size"))
_PREPOSITIONS = frozenset("by to of than with from at is only over".split())


def _verb_features(context: Context, q: Quantity) -> list[str]:
    """The nearest words that say what the number does ('reduces … by'), with the preposition before the number."""
    start, end = clause_edges(context, q)
    first, last = list_span(context, q)
    left = context.words(start, first)[-25:]
    preposition = next((w for w in reversed(left) if w in _PREPOSITIONS), "")
    before = [(w[:6], cue) for w in reversed(left) if (cue := cue_of(w)) in _DOING]
    after = [(w[:6], cue) for w in context.words(last, end)[:6] if (cue := cue_of(w)) in _DOING]
    found = []
    for order, (stem, cue) in enumerate(before[:2]):
        found += [f"V{order}={stem}", f"V{order}={stem}|{preposition}", f"V{order}={cue}|{preposition}|{q.form}"]
        found.append(f"V{order}={cue}|{left[-1]}")
    if len(before) > 1:
        found.append(f"VV={before[0][1]}|{before[1][1]}|{q.form}")
    if after:
        governor = before[0][1] if before else ""
        found += [f"RV={after[0][0]}|{q.form}", f"RV={after[0][1]}|{governor}|{q.form}"]
    return found


def _window(side: str, words: list[str], q: Quantity) -> list[str]:
    found = [f"{side}{i + 1}={w}" for i, w in enumerate(words[:3])]
    found += [f"{side}={w}" for w in words[:_WINDOW]]
    if words:
        found.append(f"{side}1+form={words[0]}_{q.form}")
    if len(words) > 1:
        found += [f"{side}12={words[0]}_{words[1]}", f"{side}12+form={words[0]}_{words[1]}_{q.form}"]
    if len(words) > 2:
        found.append(f"{side}123={'_'.join(words[:3])}")
    return found


def _around(context: Context, q: Quantity) -> tuple[list[str], list[str]]:
    """Words before and after `q` in its sentence; entities and numbers stand as their kind."""
    start = min(q.start, q.baseline_span[0]) if q.baseline_span else q.start
    end = max(q.end, q.baseline_span[1]) if q.baseline_span else q.end
    left_edge, right_edge = context.span(context.sentence(q.start))
    left = _abstracted(context, left_edge, start)[-12:]
    right = _abstracted(context, end, right_edge)[:12]
    return left, right


def _abstracted(context: Context, start: int, end: int) -> list[str]:
    words: list[str] = []
    at = start
    for s, e, label in context.placeholders:
        if s >= end:
            break
        if s < at or e > end:
            continue
        words += context.words(at, s)
        words.append(label)
        at = e
    return words + context.words(at, end)


def _sentence_features(context: Context, q: Quantity) -> list[str]:
    at = context.sentence(q.start)
    left, right = context.span(at)
    count = len(context.sentences)
    found = [f"place={'title' if q.end <= context.title_end else min(3, 4 * at // max(1, count))}"]
    if at == count - 1:
        found.append("last sentence")
    found += [f"S={w}" for w in sorted(set(context.words(left, right))) if w.isalpha()]
    kinds = sorted({(n.kind, n.role) for n in context.named if left <= n.start < right})
    found += [f"sentence has {kind}:{role}" for kind, role in kinds]
    found.append(f"numbers in sentence={min(6, context.numbers_between(left, right))}")
    found += [f"inside {n.kind}" for n in context.named if n.start <= q.start and q.end <= n.end]
    found += [f"overlaps {n.kind}" for n in context.named if n.start < q.end and q.start < n.end]
    return found


def _shape(q: Quantity) -> list[str]:
    found = []
    if q.noun:
        words = q.noun.lower().split()
        found += [f"noun={words[-1]}", f"form+noun={q.form}:{words[-1]}", f"noun words={min(3, len(words))}"]
    if q.qualifier:
        found += [f"hedge={q.qualifier.lower()}", "hedged", f"hedged {q.form}"]
    for name, holds in (
        ("range", q.value_max is not None),
        ("baseline", q.baseline_value is not None),
        ("series", q.series is not None),
        ("signed", q.signed),
        ("named", q.named),
        ("year-like", q.form == "year"),
        ("relative", q.relative is True),
        ("absolute", q.relative is False),
    ):
        if holds:
            found += [name, f"{name} {q.form}"]
    if q.form in ("percent", "plain"):
        found.append(f"value={_bucket(q.value)} {q.form}")
    return found


def _bucket(value: float) -> str:
    for limit in (0, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 80, 100, 1000):
        if value <= limit:
            return f"<={limit}"
    return "more"


def _magnitude(q: Quantity) -> int:
    return max(-4, min(10, math.floor(math.log10(abs(q.value))))) if q.value else -9
