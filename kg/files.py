"""Files of any compression, read with a limit; files written whole or not at all.

The format of a compressed file is found by its first bytes, not by its name. `-` is standard input.
"""

from __future__ import annotations

import bz2
import contextlib
import errno
import gzip
import io
import lzma
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, cast

from kg.errors import InputError

STDIN = "-"
MAX_BYTES = 100 * 2**30
"""Largest expanded size of a compressed file."""
MAX_RATIO = 400
"""Largest expanded size, as a multiple of the compressed size, beyond the first `FREE_BYTES`.

Text of repeated records reaches 20 to 60 by gzip or xz, a bomb more than 1,000."""
FREE_BYTES = 256 * 2**20
MAX_LINE = 32 * 2**20
"""Longest line, in bytes, that is read as a record."""

_CHUNK = 1 << 20
_PIECE = 1 << 16

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says when a file cannot grow."""

_Progress = Callable[[int], None]


def _zstd(raw: BinaryIO) -> BinaryIO:
    import zstandard

    return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True))


_COMPRESSIONS: tuple[tuple[str, bytes, Callable[[BinaryIO], BinaryIO]], ...] = (
    ("gzip", b"\x1f\x8b", lambda raw: cast(BinaryIO, gzip.GzipFile(fileobj=raw))),
    ("xz", b"\xfd7zXZ\x00", lambda raw: cast(BinaryIO, lzma.LZMAFile(raw))),  # noqa: SIM115  # closed by _Expanded
    ("zstd", b"\x28\xb5\x2f\xfd", _zstd),
    ("bzip2", b"BZh", lambda raw: cast(BinaryIO, bz2.BZ2File(raw))),
)


def compression(head: bytes) -> str | None:
    """Name of the compression that a file with these first bytes has; None for none."""
    return next((name for name, magic, _ in _COMPRESSIONS if head.startswith(magic)), None)


class _Counted(io.RawIOBase):
    """The file as it lies on disk: counts what is read, and never closes standard input."""

    def __init__(self, raw: BinaryIO, progress: _Progress | None, *, close: bool) -> None:
        self._raw, self._progress, self._close = raw, progress, close
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        if self._progress is not None and data:
            self._progress(len(data))
        return len(data)

    def close(self) -> None:
        if self._close:
            self._raw.close()
        super().close()


class _Expanded(io.RawIOBase):
    """What a decompressor gives, up to the limits; its errors in words."""

    def __init__(self, name: str, kind: str, inner: BinaryIO, counted: _Counted, limits: tuple[int, int]) -> None:
        self._name, self._kind, self._inner, self._counted = name, kind, inner, counted
        self._max_bytes, self._max_ratio = limits
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        import zstandard

        try:
            data = cast(Any, self._inner).read1(min(len(buffer), _PIECE))  # all that stands before a damage
        except (EOFError, OSError, lzma.LZMAError, zlib.error, zstandard.ZstdError) as error:
            reason = f"damaged or cut off {self._kind} data ({error}); what came before was read"
            raise InputError(reason, file=self._name) from error
        self._count += len(data)
        allowed = min(self._max_bytes, max(FREE_BYTES, self._counted.count * self._max_ratio))
        if self._count > allowed:
            raise InputError(
                f"expands to more than {allowed:,} bytes from {self._counted.count:,}: this looks like a decompression"
                " bomb; if it is not, expand it yourself first",
                file=self._name,
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        self._counted.close()
        super().close()


def open_bytes(
    path: str | Path,
    *,
    progress: _Progress | None = None,
    max_bytes: int = MAX_BYTES,
    max_ratio: int = MAX_RATIO,
) -> BinaryIO:
    """Open `path` (`-`: standard input) for reading, expanding gzip, xz, zstd and bzip2 by their first bytes.

    `progress` is called with the number of bytes each time some are read from disk. Raises InputError when the file
    cannot be opened, and while reading when it is damaged or expands to more than `max_bytes` or `max_ratio` times
    its size.
    """
    name = str(path)
    raw = sys.stdin.buffer if name == STDIN else _open(path)
    counted = _Counted(cast(BinaryIO, raw), progress, close=name != STDIN)
    buffered = io.BufferedReader(counted, _CHUNK)
    try:
        head = buffered.peek(8)[:8]
    except OSError as error:
        raise InputError(_explain(error), file=name) from error
    for kind, magic, opener in _COMPRESSIONS:
        if head.startswith(magic):
            expanded = _Expanded(name, kind, opener(cast(BinaryIO, buffered)), counted, (max_bytes, max_ratio))
            return cast(BinaryIO, io.BufferedReader(expanded, _CHUNK))
    return cast(BinaryIO, buffered)


def open_text(path: str | Path, *, progress: _Progress | None = None) -> io.TextIOWrapper:
    """`open_bytes` decoded as UTF-8 (a byte order mark is dropped, bad bytes become U+FFFD), any line end."""
    return io.TextIOWrapper(cast(Any, open_bytes(path, progress=progress)), encoding="utf-8-sig", errors="replace")


def _open(path: str | Path) -> BinaryIO:
    try:
        return cast(BinaryIO, Path(path).open("rb", buffering=0))
    except (OSError, ValueError) as error:
        raise InputError(_explain(error), file=str(path)) from error


def _explain(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "no such file or directory; check the path"
        case PermissionError():
            return "no permission to read it; check its owner and mode"
        case IsADirectoryError():
            return "is a directory where a file was expected"
        case OSError():
            return f"cannot be read: {error.strerror or error}"
        case _:
            return f"is no valid file name: {error}"


@dataclass(frozen=True)
class Line:
    """One line of a file without its end. `data` is None when it was longer than the limit and was passed over."""

    number: int
    data: bytes | None


def lines(stream: BinaryIO, *, max_line: int = MAX_LINE) -> Iterator[Line]:
    """The lines of `stream`, numbered from 1; memory is bounded by `max_line` bytes whatever the file holds."""
    number = 0
    while data := stream.readline(max_line + 2):
        number += 1
        if len(data) > max_line and not data.endswith(b"\n"):
            rest = data
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(_CHUNK)
            yield Line(number, None)
        else:
            yield Line(number, data.rstrip(b"\r\n"))


@contextlib.contextmanager
def writes(path: str | Path) -> Iterator[None]:
    """What the system refuses in the block becomes an InputError: `path` cannot be written, and why."""
    try:
        yield
    except OSError as error:
        reason = "it is a file, not a folder" if isinstance(error, FileExistsError) else error.strerror or error
        raise InputError(f"cannot be written ({reason})", file=str(path)) from error


def make_folder(folder: str | Path) -> None:
    """Make `folder`, and those above it, where they are missing; InputError when that is impossible."""
    with writes(folder):
        Path(folder).mkdir(parents=True, exist_ok=True)


class atomic_write:  # noqa: N801  # a context manager, named like a function
    """Context manager: a file to write that takes its name only when the block ends without an error.

    It lies in the same folder as `path` until then and is flushed to disk before the rename, so a reader, or a
    rerun after a kill, sees the old file or the whole new one. `mode` is "w" (UTF-8, no translation of line ends) or
    "wb". Missing folders are made. Raises InputError when the folder cannot be written.
    """

    def __init__(self, path: str | Path, mode: str = "w") -> None:
        if mode not in ("w", "wb"):
            raise ValueError(f"mode is {mode!r}, not 'w' or 'wb'")
        self._path, self._mode = Path(path), mode
        self._file: IO[Any] | None = None

    def __enter__(self) -> IO[Any]:
        make_folder(self._path.parent)
        with writes(self._path):
            descriptor, self._temporary = tempfile.mkstemp(".tmp", f".{self._path.name}.", self._path.parent)
            text = "b" not in self._mode
            self._file = os.fdopen(
                descriptor, self._mode, encoding="utf-8" if text else None, newline="" if text else None
            )
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._file is not None
        temporary = Path(self._temporary)
        try:
            if kind is None:
                with writes(self._path):
                    self._file.flush()
                    os.fsync(self._file.fileno())
                    self._file.close()
                    temporary.chmod(0o666 & ~_umask())
                    temporary.replace(self._path)
                    _sync_folder(self._path.parent)
            elif isinstance(error, OSError) and error.errno in _FULL:
                with writes(self._path):
                    raise error
        finally:
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last; a file system that cannot is left alone."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(folder: str | Path) -> int:
    """Delete what killed `atomic_write`s left in `folder`; returns how many files. Not while another one writes."""
    leftovers = sorted(Path(folder).glob(".*.tmp"))
    for leftover in leftovers:
        with writes(leftover):
            leftover.unlink(missing_ok=True)
    return len(leftovers)
