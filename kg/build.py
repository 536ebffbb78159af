"""The whole way from files to a folder with a graph: the only module that knows every stage.

    DIR/papers.jsonl        the papers, cleaned and merged, sorted by id
    DIR/joined.jsonl        the records behind papers that stand in several places, for `kg add`
    DIR/extractions.jsonl   one extraction a paper, in the same order
    DIR/nodes.jsonl         the graph
    DIR/edges.jsonl
    DIR/graph.lbug          the same graph in the embedded store, for `kg query`
    DIR/report.json         what was read, skipped and built
    DIR/settings.json       what the build was asked to extract with, for `kg add` and `kg remove`
    DIR/removed.txt         ids of papers that `kg remove` took out
    DIR/overrides.toml      the user's decisions about names, if there are any
    DIR/cache/              extractions by content: a killed build goes on, a larger one extracts only what is new

Every file but the cache appears by atomic rename, the settings first, the report last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import Field

from kg import __version__
from kg.cache import ExtractionCache
from kg.errors import InputError, UsageError
from kg.extract.settings import Settings
from kg.files import atomic_write, make_folder, remove_leftovers, writes
from kg.folders import CACHE, FILES, OVERRIDES, PAPERS, REPORT, SETTINGS, refuse_foreign, refuse_to_overwrite, writing
from kg.graph.build import Graph, build_graph
from kg.link import Linking, Overrides, as_linked, link, load_overrides
from kg.read import input_files, merge, read
from kg.record_files import read_records, write_records
from kg.records import Extraction, Paper, Record, Rejected
from kg.workers import Ticker, extract_in_order
from kg.write.jsonl import write_graph
from kg.write.store import write_store

Steps = Callable[[str, int | None], AbstractContextManager[Ticker]]
"""Shows progress: called with what is being done and of how many (None: unknown), gives a counter of finished items."""


def silent(_description: str, _total: int | None = None) -> AbstractContextManager[Ticker]:
    """Progress for nobody."""
    return nullcontext(lambda _done: None)


@dataclass(frozen=True)
class BuildFolder:
    """The files of a build."""

    path: Path

    @property
    def papers(self) -> Path:
        """Papers, JSON Lines."""
        return self.path / PAPERS

    @property
    def joined(self) -> Path:
        """The records, as they were read, of papers that stand in several places."""
        return self.path / "joined.jsonl"

    @property
    def extractions(self) -> Path:
        """Extractions, JSON Lines."""
        return self.path / "extractions.jsonl"

    def read_papers(self) -> Iterator[Paper]:
        """The papers of the build, sorted by id."""
        return read_records(self.papers, Paper)

    def read_extractions(self) -> Iterator[Extraction]:
        """The extractions of the build, in the order of the papers."""
        return read_records(self.extractions, Extraction)

    @property
    def report(self) -> Path:
        """The report; written last, so that its presence says the build is whole."""
        return self.path / REPORT

    @property
    def removed(self) -> Path:
        """Ids of papers that were taken out of this build, so that a server that holds them can follow."""
        return self.path / "removed.txt"

    def read_removed(self) -> tuple[str, ...]:
        """Ids of the papers that were taken out, sorted."""
        return tuple(self.removed.read_text(encoding="utf-8").splitlines()) if self.removed.is_file() else ()

    def add_removed(self, ids: Iterable[str]) -> None:
        """Remember that these papers were taken out."""
        with atomic_write(self.removed) as file:
            file.writelines(f"{paper}\n" for paper in sorted({*self.read_removed(), *ids}))

    def check(self, inputs: Sequence[str] = (), overrides: Path | None = None) -> None:
        """Raise UsageError when a build of `inputs` would overwrite one of them, or files that are not of a build.

        `overrides` is the file of decisions that the build is given and copies here.
        """
        refuse_to_overwrite(input_files(inputs), (self.path / name for name in FILES))
        new = overrides is not None and self.overrides.is_file() and not self._has_overrides(overrides)
        refuse_foreign(self.path, [self.overrides] if new else [])

    def _has_overrides(self, given: Path) -> bool:
        try:
            return self.overrides.read_bytes() == given.read_bytes()
        except OSError:  # `take_overrides` says what is the matter
            return False

    @property
    def overrides(self) -> Path:
        """The user's decisions about names, applied in every build of this folder."""
        return self.path / OVERRIDES

    def take_overrides(self, given: Path | None = None) -> Overrides | None:
        """The decisions for a build: of the file `given`, which is copied here, else those that are here, else none."""
        if given is not None:
            decisions = load_overrides(given)
            text = given.read_text(encoding="utf-8")
            with atomic_write(self.overrides) as file:
                file.write(text)
            return decisions
        return load_overrides(self.overrides) if self.overrides.is_file() else None

    @property
    def settings(self) -> Path:
        """What the build was asked to extract with."""
        return self.path / SETTINGS

    def take_settings(self, given: Settings) -> Settings:
        """The settings for more papers, or fewer: those of this build, except what is `given`.

        Raises UsageError when the build had a pipeline of the user's own that is not given again: it depends on other
        files, so that a copy of it here would not be the same.
        """
        if not self.settings.is_file():  # a build of an older version
            return given
        kept = next(read_records(self.settings, KeptSettings))
        asked = (("--config", kept.config, given.config), ("--code", kept.code, given.code))
        missing = [f"{option} {name}" for option, name, now in asked if name is not None and now is None]
        if missing:
            raise UsageError(f"{self.path} was built with {' '.join(missing)}; name the same again")
        return given if given.min_confidence is not None else replace(given, min_confidence=kept.min_confidence)

    def keep_settings(self, settings: Settings) -> None:
        """Write down what the build is asked to extract with."""
        names = [path.name if path is not None else None for path in (settings.config, settings.code)]
        kept = KeptSettings(
            written_by=f"kg {__version__}", min_confidence=settings.min_confidence, config=names[0], code=names[1]
        )
        write_records(self.settings, [kept])

    def link(self) -> Linking:
        """Link the extractions of this build again, as the build did; takes seconds for thousands of papers."""
        self.corpus()
        return link(self.read_extractions(), self.take_overrides())

    @property
    def cache(self) -> Path:
        """Folder of the cache."""
        return self.path / CACHE

    def writing(self) -> AbstractContextManager[None]:
        """While the block runs, no other command writes into this folder; see `kg.folders.writing`."""
        return writing(self.path)

    def require(self) -> None:
        """Raise UsageError if no build is here."""
        if not self.papers.is_file() or not self.extractions.is_file():
            raise UsageError(f"{self.path} holds no build; make one with: kg build INPUT... -o {self.path}")

    def corpus(self) -> Corpus:
        """What this build has read: its papers, and the records that were no papers. UsageError if no build is here."""
        self.require()
        papers = tuple(self.read_papers())
        ids = {paper.id for paper in papers}
        joined = tuple(read_records(self.joined, Paper)) if self.joined.is_file() else ()
        rejected = next(read_records(self.report, Report)).rejected if self.report.is_file() else ()
        return Corpus(papers, joined, tuple(record for record in rejected if record.record not in ids))


