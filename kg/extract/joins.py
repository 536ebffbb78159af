"""Neighbouring numbers that are one statement: ranges, changes, comparisons, margins; and lists of numbers."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from kg.extract.numerals import DIGITS
from kg.extract.quantity import Quantity
from kg.extract.units import LARGEST_MAGNITUDE, MAGNITUDES, magnitude_at

_FRACTION_GAP = re.compile(r"\s?/\s?")
_PER = re.compile(r" (?:per|each|for each)\b")
_RANGE_GAP = re.compile(r"\$?\s?(?:-{1,3}|[–—−‑~∼～]|\\sim|\$\\sim\$|sim|\$-\$|\\text\{-\})\s?\$?(?=[\d$.]|$)")
_MARGIN_GAP = re.compile(r"\$?\s?\(?(?:±|\\pm|\$\\pm\$|\+/[-−–]|\+-|pm)\s?\$?")
_TO_GAP = re.compile(
    r",?\s?(?:down |up |all the way )?to (?:a |an |only |just |about |around |approximately |nearly "
    r"|over |above |below |as low as )?\$?[~≈<>]?"
)
_LONG_TO = re.compile(
    r"[^.;:\n]{0,70}?\b(?:down )?to (?:a |an |only |just |about |around |approximately "
    r"|nearly |over |an average of )?\$?[~≈<>]?$"
)
_REMARK_TO = re.compile(r"\s?\([^()\n]{1,60}\) (?:down )?to (?:only |just |about |around |approximately )?[~≈<>$]?")
_VERSUS_GAP = re.compile(
    r",?\s?[(\[]?\s?(?:vs\.?|versus|v\.s\.|compared (?:to|with)|as opposed to|as against"
    r"|against|instead of|rather than)\s?"
    r"(?:the |a |only |just )?[~≈<>$]{0,2}"
)
_LONG_VERSUS = re.compile(
    r"[^.;:\n\d]{0,30}?[,(\s](?:vs\.?|versus|compared (?:to|with)|as opposed to) [^.;:()\n\d]{0,40}[~≈<>$]{0,2}$"
)
_ARROW_GAP = re.compile(r"[%\s]{0,2}\$?\s?(?:→|->|-->|\\to|\\rightarrow|⟶|⇒)\s?\$?")
_OF_GAP = re.compile(r" (?:out )?of (?:the )?")
_LIST_GAP = re.compile(
    r"\s?(?:,|/|;|&|and|or|,\s?and|,\s?or|as well as)\s?(?:\$|(?:up to|over|about|around"
    r"|nearly|by|an average of|a) )?\s?[~≈<>+]?\$?"
)
_FROM = re.compile(
    r"\b[Ff]rom (?:an? |the |about |around |approximately |only |over |nearly |roughly |below "
    r"|under |above )?(?:average of )?\$?[~≈<>]?$"
)
_LOOSE_FROM = re.compile(r"\b[Ff]rom [^.;:,\n\d]{0,40}$")
_FROM_PAIR = re.compile(r"\bfrom [^.;:]{1,24} to [^.;:]{1,24} and (?:from )?$")
_RANGING = re.compile(r"\b(?:rang(?:e|es|ed|ing)|var(?:y|ies|ied|ying)|span(?:s|ned|ning)?) from [~$]?$")
_MODELS_FROM = re.compile(
    r"^(?!.*(?:scal|improv|rais|boost|increas|reduc|compress|shr[iu]n|gr[eo]w|prun|distil|quanti))"
    r".*\b(?:models|networks|transformers|LLMs) from [~$]?$",
    re.IGNORECASE | re.DOTALL,
)
"""'models from 1B to 13B parameters': several sizes, not a change of one."""
_BETWEEN = re.compile(r"\b[Bb]etween (?:about |roughly )?[~$]?$")


def fractions(text: str, atoms: list[Quantity]) -> list[Quantity]:
    """'1/100' becomes one atom, '1/100 parameters' too; '64/128/256', '5%/4%' and '5/10 samples' stay lists."""
    result: list[Quantity] = []
    denominator: Quantity | None = None
    for i, atom in enumerate(atoms):
        if atom is denominator:
            continue
        follower = atoms[i + 1] if i + 1 < len(atoms) else None
        alone = text[atom.start - 1 : atom.start] != "/" and follower and text[follower.end : follower.end + 1] != "/"
        if (
            follower is not None and alone and atom.form == "plain"
            and (follower.form in ("plain", "ordinal") or (atom.value == 1 and _of_a_resource(text, follower)))
            and _FRACTION_GAP.fullmatch(text, atom.end, follower.start)
            and float(atom.value).is_integer() and 0 < atom.value < follower.value
        ):  # fmt: skip
            denominator = follower
            digits = DIGITS.match(text, follower.start) if follower.form in ("count", "compute") else None
            end = digits.end() if digits else follower.end
            result.append(replace(atom, end=end, value=atom.value / follower.value, form="fraction"))
        else:
            result.append(atom)
    return result


def _of_a_resource(text: str, denominator: Quantity) -> bool:
    """Whether '100 parameters' may be the rest of '1/100 parameters'; '1/5 samples per class' are one or five."""
    resource = denominator.form in ("count", "compute") and not _PER.match(text, denominator.end)
    in_digits = DIGITS.match(text, denominator.start) is not None
    return resource and in_digits and _magnitude_of(text, denominator) is None


def _magnitude_of(text: str, q: Quantity) -> tuple[float, int] | None:
    """The factor of ten that is written after the digits of `q`, and where it ends."""
    match = DIGITS.match(text, q.start)
    return magnitude_at(text, match.end()) if match else None


def join(text: str, atoms: list[Quantity]) -> list[Quantity]:
    """Neighbours that are one statement become one quantity, from left to right."""
    result: list[Quantity] = []
    for atom in atoms:
        joined = _joined(text, result[-1], atom) if result else None
        if joined is not None:
            result[-1] = joined
            continue
        over = _change_over_remark(text, result, atom)
        if over is not None:
            result = [q for q in result if (q.start, q.end) != over.baseline_span]
        result.append(over or atom)
    return result


def _change_over_remark(text: str, before: list[Quantity], b: Quantity) -> Quantity | None:
    """'from 9,908 s (on 512 cores) to 22 s': a change whose numbers stand on both sides of a remark with numbers."""
    for a in reversed(before[-4:-1]):
        near = b.start - a.end <= 90 and a.baseline_value is None and _compatible(a, b)
        if near and _REMARK_TO.fullmatch(text, a.end, b.start) and _FROM.search(text[max(0, a.start - 60) : a.start]):
            return replace(b, baseline_value=a.value, baseline_span=(a.start, a.end))
    return None


def _joined(text: str, a: Quantity, b: Quantity) -> Quantity | None:
    gap_start, gap_end = a.end, b.start
    if gap_end - gap_start > 90 or ("year" in (a.form, b.form) and a.form == b.form):
        return None
    compatible = _compatible(a, b)
    if _MARGIN_GAP.fullmatch(text, gap_start, gap_end) and compatible:
        unit = b if a.form == "plain" else a
        return replace(a, end=b.end, form=unit.form, unit=unit.unit)
    before = text[max(0, a.start - 60) : a.start]
    if not compatible or a.baseline_value is not None:
        return None
    return (
        _range(text, a, b, before)
        or _change(text, a, b, before)
        or _comparison(text, a, b)
        or (_part_of(a, b) if _OF_GAP.fullmatch(text, gap_start, gap_end) else None)
    )


def _compatible(a: Quantity, b: Quantity) -> bool:
    if a.form == b.form:
        return a.unit == b.unit or a.form == "time"
    return a.form in ("plain", "word") or (b.form == "plain" and a.form in ("percent", "points") and False)


def _range(text: str, a: Quantity, b: Quantity, before: str) -> Quantity | None:
    """'3-5x', '2% to 5%', 'between 3 and 5', 'ranging from 3 to 5'."""
    if a.value_max is not None or abs(b.value) < abs(a.value) or ("word" in (a.form,) and b.form == "plain"):
        return None
    low = _lower(text, a, b)
    if low is None:
        return None
    whole = replace(b, start=a.start, value=low, value_max=b.value, signed=a.signed)
    bare_gap = text[a.end : b.start] == " " and a.form == b.form and a.form in ("percent", "factor", "points")
    if bare_gap or _RANGE_GAP.fullmatch(text, a.end, b.start):
        return whole  # web pages lose the '~' of '2% ~ 5%'
    between = text[a.end : b.start]
    if between == " and " and _BETWEEN.search(before):
        return whole
    if between in (" to ", " to over ", " to $"):
        bare = b.form == "plain" and a.form == "plain"
        said = _FROM.search(before) or (bare and _LOOSE_FROM.search(before))
        sizes = b.unit == "params" and _MODELS_FROM.search(before)
        return whole if sizes or _RANGING.search(before) or not said else None
    return None


def _lower(text: str, a: Quantity, b: Quantity) -> float | None:
    """The value of `a` as the lower end of a range up to `b`; None when it cannot be one."""
    low = a.value
    if b.form == "magnitude" and a.form != "magnitude":
        if abs(low) > LARGEST_MAGNITUDE:
            return None
        low = 10.0**low
    if a.form == "plain" and b.form not in ("magnitude", "fraction"):
        low *= _scale_of(text, a, b)  # '350-700M'
    return low if math.isfinite(low) else None


def _scale_of(text: str, a: Quantity, b: Quantity) -> float:
    """The factor of ten that is written after `b` and meant for `a` too."""
    scaled, own = _magnitude_of(text, b), _magnitude_of(text, a)
    return scaled[0] if scaled and not own else 1.0


def _change(text: str, a: Quantity, b: Quantity, before: str) -> Quantity | None:
    """'from A to B', 'A → B': the value is B, its baseline A; the span is B's own."""
    gap = text[a.end : b.start]
    arrow = _ARROW_GAP.fullmatch(gap)
    said = _FROM.search(before) or _LOOSE_FROM.search(before) or _FROM_PAIR.search(before)
    if not arrow and not (said and (_TO_GAP.fullmatch(gap) or (_FROM.search(before) and _LONG_TO.fullmatch(gap)))):
        return None
    return replace(b, baseline_value=a.value, baseline_span=(a.start, a.end))


