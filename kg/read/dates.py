"""Dates as sources write them → ISO 8601, as exact as known. What is not stated stays unknown."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
            ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"),
            ("nov", "november"), ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?![\d])")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ -]({_MONTH})\.?,?[ -](\d{{4}})\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.? +(?:(\d{{1,2}})(?:st|nd|rd|th)?,? +)?(\d{{4}})\b", re.IGNORECASE)
_YEAR_MONTH = re.compile(rf"(\d{{4}}) ({_MONTH})\b(?: (\d{{1,2}})\b)?", re.IGNORECASE)


def iso_date(value: object) -> str | None:  # noqa: PLR0911  # one case a line
    """`value` as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; None when it states no year.

    Takes ISO 8601, RFC 2822, `Oct 30, 2024`, `30 October 2024`, years, dates and datetimes, milliseconds since 1970,
    Crossref's `{"date-parts": [[2024, 10]]}` and lists `[2024, 10, 30]`.
    """
    match value:
        case bool():
            return None
        case str():
            return _from_text(value.strip()[:80])
        case int() | float():
            return _from_number(value)
        case datetime() | date():
            return _joined(value.year, value.month, value.day)
        case Mapping():
            return next(
                (found for key in ("date-parts", "value", "date-time") if (found := iso_date(value.get(key)))), None
            )
        case [int(), *_]:
            return _joined(*(part for part in value[:3] if isinstance(part, int)))
        case [first, *_]:
            return iso_date(first)
    return None


def year_of(value: object) -> int | None:
    """The year that `value` states."""
    found = iso_date(value)
    return int(found[:4]) if found else None


def _from_number(value: float) -> str | None:
    if math.isnan(value) or abs(value) > 1e14:
        return None
    if 1000 <= value <= 2999 and value == int(value):
        return f"{int(value)}"
    if value > 1e11:  # milliseconds since 1970, as OpenReview gives them
        return datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
    return None


def _from_text(text: str) -> str | None:
    if match := _YEAR_MONTH.match(text):
        year, month, day = match.groups()
        return _joined(int(year), _MONTHS[month.casefold()], *([int(day)] if day else []))
    if match := _ISO.match(text) or _COMPACT.match(text):
        return _joined(*(int(part) for part in match.groups() if part))
    if match := _DAY_FIRST.search(text):
        day, month, year = match.groups()
        return _joined(int(year), _MONTHS[month.casefold()], int(day))
    if match := _MONTH_FIRST.search(text):
        month, day, year = match.groups()
        return _joined(int(year), _MONTHS[month.casefold()], *([int(day)] if day else []))
    return _from_number(int(text)) if text.isascii() and text.isdigit() and len(text) <= 14 else None


def _joined(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """As exact as the parts are a date: 2023-02-30 is 2023-02."""
    if not 1000 <= year <= 2999:
        return None
    if month is None or not 1 <= month <= 12:
        return f"{year:04}"
    try:
        return date(year, month, day).isoformat() if day else f"{year:04}-{month:02}"
    except ValueError:
        return f"{year:04}-{month:02}"
