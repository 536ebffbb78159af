"""A user's overrides, looked up by key."""

from __future__ import annotations

from collections.abc import Iterator

from kg.link.overrides import Overrides
from kg.link.same import identify
from kg.link.spelling import plain
from kg.records import (
    ENTITY_KINDS,
    Dataset,
    DatasetRole,
    Entity,
    EntityKind,
    Extraction,
    Method,
    MethodRole,
    Metric,
    Task,
    TripleEvidence,
)

Key = tuple[EntityKind, str]

_AS_DATASET: dict[MethodRole, DatasetRole] = {
    "proposed": "introduced",
    "used": "evaluated",
    "compared": "mentioned",
    "mentioned": "mentioned",
}
_AS_METHOD: dict[DatasetRole, MethodRole] = {
    "introduced": "proposed",
    "evaluated": "used",
    "training": "used",
    "mentioned": "mentioned",
}


class Decisions:
    """Overrides by key, so that each is found by one look-up."""

    def __init__(self, overrides: Overrides) -> None:
        self._overrides = overrides
        self._drops = [(drop.kind, identify(drop.name, drop.kind).key, drop.papers) for drop in overrides.drops]
        self._retypes = [(r.kind, identify(r.name, r.kind).key, r.papers, r.to) for r in overrides.retypes]
        self._splits = {(split.kind, plain(name)) for split in overrides.splits for name in split.names}
        self._paper_splits = {
            (split.kind, identify(split.name, split.kind).key, paper): split.shown
            for split in overrides.paper_splits
            for paper in split.papers
        }
        self._joined = frozenset(key for pair in self.joined_keys() for key in pair)
        self._renames = {self._key(item.kind, item.name): item.to for item in overrides.renames}

    def _key(self, kind: EntityKind, name: str) -> Key:
        return kind, self.forced(None, kind, name) or identify(name, kind).key

    def drops(self, paper: str, kind: EntityKind, name: str) -> bool:
        """Whether this name is no entity in this paper."""
        if not self._drops:
            return False
        key = identify(name, kind).key
        return any(k == kind and d == key and (p is None or paper in p) for k, d, p in self._drops)

    def forced(self, paper: str | None, kind: EntityKind, name: str) -> str | None:
        """The key that a split gives to this name, None when there is none."""
        if (kind, plain(name)) in self._splits:
            return f"split {plain(name)}"
        if paper is not None and self._paper_splits:
            shown = self._paper_splits.get((kind, identify(name, kind).key, paper))
            return None if shown is None else f"split {shown}"
        return None

    def shown(self, keys: Iterator[Key] | list[Key]) -> str | None:
        """The name that the user gives to the entity with these keys."""
        found = [self._renames[key] for key in keys if key in self._renames]
        if found:
            return found[0]
        given = {f"split {split.shown}": split.shown for split in self._overrides.paper_splits}
        return next((given[key] for _, key in keys if key in given), None)

    def joins(self, key: Key) -> bool:
        """Whether the user joined this key to another."""
        return key in self._joined

    def joined_keys(self) -> Iterator[tuple[Key, Key]]:
        """Pairs of keys that the user joined."""
        for join in self._overrides.joins:
            keys = [self._key(join.kind, name) for name in join.names]
            yield from ((keys[0], other) for other in keys[1:])

    def retype(self, extraction: Extraction) -> Extraction:
        """The extraction with every retyped entity under its new kind; triples that lose an end go."""
        if not self._retypes:
            return extraction
        moved: list[tuple[Entity, EntityKind]] = []
        kept: dict[EntityKind, list[Entity]] = {}
        for kind in ENTITY_KINDS:
            kept[kind] = []
            for entity in extraction.entities(kind):
                to = self._new_kind(extraction.id, kind, entity.name)
                if to is None:
                    kept[kind].append(entity)
                else:
                    moved.append((entity, to))
        if not moved:
            return extraction
        for entity, to in moved:
            if all(other.name != entity.name for other in kept[to]):
                kept[to].append(_as_kind(entity, to))
        return _with_entities(extraction, kept)

    def _new_kind(self, paper: str, kind: EntityKind, name: str) -> EntityKind | None:
        key = identify(name, kind).key
        return next((to for k, d, p, to in self._retypes if k == kind and d == key and (p is None or paper in p)), None)


def _as_kind(entity: Entity, kind: EntityKind) -> Entity:
    common = {"name": entity.name, "confidence": entity.confidence, "mentions": entity.mentions}
    if kind == "method":
        role = _AS_METHOD[entity.role] if isinstance(entity, Dataset) else "used"
        return Method.model_validate({**common, "role": role})
    if kind == "dataset":
        given = _AS_DATASET[entity.role] if isinstance(entity, Method) else "mentioned"
        return Dataset.model_validate({**common, "role": given})
    return (Metric if kind == "metric" else Task).model_validate(common)


def _with_entities(extraction: Extraction, kept: dict[EntityKind, list[Entity]]) -> Extraction:
    names = {kind: {entity.name for entity in entities} for kind, entities in kept.items()}
    holds = [m in names["method"] and d in names["dataset"] for m, d in extraction.triples]
    evidence: tuple[TripleEvidence, ...] = extraction.triple_evidence
    claims = tuple(
        claim.model_copy(
            update={
                "method": claim.method if claim.method in names["method"] else None,
                "dataset": claim.dataset if claim.dataset in names["dataset"] else None,
                "metric": claim.metric if claim.metric in names["metric"] else None,
            }
        )
        for claim in extraction.claims
    )
    return extraction.model_copy(
        update={
            "methods": tuple(kept["method"]),
            "datasets": tuple(kept["dataset"]),
            "metrics": tuple(kept["metric"]),
            "tasks": tuple(kept["task"]),
            "triples": tuple(triple for triple, keep in zip(extraction.triples, holds, strict=True) if keep),
            "triple_evidence": tuple(e for e, keep in zip(evidence, holds, strict=False) if keep),
            "claims": claims,
        }
    )
