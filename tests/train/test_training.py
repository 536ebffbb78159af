"""Training: alignment of annotation, agreement of torch and run time, and a model from a handful of papers."""

from __future__ import annotations

import json
import lzma
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from kg.errors import InputError, ModelError
from kg.extract import heads
from kg.extract.document import WINDOW
from kg.extract.features import PIECE_FEATURES
from kg.extract.lexicon import Lexicon
from kg.extract.model import Model, shipped_folder
from kg.train import pretrain_encoder, train
from kg.train.base import (
    full_tokenizer,
    load_pretrained,
    load_trained,
    save_pretrained,
    start_from,
)
from kg.train.calibrate import NEUTRAL, best_threshold, calibration_error, platt, reliability
from kg.train.data import entity_mentions, make_example, make_lexicon
from kg.train.descent import rise_and_fall
from kg.train.device import choose_device
from kg.train.export import write_model
from kg.train.imitate import imitate
from kg.train.loop import Recipe, encode_batch, fit
from kg.train.network import Dropout, Encoder, Network, Sizes
from kg.train.offsets import to_offsets
from kg.train.papers import read_json_lines
from kg.train.pretrain import Masks, Schedule, pretrain
from kg.train.run import scorers_beside
from kg.train.shrink import check_narrower, kept_layers, narrowed

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES, ANNOTATED = ROOT / "examples", ROOT / "tests" / "data" / "examples_gold.jsonl"
PAPER = {
    "id": "p1",
    "title": "TinyHash: Fast Retrieval",
    "abstract": "We propose TinyHash (TH), a hashing scheme for image retrieval. It is $3\\times$ faster than FAISS on "
    "SIFT1M and improves recall by 2.5%.",
}
GOLD: dict[str, Any] = {
    "id": "p1",
    "methods": [
        {"name": "TinyHash", "as": ["TH"], "role": "proposed"},
        {"name": "FAISS", "as": [], "role": "compared"},
    ],
    "datasets": [{"name": "SIFT1M", "as": [], "role": "evaluated"}],
    "metrics": [{"name": "recall", "as": []}],
    "tasks": [{"name": "image retrieval", "as": []}],
    "triples": [["TinyHash", "SIFT1M"]],
    "claims": [
        {"text": "$3\\times$ faster than FAISS", "number": "$3\\times$", "kind": "speedup", "value": 3, "unit": "x",
         "qualifier": None, "method": "TinyHash", "baseline": "FAISS", "dataset": "SIFT1M", "metric": None},
        {"text": "improves recall by 2.5%", "number": "2.5%", "kind": "gain", "value": 2.5, "unit": "%",
         "qualifier": None, "method": "TinyHash", "baseline": None, "dataset": None, "metric": "recall"},
    ],
}  # fmt: skip


def write_lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_annotation_is_found_in_the_cleaned_text() -> None:
    lost: Counter[str] = Counter()
    example = make_example(PAPER, GOLD, full_tokenizer(), Lexicon.empty(), number=None, lost=lost)
    text = example.document.text
    assert not [name for name in lost if name.endswith("not found")]
    forms = [{text[s:e] for s, e in entity_mentions(example.document, e.groups)} for e in example.entities]
    assert forms == [{"TinyHash", "TH"}, {"FAISS"}, {"SIFT1M"}, {"recall"}, {"image retrieval"}]
    claims = {
        text[slice(*example.document.quantities[n])]: (heads.KINDS[kind], example.attributes[n].tolist())
        for n, kind in enumerate(example.kinds.tolist())
        if kind
    }
    assert claims == {"3×": ("speedup", [0, 1, 2, -1]), "2.5%": ("gain", [0, -1, -1, 3])}
    assert example.triples.nonzero().tolist() == [[0, 2]]


def test_the_lexicon_leaves_out_the_paper_itself() -> None:
    tokenizer = full_tokenizer()
    lexicon = make_lexicon([(PAPER, GOLD)], tokenizer)
    assert lexicon.features(["faiss"])[0, 0] == 1
    alone = lexicon.features(["faiss", "unseen name"], leave_out=0)
    assert np.array_equal(alone[0], alone[1])


