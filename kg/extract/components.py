"""The spaCy factories: thin adapters between a Doc and the pure functions of this package.

Each component states what it needs and what it gives, so that `nlp.analyze_pipes()` can check a pipeline that a user
has changed. What they pass on stands in extension attributes of the Doc:

    doc._.kg_sentences      list of (start, end)
    doc._.kg_abbreviations  list of Abbreviation
    doc._.kg_quantities     list of Quantity
    doc._.kg_reading        the model's Reading: candidates with probabilities
    doc._.kg_entities       list of FoundEntity, in order of the candidates
    doc._.kg_claims         list of kg.records.Claim
    doc._.kg_triples        list of FoundTriple
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry

from kg.extract.abbreviations import find_abbreviations
from kg.extract.claim_model import ClaimModel, load_claim_model, shipped_model
from kg.extract.claims import find_claims
from kg.extract.entities import FoundEntity, choose_entities, to_records
from kg.extract.model import Model, Text
from kg.extract.quantities import find_quantities
from kg.extract.roles import INTRODUCED, is_introduced, likeliest
from kg.extract.sentences import sentences
from kg.extract.triples import choose_triples
from kg.extract.wholes import find_wholes, with_wholes
from kg.extract.words import TEXT, WordTokenizer

_EXTENSIONS = (
    "kg_sentences",
    "kg_abbreviations",
    "kg_quantities",
    "kg_reading",
    "kg_entities",
    "kg_claims",
    "kg_triples",
)


def register_extensions() -> None:
    """Make the extension attributes known to spaCy; done once by `kg.extract.pipeline.load`."""
    for name in _EXTENSIONS:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)


@registry.tokenizers("kg.words.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], WordTokenizer]:
    """The tokenizer at word boundaries."""

    def create(nlp: Language) -> WordTokenizer:
        return WordTokenizer(nlp.vocab)

    return create


def text_of(doc: Doc) -> str:
    """The text of `doc`, which spaCy would put together from its tokens at every question."""
    return str(doc.user_data.get(TEXT) or doc.text)


def title_end(text: str) -> int:
    """Where the title ends in `Paper.text`: at its only newline; 0 when there is no title."""
    return max(0, text.find("\n"))


@dataclass
class Sentences:
    """Sentence boundaries, also as `doc.sents`."""

    def __call__(self, doc: Doc) -> Doc:
        """Set the boundaries of `doc`."""
        doc._.kg_sentences = sentences(text_of(doc))
        starts = [start for start, _ in doc._.kg_sentences]
        for at in np.flatnonzero(np.isin(doc.to_array("IDX"), starts)).tolist():
            doc[at].is_sent_start = True
        if len(doc):
            doc[0].is_sent_start = True
        return doc


@dataclass
class Abbreviations:
    """Definitions of abbreviations."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the definitions in `doc`."""
        doc._.kg_abbreviations = find_abbreviations(text_of(doc), doc._.kg_sentences)
        return doc


@dataclass
class Quantities:
    """Numbers with unit, range and hedge."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the numbers in `doc`."""
        doc._.kg_quantities = find_quantities(text_of(doc))
        return doc


