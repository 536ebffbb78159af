"""JSON Lines: one object a line. A damaged line costs itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from kg.files import lines
from kg.read.mapping import from_record
from kg.read.raw import Raw, Source, decode, too_long
from kg.records import Rejected

_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")


def sniff(head: bytes, name: str) -> bool:
    """The first line is an object and more follows, or it is a broken one and the second line starts as one."""
    if not _START.match(head):
        return False
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").strip().partition(b"\n")
    if name.endswith((".jsonl", ".ndjson", ".jl")):
        return True
    try:
        json.loads(first.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return rest.lstrip().startswith(b'{"')
    return bool(rest.strip())


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every line; empty lines are passed over."""
    for line in lines(stream):
        if line.data is None:
            yield too_long(source, line.number)
        elif line.data.strip(b"\xef\xbb\xbf\x00 \t\x1e"):
            yield _record(line.data, source, line.number)


def _record(data: bytes, source: Source, number: int) -> Raw | Rejected:
    try:
        record = json.loads(decode(data, source, number).strip("\x00\x1e \t"))
    except ValueError as error:
        where = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        return source.rejected(f"broken JSON{where}: {why}", line=number)
    except RecursionError:
        return source.rejected("JSON nested too deeply", line=number)
    if not isinstance(record, Mapping):
        return source.rejected(f"a JSON object is expected, not {type(record).__name__}", line=number)
    raw = from_record(record, source.columns)
    raw.line = number
    return raw
