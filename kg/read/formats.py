"""The table of formats, and which of them a file is in."""

from __future__ import annotations

from collections.abc import Mapping

from kg.errors import InputError
from kg.read import acl, atom, bibtex, columnar, html_page, json_document, json_lines, oai, table, tagged, text
from kg.read.raw import Reader, is_text

READERS: Mapping[str, Reader] = {
    "parquet": columnar,
    "atom": atom,
    "oai": oai,
    "acl": acl,
    "html": html_page,
    "jsonl": json_lines,
    "json": json_document,
    "ris": tagged,
    "bibtex": bibtex,
    "csv": table,
    "text": text,
}
"""Format → its module, in the order in which they are asked: what is told apart by content first, text last."""

_FOREIGN = (
    (0, b"%PDF", "is a PDF, which is not read; give the abstract as text"),
    (0, b"PK\x03\x04", "is a ZIP archive (or an office document); unpack it first"),
    (257, b"ustar", "is a tar archive; unpack it first"),
    (0, b"7z\xbc\xaf", "is a 7-Zip archive; unpack it first"),
    (0, b"SQLite format 3", "is an SQLite database; export the table as CSV"),
)
"""What people try and what to do instead: offset, bytes, advice."""


def detect(head: bytes, name: str) -> str:
    """The format of a file by its first bytes (expanded), then by its name.

    Raises InputError for an empty file and for one that no reader knows.
    """
    if not head.strip():
        raise InputError("is empty", file=name)
    base = _base_name(name)
    for at, magic, advice in _FOREIGN:
        if head[at:].startswith(magic):
            raise InputError(advice, file=name)
    for format_, reader in READERS.items():
        if reader.sniff(head, base):
            return format_
    what = "is of no known format" if is_text(head) else "is binary and of no known format"
    raise InputError(f"{what}; known are {', '.join(READERS)}", file=name)


def _base_name(name: str) -> str:
    """Lower-case name without the ending of a compression."""
    base = name.casefold()
    for ending in (".gz", ".xz", ".zst", ".zstd", ".bz2", ".gzip"):
        base = base.removesuffix(ending)
    return base
