"""Names whose second half is left out: found whole in the text, spelled out in the graph."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.elided import reach, spelled_out
from kg.extract.entities import FoundEntity
from kg.extract.explain import explain
from kg.extract.extractor import Extractor
from kg.extract.triples import FoundTriple
from kg.extract.wholes import find_wholes, with_wholes
from kg.link import as_linked, link
from kg.link import explain as explain_name
from kg.link.overrides import parse_overrides
from kg.records import Claim, Dataset, EntityKind, Extraction, Mention, Method, Paper, TripleEvidence


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("CIFAR-10/100", ("CIFAR-10", "CIFAR-100")),
        ("CIFAR10/100", ("CIFAR10", "CIFAR100")),
        ("VOC 2007 and 2012", ("VOC 2007", "VOC 2012")),
        ("ImageNet-1K & 21K", ("ImageNet-1K", "ImageNet-21K")),
        ("ImageNet-1/21K", ("ImageNet-1K", "ImageNet-21K")),
        ("LLaMA-7/13B-chat", ("LLaMA-7B-chat", "LLaMA-13B-chat")),
        ("MovieLens 100K/1M", ("MovieLens 100K", "MovieLens 1M")),
        ("VoxCeleb1/2", ("VoxCeleb1", "VoxCeleb2")),
        ("ResNet-18/34/50", ("ResNet-18", "ResNet-34", "ResNet-50")),
        ("Llama2-7B/13B", ("Llama2-7B", "Llama2-13B")),
        ("GPT-3.5/4", ("GPT-3.5", "GPT-4")),
        ("CIFAR-10/100-LT", ("CIFAR-10-LT", "CIFAR-100-LT")),
        ("NTU RGB+D 60/120", ("NTU RGB+D 60", "NTU RGB+D 120")),
        ("CIFAR-10", ()),
        ("ViT-B/16", ()),
        ("ViT-L/14@336", ()),
        ("ViT-L-14/336", ()),
        ("GPT-2/124M", ()),
        ("BERT 12/768", ()),
        ("Split-CIFAR-100/10T", ()),
        ("FB15k/237", ()),
        ("ConvLSTM2D and 3D", ()),
        ("ACL60/60", ()),
        ("Cityscapes 1/8", ()),
        ("2D and 3D", ()),
        ("COCO and LVIS", ()),
        ("", ()),
    ],
)
def test_a_whole_is_spelled_out(name: str, parts: tuple[str, ...]) -> None:
    assert spelled_out(name) == parts


@given(
    st.sampled_from(["CIFAR-", "MOT", "Kinetics ", "Qwen2.5-", "VOC "]),
    st.lists(st.integers(20, 200), min_size=2, max_size=4, unique=True),
    st.sampled_from(["/", " & ", "&", " and "]),
    st.sampled_from(["", "B", "K"]),
)
def test_what_was_put_together_comes_apart(stem: str, numbers: list[int], joint: str, unit: str) -> None:
    whole = stem + joint.join(f"{number}{unit}" for number in numbers)
    assert spelled_out(whole) == tuple(f"{stem}{number}{unit}" for number in numbers)
    assert not any(spelled_out(part) for part in spelled_out(whole))


@given(st.text("AIab19./& -nd", max_size=30))
def test_parts_are_never_wholes(name: str) -> None:
    parts = spelled_out(name)
    assert len(parts) != 1
    assert len(set(parts)) == len(parts)
    assert name not in parts


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("CIFAR-10/100 and SVHN", "CIFAR-10/100"),
        ("CIFAR-10 and 100, and", "CIFAR-10 and 100"),
        ("CIFAR-10 and 100 show", "CIFAR-10 and 100"),
        ("CIFAR-10 & 100 datasets", "CIFAR-10 & 100"),
        ("KITTI 2012 and 2015 stereo pairs", "KITTI 2012 and 2015"),
        ("Qwen2-7B and 72B models", "Qwen2-7B and 72B"),
        ("Qwen2-7B and 72B tokens", "Qwen2-7B"),
        ("CIFAR-10 and 100 datasets", "CIFAR-10 and 100"),
        ("CIFAR-10 and 17 datasets", "CIFAR-10"),
        ("CIFAR-10 and 50,000 images", "CIFAR-10"),
        ("CIFAR-10 and 100 with SVHN", "CIFAR-10"),
        ("CIFAR-10 and 10K problems", "CIFAR-10"),
        ("CIFAR-10/100 epochs", "CIFAR-10"),
        ("CIFAR-10/100 queries", "CIFAR-10"),
        ("KITTI 2012 and 2000 scans", "KITTI 2012"),
        ("CIFAR-10 and 100 images a class", "CIFAR-10"),
        ("CIFAR-10 and 100.5 on SVHN", "CIFAR-10"),
        ("GSM8K and 34.5% on MATH", "GSM8K"),
        ("GSM8K and 34%", "GSM8K"),
        ("CIFAR-10/100-LT is long-tailed", "CIFAR-10"),
        ("CIFAR-10 and SVHN", "CIFAR-10"),
        ("ViT-B/16 and", "ViT-B"),
    ],
)
def test_a_whole_reaches_over_its_numbers_only(text: str, whole: str) -> None:
    name = next(n for n in ("CIFAR-10", "KITTI 2012", "Qwen2-7B", "GSM8K", "ViT-B") if text.startswith(n))
    assert text[: reach(text, 0, len(name))] == whole


def test_the_whole_is_extracted_besides_its_first_name() -> None:
    text = "We propose FoldNet, a network for image classification. On CIFAR-10/100 FoldNet reaches 95.1% accuracy."
    explained = explain(Extractor(), Paper(id="p", title="FoldNet", abstract=text))
    found = explained.extraction
    roles = {dataset.name: dataset.role for dataset in found.datasets}
    assert roles == {"CIFAR-10": "evaluated", "CIFAR-10/100": "evaluated"}
    assert {("FoldNet", "CIFAR-10"), ("FoldNet", "CIFAR-10/100")} <= set(found.triples)
    assert len(found.triple_evidence) == len(found.triples)
    assert {claim.dataset for claim in found.claims} == {"CIFAR-10"}
    why = {reason.name: reason.why for reason in explained.reasons if reason.label == "dataset"}
    assert why["CIFAR-10/100"].endswith("stands for CIFAR-10 and CIFAR-100")
    assert "stands for" not in why["CIFAR-10"]


def entity(kind: EntityKind, name: str, role: str, *mentions: tuple[int, int]) -> FoundEntity:
    return FoundEntity(0, kind, name, mentions, 0.9, role)


def test_a_whole_is_in_the_triples_whose_words_name_it() -> None:
    text = "FoldNet, pretrained on CIFAR-10/100, is the best on CIFAR-10. SoftNet runs on CIFAR-10/100 too."
    places = [match.span() for match in re.finditer("CIFAR-10(?!0)", text)]
    assert [start for start, _ in places] == [23, 52, 78]
    dataset = entity("dataset", "CIFAR-10", "evaluated", *places)
    late = FoundTriple("FoldNet", "CIFAR-10", 52, 60, 0.8)
    wholes = find_wholes(text, [dataset])
    assert [(whole.name, whole.mentions) for whole in wholes] == [("CIFAR-10/100", ((23, 35), (78, 90)))]
    assert not wholes[0].alone
    entities, triples = with_wholes(wholes, [dataset], [late])
    assert [(e.name, e.role) for e in entities] == [("CIFAR-10", "evaluated"), ("CIFAR-10/100", "mentioned")]
    assert triples == [late]
    here = FoundTriple("SoftNet", "CIFAR-10", 62, 86, 0.8)
    entities, triples = with_wholes(wholes, [dataset], [late, here])
    assert [e.role for e in entities] == ["evaluated", "evaluated"]
    assert triples == [late, here, FoundTriple("SoftNet", "CIFAR-10/100", 62, 90, 0.8)]


def test_each_whole_of_a_name_is_found_once() -> None:
    text = "CIFAR-10 and 100, then CIFAR-10/100 and again CIFAR-10/100."
    dataset = entity("dataset", "CIFAR-10", "evaluated", (0, 8), (23, 31), (46, 54))
    found = find_wholes(text, [dataset])
    assert [(whole.name, len(whole.mentions)) for whole in found] == [("CIFAR-10 and 100", 1), ("CIFAR-10/100", 2)]
    known = entity("dataset", "CIFAR-10/100", "evaluated", (23, 35))
    assert [whole.name for whole in find_wholes(text, [dataset, known])] == ["CIFAR-10 and 100"]
    assert find_wholes(text, [entity("metric", "CIFAR-10", "", (23, 31))]) == []


def mention(text: str) -> Mention:
    return Mention(text=text, start=0, end=len(text), section="abstract")


def dataset(name: str) -> Dataset:
    return Dataset(name=name, role="evaluated", confidence=0.9, mentions=(mention(name),))


def test_in_the_graph_the_whole_is_its_parts() -> None:
    method = Method(name="ResNet-18/50", role="used", confidence=0.8, mentions=(mention("ResNet-18/50"),))
    evidence = TripleEvidence(start=3, end=9, confidence=0.7)
    claim = Claim(
        text="95%", number="95%", start=0, end=3, kind="score", value=95, confidence=0.9,
        method="ResNet-18/50", baseline="a phrase", dataset="CIFAR-10/100",
    )  # fmt: skip
    whole = Extraction(
        id="p1",
        methods=(method,),
        datasets=(dataset("CIFAR-10"), dataset("CIFAR-10/100")),
        triples=(("ResNet-18/50", "CIFAR-10"), ("ResNet-18/50", "CIFAR-10/100")),
        triple_evidence=(evidence, evidence),
        claims=(claim,),
    )
    (spelled,) = as_linked([whole])
    assert [(m.name, m.role, m.mentions) for m in spelled.methods] == [
        ("ResNet-18", "used", method.mentions),
        ("ResNet-50", "used", method.mentions),
    ]
    assert [d.name for d in spelled.datasets] == ["CIFAR-10", "CIFAR-100"]
    assert sorted(spelled.triples) == [(m, d) for m in ("ResNet-18", "ResNet-50") for d in ("CIFAR-10", "CIFAR-100")]
    assert spelled.triple_evidence == (evidence,) * 4
    assert [(c.method, c.baseline, c.dataset) for c in spelled.claims] == [("ResNet-18", "a phrase", "CIFAR-10")]
    assert list(as_linked([spelled])) == [spelled]

    other = Extraction(id="p2", datasets=(dataset("CIFAR100"), dataset("CIFAR10")))
    linking = link([whole, other])
    assert linking.id_of("p1", "dataset", "CIFAR-100") == linking.id_of("p2", "dataset", "CIFAR100")
    assert linking.id_of("p1", "dataset", "CIFAR-10") == linking.id_of("p2", "dataset", "CIFAR10")
    assert linking.id_of("p1", "dataset", "CIFAR-10/100") is None
    assert linking.refusals == ()
    aliases = {e.name: dict(e.aliases) for e in linking.entities if e.kind == "dataset"}
    assert aliases["CIFAR100"] == {"CIFAR100": 1, "CIFAR-10/100": 1}


def test_a_part_that_the_paper_names_too_keeps_the_stronger_role() -> None:
    trained = Dataset(name="CIFAR-100", role="training", confidence=0.5, mentions=(mention("CIFAR-100"),))
    whole = dataset("CIFAR-10/100").model_copy(
        update={"mentions": (Mention(text="CIFAR-10/100", start=40, end=52, section="abstract"),)}
    )
    said = (TripleEvidence(start=0, end=9, confidence=0.3), TripleEvidence(start=1, end=8, confidence=0.8))
    method = Method(name="FoldNet", role="proposed", confidence=0.9, mentions=(mention("FoldNet"),))
    for order in ((trained, whole), (whole, trained)):
        paper = Extraction(
            id="p",
            methods=(method,),
            datasets=order,
            triples=(("FoldNet", "CIFAR-100"), ("FoldNet", "CIFAR-10/100")),
            triple_evidence=said,
        )
        (spelled,) = as_linked([paper])
        found = {d.name: (d.role, d.confidence, [m.start for m in d.mentions]) for d in spelled.datasets}
        assert found == {"CIFAR-10": ("evaluated", 0.9, [40]), "CIFAR-100": ("evaluated", 0.9, [0, 40])}
        assert dict(zip(spelled.triples, spelled.triple_evidence, strict=True)) == {
            ("FoldNet", "CIFAR-100"): said[1],
            ("FoldNet", "CIFAR-10"): said[1],
        }


def test_overrides_see_the_parts() -> None:
    paper = Extraction(id="p", datasets=(dataset("Gym-10/100"),))
    retyped = parse_overrides('[[retype]]\nkind = "dataset"\nname = "Gym-100"\nto = "method"\n')
    (spelled,) = as_linked([paper], retyped)
    assert [d.name for d in spelled.datasets] == ["Gym-10"]
    assert [m.name for m in spelled.methods] == ["Gym-100"]
    assert link([paper], retyped).id_of("p", "method", "Gym-100") is not None


def test_the_whole_is_shown_as_a_form_of_its_parts() -> None:
    linking = link([Extraction(id="p", datasets=(dataset("CIFAR-10/100"),))])
    found = {e.name: [(join.form, join.rule) for join in e.joins] for e in linking.entities if e.papers}
    assert found == {name: [("CIFAR-10/100", "elided")] for name in ("CIFAR-10", "CIFAR-100")}
    assert {e.entity.name for e in explain_name(linking, "CIFAR-10/100")} == {"CIFAR-10", "CIFAR-100"}


def test_extractions_without_elided_names_are_left_as_they_are() -> None:
    plain = Extraction(id="p", datasets=(dataset("CIFAR-10"),), triples=())
    assert list(as_linked([plain])) == [plain]
