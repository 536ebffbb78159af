"""Which pairs of method and dataset are kept: the model's own, what claims say, and what enumerations share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.extract.entities import FoundEntity
from kg.extract.extractor import Extractor
from kg.extract.reading import Reading
from kg.extract.triples import choose_triples
from kg.records import Claim, EntityKind, Paper

TEXT = "OwlNet is tested on Barns, Fields and Woods. On Lakes it has 9% error; it learned from Ponds."
SENTENCES = [(0, 44), (45, len(TEXT))]


def entity(number: int, kind: EntityKind, name: str, role: str) -> FoundEntity:
    start = TEXT.index(name)
    return FoundEntity(number, kind, name, ((start, start + len(name)),), 0.9, role)


ENTITIES = [
    entity(0, "dataset", "Barns", "evaluated"),
    entity(1, "dataset", "Fields", "evaluated"),
    entity(2, "dataset", "Lakes", "evaluated"),
    entity(3, "dataset", "Ponds", "training"),
    entity(4, "dataset", "Woods", "evaluated"),
    entity(5, "method", "OwlNet", "proposed"),
]


def reading(*pairs: tuple[int, int, float]) -> Reading:
    return Reading([], [], [], list(pairs), {"triple": 0.6})


def claim(dataset: str) -> Claim:
    start = TEXT.index("9%")
    return Claim(
        text="it has 9% error", number="9%", start=start, end=start + 2, kind="score", value=9.0, unit="%",
        method="OwlNet", dataset=dataset, confidence=0.9,
    )  # fmt: skip


def chosen(read: Reading, claims: list[Claim], min_confidence: float | None = None) -> dict[str, float]:
    found = choose_triples(read, ENTITIES, text=TEXT, sentences=SENTENCES, claims=claims, min_confidence=min_confidence)
    assert {triple.method for triple in found} <= {"OwlNet"}
    return {triple.dataset: triple.confidence for triple in found}


def test_what_the_model_is_sure_of() -> None:
    assert chosen(reading((5, 2, 0.7), (5, 3, 0.5)), []) == {"Lakes": 0.7}


def test_an_enumeration_is_taken_as_a_whole() -> None:
    assert chosen(reading((5, 0, 0.2), (5, 1, 0.8), (5, 4, 0.7)), []) == {"Barns": 0.8, "Fields": 0.8, "Woods": 0.7}


def test_an_enumeration_of_two_roles_is_not() -> None:
    entities = [replace(e, role="training") if e.name == "Woods" else e for e in ENTITIES]
    found = choose_triples(reading((5, 0, 0.8)), entities, text=TEXT, sentences=SENTENCES)
    assert [triple.dataset for triple in found] == ["Barns", "Fields"]


def test_a_claimed_number_says_what_was_evaluated() -> None:
    assert set(chosen(reading((5, 2, 0.1)), [claim("Lakes")])) == {"Lakes"}
    assert set(chosen(reading(), [claim("Woods")])) == {"Barns", "Fields", "Woods"}


def test_a_number_of_another_papers_method_says_it_of_one_dataset_alone() -> None:
    entities = [replace(e, role="compared") if e.name == "OwlNet" else e for e in ENTITIES]
    found = choose_triples(reading(), entities, text=TEXT, sentences=SENTENCES, claims=[claim("Woods")])
    assert [triple.dataset for triple in found] == ["Woods"]


def test_a_number_of_a_training_set_does_not() -> None:
    assert chosen(reading(), [claim("Ponds")]) == {}


@pytest.mark.parametrize(("least", "kept"), [(0.3, {"Lakes"}), (0.95, set())])
def test_claims_obey_the_confidence_asked_for(least: float, kept: set[str]) -> None:
    assert set(chosen(reading(), [claim("Lakes")], least)) == kept


def test_the_words_of_a_pair_are_shown() -> None:
    found = choose_triples(reading((5, 1, 0.9)), ENTITIES, text=TEXT, sentences=SENTENCES)
    assert [TEXT[triple.start : triple.end] for triple in found] == [
        "OwlNet is tested on Barns", "OwlNet is tested on Barns, Fields", "OwlNet is tested on Barns, Fields and Woods"
    ]  # fmt: skip


def test_claims_and_triples_of_an_abstract_agree() -> None:
    paper = Paper(
        id="p",
        title="Reading Maps with Fewer Weights",
        abstract="We propose FigNet, a small network. It reaches a BLEU of 28.4, and a 60 million-parameter model "
        "trains in 3 hours on WMT14.",
    )
    found = Extractor().extract(paper)
    claimed = {(c.method, c.dataset) for c in found.claims if c.method and c.dataset}
    assert ("FigNet", "WMT14") in claimed
    assert claimed <= set(found.triples)
