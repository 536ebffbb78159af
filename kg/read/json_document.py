"""One JSON document: an array of records, a service's answer that holds one, or a single record. Streamed.

Several documents one after the other, also over many lines each, are read too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import ijson
from ijson.common import ObjectBuilder

from kg.read.mapping import from_record
from kg.read.raw import Raw, Source
from kg.records import Rejected

_CONTAINERS = frozenset(
    "results data notes papers items docs records hits works entries articles publications documents abstracts".split()
)
"""Names of the arrays in which services hand out records."""
_MAX_DEPTH = 4


def sniff(head: bytes, name: str) -> bool:
    """The file starts as an array of objects or strings, or as an object and is no JSON Lines (asked before)."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return True
    inside = start[1:].lstrip()
    return start.startswith(b"[") and (inside[:1] in (b"{", b"[", b"]") or name.endswith(".json"))


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """The records in their order. Raises InputError at the first damage, after all that stand before it."""
    number = 0
    try:
        for record in _records(stream):
            number += 1
            if isinstance(record, Mapping):
                raw = from_record(record, source.columns)
                raw.record = raw.record or f"record {number}"
                yield raw
            else:
                reason = f"a JSON object is expected, not {type(record).__name__}"
                yield source.rejected(reason, record=f"record {number}")
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise source.error(f"broken or cut-off JSON after record {number}: {reason}") from error
    if number == 0:
        raise source.error("JSON without records; expected are objects with a title and an abstract")


def _records(stream: BinaryIO) -> Iterator[Any]:
    """Every item of a container, and every top-level object that holds no container."""
    item: ObjectBuilder | None = None
    item_depth = depth = 0
    rest: ObjectBuilder | None = None  # the top-level object without its containers
    found = False
    for prefix, event, value in ijson.parse(stream, use_float=True, multiple_values=True):
        opens, closes = event in ("start_map", "start_array"), event in ("end_map", "end_array")
        depth += opens
        if item is not None:
            item.event(event, value)
            if closes and depth == item_depth:
                yield item.value
                item = None
        elif _is_item(prefix) and not closes:
            found = True
            if opens:
                item, item_depth = ObjectBuilder(), depth
                item.event(event, value)
            else:
                yield value
        else:
            if depth == 1 and event == "start_map":
                rest, found = ObjectBuilder(), False
            if rest is not None:
                rest.event(event, value)
                if closes and depth == 1:
                    if not found:
                        yield rest.value
                    rest = None
        depth -= closes


def _is_item(prefix: str) -> bool:
    """Whether `prefix` is the place of a record: `item`, `results.item`, `message.items.item`, `hits.hits.item` …"""
    if prefix == "item":
        return True
    parts = prefix.split(".")
    return (
        2 <= len(parts) <= _MAX_DEPTH and parts[-1] == "item" and parts[-2] in _CONTAINERS and "item" not in parts[:-1]
    )
