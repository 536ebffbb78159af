"""Would two names be one node? The answer from the names alone, with the reason as a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kg.link.names import SLOTS, ParsedName, parse
from kg.link.spelling import plain
from kg.link.table import table
from kg.records import ENTITY_KINDS, EntityKind

Rule = Literal["identical", "spelling", "table", "abbreviation", "different", "slots", "ambiguous", "empty"]

CERTAINTY: dict[str, float] = {"identical": 1.0, "spelling": 0.97, "table": 0.99, "abbreviation": 0.95}
"""How sure a join by each rule is; an order for review, not a measured probability."""


@dataclass(frozen=True)
class Verdict:
    """Whether two names are one node, why, and by which rule."""

    same: bool
    reason: str
    rule: Rule
    kind: EntityKind | None = None

    def __bool__(self) -> bool:
        return self.same


@dataclass(frozen=True)
class Identity:
    """What the linker compares: the canonical parse of a name with its case signature where case matters."""

    parsed: ParsedName
    raw: ParsedName
    by_table: bool

    @property
    def key(self) -> str:
        """Key within the kind."""
        return self.parsed.key


def identify(name: str, kind: EntityKind) -> Identity:
    """The identity of a name: parsed, looked up in the table, its case kept where the table says that it matters."""
    known = table()
    raw = parse(name, kind)
    parsed, changed = known.canonical(raw)
    for word in known.case_matters.intersection(re.split(r"[\s\-_/()]+", plain(name))):
        parsed = raw.with_core(raw.core, (("case", word),))
    return Identity(parsed, raw, changed)


_GLOSS = re.compile(r"(?P<outer>.+?)\s*\(\s*(?P<inner>[^()]+?)\s*\)\s*(?P<tail>.{0,24})$")


def gloss(name: str) -> tuple[str, str] | None:
    """(short, long) of a name that holds its own abbreviation: 'Low-Rank Adaptation (LoRA)', 'LoRA (Low-Rank …)'."""
    match = _GLOSS.fullmatch(plain(name))
    if match is None or (match["tail"] and not match["tail"][0].isalpha()):
        return None
    outer, inner = match["outer"], match["inner"]
    if stands_for(inner, outer):
        return inner, outer
    if stands_for(outer, inner):
        return outer, inner
    return None


def stands_for(short: str, long: str) -> bool:
    """Whether the letters of `short` come in order in `long`, the first at its start, and `long` has more words."""
    letters = [char.lower() for char in short if char.isalnum()]
    if len(letters) < 2 or " " in short or not any(char.isupper() for char in short):
        return False
    words = [word for word in re.split(r"[\s\-/]+", long) if word]
    if len(words) < 2 or words[0][:1].lower() != letters[0]:
        return False
    text, at = long.lower(), 0
    for letter in letters:
        at = text.find(letter, at)
        if at < 0:
            return letter == letters[-1] == "s"
        at += 1
    return True


def same(a: str, b: str, kind: EntityKind | None = None) -> Verdict:
    """Whether `a` and `b` would be one node, from the names and the curated table alone.

    Without `kind`, the kinds that the table gives to either name are tried, else all four; the names are the same
    when they are so in one of them. A name that the table knows in one kind only is not tried in the others.
    """
    if kind is not None:
        return _same(a, b, kind)
    verdicts = [_same(a, b, candidate) for candidate in _likely_kinds(a, b)]
    return next((verdict for verdict in verdicts if verdict.same), verdicts[0])


def _likely_kinds(a: str, b: str) -> tuple[EntityKind, ...]:
    known = table()
    kinds_a = {kind for kind in ENTITY_KINDS if known.knows(identify(a, kind).parsed)}
    kinds_b = {kind for kind in ENTITY_KINDS if known.knows(identify(b, kind).parsed)}
    wanted = (kinds_a & kinds_b) or (kinds_a | kinds_b)
    return tuple(kind for kind in ENTITY_KINDS if kind in wanted) or ENTITY_KINDS


def _same(a: str, b: str, kind: EntityKind) -> Verdict:
    if plain(a) == plain(b) and plain(a):
        return Verdict(True, f"Both names are written {plain(a)!r}.", "identical", kind)
    glossed = _by_gloss(a, b, kind)
    if glossed is not None:
        return glossed
    first, second = identify(a, kind), identify(b, kind)
    if not first.parsed.core or not second.parsed.core:
        empty = a if not first.parsed.core else b
        return Verdict(False, f"{empty!r} names nothing in particular.", "empty", kind)
    if first.key == second.key:
        if first.raw.key == second.raw.key:
            return Verdict(
                True, "They differ in spelling only (case, hyphens, plural, words like 'dataset').", "spelling", kind
            )
        shown = table().display(first.parsed) or min(a, b, key=len)
        return Verdict(True, f"The table of aliases lists both as {kind} {shown!r}.", "table", kind)
    ambiguous = _ambiguity(first, second, a, b, kind)
    return (
        ambiguous
        if ambiguous is not None
        else Verdict(False, difference(first.parsed, second.parsed, (a, b)), _rule(first, second), kind)
    )


def _by_gloss(a: str, b: str, kind: EntityKind) -> Verdict | None:
    """Names that carry their abbreviation in parentheses are the same as either half."""
    halves_a, halves_b = gloss(a) or (a,), gloss(b) or (b,)
    if len(halves_a) == 1 and len(halves_b) == 1:
        return None
    for half_a in halves_a:
        for half_b in halves_b:
            if identify(half_a, kind).key == identify(half_b, kind).key:
                if len(halves_a) == len(halves_b) == 2 and half_a == halves_a[0] and half_b == halves_b[0]:
                    continue  # the same short form of two long forms says nothing
                return Verdict(True, f"One of the names defines {half_a!r} in parentheses.", "abbreviation", kind)
    return None


def _ambiguity(first: Identity, second: Identity, a: str, b: str, kind: EntityKind) -> Verdict | None:
    for short, name, other in ((first, a, second), (second, b, first)):
        senses = table().senses(short.raw.key, kind)
        if len(senses) > 1 and other.key in {identify(sense, kind).key for sense in senses}:
            listed = " or ".join(senses)
            return Verdict(
                False, f"{name!r} is ambiguous: it may stand for {listed}; a paper has to define it.", "ambiguous", kind
            )
    return None


def _rule(first: Identity, second: Identity) -> Rule:
    return "slots" if first.parsed.family == second.parsed.family else "different"


def difference(first: ParsedName, second: ParsedName, names: tuple[str, str]) -> str:
    """A sentence that says in which slot two names of one kind differ; `names` are as they are written."""
    if first.core == second.core:
        for slot in SLOTS:
            ours, theirs = first.slot(slot), second.slot(slot)
            if ours != theirs:
                return f"They differ in {slot}: {_stated(ours)} against {_stated(theirs)}."
    numbers = [tuple(run for run in parsed.core if run[0].isdigit()) for parsed in (first, second)]
    letters = ["".join(run for run in parsed.core if not run[0].isdigit()) for parsed in (first, second)]
    if letters[0] == letters[1] and numbers[0] != numbers[1]:
        return f"They differ in number, version or year: {_stated(numbers[0])} against {_stated(numbers[1])}."
    short, long = sorted(((first, names[0]), (second, names[1])), key=lambda item: len(item[0].core))
    if short[0].core == long[0].core[: len(short[0].core)]:
        more = " ".join(long[0].core[len(short[0].core) :])
        return f"{long[1]!r} states {more!r} and {short[1]!r} does not."
    return f"{names[0]!r} and {names[1]!r} are different names; no alias is known."


def _stated(values: tuple[str, ...]) -> str:
    return " ".join(values) if values else "none stated"
