"""An answer as a table for people, or as JSON, JSON Lines or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
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
    """Short columns side by side; below each row its sentences and titles, which no column could hold, in full."""
    console = Console(file=stream, width=width, highlight=False, force_terminal=None if stream.isatty() else False)
    rows = [[_CONTROL.sub("\N{REPLACEMENT CHARACTER}", _cell(value)) for value in row] for row in result.rows]
    widths = [max([cell_len(name), *(cell_len(row[i]) for row in rows)]) for i, name in enumerate(result.columns)]
    prose = _prose(widths, console.width)
    short = [i for i in range(len(widths)) if i not in prose]
    numeric = {i for i in short if any(_is_number(row[i]) for row in result.rows)}

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            " " * (widths[i] - cell_len(cells[i])) + cells[i]
            if i in numeric
            else cells[i] + " " * (widths[i] - cell_len(cells[i]))
            for i in short
        ).rstrip()

    if short:
        console.print(Text(line(result.columns), style="bold"))
        console.print(Text("─" * max(1, sum(widths[i] + 2 for i in short) - 2), style="dim"))
    label = max((cell_len(result.columns[i]) for i in prose), default=0)
    for row in rows:
        if short:
            console.print(Text(line(row)))
        for i in (i for i in prose if row[i]):
            head = Text(f"  {result.columns[i]}".ljust(label + 4), style="dim")
            for text in Text(row[i]).wrap(console, max(_NARROW, console.width - label - 4)):
                console.print(head + text)
                head = Text(" " * (label + 4))
    count = len(result.rows)
    more = "; there are more, raise the limit to see them" if result.truncated else ""
    console.print(f"{count} row{'' if count == 1 else 's'}{more}", markup=False)


def _prose(widths: Sequence[int], room: int) -> list[int]:
    """The columns that go below the row: those that hold prose, and the widest others until the rest has room."""
    prose = [i for i, width in enumerate(widths) if width >= _PROSE]
    others = [i for i in range(len(widths)) if i not in prose]
    while others and sum(widths[i] + 2 for i in others) - 2 > room:
        widest = max(others, key=lambda i: (widths[i], i))
        others.remove(widest)
        prose.append(widest)
    return sorted(prose)


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
