"""Papers, extractions and the linker's decisions → one sorted property graph.

Nothing is guessed here: a relationship stands in the graph because an extraction says so, with the words that say it.
The result depends only on the records, never on their order.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kg.errors import InputError
from kg.graph.schema import NODE_PROPERTIES, PATTERNS, Label, Rel
from kg.ids import stable_id
from kg.link.table import metric_facts
from kg.records import (
    ENTITY_KINDS,
    Claim,
    Dataset,
    Edge,
    Entity,
    EntityKind,
    Extraction,
    Mention,
    Method,
    Node,
    Paper,
    Property,
)


class LinkedEntity(Protocol):
    """One entity across papers, as the linker sees it."""

    @property
    def id(self) -> str:
        """Stable id, the id of the node."""

    @property
    def kind(self) -> EntityKind:
        """Method, dataset, metric or task."""

    @property
    def name(self) -> str:
        """The name to show."""

    @property
    def aliases(self) -> Sequence[tuple[str, int]]:
        """Surface forms with their counts, most frequent first."""

    @property
    def parent(self) -> str | None:
        """Id of the entity of the same kind that this one is a version, size or split of."""


class Linking(Protocol):
    """What the linker decided for a set of extractions."""

    @property
    def entities(self) -> Iterable[LinkedEntity]:
        """Every entity."""

    def id_of(self, paper_id: str, kind: EntityKind, name: str) -> str | None:
        """The entity that `name`, the name of an entity in the extraction of that paper, belongs to."""


@dataclass(frozen=True)
class Graph:
    """A whole property graph: sorted by label or pattern and then id; both ends of every edge are among the nodes."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def node_counts(self) -> dict[str, int]:
        """Number of nodes by label, every label present."""
        found = Counter(node.label for node in self.nodes)
        return {label: found[label] for label in Label}

    def edge_counts(self) -> dict[str, int]:
        """Number of relationships by type, every type present."""
        found = Counter(edge.type for edge in self.edges)
        return {rel: found[rel] for rel in Rel}


LABEL_OF: dict[EntityKind, Label] = {
    "method": Label.METHOD,
    "dataset": Label.DATASET,
    "metric": Label.METRIC,
    "task": Label.TASK,
}
"""Label of the node of an entity."""

REL_OF_METHOD: dict[str, Rel] = {
    "proposed": Rel.PROPOSES,
    "compared": Rel.COMPARES_WITH,
    "used": Rel.USES,
    "mentioned": Rel.MENTIONS,
}
REL_OF_DATASET: dict[str, Rel] = {
    "introduced": Rel.INTRODUCES,
    "evaluated": Rel.EVALUATES_ON,
    "training": Rel.TRAINS_ON,
    "mentioned": Rel.MENTIONS,
}
"""Relationship by role; where one paper gives an entity two roles, the first of the table wins."""

_CUES: dict[Rel, tuple[str, ...]] = {
    Rel.PROPOSES: ("propos", "introduc", "present", "develop", "design", "we call", "dubbed", "named"),
    Rel.INTRODUCES: ("introduc", "present", "propos", "releas", "collect", "construct", "new ", "contribut"),
    Rel.COMPARES_WITH: ("compar", "outperform", "baseline", "than ", "over ", "surpass", "against", "exceed"),
    Rel.EVALUATES_ON: ("evaluat", "experiment", "achiev", "results", "outperform", "benchmark", "improv"),
    Rel.TRAINS_ON: ("train", "learn"),
    Rel.MEASURES: ("achiev", "improv", "reduc", "result", "%", "higher", "lower"),
    Rel.ADDRESSES: ("task", "problem", "address", "tackle", "for "),
}
"""Words that a sentence tends to hold when it says this of an entity, to pick the best of several mentions."""

_PATTERN_ORDER = {(p.type, p.source, p.target): order for order, p in enumerate(PATTERNS)}
_LABEL_ORDER = {label: order for order, label in enumerate(Label)}


def build_graph(papers: Iterable[Paper], extractions: Iterable[Extraction], linking: Linking) -> Graph:
    """The graph of `papers`, of what their `extractions` say, joined across papers by `linking`.

    Every paper becomes a node, also without an extraction. Raises InputError when two papers share an id or when an
    extraction belongs to none of the papers.
    """
    builder = _Builder(linking)
    for paper in papers:
        builder.add_paper(paper)
    for extraction in extractions:
        builder.add_extraction(extraction)
    return builder.graph()


def node_key(node: Node) -> tuple[int, str]:
    """Order of nodes in a graph."""
    return _LABEL_ORDER[Label(node.label)], node.id


def edge_key(edge: Edge) -> tuple[int, str]:
    """Order of edges in a graph."""
    return _PATTERN_ORDER[Rel(edge.type), Label(edge.source_label), Label(edge.target_label)], edge.id