def test_heads_in_numpy_and_torch_agree() -> None:
    torch.manual_seed(0)
    network = Network(Sizes(words=10)).eval()
    weights = network.heads.weights()
    rng = np.random.default_rng(0)
    hidden = rng.standard_normal((30, 384), np.float32)
    first, last, length = np.array([0, 3, 29]), np.array([2, 3, 29]), np.array([2, 1, 1])
    ours = heads.span_vectors(weights, "span", hidden @ weights["span.weight"], first, last, length=length)
    with torch.no_grad():
        projected = torch.from_numpy(hidden) @ network.heads.span.weight
        theirs = network.heads.span(projected, *(torch.from_numpy(a) for a in (first, last, length)))
        assert np.allclose(ours, theirs.numpy(), atol=1e-4)
        left, right = rng.standard_normal((2, 128), np.float32), rng.standard_normal((3, 128), np.float32)
        scorer = network.heads.relation("same")
        near = rng.standard_normal((2, 3, scorer.features.shape[0]), np.float32)
        scores = scorer(*(torch.from_numpy(a) for a in (left, right, near))).numpy()
    assert np.allclose(heads.pair_scores(weights, "same", left, right, near), scores, atol=1e-4)


def test_what_fills_a_batch_is_not_seen() -> None:
    torch.manual_seed(0)
    tokenizer = full_tokenizer()
    example = make_example(PAPER, GOLD, tokenizer, make_lexicon([], tokenizer), number=None, lost=Counter())
    network = Network(Sizes(words=tokenizer.get_vocab_size(), heads=(12,))).eval()
    marks = (101, 102, 103)
    with torch.no_grad():
        network.encoder.layers[0].get_parameter("value.weight").mul_(20)  # what is attended to is to matter
        alone, lengths = encode_batch(network, [example], marks)
        ids = torch.tensor([[101, *example.ids.tolist(), 102]])
        edge = torch.zeros(1, example.piece_features.shape[1])
        features = torch.cat([edge, example.piece_features, edge])[None]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            exact = network.encoder(ids, features, lengths)
    assert alone.shape[1] > lengths[0]
    assert torch.allclose(alone[:, : lengths[0]], exact.float(), atol=0.05)


def test_papers_of_a_batch_are_projected_without_marks_and_filling() -> None:
    torch.manual_seed(0)
    network = Network(Sizes(words=10)).eval()
    hidden = torch.randn(2, 16, 384)
    with torch.no_grad():
        longer, shorter = network.heads.project(hidden, [16, 9])
        assert [rows.shape[0] for rows in (longer.span, longer.number, longer.tags, shorter.span)] == [14, 14, 14, 7]
        for at, paper in enumerate((longer, shorter)):
            pieces = hidden[at, 1 : 1 + len(paper.span)]
            assert torch.allclose(paper.span, pieces @ network.heads.span.weight, atol=0.05)  # as bfloat16 rounds
            assert torch.allclose(paper.number, pieces @ network.heads.number.weight, atol=0.05)
            assert torch.allclose(paper.tags, network.heads.tags(pieces), atol=0.05)
            assert torch.equal(paper.whole, hidden[at, 0])


def test_groups_are_pooled_and_scored_alike_in_numpy_and_torch() -> None:
    torch.manual_seed(0)
    network = Network(Sizes(words=10)).eval()
    rng = np.random.default_rng(0)
    counts = np.array([1, 3, 1, 2])
    vectors, whole = rng.standard_normal((7, network.sizes.span), np.float32), rng.standard_normal(384, np.float32)
    features = rng.standard_normal((4, network.heads.group.features.shape[0]), np.float32)
    mean, top = heads.pooled(vectors, np.cumsum(counts) - counts, counts)
    ours = heads.group_scores(network.heads.weights(), mean, top, features, whole)
    with torch.no_grad():
        pooled = [
            torch.stack([rows.mean(0), rows.amax(0)]) for rows in torch.from_numpy(vectors).split(counts.tolist())
        ]
        expected_mean, expected_top = torch.stack(pooled, 1)
        inner = network.heads.group(expected_mean, expected_top, *(torch.from_numpy(a) for a in (features, whole)))
        theirs = network.heads.types(inner).numpy()
    assert np.allclose(mean, expected_mean.numpy(), atol=1e-5)
    assert np.allclose(top, expected_top.numpy(), atol=1e-5)
    assert np.allclose(ours, theirs, atol=1e-4)


def test_dropout_zeroes_its_share_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    layer, rows = Dropout(0.1), torch.ones(200, 301)
    dropped = layer.train()(rows)
    assert 0.09 < float((dropped == 0).float().mean()) < 0.115
    assert abs(float(dropped.mean()) - 1) < 0.01
    assert torch.equal(layer.eval()(rows), rows)


def _stop_at(word: str) -> Callable[[str], None]:
    def report(line: str) -> None:
        if line.startswith(word):
            raise RuntimeError("stop")

    return report


