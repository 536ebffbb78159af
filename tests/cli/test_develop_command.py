"""`kg train` and `kg pretrain`: what is wrong is said before any work begins."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from command import Run


def test_layers_are_numbers(kg: Run, tmp_path: Path) -> None:
    done = kg("pretrain", tmp_path / "corpus.jsonl", "-o", tmp_path / "field.npz", "--layers", "1,two")
    assert done.returncode == 2
    assert "--layers wants numbers such as 1,2,3,6, not '1,two'" in done.stderr


@pytest.mark.parametrize("command", [("train", "a.jsonl", "b.jsonl", "c.jsonl"), ("pretrain", "a.jsonl")])
def test_training_says_what_is_missing(kg: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = kg(command[0], *(tmp_path / name for name in command[1:]), "-o", tmp_path / "out")
    assert done.returncode == 1
    wanted = "a.jsonl: is no file" if find_spec("torch") else "pip install 'paper-kg[train]'"
    assert wanted in done.stderr
    assert "Traceback" not in done.stderr
