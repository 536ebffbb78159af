"""Joining the names of several papers."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_sample import paper

from kg.errors import UsageError
from kg.link import Linking, explain, link, review
from kg.records import ENTITY_KINDS, Extraction

CORPUS = [
    paper("p1", methods=["LoRA", "ResNet-50"], datasets=["CIFAR-10", "SGD"], metrics=["top-1 accuracy"]),
    paper("p2", methods=["Low-Rank Adaptation", "ResNet50", "SGD"], datasets=["CIFAR10"], metrics=["Top-1 Acc."]),
    paper("p3", methods=[("ZoomFormer", "Zooming Transformer")], abbreviations=[("ZoomFormer", "Zooming Transformer")]),
    paper("p4", methods=["Zooming Transformer"], proposed=["two-stage framework"], datasets=["CIFAR-100", "CIFAR"]),
    paper("p5", methods=["QBF"], abbreviations=[("QBF", "Quick Bright Fox")], tasks=["image classification"]),
    paper("p6", methods=["QBF"], abbreviations=[("QBF", "Quantum Bit Filter")], proposed=["two-stage framework"]),
    paper("p7", methods=["QBF"], metrics=["accuracy"]),
    paper("p8", methods=["Quick Bright Fox", "ResNet-101"], tasks=["Image Classification task"]),
    paper("p9", methods=["knowledge distillation"], proposed=["adaptive token folding"]),
    paper("p10", methods=["Knowledge Distillation"], proposed=["adaptive token folding"]),
]


def names_by_id(linking: Linking) -> dict[str, set[str]]:
    return {entity.id: {form for form, _ in entity.aliases} for entity in linking.entities}


def test_spellings_are_one_entity_and_numbers_are_not() -> None:
    linking = link(CORPUS)
    assert linking.id_of("p1", "dataset", "CIFAR-10") == linking.id_of("p2", "dataset", "CIFAR10")
    assert linking.id_of("p1", "dataset", "CIFAR-10") != linking.id_of("p4", "dataset", "CIFAR-100")
    assert linking.id_of("p1", "metric", "top-1 accuracy") == linking.id_of("p2", "metric", "Top-1 Acc.")
    assert linking.id_of("p1", "metric", "top-1 accuracy") != linking.id_of("p7", "metric", "accuracy")
    assert linking.id_of("p5", "task", "image classification") == linking.id_of(
        "p8", "task", "Image Classification task"
    )


def test_same_string_of_another_kind_is_another_entity() -> None:
    linking = link(CORPUS)
    assert linking.id_of("p1", "dataset", "SGD") != linking.id_of("p2", "method", "SGD")


def test_definition_in_one_paper_joins_in_all() -> None:
    linking = link(CORPUS)
    assert linking.id_of("p3", "method", "ZoomFormer") == linking.id_of("p4", "method", "Zooming Transformer")
    without = link([item.model_copy(update={"abbreviations": ()}) for item in CORPUS])
    assert without.id_of("p3", "method", "ZoomFormer") != without.id_of("p4", "method", "Zooming Transformer")


def test_short_form_with_two_meanings_is_kept_apart() -> None:
    linking = link(CORPUS)
    fox, bit, unknown = (linking.id_of(p, "method", "QBF") for p in ("p5", "p6", "p7"))
    assert len({fox, bit, unknown}) == 3
    assert fox == linking.id_of("p8", "method", "Quick Bright Fox")
    refusal = next(refusal for refusal in linking.refusals if refusal.papers == ("p7",))
    assert "Quick Bright Fox" in refusal.other and "Quantum Bit Filter" in refusal.other


def test_context_decides_what_an_ambiguous_short_form_means() -> None:
    fox = [
        paper(f"f{i}", methods=["QBF", "ForestNet", "PawNorm"], abbreviations=[("QBF", "Quick Bright Fox")])
        for i in range(3)
    ]
    bit = [
        paper(f"b{i}", methods=["QBF", "GateNet", "SpinNorm"], abbreviations=[("QBF", "Quantum Bit Filter")])
        for i in range(3)
    ]
    other = [paper(f"o{i}", methods=[f"Filler{i}Net"]) for i in range(20)]
    linking = link([*fox, *bit, *other, paper("x", methods=["QBF", "ForestNet", "PawNorm"])])
    assert linking.id_of("x", "method", "QBF") == linking.id_of("f0", "method", "QBF")
    assert linking.id_of("x", "method", "QBF") != linking.id_of("b0", "method", "QBF")


def test_descriptions_stay_in_their_paper_and_techniques_do_not() -> None:
    linking = link(CORPUS)
    for phrase, first, second in (("two-stage framework", "p4", "p6"), ("adaptive token folding", "p9", "p10")):
        assert linking.id_of(first, "method", phrase) != linking.id_of(second, "method", phrase)
    assert linking.id_of("p9", "method", "knowledge distillation") == linking.id_of(
        "p10", "method", "Knowledge Distillation"
    )


def test_a_phrase_that_others_use_is_a_technique() -> None:
    users = [paper(f"u{i}", methods=["adaptive token folding"]) for i in range(2)]
    linking = link([*CORPUS, *users])
    assert linking.id_of("p9", "method", "adaptive token folding") == linking.id_of(
        "u0", "method", "adaptive token folding"
    )


def test_variants_point_at_their_family() -> None:
    linking = link(CORPUS)
    by_id = {entity.id: entity for entity in linking.entities}
    fifty = by_id[linking.id_of("p1", "method", "ResNet-50") or ""]
    more = by_id[linking.id_of("p8", "method", "ResNet-101") or ""]
    assert fifty.parent == more.parent is not None
    assert by_id[fifty.parent or ""].name == "ResNet"
    hundred = by_id[linking.id_of("p4", "dataset", "CIFAR-100") or ""]
    assert hundred.parent == linking.id_of("p4", "dataset", "CIFAR")
    top = by_id[linking.id_of("p1", "metric", "top-1 accuracy") or ""]
    assert top.parent == linking.id_of("p7", "metric", "accuracy")


def test_a_number_inside_a_name_makes_no_variant() -> None:
    linking = link([paper("n1", methods=["Leaf2Root", "Leaf", "Leaf-7", "GLM-4-Voice"])])
    parents = {entity.name: entity.parent for entity in linking.entities}
    assert parents["Leaf2Root"] is None
    assert parents["Leaf-7"] == linking.id_of("n1", "method", "Leaf")
    assert parents["GLM-4-Voice"] is not None  # a family of the table


def test_name_is_the_most_used_form_and_aliases_are_counted() -> None:
    linking = link([*CORPUS, paper("p11", methods=["ResNet-50"])])
    entity = next(e for e in linking.entities if e.id == linking.id_of("p2", "method", "ResNet50"))
    assert entity.name == "ResNet-50"
    assert entity.aliases == (("ResNet-50", 2), ("ResNet50", 1))
    assert entity.papers == ("p1", "p11", "p2")


def test_a_form_that_names_another_entity_is_no_alias() -> None:
    wrong = paper("w1", methods=[("BarkNet-10", "BarkNet-100", "the bark model")])
    linking = link([wrong, paper("w2", methods=["BarkNet-100"])])
    entity = next(e for e in linking.entities if e.id == linking.id_of("w1", "method", "BarkNet-10"))
    assert {form for form, _ in entity.aliases} == {"BarkNet-10", "the bark model"}
    refusal = next(refusal for refusal in linking.refusals if refusal.name == "BarkNet-100")
    assert (refusal.other, refusal.papers) == ("BarkNet-10", ("w1",))


def test_every_entity_of_every_paper_has_an_id_of_its_kind() -> None:
    linking = link(CORPUS)
    kinds = {entity.id: entity.kind for entity in linking.entities}
    for extraction in CORPUS:
        for kind in ENTITY_KINDS:
            for entity in extraction.entities(kind):
                assert kinds[linking.id_of(extraction.id, kind, entity.name) or ""] == kind
    assert linking.id_of("p1", "method", "no such name") is None
    assert len(kinds) == len(linking.entities)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.integers(1, len(CORPUS)))
def test_order_does_not_matter(rng: random.Random, count: int) -> None:
    chosen = rng.sample(CORPUS, count)
    shuffled = list(chosen)
    rng.shuffle(shuffled)
    assert link(chosen) == link(shuffled)


def test_adding_papers_gives_the_same_as_starting_anew() -> None:
    assert link([*CORPUS[5:], *CORPUS[:5]]) == link(iter(CORPUS))


def test_removing_a_definition_takes_back_its_join() -> None:
    before = link(CORPUS[3:])
    link(CORPUS)
    assert link(CORPUS[3:]) == before


def test_nothing_links_to_nothing() -> None:
    assert link([]).entities == ()


def test_progress_counts_papers() -> None:
    seen: list[int] = []
    link(CORPUS, progress=seen.append)
    assert sum(seen) == len(CORPUS)


def test_explain_says_rule_papers_and_near_names() -> None:
    found = explain(link(CORPUS), "resnet 50", "method")
    assert len(found) == 1
    joins = {join.form: join for join in found[0].joins}
    assert joins["ResNet50"].papers == ("p2",)
    assert {join.rule for join in joins.values()} == {"name", "spelling"}
    assert found[0].parent is not None and found[0].parent.name == "ResNet"
    assert "ResNet-101" in {near.entity.name for near in found[0].near}
    assert any("50 against 101" in near.reason for near in found[0].near)


def test_explain_shows_definitions_and_refusals() -> None:
    linking = link(CORPUS)
    zoom = explain(linking, "Zooming Transformer")[0]
    assert {join.rule for join in zoom.joins} == {"name", "abbreviation"}
    assert any(item.refusals for item in explain(linking, "QBF"))


def test_explain_suggests_names_for_an_unknown_one() -> None:
    with pytest.raises(UsageError, match="ResNet50"):
        explain(link(CORPUS), "ResNeet-500")


def test_review_lists_doubtful_joins_and_close_calls() -> None:
    extra: Sequence[Extraction] = (paper("r1", methods=["TreeSegNet"]), paper("r2", methods=["TreeSagNet"]))
    found = review(link([*CORPUS, *extra]), 5)
    certainties = [doubt.certainty for doubt in found.joins]
    assert certainties == sorted(certainties) and len(certainties) <= 5
    assert {found.apart[0].first.name, found.apart[0].second.name} == {"TreeSegNet", "TreeSagNet"}
    assert found.refusals[0].papers == ("p7",)
