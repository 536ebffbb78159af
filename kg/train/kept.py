"""What a run leaves on disk while it goes on, for the next one to go on from when it is interrupted."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from kg.files import atomic_write
from kg.train.descent import Descent
from kg.train.network import Encoder, Network


@dataclass(frozen=True)
class Passes:
    """The file that holds a training after its last finished pass; `given` tells its input from any other."""

    path: Path
    given: str
    report: Callable[[str], None]


@dataclass(frozen=True)
class Course:
    """What changes from step to step of a training, and with it the random numbers of PyTorch."""

    network: Network
    average: Network
    descent: Descent
    shuffle: random.Random

    def take_up(self, passes: Passes) -> int:
        """Go on where `passes` stopped: how many are done, 0 when there is no file or it is of another input."""
        if not passes.path.is_file():
            return 0
        try:
            state: dict[str, Any] = torch.load(passes.path, map_location="cpu", weights_only=True)
        except Exception:  # PyTorch, pickle and zip each have their errors for a file that they cannot read
            state = {}
        if state.get("given") != passes.given:
            passes.report(f"{passes.path} is damaged or of another run: training begins anew")
            return 0
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.descent.load_state_dict(state["descent"])
        self.shuffle.setstate(state["shuffle"])
        torch.set_rng_state(state["random"])
        done: int = state["done"]
        passes.report(f"training goes on after pass {done}, kept in {passes.path}")
        return done

    def keep(self, passes: Passes, done: int) -> None:
        """Write what `take_up` reads."""
        state = {
            "given": passes.given,
            "done": done,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "descent": self.descent.state_dict(),
            "shuffle": self.shuffle.getstate(),
            "random": torch.get_rng_state(),
        }
        with atomic_write(passes.path, "wb") as file:
            torch.save(state, file)


def digest(network: Encoder | Network, others: object) -> str:
    """What tells the weights of `network`, and `others` as they are written, from any else."""
    weights = hashlib.sha256()
    for value in network.state_dict().values():
        weights.update(value.cpu().numpy().tobytes())
    return digest_of((others, weights.hexdigest()))


def digest_of(value: object) -> str:
    """What tells a value, as it is written, from any else."""
    return hashlib.sha256(repr(value).encode()).hexdigest()
