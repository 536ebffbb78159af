"""The example corpus: well-formed, large enough, and in our own words."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RUN = 12
"""Words in a row that no example may share with the texts that we train and measure on."""


def records(examples: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (examples / "abstracts.jsonl").read_text(encoding="utf-8").splitlines()]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return (tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1))


def test_every_record_is_complete(examples: Path) -> None:
    papers = records(examples)
    assert len(papers) >= 60
    assert len({paper["id"] for paper in papers}) == len(papers)
    for paper in papers:
        assert paper.keys() >= {"id", "title", "abstract", "year", "venue", "authors", "url"}, paper["id"]
        assert 60 <= len(paper["abstract"].split()) <= 220, paper["id"]
        assert 1995 <= paper["year"] <= 2026


def test_no_sentence_is_taken_from_elsewhere(examples: Path, shared: Path) -> None:
    ours = {run: paper["id"] for paper in records(examples) for run in runs(paper["abstract"])}
    starts = {run[:3] for run in ours}  # three words decide quickly for nearly every place
    with lzma.open(shared / "corpus" / "abstracts.jsonl.xz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["abstract"] or "" for line in file]
    texts += [path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").iterdir())]
    for text in texts:
        found = words(text)
        for i, start in enumerate(zip(found, found[1:], found[2:], strict=False)):
            if start in starts:
                taken = ours.get(tuple(found[i : i + RUN]))
                assert taken is None, f"{taken} shares {RUN} words with another text: {' '.join(found[i : i + RUN])}"
