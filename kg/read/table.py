"""CSV and its relatives: a header row, then one record a row; the delimiter is found by the header."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.files import lines
from kg.read.mapping import NAMES, from_columns
from kg.read.raw import Raw, Source, decode, is_text, too_long
from kg.records import Rejected

_DELIMITERS = ",\t;|"
_KNOWN = {name for names in NAMES.values() for name in names}
_NOT_ALNUM = re.compile(r"[^a-z0-9]")


def sniff(head: bytes, name: str) -> bool:
    """By name, or a first line with at least two usual names of columns, one of them the abstract."""
    if not is_text(head):
        return False
    if name.endswith((".csv", ".tsv", ".psv")):
        return True
    first = re.split(rb"[\r\n]", head, maxsplit=1)[0].decode("utf-8-sig", "replace")
    header = _header(first, _delimiter(first))
    return sum(column in _KNOWN for column in header) >= 2 and any(column in NAMES["abstract"] for column in header)


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every row by its columns' names. A damaged row costs itself."""
    rejected: list[Rejected] = []
    text = _text(stream, source, rejected)
    first = next(text, None)
    if first is None:
        yield from rejected
        return
    delimiter = _delimiter(first)
    rows = csv.reader(_chain(first, text), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise source.error(f"broken header: {error}", line=1) from error
    _check(header, source)
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield source.rejected(f"broken row: {error}", line=line)
            continue
        yield from rejected
        rejected.clear()
        if any(cell.strip() for cell in row):
            raw = from_columns(dict(zip(header, row, strict=False)), source.columns)
            raw.line = line
            yield raw
    yield from rejected


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _text(stream: BinaryIO, source: Source, rejected: list[Rejected]) -> Iterator[str]:
    """Lines as text. The csv module wants their ends; one that is too long is noted and left empty."""
    for line in lines(stream):
        if line.data is None:
            rejected.append(too_long(source, line.number))
            yield "\n"
        else:
            for piece in decode(line.data, source, line.number).split("\r"):  # old Macs end lines so
                yield piece + "\n"


def _header(first: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [_NOT_ALNUM.sub("", cell.casefold()) for cell in cells]


def _delimiter(first: str) -> str:
    """The delimiter that cuts the header into the most names that are known, then into the most names."""
    return max(_DELIMITERS, key=lambda mark: (sum(cell in _KNOWN for cell in _header(first, mark)), first.count(mark)))


def _check(header: list[str], source: Source) -> None:
    missing = [column for column in source.columns.values() if column not in header]
    if missing:
        raise source.error(f"no column {missing[0]!r}; the columns are {', '.join(header)[:300]}", line=1)
    folded = {_NOT_ALNUM.sub("", name.casefold()) for name in header}
    if "abstract" not in source.columns and not folded & set(NAMES["abstract"]):
        listed = ", ".join(header)[:300]
        raise source.error(f"no column with abstracts among {listed}; name it with --columns abstract=…", line=1)
