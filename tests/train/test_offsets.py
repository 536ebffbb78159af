"""Annotation kept as places: it comes back as it was, and never lies over another text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.train.offsets import from_offsets, to_offsets, with_papers
from kg.train.papers import read_json_lines

PAPER = {
    "id": "p1",
    "title": "NanoSort: Sorting on Sensors",
    "abstract": "NanoSort (NS) beats plain quicksort on SensorBench by up to $2\\times$, with an accuracy of 91.5\\%.",
}
GOLD: dict[str, Any] = {
    "id": "p1",
    "methods": [
        {"name": "NanoSort", "as": ["NS"], "role": "proposed"},
        {"name": "quicksort", "as": [], "role": "compared"},
    ],
    "datasets": [{"name": "SensorBench", "as": [], "role": "evaluated"}],
    "metrics": [{"name": "accuracy", "as": []}],
    "tasks": [{"name": "Sorting", "as": []}],
    "triples": [["NanoSort", "SensorBench"]],
    "claims": [
        {"text": "by up to $2\\times$", "number": "$2\\times$", "kind": "speedup", "value": 2, "unit": "x",
         "qualifier": "up to", "method": "NanoSort", "baseline": "plain quicksort", "dataset": "SensorBench",
         "metric": None, "value_max": None, "baseline_value": None},
        {"text": "accuracy of 91.5\\%", "number": "91.5\\%", "kind": "score", "value": 91.5, "unit": "%",
         "qualifier": None, "method": "NanoSort", "baseline": None, "dataset": None, "metric": "accuracy",
         "value_max": None, "baseline_value": None},
    ],
}  # fmt: skip
SHIPPED = Path(__file__).parents[2] / "kg" / "train" / "annotated.jsonl.xz"


def test_it_comes_back_as_it_was_and_holds_no_words_of_the_text() -> None:
    row = to_offsets(PAPER, GOLD)
    assert from_offsets(PAPER, row) == GOLD
    written = json.dumps(row)
    assert not [word for word in ("NanoSort", "quicksort", "SensorBench", "accuracy") if word in written]


@given(st.text(min_size=1, max_size=30), st.text(max_size=40), st.data())
def test_any_substring_can_be_kept(title: str, abstract: str, data: st.DataObject) -> None:
    text = f"{title}\n{abstract}"
    start = data.draw(st.integers(0, len(text) - 1))
    form = text[start : data.draw(st.integers(start + 1, len(text)))]
    paper = {"id": "x", "title": title, "abstract": abstract}
    gold = {"id": "x", "methods": [], "datasets": [], "metrics": [], "tasks": [{"name": form, "as": [form]}],
            "triples": [], "claims": []}  # fmt: skip
    assert from_offsets(paper, to_offsets(paper, gold)) == gold


def test_another_wording_is_refused(tmp_path: Path) -> None:
    row = to_offsets(PAPER, GOLD)
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({**PAPER, "abstract": str(PAPER["abstract"]).replace("plain", "usual")}) + "\n")
    with pytest.raises(InputError, match=r"rows\.jsonl:1.*not the one that was annotated"):
        list(with_papers(Path("rows.jsonl"), [row], corpus))
    corpus.write_text(json.dumps({**PAPER, "id": "p2"}) + "\n")
    with pytest.raises(InputError, match="no paper with the id 'p1'"):
        list(with_papers(Path("rows.jsonl"), [row], corpus))


def test_the_shipped_annotation_fits_the_corpus(shared: Path) -> None:
    rows = read_json_lines(SHIPPED)
    taught = list(with_papers(SHIPPED, rows, shared / "corpus" / "abstracts.jsonl.xz"))
    assert len(taught) == len(rows) > 0
    for paper, gold in taught:
        text = f"{paper['title']}\n{paper['abstract']}"
        names = [e["name"] for field in ("methods", "datasets", "metrics", "tasks") for e in gold[field]]
        assert all(name and name in text for name in names)
        for claim in gold["claims"]:
            assert claim["number"] in claim["text"]
            assert claim["text"] in text


def test_the_shipped_annotation_is_of_no_paper_kept_out(shared: Path) -> None:
    kept_out = {row["id"] for row in read_json_lines(shared / "gold" / "dev.jsonl")}
    papers = {row["id"]: row for row in read_json_lines(shared / "gold" / "papers.jsonl")}
    titles = {papers[one]["title"].casefold() for one in kept_out if papers[one].get("title")}
    rows = read_json_lines(SHIPPED)
    assert not kept_out & {row["id"] for row in rows}
    taught = with_papers(SHIPPED, rows, shared / "corpus" / "abstracts.jsonl.xz")
    assert not titles & {paper["title"].casefold() for paper, _ in taught}
