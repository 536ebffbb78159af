"""What one paper teaches: the losses of all heads from the encoder's vectors."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from kg.extract.decode import ATTRIBUTES
from kg.extract.document import Span
from kg.extract.heads import TYPES
from kg.extract.pairs import number_features, triple_features
from kg.train.data import IGNORE, Example, GoldEntity, entity_mentions
from kg.train.network import Heads, Merge, Projected

_PHRASE = TYPES.index("phrase")
_ALLOWED = {"method": (0,), "baseline": (0, _PHRASE), "dataset": (1,), "metric": (2,)}
_DISTRACTORS = 6
_DISTRACTING = 0.2
"""Wrong groups at least this probable take part in the pair losses, as they will when the model is used."""

WEIGHTS = {
    "types": 1 / 6,
    "tags": 6.0,
    "roles": 1 / 5,
    "kinds": 1 / 2,
    "attributes": 1 / 3,
    "triples": 1 / 4,
    "same": 1 / 20,
}


def losses(heads: Heads, example: Example, projected: Projected) -> dict[str, Tensor]:
    """The weighted loss of each head for one paper."""
    whole = projected.whole
    vectors = heads.span(projected.span, example.first, example.last, example.length)
    counts = torch.from_numpy(np.diff(example.edges))
    mean, top = _pooled(vectors, counts)
    inner = heads.dropout(heads.group(mean, top, example.group_features, whole))
    logits = heads.types(inner)
    parts = {
        "types": functional.binary_cross_entropy_with_logits(logits, example.labels, reduction="sum"),
        "tags": functional.binary_cross_entropy_with_logits(projected.tags, example.tags),
    }
    entities = [*example.entities, *_distractors(example, logits.detach())]
    mentions = [entity_mentions(example.document, e.groups) for e in entities]
    if entities:
        rows = heads.dropout(_entity_rows(heads, example, entities, vectors, whole))
        role_logits = heads.roles(rows)
        parts["roles"] = _role_loss(entities, role_logits)
        roles = torch.cat([role_logits[:, :4].softmax(1), role_logits[:, 4:].softmax(1)], 1).detach()
        parts["triples"] = _triple_loss(heads, example, entities=entities, mentions=mentions, rows=rows, roles=roles)
    else:
        rows, roles = torch.zeros(0, heads.roles.in_features), torch.zeros(0, 8)
    if len(example.kinds):
        first, last = example.number_first, example.number_last
        numbers = heads.number(projected.number, first, last, last - first + 1)
        numbers = heads.dropout(numbers)
        parts["kinds"] = functional.cross_entropy(heads.kinds(numbers), example.kinds, reduction="sum")
        parts["attributes"] = _attribute_loss(
            heads, example, entities=entities, mentions=mentions, rows=rows, roles=roles, numbers=numbers
        )
    if len(example.same_groups) > 1:
        parts["same"] = _same_loss(heads, example, mean, top, whole)
    return {name: value * WEIGHTS[name] for name, value in parts.items()}


def _pooled(rows: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and maximum of consecutive runs of rows."""
    return (
        torch.segment_reduce(rows, "mean", lengths=counts, axis=0),
        torch.segment_reduce(rows, "max", lengths=counts, axis=0),
    )


def _entity_rows(heads: Heads, example: Example, entities: list[GoldEntity], vectors: Tensor, whole: Tensor) -> Tensor:
    """A vector for each entity, pooled over all mentions of all its groups."""
    spans = [[i for g in e.groups for i in range(*example.edges[g : g + 2])] for e in entities]
    flat = torch.tensor([i for run in spans for i in run])
    mean, top = _pooled(vectors[flat], torch.tensor([len(run) for run in spans]))
    features = torch.stack([example.group_features[e.groups].amax(0) for e in entities])
    kinds = functional.one_hot(torch.tensor([e.kind for e in entities]), len(TYPES)).float()
    merge = heads.entity
    assert isinstance(merge, Merge)
    rows: Tensor = merge(mean, top, features, whole, kinds)
    return rows


