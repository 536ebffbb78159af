"""How learning rates rise and fall."""

from __future__ import annotations

from collections.abc import Callable


def rise_and_fall(steps: int, warm_up: float, least: float) -> Callable[[int], float]:
    """What share of its peak a rate has at a step: up for the share `warm_up` of the steps, then down to `least`."""
    warm = max(1, int(steps * warm_up))
    slope = (1 - least) / max(1, steps - warm)
    return lambda step: min((step + 1) / warm, least + slope * (steps - step))
