"""What the linker decided: entities across papers, why their forms were joined, what was kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kg.records import EntityKind

JoinRule = Literal["name", "spelling", "table", "abbreviation", "dominant", "context", "override", "elided", "paper"]

JOIN_CERTAINTY: dict[JoinRule, float] = {
    "name": 1.0,
    "override": 1.0,
    "table": 0.99,
    "spelling": 0.97,
    "abbreviation": 0.95,
    "elided": 0.9,
    "dominant": 0.85,
    "paper": 0.8,
    "context": 0.6,
}
"""How sure a join by each rule is: an order for review, not a measured probability."""

JOIN_REASONS: dict[JoinRule, str] = {
    "name": "the name shown",
    "spelling": "differs in spelling only",
    "table": "listed in the table of aliases",
    "abbreviation": "defined as its abbreviation in a text, and nowhere as another's",
    "dominant": "nearly all texts that define the short form mean this",
    "context": "ambiguous short form; the paper names what the papers on this sense name",
    "override": "joined by your overrides",
    "elided": "several names written as one, this one spelled out",
    "paper": "one paper uses it for the same thing",
}


@dataclass(frozen=True)
class Join:
    """Why one written form belongs to an entity, and in which papers it stands."""

    form: str
    rule: JoinRule
    papers: tuple[str, ...]
    certainty: float

    @property
    def reason(self) -> str:
        """The rule in words."""
        return JOIN_REASONS[self.rule]


@dataclass(frozen=True)
class LinkedEntity:
    """One method, dataset, metric or task across papers; a node of the graph.

    `aliases` are the written forms with the number of their mentions, most used first; what only one of several papers
    calls it in its own words stands in `joins` (rule 'paper') and is no alias. `papers` is empty for a family
    that only its variants name. `parent` is the id of the entity of the same kind that this one is a variant of.
    """

    id: str
    kind: EntityKind
    name: str
    aliases: tuple[tuple[str, int], ...]
    papers: tuple[str, ...]
    slots: tuple[tuple[str, str], ...]
    core: tuple[str, ...]
    parent: str | None
    joins: tuple[Join, ...]
    local: bool = False
    """A description, or an ambiguous short form, that is joined to no other paper's."""

    @property
    def family(self) -> str:
        """First run of letters of the core: what near names have in common."""
        return next((run for run in self.core if not run[0].isdigit()), self.core[0] if self.core else "")


@dataclass(frozen=True)
class Refusal:
    """A name that was kept from being joined, in which papers, and why."""

    kind: EntityKind
    name: str
    other: str
    papers: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Linking:
    """All entities, sorted by kind and id, and the way from an extraction's entity to them."""

    entities: tuple[LinkedEntity, ...]
    refusals: tuple[Refusal, ...]
    """Ambiguous short forms that were not joined, then forms that an extraction gave to the wrong entity."""
    _ids: Mapping[tuple[str, EntityKind, str], str] = field(repr=False)

    def id_of(self, paper_id: str, kind: EntityKind, name: str) -> str | None:
        """The linked entity of `name`, the name of an entity in that paper's extraction; None when it was dropped."""
        return self._ids.get((paper_id, kind, name))