def _distractors(example: Example, logits: Tensor) -> list[GoldEntity]:
    """Groups that the model would wrongly take at present and that share no word with a gold name of their type."""
    wrong = (torch.sigmoid(logits) * (1 - example.labels)).numpy()
    document = example.document
    found: list[GoldEntity] = []
    for group, kind in np.argwhere(wrong > _DISTRACTING).tolist():
        mine = entity_mentions(document, [group])
        gold = [s for e in example.entities if e.kind == kind for s in entity_mentions(document, e.groups)]
        if not any(a < f and s < b for a, b in mine for s, f in gold):
            found.append(GoldEntity(kind, [group], IGNORE, set()))
    found.sort(key=lambda e: -wrong[e.groups[0], e.kind])
    return found[:_DISTRACTORS]


def _role_loss(entities: list[GoldEntity], logits: Tensor) -> Tensor:
    roles = torch.tensor([e.role for e in entities])
    kinds = torch.tensor([e.kind for e in entities])
    total = logits.sum() * 0
    for kind, columns in ((0, slice(0, 4)), (1, slice(4, 8))):
        chosen = (kinds == kind) & (roles != IGNORE)
        if chosen.any():
            total = total + functional.cross_entropy(
                logits[chosen][:, columns], roles[chosen], reduction="sum", label_smoothing=0.05
            )
    return total


def _triple_loss(
    heads: Heads,
    example: Example,
    *,
    entities: list[GoldEntity],
    mentions: list[list[Span]],
    rows: Tensor,
    roles: Tensor,
) -> Tensor:
    methods = [i for i, e in enumerate(entities) if e.kind == 0]
    datasets = [i for i, e in enumerate(entities) if e.kind == 1]
    if not methods or not datasets:
        return rows.sum() * 0
    near = torch.from_numpy(
        triple_features(example.document, [mentions[m] for m in methods], [mentions[d] for d in datasets])
    )
    shape = (len(methods), len(datasets), roles.shape[1])
    features = torch.cat([near, roles[methods][:, None].expand(shape), roles[datasets][None].expand(shape)], 2)
    scores = heads.relation("triple")(rows[methods], rows[datasets], features)
    size = len(entities)
    gold = torch.zeros(size, size)
    gold[: len(example.entities), : len(example.entities)] = example.triples
    return functional.binary_cross_entropy_with_logits(scores, gold[methods][:, datasets], reduction="sum")


def _attribute_loss(
    heads: Heads,
    example: Example,
    *,
    entities: list[GoldEntity],
    mentions: list[list[Span]],
    rows: Tensor,
    roles: Tensor,
    numbers: Tensor,
) -> Tensor:
    """Which entity, or none, each claim goes with: one choice an attribute."""
    claims = torch.nonzero(example.kinds)[:, 0].tolist()
    total = numbers.sum() * 0
    if not claims or not entities:
        return total
    types = [e.kind for e in entities]
    near = torch.from_numpy(
        number_features(
            example.document, example.document.quantities, mentions, types, [True] * len(types), asked=claims
        )
    )
    near = torch.cat([near, roles[None].expand(len(claims), *roles.shape)], 2)
    nothing = heads.none(numbers[claims])
    for column, attribute in enumerate(ATTRIBUTES):
        able = [i for i, kind in enumerate(types) if kind in _ALLOWED[attribute]]
        gold = example.attributes[claims, column]
        asked = gold != IGNORE
        if not able or not asked.any():
            continue
        scores = heads.relation(attribute)(numbers[claims], rows[able], near[:, able])
        scores = torch.cat([nothing[:, column : column + 1], scores], 1)
        target = torch.tensor([able.index(g) + 1 if g >= 0 else 0 for g in gold[asked].tolist()])
        total = total + functional.cross_entropy(scores[asked], target, reduction="sum")
    return total


def _same_loss(heads: Heads, example: Example, mean: Tensor, top: Tensor, whole: Tensor) -> Tensor:
    """Whether two names of one type are names of one entity."""
    groups = [g for g, _, _ in example.same_groups]
    kinds = torch.tensor([k for _, k, _ in example.same_groups])
    owners = torch.tensor([o for _, _, o in example.same_groups])
    rows = heads.entity(
        mean[groups], top[groups], example.group_features[groups], whole,
        functional.one_hot(kinds, len(TYPES)).float(),
    )  # fmt: skip
    scores = heads.relation("same")(rows, rows, example.same_features)
    scores = (scores + scores.T) / 2
    counted = torch.triu(kinds[:, None] == kinds[None], diagonal=1)
    if not counted.any():
        return scores.sum() * 0
    gold = (owners[:, None] == owners[None]).float()
    return functional.binary_cross_entropy_with_logits(scores[counted], gold[counted], reduction="sum")
