"""A user's decisions about names: `overrides.toml`, applied in every build. Undo is deleting the lines.

    [[join]]                       # these names are one thing
    kind = "dataset"
    names = ["Fashion-MNIST", "FMNIST"]

    [[split]]                      # these spellings, exactly as written, are things of their own
    kind = "method"
    names = ["LoRa", "LoRA"]

    [[split]]                      # in these papers the name means something else, shown as `as`
    kind = "method"
    name = "SAM"
    papers = ["p1", "p7"]
    as = "SAM (optimiser)"

    [[rename]]                     # show another name
    kind = "dataset"
    name = "ILSVRC-2012"
    to = "ImageNet-1k"

    [[drop]]                       # no entity at all; with `papers` only there
    kind = "method"
    name = "deep learning"

    [[retype]]                     # it is of another kind; with `papers` only there
    kind = "method"
    name = "MuJoCo"
    to = "dataset"

A name stands for all its spellings, except in `split` with `names`. Kinds: method, dataset, metric, task.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.link.names import parse
from kg.records import ENTITY_KINDS, EntityKind


@dataclass(frozen=True)
class JoinNames:
    """All `names` are one entity."""

    kind: EntityKind
    names: tuple[str, ...]


@dataclass(frozen=True)
class SplitNames:
    """Each of `names`, exactly as written, is an entity of its own."""

    kind: EntityKind
    names: tuple[str, ...]


@dataclass(frozen=True)
class SplitPapers:
    """In `papers`, `name` is another entity, shown as `shown`."""

    kind: EntityKind
    name: str
    papers: frozenset[str]
    shown: str


@dataclass(frozen=True)
class Rename:
    """The entity that `name` belongs to is shown as `to`."""

    kind: EntityKind
    name: str
    to: str


@dataclass(frozen=True)
class Drop:
    """`name` is no entity: in `papers`, or anywhere when that is None."""

    kind: EntityKind
    name: str
    papers: frozenset[str] | None


@dataclass(frozen=True)
class Retype:
    """`name` is of the kind `to`: in `papers`, or anywhere when that is None."""

    kind: EntityKind
    name: str
    to: EntityKind
    papers: frozenset[str] | None


@dataclass(frozen=True)
class Overrides:
    """The decisions of one file, in its order."""

    joins: tuple[JoinNames, ...] = ()
    splits: tuple[SplitNames, ...] = ()
    paper_splits: tuple[SplitPapers, ...] = ()
    renames: tuple[Rename, ...] = ()
    drops: tuple[Drop, ...] = ()
    retypes: tuple[Retype, ...] = ()


def load_overrides(path: Path | str) -> Overrides:
    """The overrides in the TOML file `path`; InputError with file and line when it cannot be read or makes no sense."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text; save it as UTF-8", file=str(path)) from error
    return parse_overrides(text, str(path))


def parse_overrides(text: str, file: str = "overrides.toml") -> Overrides:
    """The overrides in a TOML text; `file` is for messages. Raises InputError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise InputError(f"is no valid TOML: {error}", file=file, line=int(at.group(1)) if at else None) from error
    return _decide(data, text, file)


@dataclass(frozen=True)
class _Entry:
    """One table of the file, with its place for messages."""

    action: str
    values: dict[str, Any]
    file: str
    line: int | None

    def error(self, reason: str) -> InputError:
        """An error at this table."""
        return InputError(f"[[{self.action}]] {reason}", file=self.file, line=self.line)

    def only(self, *keys: str) -> None:
        """Refuse keys that mean nothing here."""
        for key in self.values:
            if key not in keys:
                raise self.error(f"has an unknown key {key!r}; known are {', '.join(keys)}")

    def text(self, key: str) -> str:
        """A string that must be there and say something."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f'needs {key} = "…"')
        return value

    def texts(self, key: str, least: int) -> tuple[str, ...]:
        """A list of at least so many strings, no two the same."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(f'needs {key} = ["…", …]')
        if len(set(value)) < least:
            raise self.error(f"needs at least {least} different strings in {key}")
        return tuple(value)

    def papers(self) -> frozenset[str] | None:
        """The papers it is limited to, None for all."""
        return frozenset(self.texts("papers", 1)) if "papers" in self.values else None

    def kind(self, key: str = "kind") -> EntityKind:
        """An entity kind."""
        value = self.text(key)
        for kind in ENTITY_KINDS:
            if value == kind:
                return kind
        raise self.error(f"{key} must be one of {', '.join(ENTITY_KINDS)}, not {value!r}")

    def name(self, kind: EntityKind) -> str:
        """A name that says something."""
        value = self.text("name")
        if not parse(value, kind).core:
            raise self.error(f"name = {value!r} holds no letters or digits")
        return value


def _join(entry: _Entry) -> JoinNames:
    entry.only("kind", "names")
    return JoinNames(entry.kind(), entry.texts("names", 2))


def _split(entry: _Entry) -> SplitNames | SplitPapers:
    entry.only("kind", "names", "name", "papers", "as")
    if "names" in entry.values:
        entry.only("kind", "names")
        return SplitNames(entry.kind(), entry.texts("names", 1))
    kind = entry.kind()
    return SplitPapers(kind, entry.name(kind), frozenset(entry.texts("papers", 1)), entry.text("as"))


def _rename(entry: _Entry) -> Rename:
    entry.only("kind", "name", "to")
    return Rename(entry.kind(), entry.name(entry.kind()), entry.text("to"))


def _drop(entry: _Entry) -> Drop:
    entry.only("kind", "name", "papers")
    return Drop(entry.kind(), entry.name(entry.kind()), entry.papers())


def _retype(entry: _Entry) -> Retype:
    entry.only("kind", "name", "to", "papers")
    kind, to = entry.kind(), entry.kind("to")
    if kind == to:
        raise entry.error(f"gives the kind {kind!r} that the name has already")
    return Retype(kind, entry.name(kind), to, entry.papers())


_Decision = JoinNames | SplitNames | SplitPapers | Rename | Drop | Retype
_ACTIONS: dict[str, Callable[[_Entry], _Decision]] = {
    "join": _join,
    "split": _split,
    "rename": _rename,
    "drop": _drop,
    "retype": _retype,
}


def _decide(data: dict[str, Any], text: str, file: str) -> Overrides:
    lines = text.splitlines()
    decisions: list[_Decision] = []
    for action, entries in data.items():
        found = [n for n, line in enumerate(lines, 1) if re.match(rf"\s*\[*\s*[\"']?{re.escape(action)}\b", line)]
        first = found[0] if found else None
        if action not in _ACTIONS:
            known = ", ".join(f"[[{name}]]" for name in _ACTIONS)
            raise InputError(f"unknown table {action!r}; known are {known}", file=file, line=first)
        if not isinstance(entries, list) or not all(isinstance(values, dict) for values in entries):
            raise InputError(f"write [[{action}]] in double brackets", file=file, line=first)
        for order, values in enumerate(entries):
            entry = _Entry(action, values, file, found[order] if len(found) == len(entries) else first)
            decisions.append(_ACTIONS[action](entry))
    return Overrides(
        joins=tuple(item for item in decisions if isinstance(item, JoinNames)),
        splits=tuple(item for item in decisions if isinstance(item, SplitNames)),
        paper_splits=tuple(item for item in decisions if isinstance(item, SplitPapers)),
        renames=tuple(item for item in decisions if isinstance(item, Rename)),
        drops=tuple(item for item in decisions if isinstance(item, Drop)),
        retypes=tuple(item for item in decisions if isinstance(item, Retype)),
    )
