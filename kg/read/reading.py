"""From paths to Papers: which files, in which format, one record after the other."""

from __future__ import annotations

import codecs
import glob
import io
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from kg.errors import InputError, UsageError
from kg.files import STDIN, compression, open_bytes
from kg.folders import CACHE, FILES, OVERRIDES, PAPERS, is_built
from kg.read.finish import finish
from kg.read.formats import READERS, detect
from kg.read.mapping import NAMES
from kg.read.raw import Source
from kg.records import Paper, Rejected

LANGUAGES: Collection[str] = ("en",)
"""Languages that are kept when nothing else is said."""
_HEAD = 65_536
_TEXT_NAME = re.compile(r"(?:\.(?:txt|text|abs|abstract)|(?:^|/)[^./]+)(?:\.(?:gz|xz|zstd?|bz2))?$", re.IGNORECASE)
"""Files that may be plain text when a whole directory is given: it may hold programs and manuals too."""
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
    options = _Options(format, columns or {}, languages, progress, note or (lambda _: None))
    return (record for given in paths for record in _read_one(str(given), options))


def input_files(paths: Sequence[str | Path], *, below: bool = True) -> Iterator[Path]:
    """The files that `read` would read; without `below` only those that are named, not those in directories."""
    for given in paths:
        if below or not _is_directory(Path(given)):
            files = (found for found in _files(str(given), lambda _: None) if not isinstance(found, Rejected))
            yield from (Path(path) for path, _ in files if path != STDIN)


@dataclass(frozen=True)
class _Options:
    format: str | None
    columns: Mapping[str, str]
    languages: Collection[str] | None
    progress: Callable[[int], None] | None
    note: Callable[[str], None]


def _read_one(given: str, options: _Options) -> Iterator[Paper | Rejected]:
    """The papers of one argument: a file, a directory, a pattern or standard input."""
    listed = _is_directory(Path(given))
    for found in _files(given, options.note):
        if isinstance(found, Rejected):
            yield found
            continue
        path, name = found
        place = None if path == STDIN else Path(path)
        try:
            yield from _read_file(path, Source(name, place, options.columns, options.note), options, listed=listed)
        except InputError as error:
            yield Rejected(file=name, line=error.line, record=error.record, reason=error.reason)


def _read_file(path: str, source: Source, options: _Options, *, listed: bool) -> Iterator[Paper | Rejected]:
    with open_bytes(path, progress=options.progress) as opened:
        stream, head = _as_utf8(opened)
        if stream is not opened or (source.path is not None and _is_compressed(source.path)):
            source = replace(source, path=None)
        format_ = options.format or detect(head, source.name)
        if listed and format_ == "text" and options.format is None and not _TEXT_NAME.search(source.name):
            raise source.error("is of no known format; in a directory, plain text is read from .txt files only")
        reader = READERS[format_]
        for record in reader.read(stream, source):
            yield record if isinstance(record, Rejected) else finish(record, source, options.languages)


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


def _as_utf8(stream: BinaryIO) -> tuple[BinaryIO, bytes]:
    """The stream after its byte order mark, as UTF-8 if that is of a wider encoding, and its first bytes."""
    head = cast(Any, stream).peek(_HEAD)[:_HEAD]
    if head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
        return stream, cast(Any, stream).peek(_HEAD)[:_HEAD]
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            wide = cast(BinaryIO, io.BufferedReader(_Utf8(stream, encoding), _HEAD))
            return wide, cast(Any, wide).peek(_HEAD)[:_HEAD]
    return stream, head


# ── Which files ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _files(given: str, note: Callable[[str], None]) -> Iterator[tuple[str, str] | Rejected]:
    """Path and name (as in messages) of every file that an argument stands for."""
    path, graphs = Path(given), _Graphs(note)
    if given == STDIN:
        yield STDIN, "<stdin>"
    elif _is_directory(path):
        yield from _below(given, "", 0, graphs)
    elif os.path.lexists(given) or not glob.has_magic(given):
        yield given, printable(path.name or given)
    else:
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207  # the pattern may be absolute
        if not matches:
            yield Rejected(file=printable(given), reason="no file matches this pattern")
        searched = glob.has_magic(str(path.parent))  # else the folder was named
        for match in map(Path, matches):
            if _is_directory(match):
                yield from _below(str(match), f"{match.name}/", 0, graphs)
            elif not (searched and graphs.own(str(match.parent), match.name)):
                yield str(match), printable(match.name)


class _Graphs:
    """The folders below an argument that kg built: what it wrote there are no papers, and one line says so."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._built: dict[str, bool] = {}

    def own(self, folder: str, name: str) -> bool:
        """Whether kg wrote this file or folder."""
        if name not in (*FILES, OVERRIDES, CACHE):
            return False
        if folder not in self._built:
            self._built[folder] = is_built(folder)
            if self._built[folder]:
                place = printable(folder)
                self._note(f"left out the graph in {place}; to read its papers, name {place}/{PAPERS}")
        return self._built[folder]


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def printable(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8 become U+FFFD."""
    return name.encode("utf-8", "replace").decode()


def _below(folder: str, prefix: str, depth: int, graphs: _Graphs) -> Iterator[tuple[str, str] | Rejected]:
    """All files below a folder, sorted; hidden ones and graphs left out, links to folders not followed."""
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
        if entry.name.startswith(".") or graphs.own(folder, entry.name):
            continue
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            if depth < _MAX_DEPTH:
                yield from _below(entry.path, f"{name}/", depth + 1, graphs)
        elif entry.is_file():
            yield entry.path, printable(name)
