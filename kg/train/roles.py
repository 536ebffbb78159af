"""Train the scorer of roles: a linear model over the words and the structure around each method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kg.extract.heads import METHOD_ROLES
from kg.extract.role_features import role_features
from kg.train.claims import fit_linear, gold_context

_STRENGTH = 0.06


def train(papers: Mapping[str, dict[str, Any]], annotations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The arrays of the role scorer from papers by id and their annotation."""
    named, roles = [], []
    for gold in annotations:
        context = gold_context(papers[gold["id"]], gold)
        for number, method in enumerate(context.entities.methods):
            named.append(role_features(context, "method", number, method.name))
            roles.append(METHOD_ROLES.index(str(method.role)))
    return {f"method.{key}": value for key, value in fit_linear(named, roles, _STRENGTH).items()}
