"""Answers of OAI-PMH servers, with metadata as `arXiv`, `arXivRaw` or `oai_dc`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from kg.read.fields import turned
from kg.read.identifiers import identifiers_of
from kg.read.raw import Raw, Source
from kg.read.xml import child, elements, local, text_of, texts_of
from kg.records import Rejected

_ROOT = re.compile(rb"<(?:\w+:)?(?:OAI-PMH|ListRecords|GetRecord)\b|openarchives\.org/OAI/2\.0")
_REMARK = re.compile(r"comments?\s*:", re.IGNORECASE)


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001  # the signature of all readers
    """The root element or namespace of OAI-PMH."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _ROOT.search(head) is not None


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every record; one that the server has deleted is rejected."""
    for number, (_, record) in enumerate(elements(stream, source, frozenset(("record",))), start=1):
        header = child(record, "header")
        name = text_of(header, "identifier") if header is not None else ""
        name = name or f"record {number}"
        if header is not None and header.get("status") == "deleted":
            yield source.rejected("deleted by its server", record=name)
            continue
        metadata = child(record, "metadata")
        body = next(iter(metadata), None) if metadata is not None else None
        if body is None:
            yield source.rejected("record without metadata", record=name)
            continue
        raw = _dublin_core(body) if local(body) in ("dc", "oai_dc") else _arxiv(body)
        raw.identifiers = {**identifiers_of(name), **raw.identifiers}
        raw.record = name
        yield raw


def _dublin_core(body: Element) -> Raw:
    identifiers: dict[str, str] = {}
    links = texts_of(body, "identifier")
    for link in links:
        identifiers = {**identifiers_of(link), **identifiers}
    descriptions = [text for text in texts_of(body, "description") if not _REMARK.match(text)]
    return Raw(
        title=text_of(body, "title"),
        abstract=max(descriptions, key=len, default=""),
        date=min(texts_of(body, "date"), default=None),
        url=next((link for link in links if link.startswith("http")), None),
        authors=[turned(name) for name in texts_of(body, "creator")],
        identifiers=identifiers,
    )


def _arxiv(body: Element) -> Raw:
    arxiv = text_of(body, "id")
    versions = [version.get("version", "") for version in body if local(version) == "version"]
    identifiers = {"arxiv": arxiv + (versions[-1] if versions else "")} if arxiv else {}
    if doi := text_of(body, "doi"):
        identifiers["doi"] = doi.split()[0]
    people = child(body, "authors")
    structured = [author for author in people if local(author) == "author"] if people is not None else []
    names = [f"{text_of(author, 'forenames')} {text_of(author, 'keyname')}".strip() for author in structured]
    return Raw(
        title=text_of(body, "title"),
        abstract=text_of(body, "abstract"),
        date=text_of(body, "created") or text_of(body, "version", "date") or None,
        venue=text_of(body, "journal-ref") or None,
        url=f"https://arxiv.org/abs/{arxiv}" if arxiv else None,
        authors=names or [name.strip() for name in re.split(r",| and ", text_of(people)) if name.strip()],
        identifiers=identifiers,
    )