def test_a_handful_of_papers_becomes_the_same_model_twice(tmp_path: Path) -> None:
    papers = write_lines(tmp_path / "papers.jsonl", [PAPER, {**PAPER, "id": "p2", "title": "Second"}])
    taught = write_lines(tmp_path / "train.jsonl", [GOLD])
    dev = write_lines(tmp_path / "dev.jsonl", [{**GOLD, "id": "p2"}])
    third = {**PAPER, "id": "p3", "title": "Third"}
    corpus = write_lines(tmp_path / "corpus.jsonl", [third, {"id": "p4", "title": "", "abstract": "We sort numbers."}])
    more = write_lines(tmp_path / "more.jsonl", [to_offsets(third, {**GOLD, "id": "p3"})])
    more.write_bytes(lzma.compress(more.read_bytes()))
    said: list[str] = []
    for name in ("a", "b"):
        train(
            papers, taught, dev, tmp_path / name,
            corpus=corpus, more=more, epochs=1, device="cpu", report=said.append,
        )  # fmt: skip
    assert Model.load(tmp_path / "a").fingerprint == Model.load(tmp_path / "b").fingerprint
    assert any("epoch 1" in line for line in said)
    assert any(line.startswith("2 papers, ") for line in said)


def test_training_goes_on_after_the_last_pass(tmp_path: Path) -> None:
    papers = write_lines(
        tmp_path / "papers.jsonl", [{**PAPER, "id": f"p{n}", "title": f"Title {n}"} for n in range(12)]
    )
    taught = write_lines(tmp_path / "train.jsonl", [{**GOLD, "id": f"p{n}"} for n in range(11)])
    dev = write_lines(tmp_path / "dev.jsonl", [{**GOLD, "id": "p11"}])
    said: list[str] = []
    for name, stop in (("a", "no"), ("b", "epoch 2"), ("b", "no")):
        with pytest.raises(RuntimeError, match="stop") if stop != "no" else nullcontext():
            report = _stop_at(stop) if stop != "no" else said.append
            train(papers, taught, dev, tmp_path / name, epochs=3, device="cpu", report=report)
    assert Model.load(tmp_path / "a").fingerprint == Model.load(tmp_path / "b").fingerprint
    assert sum(line.startswith("training goes on after pass 2, kept in") for line in said) == 1
    assert [line[:8] for line in said if line.startswith("epoch")] == ["epoch 1:", "epoch 2:", "epoch 3:", "epoch 3:"]
    assert not list(tmp_path.glob("*.passes"))


@pytest.mark.parametrize("kept", ["of another seed", "damaged"])
def test_training_does_not_go_on_from_what_is_not_its_own(tmp_path: Path, kept: str) -> None:
    papers = write_lines(tmp_path / "papers.jsonl", [PAPER, {**PAPER, "id": "p2", "title": "Second"}])
    taught = write_lines(tmp_path / "train.jsonl", [GOLD])
    dev = write_lines(tmp_path / "dev.jsonl", [{**GOLD, "id": "p2"}])
    out = tmp_path / "out"
    with pytest.raises(RuntimeError, match="stop"):
        train(papers, taught, dev, out, epochs=2, seed=2, device="cpu", report=_stop_at("epoch 1"))
    if kept == "damaged":
        (tmp_path / "out.passes").write_bytes((tmp_path / "out.passes").read_bytes()[:9000])
    said: list[str] = []
    train(papers, taught, dev, out, epochs=2, device="cpu", report=said.append)
    train(papers, taught, dev, tmp_path / "new", epochs=2, device="cpu", report=lambda _: None)
    assert any("of another run: training begins anew" in line for line in said)
    assert Model.load(out).fingerprint == Model.load(tmp_path / "new").fingerprint
    assert not list(tmp_path.glob("*.passes"))


def test_training_leaves_the_word_vectors_as_they_are(tmp_path: Path) -> None:
    papers = write_lines(tmp_path / "papers.jsonl", [PAPER, {**PAPER, "id": "p2", "title": "Second"}])
    taught = write_lines(tmp_path / "train.jsonl", [GOLD])
    dev = write_lines(tmp_path / "dev.jsonl", [{**GOLD, "id": "p2"}])
    train(papers, taught, dev, tmp_path / "out", epochs=2, device="cpu", report=lambda _: None)
    before, after = start_from("shipped", list).encoder, load_trained(tmp_path / "out").encoder
    assert torch.allclose(before.words, after.words, atol=1e-6)
    assert not torch.allclose(before.layers[0].up.weight, after.layers[0].up.weight, atol=1e-4)


