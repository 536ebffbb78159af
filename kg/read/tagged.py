"""RIS (by rispy) and PubMed's nbib: records of lines that start with a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from kg.read.fields import turned
from kg.read.identifiers import identifiers_of
from kg.read.raw import Raw, Source, text_lines
from kg.records import Rejected

_RIS_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*TY  ?- ?[A-Z]")
_NBIB_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:PMID- ?\d|OWN - |STAT- )")
_RIS_TAG = re.compile(r"[A-Z][A-Z0-9]  ?-(?: |$)")
_NBIB_TAG = re.compile(r"([A-Z]{2,4}) {0,2}- ?")


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001  # the signature of all readers
    """The first line is the tag with which a record of RIS or nbib starts."""
    return bool(_RIS_START.match(head) or _NBIB_START.match(head))


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every record, each parsed by itself."""
    block: list[str] = []
    start = 1
    for item in text_lines(stream, source):
        if isinstance(item, Rejected):
            yield item
            continue
        number, text = item
        for line in text.splitlines() or [""]:  # a file of an old Mac is one line
            begins = line.startswith(("TY  -", "TY -", "PMID-"))
            if begins and any(map(str.strip, block)):
                yield _record(block, start, source)
                block = []
            if not any(map(str.strip, block)):
                block, start = [], number
            block.append(line)
            if line.startswith(("ER  -", "ER -")):
                yield _record(block, start, source)
                block = []
    if any(map(str.strip, block)):
        yield _record(block, start, source)


def _record(block: list[str], line: int, source: Source) -> Raw | Rejected:
    first = next(text for text in block if text.strip())
    if not first.startswith("TY"):
        fields = _nbib(block)
        return _from_nbib(fields, line) if fields else source.rejected("no record of RIS or nbib", line=line)
    import rispy

    text = "\n".join(_spaced(piece) for piece in block)
    if not block[-1].startswith("ER"):
        text += "\nER  - "
    try:
        records = rispy.loads(text)
    except Exception as error:  # whatever the library makes of a damaged record
        return source.rejected(f"broken RIS record: {error}", line=line)
    return _from_ris(records[0], line) if records else source.rejected("broken RIS record", line=line)


def _spaced(line: str) -> str:
    """A tag line with its two spaces; other lines are joined to the one before by rispy."""
    match = _RIS_TAG.match(line)
    return f"{line[:2]}  - {line[match.end() :]}" if match else line


def _from_ris(record: Mapping[str, Any], line: int) -> Raw:
    def first(*names: str) -> str:
        value: Any = next((record[name] for name in names if record.get(name)), "")
        value = value[0] if isinstance(value, list) and value else value
        return value if isinstance(value, str) else ""

    links = [link for link in [*_list(record.get("urls")), first("url")] if isinstance(link, str) and link]
    identifiers: dict[str, str] = {}
    for text in (*links, f"doi:{first('doi')}"):
        identifiers = {**identifiers_of(text), **identifiers}
    return Raw(
        title=first("title", "primary_title", "translated_title"),
        abstract=first("abstract", "notes_abstract"),
        date=first("date", "year", "publication_year") or None,
        year=first("year", "publication_year")[:4] or None,
        venue=first("journal_name", "secondary_title", "alternate_title3", "alternate_title1", "conference_name")
        or None,
        url=links[0] if links else None,
        authors=[turned(str(name)) for name in _list(record.get("authors")) + _list(record.get("first_authors"))],
        identifiers=identifiers,
        line=line,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _nbib(block: list[str]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in block:
        match = _NBIB_TAG.match(line)
        if match and not line.startswith("      "):
            name = match.group(1)
            fields.setdefault(name, []).append(line[match.end() :].strip())
        elif name and line.strip():
            fields[name][-1] += f" {line.strip()}"
    return fields


def _from_nbib(fields: dict[str, list[str]], line: int) -> Raw:
    def first(*names: str) -> str:
        return next((fields[name][0] for name in names if fields.get(name)), "")

    pubmed = first("PMID")
    identifiers = {"pubmed": pubmed} if pubmed else {}
    for text in fields.get("AID", []) + fields.get("LID", []):
        if text.endswith("[doi]"):
            identifiers.update(identifiers_of("doi:" + text.removesuffix("[doi]").strip()))
    return Raw(
        title=first("TI"),
        abstract=first("AB"),
        date=first("DP") or None,
        venue=first("JT", "TA") or None,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pubmed}/" if pubmed else None,
        authors=[turned(name) for name in fields.get("FAU", []) or fields.get("AU", [])],
        identifiers=identifiers,
        line=line,
    )
