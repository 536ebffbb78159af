"""Abbreviations that a text defines: 'Low-Rank Adaptation (LoRA)', 'LoRA (Low-Rank Adaptation)'.

The algorithm is that of Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text" (PSB 2003), on character offsets and within one sentence, widened for the names of this field: short
forms may begin with a digit (3D-CNN), carry a version the long form lacks (ZO2), or precede a remark (ViT; Base).
Words of which the short form has the initials are looked for before single letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PARENTHESES = re.compile(r"[(\[]([^()\[\]\n]{2,120})[)\]]")
_SHORT = re.compile(r"[A-Za-z0-9Α-ω][\w+@*./&'’-]{0,14}(?: [A-Z0-9][\w+-]{0,6})?$")
_REMARK = re.compile(r"[;,:]| i\.e\.| e\.g\.")
_WORD = re.compile(r"[^\s()\[\]]+")
_FARTHEST = 1_000
"""Characters before a parenthesis in which its words are looked for; the 21 that matter are seldom 200."""
_KINDS = frozenset("network networks model models method methods module framework system algorithm approach".split())
"""What may follow the words of an abbreviation without a letter of its own."""
_STOP = frozenset("the a an of and or for with to in on by our its their this that is are called named".split())
_SMALL = _STOP | frozenset("as at by from into via".split())


@dataclass(frozen=True)
class Abbreviation:
    """A short form and the long form that defines it, each as a span of the text."""

    short: str
    long: str
    short_span: tuple[int, int]
    long_span: tuple[int, int]


def find_abbreviations(text: str, sentences: Sequence[tuple[int, int]]) -> list[Abbreviation]:
    """All definitions in `text`, in order of their parentheses; long and short form stand in one sentence."""
    found = []
    for match in _PARENTHESES.finditer(text):
        start = next((s for s, e in sentences if s <= match.start() < e), 0)
        definition = _long_before(text, start, match) or _long_inside(text, start, match)
        if definition is not None:
            found.append(definition)
    return found


def long_form(short: str, before: str) -> int | None:
    """Where the long form of `short` starts in `before`, the text that ends where the long form ends; None if nowhere.

    Letters of the short form are matched from right to left, its first one at the start of a word; digits that the
    long form lacks are passed over.
    """
    at = len(before)
    letters = [(i, c.lower()) for i, c in enumerate(short) if c.isalnum()]
    for order, (_, letter) in reversed(list(enumerate(letters))):
        position = at - 1
        while position >= 0 and (
            before[position].lower() != letter or (order == 0 and not _starts_word(before, position))
        ):
            position -= 1
        if position >= 0:
            at = position
        elif not (letter.isdigit() and order > 0):
            return None
    return at


def _initials(short: str, before: str) -> int | None:
    """Where the words of which `short` has the initials start in `before`, which ends with the last of them.

    Small words and second halves of hyphenated ones may be passed over. Looking for letters anywhere, as `long_form`
    does, ends too early where a word passed over has the letter inside: 'Rank-aware Rewriting for Retrieval (RRR)'
    would be 'Rewriting for Retrieval'.
    """
    words = list(_WHOLE_WORD.finditer(before))[::-1]
    matched = {-1}  # words, counted from the last one, that may stand for the letter at hand
    for letter in reversed(short.lower()):
        before_it = {at for last in matched for at in _next_words(words, last, before)}
        matched = {at for at in before_it if words[at].group()[0].lower() == letter}
    return words[min(matched)].start() if matched and short else None


def _next_words(words: Sequence[re.Match[str]], last: int, text: str) -> Iterator[int]:
    """The words that may stand for a letter when `last` stands for the one after it.

    Of the last letter (`last` is -1) it is the last word, or the one before a word for what all such things are.
    """
    for at in range(last + 1, len(words)):
        yield at
        passed = words[at].group() in _KINDS if last < 0 else _may_pass(words[at], text)
        if not passed:
            return


def _may_pass(word: re.Match[str], text: str) -> bool:
    """Whether a word may stand in a long form without giving a letter."""
    return word.group().lower() in _SMALL or (word.start() > 0 and text[word.start() - 1] == "-")


def _lists(short: str, long: str) -> bool:
    """Whether the capitals of `short` are the initials of `long`, as in 'Query, Rank and Decide (QuRD)'."""
    capitals = "".join(c for c in short if c.isupper())
    return len(capitals) > 2 and _initials(capitals, long) == 0


_WHOLE_WORD = re.compile(r"[^\W_]+")


def _starts_word(text: str, position: int) -> bool:
    return position == 0 or not text[position - 1].isalnum()


def _start(short: str, before: str) -> int | None:
    """Where the long form of `short` starts: by initials, else by letters.

    What starts by letters inside a compound whose first half has the letter too is meant from there on:
    'self-supervised representation learning (SSL)'.
    """
    start = _initials(short, before)
    if start is None:
        start = long_form(short, before)
        half = start and re.search(r"(?<![\w-])(\w+)-$", before[:start])
        if half and half.group(1)[0].lower() == short[0].lower():
            start = half.start()
    return start


def _last_of_list(short: str, before: str) -> int | None:
    """Where the long form starts if it stands after the last comma alone."""
    comma = before.rfind(",") + 1
    start = _start(short, before[comma:]) if comma and short.isalpha() else None
    return None if start is None else comma + start


def _long_before(text: str, sentence_start: int, match: re.Match[str]) -> Abbreviation | None:
    """'long form (SHORT)'."""
    inside = _REMARK.split(match.group(1), maxsplit=1)[0].strip()
    short = inside[:-1] if inside.endswith("s") and inside[:-1].isupper() and len(inside) > 2 else inside
    if not _is_short(inside):
        return None
    words = list(_WORD.finditer(text, max(sentence_start, match.start() - _FARTHEST), match.start()))
    window = words[-min(len(short) + 5, len(short) * 2) :]
    if not window:
        return None
    left, right = window[0].start(), window[-1].end()
    while right > left and not text[right - 1].isalnum():
        right -= 1
    start = _last_of_list(short, text[left:right])
    if start is None:
        start = _start(short, text[left:right])
    if start is None or ("," in text[left + start : right] and not _lists(short, text[left + start : right])):
        return None
    start_at = match.start(1) + match.group(1).index(inside)
    return _checked(text, (start_at, start_at + len(inside)), (left + start, right))


def _long_inside(text: str, sentence_start: int, match: re.Match[str]) -> Abbreviation | None:
    """'SHORT (long form)'."""
    inside = match.group(1).strip()
    words = list(_WORD.finditer(text, max(sentence_start, match.start() - _FARTHEST), match.start()))
    if not words or len(inside.split()) < 2 or not _is_short(words[-1].group()):
        return None
    short = words[-1]
    start = long_form(short.group(), inside)
    if start is None or start > 0:
        return None
    left = match.start(1) + match.group(1).index(inside)
    return _checked(text, short.span(), (left, left + len(inside)))


def _is_short(candidate: str) -> bool:
    """Whether this can be a short form: compact, with a capital or a digit among its letters."""
    return (
        2 <= len(candidate) <= 16
        and bool(_SHORT.match(candidate))
        and any(c.isupper() or c.isdigit() for c in candidate)
        and any(c.isalpha() for c in candidate)
    )


def _checked(text: str, short_span: tuple[int, int], long_span: tuple[int, int]) -> Abbreviation | None:
    """The definition, unless its long form is no longer than the short one or contains it."""
    short, long = text[slice(*short_span)], text[slice(*long_span)]
    words = [word for word in re.split(r"[\s-]+", long) if word]
    if len(long) <= len(short) or len(words) < 2 or long.split()[0].lower() in _STOP:
        return None
    if short.lower() in [word.lower() for word in words]:
        return None
    return Abbreviation(short, long, short_span, long_span)
