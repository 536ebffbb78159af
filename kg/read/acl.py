"""The ACL Anthology's XML: a collection of volumes of papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from kg.read.raw import Raw, Source
from kg.read.xml import child, elements, local, text_of
from kg.records import Rejected

_ROOT = re.compile(rb"<collection\b[^>]{0,200}\bid=|<volume\b[^>]{0,200}\bid=|<paper\b[^>]{0,200}\bid=")


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001  # the signature of all readers
    """A root `collection` (or a `volume` or `paper` alone) with an id."""
    start = re.sub(rb"<\?.{0,200}?\?>|<!--.{0,4000}?-->|\s+(?=<)", b"", head[:16384].removeprefix(b"\xef\xbb\xbf"))
    return _ROOT.match(start.lstrip()) is not None


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """Every paper. What the head of a volume says (title, year) holds for its papers."""
    venue, date = "", ""
    for name, element in elements(stream, source, frozenset(("meta", "paper"))):
        if name == "meta":
            venue = text_of(element, "booktitle")
            date = f"{text_of(element, 'month')} {text_of(element, 'year')}".strip()
        else:
            yield _paper(element, venue, date)


def _paper(paper: Element, venue: str, date: str) -> Raw:
    link = text_of(paper, "url")
    acl = link.rstrip("/").rpartition("/")[2].removesuffix(".pdf")
    identifiers = {"acl": acl} if re.fullmatch(r"[\w.-]+-[\w.]+", acl) else {}
    if doi := text_of(paper, "doi"):
        identifiers["doi"] = doi
    return Raw(
        title=text_of(paper, "title"),
        abstract=text_of(paper, "abstract"),
        date=text_of(paper, "year") or date or None,
        venue=text_of(paper, "booktitle") or venue or None,
        url=f"https://aclanthology.org/{acl}/" if identifiers.get("acl") else link or None,
        authors=[
            f"{text_of(author, 'first')} {text_of(author, 'last')}".strip()
            if child(author, "last") is not None
            else text_of(author)
            for author in paper
            if local(author) == "author"
        ],
        identifiers=identifiers,
        record=acl or paper.get("id"),
    )


def _name(author: Element) -> str:
    if child(author, "last") is None:
        return text_of(author)
    return f"{text_of(author, 'first')} {text_of(author, 'last')}".strip()
