"""A text laid out for the model: its tokens and word pieces, and in which windows the encoder reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Span = tuple[int, int]
Ints = npt.NDArray[np.int64]

WINDOW = 510
"""Word pieces that the encoder reads at once, without its two marks."""

TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")


def _none() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Document:
    """A text with everything about it that does not depend on the weights, at first without candidates.

    `kg.extract.candidates` finds these.
    """

    text: str
    title_end: int
    sentences: Sequence[Span]
    quantities: Sequence[Span]
    abbreviations: Sequence[tuple[Span, Span]]
    starts: Ints  # of tokens, in characters
    ends: Ints
    words: list[str]  # tokens in lower case
    sentence_of: Ints  # of tokens
    ids: Ints  # word pieces, without the encoder's marks
    first_piece: Ints  # of tokens
    last_piece: Ints
    windows: list[Span]  # in word pieces
    span_first: Ints = field(default_factory=_none)  # candidates, in tokens, end inclusive, sorted by group
    span_last: Ints = field(default_factory=_none)
    span_group: Ints = field(default_factory=_none)
    keys: Sequence[str] = ()  # of groups

    @cached_property
    def group_edges(self) -> Ints:
        """Where the candidates of each group begin, and after the last of them where all end."""
        return np.searchsorted(self.span_group, np.arange(len(self.keys) + 1))

    def quantity_pieces(self) -> tuple[Ints, Ints]:
        """First and last word piece of each quantity."""
        top = max(0, len(self.words) - 1)
        left = np.array([start for start, _ in self.quantities], np.int64)
        right = np.array([end for _, end in self.quantities], np.int64)
        first = np.minimum(np.searchsorted(self.ends, left, side="right"), top)
        last = np.clip(np.searchsorted(self.starts, right, side="left") - 1, first, top)
        return self.first_piece[first], self.last_piece[last]


def lay_out(
    text: str,
    title_end: int,
    quantities: Sequence[Span],
    abbreviations: Sequence[tuple[Span, Span]],
    sentences: Sequence[Span],
    *,
    tokenizer: Tokenizer,
) -> Document:
    """The `Document` of `text`."""
    matches = list(TOKEN.finditer(text))
    starts = np.array([m.start() for m in matches], np.int64)
    ends = np.array([m.end() for m in matches], np.int64)
    sentence_of = owners(starts, sentences)
    words = [m.group().lower() for m in matches]
    spelled = [word_pieces(word, tokenizer) for word in words]
    ids = np.array([piece for pieces in spelled for piece in pieces], np.int64)
    edges = np.cumsum([0, *map(len, spelled)])
    first_piece, last_piece = edges[:-1], edges[1:] - 1
    windows = _windows(len(ids), edges[np.searchsorted(starts, [start for start, _ in sentences])].tolist())
    return Document(
        text, title_end, sentences, quantities, abbreviations, starts, ends, words, sentence_of, ids, first_piece,
        last_piece, windows,
    )  # fmt: skip


def word_pieces(word: str, tokenizer: Tokenizer) -> tuple[int, ...]:
    """The word pieces of a token in lower case, at least one: for what the tokenizer drops, the unknown one."""
    return _spelled(word, tokenizer) if len(word) <= _LONGEST_WORD else _spell(word, tokenizer)


def text_pieces(text: str, tokenizer: Tokenizer) -> list[int]:
    """The word pieces of a text, those of `lay_out`."""
    return [piece for match in TOKEN.finditer(text) for piece in word_pieces(match.group().lower(), tokenizer)]


_LONGEST_WORD = 100
"""Characters of the longest token whose pieces are remembered: what is longer is no word that comes again."""


def _spell(word: str, tokenizer: Tokenizer) -> tuple[int, ...]:
    encode = tokenizer.encode
    return tuple(encode(word, add_special_tokens=False).ids or encode("[UNK]", add_special_tokens=False).ids)


_spelled = lru_cache(maxsize=1 << 15)(_spell)


def owners(starts: Ints, spans: Sequence[Span]) -> Ints:
    """Which span each position is in or after; 0 before the first."""
    edges = np.array([start for start, _ in spans], np.int64)
    return np.maximum(np.searchsorted(edges, starts, side="right") - 1, 0)


def _windows(pieces: int, starts: list[int]) -> list[Span]:
    """`pieces` cut into windows of at most `WINDOW`, at the start of a sentence where there is one."""
    windows, left = [], 0
    while pieces - left > WINDOW:
        cuts = [start for start in starts if left < start <= left + WINDOW]
        right = max(cuts) if cuts else left + WINDOW
        windows.append((left, right))
        left = right
    return [*windows, (left, pieces)] if pieces > left else windows
