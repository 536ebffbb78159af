"""The answer to a question, the same from every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = None | str | int | float | bool | list[Any] | dict[str, Any]
"""What a cell holds: JSON values. A node or relationship is a dictionary of its properties, a path one of its `nodes`
and `relationships`; dates are ISO strings."""

_PATH = frozenset({"_NODES", "_RELS"})
"""The keys of a path of LadybugDB."""


@dataclass(frozen=True)
class Result:
    """Columns and rows in the order of the engine; `truncated` when there were more rows than the limit."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool = False

    def records(self) -> list[dict[str, Value]]:
        """One dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def plain(value: object) -> Value:
    """A value of an engine as a JSON value; properties that are absent and ids internal to the engine are left out."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping) and value.keys() == _PATH:
        return {"nodes": plain(value["_NODES"]), "relationships": plain(value["_RELS"])}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if v is not None and not str(k).startswith("_")}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    if hasattr(value, "nodes") and hasattr(value, "relationships"):  # a path of Neo4j
        return {"nodes": plain(value.nodes), "relationships": plain(value.relationships)}
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