class Duplicate(Record):
    """A paper that was read more than once and is one paper now."""

    id: str
    sources: tuple[str, ...]


class KeptSettings(Record):
    """What a build was asked to extract with. Holds names of files, not paths, so equal builds have equal settings."""

    written_by: str = Field(description="Name and version of the program; `kg` knows its folders by it.")
    min_confidence: float | None
    config: str | None
    code: str | None


class Report(Record):
    """What a build read, skipped and made. Holds no time and no path, so equal builds have equal reports."""

    version: str
    extractor: str
    papers: int = Field(description="Different papers.")
    duplicates: int = Field(description="Records that were joined to another.")
    joined: tuple[Duplicate, ...] = Field(description="The papers that stand in several places.")
    rejected: tuple[Rejected, ...] = Field(description="Records that were skipped, and why.")
    nodes: dict[str, int]
    edges: dict[str, int]


@dataclass(frozen=True)
class ReadOptions:
    """How inputs are read; see `kg.read.read`."""

    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] | None = ("en",)


@dataclass(frozen=True)
class Corpus:
    """What the reading stage found."""

    papers: tuple[Paper, ...]
    joined: tuple[Paper, ...]
    """The records, as they were read, of the papers that stand in several places: joining depends on all of them."""
    rejected: tuple[Rejected, ...]

    def records(self) -> list[Paper]:
        """Every paper as it was read, so that more can be read and the result is that of reading all at once."""
        return [paper for paper in self.papers if len(paper.sources) < 2] + list(self.joined)

    def without(self, ids: Container[str]) -> Corpus:
        """The same without the papers that have these ids."""
        papers = tuple(paper for paper in self.papers if paper.id not in ids)
        places = {source for paper in papers for source in paper.sources}
        return Corpus(papers, tuple(r for r in self.joined if places.issuperset(r.sources)), self.rejected)


