"""Rows of numbers and names: a number takes the name beside it, and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.attributes import candidates
from kg.extract.claim_context import Context
from kg.extract.parallel import in_parallel, with_the_lists_metric, with_the_rival_after
from kg.extract.quantities import find_quantities
from kg.extract.sentences import sentences
from kg.records import Dataset, Mention, Method, Metric

OWN, *RIVALS = ("OwnNet", "RidgeNet", "ValeNet", "PeakNet")


def context_of(text: str, *, kind: Literal["method", "dataset"] = "method") -> Context:
    names = [name for name in (OWN, *RIVALS) if name in text]
    mentions = {
        name: tuple(
            Mention(text=name, start=m.start(), end=m.end(), section="abstract") for m in re.finditer(name, text)
        )
        for name in names
    }
    lists = SimpleNamespace(methods=[], datasets=[], metrics=[], tasks=[])
    for word in ("precision", "recall"):
        for m in re.finditer(word, text):
            place = Mention(text=word, start=m.start(), end=m.end(), section="abstract")
            lists.metrics.append(Metric(name=word, confidence=1, mentions=(place,)))
    if kind == "method":
        lists.methods = [
            Method(name=n, confidence=1, role="proposed" if n == OWN else "compared", mentions=mentions[n])
            for n in names
        ]
    else:
        lists.datasets = [Dataset(name=n, confidence=1, role="evaluated", mentions=mentions[n]) for n in names]
    return Context(text, 0, sentences(text), find_quantities(text), lists)


def corrected(
    text: str,
    chosen: Sequence[str | None],
    attribute: Literal["baseline", "dataset"] = "baseline",
    methods: Sequence[str | None] = (),
) -> list[str | None]:
    """What becomes of the `chosen` names of the numbers of `text`; `methods` are what the numbers are about."""
    context = context_of(text, kind="method" if attribute == "baseline" else "dataset")
    found = [c for c in candidates(context, attribute) if not c.phrase]
    names = [c.name for c in found]
    places = [None if name is None else names.index(name) for name in chosen]
    barred = methods or [None] * len(chosen)
    result = in_parallel(context, context.quantities, attribute, found, places, barred)
    return [None if i is None else names[i] for i in result]


ROWS = [
    "OwnNet improves RidgeNet by 4%, ValeNet by up to 3% and PeakNet by 2%.",
    "OwnNet gains 4% over RidgeNet, 3% over ValeNet and 2% over the PeakNet.",
    "OwnNet gains 4% (RidgeNet), 3% (ValeNet) and 2% (PeakNet).",
    "OwnNet beats RidgeNet, ValeNet and PeakNet by 4%, 3% and 2%, respectively.",
    "OwnNet lifts RidgeNet's accuracy by 4%, ValeNet's by 3% and PeakNet's by 2%.",
]


@pytest.mark.parametrize("text", ROWS)
@pytest.mark.parametrize("attribute", ["baseline", "dataset"])
def test_each_number_takes_its_own_name_of_the_row(text: str, attribute: Literal["baseline", "dataset"]) -> None:
    assert corrected(text, [RIVALS[0]] * 3, attribute) == RIVALS
    assert corrected(text, [RIVALS[2], None, RIVALS[2]], attribute) == [RIVALS[0], None, RIVALS[2]]


@pytest.mark.parametrize("text", ROWS)
def test_a_name_outside_the_row_stays(text: str) -> None:
    assert corrected(f"{OWN} is old. {text}", [OWN] * 3) == [OWN] * 3


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("OwnNet improves RidgeNet by 4%. It improves ValeNet by 3%. Then PeakNet by 2%.", ["ValeNet"] * 3),
        ("OwnNet gains 4%, then 3% and at last 2% over RidgeNet with ValeNet and PeakNet.", ["ValeNet"] * 3),
        ("OwnNet beats RidgeNet by 4%, RidgeNet by 3% and RidgeNet by 2%, not ValeNet.", ["ValeNet"] * 3),
        ("OwnNet beats RidgeNet by 4%, gains 9 places and ValeNet by 3%.", ["ValeNet", None, "RidgeNet"]),
        ("PeakNet improves by 4% over RidgeNet, and RidgeNet improves by 1% over ValeNet.", ["RidgeNet", "ValeNet"]),
        ("OwnNet gains 3% on 5 runs on ValeNet and 4% on PeakNet.", ["PeakNet", None, "PeakNet"]),
        ("OwnNet passes RidgeNet and ValeNet, with precision and recall of 90% and 85%.", ["RidgeNet", "RidgeNet"]),
        ("RidgeNet improves by 4% and PeakNet by 2% over ValeNet and PeakNet.", ["PeakNet", "PeakNet"]),
        ("OwnNet and RidgeNet reach 90% and 85% accuracy.", ["RidgeNet", None]),
    ],
)
def test_what_is_no_row_stays_as_it_was(text: str, chosen: list[str | None]) -> None:
    assert corrected(text, chosen) == chosen


def test_what_a_model_was_trained_on_is_not_what_it_was_measured_on() -> None:
    text = "It reaches 90% on RidgeNet with 5M parameters pretrained on ValeNet."
    assert corrected(text, ["RidgeNet", "RidgeNet"], "dataset") == ["RidgeNet", "RidgeNet"]


def test_a_method_does_not_become_its_own_baseline() -> None:
    text = "The accuracy is 91% (OwnNet), 88% (RidgeNet) and 85% (ValeNet)."
    chosen = ["RidgeNet", "ValeNet", None]
    assert corrected(text, chosen) == ["RidgeNet", "RidgeNet", None]
    assert corrected(text, chosen, methods=[OWN, "RidgeNet", "ValeNet"]) == chosen


@given(st.lists(st.sampled_from([OWN, *RIVALS, "by 3%", "over", ",", "and", "4%", "(", ")", "."]), max_size=14))
def test_a_number_with_no_choice_gets_none_and_a_choice_stays_within_the_names(words: list[str]) -> None:
    context = context_of(" ".join(words))
    found = [c for c in candidates(context, "baseline") if not c.phrase]
    nothing: list[str | None] = [None] * len(context.quantities)
    assert in_parallel(context, context.quantities, "baseline", found, [None] * len(nothing), nothing) == nothing
    for i in range(len(found)):
        result = in_parallel(context, context.quantities, "baseline", found, [i] * len(nothing), nothing)
        assert all(c == i or (c is not None and found[c].role == "compared") for c in result)


@pytest.mark.parametrize(
    ("text", "chosen", "expected"),
    [
        ("OwnNet gains 4%, 3% and 2% in recall.", ["precision", None, "recall"], ["recall"] * 3),
        ("OwnNet has 4, 3 and 2 points higher recall.", [None] * 3, ["recall"] * 3),
        ("OwnNet gains 4% and 3% in precision and recall.", ["precision", "recall"], ["precision", "recall"]),
        ("OwnNet has a precision of 4% and 3% in recall tests.", ["precision"] * 2, ["precision"] * 2),
        ("OwnNet gains 4% in precision; 3% recall.", ["precision", "recall"], ["precision", "recall"]),
        ("In precision it improves by 4% and 3% in recall.", ["precision"] * 2, ["precision"] * 2),
        (
            "It gains 6% and 5% in precision and 4% and 3% in recall.",
            ["precision"] * 4,
            ["precision", "precision", "recall", "recall"],
        ),
        ("OwnNet gains 4% and then 3% in recall.", ["precision", "recall"], ["precision", "recall"]),
    ],
)
def test_a_list_has_the_metric_that_it_ends_in(text: str, chosen: list[str | None], expected: list[str | None]) -> None:
    context = context_of("We measure precision, then recall. " + text)
    found = [c for c in candidates(context, "metric") if not c.phrase]
    names = [c.name for c in found]
    places = [None if name is None else names.index(name) for name in chosen]
    result = with_the_lists_metric(context, context.quantities, found, places)
    assert [None if i is None else names[i] for i in result] == expected


def of_rivals(text: str, *, results: bool = True) -> list[str | None]:
    """Whose the numbers of `text` are when each was thought to be of the paper's own method."""
    context = context_of(text)
    found = [c for c in candidates(context, "method") if not c.phrase]
    own = next(i for i, c in enumerate(found) if c.name == OWN)
    count = len(context.quantities)
    chosen = with_the_rival_after(context, context.quantities, [results] * count, found, [own] * count)
    return [None if i is None else found[i].name for i in chosen]


def test_a_score_for_a_rival_is_the_rivals() -> None:
    text = "OwnNet reaches 63.4% accuracy, against 61.0% for RidgeNet and 48.1% for the ValeNet."
    assert of_rivals(text) == [OWN, "RidgeNet", "ValeNet"]


@pytest.mark.parametrize(
    "text",
    [
        "OwnNet reaches 63.4%, compared to 61.0% and 48.1% for RidgeNet and ValeNet.",  # a list has its names in order
        "It reaches 63.4% for OwnNet.",
        "OwnNet reaches 63.4% for images, better than RidgeNet.",
    ],
)
def test_other_numbers_before_for_stay_as_they_are(text: str) -> None:
    assert set(of_rivals(text)) == {OWN}


def test_a_gain_for_a_rival_stays_what_brings_it() -> None:
    assert of_rivals("With OwnNet accuracy rises by 3.1% for RidgeNet.", results=False) == [OWN]
