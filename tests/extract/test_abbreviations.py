"""Definitions of abbreviations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.abbreviations import find_abbreviations
from kg.extract.sentences import sentences


def definitions(text: str) -> list[tuple[str, str]]:
    return [(found.short, found.long) for found in find_abbreviations(text, sentences(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use Low-Rank Adaptation (LoRA) here.", [("LoRA", "Low-Rank Adaptation")]),
        ("We use LoRA (Low-Rank Adaptation) here.", [("LoRA", "Low-Rank Adaptation")]),
        ("A 3D convolutional neural network (3D-CNN) is used.", [("3D-CNN", "3D convolutional neural network")]),
        ("Many large language models (LLMs) exist.", [("LLMs", "large language models")]),
        ("The Vision Transformer (ViT; Base) is used.", [("ViT", "Vision Transformer")]),
        ("In-context learning (ICL) helps.", [("ICL", "In-context learning")]),
        ("Zeroth-Order Offloading (ZO2) saves memory.", [("ZO2", "Zeroth-Order Offloading")]),
        ("A rank-aware rewriting for retrieval (RRR) is used.", [("RRR", "rank-aware rewriting for retrieval")]),
        ("We need self-supervised learning (SSL) too.", [("SSL", "self-supervised learning")]),
        ("We Query, Rank and Decide (QuRD) twice.", [("QuRD", "Query, Rank and Decide")]),
        ("We Plan, Act, and Reflect (PAR) twice.", [("PAR", "Plan, Act, and Reflect")]),
        ("Here self-supervised feature learning (SSL) helps.", [("SSL", "self-supervised feature learning")]),
        ("Learning from Soft Names (LSN) helps.", [("LSN", "Learning from Soft Names")]),
        ("A Deep Residual Network (DR) is used.", [("DR", "Deep Residual Network")]),
        ("A model like the multilayer perceptron (MLP) is used.", [("MLP", "multilayer perceptron")]),
        ("In some cases, semisupervised learning (SSL) helps.", [("SSL", "semisupervised learning")]),
        ("They rely purely on backpropagation (BP) again.", []),
        ("It has clean errors, mixed averages and peaks (CamP) in it.", []),
        ("It is evaluated (see Section 3) on images.", []),
        ("Accuracy is high (95%).", []),
        ("We stop here. Adaptation of rank (LoRA) is new.", []),
        ("We train GPT (GPT model) again.", []),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    assert definitions(text) == expected


@settings(max_examples=200)
@given(st.text(alphabet="abAB (1-)[];.é", max_size=80))
def test_spans_hold_the_forms(text: str) -> None:
    for found in find_abbreviations(text, sentences(text)):
        assert text[slice(*found.short_span)] == found.short
        assert text[slice(*found.long_span)] == found.long
