"""What short forms stand for in a corpus: one thing, nearly always one thing, or several."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.link.same import identify, stands_for
from kg.link.spelling import fold_word
from kg.link.table import table
from kg.records import EntityKind

DOMINANT_SHARE = 0.9
DOMINANT_PAPERS = 5
"""A short form with several senses means the first one when so many papers define it so, and so large a share."""

_STEM_SHARE = 0.6
_SMALL = frozenset("the a an of and or for with to in on by".split())
_SENTENCE = re.compile(r"[\n:;!?]|[.,] ")


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
    known = table()
    listed = {identify(sense, kind).key: sense for sense in known.senses(short_key, kind)}
    names = {key: min(forms) for key, forms in found.names.items()} | listed
    in_table = len(listed) < 2 and ((kind, short_key) in known.names or (kind, short_key) in known.families)
    ranked = sorted(found.papers, key=lambda key: (-len(found.papers[key]), len(key), key))
    if in_table:
        entry = known.names.get((kind, short_key)) or known.families[kind, short_key]
        forms = [entry[0], *(name for key, name in names.items() if key == short_key)]
        close = {key for key in ranked if any(_near(names[key], form) for form in forms)}
        return ShortForm(short_key, frozenset({short_key, *close}), True, tuple(ranked), names)
    senses = tuple(dict.fromkeys((*ranked, *sorted(listed))))
    first = senses[0]
    agreeing = frozenset(key for key in senses if key == first or _near(names[key], names[first]))
    count = len(set().union(*(found.papers[key] for key in agreeing if key in found.papers)))
    total = len(set().union(*found.papers.values()))
    if len(agreeing) == len(senses):
        return ShortForm(first, agreeing, True, senses, names)
    dominant = count >= DOMINANT_PAPERS and count >= DOMINANT_SHARE * total
    return ShortForm(first if dominant else None, agreeing, False, senses, names)


def _near(long: str, other: str) -> bool:
    """Whether two long forms say the same with a word more, another ending or other small words."""
    first, second = _words(long), _words(other)
    if "".join(first) in "".join(second) or "".join(second) in "".join(first):
        return True
    return len(first) == len(second) and all(_akin(a, b) for a, b in zip(first, second, strict=True))


def _words(long: str) -> list[str]:
    return [fold_word(word) for word in re.split(r"[\W_]+", long) if word and word.lower() not in _SMALL]


def _akin(first: str, second: str) -> bool:
    """Whether two words share their stem: square and squared, processing and processor, but not self and semi."""
    shared = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if shared is None:
        return min(len(first), len(second)) >= 3 or first == second
    return shared >= 4 and shared >= _STEM_SHARE * min(len(first), len(second))


def usable(short: str, long: str) -> bool:
    """Whether a definition may join names: letters that fit, and no numbers that contradict each other."""
    if len([char for char in short if char.isalpha()]) < 2 or len(long) <= len(short):
        return False
    letters = sum(char.isalnum() for char in short)
    if _SENTENCE.search(long) or len(long.split()) > min(letters + 5, 2 * letters):
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
