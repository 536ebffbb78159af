"""Names whose second half is left out: found whole in the text, spelled out in the graph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.elided import reach, spelled_out
from kg.extract.explain import explain
from kg.extract.extractor import Extractor
from kg.link import as_linked, link
from kg.records import Claim, Dataset, Extraction, Mention, Method, Paper, TripleEvidence


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("CIFAR-10/100", ("CIFAR-10", "CIFAR-100")),
        ("CIFAR10/100", ("CIFAR10", "CIFAR100")),
        ("VOC 2007 and 2012", ("VOC 2007", "VOC 2012")),
        ("ImageNet-1K & 21K", ("ImageNet-1K", "ImageNet-21K")),
        ("ResNet-18/34/50", ("ResNet-18", "ResNet-34", "ResNet-50")),
        ("Llama2-7B/13B", ("Llama2-7B", "Llama2-13B")),
        ("GPT-3.5/4", ("GPT-3.5", "GPT-4")),
        ("CIFAR-10/100-LT", ("CIFAR-10-LT", "CIFAR-100-LT")),
        ("NTU RGB+D 60/120", ("NTU RGB+D 60", "NTU RGB+D 120")),
        ("CIFAR-10", ()),
        ("ViT-B/16", ()),
        ("ViT-L/14@336", ()),
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
    st.lists(st.integers(2, 3000), min_size=2, max_size=4, unique=True),
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
        ("Qwen2-7B and 72B run", "Qwen2-7B and 72B"),
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
    assert not any("/" in form for entity in linking.entities for form, _ in entity.aliases)


def test_extractions_without_elided_names_are_left_as_they_are() -> None:
    plain = Extraction(id="p", datasets=(dataset("CIFAR-10"),), triples=())
    assert list(as_linked([plain])) == [plain]
