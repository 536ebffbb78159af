"""`kg same`, `kg explain`, `kg review`: names across papers."""

from __future__ import annotations

from typing import Annotated, cast, get_args

import typer

from kg.cli import options
from kg.errors import UsageError
from kg.records import EntityKind

Kind = Annotated[str | None, typer.Option(help="method, dataset, metric or task.")]


def same(
    first: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    kind: Kind = None,
) -> None:
    """Say whether two names would be one node, and why, from the names alone.

    Example: `kg same CIFAR-10 CIFAR10 --kind dataset`
    """
    from kg.link import same as compare

    verdict = compare(first, second, _kind(kind))
    print(f"{'same' if verdict.same else 'different'}: {verdict.reason}")


def _kind(kind: str | None) -> EntityKind | None:
    if kind is not None and kind not in get_args(EntityKind):
        raise UsageError(f"there is no kind {kind!r}; there are {', '.join(get_args(EntityKind))}")
    return cast("EntityKind | None", kind)
