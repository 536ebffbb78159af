"""Masked-word pre-training of the encoder on unannotated abstracts, before it learns from annotation.

The task of BERT (Devlin et al., 2019), with whole words masked and more of them (Wettig et al., 2023), goes on from the
weights of the base: domain-adaptive pre-training (Gururangan et al., 2020).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.document import text_pieces
from kg.train.descent import Descent, Slope
from kg.train.network import Dropout, Encoder

Ids = npt.NDArray[np.int64]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Schedule:
    """How to pre-train; `pieces` is the number of word pieces read in all."""

    pieces: int
    batch: int = 6_000
    longest: int = 256
    masked: float = 0.22
    rate: float = 4e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    seed: int = 1

    @property
    def steps(self) -> int:
        """How many batches are read."""
        return max(1, self.pieces // self.batch)

    def descent(self, learning: Iterable[nn.Parameter]) -> Descent:
        """What makes `learning` learn, step by step."""
        slope = Slope(
            self.steps, self.warm_up, least=0.01, longest=1.0, weight_decay=self.weight_decay, betas=(0.9, 0.98)
        )
        return Descent([{"params": list(learning), "lr": self.rate}], slope)


class MaskedWords(nn.Module):
    """The encoder and what guesses a masked piece from its vector: scores against the word vectors themselves."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        words, width = encoder.words.shape
        self.encoder = encoder
        self.inner, self.norm = nn.Linear(width, width), nn.LayerNorm(width, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(words))

    def forward(self, ids: Tensor, lengths: list[int], asked: Tensor) -> Tensor:
        """A score for each piece of the vocabulary at each place that `asked` marks: [places, words]."""
        features = torch.zeros(1, 1, self.encoder.features.shape[0], device=ids.device)
        hidden = self.encoder(ids, features, lengths).flatten(0, 1)
        hidden = hidden.index_select(0, asked.flatten().nonzero()[:, 0])
        return functional.linear(self.norm(functional.gelu(self.inner(hidden))), self.encoder.words, self.bias)


class _CrossEntropy(torch.autograd.Function):
    """Mean cross entropy; its gradient is the softmax kept from before, which saves a fifth of a step."""

    @staticmethod
    def forward(context: Any, scores: Tensor, targets: Tensor) -> Tensor:
        likely = scores.softmax(1)
        context.save_for_backward(likely, targets)
        return -likely.gather(1, targets[:, None]).float().clamp(min=1e-30).log().mean()

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        likely, targets = context.saved_tensors
        slope = likely.clone()
        slope[torch.arange(len(targets), device=targets.device), targets] -= 1
        return slope.mul_(gradient / len(targets)), None


def pretrain(
    encoder: Encoder, texts: Sequence[str], tokenizer: Tokenizer, schedule: Schedule, report: Callable[[str], None]
) -> None:
    """Train `encoder` in place on `texts`, read in their order and again from the start while the budget lasts.

    It computes where the encoder's weights are.
    """
    device = encoder.device
    torch.manual_seed(schedule.seed)
    dice = np.random.default_rng(schedule.seed)
    model = MaskedWords(encoder).to(device).train()
    for module in model.modules():
        if isinstance(module, Dropout):
            module.eval()  # little is seen twice
    descent = schedule.descent(model.parameters())

    def read(texts: Sequence[str]) -> list[Ids]:
        found = (text_pieces(text, tokenizer)[: schedule.longest - 2] for text in texts)
        return [np.array(ids, np.int64) for ids in found if len(ids) > 1]

    masks = Masks(tokenizer)
    began, shown = time.monotonic(), 0.0
    for step, batch in zip(range(schedule.steps), batches(texts, read, len, schedule), strict=False):
        ids, targets, lengths = masks.hide(batch, schedule.masked, dice)
        asked = targets >= 0
        with torch.autocast(device.type, dtype=torch.bfloat16):
            scores = model(ids.to(device), lengths, asked.to(device))
        loss = _CrossEntropy.apply(scores, targets[asked].to(device))
        descent.step(loss)
        shown += float(loss.detach())
        if (step + 1) % 100 == 0:
            seconds = time.monotonic() - began
            report(f"pre-training {step + 1}/{schedule.steps}: loss {shown / 100:.3f}, {seconds:.0f} s")
            shown = 0.0


class Masks:
    """Hides whole words of texts given as ids."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        vocabulary = tokenizer.get_vocab()
        self.mask, self.first, self.last = (vocabulary[mark] for mark in ("[MASK]", "[CLS]", "[SEP]"))
        self.size = len(vocabulary)
        self.goes_on = np.zeros(self.size, bool)
        self.goes_on[[at for piece, at in vocabulary.items() if piece.startswith("##")]] = True

    def hide(self, texts: Sequence[Ids], share: float, dice: np.random.Generator) -> tuple[Tensor, Tensor, list[int]]:
        """Ids with `share` of the words hidden, the true ids there and -1 elsewhere, and the lengths.

        Of the hidden words eight in ten become the mask, one random pieces, one stays.
        """
        lengths = [len(text) + 2 for text in texts]
        ids = np.zeros((len(texts), max(lengths)), np.int64)
        targets = np.full(ids.shape, -1, np.int64)
        for row, text in enumerate(texts):
            word = np.cumsum(~self.goes_on[text])
            count = int(word[-1]) + 1
            chosen, way = (dice.random(count) < share)[word], dice.random(count)[word]
            seen = text.copy()
            seen[chosen & (way < 0.8)] = self.mask
            strange = chosen & (way >= 0.9)
            seen[strange] = dice.integers(5, self.size, int(strange.sum()))
            ids[row, 0], ids[row, 1 : len(text) + 1], ids[row, len(text) + 1] = self.first, seen, self.last
            targets[row, 1 : len(text) + 1][chosen] = text[chosen]
        return torch.from_numpy(ids), torch.from_numpy(targets), lengths


def batches(
    texts: Sequence[str],
    read: Callable[[Sequence[str]], Sequence[Row]],
    length: Callable[[Row], int],
    schedule: Schedule,
) -> Iterator[list[Row]]:
    """Batches of about `schedule.batch` pieces from texts of like length, for ever.

    `read` makes a row of each text that has pieces, `length` says how many it has.
    """
    shuffle = random.Random(schedule.seed)
    pool = 2_000
    while texts:
        for at in range(0, len(texts), pool):
            cut: list[list[Row]] = [[]]
            for row in sorted(read(texts[at : at + pool]), key=length):
                if (len(cut[-1]) + 1) * (length(row) + 2) > schedule.batch:
                    cut.append([])
                cut[-1].append(row)
            shuffle.shuffle(cut)
            yield from cut