@dataclass(frozen=True)
class _Evidence:
    """The words of one paper that say something."""

    paper: Paper
    extraction: Extraction
    sentences: dict[tuple[int, int], str] = field(default_factory=dict)

    def sentence(self, start: int, end: int) -> str:
        """Text of the sentence around the span; one string object a sentence, since many edges share it."""
        span = self.extraction.sentence_at(start, end)
        return self.sentences.setdefault(span, self.paper.text[slice(*span)].strip())

    def properties(self, start: int, end: int, confidence: float) -> dict[str, Property]:
        """The properties of every relationship that comes from text."""
        return _present(
            paper_id=self.paper.id,
            sentence=self.sentence(start, end),
            start=start,
            end=end,
            confidence=confidence,
            extractor=self.extraction.extractor,
        )


def best_mention(mentions: Iterable[Mention], rel: Rel, sentence: Callable[[int, int], str]) -> Mention:
    """The mention that shows best why `rel` holds: in the abstract, in a sentence that speaks of it, the first such."""
    cues = _CUES.get(rel, ())

    def rank(mention: Mention) -> tuple[bool, bool, int, int]:
        said = sentence(mention.start, mention.end).lower()
        return mention.section != "abstract", not any(cue in said for cue in cues), mention.start, mention.end

    return min(mentions, key=rank)


