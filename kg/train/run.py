"""The whole way of training, in order."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from kg import __version__
from kg.engine.processes import processes
from kg.errors import InputError, KgError
from kg.evaluate import score
from kg.extract.claim_model import CLAIMS
from kg.extract.lexicon import Lexicon
from kg.extract.model import Model, Text, shipped_folder
from kg.extract.reading import Reading
from kg.train import claims
from kg.train.base import start_from
from kg.train.calibrate import NEUTRAL, as_annotation, calibrate
from kg.train.corpus import SAMPLE, paper_frequency, raw_texts, unannotated_texts
from kg.train.data import Example, make_example, make_lexicon
from kg.train.device import choose_device, use_all_cores
from kg.train.export import write_model
from kg.train.kept import Passes, digest, digest_of
from kg.train.loop import Recipe, fit, going_on
from kg.train.network import Network
from kg.train.offsets import with_papers
from kg.train.papers import Json, paper_text, read_json_lines

Pair = tuple[Json, Json]
Scorers = dict[str, dict[str, Any]]
"""Arrays by name, by file of the model."""

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
    start: str,
    seed: int,
    epochs: int,
    device: str,
    report: Callable[[str], None],
) -> None:
    """See `kg.train.train`."""
    chosen = choose_device(device)
    by_id = {str(paper["id"]): paper for paper in read_json_lines(papers)}
    taught, kept_out = _paired(train, by_id), _paired(dev, by_id)
    tokenizer, encoder, heads = start_from(
        start, lambda: raw_texts(corpus) if corpus else (paper_text(paper)[0] for paper in by_id.values())
    )
    taught += _by_places(more, corpus)
    texts = unannotated_texts(corpus, by_id.values(), seed, most=SAMPLE) if corpus else []
    with scorers_beside(taught, report) as trained:
        lexicon = make_lexicon(taught, tokenizer, paper_frequency(texts) if texts else None)
        report(f"{len(taught)} papers, {tokenizer.get_vocab_size()} word pieces, {len(lexicon.hashes)} names counted")
        lost: Counter[str] = Counter()
        examples = [make_example(p, g, tokenizer, lexicon, number=i, lost=lost) for i, (p, g) in enumerate(taught)]
        report("; ".join(f"{name} {count}" for name, count in sorted(lost.items())))
        scorers = trained()
    use_all_cores()
    torch.manual_seed(seed)
    network = Network(encoder.sizes)
    network.encoder = encoder.to(chosen)
    recipe = Recipe(epochs=epochs, seed=seed)
    if heads is not None:
        network.heads, recipe = heads, going_on(recipe)
        report("training goes on from the heads that came with the encoder")
    report(f"the encoder is trained on {chosen}")
    vocabulary = tokenizer.get_vocab()
    marks = vocabulary["[CLS]"], vocabulary["[SEP]"], vocabulary["[MASK]"]

    def told(epoch: int, _: Network, sums: dict[str, float]) -> None:
        report(f"epoch {epoch + 1}: " + ", ".join(f"{name} {value:.3f}" for name, value in sums.items()))

    names = lexicon.hashes.tobytes(), lexicon.counts.tobytes(), lexicon.frequency.tobytes()
    given = digest(network, (recipe, taught, tokenizer.to_str(), digest_of(names), chosen.type))
    passes = Passes(Path(f"{out.resolve()}.passes"), given, report)
    network = fit(network, examples, marks, recipe, told, passes=passes).cpu()
    finish(out, network, tokenizer, lexicon, scorers=scorers, kept_out=kept_out, report=report)
    passes.path.unlink(missing_ok=True)


def _by_places(annotation: Path | None, corpus: Path | None) -> list[Pair]:
    """Annotation by places, each with its paper of the corpus; nothing where none is given."""
    return list(with_papers(annotation, read_json_lines(annotation), corpus)) if annotation and corpus else []


@contextmanager
def scorers_beside(
    taught: Sequence[Pair],
    report: Callable[[str], None],
    learn: Callable[[dict[str, dict[str, Any]], Sequence[dict[str, Any]]], dict[str, Any]] = claims.train,
) -> Iterator[Callable[[], Scorers]]:
    """Let the scorers that know no encoder `learn` in a process of their own; what is given waits for their files.

    They keep one core busy for minutes, and so does what is prepared meanwhile; when that fails, they are stopped.
    Where too few claims are annotated they are the shipped ones. Raises KgError when the process dies.
    """
    count = sum(len(gold.get("claims", [])) for _, gold in taught)
    if count < _LEAST_CLAIMS:
        report(f"{count} annotated claims are fewer than {_LEAST_CLAIMS}: the shipped scorers of claims stay")
        yield lambda: {CLAIMS: dict(np.load(shipped_folder() / CLAIMS))}
        return
    papers, annotations = {str(p["id"]): dict(p) for p, _ in taught}, [dict(gold) for _, gold in taught]
    with processes(1) as submit:
        made = submit(learn, papers, annotations)

        def wait() -> Scorers:
            try:
                return {CLAIMS: made.result()}
            except BrokenProcessPool as error:
                raise KgError(
                    "the process that trains the scorers of claims died (killed, or out of memory)"
                ) from error

        yield wait
    report(f"scorers of claims trained on {count} claims")


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
        return [model.read(Text(d.text, d.title_end, d.quantities, d.abbreviations, d.sentences)) for d in documents]


def _paired(annotation: Path, papers: Mapping[str, Json]) -> list[Pair]:
    """Each annotation with its paper."""
    pairs: list[Pair] = []
    for number, gold in enumerate(read_json_lines(annotation), start=1):
        paper = papers.get(str(gold.get("id")))
        if paper is None:
            raise InputError(f"no paper has the id {gold.get('id')!r}", file=str(annotation), line=number)
        pairs.append((paper, gold))
    return pairs
