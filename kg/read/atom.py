"""The Atom feed of arXiv's API (and other feeds whose entries have a summary)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from kg.read.identifiers import identifiers_of
from kg.read.raw import Raw, Source
from kg.read.xml import elements, local, text_of
from kg.records import Rejected

_ROOT = re.compile(rb"<(?:\w+:)?feed\b[^>]{0,1000}http://www\.w3\.org/2005/Atom")


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001  # the signature of all readers
    """A feed in the namespace of Atom."""
    return _ROOT.search(head) is not None


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every entry."""
    for number, (_, entry) in enumerate(elements(stream, source, frozenset(("entry",))), start=1):
        yield _entry(entry, number)


def _entry(entry: Element, number: int) -> Raw:
    id_ = text_of(entry, "id")
    identifiers = identifiers_of(id_)
    if doi := text_of(entry, "doi"):
        identifiers = {**identifiers_of(f"doi:{doi}"), **identifiers}
    links = [link for link in entry if local(link) == "link" and link.get("rel") in ("alternate", None)]
    return Raw(
        title=text_of(entry, "title"),
        abstract=text_of(entry, "summary") or text_of(entry, "content"),
        date=text_of(entry, "published") or text_of(entry, "updated"),
        venue=text_of(entry, "journal_ref") or None,
        url=(links[0].get("href") if links else None) or (id_ if id_.startswith("http") else None),
        authors=[text_of(author, "name") for author in entry if local(author) == "author"],
        identifiers=identifiers,
        record=id_ or f"entry {number}",
    )
