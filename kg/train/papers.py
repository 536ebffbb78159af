"""Papers and annotation as they stand in JSON Lines files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.files import open_text
from kg.text import clean

Json = Mapping[str, Any]


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file, compressed or not; InputError names the line that is none."""
    return list(read_corpus(path))


def paper_text(paper: Json) -> tuple[str, int]:
    """The stored text of a raw paper and where its title ends, as `Paper.text` gives it."""
    title, abstract = clean(paper.get("title") or ""), clean(paper.get("abstract") or "")
    return (f"{title}\n{abstract}", len(title)) if title else (abstract, 0)


def read_corpus(path: Path) -> Iterator[dict[str, Any]]:
    """The papers of a JSON Lines file, compressed or not; InputError names a line that is no JSON."""
    with open_text(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise InputError(f"is no JSON: {error}", file=str(path), line=number) from error