@dataclass
class Reader:
    """The encoder and its heads; the one component that holds a model."""

    model: Model

    def __call__(self, doc: Doc) -> Doc:
        """Read the text of `doc` once."""
        return self._read([doc])[0]

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Read the texts of `stream`, `batch_size` of them one right after the other, which is faster."""
        rest = iter(stream)
        while docs := list(islice(rest, batch_size)):
            yield from self._read(docs)

    def _read(self, docs: list[Doc]) -> list[Doc]:
        for doc, reading in zip(docs, self.model.read_all([self._text(doc) for doc in docs]), strict=True):
            doc._.kg_reading = reading
        return docs

    def _text(self, doc: Doc) -> Text:
        return Text(
            text_of(doc),
            title_end(text_of(doc)),
            [(quantity.start, quantity.end) for quantity in doc._.kg_quantities],
            [(found.short_span, found.long_span) for found in doc._.kg_abbreviations],
            doc._.kg_sentences,
        )


@dataclass
class Entities:
    """The candidates that are kept, also as spans in `doc.spans['kg']` for displaCy."""

    min_confidence: float | None

    def __call__(self, doc: Doc) -> Doc:
        """Choose among the candidates of `doc`."""
        doc._.kg_entities = choose_entities(doc._.kg_reading, self.min_confidence)
        spans = (
            doc.char_span(start, end, label=entity.kind, alignment_mode="expand")
            for entity in doc._.kg_entities
            for start, end in entity.mentions
        )
        doc.spans["kg"] = sorted((span for span in spans if span is not None), key=lambda s: (s.start, s.end, s.label_))
        return doc


@dataclass
class Roles:
    """What each method and dataset is to the paper: what the words say outright, else the most probable role."""

    def __call__(self, doc: Doc) -> Doc:
        """Give the entities of `doc` their roles."""
        read = doc._.kg_reading.entities
        doc._.kg_entities = [
            replace(entity, role=self._stated(doc, entity) or likeliest(read[entity.candidate].role_probabilities))
            for entity in doc._.kg_entities
        ]
        return doc

    def _stated(self, doc: Doc, entity: FoundEntity) -> str | None:
        own = INTRODUCED.get(entity.kind)
        stated = own and is_introduced(text_of(doc), title_end(text_of(doc)), entity.mentions, doc._.kg_sentences)
        return own if stated else None


@dataclass
class Claims:
    """Which numbers are claims, of what kind and about what."""

    model: ClaimModel
    min_confidence: float | None

    def __call__(self, doc: Doc) -> Doc:
        """Find the claims of `doc`."""
        found = find_claims(
            text_of(doc),
            title_end(text_of(doc)),
            doc._.kg_sentences,
            doc._.kg_quantities,
            to_records(text_of(doc), title_end(text_of(doc)), doc._.kg_entities),
            doc._.kg_reading,
            model=self.model,
        )
        doc._.kg_claims = [c for c in found if self.min_confidence is None or c.confidence >= self.min_confidence]
        return doc


@dataclass
class Triples:
    """Which method was evaluated on which dataset, and where the text says so."""

    min_confidence: float | None

    def __call__(self, doc: Doc) -> Doc:
        """Pair the methods and datasets of `doc`."""
        doc._.kg_triples = choose_triples(
            doc._.kg_reading,
            doc._.kg_entities,
            text=text_of(doc),
            sentences=doc._.kg_sentences,
            claims=doc._.kg_claims or (),
            min_confidence=self.min_confidence,
        )
        return doc


@dataclass
class Elided:
    """'CIFAR-10/100' besides 'CIFAR-10', with the same role and triples."""

    def __call__(self, doc: Doc) -> Doc:
        """Add the wholes of the elided names of `doc`."""
        if found := find_wholes(text_of(doc), doc._.kg_entities):
            doc._.kg_entities, doc._.kg_triples = with_wholes(found, doc._.kg_entities, doc._.kg_triples)
        return doc


@Language.factory("kg_sentences", assigns=["token.is_sent_start", "doc.sents", "doc._.kg_sentences"])
def make_sentences(nlp: Language, name: str) -> Sentences:
    """Factory of `Sentences`."""
    return Sentences()


@Language.factory("kg_abbreviations", requires=["doc._.kg_sentences"], assigns=["doc._.kg_abbreviations"])
def make_abbreviations(nlp: Language, name: str) -> Abbreviations:
    """Factory of `Abbreviations`."""
    return Abbreviations()


@Language.factory("kg_quantities", assigns=["doc._.kg_quantities"])
def make_quantities(nlp: Language, name: str) -> Quantities:
    """Factory of `Quantities`."""
    return Quantities()


@Language.factory(
    "kg_reader",
    requires=["doc._.kg_sentences", "doc._.kg_abbreviations", "doc._.kg_quantities"],
    assigns=["doc._.kg_reading"],
    default_config={"model": None},
)
def make_reader(nlp: Language, name: str, model: str | None) -> Reader:
    """Factory of `Reader`; `model` is the folder of a model that `kg train` wrote, None for the shipped one."""
    return Reader(Model.load(None if model is None else Path(model)))


@Language.factory(
    "kg_entities",
    requires=["doc._.kg_reading"],
    assigns=["doc._.kg_entities"],
    default_config={"min_confidence": None},
)
def make_entities(nlp: Language, name: str, min_confidence: float | None) -> Entities:
    """Factory of `Entities`; `min_confidence` None keeps the thresholds that the model was tuned for."""
    return Entities(min_confidence)


@Language.factory(
    "kg_roles",
    requires=["doc._.kg_entities", "doc._.kg_reading", "doc._.kg_sentences"],
    assigns=["doc._.kg_entities"],
)
def make_roles(nlp: Language, name: str) -> Roles:
    """Factory of `Roles`."""
    return Roles()


@Language.factory(
    "kg_claims",
    requires=["doc._.kg_sentences", "doc._.kg_quantities", "doc._.kg_reading", "doc._.kg_entities"],
    assigns=["doc._.kg_claims"],
    default_config={"model": None, "min_confidence": None},
)
def make_claims(nlp: Language, name: str, model: str | None, min_confidence: float | None) -> Claims:
    """Factory of `Claims`; `model` is the folder of a model that `kg train` wrote, None for the shipped one."""
    return Claims(shipped_model() if model is None else load_claim_model(Path(model)), min_confidence)


@Language.factory(
    "kg_triples",
    requires=["doc._.kg_sentences", "doc._.kg_reading", "doc._.kg_entities", "doc._.kg_claims"],
    assigns=["doc._.kg_triples"],
    default_config={"min_confidence": None},
)
def make_triples(nlp: Language, name: str, min_confidence: float | None) -> Triples:
    """Factory of `Triples`."""
    return Triples(min_confidence)


@Language.factory(
    "kg_elided",
    requires=["doc._.kg_entities", "doc._.kg_triples"],
    assigns=["doc._.kg_entities", "doc._.kg_triples"],
)
def make_elided(nlp: Language, name: str) -> Elided:
    """Factory of `Elided`."""
    return Elided()