class _Builder:
    """Collects nodes and edges; an id that comes twice is the same thing."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking
        self._entities = {entity.id: entity for entity in linking.entities}
        self._papers: dict[str, Paper] = {}
        self._nodes: dict[str, Node] = {}
        self._edges: dict[str, Edge] = {}
        self._papers_of: defaultdict[str, set[str]] = defaultdict(set)

    def add_paper(self, paper: Paper) -> None:
        """A node for the paper."""
        if paper.id in self._papers:
            raise InputError("two papers have this id; give each its own", record=paper.id)
        self._papers[paper.id] = paper
        self._nodes[paper.id] = _paper_node(paper)

    def add_extraction(self, extraction: Extraction) -> None:
        """Everything that one paper says."""
        paper = self._papers.get(extraction.id)
        if paper is None:
            raise InputError("this extraction belongs to none of the papers; build both together", record=extraction.id)
        said = _Evidence(paper, extraction)
        for kind in ENTITY_KINDS:
            for entity_id, group in self._grouped(extraction, kind).items():
                self._add_entity(said, kind, entity_id, group)
        self._add_triples(said)
        for claim in extraction.claims:
            self._add_claim(said, claim)

    def graph(self) -> Graph:
        """The finished graph: entity nodes with their numbers of papers, variants, everything sorted."""
        wanted = set(self._papers_of)
        for entity_id in sorted(self._papers_of):
            wanted.update(self._ancestors(entity_id))
        for entity_id in wanted:
            entity = self._entities[entity_id]
            if entity_id in self._nodes:
                raise InputError("a paper has the id of an entity; give the paper another id", record=entity_id)
            self._nodes[entity_id] = _entity_node(entity, len(self._papers_of[entity_id]))
            parent, label = entity.parent, LABEL_OF[entity.kind]
            if parent is not None and parent in wanted:
                self._edge(Rel.VARIANT_OF, (entity_id, label), (parent, label), None, {})
        return Graph(
            tuple(sorted(self._nodes.values(), key=node_key)), tuple(sorted(self._edges.values(), key=edge_key))
        )

    def _ancestors(self, entity_id: str) -> Iterator[str]:
        """What the entity is a variant of, and what that is a variant of; a parent the linker does not list ends it."""
        seen = {entity_id}
        parent = self._entities[entity_id].parent
        while parent is not None and parent in self._entities and parent not in seen:
            seen.add(parent)
            yield parent
            parent = self._entities[parent].parent

    def _grouped(self, extraction: Extraction, kind: EntityKind) -> dict[str, list[Entity]]:
        """Entities of one extraction by the linked entity that they are."""
        groups: defaultdict[str, list[Entity]] = defaultdict(list)
        for entity in extraction.entities(kind):
            entity_id = self._id_of(extraction, kind, entity.name)
            if entity_id is not None:
                groups[entity_id].append(entity)
        return groups

    def _id_of(self, extraction: Extraction, kind: EntityKind, name: str | None) -> str | None:
        if name is None:
            return None
        entity_id = self._linking.id_of(extraction.id, kind, name)
        return entity_id if entity_id in self._entities else None

    def _add_entity(self, said: _Evidence, kind: EntityKind, entity_id: str, group: Sequence[Entity]) -> None:
        rel = _relation(kind, group)
        mentions = [mention for entity in group for mention in entity.mentions]
        mention = best_mention(mentions, rel, said.sentence)
        confidence = max(entity.confidence for entity in group)
        self._papers_of[entity_id].add(said.paper.id)
        properties = said.properties(mention.start, mention.end, confidence)
        self._edge(rel, (said.paper.id, Label.PAPER), (entity_id, LABEL_OF[kind]), said.paper.id, properties)

    def _add_triples(self, said: _Evidence) -> None:
        """The most confident evidence of each pair; triples whose names the linker does not know say nothing."""
        extraction = said.extraction
        if len(extraction.triples) != len(extraction.triple_evidence):
            raise InputError("triples and triple_evidence differ in length; extract it again", record=extraction.id)
        best: dict[tuple[str, str], tuple[float, int, int]] = {}
        for (method, dataset), evidence in zip(extraction.triples, extraction.triple_evidence, strict=True):
            source = self._id_of(extraction, "method", method)
            target = self._id_of(extraction, "dataset", dataset)
            if source is None or target is None or not {source, target} <= self._papers_of.keys():
                continue
            rank = (-evidence.confidence, evidence.start, evidence.end)
            best[source, target] = min(rank, best.get((source, target), rank))
        for (source, target), (confidence, start, end) in best.items():
            properties = said.properties(start, end, -confidence)
            ends = (source, Label.METHOD), (target, Label.DATASET)
            self._edge(Rel.EVALUATED_ON, *ends, said.paper.id, properties)

    def _add_claim(self, said: _Evidence, claim: Claim) -> None:
        paper_id = said.paper.id
        sentence = said.sentence(claim.start, claim.end)
        node = _claim_node(paper_id, claim, sentence)
        self._nodes[node.id] = node
        properties = said.properties(claim.start, claim.end, claim.confidence)
        here = (node.id, Label.CLAIM)
        self._edge(Rel.CLAIMS, (paper_id, Label.PAPER), here, paper_id, properties)
        about: tuple[tuple[Rel, EntityKind, str | None], ...] = (
            (Rel.OF, "method", claim.method),
            (Rel.OVER, "method", claim.baseline),
            (Rel.ON, "dataset", claim.dataset),
            (Rel.IN, "metric", claim.metric),
        )
        for rel, kind, name in about:
            entity_id = self._id_of(said.extraction, kind, name)
            if entity_id is not None and entity_id in self._papers_of:
                self._edge(rel, here, (entity_id, LABEL_OF[kind]), paper_id, properties)

    def _edge(
        self,
        rel: Rel,
        source: tuple[str, Label],
        target: tuple[str, Label],
        paper_id: str | None,
        properties: dict[str, Property],
    ) -> None:
        edge_id = stable_id(rel, source[0], target[0], paper_id)
        self._edges[edge_id] = Edge(
            id=edge_id,
            type=rel.value,
            source=source[0],
            source_label=source[1].value,
            target=target[0],
            target_label=target[1].value,
            properties={"id": edge_id, "kind": rel.value, **properties},
        )


def _relation(kind: EntityKind, group: Sequence[Entity]) -> Rel:
    """The strongest role that one paper gives to one entity."""
    if kind == "method":
        roles = {entity.role for entity in group if isinstance(entity, Method)}
        return next(rel for role, rel in REL_OF_METHOD.items() if role in roles)
    if kind == "dataset":
        given = {entity.role for entity in group if isinstance(entity, Dataset)}
        return next(rel for role, rel in REL_OF_DATASET.items() if role in given)
    return Rel.MEASURES if kind == "metric" else Rel.ADDRESSES


def _paper_node(paper: Paper) -> Node:
    properties = _present(
        id=paper.id,
        kind=Label.PAPER.value,
        title=paper.title,
        year=paper.year,
        date=paper.date,
        url=paper.url,
        venue=paper.venue,
        authors=paper.authors,
        sources=paper.sources,
    )
    return _node(Label.PAPER, paper.id, properties)


def _entity_node(entity: LinkedEntity, papers: int) -> Node:
    label = LABEL_OF[entity.kind]
    aliases = tuple(dict.fromkeys(form for form, _ in entity.aliases if form != entity.name))
    properties = _present(id=entity.id, kind=label.value, name=entity.name, aliases=aliases, papers=papers)
    return _node(label, entity.id, properties)


def _claim_node(paper_id: str, claim: Claim, sentence: str) -> Node:
    node_id = stable_id(Label.CLAIM, paper_id, claim.start, claim.end, claim.kind, claim.value, claim.text)
    properties = _present(
        id=node_id,
        kind=Label.CLAIM.value,
        claim_kind=claim.kind,
        value=claim.value,
        value_max=claim.value_max,
        unit=claim.unit,
        baseline_value=claim.baseline_value,
        baseline=claim.baseline,
        qualifier=claim.qualifier,
        direction=claim.direction or _usual_direction(claim),
        relative=claim.relative,
        flags=claim.flags,
        number=claim.number,
        text=claim.text,
        sentence=sentence,
        start=claim.start,
        end=claim.end,
        confidence=claim.confidence,
    )
    return _node(Label.CLAIM, node_id, properties)


def _usual_direction(claim: Claim) -> str | None:
    """Which way its metric is better, as everybody knows it, where the text does not tell."""
    facts = metric_facts(claim.metric) if claim.metric and claim.kind in {"score", "gain"} else None
    return facts.better if facts else None


def _node(label: Label, node_id: str, properties: dict[str, Property]) -> Node:
    order = NODE_PROPERTIES[label]
    return Node(id=node_id, label=label.value, properties={key: properties[key] for key in order if key in properties})


def _present(**properties: Property | None) -> dict[str, Property]:
    """Without what is unknown: null, an empty text, a number that is none. An empty list is known to be empty."""
    return {key: value for key, value in properties.items() if value is not None and value != "" and _finite(value)}


def _finite(value: Property) -> bool:
    return not isinstance(value, float) or math.isfinite(value)
