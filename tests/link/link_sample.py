"""Extractions made by hand for the tests of the linker."""

from __future__ import annotations

from collections.abc import Sequence

from kg.records import Dataset, Extraction, Mention, Method, Metric, Task


def mention(text: str) -> Mention:
    return Mention(text=text, start=0, end=len(text), section="abstract")


def paper(
    paper_id: str,
    *,
    methods: Sequence[str | tuple[str, ...]] = (),
    proposed: Sequence[str] = (),
    datasets: Sequence[str] = (),
    metrics: Sequence[str] = (),
    tasks: Sequence[str] = (),
    abbreviations: Sequence[tuple[str, str]] = (),
) -> Extraction:
    """An extraction; a method given as a tuple has its first element as name and all of them as mentions."""
    forms = [(name,) if isinstance(name, str) else name for name in methods]
    return Extraction(
        id=paper_id,
        methods=tuple(
            Method(name=group[0], role=role, confidence=0.9, mentions=tuple(mention(form) for form in group))
            for group, role in [*((f, "used") for f in forms), *(((p,), "proposed") for p in proposed)]
        ),
        datasets=tuple(Dataset(name=n, role="evaluated", confidence=0.9, mentions=(mention(n),)) for n in datasets),
        metrics=tuple(Metric(name=n, confidence=0.9, mentions=(mention(n),)) for n in metrics),
        tasks=tuple(Task(name=n, confidence=0.9, mentions=(mention(n),)) for n in tasks),
        abbreviations=tuple(abbreviations),
    )
