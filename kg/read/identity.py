"""Which papers are the same, and what is known of each when several sources speak of it.

Two records are one paper when they share an arXiv id (any version), an ACL or OpenReview id; when they share a DOI, an
id of their own or the words of the abstract, and their titles do not contradict each other; or when title and abstract
are the same but for a few words. A title alone joins nothing. The result does not depend on the order of the records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.ids import stable_id
from kg.read.finish import derived_id, words_id
from kg.read.identifiers import version, without_version
from kg.records import Paper
from kg.text import fold

_STRONG = ("arxiv", "acl", "openreview")
_SAME_TITLE = 0.5
"""Share of common words from which two titles of one abstract are taken for one title."""
_SAME_ABSTRACT = 0.8
"""The same for the abstracts of one title."""
_TELLING_TITLE = 12
_MOST_OF_ONE_TITLE = 40
"""`Editorial` and its like: beyond this many, a title is none."""


@dataclass(frozen=True)
class Duplicate:
    """A record that was found to be a paper that another record had given already."""

    paper: str
    """Id of the paper that both became."""
    source: str
    """Where the record stood."""


@dataclass(frozen=True)
class Merged:
    """All papers, each once, sorted by id; and the records that were joined to others."""

    papers: tuple[Paper, ...]
    duplicates: tuple[Duplicate, ...]


def merge(papers: Iterable[Paper]) -> Merged:
    """Find the papers that are the same and join each group into one, the best of its fields and all its sources.

    What a joined paper takes over from one record can be what it shares with another, so papers that were joined are
    grouped again until no two are the same: merging what was merged changes nothing.
    """
    found = [_found(record, (record,)) for record in papers]
    while True:
        found.sort(key=lambda one: one.order)
        groups = list(_groups(found))
        if len(groups) == len(found):
            break
        found = [_joined([found[at] for at in group]) for group in groups]
    ids = _distinct_ids([one.paper for one in found])
    named = [
        one.paper if one.paper.id == id_ else one.paper.model_copy(update={"id": id_})
        for one, id_ in zip(found, ids, strict=True)
    ]
    duplicates = [
        Duplicate(id_, record.sources[0] if record.sources else "")
        for one, id_ in zip(found, ids, strict=True)
        for record in one.records[1:]
    ]
    return Merged(
        papers=tuple(sorted(named, key=lambda paper: paper.id)),
        duplicates=tuple(sorted(duplicates, key=lambda duplicate: (duplicate.paper, duplicate.source))),
    )


@dataclass(frozen=True)
class _Found:
    """A paper as far as it is joined."""

    paper: Paper
    records: tuple[Paper, ...]
    """What it was joined from, best record first."""
    keys: tuple[tuple[str, str], ...]
    """What it may share with others, see `_keys`."""
    order: tuple[object, ...]
    """Its place among all, see `_order`."""


def _found(paper: Paper, records: tuple[Paper, ...]) -> _Found:
    return _Found(paper, records, tuple(_keys(paper)), _order(paper))


def _joined(group: Sequence[_Found]) -> _Found:
    """The paper that a group is, its members given best first."""
    if len(group) == 1:
        return group[0]
    return _found(_join([one.paper for one in group]), tuple(record for one in group for record in one.records))


# ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _groups(found: Sequence[_Found]) -> Iterator[list[int]]:
    """Positions of those that are one paper, each group in the order of `found`."""
    parent = list(range(len(found)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    records = [one.paper for one in found]
    for key, members in _by_key(found):
        for cluster in _clusters(key[0], records, members):
            for at in cluster[1:]:
                first, other = sorted((root(cluster[0]), root(at)))
                parent[other] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(len(found)):
        groups[root(at)].append(at)
    yield from groups.values()


def _by_key(found: Sequence[_Found]) -> Iterator[tuple[tuple[str, str], list[int]]]:
    """Every key that two or more share."""
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, one in enumerate(found):
        for key in one.keys:
            members[key].append(at)
    return ((key, sharing) for key, sharing in members.items() if len(sharing) > 1)


def _keys(paper: Paper) -> Iterator[tuple[str, str]]:
    for scheme, value in paper.identifiers.items():
        yield scheme, without_version(value) if scheme == "arxiv" else value
    if (words := words_id(paper.abstract)) is not None:
        yield "abstract", words
    if len(title := fold(paper.title)) >= _TELLING_TITLE:
        yield "title", title
    yield "id", paper.id


def _clusters(scheme: str, records: Sequence[Paper], members: list[int]) -> Iterable[list[int]]:
    """The members of one key, split where they are not one paper."""
    if scheme in _STRONG:
        return [members]
    if scheme == "title":
        return _alike_abstracts(records, members)
    return _agreeing(records, members)


def _alike_abstracts(records: Sequence[Paper], members: Sequence[int]) -> Iterable[list[int]]:
    """Records of one title, split by abstract: together only those that are nearly the same words."""
    clusters: list[tuple[frozenset[str], list[int]]] = []
    for at in members[:_MOST_OF_ONE_TITLE]:
        words = _words(records[at].abstract)
        cluster = next(
            (ats for first, ats in clusters if len(first & words) >= _SAME_ABSTRACT * len(first | words)), None
        )
        if cluster is None:
            clusters.append((words, [at]))
        else:
            cluster.append(at)
    return [cluster for _, cluster in clusters]


def _agreeing(records: Sequence[Paper], members: Sequence[int]) -> Iterator[list[int]]:
    """The members split by title: different titles stay apart, those without a title go with the first."""
    clusters: list[tuple[frozenset[str], list[int]]] = []
    for at in sorted(members, key=lambda at: (not records[at].title, records[at].title, at)):
        words = _words(records[at].title)
        cluster = next((ats for title, ats in clusters if _alike(title, words)), None)
        if cluster is None:
            clusters.append((words, [at]))
        else:
            cluster.append(at)
    return (cluster for _, cluster in clusters)


def _words(title: str) -> frozenset[str]:
    return frozenset(word for part in title.split() if (word := fold(part)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not other:
        return True
    return len(one & other) >= _SAME_TITLE * len(one | other)


# ── One paper of many records ────────────────────────────────────────────────────────────────────────────────────────
#
# Each field is chosen by a rule that looks at the field alone.


def _order(paper: Paper) -> tuple[object, ...]:
    """Best text first: the newest arXiv version, then one with a title, then the longer; the rest breaks ties."""
    return (
        -version(paper.identifiers.get("arxiv", "")),
        "arxiv" not in paper.identifiers,
        not paper.title,
        -len(paper.abstract),
        paper.abstract,
        paper.title,
        paper.id,
        paper.sources,
        str((paper.date, paper.year, paper.venue, paper.url, paper.authors, tuple(paper.identifiers.items()))),
    )


def _join(group: Sequence[Paper]) -> Paper:
    title, abstract = next((paper.title for paper in group if paper.title), ""), group[0].abstract
    identifiers = _identifiers(group)
    date = min((paper.date for paper in group if paper.date), key=lambda date: (-len(date), date), default=None)
    years = [paper.year for paper in group if paper.year]
    own = [id_ for paper in group if (id_ := _own_id(paper)) != _derived(paper)]
    return Paper(
        id=min(own) if own else derived_id(identifiers, title, abstract),
        title=title,
        abstract=abstract,
        year=int(date[:4]) if date else min(years, default=None),
        date=date,
        venue=min((paper.venue for paper in group if paper.venue), key=_venue_order, default=None),
        url=min((paper.url for paper in group if paper.url), key=_url_order, default=None),
        authors=max((paper.authors for paper in group), key=lambda names: (len(names), len("".join(names)), names)),
        identifiers=identifiers,
        sources=tuple(sorted({source for paper in group for source in paper.sources})),
    )


def _identifiers(group: Sequence[Paper]) -> dict[str, str]:
    values: dict[str, set[str]] = defaultdict(set)
    for paper in group:
        for scheme, value in paper.identifiers.items():
            values[scheme].add(value)
    return {scheme: min(values[scheme], key=lambda value: (-version(value), value)) for scheme in sorted(values)}


def _venue_order(venue: str) -> tuple[object, ...]:
    """A conference or journal before a preprint server, then the fuller name."""
    return "arxiv" in venue.casefold(), -len(venue), venue


_BEST_SITES = ("arxiv.org/", "aclanthology.org/", "openreview.net/", "doi.org/")


def _url_order(url: str) -> tuple[object, ...]:
    """A site that keeps papers first, then the shorter link."""
    site = next((at for at, site in enumerate(_BEST_SITES) if site in url), len(_BEST_SITES))
    return site, len(url), url


# ── Ids ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _derived(paper: Paper) -> str:
    return derived_id(paper.identifiers, paper.title, paper.abstract)


def _suffix(paper: Paper) -> str:
    return "~" + stable_id(fold(paper.title), fold(paper.abstract))[:10]


def _own_id(paper: Paper) -> str:
    """The id without the suffix that an earlier merge may have given it."""
    return paper.id.removesuffix(_suffix(paper))


def _distinct_ids(papers: Sequence[Paper]) -> list[str]:
    """Ids such that no two papers share one: where a source gave one id to several papers, each gets a suffix."""
    count: dict[str, int] = defaultdict(int)
    bare = [_own_id(paper) if "~" in paper.id else paper.id for paper in papers]
    for id_ in bare:
        count[id_] += 1
    return [id_ if count[id_] == 1 else id_ + _suffix(paper) for id_, paper in zip(bare, papers, strict=True)]
