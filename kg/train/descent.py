"""Steps down the gradient of a loss, at rates that rise and fall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Slope:
    """How to go down with AdamW (Loshchilov & Hutter, 2019).

    Rates rise for the share `warm_up` of the `steps` and fall to the share `least` of their peak; gradients are cut to
    the length `longest`.
    """

    steps: int
    warm_up: float
    least: float
    longest: float
    weight_decay: float
    betas: tuple[float, float] = (0.9, 0.999)


class Descent:
    """The optimizer of some parameters and its schedule."""

    def __init__(self, groups: list[dict[str, Any]], slope: Slope) -> None:
        """`groups` have parameters, `params`, and their rate at its peak, `lr`."""
        self._slope = slope
        self._learning = [parameter for group in groups for parameter in group["params"]]
        self._optimizer = torch.optim.AdamW(groups, weight_decay=slope.weight_decay, betas=slope.betas, fused=True)
        rate = rise_and_fall(slope.steps, slope.warm_up, slope.least)
        self._falling = torch.optim.lr_scheduler.LambdaLR(self._optimizer, rate)

    def step(self, loss: Tensor) -> None:
        """Take the next step."""
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._learning, self._slope.longest)
        self._optimizer.step()
        self._falling.step()

    def state_dict(self) -> dict[str, Any]:
        """What the steps so far have left, for `load_state_dict` of the same groups and slope."""
        return {"optimizer": self._optimizer.state_dict(), "falling": self._falling.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self._optimizer.load_state_dict(state["optimizer"])
        self._falling.load_state_dict(state["falling"])


def rise_and_fall(steps: int, warm_up: float, least: float) -> Callable[[int], float]:
    """What share of its peak a rate has at a step: up for the share `warm_up` of the steps, then down to `least`."""
    warm = max(1, int(steps * warm_up))
    slope = (1 - least) / max(1, steps - warm)
    return lambda step: min((step + 1) / warm, least + slope * (steps - step))
