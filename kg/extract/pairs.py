"""Features of pairs: a number and an entity, a method and a dataset, two names that may mean the same."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.document import Document, Span

Floats = npt.NDArray[np.float32]

NUMBER_FEATURES = 22
TRIPLE_FEATURES = 9
SAME_FEATURES = 16

_FAR = 1 << 30
_NEAR = 5
_PART = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")


def _sentence(document: Document, place: int) -> int:
    """Index of the sentence that the character `place` is in or after."""
    return max(0, bisect_right(document.sentences, (place, 1 << 62)) - 1)


def number_features(
    document: Document,
    quantities: Sequence[Span],
    entities: Sequence[Sequence[Span]],
    types: Sequence[int],
    rival: Sequence[bool],
) -> Floats:
    """[numbers, entities, NUMBER_FEATURES]: where the mentions of each entity stand from each number.

    Only those marked in `rival` count when an entity is ranked among the others of its type.
    """
    rows = np.zeros((len(quantities), len(entities), NUMBER_FEATURES), np.float32)
    places = [[(s, e, _sentence(document, s)) for s, e in mentions] for mentions in entities]
    number_sentences = [_sentence(document, start) for start, _ in quantities]
    for n, (start, end) in enumerate(quantities):
        here = number_sentences[n]
        order = sum(s == here for s in number_sentences[:n])
        nearest = [min((max(s - end, start - f) for s, f, at in m if at == here), default=_FAR) for m in places]
        leftmost = [min((s for s, _, at in m if at == here), default=_FAR) for m in places]
        for e, mentions in enumerate(places):
            rows[n, e] = _one_number(document, (start, end), here, mentions)
            others = [k for k, kind in enumerate(types) if kind == types[e] and rival[k] and k != e]
            local = [k for k in others if nearest[k] < _FAR]
            if nearest[e] < _FAR:
                rows[n, e, 14] = 1 / (1 + sum(nearest[k] < nearest[e] for k in local))
                rows[n, e, 15] = bool(local) and sum(leftmost[k] < leftmost[e] for k in local) == order
                rows[n, e, 16] = not local
            rows[n, e, 17] = not others
            rows[n, e, 18] = types[e] == 4
    return rows


def _one_number(document: Document, number: Span, here: int, mentions: Sequence[tuple[int, int, int]]) -> Floats:
    """The columns that depend on one number and one entity only."""
    row = np.zeros(NUMBER_FEATURES, np.float32)
    start, end = number
    before = min((start - e for _, e, at in mentions if at == here and e <= start), default=None)
    after = min((s - end for s, _, at in mentions if at == here and s >= end), default=None)
    if before is not None:
        row[0], row[1] = 1, np.exp(-before / 20)
        row[2] = np.exp(-before / 80)
        row[3] = "," not in document.text[start - before : start]
        row[20] = any(s < start and e <= start and document.text[e:start].count(" ") <= 2 for s, e, _ in mentions)
    if after is not None:
        row[4], row[5] = 1, np.exp(-after / 20)
        row[6] = np.exp(-after / 80)
        row[7] = "," not in document.text[end : end + after]
        row[21] = any(s >= end and document.text[end:s].count(" ") <= 2 for s, _, _ in mentions)
    sentences = [at for _, _, at in mentions]
    row[8] = here - 1 in sentences
    row[9] = any(at < here for at in sentences)
    row[10] = any(at > here for at in sentences)
    row[11] = any(s < document.title_end for s, _, _ in mentions)
    row[12] = np.log1p(len(mentions))
    row[13] = here in sentences
    row[19] = min((abs(here - at) for at in sentences), default=9) / 5
    return row


def triple_features(
    document: Document, methods: Sequence[Sequence[Span]], datasets: Sequence[Sequence[Span]]
) -> Floats:
    """[methods, datasets, TRIPLE_FEATURES]: how close a method and a dataset stand."""
    rows = np.zeros((len(methods), len(datasets), TRIPLE_FEATURES), np.float32)
    method_sentences = [{_sentence(document, s) for s, _ in mentions} for mentions in methods]
    dataset_sentences = [{_sentence(document, s) for s, _ in mentions} for mentions in datasets]
    for m, first in enumerate(method_sentences):
        for d, second in enumerate(dataset_sentences):
            apart = min(abs(a - b) for a in first for b in second)
            gap = min(max(s - f, t - e) for t, f in methods[m] for s, e in datasets[d])
            rows[m, d] = [
                apart == 0,
                apart == 1,
                min(apart, 6) / 6,
                np.exp(-max(0, gap) / 40),
                any(s < document.title_end for s, _ in methods[m]),
                any(s < document.title_end for s, _ in datasets[d]),
                len(methods) == 1,
                1 / len(datasets),
                len(first & second) > 1,
            ]
    return rows


def same_features(document: Document, groups: Sequence[Sequence[Span]], types: Sequence[int]) -> Floats:
    """[groups, groups, SAME_FEATURES]: whether two names look alike or define one another; symmetric."""
    count = len(groups)
    rows = np.zeros((count, count, SAME_FEATURES), np.float32)
    names = [_Name.of(document, mentions) for mentions in groups]
    for a in range(count):
        for b in range(a + 1, count):
            if types[a] == types[b]:
                rows[a, b] = rows[b, a] = _same_row(document, names[a], names[b], types[a])
    return rows


@dataclass(frozen=True)
class _Name:
    """What is compared of a group: its first form, taken apart, and where it stands."""

    letters: str
    parts: list[str]
    words: frozenset[str]
    beginnings: frozenset[str]
    digits: list[str]
    sentences: frozenset[int]
    in_title: bool
    mentions: Sequence[Span]

    @classmethod
    def of(cls, document: Document, mentions: Sequence[Span]) -> _Name:
        text = document.text[slice(*mentions[0])]
        parts = [part.lower() for part in _PART.findall(text)]
        return cls(
            _letters(text),
            parts,
            frozenset(parts),
            frozenset(part[:4] for part in parts),
            _DIGITS.findall(text),
            frozenset(_sentence(document, start) for start, _ in mentions),
            any(start < document.title_end for start, _ in mentions),
            mentions,
        )


def _same_row(document: Document, a: _Name, b: _Name, kind: int) -> list[float]:
    shared = len(a.words & b.words)
    parenthesis, colon, overlap = _touching(document, a.mentions, b.mentions)
    short, long = (a, b) if len(a.parts) <= len(b.parts) else (b, a)
    both = bool(a.parts and b.parts)
    return [
        shared / max(1, len(a.words | b.words)),
        shared > 0 and (a.words <= b.words or b.words <= a.words),
        both and a.parts[-1] == b.parts[-1],
        both and a.parts[0] == b.parts[0],
        _initials(a, b) or _initials(b, a),
        parenthesis,
        colon,
        bool(a.sentences & b.sentences),
        sum(part[:4] in long.beginnings for part in short.parts) / max(1, len(short.parts)),
        shared == 0,
        a.in_title != b.in_title,
        kind == 0,
        kind == 1,
        kind == 2,
        a.digits != b.digits,
        overlap,
    ]


def _touching(document: Document, first: Sequence[Span], second: Sequence[Span]) -> tuple[bool, bool, bool]:
    """Whether a mention of one opens parentheses right after the other; follows a colon; overlaps the other."""
    parenthesis = colon = overlap = False
    for s, e in first:
        for t, f in second:
            if s < f and t < e:
                overlap = True
            elif -_NEAR < (gap := t - e if e <= t else s - f) < _NEAR:
                between = document.text[e : e + gap] if e <= t else document.text[f : f + gap]
                parenthesis |= between in (" (", "(", " [", "'s (")
                colon |= between in (": ", ":", " - ", " – ")
    return parenthesis, colon, overlap


def _letters(text: str) -> str:
    """The letters of a name that looks like an abbreviation, in lower case; empty for any other."""
    if " " in text or not any(c.isupper() for c in text):
        return ""
    letters = "".join(c for c in text.lower() if c.isalpha())
    return letters if 2 <= len(letters) <= 10 else ""


def _initials(short: _Name, long: _Name) -> bool:
    """Whether the letters of `short` are found in order in `long`, the first of them at its very beginning."""
    letters, parts = short.letters, long.parts
    if not letters or len(parts) < 2:
        return False
    text, at = "".join(parts), 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if at == 0:
            return False
    return letters[0] == parts[0][0] and sum(part[0] in letters for part in parts) >= 2
