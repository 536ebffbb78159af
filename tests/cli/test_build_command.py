"""`kg build`, `kg add`, `kg remove`: same input, same bytes; bad input costs only itself."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from command import Run

from kg.extract import pipeline

FILES = ("papers.jsonl", "extractions.jsonl", "nodes.jsonl", "edges.jsonl", "report.json", "settings.json")


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def lines(path: Path, first: int, last: int, into: Path) -> Path:
    into.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[first:last]), encoding="utf-8")
    return into


def test_the_report_counts_what_is_there(example_build: Path) -> None:
    report = json.loads((example_build / "report.json").read_text())
    nodes = [json.loads(line) for line in (example_build / "nodes.jsonl").read_text().splitlines()]
    assert report["papers"] == sum(node["label"] == "Paper" for node in nodes) >= 60
    assert report["rejected"] == []
    assert sum(report["nodes"].values()) == len(nodes)
    assert {"PROPOSES", "EVALUATED_ON", "CLAIMS", "OF"} <= report["edges"].keys()


def test_every_mention_stands_where_it_says(example_build: Path) -> None:
    papers = [json.loads(line) for line in (example_build / "papers.jsonl").read_text().splitlines()]
    text = {p["id"]: f"{p['title']}\n{p['abstract']}" if p["title"] else p["abstract"] for p in papers}
    checked = 0
    for line in (example_build / "extractions.jsonl").read_text().splitlines():
        extraction = json.loads(line)
        body = text[extraction["id"]]
        for kind in ("methods", "datasets", "metrics", "tasks"):
            for mention in (m for entity in extraction[kind] for m in entity["mentions"]):
                assert body[mention["start"] : mention["end"]] == mention["text"]
                checked += 1
        for claim in extraction["claims"]:
            assert body[claim["start"] : claim["end"]] == claim["number"]
            assert claim["text"] in body
            checked += 1
    assert checked > 500


def test_order_and_workers_do_not_matter(kg: Run, examples: Path, example_build: Path, tmp_path: Path) -> None:
    whole = (examples / "abstracts.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(5).shuffle(whole)
    (tmp_path / "abstracts.jsonl").write_text("".join(whole), encoding="utf-8")
    result = kg("build", tmp_path / "abstracts.jsonl", "-o", tmp_path / "graph", "-w", "2", PYTHONHASHSEED="7")
    assert result.returncode == 0, result.stderr
    shuffled, first = contents(tmp_path / "graph"), contents(example_build)
    # where a paper was read (the line) is data about the input, so it may differ; nothing else may
    assert shuffled["extractions.jsonl"] == first["extractions.jsonl"]
    assert shuffled["edges.jsonl"] == first["edges.jsonl"]


def test_seeds(kg: Run, shared: Path, tmp_path: Path) -> None:
    seeds = sorted((shared / "seeds").glob("*.txt"))
    graphs = []
    for number, order in enumerate((seeds, seeds[::-1])):
        out, graphml = tmp_path / f"graph{number}", tmp_path / f"{number}.graphml"
        result = kg("build", *order, "-o", out, "--graphml", graphml, "-w", "2")
        assert result.returncode == 0, result.stderr
        assert "411 papers, 17 duplicates, 0 skipped" in result.stdout
        graphs.append((graphml.read_bytes(), contents(out)))
    assert graphs[0] == graphs[1]


def test_adding_papers_equals_building_all(kg: Run, examples: Path, example_build: Path, tmp_path: Path) -> None:
    source, out = examples / "abstracts.jsonl", tmp_path / "graph"
    part = tmp_path / "part"
    part.mkdir()
    assert kg("build", lines(source, 0, 30, part / "abstracts.jsonl"), "-o", out).returncode == 0
    (part / "rest").mkdir()
    # blank lines keep the line numbers of the sources equal
    rest = part / "rest" / "abstracts.jsonl"
    rest.write_text("\n" * 30 + lines(source, 30, 1000, part / "x").read_text(encoding="utf-8"), encoding="utf-8")
    result = kg("add", out, rest)
    assert result.returncode == 0, result.stderr
    assert contents(out) == contents(example_build)


def test_removing_a_paper_removes_its_facts_alone(kg: Run, examples: Path, example_build: Path, tmp_path: Path) -> None:
    source, out, smaller = examples / "abstracts.jsonl", tmp_path / "graph", tmp_path / "smaller"
    assert kg("build", source, "-o", out).returncode == 0
    first = json.loads(source.read_text(encoding="utf-8").splitlines()[0])["id"]
    assert kg("remove", out, first).returncode == 0
    rest = tmp_path / "abstracts.jsonl"
    rest.write_text("\n" + lines(source, 1, 1000, tmp_path / "x").read_text(encoding="utf-8"), encoding="utf-8")
    assert kg("build", rest, "-o", smaller).returncode == 0
    assert contents(out)["edges.jsonl"] == contents(smaller)["edges.jsonl"]
    assert contents(out)["nodes.jsonl"] == contents(smaller)["nodes.jsonl"]
    assert kg("remove", out, "no-such-paper").returncode == 2


def test_adding_and_removing_keep_the_settings(kg: Run, examples: Path, tmp_path: Path) -> None:
    source, out, whole = examples / "abstracts.jsonl", tmp_path / "graph", tmp_path / "whole"
    part = tmp_path / "part"
    part.mkdir()
    first = lines(source, 0, 8, part / "a.jsonl")
    more = lines(source, 8, 12, part / "b.jsonl")
    sure = ("--min-confidence", "0.9")
    assert kg("build", first, "-o", out, *sure).returncode == 0
    assert kg("build", first, more, "-o", whole, *sure).returncode == 0
    before = contents(out)
    assert kg("add", out, more).returncode == 0
    assert contents(out) == contents(whole)
    assert kg("remove", out, *(json.loads(line)["id"] for line in more.read_text().splitlines())).returncode == 0
    assert contents(out) == before
    # said again, they replace those of the build for good
    assert kg("build", first, more, "-o", whole, "--min-confidence", "0.2").returncode == 0
    assert kg("add", out, more, "--min-confidence", "0.2").returncode == 0
    assert contents(out) == contents(whole)
    # a build from the beginning goes by its own
    assert kg("build", first, "-o", out).returncode == 0
    assert kg("build", first, "-o", tmp_path / "plain").returncode == 0
    assert contents(out) == contents(tmp_path / "plain")


def test_a_pipeline_of_ones_own_must_be_named_again(kg: Run, examples: Path, tmp_path: Path) -> None:
    config = tmp_path / "own.cfg"
    config.write_bytes((Path(pipeline.__file__).parent / pipeline.DEFAULT_CONFIG).read_bytes())
    first = lines(examples / "abstracts.jsonl", 0, 2, tmp_path / "a.jsonl")
    more = lines(examples / "abstracts.jsonl", 2, 3, tmp_path / "b.jsonl")
    out = tmp_path / "graph"
    assert kg("build", first, "-o", out, "--config", config).returncode == 0
    before = contents(out)
    gone = json.loads(first.read_text().splitlines()[0])["id"]
    for command in (("add", out, more), ("remove", out, gone)):
        refused = kg(*command)
        assert refused.returncode == 2
        assert refused.stderr == f"kg: {out} was built with --config own.cfg; name the same again\n"
    assert contents(out) == before
    assert not (out / "removed.txt").exists()
    assert kg("add", out, more, "--config", config).returncode == 0


def test_a_killed_build_goes_on(examples: Path, example_build: Path, tmp_path: Path, kg: Run) -> None:
    out = tmp_path / "graph"
    command = [str(Path(sys.executable).parent / "kg"), "build", str(examples / "abstracts.jsonl"), "-o", str(out)]
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cached = 0
        while process.poll() is None:
            size = sum(path.stat().st_size for path in out.glob("cache/*"))
            if size > cached:  # a chunk more is finished
                os.kill(process.pid, signal.SIGKILL)
                break
            time.sleep(0.005)
        process.wait()
    result = kg("build", examples / "abstracts.jsonl", "-o", out)
    assert result.returncode == 0, result.stderr
    assert contents(out) == contents(example_build)
    assert not list(out.glob(".*.tmp"))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interruption_is_told_in_one_line(examples: Path, workers: str) -> None:
    command = [str(Path(sys.executable).parent / "kg"), "extract", "-", "-w", workers]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # tests may run where it is ignored
    ) as kg:
        assert kg.stdin is not None
        kg.stdin.write((examples / "abstracts.jsonl").read_bytes() * 3)
        kg.stdin.flush()  # and is left open: the command waits for more
        time.sleep(6)
        os.killpg(kg.pid, signal.SIGINT)
        _, told = kg.communicate(timeout=60)
    assert kg.returncode == 130
    assert told.decode().splitlines() == [
        "kg: interrupted; build, add and pretrain go on from here when they are run again"
    ]


def test_bad_files_get_one_line_each_and_cost_nothing_else(kg: Run, examples: Path, tmp_path: Path) -> None:
    good = lines(examples / "abstracts.jsonl", 0, 3, tmp_path / "good.jsonl")
    truncated = tmp_path / "truncated.jsonl"
    truncated.write_text(good.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.dat").write_bytes(bytes(range(256)) * 40)
    missing = tmp_path / "missing.jsonl"
    bad = [tmp_path / "empty.txt", tmp_path / "binary.dat", missing]
    result = kg("build", truncated, *bad, "-o", tmp_path / "graph")
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    skipped = [line for line in result.stderr.splitlines() if line.startswith("skipped")]
    assert len(skipped) == 4
    for name in ("truncated.jsonl:3", "empty.txt", "binary.dat", "missing.jsonl"):
        assert sum(name in line for line in skipped) == 1, result.stderr
    assert "2 papers, 0 duplicates, 4 skipped" in result.stdout
    assert kg("build", truncated, "-o", tmp_path / "strict", "--strict").returncode == 1
    nothing = kg("build", *bad, "-o", tmp_path / "nothing")
    assert nothing.returncode == 1
    assert "nothing could be read" in nothing.stderr


def test_wrong_usage(kg: Run, tmp_path: Path) -> None:
    assert kg("build").returncode == 2
    assert kg("build", "x.jsonl").returncode == 2
    assert kg("query", tmp_path, "speedups").returncode == 1
    assert kg("add", tmp_path, "x.jsonl").returncode == 2


def test_standard_input_and_standard_output(kg: Run, examples: Path, tmp_path: Path) -> None:
    text = lines(examples / "abstracts.jsonl", 0, 2, tmp_path / "two.jsonl").read_text(encoding="utf-8")
    assert "2 papers" in kg("build", "-", "-o", tmp_path / "graph", stdin=text).stdout
    extracted = kg("extract", "-", stdin=text)
    assert [json.loads(line)["id"] for line in extracted.stdout.splitlines()] == [
        json.loads(line)["id"] for line in text.splitlines()
    ]


def test_the_reference_scorer_reads_what_extract_writes(kg: Run, shared: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    lines(shared / "gold" / "dev.jsonl", 0, 20, gold)
    wanted = {json.loads(line)["id"] for line in gold.read_text(encoding="utf-8").splitlines()}
    papers = (shared / "gold" / "papers.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "papers.jsonl").write_text(
        "".join(p for p in papers if json.loads(p)["id"] in wanted), encoding="utf-8"
    )
    result = kg("extract", tmp_path / "papers.jsonl", "-o", tmp_path / "extractions.jsonl")
    assert result.returncode == 0, result.stderr
    command = [sys.executable, shared / "gold" / "score.py", gold, tmp_path / "extractions.jsonl", "--json"]
    score = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert score["papers"] == 20
    assert score["methods"]["f1"] > 0.3