def read_corpus(
    inputs: Sequence[str],
    options: ReadOptions,
    *,
    known: Corpus | None = None,
    steps: Steps = silent,
    note: Callable[[str], None] | None = None,
) -> Corpus:
    """Read and merge `inputs`, together with what is known already. Bad records are collected, not raised.

    `note` takes remarks on what was read all the same, such as an encoding that had to be guessed.
    """
    found = known.records() if known else []
    rejected = list(known.rejected) if known else []
    with steps("reading", None) as tick:
        records = read(inputs, format=options.format, columns=options.columns, languages=options.languages, note=note)
        for record in records:
            if isinstance(record, Paper):
                found.append(record)
            else:
                rejected.append(record)
            tick(1)
    rejected.sort(key=lambda r: (r.file, r.line or 0, r.record or "", r.reason))
    papers = merge(found).papers
    several = {source for paper in papers if len(paper.sources) > 1 for source in paper.sources}
    joined = (record for record in found if not several.isdisjoint(record.sources))
    return Corpus(papers, tuple(sorted(joined, key=lambda r: (r.sources, r.id))), tuple(rejected))


def build(
    corpus: Corpus,
    out: Path,
    *,
    settings: Settings | None = None,
    overrides: Overrides | None = None,
    workers: int | None = 1,
    steps: Steps = silent,
) -> tuple[Report, Graph]:
    """Extract, link and write everything into the folder `out`; where others may write too, in `BuildFolder.writing`.

    Raises InputError when there is not one paper or `out` cannot be written, UsageError when `out` holds files that are
    not of a build, ModelError, StoreError.
    """
    settings = settings or Settings()
    papers = corpus.papers
    if not papers:
        raise InputError("nothing could be read: not one abstract was found in what you named")
    folder = BuildFolder(out)
    folder.check()
    make_folder(folder.path)
    remove_leftovers(folder.path)
    with writes(folder.report):
        folder.report.unlink(missing_ok=True)
    folder.keep_settings(settings)
    write_records(folder.papers, papers)
    write_records(folder.joined, corpus.joined)
    failed = _extract(folder, papers, settings, workers, steps)
    with steps("linking names", None):
        linking = link(folder.read_extractions(), overrides)
    with steps("writing the graph", None):
        extractions = as_linked(folder.read_extractions(), overrides)
        graph = build_graph(papers, extractions, linking)
        write_graph(graph, folder.path)
        write_store(graph, folder.path)
    report = _report(corpus, failed, graph, settings)
    write_records(folder.report, [report])
    return report, graph


def _extract(
    folder: BuildFolder, papers: Sequence[Paper], settings: Settings, workers: int | None, steps: Steps
) -> list[Rejected]:
    """Fill the cache with what it lacks, then write all extractions; returns the papers that failed."""
    failed: dict[str, Rejected] = {}
    with ExtractionCache(folder.cache, settings.fingerprint()) as cache:
        missing = [paper for paper in papers if paper not in cache]
        with steps("extracting", len(missing)) as tick:
            for chunk in extract_in_order(missing, settings, workers=workers, tick=tick):
                cache.put((paper, item) for paper, item in chunk if isinstance(item, Extraction))
                failed.update((paper.id, item) for paper, item in chunk if isinstance(item, Rejected))
        write_records(folder.extractions, (cache.get(paper) for paper in papers if paper.id not in failed))
        cache.forget_others()
    return [failed[paper.id] for paper in papers if paper.id in failed]


def _report(corpus: Corpus, failed: Sequence[Rejected], graph: Graph, settings: Settings) -> Report:
    papers = corpus.papers
    joined = tuple(Duplicate(id=p.id, sources=p.sources) for p in papers if len(p.sources) > 1)
    return Report(
        version=__version__,
        extractor=settings.fingerprint(),
        papers=len(papers),
        duplicates=sum(len(paper.sources) - 1 for paper in joined),
        joined=joined,
        rejected=(*corpus.rejected, *failed),
        nodes=dict(sorted(Counter(node.label for node in graph.nodes).items())),
        edges=dict(sorted(Counter(edge.type for edge in graph.edges).items())),
    )
