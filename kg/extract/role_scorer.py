"""The role of a method by the words and the structure around it, weighed against what the encoder thinks.

A linear model over named features (`kg.extract.role_features`), then trees over what it thinks of all methods of the
text (`kg.extract.role_rows`). Neither knows names, so they are not led by how often a famous one was used; two such
different readers, this scorer and the encoder, are right more often than either.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import BadZipFile

import numpy as np

from kg.errors import ModelError
from kg.extract.claim_context import Context
from kg.extract.entities import FoundEntity
from kg.extract.heads import METHOD_ROLES
from kg.extract.quantity import Quantity
from kg.extract.role_features import role_features
from kg.extract.role_rows import role_rows
from kg.extract.scorers import Linear, Trees, load_linear, load_trees, softmax

ROLES = "roles.npz"
"""The file of the role scorer in the folder of a model."""

SHARE = 0.15
"""The weight of this scorer against the encoder, chosen on annotated papers that neither had seen."""

_LEAST = 0.005


@dataclass(frozen=True)
class RoleScorer:
    """A linear model over the features of a method, and trees a role over what it thinks of all methods of the text."""

    words: Linear
    trees: Trees

    def probabilities(self, context: Context) -> list[dict[str, float]]:
        """How probable each role is for each method of `context`, in their order."""
        methods = context.entities.methods
        if not methods:
            return []
        first = [
            softmax(self.words.scores(role_features(context, "method", number, method.name)))
            for number, method in enumerate(methods)
        ]
        rows = role_rows(context, first)
        second = self.trees.scores(rows).tolist()
        return [dict(zip(METHOD_ROLES, softmax(scores), strict=True)) for scores in second]


def joined(encoder: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
    """The weighted mean of the logarithms of both opinions, as probabilities."""
    logs = [
        (1 - SHARE) * math.log(max(_LEAST, encoder.get(role, 0.0))) + SHARE * math.log(max(_LEAST, p))
        for role, p in own.items()
    ]
    return dict(zip(own, softmax(logs), strict=True))


def role_context(
    text: str,
    title_end: int,
    sentences: Sequence[tuple[int, int]],
    quantities: Sequence[Quantity],
    methods: Sequence[FoundEntity],
) -> Context:
    """The text with the mentions of `methods`, whose roles are not known yet."""
    entities = [
        SimpleNamespace(name=m.name, mentions=[SimpleNamespace(start=s, end=e) for s, e in m.mentions]) for m in methods
    ]
    return Context(
        text, title_end, sentences, quantities, SimpleNamespace(methods=entities, datasets=(), metrics=(), tasks=())
    )


@lru_cache(maxsize=1)
def shipped_role_scorer() -> RoleScorer:
    """The scorer that ships with the package; raises ModelError when its file is missing or damaged."""
    return load_role_scorer(Path(str(files("kg.extract"))) / "weights")


def load_role_scorer(folder: Path) -> RoleScorer:
    """The role scorer of the model in `folder`; raises ModelError when its file is missing or damaged."""
    try:
        with np.load(BytesIO((folder / ROLES).read_bytes()), allow_pickle=False) as arrays:
            return read_role_scorer({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(
            f"the role scorer {folder / ROLES} cannot be read ({error}); install paper-kg again, or name the folder "
            "of a model that `kg train` wrote"
        ) from error


def read_role_scorer(arrays: Mapping[str, Any]) -> RoleScorer:
    """The scorer from the arrays of its file."""
    return RoleScorer(load_linear(arrays, "method"), load_trees(arrays, *(f"method.{role}" for role in METHOD_ROLES)))
