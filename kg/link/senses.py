"""Which sense of an ambiguous short form a paper means, by what else the paper names."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kg.link.definitions import ShortForm
from kg.link.same import identify
from kg.records import EntityKind

if TYPE_CHECKING:
    from kg.link.resolve import Key, Occurrence

_CLEARLY = 2.0
"""A sense is taken when it fits so many times better than the next."""

_ENOUGH = 1.0
"""… and scores at least this: about one rather rare name shared with most papers on the sense."""


class Contexts:
    """The names that stand beside each sense of the ambiguous short forms of a corpus."""

    def __init__(
        self,
        occurrences: Sequence[Occurrence],
        definitions: Mapping[tuple[str, EntityKind, str], str],
        shorts: Mapping[Key, ShortForm],
    ) -> None:
        self._ambiguous = {key: form for key, form in shorts.items() if form.main is None}
        self._names: dict[str, set[Key]] = defaultdict(set)
        self._papers_with: Counter[Key] = Counter()
        self._profiles: dict[tuple[Key, str], list[set[Key]]] = defaultdict(list)
        if not self._ambiguous:
            return
        for o in occurrences:
            self._names[o.paper].add(o.key)
        for names in self._names.values():
            self._papers_with.update(names)
        self._collect(definitions)

    def _collect(self, definitions: Mapping[tuple[str, EntityKind, str], str]) -> None:
        by_sense: dict[Key, set[str]] = defaultdict(set)
        wanted = {(key[0], sense) for key, form in self._ambiguous.items() for sense in form.senses}
        for paper, names in self._names.items():
            for key in names & wanted:
                by_sense[key].add(paper)
        for (paper, kind, short), long in definitions.items():
            if (kind, short) in self._ambiguous:
                by_sense[kind, identify(long, kind).key].add(paper)
        for short_key, form in self._ambiguous.items():
            for sense in form.senses:
                for paper in sorted(by_sense[short_key[0], sense]):
                    self._profiles[short_key, sense].append(self._names[paper] - {short_key, (short_key[0], sense)})

    def sense(self, paper: str, short: Key, form: ShortForm) -> str | None:
        """Key of the sense that `paper` means by `short`; None when what it names does not tell."""
        here = self._names[paper] - {short}
        for sense in form.senses:
            if (short[0], sense) in here:
                return sense  # the long form stands in the same paper
        scores = sorted(
            ((self._score(here, short, sense), sense) for sense in form.senses), key=lambda s: (-s[0], s[1])
        )
        best = scores[0]
        following = scores[1][0] if len(scores) > 1 else 0.0
        return best[1] if best[0] >= _ENOUGH and best[0] >= _CLEARLY * following else None

    def _score(self, here: set[Key], short: Key, sense: str) -> float:
        """Sum over the shared names of their rarity times the share of the sense's papers that have them."""
        profile = self._profiles.get((short, sense), [])
        if len(profile) < 2:
            return 0.0
        total = len(self._names)
        shared = Counter(key for names in profile for key in names & here)
        return sum(
            math.log(total / self._papers_with[key]) * count / len(profile)
            for key, count in sorted(shared.items())
            if count > 1
        )
