"""Names that only describe: they belong to their paper and are never joined to another's."""

from __future__ import annotations

from kg.link.names import is_namelike, parse
from kg.link.spelling import fold_word, plain
from kg.link.words import DESCRIPTIVE_FIRST, DESCRIPTIVE_LAST, LEADING
from kg.records import EntityKind


def is_generic(name: str, kind: EntityKind) -> bool:
    """Whether nothing in `name` could mean the same thing in two papers: 'our method', 'two-stage framework'."""
    words = plain(name).replace("-", " ").split()
    if not parse(name, kind).core:
        return True
    if any(is_namelike(word) for word in words):
        return False
    first = plain(name).split()[0].lower()
    generic_last = fold_word(words[-1]) in DESCRIPTIVE_LAST
    if words[0].lower() == "our" or (len(words) == 1 and generic_last):
        return True
    if generic_last and (first in DESCRIPTIVE_FIRST or (len(words) > 2 and words[-2].lower() == "based")):
        return True
    return all(fold_word(word) in DESCRIPTIVE_LAST or word.lower() in DESCRIPTIVE_FIRST | LEADING for word in words)


def is_phrase(name: str) -> bool:
    """Whether `name` is written as common words: no proper name by its letters and no capital inside it."""
    words = plain(name).split()
    if any(is_namelike(piece) for word in words for piece in word.split("-")):
        return False
    later = [piece for order, word in enumerate(words) for piece in word.split("-")[0 if order else 1 :]]
    return (
        bool(words)
        and (len(words) > 1 or words[0].islower() or "-" in words[0])
        and all(not piece[:1].isupper() for piece in later)
    )
