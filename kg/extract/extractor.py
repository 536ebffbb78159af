"""`Paper → Extraction`: the same answer whatever is read before or beside a paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from typing import TYPE_CHECKING

from kg.errors import InputError, KgError
from kg.extract import pipeline
from kg.extract.entities import to_records
from kg.extract.settings import Settings
from kg.records import Extraction, Paper, Rejected, TripleEvidence

if TYPE_CHECKING:
    from spacy.tokens import Doc

LONGEST_TEXT = 50_000
"""Characters above which a text is no abstract; a whole book in the field would cost minutes."""

_MOST_TOGETHER = 64
"""Papers that are read together at most, whatever a configuration says: the vectors of all are held meanwhile."""

_KEPT_WORDS = 20_000
"""Words that spaCy keeps for the next papers, some 5 MB; of those that come later it forgets the new ones each time."""


class Extractor:
    """A loaded pipeline."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Load the pipeline of `settings`; raises InputError or ModelError."""
        settings = settings or Settings()
        self.nlp = pipeline.load(settings.config, settings.code, settings.min_confidence)
        self._together = min(self.nlp.batch_size, _MOST_TOGETHER)
        self.fingerprint = settings.fingerprint()

    def extract(self, paper: Paper) -> Extraction:
        """Everything that `paper` says. Raises InputError for a text that is too long to be an abstract."""
        return self.read(paper)[0]

    def read(self, paper: Paper) -> tuple[Extraction, Doc]:
        """The extraction of `paper` and the spaCy document that it was made from."""
        _refuse_a_book(paper)
        doc = self.nlp(paper.text)
        return self._extraction(paper, doc), doc

    def extract_all(self, papers: Iterable[Paper]) -> Iterator[Extraction | Rejected]:
        """Extract a chunk of papers; one that fails becomes a Rejected and costs the others only time.

        The words of a chunk are kept or forgotten together, so chunks should be small.
        """
        with nullcontext() if len(self.nlp.vocab) < _KEPT_WORDS else self.nlp.memory_zone():
            stream = iter(papers)
            while some := list(islice(stream, self._together)):
                yield from self._extract_some(some)

    def _extract_some(self, papers: list[Paper]) -> list[Extraction | Rejected]:
        """Extract papers together; if one fails, each on its own."""
        try:
            for paper in papers:
                _refuse_a_book(paper)
            docs = self.nlp.pipe([paper.text for paper in papers])
            return list(map(self._extraction, papers, docs))
        except Exception:  # `_extract_one` says of which paper and what
            return list(map(self._extract_one, papers))

    def _extract_one(self, paper: Paper) -> Extraction | Rejected:
        try:
            return self.extract(paper)
        except KgError as error:
            return _rejected(paper, error.reason if isinstance(error, InputError) else str(error))
        except Exception as error:  # a fault of ours must not cost the other papers
            return _rejected(paper, f"extraction failed ({type(error).__name__}: {error}); please report it")

    def _extraction(self, paper: Paper, doc: Doc) -> Extraction:
        entities = to_records(paper.text, len(paper.title), doc._.kg_entities or ())
        triples = doc._.kg_triples or ()
        return Extraction(
            id=paper.id,
            title=paper.title,
            methods=entities.methods,
            datasets=entities.datasets,
            metrics=entities.metrics,
            tasks=entities.tasks,
            triples=tuple((t.method, t.dataset) for t in triples),
            triple_evidence=tuple(TripleEvidence(start=t.start, end=t.end, confidence=t.confidence) for t in triples),
            claims=tuple(doc._.kg_claims or ()),
            abbreviations=tuple((a.short, a.long) for a in doc._.kg_abbreviations or ()),
            sentences=tuple(doc._.kg_sentences or ()),
            extractor=self.fingerprint,
        )


def _refuse_a_book(paper: Paper) -> None:
    if len(paper.text) > LONGEST_TEXT:
        raise InputError(f"{len(paper.text):,} characters are no abstract (limit {LONGEST_TEXT:,})", record=paper.id)


def _rejected(paper: Paper, reason: str) -> Rejected:
    return Rejected(file=paper.sources[0] if paper.sources else "", record=paper.id, reason=reason)
