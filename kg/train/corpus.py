"""Unannotated papers: which word pieces the field uses, and how many papers contain a name."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.extract.candidates import candidate_keys
from kg.extract.sentences import sentences
from kg.train.papers import paper_text, read_corpus

SAMPLE = 30_000
"""Papers in which names are counted; more would only make rare names a little less rare."""

_PRUNE_AT = 6_000_000


def raw_texts(path: Path) -> Iterator[str]:
    """Title and abstract of every paper as the file has them, for counting word pieces."""
    for paper in read_corpus(path):
        yield f"{paper.get('title') or ''}\n{paper.get('abstract') or ''}"


def unannotated_texts(
    path: Path, annotated: Iterable[Mapping[str, Any]], seed: int, most: int | None = None
) -> list[str]:
    """Texts of a corpus in random order, without the papers that are annotated (by title or by first words).

    `most` is how many of them are wanted; None: all.
    """
    known = {part for paper in annotated for part in _marks(paper)}
    papers = [paper for paper in read_corpus(path) if not known & set(_marks(paper))]
    random.Random(seed).shuffle(papers)
    return [paper_text(paper)[0] for paper in papers[:most]]


def _marks(paper: Mapping[str, Any]) -> list[str]:
    return [mark for mark in (paper.get("title") or "", (paper.get("abstract") or "")[:80]) if mark]


def paper_frequency(texts: Iterable[str], least: int = 6) -> dict[str, int]:
    """In how many of `texts` each name stands, for names in at least `least` of them."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(candidate_keys(text, sentences(text)))
        if len(counts) > _PRUNE_AT:
            counts = Counter({key: count for key, count in counts.items() if count > 1})
    return {key: count for key, count in counts.items() if count >= least}
