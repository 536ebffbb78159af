"""From paths to Papers: which files, in which format, one record after the other."""

from __future__ import annotations

import codecs
import glob
import io
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from kg.errors import InputError, UsageError
from kg.files import STDIN, compression, open_bytes
from kg.read.finish import finish
from kg.read.formats import READERS, detect
from kg.read.mapping import NAMES
from kg.read.raw import Source
from kg.records import Paper, Rejected

LANGUAGES: Collection[str] = ("en",)
"""Languages that are kept when nothing else is said."""
_HEAD = 65_536
_MAX_DEPTH = 40


def read(
    paths: Sequence[str | Path],
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    languages: Collection[str] | None = LANGUAGES,
    progress: Callable[[int], None] | None = None,
    note: Callable[[str], None] | None = None,
) -> Iterator[Paper | Rejected]:
    """The papers of files, directories (all files below, sorted), glob patterns and `-` (standard input).

    What cannot be read is a Rejected with file, line and reason, and costs nothing else. `format` is a name in READERS
    and overrides what `detect` finds; `columns` names the columns of fields, as `{"abstract": "summary_text"}`;
    `languages` are the ISO 639-1 codes to keep, None for all. `progress` is called with numbers of bytes read from
    disk, `note` with remarks such as a fallback encoding. Raises UsageError for an unknown format or field.
    """
    if format is not None and format not in READERS:
        raise UsageError(f"no format {format!r}; known are {', '.join(READERS)}")
    for name in columns or {}:
        if name not in NAMES:
            raise UsageError(f"no field {name!r}; known are {', '.join(NAMES)}")
    return _read(paths, format, columns or {}, languages, progress, note or (lambda message: None))


def _read(
    paths: Sequence[str | Path],
    format_: str | None,
    columns: Mapping[str, str],
    languages: Collection[str] | None,
    progress: Callable[[int], None] | None,
    note: Callable[[str], None],
) -> Iterator[Paper | Rejected]:
    for given in paths:
        for found in _files(str(given)):
            if isinstance(found, Rejected):
                yield found
                continue
            path, name = found
            source = Source(name=name, path=None if path == STDIN else Path(path), columns=columns, note=note)
            yield from _read_file(path, source, format_, languages, progress)


def _read_file(
    path: str,
    source: Source,
    format_: str | None,
    languages: Collection[str] | None,
    progress: Callable[[int], None] | None,
) -> Iterator[Paper | Rejected]:
    try:
        with open_bytes(path, progress=progress) as opened:
            stream, head = _decoded_utf16(opened)
            if source.path is not None and _is_compressed(source.path):
                source = Source(source.name, None, source.columns, source.note)
            reader = READERS[format_ or detect(head, source.name)]
            for record in reader.read(stream, source):
                yield record if isinstance(record, Rejected) else finish(record, source, languages)
    except InputError as error:
        yield Rejected(file=source.name, line=error.line, record=error.record, reason=error.reason)


def _is_compressed(path: Path) -> bool:
    with path.open("rb") as file:
        return compression(file.read(8)) is not None


class _Utf8(io.RawIOBase):
    """A UTF-16 or UTF-32 stream as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(cast(Any, stream), encoding=encoding, errors="replace", newline="")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = self._text.read(1 << 16).encode("utf-8", "replace")
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


_WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _decoded_utf16(stream: BinaryIO) -> tuple[BinaryIO, bytes]:
    """The stream, as UTF-8 if it has the mark of a wider encoding, and its first bytes."""
    head = cast(Any, stream).peek(_HEAD)[:_HEAD]
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            wide = cast(BinaryIO, io.BufferedReader(_Utf8(stream, encoding), _HEAD))
            return wide, cast(Any, wide).peek(_HEAD)[:_HEAD]
    return stream, head


# ── Which files ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _files(given: str) -> Iterator[tuple[str, str] | Rejected]:
    """Path and name (as in messages) of every file that an argument stands for."""
    if given == STDIN:
        yield STDIN, "<stdin>"
    elif os.path.isdir(given):
        yield from _below(given, "", 0)
    elif os.path.lexists(given) or not glob.has_magic(given):
        yield given, os.path.basename(given) or given
    else:
        matches = sorted(glob.glob(given, recursive=True))
        if not matches:
            yield Rejected(file=given, reason="no file matches this pattern")
        for match in matches:
            yield from _files(match) if not os.path.isdir(match) else _below(match, os.path.basename(match) + "/", 0)


def _below(folder: str, prefix: str, depth: int) -> Iterator[tuple[str, str] | Rejected]:
    """All files below a folder, sorted; hidden ones left out, links to folders not followed."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reason = (
            "no permission to list it" if isinstance(error, PermissionError) else f"cannot be listed: {error.strerror}"
        )
        yield Rejected(file=prefix.rstrip("/") or folder, reason=f"directory: {reason}")
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            if depth < _MAX_DEPTH:
                yield from _below(entry.path, f"{name}/", depth + 1)
        elif entry.is_file():
            yield entry.path, name.encode("utf-8", "replace").decode()
