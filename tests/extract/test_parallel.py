"""Rows of numbers and names: a number takes the name beside it, and nothing else is touched."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.attributes import candidates
from kg.extract.claim_context import Context
from kg.extract.parallel import in_parallel
from kg.extract.quantities import find_quantities
from kg.extract.sentences import sentences
from kg.records import Mention, Method

OWN, *RIVALS = ("OwnNet", "RidgeNet", "ValeNet", "PeakNet")


def context_of(text: str) -> Context:
    methods = [
        Method(
            name=name,
            confidence=1,
            role="proposed" if name == OWN else "compared",
            mentions=tuple(
                Mention(text=name, start=m.start(), end=m.end(), section="abstract") for m in re.finditer(name, text)
            ),
        )
        for name in (OWN, *RIVALS)
        if name in text
    ]
    entities = SimpleNamespace(methods=methods, datasets=[], metrics=[], tasks=[])
    return Context(text, 0, sentences(text), find_quantities(text), entities)


def corrected(text: str, chosen: list[str | None]) -> list[str | None]:
    context = context_of(text)
    found = [c for c in candidates(context, "baseline") if not c.phrase]
    names = [c.name for c in found]
    places = [None if name is None else names.index(name) for name in chosen]
    result = in_parallel(context, context.quantities, "baseline", found, places)
    return [None if i is None else names[i] for i in result]


@pytest.mark.parametrize(
    "text",
    [
        "OwnNet improves RidgeNet by 4%, ValeNet by up to 3% and PeakNet by 2%.",
        "OwnNet gains 4% over RidgeNet, 3% over ValeNet and 2% over the PeakNet.",
        "OwnNet gains 4% (RidgeNet), 3% (ValeNet) and 2% (PeakNet).",
        "OwnNet beats RidgeNet, ValeNet and PeakNet by 4%, 3% and 2%, respectively.",
        "OwnNet lifts RidgeNet's accuracy by 4%, ValeNet's by 3% and PeakNet's by 2%.",
    ],
)
def test_each_number_takes_the_name_beside_it(text: str) -> None:
    assert corrected(text, [RIVALS[0]] * 3) == RIVALS
    assert corrected(text, [RIVALS[2], None, RIVALS[2]]) == [RIVALS[0], None, RIVALS[2]]


@pytest.mark.parametrize(
    "text",
    [
        "OwnNet improves by 4% on RidgeNet. It improves ValeNet by 3%. PeakNet gains 2%.",
        "OwnNet gains 4%, then 3% and at last 2% over RidgeNet with ValeNet and PeakNet.",
        "OwnNet beats RidgeNet by 4%, OwnNet by 3% and OwnNet by 2%, not ValeNet or PeakNet.",
    ],
)
def test_what_is_no_row_stays_as_it_was(text: str) -> None:
    for name in RIVALS:
        assert corrected(text, [name] * 3) == [name] * 3


@given(st.lists(st.sampled_from([OWN, *RIVALS, "by 3%", "over", ",", "and", "4%", "(", ")", "."]), max_size=14))
def test_a_number_with_no_choice_gets_none_and_a_choice_stays_within_the_names(words: list[str]) -> None:
    text = " ".join(words)
    context = context_of(text)
    found = [c for c in candidates(context, "baseline") if not c.phrase]
    size = len(context.quantities)
    assert in_parallel(context, context.quantities, "baseline", found, [None] * size) == [None] * size
    for i in range(len(found)):
        result = in_parallel(context, context.quantities, "baseline", found, [i] * size)
        assert all(c is not None and 0 <= c < len(found) for c in result)
