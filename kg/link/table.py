"""The curated table `aliases.toml`: other names of well-known things, families, ambiguous short forms, metrics.

The file is data written by hand; its head says what each part means. It is read once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from kg.errors import InputError
from kg.link.names import ParsedName, parse
from kg.link.spelling import plain
from kg.records import ENTITY_KINDS, Direction, EntityKind

_FILE = Path(__file__).with_name("aliases.toml")


@dataclass(frozen=True)
class MetricFacts:
    """Which way a metric is better, and the unit its values usually have ('%' for shares that are given in percent)."""

    name: str
    better: Direction
    unit: str | None


@dataclass(frozen=True)
class Table:
    """The table, by key of the parsed names."""

    names: dict[tuple[EntityKind, str], tuple[str, ParsedName]]
    """(kind, key of any form) → the name to show and its parse."""
    families: dict[tuple[EntityKind, str], tuple[str, ParsedName]]
    """(kind, core of a form) → the family that stands for it in front of numbers and slots."""
    ambiguous: dict[str, dict[EntityKind, tuple[str, ...]]]
    """Key of a short form → by kind the long forms that it may stand for."""
    case_matters: frozenset[str]
    """Spellings that differ from another name by case alone."""
    parents: dict[tuple[EntityKind, str], str]
    """(kind, key) → name of what it is a variant of, where its spelling does not tell."""
    metrics: dict[str, MetricFacts] = field(default_factory=dict)

    def canonical(self, parsed: ParsedName) -> tuple[ParsedName, bool]:
        """`parsed` under its usual name, and whether the table changed anything."""
        found = self._exact(parsed)
        return (found, True) if found is not None and found.key != parsed.key else (parsed, False)

    def _exact(self, parsed: ParsedName) -> ParsedName | None:
        entry = self.names.get((parsed.kind, parsed.key))
        if entry is not None:
            return entry[1]
        if parsed.slots:
            entry = self.names.get((parsed.kind, " ".join(parsed.core)))
            if entry is not None:
                return parsed.with_core(entry[1].core, entry[1].slots)
        for length in range(min(3, len(parsed.core)), 0, -1):
            entry = self.families.get((parsed.kind, " ".join(parsed.core[:length])))
            rest = parsed.core[length:]
            if entry is not None and (not rest or rest[0][0].isdigit() or length > 1):
                moved = parsed.with_core(entry[1].core + rest, entry[1].slots)
                again = self.names.get((parsed.kind, moved.key))
                return again[1] if again is not None else moved
        return None

    def display(self, parsed: ParsedName) -> str | None:
        """The name that the table gives to exactly this key."""
        entry = self.names.get((parsed.kind, parsed.key)) or self.families.get((parsed.kind, parsed.key))
        return entry[0] if entry is not None else None

    def knows(self, parsed: ParsedName) -> bool:
        """Whether the table names this thing or its family."""
        return self.display(parsed) is not None or (parsed.kind, " ".join(parsed.core)) in self.names

    def senses(self, key: str, kind: EntityKind) -> tuple[str, ...]:
        """Long forms that a short form may stand for in this kind."""
        return self.ambiguous.get(key, {}).get(kind, ())


@cache
def table() -> Table:
    """The shipped table. Raises InputError when the file contradicts itself."""
    return build_table(tomllib.loads(_FILE.read_text(encoding="utf-8")), str(_FILE.name))


def build_table(data: dict[str, Any], file: str) -> Table:
    """A table from the parsed TOML; raises InputError for a form that stands under two names."""
    names: dict[tuple[EntityKind, str], tuple[str, ParsedName]] = {}
    families: dict[tuple[EntityKind, str], tuple[str, ParsedName]] = {}
    parents: dict[tuple[EntityKind, str], str] = {}
    metrics: dict[str, MetricFacts] = {}
    for kind in ENTITY_KINDS:
        for name, forms in data.get("families", {}).get(kind, {}).items():
            _add(families, kind, name, forms, file)
        for name, entry in data.get(kind, {}).items():
            forms = entry.get("forms", []) if isinstance(entry, dict) else entry
            _add(names, kind, name, forms, file)
            if isinstance(entry, dict) and "better" in entry:
                metrics[parse(name, kind).key] = MetricFacts(
                    name, _direction(entry["better"], name, file), entry.get("unit")
                )
        for name, parent in data.get("parents", {}).get(kind, {}).items():
            parents[kind, parse(name, kind).key] = parent
    ambiguous = {parse(short, "method").key: _senses(senses) for short, senses in data.get("ambiguous", {}).items()}
    for short, senses in data.get("ambiguous", {}).items():
        for kind in ENTITY_KINDS:
            if len(senses.get(kind, [])) == 1:
                _add_form(names, kind, short, senses[kind][0])
    cases = frozenset(plain(form) for group in data.get("case", []) for form in group[1:])
    return Table(names, families, ambiguous, cases, parents, metrics)


def _direction(value: str, name: str, file: str) -> Direction:
    for known in _DIRECTIONS:
        if value == known:
            return known
    raise InputError(f"'better' must be 'higher' or 'lower', not {value!r}", file=file, record=name)


_DIRECTIONS: tuple[Literal["higher"], Literal["lower"]] = ("higher", "lower")


def _senses(senses: dict[str, list[str]]) -> dict[EntityKind, tuple[str, ...]]:
    return {kind: tuple(senses[kind]) for kind in ENTITY_KINDS if kind in senses}


def _add(
    into: dict[tuple[EntityKind, str], tuple[str, ParsedName]],
    kind: EntityKind,
    name: str,
    forms: Iterable[str],
    file: str,
) -> None:
    parsed = parse(name, kind)
    for form in (name, *forms):
        known = into.setdefault((kind, parse(form, kind).key), (name, parsed))
        if known[0] != name:
            raise InputError(
                f"{form!r} stands under {known[0]!r} and under {name!r}", file=file, record=f"{kind} {name}"
            )


def _add_form(
    into: dict[tuple[EntityKind, str], tuple[str, ParsedName]], kind: EntityKind, form: str, name: str
) -> None:
    """One form more of a name, which need not have an entry yet."""
    entry = into.setdefault((kind, parse(name, kind).key), (name, parse(name, kind)))
    into.setdefault((kind, parse(form, kind).key), entry)


def metric_facts(name: str) -> MetricFacts | None:
    """Direction and unit of a metric the table knows, also for its variants ('macro-F1' as 'F1'); None otherwise."""
    known = table()
    parsed, _ = known.canonical(parse(name, "metric"))
    for key in (parsed.key, " ".join(parsed.core), " ".join(parsed.core[:-1])):
        if key in known.metrics:
            return known.metrics[key]
    return None
