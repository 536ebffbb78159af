"""Features of pairs: a number and an entity, a method and a dataset, two names that may mean the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kg.extract.document import Document, Span

Floats = npt.NDArray[np.float32]

NUMBER_FEATURES = 22
TRIPLE_FEATURES = 9
SAME_FEATURES = 16

_FAR = 1 << 30
_PART = re.compile(r"[^\W_]+")


def _sentence(document: Document, place: int) -> int:
    """Index of the sentence that the character `place` is in or after."""
    return max(0, sum(start <= place for start, _ in document.sentences) - 1)


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
    names = [document.text[slice(*mentions[0])] for mentions in groups]
    parts = [[p.lower() for p in _PART.findall(name)] for name in names]
    sentences = [{_sentence(document, s) for s, _ in mentions} for mentions in groups]
    for a in range(count):
        for b in range(a + 1, count):
            if types[a] != types[b]:
                continue
            left, right = set(parts[a]), set(parts[b])
            shared = len(left & right)
            touching = _touching(document, groups[a], groups[b])
            row = [
                shared / max(1, len(left | right)),
                bool(left <= right or right <= left) and shared > 0,
                bool(parts[a] and parts[b]) and parts[a][-1] == parts[b][-1],
                bool(parts[a] and parts[b]) and parts[a][0] == parts[b][0],
                _initials(names[a], parts[b]) or _initials(names[b], parts[a]),
                touching[0],
                touching[1],
                bool(sentences[a] & sentences[b]),
                _prefix(parts[a], parts[b]),
                shared == 0,
                any(s < document.title_end for s, _ in groups[a]) != any(s < document.title_end for s, _ in groups[b]),
                types[a] == 0,
                types[a] == 1,
                types[a] == 2,
                _number_differs(names[a], names[b]),
                touching[2],
            ]
            rows[a, b] = rows[b, a] = row
    return rows


def _touching(document: Document, first: Sequence[Span], second: Sequence[Span]) -> tuple[bool, bool, bool]:
    """Whether a mention of one opens parentheses right after the other; follows a colon; overlaps the other."""
    parenthesis = colon = overlap = False
    for s, e in first:
        for t, f in second:
            if s < f and t < e:
                overlap = True
                continue
            between = document.text[e:t] if e <= t else document.text[f:s]
            parenthesis |= between in (" (", "(", " [", "'s (")
            colon |= between in (": ", ":", " - ", " – ")
    return parenthesis, colon, overlap


def _initials(short: str, parts: Sequence[str]) -> bool:
    """Whether the letters of `short` are found in order in `parts`, beginning with the first letters of words."""
    letters = [c.lower() for c in short if c.isalpha()]
    if not 2 <= len(letters) <= 10 or len(parts) < 2 or " " in short.strip() or not any(c.isupper() for c in short):
        return False
    initials = "".join(part[0] for part in parts)
    text, at = "".join(parts), 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if at == 0:
            return False
    return letters[0] == initials[0] and sum(c in letters for c in initials) >= min(2, len(initials))


def _prefix(first: Sequence[str], second: Sequence[str]) -> float:
    """How many words of the shorter name have a partner in the longer that begins with the same four letters."""
    short, long = (first, second) if len(first) <= len(second) else (second, first)
    hits = sum(any(word[:4] == other[:4] for other in long) for word in short)
    return hits / max(1, len(short))


def _number_differs(first: str, second: str) -> bool:
    """Whether the digits of the two names are not the same: ResNet-50 and ResNet-101 are two things."""
    return re.findall(r"\d+", first) != re.findall(r"\d+", second)
