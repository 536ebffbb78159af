"""Names whose second half is left out: 'CIFAR-10/100', 'BraTS 2019 and 2020', 'MOT16/17/20', 'LLaMA-7/13B'.

The text writes the name once and then only the numbers that differ. Such a whole is no name of anything; each of its
parts, spelled out, is. What may be a count, a size of images or a fraction is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

KINDS = ("method", "dataset")
"""The kinds of entities whose names are elided."""

_NUMBER = r"\d+(?:\.\d+)*[A-Za-z]?"
_WHOLE = re.compile(
    rf"(?P<stem>[^/&]*?(?:[A-Za-z]{{2}}[ -]?|\w[ -]))(?P<first>{_NUMBER})"
    rf"(?P<others>(?:(?:/| ?& ?| and ){_NUMBER})+)(?P<tail>-[A-Za-z]+)?"
)
_JOINS = re.compile(r"\d[A-Za-z]?(?:/| ?& ?| and )\d")
_SLASHED = re.compile(rf"(?:/{_NUMBER})+(?![\w%/-]|\.\d| (?:[a-z]+ )?(?:epochs?|steps|queries|iterations|shots?)\b)")
_JOINED = re.compile(rf"(?: & | and )(?P<number>{_NUMBER})(?![\w%-]|\.\d|,\d)")
_SAYS = r" (?:respectively|show|demonstrate|indicate|reveal|confirm|suggest|verify|validate)s?\b"
_ENDS = re.compile(rf"[,;:)]|\.(?!\d)|$|{_SAYS}")
"""What follows a number that counts nothing."""
_OF_DATA = re.compile(r" (?:datasets?|data sets?|benchmarks?)\b")
_OF_MODELS = re.compile(r" (?:base |language |backbone )?(?:models?|backbones|variants|versions)\b")

_MAGNITUDES = {"K", "M", "B"}
_INPUT_SIZES = {"224", "336", "384", "448", "768", "1024"}
_WIDEST, _WIDEST_WITH_UNIT = 12, 25
"""How many times larger the largest number of a whole may be than its smallest."""


def spelled_out(name: str) -> tuple[str, ...]:
    """The names that `name` stands for, in order: ('CIFAR-10', 'CIFAR-100') for 'CIFAR-10/100'; () when it is whole.

    Left whole are fractions ('Cityscapes 1/8'), a number said twice ('ACL60/60'), numbers of two sorts
    ('GPT-2/124M') and the size of an image ('ViT-L-14/336').
    """
    match = _WHOLE.fullmatch(name) if _JOINS.search(name) else None
    if match is None:
        return ()
    numbers = [match["first"], *re.findall(_NUMBER, match["others"])]
    fraction = numbers[0] == "1" and len(numbers) == 2 and match["stem"].endswith(" ") and "/" in match["others"]
    if fraction or not _INPUT_SIZES.isdisjoint(numbers[1:]):
        return ()
    alike = _of_one_sort(numbers)
    return tuple(match["stem"] + number + (match["tail"] or "") for number in alike)


def _of_one_sort(numbers: Sequence[str]) -> list[str]:
    """The numbers, each with the unit that only the last may have; empty when they can't be numbers of one series."""
    units = [number.lstrip("0123456789.") for number in numbers]
    values = [float(re.findall(r"\d+(?:\.\d+)?", number)[0]) for number in numbers]
    last = units[-1]
    shared = not any(units[:-1]) and last.upper() in _MAGNITUDES
    mixed = len(set(units)) > 1
    sizes = all(unit.upper() in _MAGNITUDES for unit in units)
    if "D" in units or len(set(numbers)) < len(numbers) or (mixed and not shared and not sizes):
        return []
    widest = _WIDEST_WITH_UNIT if last else _WIDEST
    if (not mixed or shared) and max(values) > widest * max(min(values), 1):
        return []
    return [number + last for number in numbers[:-1]] + [numbers[-1]] if shared else list(numbers)


def reach(text: str, start: int, end: int) -> int:
    """Where the whole that begins with the name at `start` to `end` of `text` ends; `end` when there is none.

    After 'and' or '&' a number may count what follows ('on CIFAR-10 and 100 images'): it must be a year like the
    name's own or end the phrase; before 'datasets' be a round number like the name's own, before 'models' a size.
    """
    slashed, joined = _SLASHED.match(text, end), _JOINED.match(text, end)
    match = slashed or joined
    if match is None or not spelled_out(text[start : match.end()]):
        return end
    return match.end() if slashed or (joined and _ends(text, start, end, joined)) else end


def _ends(text: str, start: int, end: int, joined: re.Match[str]) -> bool:
    first, other = re.findall(_NUMBER, text[start:end])[-1], joined["number"]
    after = joined.end()
    if "." in other and not other[-1].isalpha():
        return False
    if _ENDS.match(text, after):
        return True
    if all(re.fullmatch(r"(?:199|20[0-3])\d", number) for number in (first, other)):
        return int(other) > int(first)
    if first[-1] == other[-1] and other[-1].isalpha():
        return _OF_MODELS.match(text, after) is not None
    return _OF_DATA.match(text, after) is not None and first[-1] == other[-1] == "0"
