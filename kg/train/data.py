"""Annotated papers laid out for training: texts cleaned, gold strings found again in them, everything as tensors.

Gold has no offsets, and the model decides for groups of equal names, so an entity is aligned when one of its cleaned
forms is the key of a group of candidates. What cannot be found in the cleaned text is left out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

from kg.extract.abbreviations import find_abbreviations
from kg.extract.candidates import aliases, every_candidate, fold_key
from kg.extract.document import Document, Span, lay_out
from kg.extract.features import group_features, piece_features, token_features
from kg.extract.heads import DATASET_ROLES, KINDS, METHOD_ROLES, TYPES
from kg.extract.lexicon import Lexicon
from kg.extract.pairs import same_features, triple_features
from kg.extract.quantities import Quantity, find_quantities
from kg.extract.sentences import sentences
from kg.text import clean
from kg.train.papers import Json, paper_text

FIELDS = ("methods", "datasets", "metrics", "tasks")
ATTRIBUTES = ("method", "baseline", "dataset", "metric")
IGNORE = -100


@dataclass
class GoldEntity:
    """An annotated entity, or a baseline phrase, as the groups of candidates that name it."""

    kind: int
    groups: list[int]
    role: int
    names: set[str]


@dataclass
class Example:
    """One annotated paper."""

    id: str
    document: Document
    ids: Tensor
    piece_features: Tensor
    group_features: Tensor
    first: Tensor  # candidates, in pieces
    last: Tensor
    length: Tensor
    edges: list[int]  # where the candidates of each group begin, and where all end
    labels: Tensor  # [groups, types]
    tags: Tensor  # [pieces, 2 * types]: inside, first piece
    entities: list[GoldEntity]
    kinds: Tensor  # of the numbers
    attributes: Tensor  # [numbers, 4]: index into entities, -1 for none, IGNORE for numbers that are no claims
    number_first: Tensor
    number_last: Tensor
    triples: Tensor  # [entities, entities], 1 where method and dataset are a triple
    triple_features: Tensor
    same_groups: list[tuple[int, int, int]]  # (group, type, entity)
    same_features: Tensor


def lay_out_text(text: str, title_end: int, tokenizer: Tokenizer) -> tuple[Document, list[Quantity]]:
    """The document of a stored text, with everything that the pipeline would have found before the model reads it."""
    spans = sentences(text)
    quantities = find_quantities(text)
    abbreviations = [(a.short_span, a.long_span) for a in find_abbreviations(text, spans)]
    document = lay_out(
        text, title_end, [(q.start, q.end) for q in quantities], abbreviations, spans, tokenizer=tokenizer
    )
    return every_candidate(document), quantities


def make_example(
    paper: Json, gold: Json, tokenizer: Tokenizer, lexicon: Lexicon, *, number: int | None, lost: Counter[str]
) -> Example:
    """Align one paper; `number` is its place in the lexicon's data, `lost` counts what cannot be found."""
    text, title_end = paper_text(paper)
    document, quantities = lay_out_text(text, title_end, tokenizer)
    keys = {key: i for i, key in enumerate(document.keys)}
    alias = aliases(document)
    entities = _entities(gold, keys, alias, lost)
    tokens = token_features(document)
    labels = np.zeros((len(keys), len(TYPES)), np.float32)
    for entity in entities:
        labels[entity.groups, entity.kind] = 1
    kinds, attributes = _claims(gold, text, quantities, entities, lost)
    number_first, number_last = number_pieces(document)
    mentions = [entity_mentions(document, entity.groups) for entity in entities]
    same_groups = [(group, e.kind, at) for at, e in enumerate(entities) if e.kind < 4 for group in e.groups]
    return Example(
        id=str(gold["id"]),
        document=document,
        ids=torch.from_numpy(document.ids),
        piece_features=torch.from_numpy(piece_features(document, tokens)),
        group_features=torch.from_numpy(group_features(document, tokens, lexicon, number)),
        first=torch.from_numpy(document.first_piece[document.span_first]),
        last=torch.from_numpy(document.last_piece[document.span_last]),
        length=torch.from_numpy(document.span_last - document.span_first + 1),
        edges=document.group_edges.tolist(),
        labels=torch.from_numpy(labels),
        tags=torch.from_numpy(_tags(document, entities)),
        entities=entities,
        kinds=kinds,
        attributes=attributes,
        number_first=number_first,
        number_last=number_last,
        triples=_triples(gold, entities),
        triple_features=torch.from_numpy(_triple_features(document, entities, mentions)),
        same_groups=same_groups,
        same_features=torch.from_numpy(
            same_features(
                document, [entity_mentions(document, [g]) for g, _, _ in same_groups], [k for _, k, _ in same_groups]
            )
        ),
    )


