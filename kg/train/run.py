"""The whole way of training, in order."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from tokenizers import Tokenizer

from kg import __version__
from kg.errors import InputError
from kg.evaluate import score
from kg.extract.claim_model import CLAIMS
from kg.extract.decode import Reading
from kg.extract.lexicon import Lexicon
from kg.extract.model import Model, shipped_folder
from kg.train import claims
from kg.train.base import cut_tokenizer, load_base, load_trained
from kg.train.calibrate import NEUTRAL, as_annotation, calibrate
from kg.train.corpus import SAMPLE, paper_frequency, raw_texts, unannotated_texts
from kg.train.data import Example, make_example, make_lexicon
from kg.train.export import write_model
from kg.train.loop import Recipe, fit
from kg.train.network import Encoder, Network, Sizes
from kg.train.offsets import with_papers
from kg.train.papers import Json, paper_text, read_json_lines
from kg.train.pretrain import Schedule, pretrain

Pair = tuple[Json, Json]

_LEAST_PIECES = 10
"""Occurrences from which a word piece of a large corpus is kept; without a corpus every piece that occurs is."""


_CHECKPOINT = "pretrained.safetensors"
"""In the folder of the model until training ends: pre-training is the longer half, and a run may be interrupted."""

_ROUND = 12_000_000
"""Word pieces in one round of pre-training: about half of 101,536 abstracts, forty minutes on two cores."""

_LEAST_CLAIMS = 400
"""Annotated claims below which boosted trees would only learn them by heart."""


def run(
    papers: Path,
    train: Path,
    dev: Path,
    out: Path,
    *,
    corpus: Path | None,
    more: Path | None,
    start: Path | None,
    pretrain_on: int,
    seed: int,
    epochs: int,
    device: str,
    report: Callable[[str], None],
) -> None:
    """See `kg.train.train`."""
    chosen = choose_device(device)
    begun = load_trained(start) if start else None
    by_id = {str(paper["id"]): paper for paper in read_json_lines(papers)}
    taught, kept_out = _paired(train, by_id), _paired(dev, by_id)
    sure = len(taught)
    taught += _by_places(more, corpus)
    texts = unannotated_texts(corpus, by_id.values(), seed) if corpus else [paper_text(p)[0] for p in by_id.values()]
    tokenizer, encoder = begun or _base(raw_texts(corpus) if corpus else texts, _LEAST_PIECES if corpus else 1)
    lexicon = make_lexicon(taught, tokenizer, paper_frequency(texts[:SAMPLE]) if corpus else None)
    report(f"{len(taught)} papers, {tokenizer.get_vocab_size()} word pieces, {len(lexicon.hashes)} names counted")
    lost: Counter[str] = Counter()
    examples = [make_example(p, g, tokenizer, lexicon, number=i, lost=lost) for i, (p, g) in enumerate(taught)]
    report("; ".join(f"{name} {count}" for name, count in sorted(lost.items())))
    scorers = train_scorers(taught, report)
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    torch.manual_seed(seed)
    network = Network(encoder.sizes)
    network.encoder = encoder.to(chosen)
    report(f"the encoder is trained on {chosen}")
    if pretrain_on:
        _pretrained(out, network.encoder, texts, tokenizer, _rounds(pretrain_on, seed), report)
    vocabulary = tokenizer.get_vocab()
    marks = vocabulary["[CLS]"], vocabulary["[SEP]"], vocabulary["[MASK]"]

    def told(epoch: int, _: Network, sums: dict[str, float]) -> None:
        report(f"epoch {epoch + 1}: " + ", ".join(f"{name} {value:.3f}" for name, value in sums.items()))

    recipe = Recipe(epochs=epochs, seed=seed)
    network = fit(network, examples[:sure], marks, recipe, told, less_sure=examples[sure:]).cpu()
    finish(out, network, tokenizer, lexicon, scorers=scorers, kept_out=kept_out, report=report)
    (out / _CHECKPOINT).unlink(missing_ok=True)


def _by_places(annotation: Path | None, corpus: Path | None) -> list[Pair]:
    """Annotation by places, each with its paper of the corpus; nothing where none is given."""
    return list(with_papers(annotation, read_json_lines(annotation), corpus)) if annotation and corpus else []


def _base(texts: Iterable[str], least: int) -> tuple[Tokenizer, Encoder]:
    """Tokenizer and encoder of the base, with the word pieces that occur at least `least` times in `texts`."""
    tokenizer, rows = cut_tokenizer(texts, least)
    return tokenizer, load_base(Sizes(words=len(rows)), rows)


def choose_device(name: str) -> torch.device:
    """The device that `name` (auto, cpu, cuda) says; raises InputError for another, and for a GPU that is not there."""
    if name not in ("auto", "cpu", "cuda"):
        raise InputError(f"no device is called {name!r}: take auto, cpu or cuda")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError("PyTorch sees no GPU here: leave --device out, or install a PyTorch built for the GPU")
    return torch.device(name)


def _pretrained(  # noqa: PLR0917
    out: Path,
    encoder: Encoder,
    texts: Sequence[str],
    tokenizer: Tokenizer,
    rounds: Sequence[Schedule],
    report: Callable[[str], None],
) -> None:
    """Pre-train `encoder` in rounds, after those that an interrupted run with the same input left in `out`.

    Every second round reads from the other end, so that the second begins with what the first has not read.
    """
    begun = hashlib.sha256(encoder.words.detach().cpu().numpy().tobytes()).hexdigest()
    given = repr((tokenizer.to_str(), len(texts), texts[:100], encoder.device.type, begun))
    digests = [hashlib.sha256(repr((rounds[:n], given)).encode()).hexdigest() for n in range(1, len(rounds) + 1)]
    path = out / _CHECKPOINT
    done = 0
    if path.is_file():
        with safe_open(path, "pt") as kept:
            made_of = (kept.metadata() or {}).get("made_of")
            if made_of in digests:
                done = digests.index(made_of) + 1
                encoder.load_state_dict({name: kept.get_tensor(name) for name in kept.keys()})  # noqa: SIM118
                report(f"pre-trained encoder taken from {path}, round {done} of {len(rounds)}")
    for number in range(done, len(rounds)):
        report(f"round {number + 1} of {len(rounds)}")
        pretrain(encoder, texts[::-1] if number % 2 else texts, tokenizer, rounds[number], report)
        out.mkdir(parents=True, exist_ok=True)
        weights = {name: value.cpu().contiguous() for name, value in encoder.state_dict().items()}
        unfinished = path.with_suffix(".part")
        save_file(weights, unfinished, {"made_of": digests[number]})
        unfinished.replace(path)


def _rounds(pieces: int, seed: int) -> list[Schedule]:
    """Rounds of at most `_ROUND` pieces: warm restarts (Loshchilov & Hutter, 2017).

    The rate rises and falls in each, and optimizer and guesser begin anew: the encoder is all that a round leaves to
    the next, and one that took an hour is not lost when the next is interrupted.
    """
    count = -(-pieces // _ROUND)
    ends = [pieces * n // count for n in range(count + 1)]
    return [Schedule(pieces=ends[n + 1] - ends[n], seed=seed + n) for n in range(count)]


def train_scorers(taught: Sequence[Pair], report: Callable[[str], None]) -> dict[str, dict[str, Any]]:
    """The files of the scorers that know no encoder; the shipped ones where too few claims are annotated."""
    count = sum(len(gold.get("claims", [])) for _, gold in taught)
    if count < _LEAST_CLAIMS:
        report(f"{count} annotated claims are fewer than {_LEAST_CLAIMS}: the shipped scorers of claims stay")
        return {CLAIMS: dict(np.load(shipped_folder() / CLAIMS))}
    papers, annotations = {str(p["id"]): dict(p) for p, _ in taught}, [dict(gold) for _, gold in taught]
    return {CLAIMS: claims.train(papers, annotations)}


def finish(
    out: Path,
    network: Network,
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    *,
    scorers: Mapping[str, Mapping[str, Any]],
    kept_out: Sequence[Pair],
    report: Callable[[str], None],
) -> None:
    """Write the model, calibrate what was written on papers kept out of training, and write it again."""
    about = f"kg {__version__}"
    examples = [make_example(p, g, tokenizer, lexicon, number=None, lost=Counter()) for p, g in kept_out]
    gold = {str(g["id"]): g for _, g in kept_out}
    write_model(out, network, tokenizer, lexicon, scorers=scorers, settings=NEUTRAL, about=about)
    reader = Reader(Model.load(out), examples)
    settings = calibrate(reader, examples, gold)
    write_model(out, network, tokenizer, lexicon, scorers=scorers, settings=settings, about=about)
    rows = {e.id: as_annotation(e, r) for e, r in zip(examples, reader(settings), strict=True)}
    figures = score(gold, rows).as_dict()
    report("; ".join(f"{name} {value:.3f}" for name, value in figures.items() if "claims" not in name))


class Reader:
    """Reads the same papers under one settings after another."""

    def __init__(self, model: Model, examples: Sequence[Example]) -> None:
        self._model, self._examples = model, examples

    def __call__(self, settings: Mapping[str, Any]) -> list[Reading]:
        """The readings of all papers."""
        model = Model(dataclasses.replace(self._model.parts, settings=settings))
        documents = [example.document for example in self._examples]
        return [model.read(d.text, d.title_end, d.quantities, d.abbreviations, d.sentences) for d in documents]


def _paired(annotation: Path, papers: Mapping[str, Json]) -> list[Pair]:
    """Each annotation with its paper."""
    pairs: list[Pair] = []
    for number, gold in enumerate(read_json_lines(annotation), start=1):
        paper = papers.get(str(gold.get("id")))
        if paper is None:
            raise InputError(f"no paper has the id {gold.get('id')!r}", file=str(annotation), line=number)
        pairs.append((paper, gold))
    return pairs
