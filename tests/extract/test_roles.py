"""Roles: what the text states outright, and the scorer of words and structure."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ModelError
from kg.extract.claim_context import Context
from kg.extract.entities import FoundEntity
from kg.extract.heads import METHOD_ROLES
from kg.extract.role_scorer import joined, load_role_scorer, role_context, shipped_role_scorer
from kg.extract.roles import is_introduced
from kg.extract.sentences import sentences


def introduced(text: str, name: str) -> bool:
    start = text.index(name)
    return is_introduced(text, max(0, text.find("\n")), [(start, start + len(name))], sentences(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tuning large models is costly. We propose LoRA, which adds little.", "LoRA"),
        ("We introduce Low-Rank Adaptation (LoRA) for large models.", "Low-Rank Adaptation"),
        ("FastNet: Quick Training\nIt is quick.", "FastNet"),
        ("This paper presents a simple and fast attention algorithm, FlashScan, that saves memory.", "FlashScan"),
        ("We develop an optimiser for sparse networks, called SparseOpt, and test it.", "SparseOpt"),
    ],
)
def test_introduced(text: str, name: str) -> None:
    assert introduced(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We propose an extension of BERT, which is larger.", "BERT"),
        ("We propose a LoRA adapter, which is smaller.", "LoRA"),
        ("We present results with GPT-4, a large model.", "GPT-4"),
        ("We use FlashAttention, which is fast.", "FlashAttention"),
        ("Training with Adam: A Study\nIt is slow.", "Adam"),
        ("We propose a method. Unlike SGD, it is fast.", "SGD"),
    ],
)
def test_not_introduced(text: str, name: str) -> None:
    assert not introduced(text, name)


def methods_of(text: str, *names: str) -> Context:
    found = [
        FoundEntity(i, "method", name, ((text.index(name), text.index(name) + len(name)),), 0.9)
        for i, name in enumerate(names)
    ]
    return role_context(text, max(0, text.find("\n")), sentences(text), [], found)


def test_the_words_around_a_name_decide() -> None:
    text = (
        "PlumTree for Tables\nTables are hard to read. Recent systems such as OldNet have become popular. "
        "In this paper, we propose PearLoss, a new loss. It is built on FigNet. "
        "Experiments show that our method outperforms AppleNet by a large margin."
    )
    names = ("OldNet", "PearLoss", "FigNet", "AppleNet")
    context = methods_of(text, *names)
    scorer = shipped_role_scorer()
    likeliest = [max(p, key=lambda role: p[role]) for p in scorer.probabilities(context)]
    assert likeliest == ["mentioned", "proposed", "used", "compared"]


def test_the_name_itself_decides_nothing() -> None:
    text = "On Sorting\nWe propose {}, a new method. It is fast."
    scorer = shipped_role_scorer()
    known, new = (scorer.probabilities(methods_of(text.format(name), name)) for name in ("BERT", "XQRZ"))
    assert known == new


@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_two_opinions_make_one(first: list[float], second: list[float]) -> None:
    a, b = (dict(zip(METHOD_ROLES, values, strict=True)) for values in (first, second))
    both = joined(a, b)
    assert sum(both.values()) == pytest.approx(1)
    best = max(both, key=lambda role: both[role])
    assert not any(a[role] > max(a[best], 0.005) and b[role] > max(b[best], 0.005) for role in METHOD_ROLES)


def test_a_missing_or_damaged_role_scorer_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"roles\.npz cannot be read"):
        load_role_scorer(tmp_path)
    (tmp_path / "roles.npz").write_bytes(b"no archive")
    with pytest.raises(ModelError, match=r"roles\.npz cannot be read"):
        load_role_scorer(tmp_path)