def test_a_pretrained_encoder_is_kept_in_one_file(tmp_path: Path) -> None:
    torch.manual_seed(0)
    tokenizer = full_tokenizer()
    encoder = Encoder(Sizes(words=tokenizer.get_vocab_size(), heads=(12,) * 3))
    torch.nn.init.normal_(encoder.features)
    save_pretrained(tmp_path / "whole.npz", tokenizer, encoder)
    taken, again, none = load_pretrained(tmp_path / "whole.npz")
    assert none is None
    assert taken.get_vocab() == tokenizer.get_vocab()
    assert len(again.layers) == 3
    for name, value in encoder.state_dict().items():
        assert torch.allclose(again.state_dict()[name], value, atol=float(value.abs().max() / 127)), name
    save_pretrained(tmp_path / "again.npz", taken, again)
    exact = load_pretrained(tmp_path / "again.npz").encoder
    assert all(torch.allclose(exact.state_dict()[n], v, atol=1e-6) for n, v in again.state_dict().items())
    with pytest.raises(ModelError, match="other words than those of the shipped"):
        save_pretrained(tmp_path / "foreign.npz", taken, again, words=False)
        load_pretrained(tmp_path / "foreign.npz")
    (tmp_path / "broken.npz").write_bytes(b"PK")
    with pytest.raises(ModelError, match="no encoder that kg pretrain wrote"):
        load_pretrained(tmp_path / "broken.npz")


def test_the_pretrained_encoder_that_is_shipped_shares_the_words_of_the_shipped_model(tmp_path: Path) -> None:
    tokenizer, encoder, heads = start_from("pretrained", list)
    trained = start_from("shipped", list).encoder
    assert torch.equal(encoder.words, trained.words)
    assert len(encoder.layers) == len(trained.layers)
    save_pretrained(tmp_path / "again.npz", tokenizer, encoder, heads, words=False)
    again = load_pretrained(tmp_path / "again.npz").encoder
    assert all(torch.allclose(again.state_dict()[n], v, atol=1e-6) for n, v in encoder.state_dict().items())


def test_layers_are_left_out() -> None:
    encoder = Encoder(Sizes(words=10, heads=(12, 11, 10, 9)))
    kept = kept_layers(encoder, [1, 3])
    assert kept.sizes.heads == (12, 10)
    assert torch.equal(kept.layers[1].up.weight, encoder.layers[2].up.weight)
    assert torch.equal(kept.words, encoder.words)
    for wrong in ([], [0, 1], [2, 1], [1, 1], [1, 5]):
        with pytest.raises(InputError, match="from 1 to 4"):
            kept_layers(encoder, wrong)


def test_heads_and_units_that_others_can_stand_in_for_are_left_out() -> None:
    torch.manual_seed(0)
    encoder = Encoder(Sizes(words=30, width=24, heads=(3, 3), head=8, inner=16)).eval()
    with torch.no_grad():
        for layer in encoder.layers:
            layer.value.weight[8:16], layer.value.bias[8:16] = 0, 1  # the second head gives the same whatever it reads
            layer.up.weight[8:], layer.up.bias[8:] = layer.up.weight[:8], layer.up.bias[:8]
    texts = [(torch.randint(30, (1, 40)), torch.rand(1, 40, PIECE_FEATURES)) for _ in range(8)]
    smaller = narrowed(encoder, 4, 8, texts).eval()
    assert smaller.layers[0].query.weight.shape == (16, 24)
    assert smaller.layers[1].up.weight.shape == (8, 24)
    ids, features = texts[0]
    assert torch.allclose(smaller(ids, features, [40]), encoder(ids, features, [40]), atol=0.02)
    for kept, units in ((0, 8), (1, 8), (7, 8), (4, 0), (4, 17)):
        with pytest.raises(InputError, match="6 heads in all and 16 inner units"):
            check_narrower(encoder.sizes, kept, units)


def test_heads_go_from_the_layers_that_need_them_least() -> None:
    torch.manual_seed(0)
    encoder = Encoder(Sizes(words=30, width=24, heads=(3, 3), head=8, inner=16)).eval()
    with torch.no_grad():
        encoder.layers[0].get_parameter("value.weight").zero_()  # whatever it attends to
    texts = [(torch.randint(30, (1, 40)), torch.rand(1, 40, PIECE_FEATURES)) for _ in range(8)]
    smaller = narrowed(encoder, 4, None, texts).eval()
    assert smaller.sizes == replace(encoder.sizes, heads=(1, 3))
    ids, features = texts[0]
    assert torch.allclose(smaller(ids, features, [40]), encoder(ids, features, [40]), atol=0.02)
    assert narrowed(encoder, None, 12, texts).sizes == replace(encoder.sizes, inner=12)


