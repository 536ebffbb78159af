"""Rows of numbers and names, 'A by 2%, B by 3%' or '2% and 3% over A and B': each number goes with its own name.

The scorers see one number and one name at a time, so they may give one name of such a row to all its numbers. Where
the name chosen for a number is another number's in the row, it is replaced by its own. A list of numbers before one
metric, '5%, 2% and 4% in accuracy', has that metric for each. And the score before 'for A' is A's where A is a rival.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.extract.attributes import ENTITY_OF, Attribute, Candidate, aligned_list, list_distance
from kg.extract.claim_context import Context, Named, list_span
from kg.extract.quantity import Quantity

PARALLEL: tuple[Attribute, ...] = ("baseline", "dataset")
"""The attributes that differ from number to number of a row; its method is most often one for all."""

_HEDGE = (
    r"(?:up to |over |about |around |more than |at least |nearly |approximately |almost |roughly |as much as "
    r"|an? (?:average|additional|absolute) (?:of )?|[~≈$])*"
)
_BEFORE = re.compile(rf"(?:['’]s)?(?: [\w@.-]+){{0,3}} by {_HEDGE}")
"""Between a name and its number: 'A's accuracy by 2%'."""
_AFTER = re.compile(
    r" (?:(?!(?:pre-?)?train|fine-?tun|labels?\b|of\b|with\b|using\b)[\w@.-]+ ){0,3}"
    r"(?:on|over|for|in|under|than|vs\.?|against|compared (?:to|with)) (?:the )?"
    r"| ?\((?:on |for |vs\.? |over )?"
)
"""Between a number and its name: '2% higher accuracy on A', '2% (A)'."""
_ACTS = re.compile(r" (?:improv|ris|rose|fall|fell|drop|degrad|increas|decreas|gain|w[io]n|outperform)\w* by ")
"""After a name that is the subject, which is what gets better and not what it is measured against."""

_OF_RIVAL = re.compile(r" (?:for|by) (?:the )?")
"""Between a rival's score and the rival: 'against 70.1% for A and 26.4% for B'."""

_OF_ALL = re.compile(
    r"(?: (?:absolute|relative|points?|improvements?|gains?|increases?|decreases?|reductions?|drops?"
    r"|higher|lower|better))*"
    r"(?: (?:in|of|for)(?: terms of)?)?(?: the)?(?: (?:average|mean|overall))? "
)
"""Between a list of numbers and what they all measure."""


def in_parallel(  # noqa: PLR0917
    context: Context,
    quantities: Sequence[Quantity],
    attribute: Attribute,
    found: Sequence[Candidate],
    chosen: Sequence[int | None],
    barred: Sequence[str | None],
) -> list[int | None]:
    """`chosen`, the position in `found` of each quantity's candidate, made to agree with the rows that they stand in.

    In a row of clauses a number keeps the name that stands beside it on the other side. It never takes the name that
    `barred` has for it (a method is not its own baseline), and no baseline becomes what the paper proposes.
    """
    result = list(chosen)
    at = {c.number: i for i, c in enumerate(found) if not c.phrase}
    proposed = {i for i, c in enumerate(found) if attribute == "baseline" and c.role == "proposed"}
    before, after = ([_beside(context, q, attribute, before=side) for q in quantities] for side in (True, False))
    rows = [(row, after) for row in _rows(context, quantities, before)]
    rows += [(row, before) for row in _rows(context, quantities, after)]
    rows += [(row, [None] * len(quantities)) for row in _listed(context, quantities, attribute)]
    for row, held in rows:
        members = {at[number] for number in row.values()}
        for i, number in row.items():
            own, kept = at[number], held[i]
            stays = result[i] not in members or (kept is not None and result[i] == at[kept])
            if not stays and own not in proposed and found[own].name != barred[i]:
                result[i] = own
    return result


