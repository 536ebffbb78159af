"""Rows of numbers and names, 'A by 2%, B by 3%' or '2% and 3% over A and B': each number goes with its own name.

The scorers see one number and one name at a time, so they may give one name of such a row to all its numbers. Where
the name chosen for a number is another number's in the row, it is replaced by its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.extract.attributes import ENTITY_OF, Attribute, Candidate, aligned_list
from kg.extract.claim_context import Context, Named
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
    r" (?:[\w@.-]+ ){0,3}(?:on|over|for|in|under|than|vs\.?|against|compared (?:to|with)) (?:the )?"
    r"| ?\((?:on |for |vs\.? |over )?"
)
"""Between a number and its name: '2% higher accuracy on A', '2% (A)'."""


def in_parallel(
    context: Context,
    quantities: Sequence[Quantity],
    attribute: Attribute,
    found: Sequence[Candidate],
    chosen: Sequence[int | None],
) -> list[int | None]:
    """`chosen`, the position in `found` of each quantity's candidate, made to agree with the parallel clauses."""
    result = list(chosen)
    at = {c.number: i for i, c in enumerate(found) if not c.phrase}
    for before in (True, False):
        for run in _runs(context, quantities, attribute, found, before=before):
            members = {at[number] for _, number in run}
            for i, number in run:
                if result[i] in members:
                    result[i] = at[number]
    for i, q in enumerate(quantities):
        names = aligned_list(context, q, attribute)
        if names and result[i] in {at[n.number] for n in names}:
            result[i] = at[names[q.position].number]
    return result


def _runs(
    context: Context, quantities: Sequence[Quantity], attribute: Attribute, found: Sequence[Candidate], *, before: bool
) -> list[list[tuple[int, int]]]:
    """Runs of two or more quantities of one sentence, each with the entity that stands beside it."""
    barred = {c.number for c in found if attribute == "baseline" and c.role == "proposed"}
    runs: list[list[tuple[int, int]]] = []
    last: tuple[int, int] | None = None
    for i, q in enumerate(quantities):
        named = _beside(context, q, attribute, before=before)
        own = None if named is None or named.number in barred else named.number
        sentence = context.sentence(q.start)
        if own is not None:
            if last is not None and last[0] == sentence and last[1] != own:
                runs[-1].append((i, own))
            else:
                runs.append([(i, own)])
        last = None if own is None else (sentence, own)
    return [run for run in runs if len(run) > 1]


def _beside(context: Context, q: Quantity, attribute: Attribute, *, before: bool) -> Named | None:
    """The entity of the attribute's kind that stands next to `q` on one side with no more than a joint between."""
    left, right = context.span(context.sentence(q.start))
    every = context.of_kind(ENTITY_OF[attribute])
    if before:
        named = max((n for n in every if left <= n.start and n.end <= q.start), key=lambda n: n.end, default=None)
        if named is None or context.numbers_between(named.end, q.start):
            return None
        return named if _BEFORE.fullmatch(context.text, named.end, q.start) else None
    named = min((n for n in every if q.end <= n.start < right), key=lambda n: n.start, default=None)
    return named if named is not None and _AFTER.fullmatch(context.text, q.end, named.start) else None
