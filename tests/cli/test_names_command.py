"""`kg same`, `kg explain`, `kg review`, overrides, exports: names and formats from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import networkx
import pytest
from command import Run

from kg.write import WRITERS


def names(folder: Path, label: str) -> set[str]:
    nodes = map(json.loads, (folder / "nodes.jsonl").read_text(encoding="utf-8").splitlines())
    return {node["properties"]["name"] for node in nodes if node["label"] == label}


def test_same_says_why(kg: Run) -> None:
    joined, apart = kg("same", "GSM8K", "GSM-8K", "--kind", "dataset"), kg("same", "CIFAR-10", "CIFAR-100")
    assert joined.stdout.startswith("same: ")
    assert apart.stdout.startswith("different: ")
    assert "10 against 100" in apart.stdout
    assert kg("same", "a", "b", "--kind", "colour").returncode == 2


def test_explain_shows_every_form_and_what_was_kept_apart(kg: Run, example_build: Path) -> None:
    shown = kg("explain", example_build, "CIFAR-10", "--kind", "dataset").stdout
    assert "written CIFAR10 " in shown
    assert "not CIFAR-100:" in shown
    unknown = kg("explain", example_build, "no such name at all")
    assert unknown.returncode == 2
    assert "Traceback" not in unknown.stderr


def test_review_lists_joins_and_near_names(kg: Run, example_build: Path) -> None:
    shown = kg("review", example_build, "--limit", "5").stdout
    assert "Joined, least certain first" in shown
    assert "Kept apart, most similar first" in shown


def test_overrides_are_kept_in_the_folder_and_undone_by_deleting(
    kg: Run, examples: Path, example_build: Path, tmp_path: Path
) -> None:
    out = tmp_path / "graph"
    shutil.copytree(example_build, out)
    decisions = tmp_path / "mine.toml"
    decisions.write_text('[[rename]]\nkind = "dataset"\nname = "CIFAR-10"\nto = "The Ten Classes"\n', encoding="utf-8")
    source = examples / "abstracts.jsonl"
    assert kg("build", source, "-o", out, "--overrides", decisions).returncode == 0
    assert "The Ten Classes" in names(out, "Dataset")
    assert kg("build", source, "-o", out).returncode == 0
    assert "The Ten Classes" in names(out, "Dataset")
    (out / "overrides.toml").unlink()
    assert kg("build", source, "-o", out).returncode == 0
    assert (out / "nodes.jsonl").read_bytes() == (example_build / "nodes.jsonl").read_bytes()


def test_a_bad_override_is_named_with_its_line(kg: Run, examples: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "mine.toml"
    decisions.write_text('[[rename]]\nkind = "dataset"\nnam = "x"\n', encoding="utf-8")
    result = kg("build", examples / "abstracts.jsonl", "-o", tmp_path / "graph", "--overrides", decisions)
    assert result.returncode == 1
    assert "mine.toml" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_every_format_is_written(kg: Run, example_build: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"out.{form}"
    result = kg("export", example_build, target, "--format", form)
    assert result.returncode == 0, result.stderr
    assert target.is_dir() == WRITERS[form].folder


def test_graphml_is_found_by_its_ending_and_is_a_whole_graph(kg: Run, example_build: Path, tmp_path: Path) -> None:
    assert kg("export", example_build, tmp_path / "graph.graphml").returncode == 0
    graph = networkx.read_graphml(tmp_path / "graph.graphml")
    assert graph.number_of_nodes() == len((example_build / "nodes.jsonl").read_text().splitlines())
    assert kg("export", example_build, tmp_path / "graph.xyz").returncode == 2