def test_an_encoder_learns_to_give_what_another_gives() -> None:
    tokenizer = full_tokenizer()
    torch.manual_seed(0)
    sizes = Sizes(words=tokenizer.get_vocab_size(), width=24, heads=(3, 3), head=8, inner=16)
    wide, small = Encoder(sizes), Encoder(replace(sizes, heads=(2,)))
    small.words.data, small.positions.data = wide.words.data, wide.positions.data
    said: list[str] = []
    texts = ["a title\nwe propose a method that sorts 3 numbers", "another\nit sorts 2x faster than before"] * 40
    schedule = Schedule(pieces=60_000, batch=200, rate=3e-3)
    imitate(small, texts, tokenizer, schedule, said.append, teacher=wide, layers=[2])
    missed = [float(line.split("missed ")[1].split(",")[0]) for line in said]
    assert missed[-1] < missed[0] / 2


def test_training_goes_on_from_the_encoder_of_a_model(tmp_path: Path) -> None:
    torch.manual_seed(0)
    tokenizer = full_tokenizer()
    network = Network(Sizes(words=tokenizer.get_vocab_size()))
    torch.nn.init.normal_(network.encoder.features)
    write_model(tmp_path / "old", network, tokenizer, Lexicon.empty(), scorers={}, settings=NEUTRAL, about="test")
    taken, encoder, scoring = load_trained(tmp_path / "old")
    assert taken.get_vocab() == tokenizer.get_vocab()
    for name, value in network.encoder.state_dict().items():
        step = value.abs().max() / 127
        assert torch.allclose(encoder.state_dict()[name], value, atol=float(step)), name
    assert scoring is not None
    for name, value in network.heads.state_dict().items():
        step = value.abs().max() / 127
        assert torch.allclose(scoring.state_dict()[name], value, atol=float(step)), name
    papers = write_lines(tmp_path / "papers.jsonl", [PAPER, {**PAPER, "id": "p2", "title": "Second"}])
    taught = write_lines(tmp_path / "train.jsonl", [GOLD])
    dev = write_lines(tmp_path / "dev.jsonl", [{**GOLD, "id": "p2"}])
    said: list[str] = []
    train(papers, taught, dev, tmp_path / "new", start=str(tmp_path / "old"), epochs=1, report=said.append)
    assert "training goes on from the heads that came with the encoder" in said
    assert Model.load(tmp_path / "new").parts.tokenizer.get_vocab_size() == tokenizer.get_vocab_size()
    after = load_trained(tmp_path / "new")
    assert len(after.encoder.layers) == len(network.encoder.layers)
    assert after.heads is not None
    assert torch.allclose(after.heads.types.weight, scoring.types.weight, atol=0.05)  # new ones are drawn by chance
    (tmp_path / "new" / "heads.npz").write_bytes(b"PK")
    with pytest.raises(ModelError, match=r"heads\.npz cannot be read"):
        load_trained(tmp_path / "new")
    (tmp_path / "new" / "heads.npz").unlink()
    assert load_trained(tmp_path / "new").heads is None
    small = Network(Sizes(words=tokenizer.get_vocab_size(), width=48, heads=(2,)))
    write_model(tmp_path / "small", small, tokenizer, Lexicon.empty(), scorers={}, settings=NEUTRAL, about="test")
    with pytest.raises(ModelError, match="other sizes"):
        load_trained(tmp_path / "small")
    with pytest.raises(ModelError, match="no model in"):
        train(papers, taught, dev, tmp_path / "new", start=str(tmp_path), epochs=1, report=lambda _: None)


@pytest.mark.parametrize("device", ["auto", "cpu", *(["cuda"] if torch.cuda.is_available() else [])])
def test_training_runs_on_every_device_that_is_there(tmp_path: Path, device: str) -> None:
    papers = write_lines(tmp_path / "papers.jsonl", [PAPER, {**PAPER, "id": "p2", "title": "Second"}])
    taught = write_lines(tmp_path / "train.jsonl", [GOLD])
    dev = write_lines(tmp_path / "dev.jsonl", [{**GOLD, "id": "p2"}])
    corpus = write_lines(tmp_path / "corpus.jsonl", [{"id": "p4", "title": "", "abstract": "We sort numbers."}] * 3)
    said: list[str] = []
    pretrain_encoder(corpus, tmp_path / "field.npz", pieces=6_000, device=device, report=said.append)
    start = str(tmp_path / "field.npz")
    train(papers, taught, dev, tmp_path / "out", start=start, epochs=1, device=device, report=said.append)
    used = "cuda" if device != "cpu" and torch.cuda.is_available() else "cpu"
    assert any(line.endswith(f"6 layers, on {used}") for line in said)
    assert f"the encoder is trained on {used}" in said
    assert Model.load(tmp_path / "out").fingerprint


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_said() -> None:
    with pytest.raises(InputError, match="sees no GPU"):
        choose_device("cuda")


