"""The folder of a build: what `kg` refuses to write over, and what it takes for its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import Run

from kg.folders import FILES, is_built

OURS = {*FILES, "overrides.toml", "cache"}


@pytest.fixture
def papers(examples: Path, tmp_path: Path) -> Path:
    """Three papers, in a file that is called like one of a build."""
    whole = (examples / "abstracts.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "papers.jsonl"
    path.write_text("".join(whole[:3]), encoding="utf-8")
    return path


def test_a_build_leaves_only_files_that_are_known_as_its_own(example_build: Path) -> None:
    assert {path.name for path in example_build.iterdir()} <= OURS


def test_a_build_does_not_replace_its_input(kg: Run, papers: Path) -> None:
    before = papers.read_bytes()
    for command in (("build", papers, "-o", papers.parent), ("build", papers.parent, "-o", papers.parent)):
        result = kg(*command)
        assert result.returncode == 2
        assert "papers.jsonl" in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert [path.name for path in papers.parent.iterdir()] == ["papers.jsonl"]
        assert papers.read_bytes() == before


def test_inputs_of_other_names_and_places_are_kept_too(kg: Run, papers: Path) -> None:
    before = papers.read_bytes()
    link = papers.parent / "link.jsonl"
    link.symlink_to(papers)
    for command in (
        ("extract", papers, "-o", link),
        ("extract", papers.parent, "-o", papers),
        ("extract", papers, "--explain", "x", "--html", papers),
        ("build", papers, "-o", papers.parent / "graph", "--graphml", papers),
    ):
        result = kg(*command)
        assert result.returncode == 2
        assert "is one of the inputs" in result.stderr
        assert papers.read_bytes() == before
    assert not (papers.parent / "graph").exists()


@pytest.mark.parametrize("name", ["papers.jsonl", "nodes.jsonl", "report.json"])
def test_a_folder_of_somebody_else_is_refused(kg: Run, papers: Path, tmp_path: Path, name: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / name).write_text('{"mine": 1}\n')
    result = kg("build", papers, "-o", other)
    assert result.returncode == 2
    assert f"holds {name} that kg did not write" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in other.iterdir()] == [name]
    assert (other / name).read_text() == '{"mine": 1}\n'


def test_a_folder_with_other_files_is_taken(kg: Run, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    out.mkdir()
    (out / "notes.md").write_text("mine")
    (out / "overrides.toml").write_text("")
    assert kg("build", papers, "-o", out).returncode == 0
    assert (out / "notes.md").read_text() == "mine"
    decisions = tmp_path / "decisions.toml"
    decisions.write_text("# other ones")
    assert kg("build", papers, "-o", out, "--overrides", decisions).returncode == 0
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "overrides.toml").write_text("# mine")
    assert "overrides.toml" in kg("build", papers, "-o", foreign, "--overrides", decisions).stderr
    assert (foreign / "overrides.toml").read_text() == "# mine"


def test_builds_whole_stopped_or_moved_are_written_again(kg: Run, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    assert kg("build", papers, "-o", out).returncode == 0
    for name, lost in {
        "stopped": ("report.json",),
        "stopped-older": ("report.json", "settings.json"),  # an older version kept no settings
        "moved": ("cache",),
        "moved-older": ("cache", "settings.json"),
    }.items():
        folder = tmp_path / name
        shutil.copytree(out, folder, ignore=shutil.ignore_patterns(*lost))
        assert is_built(folder)
        assert kg("build", papers, "-o", folder).returncode == 0
        assert {path.name for path in folder.iterdir()} == {path.name for path in out.iterdir()}
    assert kg("build", out / "papers.jsonl", "-o", out).returncode == 2


def test_one_command_at_a_time_writes_into_a_folder(kg: Run, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    assert kg("build", papers, "-o", out).returncode == 0
    before = {path: path.read_bytes() for path in out.glob("*.json*")}
    first = json.loads(papers.read_text(encoding="utf-8").splitlines()[0])["id"]
    command = [str(Path(sys.executable).parent / "kg"), "build", "-", "-o", str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as waiting:
        end = time.monotonic() + 60
        while not (out / ".kg.lock").exists() and time.monotonic() < end:
            time.sleep(0.01)
        for arguments in (("build", papers, "-o", out), ("add", out, papers), ("remove", out, first)):
            refused = kg(*arguments)
            assert refused.returncode == 1
            assert refused.stderr == f"kg: another kg is writing to {out}; wait until it is done\n"
        waiting.kill()
    assert (out / ".kg.lock").exists()  # left by the one that was killed, and in nobody's way
    assert {path: path.read_bytes() for path in out.glob("*.json*")} == before
    assert kg("build", papers, "-o", out).returncode == 0
    assert {path.name for path in out.iterdir()} <= OURS


def test_a_build_of_nothing_leaves_no_folder(kg: Run, tmp_path: Path) -> None:
    assert kg("build", tmp_path / "missing.jsonl", "-o", tmp_path / "new" / "graph").returncode == 1
    assert kg("add", tmp_path / "new" / "graph", tmp_path / "missing.jsonl").returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_told_in_one_line(kg: Run, papers: Path, tmp_path: Path) -> None:
    file, folder, built = tmp_path / "hello.txt", tmp_path / "folder", tmp_path / "built"
    file.write_text("mine")
    assert kg("build", papers, "-o", built).returncode == 0
    (built / "report.json").unlink()
    (built / "report.json").mkdir()  # cannot be replaced by a file, whoever asks for it
    (folder / "page.html").mkdir(parents=True)
    first = json.loads(papers.read_text(encoding="utf-8").splitlines()[0])["id"]
    for *command, place in (
        ("build", papers, "-o", file),
        ("build", papers, "-o", file / "below"),
        ("build", papers, "-o", file / "further" / "below"),
        ("build", papers, "-o", built),
        ("build", papers, "-o", tmp_path / "graph", "--graphml", file / "graph.graphml"),
        ("extract", papers, "-o", file / "x.jsonl"),
        ("extract", papers, "--explain", first, "--html", file / "x.html"),
        ("extract", papers, "--explain", first, "--html", folder / "page.html"),
        ("export", built, file / "below", "--format", "jsonl"),
        ("export", built, file / "below", "--format", "store"),
        ("export", built, file / "below", "--format", "neo4j-admin"),
        ("schemas", file),
        ("schemas", file / "below"),
    ):
        result = kg(*command, place)
        assert result.returncode == 1, result.stderr
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert "cannot be written (" in result.stderr
    assert file.read_text() == "mine"


def test_graphs_below_a_directory_are_left_out_in_one_line(
    kg: Run, papers: Path, example_build: Path, tmp_path: Path
) -> None:
    shutil.copytree(example_build, tmp_path / "graph")
    for place in (tmp_path, tmp_path / "*", tmp_path / "**" / "*.jsonl"):
        for _ in range(2):  # the second time, its own result stands there too
            result = kg("build", place, "-o", tmp_path / "new")
            assert result.returncode == 0, result.stderr
            assert "3 papers, 0 duplicates, 0 skipped" in result.stdout
        assert sorted(line.split(";")[0] for line in result.stderr.splitlines()) == [
            f"left out the graph in {tmp_path / name}" for name in ("graph", "new")
        ]
        shutil.rmtree(tmp_path / "new")
    named = kg("extract", tmp_path / "graph" / "papers.jsonl")
    assert len(named.stdout.splitlines()) > 60
    (tmp_path / "graph" / "more.jsonl").write_bytes(papers.read_bytes())
    beside = kg("extract", tmp_path / "graph")
    assert len(beside.stdout.splitlines()) == 3
