"""An answer as a table for people, or as JSON, JSON Lines or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.errors import UsageError
from kg.query.result import Result, Value

_PROSE = 40
"""Characters from which a column counts as prose, which is folded to make room for the others."""
_NARROW = 10
"""Characters that any other column keeps, however narrow the terminal."""
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""What could drive a terminal: texts of papers are not ours."""


def render(result: Result, form: str, stream: TextIO, *, width: int | None = None) -> None:
    """Write `result` to `stream` in one of `FORMATS`; `width` is that of the table, the terminal's when None.

    Raises UsageError for an unknown form.
    """
    if form not in FORMATS:
        raise UsageError(f"there is no output format {form!r}; there are {', '.join(FORMATS)}")
    if form == "table":
        _table(result, stream, width)
    else:
        stream.write(FORMATS[form](result))


def _json(result: Result) -> str:
    return json.dumps(result.records(), ensure_ascii=False, indent=2) + "\n"


def _jsonl(result: Result) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in result.records())


def _csv(result: Result) -> str:
    """RFC 4180: lists and maps as JSON, what is unknown as an empty field."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(result.columns)
    writer.writerows([_cell(value) for value in row] for row in result.rows)
    return text.getvalue()


def _plain_table(result: Result) -> str:
    text = io.StringIO()
    _table(result, text, None)
    return text.getvalue()


FORMATS: dict[str, Callable[[Result], str]] = {"table": _plain_table, "json": _json, "jsonl": _jsonl, "csv": _csv}
"""Output formats by name."""


def _table(result: Result, stream: TextIO, width: int | None) -> None:
    """Short columns keep their width; sentences and titles are folded into what is left."""
    console = Console(file=stream, width=width, highlight=False, force_terminal=None if stream.isatty() else False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for position, name in enumerate(result.columns):
        longest = max((len(_cell(row[position])) for row in result.rows), default=0)
        prose = longest >= _PROSE
        table.add_column(
            Text(name),
            justify="right" if any(_is_number(row[position]) for row in result.rows) else "left",
            overflow="fold",
            min_width=None if prose else min(longest, _NARROW),
            ratio=min(longest, 3 * _PROSE) if prose else None,
        )
    for row in result.rows:
        table.add_row(*(Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", _cell(value))) for value in row))
    console.print(table)
    count = len(result.rows)
    more = "; there are more, raise the limit to see them" if result.truncated else ""
    console.print(f"{count} row{'' if count == 1 else 's'}{more}", markup=False)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Value) -> str:
    """Text of one cell; whole numbers stand without a fraction, lists and maps as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
