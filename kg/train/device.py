"""Where PyTorch computes."""

from __future__ import annotations

import torch

from kg.engine import cores
from kg.errors import InputError


def choose_device(name: str) -> torch.device:
    """The device that `name` (auto, cpu, cuda) says; raises InputError for another, and for a GPU that is not there."""
    if name not in ("auto", "cpu", "cuda"):
        raise InputError(f"no device is called {name!r}: take auto, cpu or cuda")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError("PyTorch sees no GPU here: leave --device out, or install a PyTorch built for the GPU")
    return torch.device(name)


def use_all_cores() -> None:
    """As many threads as this process may use cores: the command line sets one, for workers side by side."""
    torch.set_num_threads(cores())