def test_a_device_of_another_name_is_refused() -> None:
    with pytest.raises(InputError, match="auto, cpu or cuda"):
        choose_device("gpu")


def test_pre_training_goes_on_from_the_last_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.train.rounds._ROUND", 6_000)
    corpus = write_lines(tmp_path / "corpus.jsonl", [PAPER, {**PAPER, "id": "p2", "title": "Second"}])
    left_out = write_lines(tmp_path / "dev.jsonl", [{**PAPER, "id": "p2", "title": "Second", "abstract": "Other."}])
    said: list[str] = []
    for name, stop in (("a", "no"), ("b", "round 2"), ("b", "no")):
        with pytest.raises(RuntimeError, match="stop") if stop != "no" else nullcontext():
            pretrain_encoder(
                corpus, tmp_path / f"{name}.npz", layers=[1, 6], pieces=9_000, without=left_out, device="cpu",
                report=_stop_at(stop) if stop != "no" else said.append,
            )  # fmt: skip
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sum("round 1 of 2" in line for line in said) == 2  # read once, taken from the checkpoint once
    assert any("taken from" in line for line in said)
    assert [line.startswith("1 texts") and line.endswith("2 layers, on cpu") for line in said if "texts" in line] == [
        True, True
    ]  # fmt: skip
    assert not list(tmp_path.glob("*.rounds"))


def test_a_narrower_encoder_is_made_and_can_be_gone_on_from(tmp_path: Path) -> None:
    corpus = write_lines(tmp_path / "corpus.jsonl", [PAPER])
    said: list[str] = []
    pretrain_encoder(
        corpus, tmp_path / "small.npz", layers=[6], heads=11, inner=1530, pieces=1, device="cpu", report=said.append
    )
    assert "the layers keep 11 heads, and 1530 inner units each" in said
    tokenizer, encoder, none = start_from(str(tmp_path / "small.npz"), list)
    assert none is None  # the general encoder brings no heads
    assert (encoder.sizes.heads, encoder.sizes.inner) == ((11,), 1530)
    lexicon = Lexicon.empty()
    write_model(tmp_path / "model", network_of(encoder), tokenizer, lexicon, scorers={}, settings=NEUTRAL, about="test")
    again = load_trained(tmp_path / "model").encoder
    assert again.sizes == encoder.sizes
    for wrong in (5, 73):
        with pytest.raises(InputError, match="6 layers have 72 heads in all and 1536 inner units each"):
            pretrain_encoder(corpus, tmp_path / "a.npz", heads=wrong, pieces=1)


def test_heads_come_along_with_an_encoder_that_imitates_theirs(tmp_path: Path) -> None:
    corpus = write_lines(tmp_path / "corpus.jsonl", [PAPER])
    shipped = start_from("shipped", list)
    assert shipped.heads is not None
    depth = shipped.encoder.sizes.layers

    def made(**how: Any) -> dict[str, torch.Tensor] | None:
        pretrain_encoder(corpus, tmp_path / "a.npz", start="shipped", pieces=1, report=lambda _: None, **how)
        heads = start_from(str(tmp_path / "a.npz"), list).heads
        return None if heads is None else heads.state_dict()

    narrow = made(layers=[1, depth], inner=64)
    assert narrow is not None
    for name, value in shipped.heads.state_dict().items():
        assert torch.allclose(narrow[name], value, atol=float(value.abs().max() / 127)), name
    assert made(layers=[1, depth - 1], inner=64) is None
    assert made() is None  # what guesses words gives other vectors


def test_a_narrower_encoder_goes_on_from_the_last_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.train.rounds._ROUND", 6_000)
    corpus = write_lines(tmp_path / "corpus.jsonl", [PAPER])
    said: list[str] = []
    for name, stop in (("a", "no"), ("b", "round 2"), ("b", "no")):
        with pytest.raises(RuntimeError, match="stop") if stop != "no" else nullcontext():
            pretrain_encoder(
                corpus, tmp_path / f"{name}.npz", layers=[6], heads=11, inner=1535, pieces=9_000, device="cpu",
                report=_stop_at(stop) if stop != "no" else said.append,
            )  # fmt: skip
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sum("round 1 of 2" in line for line in said) == 2  # read once, taken from the checkpoint once


