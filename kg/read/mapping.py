"""JSON objects and table rows → Raw, whoever wrote them.

`from_record` knows the shapes of the services by their own fields; anything else is read by the usual names of
columns. All formats that carry records (JSON, JSON Lines, CSV, Parquet) go through here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from kg.read import services
from kg.read.fields import first_text, people, text_of
from kg.read.identifiers import identifiers_of, own_id
from kg.read.raw import Raw

Record = Mapping[str, Any]

NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "name", "displayname", "ti"),
    "abstract": (
        "abstract", "summary", "abstracttext", "paperabstract", "abstractnote", "abstr", "description", "text", "ab",
    ),
    "id": ("id", "paperid", "uid", "key", "identifier", "citekey", "citationkey", "recordid", "docid"),
    "year": ("year", "publicationyear", "pubyear", "yearpublished", "py", "conferenceyear"),
    "date": (
        "date", "published", "publicationdate", "publisheddate", "datepublished", "publishedat", "submitteddate",
        "created", "releasedate", "updated", "updatedate", "coverdate",
    ),
    "venue": (
        "venue", "conference", "journal", "journalref", "booktitle", "publication", "publicationtitle", "source",
        "sourcetitle", "journaltitle", "containertitle", "series",
    ),
    "url": ("url", "link", "paperurl", "urlabs", "pdf", "pdfurl", "pdflink", "href", "entryid", "articleurl", "absurl"),
    "authors": ("authors", "author", "authornames", "creators", "creator", "authorlist", "au"),
    "arxiv": ("arxivid", "arxiv", "eprint", "arxivnumber"),
    "doi": ("doi", "articledoi", "paperdoi"),
    "acl": ("aclid", "aclanthologyid", "anthologyid"),
    "openreview": ("openreviewid", "forum"),
    "pubmed": ("pmid", "pubmedid"),
}  # fmt: skip
"""Field → the column names that mean it, without case and punctuation, the best first."""

_SCHEMES = ("arxiv", "doi", "acl", "openreview", "pubmed")
_NOT_ALNUM = re.compile(r"[^a-z0-9]")


def from_record(record: Record, columns: Mapping[str, str]) -> Raw:
    """One JSON object as Raw. `columns` are the user's own names of fields, which win."""
    for matches, convert in services.SHAPES:
        if not columns and matches(record):
            return convert(record)
    return from_columns(record, columns)


def from_columns(record: Record, columns: Mapping[str, str]) -> Raw:
    """One record by the names of its columns."""
    found = {field: record.get(column) for field, column in columns.items()}
    folded = {_NOT_ALNUM.sub("", str(name).casefold()): value for name, value in record.items()}
    for field, names in NAMES.items():
        if field not in columns:
            found[field] = next((folded[name] for name in names if _present(folded.get(name))), None)
    identifiers = {scheme: text for scheme in _SCHEMES if (text := first_text(found[scheme]))}
    if (arxiv := identifiers.get("arxiv")) and not identifiers_of(arxiv):
        del identifiers["arxiv"]  # a BibTeX eprint of another archive, or a flag
    return Raw(
        title=text_of(found["title"]),
        abstract=text_of(found["abstract"]),
        id=own_id(found["id"]),
        year=found["year"],
        date=found["date"],
        venue=first_text(found["venue"]),
        url=first_text(found["url"]),
        authors=people(found["authors"]),
        identifiers=identifiers,
    )


def _present(value: object) -> bool:
    return value not in (None, "", []) and not (isinstance(value, float) and math.isnan(value))
