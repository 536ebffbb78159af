"""BibTeX, by bibtexparser, some hundred entries at a time."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from kg.read.fields import turned
from kg.read.identifiers import identifiers_of, own_id
from kg.read.raw import Raw, Source, text_lines
from kg.records import Rejected

_ENTRY = re.compile(rb"(?m)^\s*@\s*(?!comment\b|string\b|preamble\b)[A-Za-z]+\s*[{(]\s*[^\s,{}()=\"]+\s*,")
_CHUNK = 200_000
_GROUP = re.compile(r"(\\[A-Za-z]+\s*)?\{([^{}\\$]*)\}")
_NAME_AND = re.compile(r"\s+and\s+")
_ARXIV_IN_JOURNAL = re.compile(r"arxiv:\s*([\w./-]+)", re.IGNORECASE)


def sniff(head: bytes, name: str) -> bool:
    """A line starts an entry, `@article{key,`."""
    return name.endswith((".bib", ".bibtex")) or (b"@" in head[:4096] and _ENTRY.search(head) is not None)


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every entry; each block that cannot be parsed is rejected."""
    strings: list[str] = []  # @string definitions hold for all that follows
    lines: list[str] = []
    start, size = 1, 0
    for item in text_lines(stream, source):
        if isinstance(item, Rejected):
            yield item
            continue
        number, text = item
        if size > _CHUNK and text.lstrip().startswith("@"):
            yield from _parse(strings, lines, start, source)
            lines, start, size = [], number, 0
        if text.lstrip()[:7].casefold() == "@string" and len(strings) < 10_000:
            strings.append(text)
            text = ""
        lines.append(text)
        size += len(text) + 1
        if size > 50 * _CHUNK:  # no entry is that long: a brace is missing
            yield source.rejected(f"no end of a BibTeX entry within {size:,} characters", line=start)
            lines, start, size = [], number + 1, 0
    yield from _parse(strings, lines, start, source)


def _parse(strings: list[str], lines: list[str], start: int, source: Source) -> Iterator[Raw | Rejected]:
    from bibtexparser.entrypoint import parse_string

    text = "\n".join((*strings, *lines))
    shift = start - len(strings)
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what fails is reported below
    try:
        blocks = parse_string(text).blocks
    except Exception as error:  # whatever the library makes of a damaged file
        yield source.rejected(f"broken BibTeX: {error}", line=start)
        return
    for block in blocks:
        inner = getattr(block, "ignore_error_block", None)  # a key that stands twice
        entry = block if hasattr(block, "fields_dict") else inner
        line = max((block.start_line or 0) + shift, 1)
        if entry is not None and hasattr(entry, "fields_dict"):
            yield _entry(entry, line)
        elif (damage := getattr(block, "error", None)) is not None:
            reason = " ".join(str(getattr(damage, "abort_reason", damage)).split())[:200]
            yield source.rejected(f"broken BibTeX entry: {reason}", line=line)


def _entry(entry: Any, line: int) -> Raw:
    fields = {name.casefold(): _plain(str(field.value)) for name, field in entry.fields_dict.items()}
    journal = fields.get("journal") or fields.get("journaltitle") or ""
    preprint = _ARXIV_IN_JOURNAL.search(journal)
    return Raw(
        title=fields.get("title", ""),
        abstract=fields.get("abstract", ""),
        id=own_id(entry.key) if not _identifiers(fields, preprint) else None,
        date=_date(fields),
        venue=fields.get("booktitle") or journal or None,
        url=fields.get("url") or None,
        authors=[turned(name) for name in _NAME_AND.split(fields.get("author", "")) if name.strip()],
        identifiers=_identifiers(fields, preprint),
        line=line,
        record=entry.key or None,
    )


def _identifiers(fields: Mapping[str, str], preprint: re.Match[str] | None) -> dict[str, str]:
    eprint = fields.get("eprint", "")
    if fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).casefold() != "arxiv":
        eprint = ""
    found: dict[str, str] = {}
    candidates = (
        fields.get("url", ""),
        f"doi:{fields.get('doi', '')}",
        f"arXiv:{preprint.group(1)}" if preprint else "",
        eprint,
    )
    for candidate in candidates:
        found.update(identifiers_of(candidate))
    return found


def _date(fields: Mapping[str, str]) -> str | None:
    if found := fields.get("date"):
        return found
    year, month = fields.get("year", ""), fields.get("month", "")
    return (f"{year}-{int(month):02}" if month.isdigit() else f"{month} {year}").strip() or None


def _plain(value: str) -> str:
    """`{BERT}: {Deep} Nets` → `BERT: Deep Nets`; the braces of LaTeX commands and formulas stay."""
    for _ in range(4):
        stripped = _GROUP.sub(lambda match: match.group() if match.group(1) else match.group(2), value)
        if stripped == value or "^{" in value or "_{" in value:
            break
        value = stripped
    return value
