"""Every number in a text, with its unit, range, baseline and hedge: the grammar of quantities.

Three steps over character offsets: find the numbers (digits and words), read the unit that follows each, join
neighbours that are one statement ('3-5x', 'from 9,908 s to 22 s', '80.3 vs. 79.8', '0.94 ± 0.01'). Numbers that are
part of a name (ResNet-50, top-1, 3D, arXiv:2401.00001) are not quantities. Nothing here decides what is a claim.

The text is expected clean (`kg.text.clean`), but the usual remains of LaTeX ('450$\\times$', '6.25\\%', '2.7times')
are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.extract.numerals import find_numerals
from kg.extract.units import CURRENCIES, Form, magnitude_at, unit_at


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: `text[start:end]` is the verbatim number.

    `value` is in `unit`, without conversion; `value_max` is the upper end of a range, `baseline_value` the value it is
    compared with in the same statement, written at `baseline_span`. `noun` is what is counted or measured right after
    the number ('1,200 clips' → 'clips'), also the unit of a count. `series` numbers the lists of the text whose
    members stand side by side ('3.1%, 2.0% and 4.4%'), `position` counts within it; None for a quantity alone.
    """

    start: int
    end: int
    value: float
    form: Form
    unit: str | None = None
    value_max: float | None = None
    baseline_value: float | None = None
    baseline_span: tuple[int, int] | None = None
    noun: str | None = None
    noun_end: int | None = None
    qualifier: str | None = None
    relative: bool | None = None
    signed: bool = False
    named: bool = False
    series: int | None = None
    position: int = 0


