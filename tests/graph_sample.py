"""A small corpus with extractions written by hand, for tests of everything behind the extractor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.graph.build import Graph, build_graph
from kg.ids import stable_id
from kg.records import (
    ENTITY_KINDS,
    Claim,
    Dataset,
    EntityKind,
    Extraction,
    Mention,
    Method,
    Metric,
    Paper,
    Task,
    TripleEvidence,
)


@dataclass(frozen=True)
class Entry:
    """One entity of `NameLinking`."""

    id: str
    kind: EntityKind
    name: str
    aliases: tuple[tuple[str, int], ...] = ()
    parent: str | None = None


@dataclass
class NameLinking:
    """Joins names that are equal without case and hyphens; `parents` names variants by (kind, name)."""

    extractions: Sequence[Extraction]
    parents: dict[tuple[EntityKind, str], str] = field(default_factory=dict)

    @staticmethod
    def key(kind: EntityKind, name: str) -> str:
        return stable_id(kind, name.lower().replace("-", ""))

    @property
    def entities(self) -> list[Entry]:
        forms: dict[str, tuple[EntityKind, dict[str, int]]] = {}
        for extraction in self.extractions:
            for kind in ENTITY_KINDS:
                for entity in extraction.entities(kind):
                    counts = forms.setdefault(self.key(kind, entity.name), (kind, {}))[1]
                    for mention in entity.mentions:
                        counts[mention.text] = counts.get(mention.text, 0) + 1
        entries = []
        for entity_id, (kind, counts) in sorted(forms.items()):
            ranked = tuple(sorted(counts.items(), key=lambda form: (-form[1], form[0])))
            name = min(ranked, key=lambda form: (len(form[0]), form[0]))[0]
            parent = self.parents.get((kind, name))
            entries.append(Entry(entity_id, kind, name, ranked, self.key(kind, parent) if parent else None))
        return entries

    def id_of(self, paper_id: str, kind: EntityKind, name: str) -> str | None:
        for extraction in self.extractions:
            if extraction.id == paper_id and any(entity.name == name for entity in extraction.entities(kind)):
                return self.key(kind, name)
        return None


def mentions(paper: Paper, forms: Iterable[str]) -> tuple[Mention, ...]:
    found = []
    abstract = len(paper.title) + 1 if paper.title else 0
    for form in forms:
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", paper.text):
            section = "title" if match.start() < abstract else "abstract"
            found.append(Mention(text=form, start=match.start(), end=match.end(), section=section))
    return tuple(sorted(found, key=lambda mention: mention.start))


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((match.start(), match.end()) for match in re.finditer(r"[^\s][^\n]*?(?:\.(?=\s|$)|(?=\n)|$)", text))


def claim(paper: Paper, number: str, kind: str, value: float, **fields: object) -> Claim:
    start = paper.text.index(number)
    return Claim.model_validate(
        {
            "text": number,
            "number": number,
            "start": start,
            "end": start + len(number),
            "kind": kind,
            "value": value,
            "confidence": 0.9,
            **fields,
        }
    )


def extraction(
    paper: Paper,
    *,
    methods: Sequence[tuple[str, str, Sequence[str]]] = (),
    datasets: Sequence[tuple[str, str, Sequence[str]]] = (),
    metrics: Sequence[str] = (),
    tasks: Sequence[str] = (),
    triples: Sequence[tuple[str, str]] = (),
    claims: Sequence[Claim] = (),
) -> Extraction:
    """An extraction whose mentions are looked up in the paper: (name, role, other forms)."""

    def evidence(dataset: str) -> TripleEvidence:
        span = mentions(paper, [dataset])[-1]
        return TripleEvidence(start=span.start, end=span.end, confidence=0.75)

    return Extraction(
        id=paper.id,
        title=paper.title,
        methods=tuple(
            Method.model_validate(
                {"name": n, "role": role, "confidence": 0.875, "mentions": mentions(paper, [n, *forms])}
            )
            for n, role, forms in methods
        ),
        datasets=tuple(
            Dataset.model_validate(
                {"name": n, "role": role, "confidence": 0.75, "mentions": mentions(paper, [n, *forms])}
            )
            for n, role, forms in datasets
        ),
        metrics=tuple(Metric(name=n, confidence=0.5, mentions=mentions(paper, [n])) for n in metrics),
        tasks=tuple(Task(name=n, confidence=0.5, mentions=mentions(paper, [n])) for n in tasks),
        triples=tuple(triples),
        triple_evidence=tuple(evidence(dataset) for _, dataset in triples),
        claims=tuple(sorted(claims, key=lambda c: c.start)),
        sentences=sentences(paper.text),
        extractor="hand-1",
    )


SWIFT = Paper(
    id="p1",
    title="SwiftNet: Faster Convolutions",
    abstract="We propose SwiftNet (Swift Network) for image classification. "
    "On CIFAR-10 it reaches an accuracy of 96.5%. It runs 3.2x faster than ResNet-50. "
    "SwiftNet needs 40% less memory than ResNet-50 on ImageNet.",
    year=2021,
    date="2021-05-03",
    authors=("A. Author", "B. Writer"),
    sources=("a.jsonl:1",),
)
TINY = Paper(
    id="p2",
    title="Tiny Models",
    abstract="TinyMixer is compared with Swift-Net on Cifar-10. TinyMixer improves accuracy by 1.5 points on CIFAR10 "
    "over Swift-Net. Training is up to 12x faster than standard training.",
    year=2023,
    url="https://example.org/p2",
)
BENCH = Paper(
    id="p3",
    title="A Benchmark",
    abstract="We introduce GlyphBench, a dataset of 12,000 images for character recognition. "
    "SwiftNet-L obtains an accuracy of 81.0% and SwiftNet of 79.0% on GlyphBench.",
    year=2023,
)
BARE = Paper(id="p0", title="", abstract="Nothing is named here.")

PAPERS = (BARE, SWIFT, TINY, BENCH)

EXTRACTIONS = (
    extraction(BARE),
    extraction(
        SWIFT,
        methods=[("SwiftNet", "proposed", ["Swift Network"]), ("ResNet-50", "compared", [])],
        datasets=[("CIFAR-10", "evaluated", []), ("ImageNet", "evaluated", [])],
        metrics=["accuracy", "memory"],
        tasks=["image classification"],
        triples=[("SwiftNet", "CIFAR-10"), ("SwiftNet", "ImageNet")],
        claims=[
            claim(
                SWIFT, "96.5%", "score", 96.5, unit="%", direction="higher",
                method="SwiftNet", dataset="CIFAR-10", metric="accuracy",
            ),
            claim(SWIFT, "3.2x", "speedup", 3.2, unit="x", method="SwiftNet", baseline="ResNet-50"),
            claim(
                SWIFT, "40%", "reduction", 40.0, unit="%", direction="lower", relative=True,
                method="SwiftNet", baseline="ResNet-50", dataset="ImageNet", metric="memory",
            ),
        ],
    ),
    extraction(
        TINY,
        methods=[("TinyMixer", "proposed", []), ("Swift-Net", "compared", [])],
        datasets=[("CIFAR10", "evaluated", []), ("Cifar-10", "mentioned", [])],
        metrics=["accuracy"],
        triples=[("TinyMixer", "CIFAR10"), ("TinyMixer", "Cifar-10"), ("Swift-Net", "Cifar-10")],
        claims=[
            claim(
                TINY, "1.5 points", "gain", 1.5, unit="points", method="TinyMixer", baseline="Swift-Net",
                dataset="CIFAR10", metric="accuracy",
            ),
            claim(
                TINY, "12x", "speedup", 12.0, unit="x", qualifier="up to", method="TinyMixer",
                baseline="standard training",
            ),
        ],
    ),
    extraction(
        BENCH,
        methods=[("SwiftNet-L", "used", []), ("SwiftNet", "used", [])],
        datasets=[("GlyphBench", "introduced", [])],
        metrics=["accuracy"],
        tasks=["character recognition"],
        triples=[("SwiftNet-L", "GlyphBench"), ("SwiftNet", "GlyphBench")],
        claims=[
            claim(BENCH, "12,000 images", "scale", 12000.0, unit="images", dataset="GlyphBench"),
            claim(
                BENCH, "81.0%", "score", 81.0, unit="%", direction="higher", method="SwiftNet-L",
                dataset="GlyphBench", metric="accuracy",
            ),
            claim(
                BENCH, "79.0%", "score", 79.0, unit="%", direction="higher", method="SwiftNet",
                dataset="GlyphBench", metric="accuracy",
            ),
        ],
    ),
)  # fmt: skip


def linking() -> NameLinking:
    return NameLinking(EXTRACTIONS, {("method", "SwiftNet-L"): "SwiftNet"})


def sample_graph() -> Graph:
    return build_graph(PAPERS, EXTRACTIONS, linking())
