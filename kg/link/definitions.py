"""What short forms stand for in a corpus: one thing, nearly always one thing, or several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.link.same import identify, stands_for
from kg.link.table import table
from kg.records import EntityKind

DOMINANT_SHARE = 0.9
DOMINANT_PAPERS = 5
"""A short form with several senses means the first one when so many papers define it so, and so large a share."""

_PREFIX_SHARE = 0.75


@dataclass
class Senses:
    """The long forms that the papers of a corpus give to one short form in one kind, by key, with the papers."""

    papers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True)
class ShortForm:
    """What one short form stands for in one kind.

    `main` is the key of the long form that an undefined use means, None when that cannot be told. `agreeing` are the
    keys of long forms that say the same in other words. `sole` is true when no paper and no table says otherwise.
    """

    main: str | None
    agreeing: frozenset[str]
    sole: bool
    senses: tuple[str, ...]
    names: Mapping[str, str]


def judge(short_key: str, kind: EntityKind, found: Senses) -> ShortForm:
    """What `short_key` stands for, from all definitions of a corpus and from the table."""
    listed = {identify(sense, kind).key: sense for sense in table().senses(short_key, kind)}
    names = {key: min(forms) for key, forms in found.names.items()} | listed
    ranked = sorted(found.papers, key=lambda key: (-len(found.papers[key]), len(key), key))
    senses = tuple(dict.fromkeys((*ranked, *sorted(listed))))
    first = senses[0]
    agreeing = frozenset(key for key in senses if _near(key, first))
    count = len(set().union(*(found.papers[key] for key in agreeing if key in found.papers)))
    total = len(set().union(*found.papers.values()))
    if len(agreeing) == len(senses):
        return ShortForm(first, agreeing, True, senses, names)
    dominant = len(listed) < 2 and count >= DOMINANT_PAPERS and count >= DOMINANT_SHARE * total
    return ShortForm(first if dominant else None, agreeing, False, senses, names)


def _near(key: str, other: str) -> bool:
    """Whether two long forms say the same with a word more or another ending."""
    if key in other or other in key:
        return True
    shared = next((i for i, (a, b) in enumerate(zip(key, other, strict=False)) if a != b), min(len(key), len(other)))
    return shared >= _PREFIX_SHARE * max(len(key), len(other))


def usable(short: str, long: str) -> bool:
    """Whether a definition may join names: letters that fit, and no numbers that contradict each other."""
    if len([char for char in short if char.isalpha()]) < 2 or len(long) <= len(short):
        return False
    digits_short = {char for char in short if char.isdigit()}
    digits_long = {char for char in long if char.isdigit()}
    return stands_for(short, long) and not (digits_long - digits_short)


def shorts_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Short form → long form of one paper; the first definition counts."""
    definitions: dict[str, str] = {}
    for short, long in pairs:
        if usable(short, long):
            definitions.setdefault(short, long)
    return definitions
