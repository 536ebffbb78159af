"""What a name is a variant of: the same name with a slot less, or the family before its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from kg.link.names import ParsedName, Slot
from kg.records import EntityKind

_SHED: tuple[Slot, ...] = ("patch", "variant", "size", "split", "language pair", "rank", "averaging")
"""Slots in the order in which a parent loses them."""

_SUBSETS: dict[EntityKind, tuple[str, ...]] = {
    "dataset": (
        "verified",
        "challenge",
        "lite",
        "hard",
        "easy",
        "mini",
        "plus",
        "pro",
        "full",
        "subset",
        "diamond",
        "clean",
    ),
    "method": (),
    "metric": (),
    "task": (),
}
"""Words at the end of a dataset's name that name a part or another edition of it."""


def parents_of(parsed: ParsedName, is_family: Callable[[str], bool]) -> Iterator[ParsedName]:
    """Keys that could be what `parsed` is a variant of, nearest first; whether they exist is for the caller to see.

    `is_family` says of a core, its runs joined by spaces, whether the table lists it as a family. Other names are
    parents only of names that end with their number: ResNet-50 is a ResNet, but Image2Text is no Image.
    """
    slots = sorted((pair for pair in parsed.slots if pair[0] in _SHED), key=lambda pair: _SHED.index(pair[0]))
    for count in range(1, min(len(slots), 4) + 1):
        for gone in combinations(slots, count):
            yield ParsedName(parsed.kind, parsed.core, tuple(pair for pair in parsed.slots if pair not in gone))
    core = parsed.core
    while core:
        core = _shorter(core, parsed.kind, is_family)
        if core:
            yield ParsedName(parsed.kind, core)


def _shorter(core: tuple[str, ...], kind: EntityKind, is_family: Callable[[str], bool]) -> tuple[str, ...]:
    """The core before its last number, or without a last word for a part; empty when nothing that names is left."""
    last = core[-1]
    for word in _SUBSETS[kind]:
        if last.endswith(word) and len(last) > len(word) + 2:
            return (*core[:-1], last[: -len(word)])
        if last == word and len(core) > 1:
            return core[:-1]
    numbers = [place for place, run in enumerate(core) if run[0].isdigit()]
    if not numbers or kind == "task":
        return ()
    shorter = core[: numbers[-1]]
    if is_family(" ".join(shorter)):
        return shorter
    tail = "".join(core[numbers[-1] + 1 :])
    named = sum(len(run) for run in shorter if not run[0].isdigit()) >= 3
    return shorter if named and len(tail) <= 2 and tail != "d" else ()
