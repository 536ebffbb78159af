"""Names whose second half is left out: 'CIFAR-10/100', 'BraTS 2019 and 2020', 'MOT16/17/20'.

The text writes the name once and then only the numbers that differ. Such a whole is no name of anything; each of its
parts, spelled out, is.
"""

from __future__ import annotations

import re

_NUMBER = r"\d+(?:\.\d+)*[A-Za-z]{0,2}"
_ELIDED = re.compile(
    rf"(?P<stem>[^/&]*?(?:[A-Za-z]{{2}}[ -]?|\w[ -]))(?P<first>{_NUMBER})"
    rf"(?P<others>(?:(?:/| ?& ?| and ){_NUMBER})+)(?P<tail>-[A-Za-z]+)?"
)
_JOINED = re.compile(rf"(?P<slash>/){_NUMBER}(?:/{_NUMBER})*(?![\w%/-]|\.\d)|(?: & | and )(?P<b>{_NUMBER})")
_ENDS = re.compile(
    r"[,;)]|\.(?!\d)|$| (?:datasets?|data sets?|benchmarks?|models?|respectively|show|demonstrate|indicate|reveal"
    r"|confirm|suggest|and|or|as|at|by|for|from|in|that|to|under|using|when|where|while|with|without)\b"
)
"""What follows a number that is nothing's count."""
_JOINS = re.compile(r"\d[A-Za-z]{0,2}(?:/| ?& ?| and )\d")
_YEAR = re.compile(r"(?:19|20)\d\d")


def spelled_out(name: str) -> tuple[str, ...]:
    """The names that `name` stands for, in order: ('CIFAR-10', 'CIFAR-100') for 'CIFAR-10/100'; () when it is whole.

    Fractions are none ('Cityscapes 1/8'), nor is a number said twice ('ACL60/60').
    """
    match = _ELIDED.fullmatch(name) if _JOINS.search(name) else None
    if match is None:
        return ()
    numbers = [match["first"], *re.findall(_NUMBER, match["others"])]
    fraction = numbers[0] == "1" and "/" in match["others"]
    if fraction or len(set(numbers)) < len(numbers):
        return ()
    return tuple(match["stem"] + number + (match["tail"] or "") for number in numbers)


def reach(text: str, start: int, end: int) -> int:
    """Where the elided whole that begins with the name at `start` to `end` of `text` ends; `end` when there is none.

    After 'and' or '&' a bare number may belong to what follows ('on CIFAR-10 and 100 images'): it must be a year like
    the name's own, have the same letters ('7B and 3B'), or end the phrase.
    """
    match = _JOINED.match(text, end)
    if match is None or not spelled_out(text[start : match.end()]):
        return end
    if match["slash"] or ("." not in match["b"] and _ENDS.match(text, match.end())):
        return match.end()
    first, other = re.search(rf"{_NUMBER}$", text[start:end]), match["b"]
    if first is None or re.match(r"[\w%-]|\.\d", text[match.end() :]):
        return end
    years = _YEAR.fullmatch(first[0]) and _YEAR.fullmatch(other)
    letters = [re.sub(r"[\d.]", "", number) for number in (first[0], other)]
    return match.end() if years or (letters[0] and letters[0] == letters[1]) else end
