"""Train the scorer of roles: words and structure around each method, then the first opinions of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kg.extract.claim_context import Context
from kg.extract.heads import METHOD_ROLES
from kg.extract.role_features import role_features
from kg.extract.role_rows import role_rows
from kg.extract.scorers import softmax
from kg.train.claims import gold_context
from kg.train.scorers import FOLDS, crossfit, fit_linear, fit_trees

_STRENGTH = 0.1


def train(papers: Mapping[str, dict[str, Any]], annotations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The arrays of the role scorer from papers by id and their annotation.

    The trees learn from first opinions of models that had not seen the paper.
    """
    named: list[list[str]] = []
    roles: list[int] = []
    folds: list[int] = []
    texts: list[tuple[Context, slice]] = []
    for position, gold in enumerate(annotations):
        context = gold_context(papers[gold["id"]], gold)
        for number, method in enumerate(context.entities.methods):
            named.append(role_features(context, "method", number, method.name))
            roles.append(METHOD_ROLES.index(str(method.role)))
            folds.append(position % FOLDS)
        texts.append((context, slice(len(roles) - len(context.entities.methods), len(roles))))
    first = [softmax(list(row)) for row in crossfit(named, roles, folds, _STRENGTH, len(METHOD_ROLES))]
    rows = np.concatenate([role_rows(context, first[own]) for context, own in texts if own.start < own.stop])
    arrays = _named("method", fit_linear(named, roles, _STRENGTH, len(METHOD_ROLES)))
    for number, role in enumerate(METHOD_ROLES):
        arrays |= _named(f"method.{role}", fit_trees(rows, np.array([int(number == r) for r in roles], np.int8)))
    return arrays


def _named(name: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}.{key}": value for key, value in arrays.items()}