# A number in digits. The look-behind keeps the inside of names and of longer numbers out.
_DIGITS = re.compile(
    r"(?P<sign>(?<![\w%)\]}\-−–])[+\-−–](?=[\d.]))?"
    r"(?P<body>\d{1,3}(?:(?:,|\{,\})\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d.])\.\d+)"
    r"(?P<exponent>[eE][+\-−]?\d{1,3}(?![\w.]))?"
    r"(?P<power>\s?(?:×|\\times|\$\\times\$|\*|·)\s?10\s?(?:\^\s?\{?\s?[+\-−]?\d{1,3}\s?\}?|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?"
    r"(?P<caret>\^\s?\{?\s?[+\-−]?\d{1,3}\s?\}?|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
)
_SKIP = re.compile(
    r"https?://\S+|www\.\S+|\b[\w.-]+\.(?:com|org|io|net|edu|ai)/\S*"
    r"|\barXiv:? ?\d{4}\.\d{4,5}(?:v\d+)?|\bdoi:? ?10\.\S+|\[\d+(?:[,–-] ?\d+)*\]"
    r"|\b(?:Section|Sec\.|Table|Tab\.|Figure|Fig\.|Eq\.|Equation|Appendix|Chapter|Theorem|Lemma|Algorithm|Alg\.|Step|Phase|Stage)"
    r"[ ~]\(?\d+(?:\.\d+)*\)?",
    re.IGNORECASE,
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LEFTOVER = re.compile(r"(?:sim|approx|leq|geq|pm|to)$")
_SIM_BETWEEN = re.compile(r"(?:sim|pm|to)(?=\d)")
_ORDINAL = re.compile(r"\s?\^?\{?(?:st|nd|rd|th)\}?\b")
_COMPOUND = re.compile(r"[-‑][A-Za-z]")
_PREFIX = re.compile(r"(?:US\\?\$|\\?\$|USD ?|€|£|¥)$")
_MATH_CLOSE = re.compile(r"[^$\n]{0,24}\$")
_YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")
_NAMED_BEFORE = re.compile(r"(?:\b[A-Z][\w@&.+-]*|\bv\.?|\bversion|\bNo\.|#)[ ~]$")
_NOT_NAMES = frozenset(
    "The A An In On At By Of Over With From To For And Or Only Up About Around Nearly Almost Than Just Is Are Was Our We "
    "Using Under Across Between Within After Before Approximately Roughly While When Achieving Achieves Moreover Further "
    "Also Additionally Notably Its This That These Those Average Including Both All Some Any Reaching Requires Requiring".split()
)

_FRACTION_GAP = re.compile(r"\s?/\s?")
_RANGE_GAP = re.compile(r"\$?\s?(?:-{1,3}|[–—−‑~∼～]|\\sim|\$\\sim\$|sim|\$-\$|\\text\{-\})\s?\$?(?=[\d$.]|$)")
_MARGIN_GAP = re.compile(r"\$?\s?\(?(?:±|\\pm|\$\\pm\$|\+/[-−–]|\+-|pm)\s?\$?")
_TO_GAP = re.compile(
    r",?\s?(?:down |up |all the way )?to (?:a |an |only |just |about |around |approximately |nearly |over |above |below |as low as )?\$?[~≈<>]?"
)
_LONG_TO = re.compile(
    r"[^.;:\n]{0,70}?\b(?:down )?to (?:a |an |only |just |about |around |approximately |nearly |over |an average of )?\$?[~≈<>]?$"
)
_VERSUS_GAP = re.compile(
    r",?\s?[(\[]?\s?(?:vs\.?|versus|v\.s\.|compared (?:to|with)|as opposed to|as against|against|instead of|rather than)\s?"
    r"(?:the |a |only |just )?[~≈<>$]{0,2}"
)
_LONG_VERSUS = re.compile(
    r"[^.;:\n\d]{0,30}?[,(\s](?:vs\.?|versus|compared (?:to|with)|as opposed to) [^.;:()\n\d]{0,40}[~≈<>$]{0,2}$"
)
_ARROW_GAP = re.compile(r"[%\s]{0,2}\$?\s?(?:→|->|-->|\\to|\\rightarrow|⟶|⇒)\s?\$?")
_OF_GAP = re.compile(r" (?:out )?of (?:the )?")
_LIST_GAP = re.compile(
    r"\s?(?:,|/|;|&|and|or|,\s?and|,\s?or|as well as)\s?(?:\$|(?:up to|over|about|around|nearly|by|an average of|a) )?\s?[~≈<>+]?\$?"
)
_FROM = re.compile(
    r"\b[Ff]rom (?:an? |the |about |around |approximately |only |over |nearly |roughly |below |under |above )?(?:average of )?\$?[~≈<>]?$"
)
_LOOSE_FROM = re.compile(r"\b[Ff]rom [^.;:,\n\d]{0,40}$")
_RANGING = re.compile(r"\b(?:rang(?:e|es|ed|ing)|var(?:y|ies|ied|ying)|span(?:s|ned|ning)?) from [~$]?$")
_BETWEEN = re.compile(r"\b[Bb]etween (?:about |roughly )?[~$]?$")

_HEDGE = (
    r"(?:up to|as (?:much|many|high|large|few|little|low|long|small|far) as|(?:no |not )?(?:more|less|fewer|greater|higher|lower|better|faster) than"
    r"|over|above|under|below|beyond|exceeding|at (?:least|most|best)|about|around|approximately|approx\.?|roughly|nearly|almost"
    r"|close to|near|only|just|merely|mere|within|(?:on |an |in )?average(?: of)?|averaging|a total of|down to|a factor of"
    r"|typically|maximum|absolute|relative|[~∼≈≃<>≤≥+]|\\sim|\\approx|sim)"
)
_HEDGE_BEFORE = re.compile(
    rf"(?:(?<=\W)|^)({_HEDGE}(?: (?:an? |the )?{_HEDGE}){{0,2}}) ?(?:an? |the |\$|\{{){{0,2}}$", re.IGNORECASE
)
_HEDGE_AFTER = re.compile(
    r"\s?(\+(?!\d)|on average|or more|or less|in average|at most|at least|at best|average\b)", re.IGNORECASE
)
_RELATIVE_AFTER = re.compile(r"[^.;,()]{0,12}\b(relative|comparative|absolute)\b", re.IGNORECASE)
_RELATIVE_BEFORE = re.compile(
    r"\b(relative|absolute)(?: \w+){0,3} (?:of|by|is)? ?(?:up to |over |about )?$", re.IGNORECASE
)

_WORDS = re.compile(r"[ \-~]\(?([A-Za-z][\w'’/+-]*)|(?<=[\d}$+])()(?=[ ])")
_STOP = frozenset(
    "of in on for from with and or to that which who across per over under by at as the a an is are was were be been than "
    "when while where whose without within into using via about between after before during through against among while but "
    "can could will would may might has have had do does did we our it its their this these those then thus so yet both "
    "respectively compared relative including covering spanning containing given not only just even more less fewer such "
    "if because since until unless under up down off out near, faster slower better worse higher lower larger smaller "
    "greater cheaper bigger longer shorter points point ones whereas versus vs outperforming achieves achieving "
    "around approximately already total being rather overall average altogether collected generated sampled drawn taken made used trained run running".split()
)


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of `text` in the order of their start; none overlaps another's span."""
    blocked = [match.span() for match in _SKIP.finditer(text)]
    atoms = sorted((*_digit_atoms(text), *_word_atoms(text)), key=lambda q: (q.start, -q.end))
    atoms = _without_overlap([a for a in atoms if not any(s < a.end and a.start < e for s, e in blocked)])
    joined = _share_units(text, _join(text, _fractions(text, atoms)))
    return _number_series(text, [_describe(text, q) for q in joined])


# ---------------------------------------------------------------- numbers


def _digit_atoms(text: str) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        if not _inside_name(text, match):
            atom = _read_digits(text, match)
            if atom is not None:
                yield atom


def _inside_name(text: str, match: re.Match[str]) -> bool:
    """Whether what stands before the number makes it part of a name: 'F1', 'CIFAR-10', 'top-1', 'P@5', 'x_2'."""
    start = match.start()
    if start == 0:
        return False
    before = text[start - 1]
    if before.isalpha():
        return not _LEFTOVER.search(text[max(0, start - 6) : start])
    if before in "-‑−–/." and not match.group("sign"):
        lead = text[start - 2] if start > 1 else " "
        if before == "/":
            return lead.isalpha()
        if before == ".":
            return lead.isalnum()
        return lead.isalpha() and (before in "-‑" or lead.isupper())
    return before in "@_#^\\"


def _read_digits(text: str, match: re.Match[str]) -> Quantity | None:
    body = match.group("body").replace("{,}", "").replace(",", "")
    value = float(body) * _power(match)
    start, end = match.span()
    signed = bool(match.group("sign"))
    if match.group("sign") in ("-", "−", "–"):
        value = -value
    if _ORDINAL.match(text, end) and "." not in body:
        return Quantity(start, _ORDINAL.match(text, end).end(), value, "ordinal", "rank", signed=signed)  # type: ignore[union-attr]
    scaled = magnitude_at(text, end)
    if scaled is not None:
        value, end = value * scaled[0], scaled[1]
    return _with_unit(text, Quantity(start, end, value, "plain", signed=signed), bare=scaled is None)


def _power(match: re.Match[str]) -> float:
    """The power of ten that is written after the digits; '10^-4' itself is 10 to that power."""
    exponent = 0
    if match.group("exponent"):
        exponent += int(match.group("exponent")[1:].replace("−", "-"))
    if match.group("power"):
        exponent += int(_exponent_digits(match.group("power").split("10", 1)[1]) or 0)
    if match.group("caret") and match.group("body") == "10" and not match.group("power"):
        exponent += int(_exponent_digits(match.group("caret")) or 1) - 1
    return float(10.0 ** max(-300, min(300, exponent)))


def _exponent_digits(written: str) -> str:
    plain = written.translate(_SUPERSCRIPTS).replace("−", "-")
    return "".join(c for c in plain if c in "+-0123456789")


def _with_unit(text: str, atom: Quantity, *, bare: bool) -> Quantity | None:
    """`atom` with the unit after it and the currency before it; None when a letter follows that is no unit (3D)."""
    closing = (
        re.compile(r"\}?\$?(?=\s?(?:\\?%|\\times|[A-Za-z]|$))").match(text, atom.end)
        if text[atom.end : atom.end + 1] in ("}", "$")
        else None
    )
    unit = unit_at(text, atom.end) or (unit_at(text, closing.end()) if closing and closing.end() > atom.end else None)
    following = text[atom.end : atom.end + 1]
    if unit is None:
        if bare and following.isalpha() and not _SIM_BETWEEN.match(text, atom.end):
            return None
        prefix = _PREFIX.search(text, max(0, atom.start - 5), atom.start)
        if prefix and not (prefix.group() == "$" and _MATH_CLOSE.match(text, atom.end)):
            return replace(
                atom, start=prefix.start(), form="currency", unit=CURRENCIES.get(prefix.group().strip(), "$")
            )
        if bare and _YEAR.fullmatch(text[atom.start : atom.end]):
            return replace(atom, form="year")
        return atom
    if unit.form == "magnitude":
        exponent = min(12.0, max(-12.0, atom.value))
        return replace(atom, value=10.0**exponent, form="magnitude", unit="x", end=unit.end)
    return replace(atom, form=unit.form, unit=unit.name, end=unit.end)


def _word_atoms(text: str) -> Iterator[Quantity]:
    for numeral in find_numerals(text):
        atom = Quantity(numeral.start, numeral.end, numeral.value, numeral.form)
        if numeral.form in ("factor", "magnitude"):
            yield replace(atom, unit="x")
        elif numeral.form == "word":
            unit = unit_at(text, numeral.end)
            if unit is not None and unit.form == "magnitude":
                yield replace(atom, value=10.0 ** min(12.0, atom.value), form="magnitude", unit="x", end=unit.end)
            else:
                yield atom if unit is None else replace(atom, form=unit.form, unit=unit.name, end=unit.end)
        else:
            yield atom


def _without_overlap(atoms: list[Quantity]) -> list[Quantity]:
    kept: list[Quantity] = []
    for atom in atoms:
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
    return kept


# ---------------------------------------------------------------- joining neighbours


def _fractions(text: str, atoms: list[Quantity]) -> list[Quantity]:
    """'1/100' becomes one atom; '64/128/256' and '5%/4%' stay lists."""
    result: list[Quantity] = []
    for i, atom in enumerate(atoms):
        if result and result[-1].end >= atom.end:
            continue
        follower = atoms[i + 1] if i + 1 < len(atoms) else None
        alone = text[atom.start - 1 : atom.start] != "/" and follower and text[follower.end : follower.end + 1] != "/"
        if (
            follower is not None and alone and atom.form == "plain" and follower.form in ("plain", "ordinal")
            and _FRACTION_GAP.fullmatch(text, atom.end, follower.start)
            and float(atom.value).is_integer() and 0 < atom.value < follower.value
        ):  # fmt: skip
            result.append(replace(atom, end=follower.end, value=atom.value / follower.value, form="fraction"))
        else:
            result.append(atom)
    return result


def _join(text: str, atoms: list[Quantity]) -> list[Quantity]:
    """Neighbours that are one statement become one quantity, from left to right."""
    result: list[Quantity] = []
    for atom in atoms:
        joined = _joined(text, result[-1], atom) if result else None
        if joined is not None:
            result[-1] = joined
        else:
            result.append(atom)
    return result


def _joined(text: str, a: Quantity, b: Quantity) -> Quantity | None:
    gap_start, gap_end = a.end, b.start
    if gap_end - gap_start > 90 or "year" in (a.form, b.form) and a.form == b.form:
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


def _upper(b: Quantity) -> float:
    return b.value if b.value_max is None else b.value_max


def _range(text: str, a: Quantity, b: Quantity, before: str) -> Quantity | None:
    """'3-5x', '2% to 5%', 'between 3 and 5', 'ranging from 3 to 5'."""
    if a.value_max is not None or abs(b.value) < abs(a.value) or "word" in (a.form,) and b.form == "plain":
        return None
    low, high = (a.value, b.value) if b.form != "magnitude" or a.form == "magnitude" else (10.0**a.value, b.value)
    if a.form == "plain" and b.form not in ("magnitude", "fraction"):
        low *= _scale_of(text, a, b)  # '350-700M'
    whole = replace(b, start=a.start, value=low, value_max=high, signed=a.signed)
    if _RANGE_GAP.fullmatch(text, a.end, b.start):
        return whole
    between = text[a.end : b.start]
    if between == " and " and _BETWEEN.search(before):
        return whole
    if between in (" to ", " to over ", " to $"):
        bare = b.form == "plain" and a.form == "plain"
        said = _FROM.search(before) or (bare and _LOOSE_FROM.search(before))
        return whole if _RANGING.search(before) or not said else None
    return None


def _scale_of(text: str, a: Quantity, b: Quantity) -> float:
    """The factor of ten that is written after `b` and meant for `a` too."""
    match = _DIGITS.match(text, b.start)
    scaled = magnitude_at(text, match.end()) if match else None
    match = _DIGITS.match(text, a.start)
    own = magnitude_at(text, match.end()) if match else None
    return scaled[0] if scaled and not own else 1.0


def _change(text: str, a: Quantity, b: Quantity, before: str) -> Quantity | None:
    """'from A to B', 'A → B': the value is B, its baseline A; the span is B's own."""
    gap = text[a.end : b.start]
    arrow = _ARROW_GAP.fullmatch(gap)
    said = _FROM.search(before) or _LOOSE_FROM.search(before)
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


def _share_units(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """In a list the last member carries the unit of all: '1.3, 2.0 and 4.1 points'."""
    result = list(quantities)
    for i in range(len(result) - 2, -1, -1):
        a, b = result[i], result[i + 1]
        right = b.baseline_span[0] if b.baseline_span and b.baseline_span[0] < b.start else b.start
        left = max(a.end, a.baseline_span[1] if a.baseline_span else 0)
        if a.form == "plain" and b.form not in ("plain", "year", "ordinal", "word", "single", "currency") and b.unit and (
            left <= right and _LIST_GAP.fullmatch(text, left, right)
        ):  # fmt: skip
            result[i] = replace(a, form=b.form, unit=b.unit)
    return result


# ---------------------------------------------------------------- what stands around


def _describe(text: str, q: Quantity) -> Quantity:
    noun, noun_end = _noun_after(text, q.end) if q.form not in ("factor", "magnitude") else (None, None)
    first = min(q.start, q.baseline_span[0] if q.baseline_span else q.start)
    # What hedges a change stands before its last number or before the whole of it.
    before = text[max(0, q.start - 48) : q.start]
    hedge = _HEDGE_BEFORE.search(before) or _HEDGE_BEFORE.search(text[max(0, first - 48) : first])
    after = _HEDGE_AFTER.match(text, q.end)
    qualifier = hedge.group(1).strip() if hedge else after.group(1) if after else None
    relative = _RELATIVE_AFTER.match(text, q.end) or _RELATIVE_BEFORE.search(before)
    kind = relative.group(1).lower() if relative else None
    named = bool(_NAMED_BEFORE.search(before)) and before.split()[-1:] != [] and before.split()[-1] not in _NOT_NAMES
    return replace(
        q,
        noun=noun,
        noun_end=noun_end,
        qualifier=qualifier,
        relative=None if kind is None else kind != "absolute",
        named=named and q.form in ("plain", "year", "count"),
    )


def _noun_after(text: str, at: int) -> tuple[str | None, int | None]:
    """The noun phrase right after a number, cut at the first function word or punctuation; its last plural wins."""
    words: list[re.Match[str]] = []
    position = at + 1 if text[at : at + 1] in ("+", "$", "}") else at
    while len(words) < 7:
        match = _WORDS.match(text, position)
        if match is None or not match.group(1) or match.group(1).lower() in _STOP:
            break
        words.append(match)
        position = match.end()
        if text[position : position + 1] not in (" ", "-"):
            break
    if not words:
        return None, None
    last = len(words) - 1
    plural = next((i for i, w in enumerate(words) if _plural(w.group(1))), last)
    return text[words[0].start(1) : words[plural].end(1)], words[plural].end(1)


def _plural(word: str) -> bool:
    return (
        len(word) > 3
        and word.endswith("s")
        and word.lower() != "news"
        and not word.endswith(("ss", "ous", "us", "is", "'s", "’s"))
    )


def _number_series(text: str, quantities: list[Quantity]) -> list[Quantity]:
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
