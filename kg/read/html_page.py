"""Saved web pages: the JSON that Hugging Face puts into its pages, the `citation_` tags of one paper, else the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from lxml import etree, html

from kg.read.fields import turned
from kg.read.identifiers import identifiers_of
from kg.read.listing import papers_in
from kg.read.mapping import from_record
from kg.read.raw import Raw, Source
from kg.records import Rejected

_MAX_PAGE = 64 * 2**20
_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*|<\?xml.{0,200}?\?>\s*){0,20}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol"
    " p pre section table td th tr ul".split()
)
_UNSEEN = frozenset("script style noscript template svg head nav footer form button select".split())
_MAX_DEPTH = 400


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001  # the signature of all readers
    """The document type or a first tag of HTML."""
    return _START.match(head[:8192]) is not None


def read(stream: BinaryIO, source: Source) -> Iterator[Raw | Rejected]:
    """The papers of the page."""
    data = stream.read(_MAX_PAGE + 1)
    if len(data) > _MAX_PAGE:
        raise source.error(f"page of more than {_MAX_PAGE >> 20} MiB")
    parser = html.HTMLParser(encoding="utf-8" if _is_utf8(data) else None, no_network=True, huge_tree=False)
    try:
        page = html.document_fromstring(data.replace(b"\0", b""), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise source.error(f"HTML that cannot be read: {error}") from error
    found = list(_embedded(page, source)) or list(_cited(page)) or list(papers_in(_text(page)))
    if not found:
        raise source.error("no abstract found in this page")
    for raw in found:
        raw.line = None  # lines of the text, not of the file
        yield raw


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _embedded(page: Any, source: Source) -> Iterator[Raw]:
    """Records in `data-props` of Hugging Face's pages, each once."""
    seen: set[str] = set()
    for element in page.iter("div"):
        props = element.get("data-props", "")
        if "summary" not in props:
            continue
        try:
            content = json.loads(props)
        except (ValueError, RecursionError):
            continue
        for record in _daily(content, 0):
            raw = from_record(record, source.columns)
            if raw.abstract and raw.abstract not in seen:
                seen.add(raw.abstract)
                yield raw


def _daily(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, Mapping):
        paper = value.get("paper")
        if isinstance(paper, Mapping) and isinstance(paper.get("summary"), str):
            yield value
            return
        for inner in value.values():
            yield from _daily(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _daily(inner, depth + 1)


def _cited(page: Any) -> Iterator[Raw]:
    """One paper by the tags that search engines for papers ask for."""
    tags: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        name, content = str(meta.get("name") or "").casefold(), meta.get("content")
        if name.startswith("citation_") and content:
            tags.setdefault(name.removeprefix("citation_"), []).append(str(content))
    abstract = tags.get("abstract", [""])[0]
    if not abstract:
        return
    identifiers: dict[str, str] = {}
    for name, prefix in (("pdf_url", ""), ("abstract_html_url", ""), ("doi", "doi:"), ("arxiv_id", "arXiv:")):
        for value in tags.get(name, [])[:1]:
            identifiers.update(identifiers_of(prefix + value))

    def first(*names: str) -> str | None:
        return next((tags[name][0] for name in names if name in tags), None)

    yield Raw(
        title=first("title") or "",
        abstract=abstract,
        date=next(
            (tags[name][0] for name in ("publication_date", "date", "online_date", "year") if name in tags), None
        ),
        venue=first("conference_title", "journal_title"),
        url=first("abstract_html_url", "public_url", "pdf_url"),
        authors=[turned(name) for name in tags.get("author", [])],
        identifiers=identifiers,
    )


def _text(page: Any) -> str:
    """What the page shows, one line for each block."""
    pieces: list[str] = []
    _collect(page, pieces, 0)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: Any, pieces: list[str], depth: int) -> None:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN or depth > _MAX_DEPTH:
        return
    block = element.tag in _BLOCKS
    pieces.append("\n" * block)
    pieces.append(" ".join((element.text or "").split("\n")))
    for inner in element:
        _collect(inner, pieces, depth + 1)
        pieces.append(" ".join((inner.tail or "").split("\n")))
    pieces.append("\n" * block)
