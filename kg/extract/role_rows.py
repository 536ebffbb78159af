"""Rows for the second stage of the role scorer: first opinions of a method and of the others, their places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.extract.claim_context import Context, Named

_LEAST = 1e-4
_FAR = 99.0


@dataclass(frozen=True)
class _Method:
    """One method of the text: where it stands and what the first stage made of it."""

    number: int
    name: str
    mentions: Sequence[Named]
    sentences: Sequence[int]
    first: Sequence[float]


def role_rows(context: Context, first: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    """A row for each method of `context`; `first` has its probability of each role, proposed ahead, by the first stage.

    A text proposes little, so what the other methods are says much about this one: those in the same list and
    sentence, those whose names hold this one or are held by it, those named before.
    """
    places: dict[int, list[Named]] = {}
    for one in context.of_kind("method"):
        places.setdefault(one.number, []).append(one)
    methods = []
    for number, (entity, opinion) in enumerate(zip(context.entities.methods, first, strict=True)):
        mentions = places.get(number, [])
        inside = sorted({context.sentence(m.start) for m in mentions if m.start >= context.title_end})
        methods.append(_Method(number, entity.name, mentions, inside, opinion))
    rows = [[*_opinions(m, methods), *_company(context, m, methods), *_place(context, m)] for m in methods]
    return np.array(rows, dtype=np.float32).reshape(len(methods), -1)


def _opinions(method: _Method, methods: Sequence[_Method]) -> list[float]:
    """What the first stage thinks of the method and of the others as a whole."""
    others = [m.first for m in methods if m.number != method.number]
    more_proposed = sum(m.first[0] > method.first[0] for m in methods)
    return [
        *(math.log(max(_LEAST, p)) for p in method.first),
        float(len(methods)),
        float(more_proposed),
        *_highest(others, len(method.first), 0.0),
        *(math.fsum(column) for column in zip(*others, strict=True)),
        *([0.0] * len(method.first) if not others else []),
    ]


def _company(context: Context, method: _Method, methods: Sequence[_Method]) -> list[float]:
    """What the first stage thinks of the methods beside this one."""
    own, width = method.name.lower(), len(method.first)
    others = [m for m in methods if m.number != method.number]
    held = [m.first[0] for m in others if m.name.lower() in own]
    holds = [m.first[0] for m in others if own in m.name.lower()]
    start = method.mentions[0].start if method.mentions else _FAR
    before = [m.first[0] for m in others if m.mentions and m.mentions[0].start < start]
    lists = [run for run in context.lists["method"] if any(n.number == method.number for n in run)]
    mates = [methods[n.number].first for run in lists for n in run if n.number != method.number]
    near = [m.first for m in others if set(m.sentences) & set(method.sentences)]
    return [
        max(held, default=-1.0),
        max(holds, default=-1.0),
        float(len(held)),
        float(len(holds)),
        float(len(before)),
        max(before, default=-1.0),
        *([math.fsum(column) / len(mates) for column in zip(*mates, strict=True)] or [-1.0] * width),
        *_highest(near, width, -1.0),
    ]


def _place(context: Context, method: _Method) -> list[float]:
    """Where it stands in the text, and what its name looks like."""
    name, at, count = method.name, method.sentences, max(1, len(context.sentences))
    title = context.text[: context.title_end].lower()
    spans = [(m.start, m.end) for m in method.mentions]
    return [
        float(any(m.start < context.title_end for m in method.mentions)),
        float(title.startswith(name.lower())),
        float(f"{name.lower()}:" in title),
        float(at[0]) if at else -1.0,
        at[0] / count if at else -1.0,
        at[-1] / count if at else -1.0,
        float(len(at)),
        float(count),
        float(len(method.mentions)),
        float(max((context.numbers_between(*context.span(s)) for s in at), default=0)),
        float(any(context.text.startswith(" (", end) for _, end in spans)),
        float(any(start > 0 and context.text[start - 1] == "(" for start, _ in spans)),
        float(len(context.quantities)),
        float(any(c.isupper() for word in name.split() for c in word[1:])),
        float(name.islower()),
        float(any(c.isdigit() for c in name)),
        float(len(name.split())),
        float(len(name)),
    ]


def _highest(rows: Sequence[Sequence[float]], width: int, none: float) -> list[float]:
    return [max(column) for column in zip(*rows, strict=True)] or [none] * width
