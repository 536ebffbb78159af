"""What the model is told besides the words: features of word pieces, of groups of spans, and of pairs.

Everything is a plain array computed from a `Document`, the same at training and at run time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kg.extract.document import Document, Span
from kg.extract.heads import one_hot
from kg.extract.lexicon import Lexicon

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

PIECE_FEATURES = 24
GROUP_FEATURES = 34


_ANY = (1, 5, 6, 7, 9, 10, 11, 23)
_MEAN = (8, 12, 13, 20, 21, 22, 24)
"""Columns of the group features that say whether something holds of any mention, and of how many of them."""


def _marks(length: int, spans: Sequence[Span], starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
    """Which tokens lie in one of `spans` (in characters)."""
    mark = np.zeros(length, bool)
    for left, right in spans:
        mark[np.searchsorted(ends, left, side="right") : np.searchsorted(starts, right, side="left")] = True
    return mark


@lru_cache(maxsize=1 << 14)
def _shape(token: str) -> int:
    """What the characters of a token look like, one of nine."""
    if not token[0].isalnum():
        shape = 0
    elif token.isdigit():
        shape = 1
    elif not token.isascii():
        shape = 2
    elif not token.isalpha():
        shape = 3
    elif token.islower():
        shape = 4
    elif token.isupper():
        shape = 5 if len(token) > 1 else 6
    else:
        shape = 7 if token[1:].islower() else 8
    return shape


def _shapes(document: Document) -> Floats:
    """One row a token: its shape."""
    spans = zip(document.starts.tolist(), document.ends.tolist(), strict=True)
    return one_hot([_shape(document.text[start:end]) for start, end in spans], 9)


def _depth(document: Document) -> npt.NDArray[np.bool_]:
    """Which tokens stand in parentheses."""
    step = np.array([1 if word in "([" else -1 if word in ")]" else 0 for word in document.words], np.int64)
    return np.cumsum(step) > 0


def token_features(document: Document) -> Floats:
    """One row a token, `PIECE_FEATURES` - 1 columns."""
    count = len(document.words)
    rows = np.zeros((count, PIECE_FEATURES - 1), np.float32)
    if not count:
        return rows
    rows[:, :9] = _shapes(document)
    hyphen = np.array([word in "-/" for word in document.words])
    rows[1:, 9] = hyphen[:-1] & (document.starts[1:] == document.ends[:-1])
    rows[:-1, 10] = hyphen[1:] & (document.starts[1:] == document.ends[:-1])
    rows[:, 11] = document.starts < document.title_end
    rows[:, 12] = _depth(document)
    rows[:, 13] = _marks(count, document.quantities, document.starts, document.ends)
    rows[:, 14] = _marks(count, [short for short, _ in document.abbreviations], document.starts, document.ends)
    rows[:, 15] = _marks(count, [long for _, long in document.abbreviations], document.starts, document.ends)
    first, last = _first_sentence(document), int(document.sentence_of[-1])
    place = (document.sentence_of - first) / max(1, last - first)
    rows[:, 16] = document.sentence_of == first
    rows[:, 17] = document.sentence_of == last
    rows[:, 18] = document.sentence_of == last - 1
    rows[:, 19] = (place > 0) & (place <= 1 / 3)
    rows[:, 20] = (place > 1 / 3) & (place <= 2 / 3)
    rows[:, 21] = (place > 2 / 3) & (place < 1)
    rows[0, 22] = 1
    rows[1:, 22] = document.sentence_of[1:] != document.sentence_of[:-1]
    return rows


def _first_sentence(document: Document) -> int:
    """Index of the first sentence of the abstract."""
    return next((i for i, (start, _) in enumerate(document.sentences) if start >= document.title_end), 0)


def piece_features(document: Document, tokens: Floats) -> Floats:
    """One row a word piece: the row of its token, and whether it goes on a word."""
    rows = np.zeros((len(document.ids), PIECE_FEATURES), np.float32)
    if not document.words:
        return rows
    owner = np.repeat(np.arange(len(document.words)), document.last_piece - document.first_piece + 1)
    rows[:, :-1] = tokens[owner]
    rows[1:, -1] = owner[1:] == owner[:-1]
    return rows


def group_features(document: Document, tokens: Floats, lexicon: Lexicon, leave_out: int | None = None) -> Floats:
    """One row a group of candidates. `leave_out` is the number of the paper in the lexicon's own training data."""
    count = len(document.keys)
    rows = np.zeros((count, GROUP_FEATURES), np.float32)
    if not count:
        return rows
    first, last, edges = document.span_first, document.span_last, document.group_edges
    mentions = np.diff(edges).astype(np.float32)
    title = document.starts[first] < document.title_end
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(document.words) - 1)
    follows = np.array([word == ":" for word in document.words])[after] & (after > last)
    capital = tokens[:, 5:9].sum(axis=1) + tokens[:, 3]
    running, inner, digits = (
        np.concatenate([[0], np.cumsum(values)])
        for values in (capital, tokens[:, 3] + tokens[:, 5] + tokens[:, 8], tokens[:, 1] + tokens[:, 3])
    )
    capitals = running[last + 1] - running[first]
    opening = tokens[first]
    summed = np.add.reduceat(
        np.stack(
            [  # in the order of `_ANY`, then of `_MEAN`
                title, opening[:, 16], opening[:, 17], opening[:, 18], opening[:, 14], opening[:, 15],
                title & follows & (first == 0), (capitals > 0) & ~title & (opening[:, 22] == 0),
                opening[:, 12], (opening[:, 9] > 0) & (before < first), (tokens[last, 10] > 0) & (after > last),
                capitals / (last - first + 1), inner[last + 1] > inner[first], digits[last + 1] > digits[first],
                opening[:, 13],
            ],
            axis=1,
            dtype=np.float32,
            casting="same_kind",
        ),
        edges[:-1],
    )  # fmt: skip
    place = document.starts[first] / max(1, len(document.text))
    rows[:, 0] = np.log1p(mentions)
    rows[:, 2] = summed[:, 0] == mentions
    rows[:, 3] = np.minimum.reduceat(place, edges[:-1])
    rows[:, 4] = np.maximum.reduceat(place, edges[:-1])
    rows[:, _ANY] = summed[:, : len(_ANY)] > 0
    rows[:, _MEAN] = summed[:, len(_ANY) :] / mentions[:, None]
    words = (last - first + 1)[edges[:-1]]
    for column, length in enumerate(range(1, 7)):
        rows[:, 14 + column] = (words == length) if length < 6 else (words >= length)
    rows[:, 25:] = lexicon.features(document.keys, leave_out)
    return rows
