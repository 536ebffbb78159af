"""The JSON of known services, told apart by fields that only they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kg.read.fields import people, text_of
from kg.read.identifiers import identifiers_of
from kg.read.raw import Raw

Record = Mapping[str, Any]


def _text(record: object, *path: str | int) -> str | None:
    """The text at `path`, None when there is none."""
    value: Any = record
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value.strip() or None if isinstance(value, str) else str(value) if type(value) is int else None


def _mapping(value: object) -> Record:
    return value if isinstance(value, Mapping) else {}


# ── arXiv's metadata snapshot ────────────────────────────────────────────────────────────────────────────────────────


def _is_snapshot(record: Record) -> bool:
    return "authors_parsed" in record or ("versions" in record and "categories" in record)


def _snapshot(record: Record) -> Raw:
    versions = record.get("versions")
    count = len(versions) if isinstance(versions, list) else 0
    arxiv = _text(record, "id") or ""
    identifiers = {"arxiv": f"{arxiv}v{count}" if count and "v" not in arxiv[-4:] else arxiv}
    if found := _text(record, "doi"):
        identifiers["doi"] = "doi:" + found.split()[0]
    return Raw(
        title=_text(record, "title") or "",
        abstract=_text(record, "abstract") or "",
        date=_text(versions, 0, "created") or record.get("update_date"),
        venue=_text(record, "journal-ref") or None,
        url=f"https://arxiv.org/abs/{arxiv}" if arxiv else None,
        authors=people(record.get("authors_parsed") or record.get("authors")),
        identifiers=identifiers,
    )


# ── Hugging Face daily papers ────────────────────────────────────────────────────────────────────────────────────────


def _is_daily_paper(record: Record) -> bool:
    paper = record.get("paper")
    return isinstance(paper, Mapping) and ("summary" in paper or "upvotes" in paper)


def _daily_paper(record: Record) -> Raw:
    paper = _mapping(record.get("paper"))
    arxiv = _text(paper, "id") or ""
    return Raw(
        title=_text(paper, "title") or _text(record, "title") or "",
        abstract=_text(paper, "summary") or _text(record, "summary") or "",  # never ai_summary
        date=paper.get("publishedAt") or record.get("publishedAt"),
        url=f"https://huggingface.co/papers/{arxiv}" if arxiv else None,
        authors=people(paper.get("authors")),
        identifiers=identifiers_of(f"arXiv:{arxiv}"),
    )


# ── Semantic Scholar ─────────────────────────────────────────────────────────────────────────────────────────────────

_S2_SCHEMES = {"arxiv": "arxiv", "doi": "doi", "acl": "acl", "pubmed": "pubmed", "mag": "mag", "dblp": "dblp"}


def _is_semantic_scholar(record: Record) -> bool:
    return any(
        name in record for name in ("externalIds", "externalids", "corpusid", "corpusId", "s2Url", "paperAbstract")
    ) and ("title" in record or "abstract" in record or "paperAbstract" in record)


def _semantic_scholar(record: Record) -> Raw:
    external = _mapping(record.get("externalIds") or record.get("externalids"))
    identifiers = {}
    for name, value in external.items():
        scheme = _S2_SCHEMES.get(str(name).casefold())
        if scheme and isinstance(value, str | int) and str(value).strip():
            identifiers[scheme] = f"doi:{value}" if scheme == "doi" else str(value)
    if found := _text(record, "doi"):
        identifiers.setdefault("doi", f"doi:{found}")
    own = _text(record, "paperId") or _text(record, "corpusid") or _text(record, "corpusId") or _text(record, "id")
    if own:
        identifiers["s2"] = own
    return Raw(
        title=_text(record, "title") or "",
        abstract=_text(record, "abstract") or _text(record, "paperAbstract") or "",
        year=record.get("year"),
        date=record.get("publicationDate") or record.get("publicationdate"),
        venue=_text(record, "venue") or _text(record, "journal", "name"),
        url=_text(record, "url") or _text(record, "s2Url"),
        authors=people(record.get("authors")),
        identifiers=identifiers,
    )


# ── OpenAlex ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_MAX_WORDS = 50_000


def _is_openalex(record: Record) -> bool:
    return "abstract_inverted_index" in record or "openalex.org/W" in str(record.get("id", ""))[:40]


def _openalex(record: Record) -> Raw:
    ids = _mapping(record.get("ids"))
    identifiers = {"openalex": str(record.get("id") or "").rpartition("/")[2]}
    if found := _text(record, "doi") or _text(ids, "doi"):
        identifiers.update(identifiers_of(found if "10." in found[:20] and "/" in found else f"doi:{found}"))
    if found := _text(ids, "pmid"):
        identifiers["pubmed"] = found.rpartition("/")[2]
    location = _mapping(record.get("primary_location"))
    landing = _text(location, "landing_page_url")
    identifiers = {**(identifiers_of(landing) if landing else {}), **identifiers}
    return Raw(
        title=_text(record, "title") or _text(record, "display_name") or "",
        abstract=from_inverted_index(record.get("abstract_inverted_index")) or _text(record, "abstract") or "",
        year=record.get("publication_year"),
        date=record.get("publication_date"),
        venue=_text(location, "source", "display_name") or _text(record, "host_venue", "display_name"),
        url=landing or _text(record, "doi") or _text(record, "id"),
        authors=people(record.get("authorships")),
        identifiers=identifiers,
    )


def from_inverted_index(index: object) -> str:
    """`{"word": [positions]}` → the text. Positions out of bounds are left out."""
    if not isinstance(index, Mapping):
        return ""
    index = index.get("InvertedIndex") or index  # the form before OpenAlex, of Microsoft Academic
    if not isinstance(index, Mapping):
        return ""
    at: dict[int, str] = {}
    for word, positions in index.items():
        for position in positions if isinstance(positions, list) else ():
            if isinstance(position, int) and 0 <= position < _MAX_WORDS:
                at[position] = str(word)
    return " ".join(at[position] for position in sorted(at))


# ── OpenReview ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_openreview(record: Record) -> bool:
    content = record.get("content")
    return isinstance(content, Mapping) and ("abstract" in content or "title" in content)


def _openreview(record: Record) -> Raw:
    content = _mapping(record.get("content"))
    forum = _text(record, "forum") or _text(record, "id")

    def value(name: str) -> Any:  # API 2 wraps each value, API 1 does not
        found = content.get(name)
        return found.get("value") if isinstance(found, Mapping) else found

    return Raw(
        title=text_of(value("title")),
        abstract=text_of(value("abstract")),
        date=record.get("pdate") or record.get("cdate") or record.get("tcdate"),
        venue=text_of(value("venue")) or None,
        url=f"https://openreview.net/forum?id={forum}" if forum else None,
        authors=people(value("authors")),
        identifiers={"openreview": forum} if forum else {},
    )


# ── Crossref ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_crossref(record: Record) -> bool:
    return "DOI" in record and any(
        name in record for name in ("container-title", "issued", "reference-count", "prefix")
    )


def _crossref(record: Record) -> Raw:
    title = record.get("title")
    return Raw(
        title=_text(record, "title", 0) or (title if isinstance(title, str) else ""),
        abstract=_text(record, "abstract") or "",
        date=record.get("issued") or record.get("published") or record.get("created"),
        venue=_text(record, "container-title", 0) or _text(record, "container-title") or _text(record, "event", "name"),
        url=_text(record, "URL"),
        authors=people(record.get("author")),
        identifiers={"doi": f"doi:{record.get('DOI')}"},
    )


SHAPES: tuple[tuple[Callable[[Record], bool], Callable[[Record], Raw]], ...] = (
    (_is_daily_paper, _daily_paper),
    (_is_openalex, _openalex),
    (_is_openreview, _openreview),
    (_is_crossref, _crossref),
    (_is_snapshot, _snapshot),
    (_is_semantic_scholar, _semantic_scholar),
)
"""How to know a service's record, and how to read it; the first that matches is taken."""
