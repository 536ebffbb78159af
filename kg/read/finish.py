"""Raw record → Paper, or the reason why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from kg.ids import stable_id
from kg.read.dates import iso_date, year_of
from kg.read.identifiers import identifiers_of, own_id, without_version
from kg.read.language import language_of
from kg.read.raw import Raw, Source
from kg.records import Paper, Rejected
from kg.text import clean, fold

MAX_ABSTRACT = 50_000
"""Characters. Longer texts are whole papers, not abstracts."""
_SHORT = 40

_NO_ABSTRACT = re.compile(
    r"(?:(?:no|without) abstract(?: (?:is )?(?:available|provided|given|found))?|abstract (?:is )?not available"
    r"|not available|none|null|nan|n/?a|abstract|tba|tbd|\W*)\W*",
    re.IGNORECASE,
)
_WITHDRAWN_WORD = re.compile(r"withdrawn|retracted", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"(?:this|the) (?:paper|article|submission|manuscript|preprint|work|version|study) (?:has been|have been|was|is"
    r"(?: being)?)(?: \w+){0,2} (?:withdrawn|retracted)|^\W*(?:withdrawn|retracted)\b"
    r"|^\W*(?:paper|article|submission) (?:is )?withdrawn|^.{0,60}\bwithdrawn by (?:the |its )?(?:authors?|arxiv)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:abstract|summary)\s*(?:[:.—–]|--? )\s*", re.IGNORECASE)
_GLUED_LABEL = re.compile(r"\s*(?:Abstract|ABSTRACT)(?=[A-Z][a-z]|A )")


def finish(raw: Raw, source: Source, languages: Collection[str] | None) -> Paper | Rejected:
    """Clean `raw` and decide on it. `languages` are the codes to keep; None keeps all."""
    title = clean(raw.title) if raw.title else ""
    abstract = clean(_without_label(raw.abstract)) if raw.abstract else ""
    reason = _why_not(title, abstract, languages)
    if reason is not None:
        record = raw.record or raw.id or (title[:80] or None)
        return source.rejected(reason, line=raw.line, record=xml_safe(record))
    identifiers = _identifiers(raw)
    date = iso_date(raw.date)
    return Paper(
        id=_paper_id(raw, identifiers, title, abstract),
        title=title,
        abstract=abstract,
        year=year_of(raw.year) or (int(date[:4]) if date else None),
        date=date or iso_date(raw.year),
        venue=_line(raw.venue),
        url=_line(raw.url),
        authors=tuple(name for author in raw.authors if (name := _line(author))),
        identifiers=identifiers,
        sources=(f"{source.name}:{raw.line}" if raw.line else source.name,),
    )


def _without_label(abstract: str) -> str:
    label = _LABEL.match(abstract) or _GLUED_LABEL.match(abstract)
    return abstract[label.end() :] if label else abstract


def _why_not(title: str, abstract: str, languages: Collection[str] | None) -> str | None:
    if _NO_ABSTRACT.fullmatch(abstract):
        return "no abstract"
    if len(abstract) < 1000 and _WITHDRAWN_WORD.search(abstract) and _WITHDRAWN.search(abstract):
        return "withdrawn"
    if len(abstract) < _SHORT:
        return f"abstract of only {len(abstract)} characters"
    if len(abstract) > MAX_ABSTRACT:
        return f"abstract of {len(abstract):,} characters; abstracts are expected, not whole papers"
    if languages is not None and (language := language_of(title, abstract)) not in languages:
        wanted = ", ".join(sorted(languages))
        english = f"not English but {language}; --all-languages keeps it"
        return english if wanted == "en" else f"its language is {language}, not {wanted}"
    return None


def xml_safe(text: str | None) -> str | None:
    """A name for a message: cleaned, not empty."""
    return (clean(text)[:200] or None) if text else None


def _line(text: str | None) -> str | None:
    return (clean(text) or None) if text else None


def _identifiers(raw: Raw) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in (raw.id, raw.url):
        if text:
            found = {**identifiers_of(text), **found}
    for scheme, value in raw.identifiers.items():
        known = identifiers_of(f"doi:{value}" if scheme == "doi" and value.startswith("10.") else value)
        if scheme in ("arxiv", "doi"):
            found.update(known)
        elif text := clean(value):
            found[scheme] = text
    return dict(sorted(found.items()))


SCHEMES = ("arxiv", "acl", "openreview", "doi", "pubmed", "s2", "openalex", "mag", "dblp")
"""Schemes of identifiers, the first that a paper has gives its id when the record has no id of its own."""


def derived_id(identifiers: Mapping[str, str], title: str, abstract: str) -> str:
    """The id of a paper whose record has none of its own: by identifier, else by its words."""
    for scheme in SCHEMES:
        if scheme in identifiers:
            value = identifiers[scheme]
            return without_version(value) if scheme == "arxiv" else value
    return words_id(abstract) or stable_id(fold(title), fold(abstract))


_URL = re.compile(r"(?:https?://|www\.)\S+")
_LONG_WORD = re.compile(r"[a-z]{5,}")
_LATEX_NAMES = frozenset(
    "times approx mathcal mathbb mathbf mathrm alpha gamma delta epsilon varepsilon theta kappa lambda sigma omega"
    " tilde widetilde textbf textit emph frac infty cdot ldots".split()
)
_JOINS_ALONE = 120


def words_id(abstract: str) -> str | None:
    """A hash of the long words of an abstract, in order; None when they are too few to identify a paper.

    The same for two copies of one abstract of which one went through a web page: symbols, numbers, links, hyphens,
    case and the names of LaTeX commands play no part in it.
    """
    text = _URL.sub(" ", abstract)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    words = " ".join(word for word in _LONG_WORD.findall(text.lower()) if word not in _LATEX_NAMES)
    return stable_id(words) if len(words) >= _JOINS_ALONE else None


def _paper_id(raw: Raw, identifiers: dict[str, str], title: str, abstract: str) -> str:
    own = own_id(raw.id)
    if own is None or identifiers_of(own):
        return derived_id(identifiers, title, abstract)
    return clean(own) or derived_id(identifiers, title, abstract)
