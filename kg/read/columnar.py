"""Parquet and Arrow (file, stream, Feather), batch by batch."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from kg.read.mapping import from_record
from kg.read.raw import Raw, Source
from kg.records import Rejected

_PARQUET, _ARROW_FILE, _ARROW_STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
_ROWS = 256


def sniff(head: bytes, name: str) -> bool:
    """By the first bytes; an Arrow stream has few of them, so its name must say it too."""
    stream = head.startswith(_ARROW_STREAM) and name.endswith((".arrow", ".arrows", ".ipc", ".feather"))
    return head.startswith((_PARQUET, _ARROW_FILE)) or stream


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every row by its columns' names."""
    import pyarrow as pa

    if source.path is not None:
        with source.path.open("rb") as file:
            yield from _rows(file, source, pa)
    else:  # these formats are read from their end
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(stream, file)
            file.seek(0)
            yield from _rows(cast(BinaryIO, file), source, pa)


def _rows(file: BinaryIO, source: Source, pa: Any) -> Iterator[Raw | Rejected]:
    number = 0
    try:
        for batch in _batches(file, pa):
            for record in batch.to_pylist():
                number += 1
                raw = from_record(record, source.columns)
                raw.record = raw.record or f"row {number}"
                yield raw
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise source.error(f"damaged Parquet or Arrow data after row {number}: {reason}") from error


def _batches(file: BinaryIO, pa: Any) -> Iterator[Any]:
    magic = file.read(8)
    file.seek(0)
    if magic.startswith(_PARQUET):
        from pyarrow import parquet

        yield from parquet.ParquetFile(file, pre_buffer=False).iter_batches(batch_size=_ROWS)
        return
    if magic.startswith(_ARROW_FILE):
        reader = pa.ipc.open_file(file)
        batches = (reader.get_batch(at) for at in range(reader.num_record_batches))
    else:
        batches = iter(pa.ipc.open_stream(file))
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            yield batch.slice(start, _ROWS)
