"""The screen before the heads: which candidates go on, and that those that go on stay as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kg.extract.abbreviations import find_abbreviations
from kg.extract.candidates import every_candidate
from kg.extract.document import Document, lay_out
from kg.extract.heads import TYPES
from kg.extract.model import Model
from kg.extract.screen import plausible
from kg.extract.sentences import sentences

FLOOR = -5.0
TEXT = "Deep Sorters\nWe train Deep Sorters on SortBench. On SortBench the Deep Sorters win."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Model.load().parts.tokenizer


def document_of(text: str, tokenizer: Tokenizer) -> Document:
    spans = sentences(text)
    defined = [(found.short_span, found.long_span) for found in find_abbreviations(text, spans)]
    return lay_out(text, text.find("\n"), [], defined, spans, tokenizer=tokenizer)


def spans_of(document: Document) -> dict[str, list[str]]:
    """The mentions of each group, as written."""
    found: dict[str, list[str]] = {key: [] for key in document.keys}
    for group, first, last in zip(document.span_group, document.span_first, document.span_last, strict=True):
        found[document.keys[group]].append(document.text[document.starts[first] : document.ends[last]])
    return found


def tags_for(document: Document, names: list[tuple[int, int]]) -> np.ndarray:
    """Tags as a sure model would give them for names at these characters."""
    tags = np.full((len(document.ids), 2 * len(TYPES)), FLOOR - 3, np.float32)
    for start, end in names:
        tokens = np.flatnonzero((document.starts >= start) & (document.ends <= end))
        first, last = document.first_piece[tokens[0]], document.last_piece[tokens[-1]]
        tags[first : last + 1, 0] = tags[first, len(TYPES)] = FLOOR + 3
    return tags


def test_a_group_goes_on_with_all_its_mentions_when_one_may_be_a_name(tokenizer: Tokenizer) -> None:
    document = document_of(TEXT, tokenizer)
    at = TEXT.index("SortBench")
    screened = plausible(document, tags_for(document, [(at, at + len("SortBench"))]), FLOOR)
    assert spans_of(screened) == {"sortbench": ["SortBench", "SortBench"]}
    assert screened.group_edges.tolist() == [0, 2]


def test_what_begins_inside_a_name_or_leaves_it_does_not_go_on(tokenizer: Tokenizer) -> None:
    document = document_of(TEXT, tokenizer)
    screened = plausible(document, tags_for(document, [(0, len("Deep Sorters"))]), FLOOR)
    assert set(spans_of(screened)) == {"deep", "deepsorter"}


def test_where_nothing_may_be_a_name_all_candidates_stay(tokenizer: Tokenizer) -> None:
    document = document_of(TEXT, tokenizer)
    every = spans_of(every_candidate(document))
    assert len(every) > 10
    assert spans_of(plausible(document, tags_for(document, []), FLOOR)) == every
    empty = document_of("", tokenizer)
    assert plausible(empty, np.zeros((0, 2 * len(TYPES)), np.float32), FLOOR) is empty


PARTS = (
    *("Deep", "Sorter", "Sorters", "sorters", "SortBench", "GPT4", "GPT-4", "gpt4s", "loss", "et", "al.", "e.g."),
    *("Long Deep Sorters (LDS)", "the", "LDS", "3.5", "(", ")", ",", "-", "_", "/", "×", "naïve", "v2.", "s", ".."),
    *("\n", ". We"),
)


@given(
    st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(["", " "])), max_size=25)
    .map(lambda parts: "".join(part + gap for part, gap in parts))
    .map(lambda more: f"{TEXT} {more}"),
    st.integers(0, 2**32 - 1),
    st.floats(-3, 3),
)
def test_groups_go_on_by_their_best_mention_and_stay_as_they_were(
    tokenizer: Tokenizer, text: str, seed: int, shift: float
) -> None:
    document = every_candidate(document_of(text, tokenizer))
    size = (len(document.ids), 2, len(TYPES))
    tags = np.random.default_rng(seed).normal(FLOOR - 1 + shift, 1, size).astype(np.float32)
    screened = plausible(document_of(text, tokenizer), tags.reshape(size[0], -1), FLOOR)
    before = spans_of(document)
    wanted = set()
    for group, first, last in zip(document.span_group, document.span_first, document.span_last, strict=True):
        left, right = document.first_piece[first], document.last_piece[last]
        inside = all(tags[piece, 0].max() >= FLOOR for piece in range(left, right + 1))
        if inside and tags[left, 1].max() >= FLOOR:
            wanted.add(document.keys[group])
    assert list(screened.keys) == [key for key in document.keys if key in wanted or not wanted]
    assert spans_of(screened) == {key: before[key] for key in screened.keys}
    assert screened.group_edges[-1] == len(screened.span_first)
