"""The grammar of quantities: what is a number, its unit, its range and its baseline."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.quantities import Quantity, find_quantities
from kg.text import clean


def only(text: str) -> Quantity:
    """The one quantity of `text`."""
    found = find_quantities(text)
    assert len(found) == 1, [text[q.start : q.end] for q in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "number", "value", "unit"),
    [
        ("runs 450× faster", "450×", 450, "x"),
        ("runs 3.5x faster", "3.5x", 3.5, "x"),
        ("a 12-fold saving", "12-fold", 12, "x"),
        ("trains 40 times faster", "40 times", 40, "x"),
        ("a tenfold saving", "tenfold", 10, "x"),
        ("gains 5.42% here", "5.42%", 5.42, "%"),
        ("gains 30.2 percent here", "30.2 percent", 30.2, "%"),
        ("gains 2.1 percentage points", "2.1 percentage points", 2.1, "points"),
        ("gains 2.1% points", "2.1% points", 2.1, "points"),
        ("gains 7 F1 points", "7 F1 points", 7, "points"),
        ("a 4-percentage-point gap", "4-percentage-point", 4, "points"),
        ("it has 1.5M parameters", "1.5M parameters", 1.5e6, "params"),
        ("a 30-billion parameter model", "30-billion parameter", 3e10, "params"),
        ("reads 15T tokens", "15T tokens", 1.5e13, "tokens"),
        ("with 9,908 samples", "9,908 samples", 9908, "samples"),
        ("takes 9,908 s", "9,908 s", 9908, "s"),
        ("takes 10, 000 steps", "10, 000", 10_000, None),
        ("has 5, 062 tasks", "5, 062", 5062, None),
        ("needs 0.5G MACs", "0.5G MACs", 0.5, "G MACs"),
        ("takes 22 seconds", "22 seconds", 22, "s"),
        ("takes 3.5 GPU hours", "3.5 GPU hours", 3.5, "h"),
        ("takes two days", "two days", 2, "d"),
        ("takes 20ms", "20ms", 20, "ms"),
        ("needs 18GB", "18GB", 18, "GB"),
        ("needs 8 GiB", "8 GiB", 8, "GB"),
        ("runs at 34 FPS", "34 FPS", 34, "FPS"),
        ("runs at 42 frames per second", "42 frames per second", 42, "FPS"),
        ("costs $7,800 in all", "$7,800", 7800, "$"),
        ("costs 3.2 million USD", "3.2 million USD", 3.2e6, "$"),
        ("about 7.47dB", "7.47dB", 7.47, "dB"),
        ("draws 3 mW", "3 mW", 3, "mW"),
        ("one-third of it", "one-third", 1 / 3, None),
        ("half the memory", "half", 0.5, None),
        ("with 1/100 of it", "1/100", 0.01, None),
        ("at 1/20 parameters", "1/20", 0.05, None),
        ("needs 1/8 FLOPs", "1/8", 0.125, None),
        ("twice the length", "twice", 2, "x"),
        ("two orders of magnitude fewer", "two orders of magnitude", 100, "x"),
        ("an order of magnitude fewer", "an order of magnitude", 10, "x"),
        ("twenty-one thousand classes", "twenty-one thousand", 21000, None),
        ("a rate of 1.2e-4", "1.2e-4", 1.2e-4, None),
        ("a rate of 3×10^-4", "3×10^-4", 3e-4, None),
        ("a rate of 10⁻⁴", "10⁻⁴", 1e-4, None),
        ("an error of 0.94 ± 0.01", "0.94 ± 0.01", 0.94, None),
        ("a change of -0.24", "-0.24", -0.24, None),
        ("zero collisions", "zero", 0, None),
    ],
)
def test_reads_number_value_and_unit(text: str, number: str, value: float, unit: str | None) -> None:
    q = only(text)
    assert text[q.start : q.end] == number
    assert q.value == pytest.approx(value)
    assert q.unit == unit


@pytest.mark.parametrize(
    ("text", "value", "value_max", "unit"),
    [
        ("gains 3-5x", 3, 5, "x"),
        ("gains 3–5×", 3, 5, "x"),
        ("gains 3x to 5x", 3, 5, "x"),
        ("gains between 3 and 5 points", 3, 5, "points"),
        ("gains 2% ∼ 5%", 2, 5, "%"),
        ("scores ranging from 0.84 to 0.88", 0.84, 0.88, None),
        ("reads 350-700M tokens", 3.5e8, 7e8, "tokens"),
        ("trains models from 1B to 13B parameters", 1e9, 1.3e10, "params"),
        ("is 2-3 orders of magnitude faster", 100, 1000, "x"),
    ],
)
def test_range_has_both_ends(text: str, value: float, value_max: float, unit: str | None) -> None:
    q = only(text)
    assert (q.value, q.value_max, q.unit) == (pytest.approx(value), pytest.approx(value_max), unit)


@pytest.mark.parametrize(
    ("text", "value", "baseline", "unit"),
    [
        ("cuts the time from 9,908 s to 22 s", 22, 9908, "s"),
        ("improves the accuracy of models from 70.1% to 75.2%", 75.2, 70.1, "%"),
        ("compresses models from 200M to 900M parameters", 9e8, 2e8, "params"),
        ("the model scales from 200M to 2B parameters", 2e9, 2e8, "params"),
        ("cuts the time from 3.5 hours to 12 minutes", 12, 3.5, "min"),
        ("raises accuracy from 71.2 to 76.4%", 76.4, 71.2, "%"),
        ("raises accuracy from 71.2% on average to only 76.4%", 76.4, 71.2, "%"),
        ("AIME24 (80.3 vs. 79.8)", 80.3, 79.8, None),
        ("reaches 81.2%, compared to 78.5%", 81.2, 78.5, "%"),
        ("accuracy 71.2% → 76.4%", 76.4, 71.2, "%"),
    ],
)
def test_change_and_comparison_keep_the_baseline(text: str, value: float, baseline: float, unit: str | None) -> None:
    q = only(text)
    assert (q.value, q.baseline_value, q.unit) == (pytest.approx(value), pytest.approx(baseline), unit)
    assert q.baseline_span is not None
    assert text[slice(*q.baseline_span)].startswith(str(baseline)[:2].replace("99", "9,"))


@pytest.mark.parametrize(
    "text",
    [
        "ResNet-50", "CIFAR-10", "LLaMA-7B", "GPT-4", "F1", "top-1 accuracy", "a 3D scene", "mAP@0.5",
        "see Section 3.2",
        "arXiv:2401.01234", "https://x.org/a/2024/7", "Qwen2.5-72B", "orders of magnitude", "hundreds of methods",
        "the memory of ZeRO", "ZeRO++", "ſix models",
    ],
)  # fmt: skip
def test_names_and_references_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


def test_a_remark_between_the_numbers_of_a_change_is_passed_over() -> None:
    text = "cuts the run from 9,908 seconds (on 512 cores) to 22 seconds"
    found = find_quantities(text)
    assert [(q.value, q.baseline_value, q.unit) for q in found] == [(512, None, None), (22, 9908, "s")]


def test_two_prices_are_no_mathematics() -> None:
    assert [(q.value, q.unit) for q in find_quantities("between $100k for this and $1.5M for all")] == [
        (1e5, "$"),
        (1.5e6, "$"),
    ]


def test_number_of_machines_is_no_factor() -> None:
    assert all(q.unit != "x" for q in find_quantities("trained on 8×A100 and 4xV100 machines with 3×3 kernels"))


@pytest.mark.parametrize(
    ("text", "values", "units"),
    [
        ("models of 2, 7, and 40 billion parameters", [2e9, 7e9, 4e10], ["params"] * 3),
        ("for 3 or 5 thousand tokens", [3000, 5000], ["tokens"] * 2),
        ("contexts of 512 and 1K tokens", [512, 1000], ["tokens"] * 2),
        ("a score of 0.967, and a 3.6% gain", [0.967, 3.6], [None, "%"]),
        ("gains of 1.5 and 3.6%", [1.5, 3.6], ["%", "%"]),
        ("2000 and 3 million images", [2000, 3e6], [None, None]),
        ("a score of 28.4, and a 60 million-parameter model", [28.4, 6e7], [None, "params"]),
        ("of 95.2 and over 3 million users", [95.2, 3e6], [None, None]),
        ("a score of 0.91 and 2.3 million lines", [0.91, 2.3e6], [None, None]),
        ("models of 0.5, 1.5 and 7 billion parameters", [5e8, 1.5e9, 7e9], ["params"] * 3),
        ("100, 500 and 1 million samples", [100, 500, 1e6], ["samples"] * 3),
        ("a 7 and a 13 billion parameter model", [7e9, 1.3e10], ["params"] * 2),
        ("a 3.1 and a 4.5 point improvement", [3.1, 4.5], ["points", "points"]),
        ("by 2.1 and an average of 3.6%", [2.1, 3.6], ["%", "%"]),
    ],
)
def test_a_list_shares_what_its_last_number_says_of_all(
    text: str, values: list[float], units: list[str | None]
) -> None:
    found = find_quantities(text)
    assert [(q.value, q.unit) for q in found] == list(zip(values, units, strict=True))


def test_a_range_in_a_list_is_scaled_as_a_whole() -> None:
    first, second = find_quantities("models of 1-3 and 7 billion parameters")
    assert (first.value, first.value_max, second.value) == (1e9, 3e9, 7e9)


def test_list_shares_its_last_unit_and_is_one_series() -> None:
    text = "gains of 1.3, 2.0 and 4.1 points"
    found = find_quantities(text)
    assert [(q.value, q.unit, q.position) for q in found] == [
        (1.3, "points", 0),
        (2.0, "points", 1),
        (4.1, "points", 2),
    ]
    assert len({q.series for q in found}) == 1


def test_count_carries_what_is_counted() -> None:
    found = find_quantities("We release 422, 276 and 1,413 newly added clusters of topics.")
    assert [q.noun for q in found] == ["newly added clusters"] * 3


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("up to 14.29%", "up to"),
        ("as few as 100 samples", "as few as"),
        ("more than 3x", "more than"),
        ("saves 40% on average", "on average"),
        ("up to nearly 4.1x", "up to nearly"),
        ("saves 40%", None),
    ],
)
def test_hedge_is_verbatim(text: str, hedge: str | None) -> None:
    assert only(text).qualifier == hedge


def test_relative_and_absolute_are_told_apart() -> None:
    assert only("a 10% relative gain").relative is True
    assert only("a 10% absolute gain").relative is False
    assert only("a 10% gain").relative is None


def test_latex_reads_like_its_clean_form() -> None:
    raw = r"achieving 450$\times$ speedup at 6.25~\% cost and 10$\sim$100times less"
    assert [(q.value, q.value_max, q.unit) for q in find_quantities(clean(raw))] == [
        (450, None, "x"),
        (6.25, None, "%"),
        (10, 100, "x"),
    ]


NUMBERS = st.one_of(
    st.integers(1, 999).map(lambda n: (str(n), float(n))),
    st.integers(1, 9999).map(lambda n: (f"{n / 100:.2f}", n / 100)),
    st.integers(1000, 9_999_999).map(lambda n: (f"{n:,}", float(n))),
)
UNITS = st.sampled_from(
    [
        *(("x", "x"), ("×", "x"), (" times", "x"), ("%", "%"), (" percent", "%"), (" points", "points")),
        *((" percentage points", "points"), (" ms", "ms"), (" seconds", "s"), (" hours", "h"), (" GB", "GB")),
        *(("MB", "MB"), (" FPS", "FPS"), (" dB", "dB"), (" samples", "samples"), (" tokens", "tokens")),
    ]
)
HEDGES = st.sampled_from(["", "up to ", "over ", "about ", "at least ", "nearly "])


@settings(max_examples=150)
@given(NUMBERS, UNITS, HEDGES)
def test_a_written_number_is_read_back(number: tuple[str, float], unit: tuple[str, str], hedge: str) -> None:
    text = f"The new method changes it by {hedge}{number[0]}{unit[0]}, as we show."
    q = only(text)
    assert q.value == pytest.approx(number[1])
    assert q.unit == unit[1]
    assert (q.qualifier or "") == hedge.strip()


@settings(max_examples=150)
@given(NUMBERS, NUMBERS, UNITS, st.sampled_from(["-", "–", " to ", "–"]))
def test_a_written_range_is_read_back(
    low: tuple[str, float], high: tuple[str, float], unit: tuple[str, str], between: str
) -> None:
    low, high = sorted((low, high), key=lambda n: n[1])
    q = only(f"The new method changes it by {low[0]}{between}{high[0]}{unit[0]}, as we show.")
    assert (q.value, q.value_max, q.unit) == (pytest.approx(low[1]), pytest.approx(high[1]), unit[1])


@settings(max_examples=150)
@given(NUMBERS, NUMBERS, UNITS)
def test_a_written_change_is_read_back(old: tuple[str, float], new: tuple[str, float], unit: tuple[str, str]) -> None:
    q = only(f"The new method moves it from {old[0]}{unit[0]} to {new[0]}{unit[0]}, as we show.")
    assert (q.value, q.baseline_value, q.unit) == (pytest.approx(new[1]), pytest.approx(old[1]), unit[1])


@settings(max_examples=200)
@given(st.text(alphabet="0123456789 .,-–%×x$^{}()/±~→abfromtvsKMB\n", max_size=80))
def test_any_text_gives_ordered_spans_without_overlap(text: str) -> None:
    found = find_quantities(text)
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


PIECES = st.one_of(
    NUMBERS.map(lambda n: n[0]),
    UNITS.map(lambda u: u[0]),
    st.sampled_from(
        "1e300 trillion two three half twice a an of from to and or vs. versus by , ( ) - – / ± → ~ 1e9 10^{-4} 1/100 "
        "hundred million billion orders magnitude fold tenfold doubled one-third between up over than not".split()
    ),
    st.sampled_from(
        ["orders of magnitude", "an order of magnitude", "$\\times$", "respectively", "compared to", "9" * 320]
    ),
)


@settings(max_examples=400)
@given(st.lists(st.tuples(PIECES, st.sampled_from([" ", ""])), max_size=12))
def test_any_arrangement_of_number_words_gives_finite_values(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    found = find_quantities(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(math.isfinite(v) for q in found for v in (q.value, q.value_max, q.baseline_value) if v is not None)


def test_a_large_number_before_a_magnitude_is_no_exponent() -> None:
    found = find_quantities("needs 400 to three orders of magnitude fewer samples")
    assert [(q.value, q.form) for q in found] == [(400, "plain"), (1000, "magnitude")]


@pytest.mark.parametrize(
    "piece", ["1", "1,111", "1.", "from 1 to ", "1-", "1 and ", "1/", "up to ", "a hundred ", "10^", "1 a ", "(", " "]
)
def test_long_repeats_are_read(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    assert all(q.end <= len(text) for q in find_quantities(text))
