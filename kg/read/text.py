"""Plain text: saved pages, `Abstract:` lists, paragraphs, one file a paper. `kg.read.listing` finds the papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.read.listing import papers_in
from kg.read.raw import Raw, Source, decode, is_text
from kg.records import Rejected

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|[a-z][\w:.-]*(?:\s[^<>]*)?/?>)", re.IGNORECASE)
MAX_TEXT = 256 * 2**20
"""Bytes. A page that a person saved has less than one hundredth of that."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001  # the signature of all readers
    """Any text but XML: the reader to ask last."""
    return is_text(head) and _MARKUP.match(head) is None


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """The papers of the page or list."""
    data = stream.read(MAX_TEXT + 1)
    if len(data) > MAX_TEXT:
        raise source.error(f"plain text of more than {MAX_TEXT >> 20} MiB; split it, or give records as JSON Lines")
    found = False
    for raw in papers_in(decode(data, source)):
        found = True
        yield raw
    if not found:
        raise source.error("no abstract found in this text")
