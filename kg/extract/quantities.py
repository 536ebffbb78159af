"""Every number in a text, with its unit, range, baseline and hedge: the grammar of quantities.

Three steps over character offsets: find the numbers (digits and words), read the unit that follows each, join
neighbours that are one statement ('3-5x', 'from 9,908 s to 22 s', '80.3 vs. 79.8', '0.94 ± 0.01'). Numbers that are
part of a name (ResNet-50, top-1, 3D, arXiv:2401.00001) are not quantities. Nothing here decides what is a claim.

The text is expected clean (`kg.text.clean`), but the usual remains of LaTeX ('450$\\times$', '6.25\\%', '2.7times')
are read as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from kg.extract.around import describe
from kg.extract.joins import fractions, join, number_series, share_units
from kg.extract.numerals import DIGITS, find_numerals
from kg.extract.quantity import Quantity
from kg.extract.units import CURRENCIES, LARGEST_MAGNITUDE, magnitude_at, unit_at

__all__ = ["Quantity", "find_quantities"]

_DOMAIN = re.compile(r"\.(?:com|org|io|net|edu|ai)/", re.IGNORECASE)
_ADDRESS = r"https?://\S+|www\.\S+"
_PARTS = tuple(
    "section sec. table tab. figure fig. eq. equation appendix chapter theorem lemma algorithm alg. step phase "
    "stage".split()
)
"""What a number may be one of instead of a quantity: 'Table 3'."""
_REFERENCE = (
    r"\barXiv:? ?\d{4}\.\d{4,5}(?:v\d+)?|\bdoi:? ?10\.\S+|\[\d+(?:[,–-] ?\d+)*\]"
    rf"|\b(?:{'|'.join(map(re.escape, _PARTS))})[ ~]\(?\d+(?:\.\d+)*\)?"
)
_LONGEST_PART = max(map(len, _PARTS))
_SIGNS = ("[", "://", "www.", "arxiv", "doi")
_NUMBERED = re.compile(r"[ ~]\(?\d")
_SKIP = re.compile(rf"{_ADDRESS}|{_REFERENCE}", re.IGNORECASE)
_SKIP_PAGES = re.compile(rf"{_ADDRESS}|\b[\w.-]{{1,60}}{_DOMAIN.pattern}\S*|{_REFERENCE}", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_BETWEEN_THOUSANDS = str.maketrans("", "", "{,} ")
_LEFTOVER = re.compile(r"(?:sim|approx|leq|geq|pm|to)$")
_GLUED = re.compile(r"[\w.‑/-]+$")
_SIM_BETWEEN = re.compile(r"(?:sim|pm|to)(?=\d)")
_ORDINAL = re.compile(r"\s?\^?\{?(?:st|nd|rd|th)\}?\b")
_COMPOUND = re.compile(r"[-‑][A-Za-z]")
_PREFIX = re.compile(r"(?:US\\?\$|\\?\$|USD ?|€|£|¥)$")
_MATH_CLOSE = re.compile(r"[^$\n]{0,24}\$(?!\d)")
_YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of `text` in the order of their start; none overlaps another's span."""
    blocked = _addresses_and_references(text)
    atoms = sorted((*_digit_atoms(text), *_word_atoms(text)), key=lambda q: (q.start, -q.end))
    atoms = _without_overlap([a for a in atoms if not any(s < a.end and a.start < e for s, e in blocked)])
    joined = join(text, fractions(text, atoms))
    return number_series(text, share_units(text, [describe(text, q) for q in joined]))


def _addresses_and_references(text: str) -> list[tuple[int, int]]:
    """Where `text` has addresses and references, whose numbers are none. Few texts have any, which is soon seen."""
    if _DOMAIN.search(text):
        skip = _SKIP_PAGES  # to look for where a page's name begins takes long
    elif any(sign in text.lower() for sign in _SIGNS) or any(_is_part(text, m) for m in _NUMBERED.finditer(text)):
        skip = _SKIP
    else:
        return []
    return [match.span() for match in skip.finditer(text)]


def _is_part(text: str, number: re.Match[str]) -> bool:
    """Whether a word such as 'Table' ends right before `number`."""
    before = text[max(0, number.start() - _LONGEST_PART) : number.start()]
    return before.lower().endswith(_PARTS)


# ---------------------------------------------------------------- numbers


def _digit_atoms(text: str) -> Iterator[Quantity]:
    for match in DIGITS.finditer(text):
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
    if before in "-‑/." and not match.group("sign"):
        glued = _GLUED.search(text, max(0, start - 24), start)
        return bool(glued) and glued.group()[0].isalpha()  # type: ignore[union-attr]
    if before in "–−" and not match.group("sign"):
        return start > 1 and text[start - 2].isupper()
    return before in "@_#^\\"


def _read_digits(text: str, match: re.Match[str]) -> Quantity | None:
    body = match.group("body").translate(_BETWEEN_THOUSANDS)
    value = float(body) * _power(match)
    start, end = match.span()
    signed = bool(match.group("sign"))
    if match.group("sign") in ("-", "−", "–"):
        value = -value
    if _ORDINAL.match(text, end) and "." not in body and math.isfinite(value):
        return Quantity(start, _ORDINAL.match(text, end).end(), value, "ordinal", "rank", signed=signed)  # type: ignore[union-attr]
    scaled = magnitude_at(text, end)
    if scaled is not None:
        value, end = value * scaled[0], scaled[1]
    if not math.isfinite(value):
        return None
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
        exponent = min(LARGEST_MAGNITUDE, max(-LARGEST_MAGNITUDE, atom.value))
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
                exponent = min(LARGEST_MAGNITUDE, atom.value)
                yield replace(atom, value=10.0**exponent, form="magnitude", unit="x", end=unit.end)
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
