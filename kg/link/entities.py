"""Clusters of occurrences → linked entities: the name shown, aliases, the reason for each form, the parent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.extract.elided import spelled_out
from kg.ids import stable_id
from kg.link.decisions import Decisions
from kg.link.linking import JOIN_CERTAINTY, Join, JoinRule, LinkedEntity, Refusal
from kg.link.names import ParsedName, parse
from kg.link.parents import parents_of
from kg.link.same import identify
from kg.link.table import table
from kg.records import EntityKind

if TYPE_CHECKING:
    from kg.link.resolve import Key, Occurrence


@dataclass
class Cluster:
    """All occurrences of one entity, with the keys that were joined."""

    id: str
    kind: EntityKind
    parsed: ParsedName
    local: bool
    occurrences: list[Occurrence] = field(default_factory=list)
    keys: set[Key] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """What the extractions call it."""
        return {o.name for o in self.occurrences}


@dataclass(frozen=True)
class _Forms:
    """The written forms of one cluster with their papers and mentions; `foreign` are those that name another entity."""

    papers: dict[str, set[str]]
    mentions: Counter[str]
    foreign: dict[str, set[str]]

    @classmethod
    def of(cls, cluster: Cluster, ids: dict[Key, str]) -> _Forms:
        papers: dict[str, set[str]] = defaultdict(set)
        mentions: Counter[str] = Counter()
        foreign: dict[str, set[str]] = defaultdict(set)
        for o in cluster.occurrences:
            for form, count in o.forms.items():
                own = form == o.name or form in o.defined or o.name in spelled_out(form)
                if not own and _is_foreign(form, cluster, ids):
                    foreign[form].add(o.paper)
                    continue
                papers[form].add(o.paper)
                mentions[form] += count
        return cls(papers, mentions, {form: found for form, found in foreign.items() if form not in papers})


def _is_foreign(form: str, cluster: Cluster, ids: dict[Key, str]) -> bool:
    """Whether a form that an extraction gave to this entity is the name of another one: CIFAR-10 under CIFAR-100."""
    parsed = identify(form, cluster.kind).parsed
    key = (cluster.kind, parsed.key)
    if key in cluster.keys or parsed.key == cluster.parsed.key:
        return False
    other = ids.get(key)
    if other is not None and other != cluster.id:
        return True
    return table().knows(parsed) or _letters(parsed) == _letters(cluster.parsed)


def _letters(parsed: ParsedName) -> str:
    return "".join(run for run in parsed.core if not run[0].isdigit())


def build_entities(
    clusters: Iterable[Cluster], decisions: Decisions
) -> tuple[tuple[LinkedEntity, ...], tuple[Refusal, ...]]:
    """The entities of all clusters and the families that only their variants name, sorted by kind and id.

    With them the forms that were taken from an entity because they name another one.
    """
    ordered = sorted(clusters, key=lambda cluster: (cluster.kind, cluster.id))
    ids = {key: cluster.id for cluster in ordered for key in sorted(cluster.keys)}
    families: dict[str, LinkedEntity] = {}
    entities: list[LinkedEntity] = []
    refusals: list[Refusal] = []
    for cluster in ordered:
        forms = _Forms.of(cluster, ids)
        entity = _entity(cluster, forms, decisions, _parent(cluster, ids, families))
        entities.append(entity)
        refusals += [_foreign(entity, form, papers) for form, papers in sorted(forms.foreign.items())]
    present = {entity.id for entity in entities}
    entities += [family for family in families.values() if family.id not in present]
    return tuple(sorted(entities, key=lambda entity: (entity.kind, entity.id))), tuple(refusals)


def _foreign(entity: LinkedEntity, form: str, papers: set[str]) -> Refusal:
    reason = f"the extraction gave it as a form of {entity.name!r}, but it is another name"
    return Refusal(entity.kind, form, entity.name, tuple(sorted(papers)), reason)


def _entity(cluster: Cluster, forms: _Forms, decisions: Decisions, parent: str | None) -> LinkedEntity:
    name = decisions.shown(sorted(cluster.keys)) or _most_used(cluster, forms)
    shown = max(
        forms.mentions,
        key=lambda form: (form == name, identify(form, cluster.kind).key == identify(name, cluster.kind).key),
    )
    papers = tuple(sorted({o.paper for o in cluster.occurrences}))
    joins = tuple(_joins(cluster, forms, name if name in forms.mentions else shown, decisions))
    # what one paper calls the thing, in its own words, is no name of it for the others
    private = {join.form for join in joins if join.rule == "paper"} if len(papers) > 1 else set()
    aliases = {form: count for form, count in forms.mentions.items() if form not in private}
    return LinkedEntity(
        id=cluster.id,
        kind=cluster.kind,
        name=name,
        aliases=tuple(sorted(aliases.items(), key=lambda form: (-form[1], form[0]))),
        papers=papers,
        slots=tuple((slot, value) for slot, value in cluster.parsed.slots),
        core=cluster.parsed.core,
        parent=parent,
        joins=joins,
        local=cluster.local,
    )


def _most_used(cluster: Cluster, forms: _Forms) -> str:
    """The form in most papers, then with most mentions, among those that an extraction gave as the entity's name."""
    usual = table().display(cluster.parsed)
    return min(
        cluster.names,
        key=lambda form: (-len(forms.papers.get(form, ())), -forms.mentions[form], form != usual, len(form), form),
    )