def with_the_lists_metric(
    context: Context, quantities: Sequence[Quantity], found: Sequence[Candidate], chosen: Sequence[int | None]
) -> list[int | None]:
    """`chosen`, but every number of a list that ends before a metric has that one.

    Where several metrics follow, or one of its own stands before the list ('precision improves by 4% and 3% in
    recall'), which number is whose is not said by the place alone, and `chosen` stays.
    """
    result = list(chosen)
    at = {c.number: i for i, c in enumerate(found)}
    metrics = context.of_kind("metric")
    several = {n.start for run in context.lists["metric"] if len(run) > 1 for n in run}
    for i, q in enumerate(quantities):
        if q.series is None:
            continue
        first, last = list_span(context, q)
        near = _next(metrics, last)
        if near is None or near.start in several or ";" in context.text[first:last]:
            continue
        if _OF_ALL.fullmatch(context.text, last, near.start) and not _has_its_own(context, metrics, first):
            result[i] = at[near.number]
    return result


def with_the_rival_after(
    context: Context,
    quantities: Sequence[Quantity],
    results: Sequence[bool],
    found: Sequence[Candidate],
    chosen: Sequence[int | None],
) -> list[int | None]:
    """`chosen` methods, but a number that says what was reached (`results`) is that of the rival that it is given for.

    In the annotation 39 of 42 such numbers are; a gain 'for A' is what something else brings to A. In a list, '14% and
    15% for A and B', the number before 'for' is not that of the name after it.
    """
    result = list(chosen)
    at = {c.number: i for i, c in enumerate(found)}
    methods = context.of_kind("method")
    for i, q in enumerate(quantities):
        near = _next(methods, q.end)
        if not results[i] or q.series is not None or near is None or near.role != "compared":
            continue
        if _OF_RIVAL.fullmatch(context.text, q.end, near.start):
            result[i] = at[near.number]
    return result


def _has_its_own(context: Context, metrics: Sequence[Named], first: int) -> bool:
    """Whether a metric that is not that of numbers before it stands before the list that begins at `first`."""
    own = context.sentence(first)
    before = [n for n in metrics if n.end <= first and context.sentence(n.start) == own]
    return any(
        not context.numbers_between(n.end, first)
        and not any(_OF_ALL.fullmatch(context.text, q.end, n.start) for q in context.quantities if q.end <= n.start)
        for n in before
    )


def _rows(context: Context, quantities: Sequence[Quantity], beside: Sequence[int | None]) -> list[dict[int, int]]:
    """Rows of neighbouring quantities of one sentence, each with the entity beside it."""
    rows: list[dict[int, int]] = []
    last: int | None = None
    for i, (q, own) in enumerate(zip(quantities, beside, strict=True)):
        sentence = context.sentence(q.start)
        if own is None:
            last = None
        elif last == sentence:
            rows[-1][i] = own
        else:
            rows.append({i: own})
            last = sentence
    return rows


def _listed(context: Context, quantities: Sequence[Quantity], attribute: Attribute) -> list[dict[int, int]]:
    """The entity at the place of each quantity where a list of numbers has a list of names of its length.

    A list of another kind that stands nearer is the one meant: 'better than A and B, with precision and recall of …'.
    """
    others = [run for kind, runs in context.lists.items() if kind != ENTITY_OF[attribute] for run in runs]
    rows: dict[int, dict[int, int]] = {}
    for i, q in enumerate(quantities):
        names = aligned_list(context, q, attribute)
        if not names or q.series is None:
            continue
        own = list_distance(names, q)
        if not any(len(run) == len(names) and list_distance(run, q) < own for run in others):
            rows.setdefault(q.series, {})[i] = names[q.position].number
    return list(rows.values())


def _beside(context: Context, q: Quantity, attribute: Attribute, *, before: bool) -> int | None:
    """The number of the entity that stands next to `q` on one side, with no more than a joint between."""
    every = context.of_kind(ENTITY_OF[attribute])
    if before:
        near = max((n for n in every if n.end <= q.start), key=lambda n: n.end, default=None)
        gap = None if near is None else (near.end, q.start)
    else:
        near = _next(every, q.end)
        gap = None if near is None else (q.end, near.start)
    if near is None or gap is None or context.numbers_between(*gap):
        return None
    if before and attribute == "baseline" and _ACTS.search(context.text, *gap):
        return None
    return near.number if (_BEFORE if before else _AFTER).fullmatch(context.text, *gap) else None


def _next(every: Sequence[Named], at: int) -> Named | None:
    """The first of the places that begins at `at` or later."""
    return min((n for n in every if n.start >= at), key=lambda n: n.start, default=None)
