"""Identifiers of papers in the schemes of the field, found in ids, links and DOIs."""

from __future__ import annotations

import re

_ARXIV = re.compile(
    r"(?P<new>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?P<v>v\d{1,3})?(?![\d.]*\d)"
    r"|(?P<old>(?:[a-z][a-z-]{1,16}(?:\.[A-Z]{2})?)/\d{7})(?P<w>v\d{1,3})?(?!\d)"
)
_ARXIV_WHOLE = re.compile(rf"(?:arxiv:\s*)?(?:{_ARXIV.pattern})(?:\.pdf)?", re.IGNORECASE)
_ARXIV_PLACE = re.compile(
    r"arxiv\.org/(?:abs|pdf|html)/|^oai:arxiv\.org:|huggingface\.co/papers/|^10\.48550/arxiv\.", re.I
)
_DOI = re.compile(r"(?:^|doi\.org/|doi:\s*)(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
_ACL = re.compile(r"(?:[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d{1,4})")
_ACL_PLACE = re.compile(
    r"(?:aclanthology\.org|aclweb\.org/anthology(?:/papers/\w/\w\d\d)?)/([\w.-]+?)(?:\.pdf|\.bib)?/?$"
)
_OPENREVIEW_PLACE = re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^#]*&)?id=([\w-]{6,30})")
_NO_ID = re.compile(r"(?:.*[:/])?(?:none|null|nan|n/?a|undefined|unknown)?\s*", re.IGNORECASE)
_WHOLE_ID = re.compile(r"\S(?:.{0,198}\S)?", re.DOTALL)


def arxiv_id(text: str) -> str | None:
    """The arXiv id, with its version if given, that `text` is or links to; None when it is neither."""
    text = text.strip()
    place = _ARXIV_PLACE.search(text)
    match = _ARXIV.match(text, place.end()) if place else _ARXIV_WHOLE.fullmatch(text)
    if match is None:
        return None
    return (match.group("new") or match.group("old")) + (match.group("v") or match.group("w") or "").lower()


def without_version(arxiv: str) -> str:
    """`2401.12345v2` → `2401.12345`."""
    return re.sub(r"v\d+$", "", arxiv)


def version(arxiv: str) -> int:
    """`2401.12345v2` → 2; 0 when no version is given."""
    match = re.search(r"v(\d+)$", arxiv)
    return int(match.group(1)) if match else 0


def doi(text: str) -> str | None:
    """The DOI, in lower case, that `text` is or links to."""
    match = _DOI.search(text.strip())
    return match.group(1).rstrip(".,;)").lower() if match else None


def identifiers_of(text: str) -> dict[str, str]:
    """Every identifier that an id or a link states, by scheme."""
    if arxiv := arxiv_id(text):
        return {"arxiv": arxiv}
    if (place := _ACL_PLACE.search(text)) and _ACL.fullmatch(place.group(1)):
        return {"acl": place.group(1)}
    if place := _OPENREVIEW_PLACE.search(text):
        return {"openreview": place.group(1)}
    found = doi(text)
    return _of_doi(found) if found else {}


def _of_doi(found: str) -> dict[str, str]:
    """DOIs that arXiv and the ACL make of their own ids state those too."""
    if arxiv := arxiv_id(found):
        return {"arxiv": arxiv}
    acl = found.removeprefix("10.18653/v1/")
    acl = acl.upper() if re.match(r"[a-z]\d\d-", acl) else acl
    return {"doi": found, "acl": acl} if acl != found and _ACL.fullmatch(acl) else {"doi": found}


def own_id(value: object) -> str | None:
    """An id that a record gives itself, as text; None for what stands where an id is missing (`None`, `nan`)."""
    if value is None or isinstance(value, bool | float | dict | list):
        return None
    text = str(value).strip()
    return None if _NO_ID.fullmatch(text) or not _WHOLE_ID.fullmatch(text) else text
