"""Roles: the likeliest one, and what the text states outright."""

from __future__ import annotations

import pytest

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
