"""Annotation kept as places instead of words, for papers whose text may not travel with it.

A line names a paper by its id and every string by its first place in title, line break and abstract, as the corpus has
them; `check` is the beginning of the text's SHA-256, so that annotation is never laid over another wording.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.train.papers import Json, read_corpus

Place = list[int]

_FIELDS = ("methods", "datasets", "metrics", "tasks")
_NAMED = {"method": "methods", "dataset": "datasets", "metric": "metrics"}
_PLAIN = ("kind", "value", "value_max", "baseline_value", "unit")


def raw_text(paper: Json) -> str:
    """Title, line break and abstract as the corpus has them."""
    return f"{paper.get('title') or ''}\n{paper.get('abstract') or ''}"


def to_offsets(paper: Json, gold: Json) -> dict[str, Any]:
    """The annotation `gold` of `paper` with places instead of strings; ValueError for a string that is not there."""
    text = raw_text(paper)

    def place(form: str, left: int = 0) -> Place:
        start = text.index(form, left)
        return [start, start + len(form)]

    row: dict[str, Any] = {"id": gold["id"], "check": _digest(text)}
    order: dict[str, list[str]] = {}
    for field in _FIELDS:
        order[field] = [entity["name"] for entity in gold[field]]
        row[field] = [
            {"name": place(e["name"]), "as": [place(form) for form in e["as"]]}
            | ({"role": e["role"]} if "role" in e else {})
            for e in gold[field]
        ]
    row["triples"] = [[order["methods"].index(m), order["datasets"].index(d)] for m, d in gold["triples"]]
    row["claims"] = []
    for claim in gold["claims"]:
        words = place(claim["text"])
        found: dict[str, Any] = {"text": words, "number": place(claim["number"], words[0])}
        found |= {key: claim[key] for key in _PLAIN if claim.get(key) is not None}
        found |= {key: order[field].index(claim[key]) for key, field in _NAMED.items() if claim.get(key) is not None}
        found |= {key: place(claim[key]) for key in ("qualifier", "baseline") if claim.get(key) is not None}
        row["claims"].append(found)
    return row


def from_offsets(paper: Json, row: Json) -> dict[str, Any]:
    """The annotation with its strings again; ValueError when the text is not the one that was annotated."""
    text = raw_text(paper)
    if _digest(text) != row["check"]:
        raise ValueError("the text of the paper is not the one that was annotated")

    def words(place: Place | None) -> str | None:
        return None if place is None else text[place[0] : place[1]]

    gold: dict[str, Any] = {"id": row["id"]}
    for field in _FIELDS:
        gold[field] = [
            {**entity, "name": words(entity["name"]), "as": [words(form) for form in entity["as"]]}
            for entity in row[field]
        ]
    gold["triples"] = [[gold["methods"][m]["name"], gold["datasets"][d]["name"]] for m, d in row["triples"]]
    gold["claims"] = []
    for claim in row["claims"]:
        found = {key: claim.get(key) for key in _PLAIN} | {"text": words(claim["text"])}
        found |= {key: words(claim.get(key)) for key in ("number", "qualifier", "baseline")}
        for key, field in _NAMED.items():
            found[key] = gold[field][claim[key]]["name"] if key in claim else None
        gold["claims"].append(found)
    return gold


def with_papers(path: Path, rows: Iterable[Json], corpus: Path) -> Iterator[tuple[Json, Json]]:
    """Each paper of `corpus` that `rows` (read from `path`) annotate, with its annotation, in the order of `rows`.

    Raises InputError for a paper that the corpus lacks or has in another wording.
    """
    rows = list(rows)
    wanted = {row["id"]: row["check"] for row in rows}
    papers: dict[str, Json] = {}
    for paper in read_corpus(corpus):
        if paper["id"] in wanted and (paper["id"] not in papers or _digest(raw_text(paper)) == wanted[paper["id"]]):
            papers[paper["id"]] = paper  # a corpus may give one id to several papers
    for number, row in enumerate(rows, start=1):
        if row["id"] not in papers:
            raise InputError(f"{corpus} has no paper with the id {row['id']!r}", file=str(path), line=number)
        try:
            yield papers[row["id"]], from_offsets(papers[row["id"]], row)
        except (ValueError, KeyError, IndexError) as error:
            raise InputError(f"annotation of {row['id']!r}: {error}", file=str(path), line=number) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