def network_of(encoder: Encoder) -> Network:
    network = Network(encoder.sizes)
    network.encoder = encoder
    return network


def test_pre_training_does_not_go_on_from_other_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.train.rounds._ROUND", 6_000)
    corpus = write_lines(tmp_path / "corpus.jsonl", [PAPER])
    said: list[str] = []
    with pytest.raises(RuntimeError, match="stop"):
        pretrain_encoder(corpus, tmp_path / "a.npz", layers=[1], pieces=9_000, report=_stop_at("round 2"))
    pretrain_encoder(corpus, tmp_path / "a.npz", layers=[2], pieces=9_000, report=said.append)
    assert not any("taken from" in line for line in said)


def test_pre_training_refuses_what_it_cannot_read_or_write(tmp_path: Path) -> None:
    empty = write_lines(tmp_path / "empty.jsonl", [{"id": "p1", "text": "We sort numbers."}])
    corpus, gold = write_lines(tmp_path / "corpus.jsonl", [PAPER]), write_lines(tmp_path / "gold.jsonl", [GOLD])
    for wanted, told in (
        ({"corpus": empty}, "no paper with a title"),
        ({"without": gold}, "not their annotation"),
        ({"out": tmp_path}, "is a folder"),
        ({"layers": [1, 9]}, "from 1 to 6"),
    ):
        with pytest.raises(InputError, match=told):
            pretrain_encoder(**{"corpus": corpus, "out": tmp_path / "a.npz", "pieces": 100, **wanted})  # type: ignore[arg-type]


def test_the_scorers_of_claims_are_trained_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.train.run._LEAST_CLAIMS", 60)
    papers = {row["id"]: row for row in read_json_lines(EXAMPLES / "abstracts.jsonl")}
    taught = [(papers[row["id"]], row) for row in read_json_lines(ANNOTATED)[:40]]
    said: list[str] = []
    with scorers_beside(taught, said.append) as made:
        scorers = made()
    assert scorers["claims.npz"].keys() == np.load(shipped_folder() / "claims.npz").keys()
    assert said[0].startswith("scorers of claims trained on")


def _slow(papers: dict[str, dict[str, Any]], annotations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    time.sleep(5)
    Path(papers["p1"]["done"]).touch()
    return {}


def test_a_fault_in_the_preparation_stops_the_scorers_too(tmp_path: Path) -> None:
    taught = [({"id": "p1", "done": str(tmp_path / "done")}, {"id": "p1", "claims": [{}] * 400})]
    with pytest.raises(InputError, match="no paper"), scorers_beside(taught, lambda _: None, _slow):
        raise InputError("no paper")
    time.sleep(7)
    assert not (tmp_path / "done").exists()
    with scorers_beside(taught, lambda _: None, _slow) as made:
        assert made() == {"claims.npz": {}}
    assert (tmp_path / "done").exists()


def test_each_pass_reads_every_paper_that_is_short_enough() -> None:
    tokenizer = full_tokenizer()
    examples = [
        make_example(PAPER, {**GOLD, "id": str(n)}, tokenizer, Lexicon.empty(), number=None, lost=Counter())
        for n in range(5)
    ]
    long = {**PAPER, "abstract": f"{PAPER['abstract']} " * 40}
    examples.append(make_example(long, GOLD, tokenizer, Lexicon.empty(), number=None, lost=Counter()))
    vocabulary = tokenizer.get_vocab()
    marks = vocabulary["[CLS]"], vocabulary["[SEP]"], vocabulary["[MASK]"]
    read: list[float] = []
    network = Network(Sizes(words=tokenizer.get_vocab_size()))
    fit(network, examples, marks, Recipe(epochs=2), lambda *told: read.append(told[2]["papers"]))
    assert len(examples[-1].ids) > WINDOW
    assert read == [5, 5]


def test_hidden_words_are_whole_and_asked_for() -> None:
    tokenizer = full_tokenizer()
    texts = [np.array(tokenizer.encode("unhyphenatable tokenizations", add_special_tokens=False).ids)] * 50
    masks = Masks(tokenizer)
    ids, targets, lengths = masks.hide(texts, 0.5, np.random.default_rng(3))
    assert lengths == [len(texts[0]) + 2] * 50
    goes_on = masks.goes_on[texts[0]]
    assert goes_on.any()
    for row in range(50):
        asked = (targets[row, 1:-1] >= 0).numpy()
        assert all(asked[i] == asked[i - 1] for i in np.flatnonzero(goes_on))
        assert np.array_equal(targets[row, 1:-1].numpy()[asked], texts[row][asked])
        assert np.array_equal(ids[row, 1:-1].numpy()[~asked], texts[row][~asked])
    assert 0.3 < float((targets >= 0).float().sum() / (50 * len(texts[0]))) < 0.7


def test_pre_training_lowers_the_loss() -> None:
    tokenizer = full_tokenizer()
    torch.manual_seed(0)
    encoder = Encoder(Sizes(words=tokenizer.get_vocab_size(), width=48, heads=(4,), head=12, inner=64))
    said: list[str] = []
    texts = ["we propose a method for sorting numbers", "the method sorts numbers faster than before"] * 40
    pretrain(encoder, texts, tokenizer, Schedule(pieces=40_000, batch=200, rate=3e-3), said.append)
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in said]
    assert losses[-1] < losses[0] - 1


