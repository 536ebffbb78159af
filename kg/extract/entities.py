"""From the model's candidates to the entities of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.model import Reading
from kg.records import Dataset, EntityKind, Mention, Method, Metric, Task


@dataclass(frozen=True)
class FoundEntity:
    """An entity that was kept: `candidate` is its position among the reading's candidates."""

    candidate: int
    kind: EntityKind
    name: str
    mentions: tuple[tuple[int, int], ...]
    confidence: float
    role: str | None = None

    @property
    def place(self) -> tuple[object, ...]:
        """What entities are sorted by: kind, first mention, name."""
        return self.kind, self.mentions, self.name


@dataclass(frozen=True)
class Entities:
    """The entities of a paper as records, a tuple a kind."""

    methods: tuple[Method, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    metrics: tuple[Metric, ...] = ()
    tasks: tuple[Task, ...] = ()


def choose_entities(reading: Reading, min_confidence: float | None = None) -> list[FoundEntity]:
    """The candidates at or above `min_confidence` (None: the threshold of their kind that the model was tuned for).

    In order of kind and first mention; of two candidates of one kind with the same name the surer one is kept.
    """
    best: dict[tuple[str, str], FoundEntity] = {}
    for position, candidate in enumerate(reading.entities):
        threshold = reading.thresholds[candidate.kind] if min_confidence is None else min_confidence
        if candidate.confidence < threshold or not candidate.mentions:
            continue
        found = FoundEntity(
            position, candidate.kind, candidate.name, tuple(sorted(candidate.mentions)), candidate.confidence
        )
        key = (found.kind, found.name)
        if key not in best or best[key].confidence < found.confidence:
            best[key] = found
    return sorted(best.values(), key=lambda entity: entity.place)


def to_records(text: str, title_end: int, found: Sequence[FoundEntity]) -> Entities:
    """The entities as records with their mentions in `text`; a missing role becomes 'mentioned'."""
    return Entities(
        methods=tuple(
            Method.model_validate({**_fields(text, title_end, e), "role": e.role or "mentioned"})
            for e in found
            if e.kind == "method"
        ),
        datasets=tuple(
            Dataset.model_validate({**_fields(text, title_end, e), "role": e.role or "mentioned"})
            for e in found
            if e.kind == "dataset"
        ),
        metrics=tuple(Metric.model_validate(_fields(text, title_end, e)) for e in found if e.kind == "metric"),
        tasks=tuple(Task.model_validate(_fields(text, title_end, e)) for e in found if e.kind == "task"),
    )


def _fields(text: str, title_end: int, entity: FoundEntity) -> dict[str, object]:
    mentions = tuple(
        Mention(text=text[start:end], start=start, end=end, section="title" if end <= title_end else "abstract")
        for start, end in entity.mentions
    )
    return {"name": entity.name, "confidence": entity.confidence, "mentions": mentions}
