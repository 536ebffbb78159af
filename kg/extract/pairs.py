"""Features of pairs: a number and an entity, a method and a dataset, two names that may mean the same."""

from __future__ import annotations

import math
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
    *,
    asked: Sequence[int],
) -> Floats:
    """[asked, entities, NUMBER_FEATURES]: where the mentions of each entity stand from each number that is `asked`.

    Only those marked in `rival` count when an entity is ranked among the others of its type.
    """
    rows = np.zeros((len(asked), len(entities), NUMBER_FEATURES), np.float32)
    places = [[(s, e, _sentence(document, s)) for s, e in mentions] for mentions in entities]
    alike = [[k for k, kind in enumerate(types) if kind == types[e] and rival[k] and k != e] for e in range(len(types))]
    rows[:, :, 11] = [mentions[0][0] < document.title_end for mentions in places]
    rows[:, :, 12] = [np.log1p(len(mentions)) for mentions in places]
    rows[:, :, 17] = [not others for others in alike]
    rows[:, :, 18] = [kind == 4 for kind in types]
    number_sentences = [_sentence(document, start) for start, _ in quantities]
    for at, n in enumerate(asked):
        start, end = quantities[n]
        here = number_sentences[n]
        order = sum(s == here for s in number_sentences[:n])
        local = [[(s, e) for s, e, sentence in mentions if sentence == here] for mentions in places]
        nearest = [min((max(s - end, start - e) for s, e in spans), default=_FAR) for spans in local]
        for e, mentions in enumerate(places):
            row = rows[at, e]
            sentences = [sentence for _, _, sentence in mentions]
            row[8:11] = here - 1 in sentences, min(sentences) < here, max(sentences) > here
            row[19] = min(abs(here - sentence) for sentence in sentences) / 5
            if not local[e]:
                continue
            row[13] = 1
            row[:8], row[20:22] = _sides(document.text, (start, end), local[e], mentions)
            others = [k for k in alike[e] if local[k]]
            row[14] = 1 / (1 + sum(nearest[k] < nearest[e] for k in others))
            row[15] = bool(others) and sum(local[k][0][0] < local[e][0][0] for k in others) == order
            row[16] = not others
    return rows


def _sides(
    text: str, number: Span, local: Sequence[Span], mentions: Sequence[tuple[int, int, int]]
) -> tuple[list[float], list[float]]:
    """How near an entity stands before and after a number in its sentence, and whether close by."""
    start, end = number
    near, close = [0.0] * 8, [0.0, 0.0]
    before = min((start - e for _, e in local if e <= start), default=None)
    after = min((s - end for s, _ in local if s >= end), default=None)
    if before is not None:
        near[:4] = 1, math.exp(-before / 20), math.exp(-before / 80), "," not in text[start - before : start]
        close[0] = any(s < start and e <= start and text.count(" ", e, start) <= 2 for s, e, _ in mentions)
    if after is not None:
        near[4:] = 1, math.exp(-after / 20), math.exp(-after / 80), "," not in text[end : end + after]
        close[1] = any(s >= end and text.count(" ", end, s) <= 2 for s, _, _ in mentions)
    return near, close


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
    alike = [(a, b) for a in range(count) for b in range(a + 1, count) if types[a] == types[b]]
    if alike:
        left, right = np.array(alike).T
        rows[left, right] = rows[right, left] = [_same_row(document, names[a], names[b], types[a]) for a, b in alike]
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
