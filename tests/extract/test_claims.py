"""Claims: which numbers count, of what kind, about what; everything points into the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ModelError
from kg.evaluate import score
from kg.extract.attributes import CLAIM_KINDS
from kg.extract.claim_context import Context
from kg.extract.claim_definitions import certainty, excluded, kind_by_definition
from kg.extract.claim_model import load_claim_model
from kg.extract.claim_properties import claim_unit, direction, flags, is_relative
from kg.extract.claims import find_claims
from kg.extract.clauses import clause
from kg.extract.entities import Entities
from kg.extract.extractor import Extractor
from kg.extract.quantities import find_quantities
from kg.extract.sentences import sentences
from kg.records import Claim, Dataset, Mention, Method, Metric, Paper, Task


@dataclass
class Lists:
    """Entities of a text written by hand."""

    methods: list[Method] = field(default_factory=list)
    datasets: list[Dataset] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def places(text: str, name: str) -> tuple[Mention, ...]:
    found, at = [], text.find(name)
    while at >= 0:
        section: Any = "title" if at < text.find("\n") else "abstract"
        found.append(Mention(text=name, start=at, end=at + len(name), section=section))
        at = text.find(name, at + len(name))
    return tuple(found)


def claims_of(text: str, methods: dict[str, str], datasets: dict[str, str], metrics: Sequence[str]) -> list[Claim]:
    entities = Lists(
        [Method(name=n, confidence=1, mentions=places(text, n), role=r) for n, r in methods.items()],  # type: ignore[arg-type]
        [Dataset(name=n, confidence=1, mentions=places(text, n), role=r) for n, r in datasets.items()],  # type: ignore[arg-type]
        [Metric(name=n, confidence=1, mentions=places(text, n)) for n in metrics],
    )
    return find_claims(text, text.find("\n"), sentences(text), find_quantities(text), entities)


TEXT = (
    "TurboPrune: Pruning in One Pass\n"
    "Large networks are slow. We propose TurboPrune, a pruning method for image classification. "
    "We train for 90 epochs with a batch size of 256. "
    "On ImageNet, TurboPrune achieves a top-1 accuracy of 78.4%, outperforming MagPrune by 2.1 percentage points. "
    "It runs up to 3.2x faster than MagPrune and reduces memory usage by 45% on CIFAR-10."
)
METHODS = {"TurboPrune": "proposed", "MagPrune": "compared"}
DATASETS = {"ImageNet": "evaluated", "CIFAR-10": "evaluated"}
METRICS = ["top-1 accuracy", "memory usage"]


@pytest.fixture(scope="module")
def found() -> list[Claim]:
    return claims_of(TEXT, METHODS, DATASETS, METRICS)


@pytest.mark.parametrize(
    ("rivals", "baseline"),
    [
        ("existing GLUENET approaches", "existing GLUENET approaches"),
        ("the best GLUENET baseline", "best GLUENET baseline"),
        ("the original GLUENET models", "GLUENET"),
        ("GLUENET", "GLUENET"),
    ],
)
def test_a_name_that_says_of_which_kind_the_rivals_are_is_not_the_baseline(rivals: str, baseline: str) -> None:
    text = f"Faster Glue\nWe propose PasteNet. It is more accurate than {rivals} by 3.1%."
    (claim,) = claims_of(text, {"PasteNet": "proposed", "GLUENET": "compared"}, {}, [])
    assert (claim.method, claim.baseline) == ("PasteNet", baseline)


def test_a_hedge_before_a_list_is_for_all() -> None:
    paper = Paper(
        id="p",
        title="PikeNet",
        abstract="We propose PikeNet, a small network. PikeNet is up to 12x and 6x faster than ResNet-50 on two chips.",
    )
    claims = Extractor().extract(paper).claims
    assert [(claim.number, claim.qualifier) for claim in claims] == [("12x", "up to"), ("6x", "up to")]


@pytest.mark.parametrize("text", ["nearly 96.4%, 2.1% more than ResNet-50", "up to 96.4%, 2.1% above ResNet-50"])
def test_a_margin_has_no_hedge_of_the_score_before_it(text: str) -> None:
    abstract = f"We propose CarpNet. On CIFAR-10 the accuracy of CarpNet is {text}."
    claims = Extractor().extract(Paper(id="p", title="CarpNet", abstract=abstract)).claims
    assert [claim.qualifier for claim in claims if claim.number.startswith("2.1")] == [None]


def test_results_are_claims_and_settings_are_not(found: list[Claim]) -> None:
    assert [(c.value, c.unit, c.kind) for c in found] == [
        (78.4, "%", "score"),
        (2.1, "points", "gain"),
        (3.2, "x", "speedup"),
        (45, "%", "reduction"),
    ]


def test_attributes_are_resolved(found: list[Claim]) -> None:
    score_, gain, speedup, reduction = found
    assert (score_.method, score_.dataset, score_.metric) == ("TurboPrune", "ImageNet", "top-1 accuracy")
    assert (gain.method, gain.baseline, gain.dataset) == ("TurboPrune", "MagPrune", "ImageNet")
    assert (speedup.method, speedup.baseline) == ("TurboPrune", "MagPrune")
    assert (reduction.method, reduction.dataset, reduction.metric) == ("TurboPrune", "CIFAR-10", "memory usage")


def test_every_claim_points_at_its_words(found: list[Claim]) -> None:
    for claim in found:
        assert TEXT[claim.start : claim.end] == claim.number
        assert claim.text in TEXT
        assert claim.number in claim.text
        assert len(claim.text.split()) <= 24


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        (
            "Our benchmark holds 5,120 riddles in 12 languages, and solving them is hard.",
            "5,120",
            "Our benchmark holds 5,120 riddles in 12 languages",
        ),
        (
            "The gear, cut at 3:1, turns freely and saves 12% of the energy.",
            "12%",
            "turns freely and saves 12% of the energy",
        ),
        (
            "It holds 5, 062 tasks and shows that GPT solves 40% of them.",
            "40%",
            "It holds 5, 062 tasks and shows that GPT solves 40% of them",
        ),
        (
            "The model,100M parameters large, gains 12% more than others.",
            "12%",
            "100M parameters large, gains 12% more than others",
        ),
        ("The small one , which we like , needs 12% less memory.", "12%", "which we like , needs 12% less memory"),
    ],
)
def test_the_words_of_a_claim_hold_whole_numbers(text: str, number: str, words: str) -> None:
    context = Context(text, 0, sentences(text), find_quantities(text), Entities())
    quantity = next(q for q in context.quantities if text[q.start : q.end].startswith(number))
    assert clause(context, quantity) == words


def test_hedge_direction_and_relation_are_kept(found: list[Claim]) -> None:
    score_, gain, speedup, reduction = found
    assert speedup.qualifier == "up to"
    assert (score_.direction, gain.direction, speedup.direction, reduction.direction) == (
        "higher",
        "higher",
        "higher",
        "lower",
    )
    assert gain.relative is False
    assert speedup.relative is True


def test_lists_that_run_in_parallel_are_matched() -> None:
    text = (
        "NovaNet\nWe present NovaNet for question answering. "
        "NovaNet achieves 81.2%, 64.0% and 47.9% accuracy on SQuAD, TriviaQA and HotpotQA, respectively."
    )
    names = ("SQuAD", "TriviaQA", "HotpotQA")
    found = claims_of(text, {"NovaNet": "proposed"}, dict.fromkeys(names, "evaluated"), ["accuracy"])
    assert [(c.value, c.dataset) for c in found] == list(zip((81.2, 64.0, 47.9), names, strict=True))
    assert {c.metric for c in found} == {"accuracy"}


def context_of(text: str, methods: dict[str, str]) -> Context:
    lists = Lists([Method(name=n, confidence=1, mentions=places(text, n), role=r) for n, r in methods.items()])  # type: ignore[arg-type]
    return Context(text, 0, sentences(text), find_quantities(text), lists)


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("LoudNet hears with 1/25 parameters.", True),
        ("It needs only 1/25th of the training data.", True),
        ("We hold out 1/25 of the training data.", False),
        ("It converges at a rate of 1/25 time steps.", False),
        ("We learn from 1/25 of the labels per class.", False),
        ("Prior work needs 1/25 of the data.", False),
        ("It runs on consumer GPUs with 24GB memory.", True),
        ("It runs on a mere 24GB GPU.", True),
        ("OldNet does not fit on a single 24GB GPU.", False),
        ("All experiments use a single Titan GPU with 24GB memory.", False),
        ("It has a 24GB memory footprint.", False),
        ("We introduce LoudNet, a 3B-parameter listener.", True),
        ("We present our model LoudNet, a new 3B parameter listener.", True),
        ("We present an attack on OldNet, a 3B-parameter listener.", False),
        ("We compare it with LoudNet, a 3B-parameter listener.", False),
    ],
)
def test_what_the_guidelines_name_is_a_claim(text: str, sure: bool) -> None:
    context = context_of(text, {n: r for n, r in (("LoudNet", "proposed"), ("OldNet", "compared")) if n in text})
    quantity = context.quantities[-1]
    assert (certainty(context, quantity) > 0.5) is sure


@pytest.mark.parametrize(
    ("text", "metric", "reduced"),
    [
        ("LoudNet improves WER by 2.4%.", "WER", True),
        ("LoudNet has a 2.4% higher WER.", "WER", False),
        ("The noise raises the WER by 2.4%.", "WER", False),
        ("LoudNet improves accuracy by 2.4%.", "accuracy", False),
        ("LoudNet improves by 2.4%.", None, False),
    ],
)
def test_an_error_that_improves_is_no_gain(text: str, metric: str | None, reduced: bool) -> None:
    context = context_of(text, {})
    gain = [float(kind == "gain") for kind in CLAIM_KINDS]
    kinds = kind_by_definition(context, context.quantities[0], gain, metric)
    assert CLAIM_KINDS[kinds.index(1.0)] == ("reduction" if reduced else "gain")


def test_the_size_of_the_models_of_a_task_is_no_name() -> None:
    text = "We train 774-million large networks. LoudNet-774-million is compared."
    phrase = "train 774-million large networks"
    task = Task(name=phrase, confidence=1, mentions=places(text, phrase))
    name = "LoudNet-774-million"
    method = Method(name=name, confidence=1, mentions=places(text, name), role="compared")
    lists = Lists(methods=[method], tasks=[task])
    context = Context(text, 0, sentences(text), find_quantities(text), lists)
    kept = [text[q.start : q.end] for q in context.quantities if not excluded(context, q)]
    assert kept == ["774-million"]


def test_a_list_of_numbers_has_the_metric_that_it_ends_in() -> None:
    text = "LoudNet beats QuietNet by 6%, 5% and 3% in accuracy and by 12%, 10% and 9% in forgetting."
    found = claims_of(text, {"LoudNet": "proposed", "QuietNet": "compared"}, {}, ["accuracy", "forgetting"])
    assert [(c.value, c.kind, c.metric) for c in found] == [
        *((value, "gain", "accuracy") for value in (6, 5, 3)),
        *((value, "reduction", "forgetting") for value in (12, 10, 9)),
    ]


def test_numbers_beside_their_benchmark_keep_both_values() -> None:
    text = (
        "DeepStep\nWe introduce DeepStep for mathematical reasoning. DeepStep improves accuracy over SFT on "
        "AIME24 (80.3% vs. 79.8%) and AIME25 (74.4% vs. 70.0%)."
    )
    found = claims_of(
        text,
        {"DeepStep": "proposed", "SFT": "compared"},
        {"AIME24": "evaluated", "AIME25": "evaluated"},
        ["accuracy"],
    )
    assert [(c.value, c.baseline_value, c.dataset) for c in found] == [(80.3, 79.8, "AIME24"), (74.4, 70.0, "AIME25")]


def test_a_rival_whose_name_opens_with_a_figure_breaks_nothing() -> None:
    text = "Alpha\nWe propose Alpha. Alpha outperforms 3DCNNs by 5.5% and is 2x faster than 4DGaussians."
    assert [c.value for c in claims_of(text, {"Alpha": "proposed"}, {}, [])] == [5.5, 2]


def test_p_values_and_levels_of_confidence_are_no_claims() -> None:
    text = "A study\nOur method is more accurate than the baseline (p < 0.001, 95% CI, 2024)."
    assert claims_of(text, {}, {}, []) == []


def test_text_without_numbers_has_no_claims() -> None:
    assert claims_of("A title\nWe lose no accuracy at all.", {}, {}, []) == []


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab 0123456789.%x×$()\nWe achieves accuracy faster,"), max_size=120))
def test_any_text_gives_claims_inside_it(text: str) -> None:
    quantities = find_quantities(text)
    for claim in find_claims(text, 0, sentences(text), quantities, Lists()):
        assert text[claim.start : claim.end] == claim.number
        assert claim.text in text


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("a corpus of 1,200 annotated clips of birds", "scale", "annotated clips"),
        ("a batch size of 32k", "scale", "batch size"),
        ("a 7 billion mixture-of-experts model", "scale", "params"),
        ("gains 2.4 on it", "gain", "points"),
        ("gains 0.024 on it", "gain", None),
        ("reaches 51.1 on it", "score", None),
        ("half of it", "reduction", None),
        ("is 3 times faster", "speedup", "x"),
    ],
)
def test_unit_follows_from_number_and_kind(text: str, kind: Any, unit: str | None) -> None:
    (q,) = find_quantities(text)
    assert claim_unit(text, q, kind) == unit


def test_what_cannot_be_is_flagged() -> None:
    (over,) = find_quantities("an accuracy of 123%")
    assert flags(over, "score", "%", "accuracy") == ("over-100-percent",)
    assert flags(over, "reduction", "%", None) == ("reduction-over-100-percent",)
    assert flags(over, "gain", "%", "accuracy") == ()
    (slow,) = find_quantities("a 0.8x speedup")
    assert flags(slow, "speedup", "x", None) == ("speedup-below-1",)


def test_direction_comes_from_the_metric() -> None:
    assert direction("score", "%", "accuracy") == "higher"
    assert direction("score", None, "FID") == "lower"
    assert direction("score", None, "word error rate") == "lower"
    assert direction("gain", "points", "BLEU") == "higher"
    assert direction("cost", "GB", None) == "lower"
    assert direction("score", None, None) is None


def test_relative_is_said_or_follows_from_the_unit() -> None:
    (said,) = find_quantities("a 10% relative gain")
    (open_,) = find_quantities("a 10% gain")
    assert is_relative(said, "gain", "%") is True
    assert is_relative(open_, "gain", "%") is None
    assert is_relative(open_, "gain", "points") is False
    assert is_relative(open_, "score", "%") is None


def test_missing_and_damaged_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"claims\.npz cannot be read"):
        load_claim_model(tmp_path)
    (tmp_path / "claims.npz").write_bytes(b"no archive")
    with pytest.raises(ModelError, match=r"claims\.npz cannot be read"):
        load_claim_model(tmp_path)


def test_annotated_papers_are_read_as_well_as_promised(shared: Path) -> None:
    """On the papers kept back from training, with the annotated entities given: the part that is ours."""
    pytest.importorskip("sklearn", reason="the training module needs the extra 'train'")
    from kg.train.claims import gold_context
    from kg.train.papers import read_json_lines

    papers = {p["id"]: p for p in read_json_lines(shared / "gold" / "papers.jsonl")}
    gold = {g["id"]: g for g in read_json_lines(shared / "gold" / "dev.jsonl")}
    predicted = {}
    for paper_id, annotation in gold.items():
        context = gold_context(papers[paper_id], annotation)
        found = find_claims(context.text, context.title_end, context.sentences, context.quantities, context.entities)
        entities = {name: annotation[name] for name in ("methods", "datasets", "metrics", "tasks")}
        predicted[paper_id] = {**entities, "claims": [claim.model_dump() for claim in found]}
    result = score(gold, predicted)
    assert result.counts["claims"].f1 >= 0.87
    assert result.counts["claims full"].f1 >= 0.68
    for attribute, least in (("method", 0.85), ("baseline", 0.58), ("dataset", 0.9), ("metric", 0.85)):
        assert result.accuracies[f"claims {attribute}"] >= least