def _entities(gold: Json, keys: Mapping[str, int], alias: Mapping[str, str], lost: Counter[str]) -> list[GoldEntity]:
    """The gold entities that stand in the text, then the baseline phrases that are no entities."""
    entities: list[GoldEntity] = []
    for kind, field in enumerate(FIELDS):
        for entity in gold.get(field, []):
            names = {fold_key(clean(form)) for form in [entity["name"], *entity.get("as", [])]}
            groups = sorted({keys[alias.get(n, n)] for n in names if alias.get(n, n) in keys})
            lost[f"{field} in gold"] += 1
            if not groups:
                lost[f"{field} not found"] += 1
                continue
            roles = METHOD_ROLES if kind == 0 else DATASET_ROLES
            role = roles.index(entity["role"]) if kind < 2 else IGNORE
            entities.append(GoldEntity(kind, groups, role, names))
    for claim in gold.get("claims", []):
        name = fold_key(clean(claim.get("baseline") or ""))
        known = any(name in e.names and e.kind in (0, 4) for e in entities)
        if name and not known and alias.get(name, name) in keys:
            entities.append(GoldEntity(4, [keys[alias.get(name, name)]], IGNORE, {name}))
    return entities


def _claims(
    gold: Json, text: str, quantities: Sequence[Quantity], entities: Sequence[GoldEntity], lost: Counter[str]
) -> tuple[Tensor, Tensor]:
    """Kind and attributes of each number of the text."""
    kinds = torch.zeros(len(quantities), dtype=torch.long)
    attributes = torch.full((len(quantities), len(ATTRIBUTES)), IGNORE, dtype=torch.long)
    types = {"method": (0,), "baseline": (0, 4), "dataset": (1,), "metric": (2,)}
    for claim in gold.get("claims", []):
        lost["claims in gold"] += 1
        at = _number_of(claim, text, quantities, kinds)
        if at is None:
            lost["claims not found"] += 1
            continue
        kinds[at] = KINDS.index(claim["kind"])
        for column, attribute in enumerate(ATTRIBUTES):
            name = fold_key(clean(claim.get(attribute) or ""))
            found = (
                [i for i, e in enumerate(entities) if name in e.names and e.kind in types[attribute]] if name else []
            )
            attributes[at, column] = found[0] if found else IGNORE if name else -1
    return kinds, attributes


def _number_of(claim: Json, text: str, quantities: Sequence[Quantity], kinds: Tensor) -> int | None:
    """The number that a claim is about: where its words stand, the same value first; else the same value anywhere."""
    clause, written = clean(claim["text"]), clean(claim["number"])
    left = text.find(clause)
    left = text.find(written, left) if left >= 0 else -1
    right = left + len(written)

    def close(q: Quantity) -> bool:
        return abs(q.value - claim["value"]) <= 0.005 * max(abs(q.value), abs(claim["value"]), 1e-9)

    free = [i for i in range(len(quantities)) if kinds[i] == 0]
    here = [i for i in free if left >= 0 and quantities[i].start < right and quantities[i].end > left]
    ranked = [i for i in here if close(quantities[i])] or here or [i for i in free if close(quantities[i])]
    return ranked[0] if ranked else None


