"""The learned parts of the claim scorer, read from the file that `kg.train.claims` wrote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from kg.errors import ModelError
from kg.extract.attributes import ATTRIBUTES, CLAIM_KINDS, Attribute
from kg.extract.model import shipped_folder
from kg.extract.scorers import Linear, load_linear
from kg.extract.trees import Trees, load_trees

CLAIMS = "claims.npz"
"""The file of the claim scorer in the folder of a model."""


@dataclass(frozen=True)
class ClaimModel:
    """The learned parts: is it a claim, of which kind, and a ranking of candidates for each attribute.

    Two stages each: a linear model over words, then trees over its scores, cues, lists and the metric found. For
    baselines the first trees and a linear model over words come before the second trees.
    """

    claim: Linear
    kind: Linear
    claim_trees: Trees
    kind_trees: Trees
    attributes: dict[Attribute, Trees]
    baseline_words: Linear
    baseline_trees: Trees
    threshold: float
    attribute_thresholds: dict[Attribute, float]


@lru_cache(maxsize=1)
def shipped_model() -> ClaimModel:
    """The model that ships with the package; raises ModelError when its file is missing or damaged."""
    return load_claim_model(shipped_folder())


def load_claim_model(folder: Path) -> ClaimModel:
    """The claim scorer of the model in `folder`; raises ModelError when its file is missing or damaged."""
    try:
        with np.load(BytesIO((folder / CLAIMS).read_bytes()), allow_pickle=False) as arrays:
            return read_model({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(
            f"the claim scorer {folder / CLAIMS} cannot be read ({error}); install paper-kg again, or name the folder "
            "of a model that `kg train` wrote"
        ) from error


def read_model(arrays: dict[str, Any]) -> ClaimModel:
    """The model from the arrays of its file."""
    return ClaimModel(
        claim=load_linear(arrays, "claim"),
        kind=load_linear(arrays, "kind"),
        claim_trees=load_trees(arrays, "claim_trees"),
        kind_trees=load_trees(arrays, *(f"kind_trees.{kind}" for kind in CLAIM_KINDS)),
        attributes={a: load_trees(arrays, a) for a in ATTRIBUTES},
        baseline_words=load_linear(arrays, "baseline_words"),
        baseline_trees=load_trees(arrays, "baseline_trees"),
        threshold=float(arrays["threshold"]),
        attribute_thresholds={a: float(arrays[f"{a}.cut"]) for a in ATTRIBUTES},
    )
