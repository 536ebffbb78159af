"""What a format's module hands on: the fields of one record as the file gives them, and its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from kg.errors import InputError
from kg.files import MAX_LINE, lines
from kg.records import Rejected


@dataclass(slots=True)
class Raw:
    """One record before cleaning. `date` and `year` may be anything that `kg.read.dates` understands.

    `id` is the record's own id, if it has one that is not an identifier of a known scheme; `line` its first line and
    `record` its name or position, for messages.
    """

    title: str = ""
    abstract: str = ""
    id: str | None = None
    year: object = None
    date: object = None
    venue: str | None = None
    url: str | None = None
    authors: Sequence[str] = ()
    identifiers: dict[str, str] = field(default_factory=dict)
    line: int | None = None
    record: str | None = None


@dataclass(frozen=True)
class Source:
    """The file being read, as a format's module sees it."""

    name: str
    """As it appears in messages and in `Paper.sources`."""
    path: Path | None = None
    """Where it lies; None when only the stream has its expanded content."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The user's own names of fields: `{"abstract": "summary_text"}`."""
    note: Callable[[str], None] = lambda _: None
    """Takes a remark that costs nothing, such as a fallback encoding."""

    def rejected(self, reason: str, *, line: int | None = None, record: str | None = None) -> Rejected:
        """A record of this file that cannot be used."""
        return Rejected(file=self.name, line=line, record=record, reason=reason)

    def error(self, reason: str, *, line: int | None = None) -> InputError:
        """This file cannot be read any further."""
        return InputError(reason, file=self.name, line=line)


class Reader(Protocol):
    """A module of `kg.read` for one format."""

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether a file with these first bytes (expanded, up to 64 kB) and this name is of the format."""

    def read(self, stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
        """The records of the file. Raises InputError where the file cannot be read any further."""


def decode(data: bytes, source: Source, line: int | None = None) -> str:
    """`data` as text: UTF-8, else Windows-1252, the usual encoding of what is not UTF-8. Leaves a note of that."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        place = source.name if line is None else f"{source.name}:{line}"
        source.note(f"{place}: not valid UTF-8, read as Windows-1252")
        return data.decode("cp1252", "replace")


def text_lines(stream: BinaryIO, source: Source) -> Iterator[tuple[int, str] | Rejected]:
    """Numbered lines as text; a Rejected for each that is too long."""
    for line in lines(stream):
        if line.data is None:
            yield too_long(source, line.number)
        else:
            yield line.number, decode(line.data, source, line.number)


def too_long(source: Source, line: int) -> Rejected:
    """The message for a line beyond the limit of `kg.files`."""
    return source.rejected(f"line of more than {MAX_LINE >> 20} MiB; one record a line is expected", line=line)


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file may be text: no more than a stray control character."""
    sample = head[:4096]
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b" for byte in sample)
    return controls * 200 <= len(sample) or (controls <= 1 and len(sample) >= 20)
