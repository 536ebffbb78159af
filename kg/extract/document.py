"""A text laid out for the model: tokens, word pieces, candidate spans, and spans of one name gathered into groups.

A candidate is a run of up to `LONGEST` tokens within a sentence that begins and ends like a name. Candidates whose
letters are the same after folding case, punctuation and a plural s are one group, and so are the two sides of a
definition 'Long Form (ABBR)': what the model decides, it decides for a group with all its mentions before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Span = tuple[int, int]
Ints = npt.NDArray[np.int64]

LONGEST = 12
"""Tokens of the longest candidate; one gold form in a hundred is longer."""

WINDOW = 510
"""Word pieces that the encoder reads at once, without its two marks."""

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_BARRIERS = frozenset(",;!?\n")
_CLOSERS = frozenset(")]}+*$'")
_KEPT = frozenset("%+@.")
_CHANGED_END = frozenset("s.")
_NOT_FIRST = frozenset(
    "the a an our their its this that these those we it they is are was were be been being of and or but for with to in"
    " on at by from as into than then when which who whose while also can may not such both each either our novel new"
    " propose proposed proposes present presents introduce introduces using use uses show shows based called named i e"
    " has have had will would there here however moreover furthermore specifically thus i.e e.g et al".split()
)
_NOT_LAST = frozenset(
    "the a an our their its this that these those we it they is are was were be been being of and or but for with to in"
    " on at by from as into than then when which who whose while also can may not such using via i.e e.g has have had"
    " will would between among over under per without within through during about propose show shows that".split()
)


@dataclass(frozen=True)
class Document:
    """A text with everything about it that does not depend on the weights."""

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
    span_first: Ints  # candidates, in tokens, end inclusive, sorted by group
    span_last: Ints
    span_group: Ints
    keys: list[str]  # of groups

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


def fold_key(text: str) -> str:
    """The key of the group that a span with this text belongs to."""
    return _finish("".join(_core(token) for token in _TOKEN.findall(text)))


def _core(token: str) -> str:
    return token.lower() if token[0].isalnum() or token in _KEPT else ""


def _finish(key: str) -> str:
    key = key.strip(".")
    return key[:-1] if len(key) > 4 and key.endswith("s") and not key.endswith("ss") else key


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
    matches = list(_TOKEN.finditer(text))
    starts = np.array([m.start() for m in matches], np.int64)
    ends = np.array([m.end() for m in matches], np.int64)
    sentence_of = _owner(starts, sentences)
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, np.int64).reshape(-1, 2)
    ids = np.array(encoding.ids, np.int64)
    top = max(0, len(ids) - 1)
    first_piece = np.minimum(np.searchsorted(offsets[:, 1], starts, side="right"), top)
    last_piece = np.clip(np.searchsorted(offsets[:, 0], ends, side="left") - 1, first_piece, top)
    words = [m.group().lower() for m in matches]
    first, last, group, keys = _candidates(text, words, starts, ends, sentence_of, abbreviations=abbreviations)
    windows = _windows(len(ids), [int(np.searchsorted(offsets[:, 1], start, side="right")) for start, _ in sentences])
    return Document(
        text, title_end, sentences, quantities, abbreviations, starts, ends, words, sentence_of, ids, first_piece,
        last_piece, windows, first, last, group, keys,
    )  # fmt: skip


def candidate_keys(text: str, sentences: Sequence[Span]) -> set[str]:
    """The keys of all candidates of a text, definitions apart."""
    matches = list(_TOKEN.finditer(text))
    starts = np.array([m.start() for m in matches], np.int64)
    ends = np.array([m.end() for m in matches], np.int64)
    words = [m.group().lower() for m in matches]
    return set(_candidates(text, words, starts, ends, _owner(starts, sentences), abbreviations=())[3])


def _owner(starts: Ints, spans: Sequence[Span]) -> Ints:
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


def _candidates(
    text: str,
    words: list[str],
    starts: Ints,
    ends: Ints,
    sentence_of: Ints,
    *,
    abbreviations: Sequence[tuple[Span, Span]],
) -> tuple[Ints, Ints, Ints, list[str]]:
    """Candidate spans as (first token, last token, group) sorted by group, and the keys of the groups."""
    same = {fold_key(text[slice(*long)]): fold_key(text[slice(*short)]) for short, long in abbreviations}
    cores = [_core(word) for word in words]
    opens = [1 if word in "([{" else -1 if word in ")]}" else 0 for word in words]
    glued = [*(starts[1:] == ends[:-1]).tolist(), False]
    can_start = [
        word[0].isalnum() and (word not in _NOT_FIRST or (glued[i] and words[i + 1] == "-"))
        for i, word in enumerate(words)
    ]
    can_end = [word in _CLOSERS or (word[0].isalnum() and word not in _NOT_LAST) for word in words]
    sentence = sentence_of.tolist()
    groups: dict[str, int] = {}
    found: list[tuple[int, int, int]] = []
    for i in range(len(words)):
        if not can_start[i]:
            continue
        key, depth = "", 0
        for j in range(i, min(i + LONGEST, len(words))):
            if sentence[j] != sentence[i] or (words[j] in _BARRIERS and not depth):
                break
            depth += opens[j]
            if depth < 0:
                break
            key += cores[j]
            if depth == 0 and can_end[j]:
                name = _finish(key) if key[-1:] in _CHANGED_END or key[:1] == "." else key
                if same:
                    name = same.get(name, name)
                found.append((groups.setdefault(name, len(groups)), i, j))
    found.sort()
    table = np.array(found, np.int64).reshape(-1, 3)
    return table[:, 1], table[:, 2], table[:, 0], list(groups)
