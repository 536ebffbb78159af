"""Which forms of a text may be joined by a learned score."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.forms import both_names, defined_apart, is_variant, may_be_one, set_apart

DEFINED = [("LoRA", "Low-Rank Adaptation")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("CIFAR-10", "CIFAR10"),
        ("LAION", "LAION dataset"),
        ("LoRA", "Low-Rank Adaptation"),
        ("Swin", "Swin Transformer"),
        ("MTIL", "Multi-domain Task Incremental Learning"),
        ("AWA2", "Animals with Attributes 2"),
        ("diffusion model", "diffusion models"),
    ],
)
def test_letters_agree(first: str, second: str) -> None:
    assert may_be_one(first, second, DEFINED, names_only=True)
    assert may_be_one(second, first, DEFINED, names_only=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("CIFAR-10", "ImageNet"),
        ("CIFAR-10", "CIFAR-100"),
        ("CIFAR", "CIFAR-10"),
        ("ImageNet", "Tiny ImageNet"),
        ("ImageNet", "ImageNet-R"),
        ("LLaMA-7B", "LLaMA-13B"),
        ("BERT", "BERT-large"),
        ("SGD", "DP-SGD"),
        ("MNIST", "AWA"),
        ("Wikipedia", "CUB"),
        ("GPT-4", "GPT-4o"),
    ],
)
@pytest.mark.parametrize("names_only", [True, False])
def test_names_stay_apart(first: str, second: str, names_only: bool) -> None:
    assert not may_be_one(first, second, DEFINED, names_only=names_only)
    assert not may_be_one(second, first, DEFINED, names_only=names_only)


def test_a_description_may_stand_for_a_method_but_not_for_a_dataset() -> None:
    assert may_be_one("FastNet", "the fast forward network", names_only=False)
    assert not may_be_one("FastSet", "the fast images", names_only=True)


@settings(max_examples=200)
@given(st.text(max_size=20), st.text(max_size=20), st.booleans())
def test_the_order_does_not_matter(first: str, second: str, names_only: bool) -> None:
    assert may_be_one(first, second, names_only=names_only) == may_be_one(second, first, names_only=names_only)
    assert may_be_one(first, first, names_only=names_only)


def test_two_abbreviations_of_one_text_are_two_things() -> None:
    defined = [*DEFINED, ("MoE", "Mixture-of-Experts")]
    assert defined_apart("LoRA", "MoE", defined)
    assert defined_apart("Low-Rank Adaptation", "MoE", defined)
    assert not defined_apart("LoRA", "Low-Rank Adaptation", defined)
    assert not defined_apart("LoRA", "an adapter", defined)
    assert both_names("FastNet", "LoRA")
    assert not both_names("FastNet", "a fast network")


@pytest.mark.parametrize(
    ("between", "apart"),
    [
        (" and ", True),
        (", and the ", True),
        (" significantly outperforms ", True),
        (" rather than ", True),
        (" (", False),
        (", also called ", False),
        (" and later also ", False),
    ],
)
def test_names_in_one_breath_are_two_things(between: str, apart: bool) -> None:
    text = f"wide reading{between}deep reading"
    second = (len(text) - len("deep reading"), len(text))
    assert set_apart(text, [(0, 12)], [second]) is apart
    assert set_apart(text, [second], [(0, 12)]) is apart


def test_a_variant_is_another_model() -> None:
    assert is_variant("Heron-7B", "Heron-7B-instruct")
    assert is_variant("Heron large", "Heron")
    assert not is_variant("Heron-7B", "Heron-7B model")
    assert not is_variant("Heron", "heron")
