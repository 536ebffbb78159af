"""A text as the claim scorers see it: words, clauses, numbers and the places that name entities."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from kg.extract.measures import measure_class
from kg.extract.quantities import Quantity
from kg.records import Dataset, EntityKind, Method, Metric, Task

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LIST_GAP = re.compile(r"\s?(?:,|/|;|&|and|or|,\s?and|,\s?or|as well as|\+)?\s?(?:on |the |both )?(?:the )?")


class EntityLists(Protocol):
    """The entities of one paper, a sequence a kind (`kg.extract.entities.Entities` is one)."""

    @property
    def methods(self) -> Sequence[Method]: ...  # noqa: D102
    @property
    def datasets(self) -> Sequence[Dataset]: ...  # noqa: D102
    @property
    def metrics(self) -> Sequence[Metric]: ...  # noqa: D102
    @property
    def tasks(self) -> Sequence[Task]: ...  # noqa: D102


@dataclass(frozen=True)
class Named:
    """One place that names an entity; `number` is the entity's position in the list of its kind."""

    start: int
    end: int
    kind: EntityKind
    number: int
    role: str


@dataclass(frozen=True)
class Context:
    """A text with everything that was found in it. Positions are character offsets unless called tokens."""

    text: str
    title_end: int
    sentences: Sequence[tuple[int, int]]
    quantities: Sequence[Quantity]
    entities: EntityLists

    @cached_property
    def tokens(self) -> list[tuple[int, int, str]]:
        """Start, end and lower-case form of each word or sign."""
        return [(m.start(), m.end(), m.group().lower()) for m in _TOKEN.finditer(self.text)]

    @cached_property
    def _known(self) -> dict[Hashable, list[float]]:
        return {}

    def once(self, key: Hashable, make: Callable[[], list[float]]) -> list[float]:
        """The row of numbers that `make` gives, made at the first call for `key`."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _, _ in self.tokens]

    @cached_property
    def _words(self) -> list[str]:
        return [word for _, _, word in self.tokens]

    def token_at(self, offset: int) -> int:
        """Index of the first token that starts at or after `offset`."""
        return bisect_left(self._starts, offset)

    def words(self, start: int, end: int) -> list[str]:
        """Tokens that start in `start` to `end`."""
        return self._words[self.token_at(start) : self.token_at(end)]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def sentence(self, offset: int) -> int:
        """Index of the sentence that holds `offset`."""
        after = bisect_right(self._sentence_starts, offset)
        return after - 1 if after else 0

    def span(self, sentence: int) -> tuple[int, int]:
        """Offsets of a sentence."""
        return self.sentences[sentence] if self.sentences else (0, len(self.text))

    @cached_property
    def named(self) -> list[Named]:
        """All mentions in order; one inside a longer mention of its own kind is left out."""
        lists: tuple[tuple[EntityKind, Sequence[Method | Dataset | Metric | Task]], ...] = (
            ("method", self.entities.methods),
            ("dataset", self.entities.datasets),
            ("metric", self.entities.metrics),
            ("task", self.entities.tasks),
        )
        found = [
            Named(m.start, m.end, kind, number, str(getattr(entity, "role", "")))
            for kind, entities in lists
            for number, entity in enumerate(entities)
            for m in entity.mentions
        ]
        found.sort(key=lambda n: (n.start, -n.end, n.kind, n.number))
        kept: list[Named] = []
        ends: dict[str, int] = {}
        for one in found:
            if one.end > ends.get(one.kind, -1):
                kept.append(one)
                ends[one.kind] = one.end
        return kept

    def of_kind(self, kind: EntityKind) -> list[Named]:
        """Mentions of one kind in order."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> dict[EntityKind, list[Named]]:
        kinds: tuple[EntityKind, ...] = ("method", "dataset", "metric", "task")
        return {kind: [n for n in self.named if n.kind == kind] for kind in kinds}

    @cached_property
    def signs(self) -> dict[int, tuple[int, str]]:
        """Where each name and number starts → its end and a sign for what it is: its kind, or # for a number."""
        found = {q.start: (q.end, "#") for q in self.quantities}
        for one in reversed(self.named):  # the first of several at one place is the longest
            found[one.start] = (one.end, f"<{one.kind}>")
        return found

    @cached_property
    def placeholders(self) -> list[tuple[int, int, str]]:
        """Start, end and kind of each name and number, in order; of those that begin at one place the longest first."""
        found = [(n.start, n.end, self._placeholder(n)) for n in self.named]
        found += [(q.start, q.end, f"<{q.form}>") for q in self.quantities]
        return sorted(found, key=lambda one: (one[0], -one[1]))

    def _placeholder(self, one: Named) -> str:
        if one.kind == "metric":
            return f"<metric:{measure_class(self.entities.metrics[one.number].name)}>"
        return f"<{one.kind}:{one.role}>" if one.role else f"<{one.kind}>"

    @cached_property
    def number_starts(self) -> list[int]:
        """Where the quantities start."""
        return [q.start for q in self.quantities]

    def numbers_between(self, start: int, end: int) -> int:
        """How many quantities start in `start` to `end`."""
        return max(0, bisect_left(self.number_starts, end) - bisect_left(self.number_starts, start))

    @cached_property
    def lists(self) -> dict[EntityKind, list[list[Named]]]:
        """Enumerations 'A, B and C' of two or more different entities of one kind."""
        return {kind: self._lists_of(mentions) for kind, mentions in self._by_kind.items()}

    def _lists_of(self, mentions: Sequence[Named]) -> list[list[Named]]:
        runs: list[list[Named]] = []
        for one in mentions:
            gap = self.text[runs[-1][-1].end : one.start] if runs else None
            if gap is not None and len(gap) < 24 and gap.strip() and _LIST_GAP.fullmatch(gap):
                runs[-1].append(one)
            else:
                runs.append([one])
        return [run for run in runs if len(run) > 1]

    @cached_property
    def series(self) -> dict[int, list[Quantity]]:
        """The lists of quantities by their number."""
        found: dict[int, list[Quantity]] = {}
        for q in self.quantities:
            if q.series is not None:
                found.setdefault(q.series, []).append(q)
        return found


def list_span(context: Context, q: Quantity) -> tuple[int, int]:
    """Where the list of `q` starts and ends; its own span when it stands alone."""
    mates = context.series[q.series] if q.series is not None else [q]
    spans = [span for mate in mates for span in ((mate.start, mate.end), mate.baseline_span or (mate.start, mate.end))]
    return min(s for s, _ in spans), max(e for _, e in spans)
