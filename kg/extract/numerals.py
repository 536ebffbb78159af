"""Numbers in words: 'twenty-one thousand', 'two-thirds', 'half', 'twice', 'an order of magnitude'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

WordForm = Literal["word", "fraction", "factor", "magnitude", "single"]

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}

_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "hundredth": 100,
    "thousandth": 1000,
}
_ALONE: dict[str, tuple[float, WordForm]] = {
    "half": (0.5, "fraction"),
    "halve": (0.5, "fraction"),
    "halves": (0.5, "fraction"),
    "halved": (0.5, "fraction"),
    "halving": (0.5, "fraction"),
    "double": (2, "factor"),
    "doubles": (2, "factor"),
    "doubled": (2, "factor"),
    "doubling": (2, "factor"),
    "twice": (2, "factor"),
    "thrice": (3, "factor"),
    "triple": (3, "factor"),
    "triples": (3, "factor"),
    "tripled": (3, "factor"),
    "tripling": (3, "factor"),
    "quadruple": (4, "factor"),
    "quadruples": (4, "factor"),
    "quadrupling": (4, "factor"),
    "single": (1, "single"),
}
_FOLDS = {f"{word}fold": float(n) for word, n in _SMALL.items() if n > 1}

_WORD = "|".join(sorted([*_SMALL, *_SCALES], key=len, reverse=True))
_PART = "|".join(sorted((p for p in _PARTS if p not in ("half", "halves")), key=len, reverse=True))
_OPENINGS = "|".join(sorted({word[:2] for word in (*_SMALL, *_SCALES, *_ALONE, *_FOLDS, "order")}))
# most places fail at their first two letters
_PATTERN = (
    rf"(?<![\w-])(?=an?[ -]|{_OPENINGS})(?:"
    rf"(?P<order>(?:(?P<times>an?|{_WORD})[ -])?orders?[ -]of[ -]magnitude)(?![\w])"
    rf"|(?P<part>(?P<top>an?|{'|'.join(_ONES[1:10])})[ -](?P<bottom>(?:{_PART})s?|half|halves))(?![\w-])"
    rf"|(?P<fold>{'|'.join(_FOLDS)})(?!\w)"
    rf"|(?P<number>(?:an? (?=hundred|thousand|million|billion|trillion"
    rf"|dozen))?(?:{_WORD})(?:[ -](?:{_WORD})){{0,5}})(?!\w)"
    rf"|(?P<alone>{'|'.join(sorted(_ALONE, key=len, reverse=True))})(?![\w-])"
    rf")"
)
_NUMERAL, _NUMERAL_ANYHOW = re.compile(_PATTERN), re.compile(_PATTERN, re.IGNORECASE)
"""For a text in small letters, which is read in half the time, and for any."""


# A number in digits. The look-behind keeps the inside of names and of longer numbers out; most places fail at once.
DIGITS = re.compile(
    r"(?=[+\-−–\d.])"
    r"(?P<sign>(?<![\w%)\]}\-−–])[+\-−–](?=[\d.]))?"
    r"(?P<body>\d{1,3}(?:(?:,|\{,\})\d{3}|(?<!\b0), 0\d\d)+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d.])\.\d+)"
    r"(?P<exponent>[eE][+\-−]?\d{1,3}(?![\w.]))?"
    r"(?P<power>\s?(?:×|\\times|\$\\times\$|\*|·)\s?10\s?(?:\^\s?\{?\s?[+\-−]?\d{1,3}\s?\}?|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?"
    r"(?P<caret>\^\s?\{?\s?[+\-−]?\d{1,3}\s?\}?|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
)


_ODD_CAPITALS = re.compile(r"[A-Za-z][A-Z]")


@dataclass(frozen=True)
class Numeral:
    """A number in words at `start` to `end` of the text."""

    start: int
    end: int
    value: float
    form: WordForm


def find_numerals(text: str) -> list[Numeral]:
    """All numbers in words, in order; words that do not compose ('five two-stage') give the first number only.

    Capitals within a word make it a name ('ZeRO'); letters that only fold to ours ('ſix') make it none.
    """
    lower = text.lower()
    alike = len(lower) == len(text)  # 'İ' becomes two characters
    words = (match for match in (_NUMERAL if alike else _NUMERAL_ANYHOW).finditer(lower if alike else text))
    found = (_read(match) for match in words if _is_plain(text[slice(*match.span())]))
    return [numeral for numeral in found if numeral is not None]


def _is_plain(word: str) -> bool:
    """Whether the letters are our own and no capital stands within a word."""
    return word.isascii() and not _ODD_CAPITALS.search(word)


def _read(match: re.Match[str]) -> Numeral | None:
    start, end = match.span()
    if match.group("order"):
        return _read_order(match)
    if match.group("part"):
        bottom = match.group("bottom").lower()
        parts = _PARTS[bottom if bottom in _PARTS else bottom.removesuffix("s")]
        return Numeral(start, end, _small(match.group("top")) / parts, "fraction")
    if match.group("fold"):
        return Numeral(start, end, _FOLDS[match.group("fold").lower()], "factor")
    if match.group("alone"):
        value, form = _ALONE[match.group("alone").lower()]
        return Numeral(start, end, value, form)
    value, end = _compose(match.group("number"), start)
    return Numeral(start, end, value, "word")


def _read_order(match: re.Match[str]) -> Numeral | None:
    """'two orders of magnitude' is 100; without a count ('orders of magnitude') it has no value."""
    times = match.group("times")
    if times is None:
        return Numeral(*match.span(), 10.0, "magnitude") if match.group().lower().startswith("order-") else None
    exponent = _small(times)
    return Numeral(*match.span(), 10.0**exponent, "magnitude") if exponent <= 12 else None


def _small(word: str) -> float:
    return 1.0 if word.lower() in ("a", "an") else float(_SMALL.get(word.lower(), _SCALES.get(word.lower(), 1)))


def _compose(phrase: str, start: int) -> tuple[float, int]:
    """Value and end of the longest run of words from the left that is one number."""
    total, current, end = 0.0, 0.0, 0
    previous = 0.0
    for piece in re.finditer(r"[A-Za-z]+", phrase):
        word = piece.group().lower()
        if word in ("a", "an"):
            continue
        if word in _SCALES:
            scale = _SCALES[word]
            current = max(current, 1.0) * scale
            if scale >= 1000:
                total, current = total + current, 0.0
        elif end == 0 or previous in _SCALES.values() or (previous >= 20 and _SMALL[word] < 10):
            current += _SMALL[word]
        else:
            break
        previous = float(_SCALES.get(word, _SMALL.get(word, 0)))
        end = piece.end()
    return total + current, start + end
