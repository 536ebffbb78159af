"""Opening anything, writing whole files, logs that survive."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.files import atomic_write, compression, lines, open_bytes, open_text, remove_leftovers

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "bzip2": bz2.compress,
}
CONTENT = "first line\nzweite Zeile: größer\n".encode()


@pytest.mark.parametrize("kind", COMPRESS)
def test_opened_by_content_whatever_the_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "misleading.txt"
    path.write_bytes(COMPRESS[kind](CONTENT))
    with open_bytes(path) as stream:
        assert stream.read() == CONTENT
    with open_text(path) as text:
        assert text.read() == CONTENT.decode()
    assert compression(path.read_bytes()[:8]) == (None if kind == "plain" else kind)


@pytest.mark.parametrize("kind", ["gzip", "xz", "zstd", "bzip2"])
def test_concatenated_parts_are_one_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "parts"
    path.write_bytes(COMPRESS[kind](CONTENT) * 2)
    with open_bytes(path) as stream:
        assert stream.read() == CONTENT * 2


@pytest.mark.parametrize("kind", ["gzip", "xz", "bzip2"])
def test_cut_off_file_gives_its_beginning_and_then_an_error(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    content = os.urandom(300_000)
    path.write_bytes(COMPRESS[kind](content)[:-100])
    got = b""
    with open_bytes(path) as stream, pytest.raises(InputError, match=f"damaged or cut off {kind}"):
        while piece := stream.read(50_000):
            got += piece
    assert len(got) > 100_000 or kind == "bzip2"  # its blocks hold 900,000 bytes
    assert content.startswith(got)


def test_progress_counts_the_bytes_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(CONTENT * 1000))
    seen: list[int] = []
    with open_bytes(path, progress=seen.append) as stream:
        stream.read()
    assert sum(seen) == path.stat().st_size


def test_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(bytes(300_000_000)))
    with open_bytes(path) as stream, pytest.raises(InputError, match="bomb"):
        while stream.read(1 << 20):
            pass


def test_expansion_limit_can_be_set(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(100_000)))
    with open_bytes(path, max_bytes=1000) as stream, pytest.raises(InputError, match="1,000 bytes"):
        stream.read()


@pytest.mark.parametrize("name", ["missing.txt", ".", "nul\0byte"])
def test_unreadable_path_is_one_clear_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught, open_bytes(f"{tmp_path}/{name}") as stream:
        stream.read()
    assert str(tmp_path) in str(caught.value)


def test_standard_input(tmp_path: Path) -> None:
    code = "from kg.files import open_bytes; print(open_bytes('-').read().decode(), end='')"
    result = subprocess.run(
        [sys.executable, "-c", code], input=gzip.compress(b"piped\n"), capture_output=True, check=True
    )
    assert result.stdout == b"piped\n"


def test_long_line_is_passed_over_and_the_rest_read() -> None:
    stream = io.BytesIO(b"one\r\n" + b"x" * 5000 + b"\nthree\n" + b"y" * 100 + b"\n\nlast")
    got = [(line.number, line.data) for line in lines(stream, max_line=100)]
    assert got == [(1, b"one"), (2, None), (3, b"three"), (4, b"y" * 100), (5, b""), (6, b"last")]


@settings(max_examples=100)
@given(st.binary(max_size=300), st.integers(1, 50))
def test_lines_number_like_split(content: bytes, limit: int) -> None:
    got = list(lines(io.BytesIO(content), max_line=limit))
    expected = content.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [line.number for line in got] == list(range(1, len(expected) + 1))
    for line, data in zip(got, expected, strict=True):
        assert line.data is None or line.data == data.rstrip(b"\r\n")
        assert line.data is not None or len(data) > limit


def test_atomic_write_replaces_only_on_success(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    with atomic_write(path) as file:
        file.write("ünï\r\n")
        assert not path.exists()
    assert path.read_bytes() == "ünï\r\n".encode()
    with pytest.raises(RuntimeError), atomic_write(path, "wb") as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == "ünï\r\n".encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["file.txt"]


def test_atomic_write_into_a_file_as_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"), atomic_write(tmp_path / "file" / "child"):
        pass


def test_leftovers_of_a_killed_write_are_removed(tmp_path: Path) -> None:
    write = f"with atomic_write({str(tmp_path / 'a')!r}) as file:\n    file.write('x')\n    os._exit(9)"
    code = f"import os\nfrom kg.files import atomic_write\n{write}"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert not (tmp_path / "a").exists()
    assert remove_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []
