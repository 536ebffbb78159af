"""The records that pass between two stages: frozen, checked, with a JSON Schema each in `schemas/`.

    files ──read──▶ Paper ──extract──▶ Extraction ──link──▶ Node, Edge ──write──▶ …

All offsets are in characters (code points) and point into `Paper.text`, end exclusive.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = 1
"""Raised whenever a record changes in a way that an older reader would misread."""

EntityKind = Literal["method", "dataset", "metric", "task"]
ENTITY_KINDS: tuple[EntityKind, ...] = ("method", "dataset", "metric", "task")

MethodRole = Literal["proposed", "used", "compared", "mentioned"]
DatasetRole = Literal["introduced", "evaluated", "training", "mentioned"]
ClaimKind = Literal["speedup", "gain", "score", "reduction", "cost", "scale"]
Direction = Literal["higher", "lower"]
Section = Literal["title", "abstract"]

Offset = Annotated[int, Field(ge=0)]
Confidence = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    """Base of all records: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(Record):
    """One paper as `kg` knows it: cleaned text and what the sources say about it."""

    id: Name = Field(description="The id of the input when it gives one, else a stable hash of title and abstract.")
    title: str = Field(default="", description="Cleaned title in one line; empty when no source gives one.")
    abstract: str = Field(default="", description="Cleaned abstract.")
    year: int | None = Field(default=None, ge=1000, le=9999)
    date: str | None = Field(
        default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$", description="ISO 8601, as exact as known."
    )
    venue: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    identifiers: dict[str, str] = Field(
        default_factory=dict, description="By scheme: arxiv (with its version if known), doi, acl, openreview …"
    )
    sources: tuple[str, ...] = Field(default=(), description="Where it was read, 'file:line' or 'file', sorted.")

    @property
    def text(self) -> str:
        """Title, newline, abstract; the abstract alone when there is no title. All offsets point into this."""
        return f"{self.title}\n{self.abstract}" if self.title else self.abstract


class Rejected(Record):
    """A record that could not become a paper, and why. It costs nothing but itself."""

    file: str
    line: int | None = Field(default=None, ge=1)
    record: str | None = Field(default=None, description="Id or position of the record in the file, when known.")
    reason: str


class Mention(Record):
    """One place where the text names an entity: `text == paper.text[start:end]`."""

    text: Name
    start: Offset
    end: Offset
    section: Section

    @model_validator(mode="after")
    def _length(self) -> Mention:
        if self.end - self.start != len(self.text):
            raise ValueError(f"mention {self.text!r} does not fit its offsets {self.start}-{self.end}")
        return self


class Entity(Record):
    """One method, dataset, metric or task of one paper, with every place that names it."""

    name: Name = Field(description="The best surface form in this paper; unique among its kind.")
    confidence: Confidence
    mentions: tuple[Mention, ...] = Field(min_length=1, description="In order of their start.")


class Method(Entity):
    """A method and what it is to the paper."""

    role: MethodRole


class Dataset(Entity):
    """A dataset and what it is to the paper."""

    role: DatasetRole


class Metric(Entity):
    """The name of a quantity that is measured."""


class Task(Entity):
    """The problem that is solved or evaluated."""


class TripleEvidence(Record):
    """Why a triple was drawn: the span of text that says it."""

    start: Offset
    end: Offset
    confidence: Confidence


class Claim(Record):
    """A number that the paper gives as a result, or as the size or cost of what it delivers."""

    text: Name = Field(description="The clause that carries the number, verbatim.")
    number: Name = Field(description="The number with its unit, verbatim: paper.text[start:end].")
    start: Offset = Field(description="Where the number starts.")
    end: Offset
    kind: ClaimKind
    value: float = Field(description="In its unit, without conversion; of a range the lower end.")
    value_max: float | None = Field(default=None, description="Upper end of a range.")
    baseline_value: float | None = Field(default=None, description="The value it is measured against.")
    unit: str | None = Field(default=None, description="x, %, points, s, GB, params …; null for a bare score.")
    qualifier: str | None = Field(default=None, description="The hedge, verbatim: 'up to', 'over' …")
    direction: Direction | None = Field(default=None, description="Which way is better for what was measured.")
    relative: bool | None = Field(default=None, description="True for a relative change, False for an absolute one.")
    flags: tuple[str, ...] = Field(default=(), description="What looks wrong about it, e.g. 'over-100-percent'.")
    method: str | None = Field(default=None, description="Name of a method of this extraction.")
    baseline: str | None = Field(default=None, description="Name of a method, or a verbatim phrase.")
    dataset: str | None = Field(default=None, description="Name of a dataset of this extraction.")
    metric: str | None = Field(default=None, description="Name of a metric of this extraction.")
    confidence: Confidence


class Extraction(Record):
    """Everything that one paper says: a pure function of its text and the extractor's version."""

    id: Name = Field(description="Paper.id")
    title: str = ""
    methods: tuple[Method, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    metrics: tuple[Metric, ...] = ()
    tasks: tuple[Task, ...] = ()
    triples: tuple[tuple[str, str], ...] = Field(default=(), description="[method, dataset] by name.")
    triple_evidence: tuple[TripleEvidence, ...] = Field(default=(), description="One for each of triples, in order.")
    claims: tuple[Claim, ...] = Field(default=(), description="In order of their start.")
    abbreviations: tuple[tuple[str, str], ...] = Field(default=(), description="[short, long] defined in the text.")
    sentences: tuple[tuple[Offset, Offset], ...] = Field(default=(), description="[start, end] of each sentence.")
    extractor: str = Field(default="", description="Version and fingerprint of the extractor.")

    def entities(self, kind: EntityKind) -> tuple[Entity, ...]:
        """The entities of one kind, in the order of the record."""
        by_kind: dict[EntityKind, tuple[Entity, ...]] = {
            "method": self.methods,
            "dataset": self.datasets,
            "metric": self.metrics,
            "task": self.tasks,
        }
        return by_kind[kind]

    def sentence_at(self, start: int, end: int) -> tuple[int, int]:
        """Span of the sentences that cover `start` to `end`; that span itself when none does."""
        covering = [(s, e) for s, e in self.sentences if s < end and e > start]
        return (covering[0][0], covering[-1][1]) if covering else (start, end)


Scalar = str | int | float | bool
Property = Scalar | tuple[str, ...]


class Node(Record):
    """One node of the graph. `properties` holds no null; its names and types stand in `kg.graph.schema`."""

    id: Name
    label: Name
    properties: dict[str, Property]


class Edge(Record):
    """One relationship of the graph, from `source` to `target` (ids of nodes)."""

    id: Name
    type: Name
    source: Name
    source_label: Name
    target: Name
    target_label: Name
    properties: dict[str, Property]


RECORDS: tuple[type[Record], ...] = (Paper, Rejected, Extraction, Node, Edge)
"""The records that stand in files, each with a schema in `schemas/`."""
