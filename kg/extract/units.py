"""Units as abstracts write them, and the short forms that the records keep.

A value stays in the unit of the text ('9,908 s' is 9908 s, not hours); only spellings of one unit are joined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "percent", "points", "factor", "fraction", "magnitude", "currency", "time", "size", "rate", "energy", "physical",
    "compute", "count", "word", "single", "plain", "year", "ordinal", "dimension",
]  # fmt: skip
"""What kind of quantity the number and its unit are; 'plain' has no unit of its own."""


@dataclass(frozen=True)
class Unit:
    """The normal form of a unit, what it measures, and where it ends in the text."""

    name: str | None
    form: Form
    end: int


MAGNITUDES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "mil- lion": 1e6, "b": 1e9, "bn": 1e9,
    "billion": 1e9, "bil- lion": 1e9, "t": 1e12, "trillion": 1e12,
}  # fmt: skip
MAGNITUDE = re.compile(
    r"\s?-?(?:thousand|(?:m|b|tr)il(?:- )?lion|(?:million|billion))\b|[kKMBT](?![A-Za-z0-9])"
    r"|bn\b| [KMB](?=[ -][a-z]|\s?\+)",
    re.IGNORECASE | re.ASCII,
)
"""A factor of ten that is written after a number, in letters or words."""

LARGEST_MAGNITUDE = 12.0
"""The most orders of magnitude that a number is read as; a larger number before the words is no exponent."""

_TIMES = r"(?:\\times|\$\\times\$|\$\s?\\times\s?\$|×|✕|imes\b)"
_TABLE: tuple[tuple[str, str | None, Form], ...] = (
    # Percent and points come first: '% points' is not '%'.
    (r"\s?(?:\\?%|percent(?:age)?|per cent)(?: |-)?\s?points?\b", "points", "points"),
    (r"\s?(?:pp|p\.p\.|pts?|ppt)(?![A-Za-z])", "points", "points"),
    (r"\s?\\?[%％]|[ -]?(?:percent|per cent|percents)\b", "%", "percent"),
    (r"\s?‰", "‰", "percent"),
    (
        r"[ -]?points\b|-point\b"
        r"|[ ]point(?= (?:gain|improvement|increase|drop|lead|boost|decrease|reduction|advantage))",
        "points", "points",
    ),
    # Factors. 'x' followed by a digit is a dimension (3x3), not a factor.
    (rf"\s?{_TIMES}(?!\s?[\d{{(]|[A-Z]{{1,3}}\d)", "x", "factor"),
    (r"\s?[xX](?![A-Za-z0-9])(?!\s\d[\d.]*(?!\s?[xX×\d.]))|x(?=[A-Z][A-Za-z])", "x", "factor"),
    (r"[ -]?times(?![A-Za-z])|[ -]?folds?\b", "x", "factor"),
    (r"[ -]orders?[ -]of[ -]magnitudes?\b", "x", "magnitude"),
    (r"\s?(?:USD|US dollars?|U\.S\. dollars?|dollars?)\b", "$", "currency"),
    (r"\s?(?:EUR|euros?)\b", "€", "currency"),
    # Rates before the units that begin them.
    (r"\s?(?:fps|FPS|Fps|f/s|frames?[ -]per[ -]second|frames?/s(?:ec(?:ond)?)?)\b", "FPS", "rate"),
    (r"\s?[kMG]?Hz\b", "", "rate"),
    (r"\s?[TGM]bps\b|\s?kbps\b|\s?bpp\b", "", "rate"),
    (r"\s?°/s\b", "°/s", "rate"), (r"\s?g/dL\b", "g/dL", "physical"),
    (r"\s?m/s\b", "m/s", "rate"), (r"\s?km/h\b", "km/h", "rate"),
    (r"\s?[A-Za-z]+(?:/s\b|/sec\b| per second\b)", "", "rate"),
    # Time. A unit 'per frame' stays the unit of time.
    (r"\s?(?:ns|nanoseconds?)\b", "ns", "time"),
    (r"\s?(?:[µμ]s|\\mu\s?s|us|microseconds?)\b", "µs", "time"),
    (r"[ -]?(?:ms|msecs?|milliseconds?|milli-seconds?)\b", "ms", "time"),
    (r"[ -]?(?:s|secs?|seconds?)\b(?!-)", "s", "time"),
    (r"[ -]?(?:mins?|minutes?)\b", "min", "time"),
    (r"[ -]?(?:h|hrs?|hours?)\b", "h", "time"),
    (r"[ -](?:(?:NVIDIA |Nvidia )?(?:[A-Z]\d+ )?[GTC]PU[ -])(?:hours?|hrs?)\b", "h", "time"),
    (r"[ -](?:(?:NVIDIA |Nvidia )?(?:[A-Z]\d+ )?[GTC]PU[ -])days?\b", "d", "time"),
    (r"[ -]?days?\b", "d", "time"), (r"[ -]?weeks?\b", "weeks", "time"), (r"[ -]?months?\b", "months", "time"),
    (r"[ -]?years?\b", "years", "time"),
    # Size.
    (r"[ -]?(?:TB|TiB|terabytes?)\b", "TB", "size"), (r"[ -]?(?:GB|GiB|Gb|gigabytes?)\b", "GB", "size"),
    (r"[ -]?(?:MB|MiB|Mb|megabytes?)\b", "MB", "size"), (r"[ -]?(?:KB|kB|KiB|Kb|kilobytes?)\b", "KB", "size"),
    (r" bytes?\b", "bytes", "size"), (r"[ -]bits?\b", "bits", "size"),
    # Energy, power and other physical units.
    (r"\s?dB\b|\s?decibels?\b", "dB", "physical"),
    (r"\s?(?:kWh|MWh|Wh)\b", "", "energy"), (r"\s?[kmMµμ]?J\b|\s?(?:kilo|milli)?joules?\b", "", "energy"),
    (r"\s?\$?\\mu\$?J\b", "µJ", "energy"),
    (r"\s?[kmM]?W\b|\s?(?:kilo|milli)?watts?\b", "", "energy"),
    (
        r"[ -]?(?:km\^?2|m\^?2|km|cm|mm|nm|[µμ]m|mil?es?|meters?|metres?|m(?![A-Za-z0-9.-]))(?![A-Za-z0-9])",
        "", "physical",
    ),
    (r"\s?(?:°|\\textdegree|\\degree|\^\\circ|\^{\\circ})(?: ?C\b)?|[ -]degrees?\b", "degrees", "physical"),
    (r"\s?(?:kg|mg|mL|mmHg|bpm|rad|g)\b|\s?g/dL\b", "", "physical"),
    # Compute and counts that the field abbreviates.
    (r"\s?(?:[KMGTPE] ?)?(?:FLOPs?|FLOPS|MACs?|Flops?|flops?|OPs|MAdds)(?![A-Za-z])", "", "compute"),
    (r"[ -]?(?:trainable |learnable |active |model |additional |extra )?(?:parameters?|params?)\b", "params", "count"),
    (r"[ -]?tokens?\b", "tokens", "count"),
    (r"[ -]?(?:samples?|examples?)\b", "samples", "count"),
)  # fmt: skip
_RULES = tuple((re.compile(pattern), name, form) for pattern, name, form in _TABLE)
_METRIC_POINTS = re.compile(r"[ -](?:absolute |full )?[A-Za-z][\w@.-]{0,14}(?: [A-Za-z][\w@-]{0,12})?[ -]points?\b")
_NOT_POINTS = re.compile(
    r"data|key|check|view|anchor|end|time|way|mid|sample|control|change|out|query|land", re.IGNORECASE
)

CURRENCIES = {"$": "$", "\\$": "$", "US$": "$", "US\\$": "$", "USD": "$", "€": "€", "£": "£", "¥": "¥"}


def unit_at(text: str, at: int) -> Unit | None:
    """The unit that begins at `at`, right after a number; None when the next word is no unit that we know."""
    for rule, name, form in _RULES:
        match = rule.match(text, at)
        if match:
            return Unit(match.group().strip(" -") if name == "" else name, form, match.end())
    match = _METRIC_POINTS.match(text, at)
    if match and not _NOT_POINTS.search(match.group()):
        return Unit("points", "points", match.end())
    return None


def magnitude_at(text: str, at: int) -> tuple[float, int] | None:
    """The factor (1e3 for 'k') that begins at `at`, and where it ends."""
    match = MAGNITUDE.match(text, at)
    if not match:
        return None
    letters = match.group().strip(" -").lower()
    if letters in ("m", "b", "t") and match.group().strip().islower():
        return None  # '5m' is a length, '4b' a section
    return MAGNITUDES[letters], match.end()
