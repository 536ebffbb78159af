"""`kg same`, `kg explain`, `kg review`: names across papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from kg.cli import options
from kg.errors import UsageError
from kg.records import EntityKind

if TYPE_CHECKING:
    from kg.link import Explanation, LinkedEntity

Kind = Annotated[str | None, typer.Option(help="method, dataset, metric or task.")]
_PAPERS = 3
"""Papers that are named for each form; the others are counted."""


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


def explain(
    folder: options.Folder,
    name: Annotated[str, typer.Argument(help="A name as it stands in any paper.", show_default=False)],
    kind: Kind = None,
) -> None:
    """Show the node of a name: its forms, by which rule and in which papers, and what was kept apart and why.

    Example: `kg explain graph CIFAR-10`
    """
    from kg.build import BuildFolder
    from kg.link import explain as explain_name

    found = explain_name(BuildFolder(folder).link(), name, _kind(kind))
    for number, explanation in enumerate(found):
        print("\n" * bool(number) + _explained(explanation))


def review(
    folder: options.Folder,
    limit: Annotated[int, typer.Option(min=1, help="At most this many of each.")] = 20,
) -> None:
    """List the least certain joins and the most similar names that were kept apart, for you to decide.

    To decide otherwise, write it into an overrides file and build with --overrides.
    """
    from kg.build import BuildFolder
    from kg.link import review as review_names

    result = review_names(BuildFolder(folder).link(), limit)
    print("Joined, least certain first")
    for doubt in result.joins:
        print(f"  {doubt.entity.kind} {doubt.entity.name} ← {doubt.join.form}: {doubt.reason}")
    print("\nKept apart, most similar first")
    for call in result.apart:
        print(f"  {call.first.kind} {call.first.name} | {call.second.name}: {call.reason}")
    if result.refusals:
        print("\nAmbiguous, left in their own papers")
        for refusal in result.refusals[:limit]:
            print(f"  {refusal.kind} {refusal.name} | {refusal.other}: {refusal.reason} ({_papers(refusal.papers)})")


def _explained(explanation: Explanation) -> str:
    entity = explanation.entity
    lines = [f"{entity.kind} {entity.name}, in {len(entity.papers)} papers"]
    counts = dict(entity.aliases)
    for join in explanation.joins:
        times = f" ({counts[join.form]} times)" if join.form in counts else ""
        lines.append(f"  written {join.form}{times}: {join.reason} ({_papers(join.papers)})")
    if explanation.parent is not None:
        lines.append(f"  variant of {explanation.parent.name}")
    if explanation.variants:
        lines.append(f"  variants: {_names(explanation.variants)}")
    lines += [f"  not {near.entity.name}: {near.reason}" for near in explanation.near]
    lines += [f"  not {r.other} in {_papers(r.papers)}: {r.reason}" for r in explanation.refusals]
    return "\n".join(lines)


def _names(entities: Sequence[LinkedEntity]) -> str:
    return ", ".join(entity.name for entity in entities)


def _papers(papers: Sequence[str]) -> str:
    rest = len(papers) - _PAPERS
    return ", ".join(papers[:_PAPERS]) + (f" and {rest} more" if rest > 0 else "")


def _kind(kind: str | None) -> EntityKind | None:
    if kind is not None and kind not in get_args(EntityKind):
        raise UsageError(f"there is no kind {kind!r}; there are {', '.join(get_args(EntityKind))}")
    return cast("EntityKind | None", kind)
