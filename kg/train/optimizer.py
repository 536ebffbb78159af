"""What moves the weights: Muon for the matrices inside the encoder's layers, AdamW for everything else.

Muon (Jordan et al., 2024) makes the steps of a matrix orthogonal, with the size that AdamW's would have (Liu et al.,
2025). Where the encoder sees little text, it learns from the same text what AdamW learns from several times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

Groups = Sequence[dict[str, Any]]
"""Groups of parameters with the peak of their rate, as torch's optimizers take them: `params` and `lr`."""


def rise_and_fall(steps: int, warm_up: float, least: float) -> Callable[[int], float]:
    """What share of its peak a rate has at a step: up for the share `warm_up` of the steps, then down to `least`."""
    warm = max(1, int(steps * warm_up))
    return lambda step: min((step + 1) / warm, max(least, (steps - step) / max(1, steps - warm)))


class Optimizer:
    """Steps of all parameters, their rates along one curve."""

    def __init__(
        self,
        others: Groups,
        matrices: Groups,
        share: Callable[[int], float],
        *,
        weight_decay: float,
        betas: tuple[float, float] = (0.9, 0.999),
    ) -> None:
        """`matrices` are moved by Muon and may be none, `others` by AdamW; `share` is a curve as of `rise_and_fall`."""
        parts: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(others, lr=0.0, weight_decay=weight_decay, betas=betas, fused=True)
        ]
        if matrices:
            parts.append(torch.optim.Muon(matrices, lr=0.0, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"))
        self._parts = [(part, torch.optim.lr_scheduler.LambdaLR(part, share)) for part in parts]

    def step(self) -> None:
        """Move the weights by their gradients, clear these, and go on along the curve."""
        for part, rates in self._parts:
            part.step()
            part.zero_grad()
            rates.step()
