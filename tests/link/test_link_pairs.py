"""Pairs of names with known answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.link import compare_with_fuzzy, metric_facts, read_pairs, same
from kg.link.names import parse
from kg.records import ENTITY_KINDS

PAIRS = Path(__file__).with_name("hard_pairs.jsonl")


def test_no_pair_is_joined_wrongly_and_nearly_all_right_ones_are() -> None:
    pairs = read_pairs(PAIRS)
    assert len(pairs) >= 420
    assert 0.4 <= sum(pair.same for pair in pairs) / len(pairs) <= 0.6
    ours, fuzzy = compare_with_fuzzy(pairs)
    assert ours.wrong == ()
    assert ours.recall >= 0.97
    assert len(fuzzy.wrong) > 100  # the same pairs are hard for similarity of letters


def test_order_of_the_names_does_not_matter() -> None:
    for pair in read_pairs(PAIRS):
        assert same(pair.a, pair.b, pair.kind).same == same(pair.b, pair.a, pair.kind).same, pair


def test_every_verdict_gives_a_reason() -> None:
    for pair in read_pairs(PAIRS):
        reason = same(pair.a, pair.b, pair.kind).reason
        assert reason.endswith(".") and len(reason) > 15


@pytest.mark.parametrize(
    ("a", "b", "word"),
    [
        ("Llama-2-7B", "Llama-2-13B", "size"),
        ("BERT-base", "BERT-large", "variant"),
        ("CIFAR-10", "CIFAR-100", "number"),
        ("COCO val", "COCO test", "split"),
        ("WMT14 En-De", "WMT14 En-Fr", "language pair"),
    ],
)
def test_the_reason_names_the_slot(a: str, b: str, word: str) -> None:
    kind = "method" if "B" in a[:6] or "Llama" in a else "dataset"
    verdict = same(a, b, kind)
    assert not verdict.same
    assert word in verdict.reason


def test_without_a_kind_the_table_tells_it() -> None:
    assert same("NLP", "natural language processing").kind == "task"
    assert same("F1", "F1-score").same
    assert same("ImageNet-1K", "ILSVRC 2012").same
    assert not same("CIFAR-10", "CIFAR-100").same


def test_ambiguous_short_form_is_not_joined_by_name() -> None:
    verdict = same("SAM", "Segment Anything Model", "method")
    assert not verdict.same
    assert "sharpness" in verdict.reason


def test_names_that_say_nothing_are_never_the_same() -> None:
    assert not same("???", "!!!", "method").same


def test_metrics_have_direction_and_unit() -> None:
    for name, better, unit in (("FID", "lower", None), ("macro-F1", "higher", "%"), ("Top-1 Acc.", "higher", "%")):
        facts = metric_facts(name)
        assert facts is not None
        assert (facts.better, facts.unit) == (better, unit)
    assert metric_facts("happiness of cats") is None


def test_bad_pairs_file_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"a": "x", "b": "y", "kind": "method", "same": true}\n{"a": "x"}\n')
    with pytest.raises(InputError, match=r"pairs\.jsonl:2"):
        read_pairs(file)


@settings(max_examples=200)
@given(st.text(max_size=60), st.sampled_from(ENTITY_KINDS))
def test_any_text_can_be_parsed_and_is_the_same_as_itself(name: str, kind: str) -> None:
    parsed = parse(name, kind)  # type: ignore[arg-type]
    assert all(parsed.core)
    if parsed.core:
        assert same(name, name, kind).same  # type: ignore[arg-type]


@settings(max_examples=150)
@given(
    st.from_regex(r"[A-Z][a-z]{2,6}[A-Z][a-z]{2,6}", fullmatch=True),
    st.integers(1, 99),
    st.integers(1, 99),
    st.sampled_from(ENTITY_KINDS),
)
def test_numbers_always_separate_and_hyphens_never_do(name: str, first: int, second: int, kind: str) -> None:
    assert same(f"{name}-{first}", f"{name} {first}", kind).same  # type: ignore[arg-type]
    assert same(f"{name}-{first}", f"{name}-{second}", kind).same == (first == second)  # type: ignore[arg-type]
    assert not same(f"{name}-{first}", name, kind).same  # type: ignore[arg-type]