def test_rates_rise_to_their_peak_and_fall_to_the_least() -> None:
    share = rise_and_fall(100, 0.1, 0.02)
    rates = [share(step) for step in range(100)]
    assert rates[9] == max(rates) == 1
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[0] == pytest.approx(0.1)
    assert share(100) == pytest.approx(0.02)


def test_what_needs_a_corpus_says_so(tmp_path: Path) -> None:
    papers = write_lines(tmp_path / "papers.jsonl", [PAPER])
    gold = write_lines(tmp_path / "gold.jsonl", [GOLD])
    with pytest.raises(InputError, match="needs the corpus"):
        train(papers, gold, gold, tmp_path / "out", more=gold)


def test_annotation_of_an_unknown_paper_is_named(tmp_path: Path) -> None:
    papers = write_lines(tmp_path / "papers.jsonl", [PAPER])
    gold = write_lines(tmp_path / "gold.jsonl", [GOLD, {**GOLD, "id": "other"}])
    with pytest.raises(InputError, match="no paper has the id 'other'"):
        train(papers, gold, gold, tmp_path / "out", epochs=1)


def test_the_exported_graph_computes_what_torch_does(tmp_path: Path) -> None:
    tokenizer = full_tokenizer()
    torch.manual_seed(1)
    network = Network(Sizes(words=tokenizer.get_vocab_size(), heads=(12,) * 2)).eval()
    settings = {"thresholds": {}, "calibration": {}}
    write_model(tmp_path, network, tokenizer, Lexicon.empty(), scorers={}, settings=settings, about="test")
    ids = np.array([[101, 2023, 2003, 1037, 3231, 102]])
    features = np.zeros((1, 6, network.encoder.features.shape[0]), np.float32)
    whole, spans, _, tags = Model.load(tmp_path).parts.encode(ids, features)
    with torch.no_grad():
        hidden = network.encoder(torch.from_numpy(ids), torch.from_numpy(features), [6])
        expected = (hidden @ network.heads.span.weight).numpy()
        tagged = network.heads.tags(hidden).numpy() - network.heads.tags.bias.numpy()
    assert np.corrcoef(whole.ravel(), hidden[:, 0].numpy().ravel())[0, 1] > 0.99
    assert np.corrcoef(spans.ravel(), expected.ravel())[0, 1] > 0.99
    assert np.corrcoef(tags.ravel(), tagged.ravel())[0, 1] > 0.99


def test_platt_recovers_overconfidence() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2, 4000)
    right = rng.random(4000) < 1 / (1 + np.exp(-(0.5 * scores - 1)))
    slope, shift = platt(scores, right)
    assert abs(slope - 0.5) < 0.08
    assert abs(shift + 1) < 0.1
    confidence = 1 / (1 + np.exp(-(slope * scores + shift)))
    assert calibration_error(reliability(confidence, right)) < 0.03
    assert calibration_error(reliability(1 / (1 + np.exp(-scores)), right)) > 0.1


def test_of_thresholds_that_are_as_good_one_is_taken_for_a_reason() -> None:
    def quality(threshold: float) -> float:
        return 0.8 if 0.3 <= threshold <= 0.6 else 0.5

    assert 0.4 <= best_threshold(quality) <= 0.5
    assert best_threshold(quality, imbalance=lambda t: abs(t - 0.4)) == pytest.approx(0.4)
    assert 0.3 < best_threshold(quality, imbalance=lambda t: t) < 0.4
    nothing = best_threshold(lambda t: 0.0, imbalance=lambda t: 0.0)
    assert nothing == best_threshold(lambda t: 0.0)
    assert 0.4 <= nothing <= 0.5
