"""Why names were joined or kept apart: for one name, and the decisions most worth a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from kg.errors import UsageError
from kg.link.linking import Join, LinkedEntity, Linking, Refusal
from kg.link.names import ParsedName
from kg.link.same import difference, identify
from kg.link.spelling import plain
from kg.records import EntityKind

_BLOCK = 60
"""Near names are sought among so many of the most used names of one block; that keeps the search linear."""


@dataclass(frozen=True)
class Near:
    """A similar name that is another entity, and what keeps the two apart."""

    entity: LinkedEntity
    reason: str
    similarity: float


@dataclass(frozen=True)
class Explanation:
    """One entity that a name belongs to: its forms with rules and papers, its place, its near names."""

    entity: LinkedEntity
    joins: tuple[Join, ...]
    parent: LinkedEntity | None
    variants: tuple[LinkedEntity, ...]
    near: tuple[Near, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class DoubtfulJoin:
    """A form whose place in an entity is less than certain."""

    entity: LinkedEntity
    join: Join
    certainty: float
    reason: str


@dataclass(frozen=True)
class CloseCall:
    """Two entities with similar names that were kept apart."""

    first: LinkedEntity
    second: LinkedEntity
    reason: str
    similarity: float


@dataclass(frozen=True)
class Review:
    """The decisions most worth a look, least certain first."""

    joins: tuple[DoubtfulJoin, ...]
    apart: tuple[CloseCall, ...]
    refusals: tuple[Refusal, ...]


def explain(linking: Linking, name: str, kind: EntityKind | None = None, *, limit: int = 10) -> tuple[Explanation, ...]:
    """What became of `name`: one explanation for each entity that it names, most papers first.

    Raises UsageError when no entity has the name, with the most similar names that there are.
    """
    found = [entity for entity in linking.entities if kind in (None, entity.kind) and _names(entity, name)]
    if not found:
        close = _similar_names(linking.entities, name, kind)
        hint = f"; similar names are {', '.join(close)}" if close else ""
        raise UsageError(f"no entity is called {name!r}{hint}")
    by_id = {entity.id: entity for entity in linking.entities}
    found.sort(key=lambda entity: (-len(entity.papers), entity.kind, entity.id))
    return tuple(_explanation(linking, entity, by_id, limit) for entity in found)


def _names(entity: LinkedEntity, name: str) -> bool:
    spelled = plain(name).casefold()
    if any(plain(form).casefold() == spelled for form in (entity.name, *(form for form, _ in entity.aliases))):
        return True
    return (
        not entity.local
        and identify(name, entity.kind).parsed.core == entity.core
        and (tuple(identify(name, entity.kind).parsed.slots) == entity.slots)
    )


def _explanation(linking: Linking, entity: LinkedEntity, by_id: dict[str, LinkedEntity], limit: int) -> Explanation:
    forms = {form for form, _ in entity.aliases}
    variants = [other for other in linking.entities if other.parent == entity.id]
    block = [other for other in linking.entities if other.kind == entity.kind and not other.local]
    near = _near(entity, block, limit)
    return Explanation(
        entity=entity,
        joins=entity.joins,
        parent=by_id.get(entity.parent) if entity.parent is not None else None,
        variants=tuple(sorted(variants, key=lambda other: (-len(other.papers), other.name))),
        near=near,
        refusals=tuple(
            r for r in linking.refusals if r.kind == entity.kind and (r.name in forms or r.other == entity.name)
        ),
    )


def _near(entity: LinkedEntity, block: Iterable[LinkedEntity], limit: int) -> tuple[Near, ...]:
    ratio = _similarity()
    scored = [(ratio(entity.name, other.name), other) for other in block if other.id != entity.id]
    scored = [item for item in scored if item[0] >= 0.7 or item[1].family == entity.family]
    scored.sort(key=lambda item: (-item[0], -len(item[1].papers), item[1].id))
    return tuple(Near(other, _why_apart(entity, other), round(score, 2)) for score, other in scored[:limit])


def review(linking: Linking, limit: int = 20) -> Review:
    """The `limit` least certain joins, the `limit` most similar pairs kept apart, and refused short forms."""
    joins = [
        DoubtfulJoin(entity, join, *_doubt(entity, join))
        for entity in linking.entities
        for join in entity.joins
        if join.rule not in ("name", "override")
    ]
    joins.sort(key=lambda d: (d.certainty, -len(d.join.papers), d.entity.name, d.join.form))
    refusals = sorted(linking.refusals, key=lambda r: (-len(r.papers), r.kind, r.name))
    return Review(tuple(joins[:limit]), _close_calls(linking.entities, limit), tuple(refusals[:limit]))


def _doubt(entity: LinkedEntity, join: Join) -> tuple[float, str]:
    """Certainty and reason; joining papers by a very short form is less certain."""
    letters = sum(char.isalpha() for char in join.form)
    if join.rule != "paper" and letters <= 3 and len(entity.papers) > 1:
        return round(join.certainty * 0.9, 3), f"{join.reason}; a form of {letters} letters may mean other things"
    return join.certainty, join.reason


def _close_calls(entities: Sequence[LinkedEntity], limit: int) -> tuple[CloseCall, ...]:
    """Similar names of one kind that no slot tells apart, found within blocks of names that start alike."""
    blocks: dict[tuple[str, str], list[LinkedEntity]] = defaultdict(list)
    for entity in entities:
        if not entity.local and entity.core:
            blocks[entity.kind, "".join(entity.core)[:4]].append(entity)
    ratio = _similarity()
    calls: list[tuple[float, LinkedEntity, LinkedEntity]] = []
    for _, block in sorted(blocks.items()):
        block.sort(key=lambda entity: (-len(entity.papers), entity.id))
        for first, second in combinations(block[:_BLOCK], 2):
            if _numbers(first) == _numbers(second) and first.slots == second.slots:
                score = ratio("".join(first.core), "".join(second.core))
                if score >= 0.8:
                    calls.append((score, first, second))
    calls.sort(key=lambda c: (-c[0], -len(c[1].papers) - len(c[2].papers), c[1].id, c[2].id))
    return tuple(CloseCall(a, b, _why_apart(a, b), round(score, 2)) for score, a, b in calls[:limit])


def _numbers(entity: LinkedEntity) -> tuple[str, ...]:
    return tuple(run for run in entity.core if run[0].isdigit())


def _why_apart(first: LinkedEntity, second: LinkedEntity) -> str:
    if plain(first.name) == plain(second.name):
        return "They are written alike, but papers define them differently or you split them."
    parsed = [identify(entity.name, entity.kind).parsed for entity in (first, second)]
    if parsed[0].key == parsed[1].key:
        parsed = [ParsedName(entity.kind, entity.core) for entity in (first, second)]
    if parsed[0].key == parsed[1].key:
        return "They are written alike, but papers define them differently or you split them."
    return difference(parsed[0], parsed[1], (first.name, second.name))


def _similar_names(entities: Iterable[LinkedEntity], name: str, kind: EntityKind | None) -> list[str]:
    ratio = _similarity()
    wanted = plain(name).casefold()
    scored = [(ratio(wanted, plain(e.name).casefold()), e) for e in entities if kind in (None, e.kind) and not e.local]
    scored = sorted((item for item in scored if item[0] >= 0.6), key=lambda item: (-item[0], -len(item[1].papers)))
    return list(dict.fromkeys(entity.name for _, entity in scored))[:5]


def _similarity() -> Callable[[str, str], float]:
    """A similarity between 0 and 1, for suggestions only, never for joining: difflib's, on letters without case."""
    matcher = SequenceMatcher(autojunk=False)

    def ratio(first: str, second: str) -> float:
        matcher.set_seqs(first.casefold(), second.casefold())
        return matcher.ratio() if matcher.real_quick_ratio() >= 0.6 and matcher.quick_ratio() >= 0.6 else 0.0

    return ratio
