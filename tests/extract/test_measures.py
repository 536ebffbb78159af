"""What is known about metrics by name."""

from __future__ import annotations

import pytest

from kg.extract.measures import direction_of, is_error, is_share, measure_class


@pytest.mark.parametrize(
    ("name", "measures", "better"),
    [
        ("top-1 accuracy", "quality", "higher"),
        ("WER", "error", "lower"),
        ("false positive rate", "error", "lower"),
        ("negative log-likelihood", "error", "lower"),
        ("log-likelihood", "quality", "higher"),
        ("TPR at 1% FPR", "quality", "higher"),
        ("energy efficiency", "quality", "higher"),
        ("energy consumption", "compute", "lower"),
        ("GPU utilization", "quality", "higher"),
        ("error detection", "quality", "higher"),
        ("win-loss margin", "quality", "higher"),
        ("energy inefficiency", "compute", "lower"),
        ("FPR at 95% TPR", "error", "lower"),
        ("error detection latency", "time", "lower"),
        ("efficiency gap", "error", "lower"),
        ("memory utilization", "memory", "lower"),
        ("throughput", "rate", "higher"),
        ("inference latency", "time", "lower"),
        ("peak memory", "memory", "lower"),
        ("compression ratio", "size", "higher"),
        ("parameters", "size", "lower"),
        ("plausibility", "other", None),
    ],
)
def test_a_metric_is_known_by_its_name(name: str, measures: str, better: str | None) -> None:
    assert (measure_class(name), direction_of(name)) == (measures, better)


def test_only_shares_end_at_a_hundred() -> None:
    assert is_share("accuracy")
    assert not is_share("PSNR")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("WER", True),
        ("Word Error Rate (WER)", True),
        ("top-5 error", True),
        ("FID score", True),
        ("hallucination rate", True),
        ("forgetting", True),
        ("average forgetting", True),
        ("false positive rate", True),
        ("inverse perplexity", False),
        ("error detection", False),
        ("hallucination detection", False),
        ("attack success rate", False),
        ("accuracy", False),
        ("latency", False),
    ],
)
def test_an_error_is_what_there_should_be_less_of(name: str, error: bool) -> None:
    assert is_error(name) is error
