"""A smaller encoder learns to give the vectors of the larger one that it was made of.

Distillation of hidden states, layer by layer (Jiao et al., 2020), on unannotated texts: each word piece of them
teaches, where guessing hidden words learns from those alone. What annotation taught the larger one goes over too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

from kg.extract.features import piece_features, token_features
from kg.train.data import lay_out_text
from kg.train.network import Dropout, Encoder
from kg.train.pretrain import Ids, Masks, Schedule, batches
from kg.train.shrink import Text, narrowed

LaidOut = tuple[Ids, npt.NDArray[np.float32]]
"""Word pieces of a text [n] and their features [n, k]."""

IMITATION = Schedule(pieces=0, longest=384, rate=6e-4, masked=0.08)
"""How to imitate; the pieces are for whoever asks."""

_LOOKED_AT = 400
"""Texts that say which heads and units matter, some 100,000 word pieces."""


def made_narrow(
    encoder: Encoder, heads: int | None, inner: int | None, texts: Sequence[str], tokenizer: Tokenizer
) -> Encoder:
    """`encoder` narrowed to so many heads in all and inner units a layer; the first of `texts` say what matters."""
    marks = [tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]")]

    def marked() -> Iterator[Text]:
        for ids, features in lay_out_all(texts[:_LOOKED_AT], tokenizer, encoder.sizes.positions - 2):
            yield (
                torch.tensor([[marks[0], *ids.tolist(), marks[1]]]),
                torch.from_numpy(np.pad(features, ((1, 1), (0, 0))))[None],
            )

    return narrowed(encoder, heads, inner, list(marked()))


def lay_out_all(texts: Sequence[str], tokenizer: Tokenizer, longest: int) -> Iterator[LaidOut]:
    """The first `longest` word pieces of each text that has any; its title ends at the line break."""
    for text in texts:
        document, _ = lay_out_text(text, max(0, text.find("\n")), tokenizer)
        if document.words:
            yield document.ids[:longest], piece_features(document, token_features(document))[:longest]


def imitate(
    encoder: Encoder,
    texts: Sequence[str],
    tokenizer: Tokenizer,
    schedule: Schedule,
    report: Callable[[str], None],
    *,
    teacher: Encoder,
    layers: Sequence[int],
) -> None:
    """Train `encoder` in place until its layers give what those of `teacher` with the numbers `layers`, from 1, give.

    Both read the same texts with the same words hidden. What is reported is the share of the teacher's variance that is
    missed, of each layer. All but the layers stays as it is.
    """
    device = encoder.device
    dice = np.random.default_rng(schedule.seed)
    teacher = teacher.to(device).eval()
    for module in encoder.train().modules():
        if isinstance(module, Dropout):
            module.eval()
    encoder.requires_grad_(False)
    encoder.layers.requires_grad_(True)
    descent = schedule.descent(encoder.layers.parameters())
    masks = Masks(tokenizer)

    def read(some: Sequence[str]) -> list[LaidOut]:
        return list(lay_out_all(some, tokenizer, schedule.longest - 2))

    began, shown = time.monotonic(), np.zeros(len(encoder.layers))
    drawn = batches(texts, read, lambda row: len(row[0]), schedule)
    for step, batch in zip(range(schedule.steps), drawn, strict=False):
        ids, _, lengths = masks.hide([row for row, _ in batch], schedule.masked, dice)
        features = torch.zeros(*ids.shape, encoder.features.shape[0])
        for row, (_, found) in enumerate(batch):
            features[row, 1 : len(found) + 1] = torch.from_numpy(found)
        ids, features = ids.to(device), features.to(device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            with torch.no_grad():
                every = teacher.by_layer(ids, features, lengths)
            given = encoder.by_layer(ids, features, lengths)[1:]
        inside = torch.arange(ids.shape[1], device=device)[None] < torch.tensor(lengths, device=device)[:, None]
        missed = torch.stack([_missed(mine[inside], every[n][inside]) for n, mine in zip(layers, given, strict=True)])
        descent.step(missed.sum())
        shown += missed.detach().cpu().numpy()
        if (step + 1) % 100 == 0:
            shares = " ".join(f"{share:.3f}" for share in shown / 100)
            report(f"imitation {step + 1}/{schedule.steps}: missed {shares}, {time.monotonic() - began:.0f} s")
            shown[:] = 0
    encoder.requires_grad_(True)


def _missed(given: Tensor, wanted: Tensor) -> Tensor:
    """Squared distance of rows, as a share of their variance."""
    wanted = wanted.float()
    return (given.float() - wanted).square().mean() / wanted.var(0).mean()