def _comparison(text: str, a: Quantity, b: Quantity) -> Quantity | None:
    """'A vs. B', 'A compared to B': the value is A, its baseline B; the span is A's own."""
    gap = text[a.end : b.start]
    if _VERSUS_GAP.fullmatch(gap) or (a.form == b.form and a.form != "word" and _LONG_VERSUS.fullmatch(gap)):
        shared = a if a.form != "plain" else replace(a, form=b.form, unit=b.unit)
        return replace(shared, baseline_value=b.value, baseline_span=(b.start, b.end))
    return None


def _part_of(a: Quantity, b: Quantity) -> Quantity | None:
    """'8 of 22' is 8 of what is counted."""
    whole = float(a.value).is_integer() and float(b.value).is_integer() and a.value <= b.value
    return replace(a, end=b.end) if whole and a.form in ("plain", "word") and b.form in ("plain", "word") else None


def share_units(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """In a list the last member carries the unit of all, '1.3, 2.0 and 4.1 points', and the word that scales them.

    '2, 7 and 40 billion' are all billions: numbers that rise to the one before the word, and have none of their own.
    What alone has an article is alone: '0.967 and a 3.6% gain'.
    """
    result = list(quantities)
    scale, numeral = 1.0, 0.0
    for i in range(len(result) - 2, -1, -1):
        a, b = result[i], result[i + 1]
        right = b.baseline_span[0] if b.baseline_span and b.baseline_span[0] < b.start else b.start
        left = max(a.end, a.baseline_span[1] if a.baseline_span else 0)
        if not (a.form in ("plain", "word") and left <= right and _LIST_GAP.fullmatch(text, left, right)):
            scale = 1.0
            continue
        in_words = _scale_in_words(text, b)
        if in_words:
            numeral, scale = in_words
        alone = _OWN.search(text, left, right) and not _ARTICLE.search(text, max(0, a.start - 4), a.start)
        least = 1 if in_words else 0  # '0.96 and 3 million', but '0.5, 1.5 and 7 billion'
        rises = a.form == "plain" and least <= (a.value_max or a.value) < numeral and _magnitude_of(text, a) is None
        if rises and not alone and _JOINT.fullmatch(text, left, right):
            numeral = a.value
            result[i] = a = _scaled(a, scale)
        else:
            scale = 1.0
        shares = b.unit and b.form not in ("year", "ordinal", "word", "single", "currency", "plain")
        if a.form == "plain" and shares and not alone:
            result[i] = replace(a, form=b.form, unit=b.unit)
        elif a.noun is None and b.form in ("plain", "word"):
            result[i] = replace(a, noun=b.noun, noun_end=b.noun_end)
    return result


_OWN = re.compile(r" an? (?!average\b)")
_ARTICLE = re.compile(r"\b[Aa]n? $")
_JOINT = re.compile(r"(?: ?[,/] ?|,? (?:and|or) )(?:an? )?")
"""Between numbers that one word scales."""
_SCALE = re.compile(r"([\d.,]*\d)[ -](thousand|million|billion|trillion)\b")


def _scale_in_words(text: str, quantity: Quantity) -> tuple[float, float] | None:
    """A number in digits as it is written, and the word that multiplies it.

    Letters ('512 and 1K') say nothing of its neighbours.
    """
    match = _SCALE.match(text, quantity.start, quantity.end + 12)
    if match is None:
        return None
    scale = MAGNITUDES[match.group(2)]
    return quantity.value / scale, scale


def _scaled(quantity: Quantity, scale: float) -> Quantity:
    """The quantity with all that it holds multiplied."""
    highest, baseline = quantity.value_max, quantity.baseline_value
    return replace(
        quantity,
        value=quantity.value * scale,
        value_max=None if highest is None else highest * scale,
        baseline_value=None if baseline is None else baseline * scale,
    )


def number_series(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """Numbers the lists whose members stand side by side, separated by commas, 'and', slashes only."""
    result = list(quantities)
    series = -1
    for i in range(1, len(result)):
        a, b = result[i - 1], result[i]
        left = max(a.end, a.baseline_span[1] if a.baseline_span else 0)
        right = min(b.start, b.baseline_span[0] if b.baseline_span else b.start)
        same = a.form == b.form or "plain" in (a.form, b.form)
        if same and left <= right and _LIST_GAP.fullmatch(text, left, right):
            if a.series is None:
                series += 1
                a = result[i - 1] = replace(a, series=series)
            result[i] = replace(b, series=a.series, position=a.position + 1)
    return result