def _joins(cluster: Cluster, forms: _Forms, name: str, decisions: Decisions) -> Iterable[Join]:
    rules: dict[str, set[JoinRule]] = defaultdict(set)
    for o in cluster.occurrences:
        if o.rule is not None:
            rules[o.name].add(o.rule)
    names = cluster.names
    for form in sorted(forms.papers, key=lambda form: (-len(forms.papers[form]), form)):
        if form not in names and spelled_out(form):
            rules[form].add("elided")
        rule = _rule(cluster, form, name, rules[form], decisions)
        yield Join(form, rule, tuple(sorted(forms.papers[form])), JOIN_CERTAINTY[rule])


def _rule(cluster: Cluster, form: str, name: str, noted: set[JoinRule], decisions: Decisions) -> JoinRule:
    if form == name and not noted & {"context", "dominant", "elided"}:
        return "name"
    for rule in _NOTED:
        if rule in noted:
            return rule
    first, second = identify(form, cluster.kind), identify(name, cluster.kind)
    if first.raw.key == second.raw.key:
        return "spelling"
    if first.key == second.key:
        return "table"
    if decisions.joins((cluster.kind, first.key)):
        return "override"
    return "abbreviation" if (cluster.kind, first.key) in cluster.keys else "paper"


_NOTED: tuple[JoinRule, ...] = ("override", "context", "dominant", "abbreviation", "elided")


def _parent(cluster: Cluster, ids: dict[Key, str], families: dict[str, LinkedEntity]) -> str | None:
    """Id of the nearest name with a slot less that the corpus has, or of a family that the table lists."""
    if cluster.local:
        return None
    known = table()
    listed = [known.parents[key] for key in sorted(cluster.keys) if key in known.parents]
    candidates = [identify(name, cluster.kind).parsed for name in listed]
    possible = parents_of(cluster.parsed, lambda core: (cluster.kind, core) in known.families)
    for candidate in (*candidates, *possible):
        found = ids.get((cluster.kind, candidate.key))
        if found is not None and found != cluster.id:
            return found
        family = known.families.get((cluster.kind, candidate.key))
        if family is not None and found is None:
            entity = _family(cluster.kind, *family)
            families[entity.id] = entity
            return entity.id
    return None


def _family(kind: EntityKind, name: str, parsed: ParsedName) -> LinkedEntity:
    return LinkedEntity(
        id=stable_id(kind, parsed.key),
        kind=kind,
        name=name,
        aliases=(),
        papers=(),
        slots=(),
        core=parse(name, kind).core,
        parent=None,
        joins=(),
    )