def number_pieces(document: Document) -> tuple[Tensor, Tensor]:
    """First and last word piece of each quantity."""
    first, last = document.quantity_pieces()
    return torch.from_numpy(first), torch.from_numpy(last)


def entity_mentions(document: Document, groups: Iterable[int]) -> list[Span]:
    """Where the names of `groups` stand, in characters, in order."""
    wanted = np.isin(document.span_group, list(groups))
    return sorted(
        zip(
            document.starts[document.span_first[wanted]].tolist(),
            document.ends[document.span_last[wanted]].tolist(),
            strict=True,
        )
    )


def _tags(document: Document, entities: Sequence[GoldEntity]) -> npt.NDArray[np.float32]:
    """Inside and begin marks of the types, a row a piece."""
    tags = np.zeros((len(document.ids), 2 * len(TYPES)), np.float32)
    for entity in entities:
        for span in np.flatnonzero(np.isin(document.span_group, entity.groups)).tolist():
            first = document.first_piece[document.span_first[span]]
            tags[first : document.last_piece[document.span_last[span]] + 1, entity.kind] = 1
            tags[first, len(TYPES) + entity.kind] = 1
    return tags


def _triples(gold: Json, entities: Sequence[GoldEntity]) -> Tensor:
    pairs = torch.zeros(len(entities), len(entities))
    for method, dataset in gold.get("triples", []):
        for m, left in enumerate(entities):
            for d, right in enumerate(entities):
                if left.kind == 0 and right.kind == 1 and fold_key(clean(method)) in left.names:
                    pairs[m, d] = max(float(pairs[m, d]), float(fold_key(clean(dataset)) in right.names))
    return pairs


def _triple_features(
    document: Document, entities: Sequence[GoldEntity], mentions: Sequence[Sequence[Span]]
) -> npt.NDArray[np.float32]:
    methods = [m for m, e in zip(mentions, entities, strict=True) if e.kind == 0]
    datasets = [m for m, e in zip(mentions, entities, strict=True) if e.kind == 1]
    return triple_features(document, methods, datasets)


def make_lexicon(
    papers: Sequence[tuple[Json, Json]], tokenizer: Tokenizer, frequency: Mapping[str, int] | None = None
) -> Lexicon:
    """Count in how many of the (paper, gold) pairs each key stands, and as what."""
    from kg.extract.lexicon import key_hash

    totals: dict[str, list[int]] = {}
    own: list[dict[str, list[int]]] = []
    for paper, gold in papers:
        document, _ = lay_out_text(*paper_text(paper), tokenizer)
        keys = {key: i for i, key in enumerate(document.keys)}
        mine: dict[str, list[int]] = {}
        alias = aliases(document)
        for entity in _entities(gold, keys, alias, Counter()):
            for group in entity.groups:
                mine.setdefault(document.keys[group], [0] * len(TYPES))[entity.kind] = 1
        own.append(mine)
        for key in keys:
            counts = totals.setdefault(key, [0] * (1 + len(TYPES)))
            counts[0] += 1
            for column, value in enumerate(mine.get(key, ()), start=1):
                counts[column] += value
    frequency = frequency or {}
    kept = {k: c for k, c in totals.items() if sum(c[1:]) or c[0] >= 4}
    rows = sorted((key_hash(key), key) for key in kept.keys() | frequency.keys())
    nothing = [0] * (1 + len(TYPES))
    return Lexicon(
        np.array([value for value, _ in rows], np.uint64),
        np.array([kept.get(key, nothing) for _, key in rows], np.uint16).reshape(-1, 1 + len(TYPES)),
        np.array([min(255, int(np.log2(1 + frequency.get(key, 0)) * 16)) for _, key in rows], np.uint8),
        own,
    )
