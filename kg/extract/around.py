"""What stands around a number: the noun that it counts, its hedge, 'relative' or 'absolute', a name before it."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.extract.quantity import Quantity

_NAMED_BEFORE = re.compile(r"(?:\b[A-Z][\w@&.+-]*|\bv\.?|\bversion|\bNo\.|#)[ ~]$")
_NOT_NAMES = frozenset(
    "The A An In On At By Of Over With From To For And Or Only Up About Around Nearly Almost Than Just Is Are Was "
    "Our We "
    "Using Under Across Between Within After Before Approximately Roughly While When Achieving Achieves Moreover "
    "Further "
    "Also Additionally Notably Its This That These Those Average Including Both All Some Any Reaching Requires "
    "Requiring".split()
)

_HEDGE = (
    r"(?:up to|as (?:much|many|high|large|few|little|low|long|small|far) as|(?:no |not )?(?:more|less|fewer|greater"
    r"|higher|lower|better|faster) than"
    r"|over|above|under|below|beyond|exceeding|at (?:least|most|best)|about|around|approximately|approx\.?|roughly"
    r"|nearly|almost"
    r"|close to|near|only|just|merely|mere|within|(?:on |an |in )?average(?: of)?|averaging|a total of|down to|a "
    r"factor of"
    r"|typically|maximum|absolute|relative|[~∼≈≃<>≤≥+]|\\sim|\\approx|sim)"
)
_HEDGE_BEFORE = re.compile(
    rf"(?:(?<=\W)|^)({_HEDGE}(?: (?:an? |the )?{_HEDGE}){{0,2}}) ?(?:an? |the |\$|\{{){{0,2}}$", re.IGNORECASE
)
_HEDGE_AFTER = re.compile(
    r"\s?(\+(?!\d)|on average|or more|or less|in average|at most|at least|at best|average\b)", re.IGNORECASE
)
_RELATIVE_AFTER = re.compile(r"[^.;,()]{0,12}\b(relative|comparative|absolute)\b", re.IGNORECASE)
_RELATIVE_BEFORE = re.compile(
    r"\b(relative|absolute)(?: \w+){0,3} (?:of|by|is)? ?(?:up to |over |about )?$", re.IGNORECASE
)

_WORDS = re.compile(r"[ \-~]\(?([A-Za-z][\w'’/+-]*)|(?<=[\d}$+])()(?=[ ])")
_STOP = frozenset(
    "of in on for from with and or to that which who across per over under by at as the a an is are was were be been "
    "than "
    "when while where whose without within into using via about between after before during through against among "
    "while but "
    "can could will would may might has have had do does did we our it its their this these those then thus so yet "
    "both "
    "respectively compared relative including covering spanning containing given not only just even more less fewer "
    "such "
    "if because since until unless under up down off out near, faster slower better worse higher lower larger smaller "
    "greater cheaper bigger longer shorter ones whereas versus vs outperforming achieves achieving "
    "around approximately already being rather overall average altogether collected generated sampled drawn taken "
    "made used trained running".split()
)


_SKIPPED = frozenset("such new more total additional further".split())


def describe(text: str, q: Quantity) -> Quantity:
    """`q` with its noun, its hedge, whether it is said to be relative, and whether it may be part of a name."""
    noun, noun_end = _noun_after(text, q.end) if q.form not in ("factor", "magnitude") else (None, None)
    first = min(q.start, q.baseline_span[0] if q.baseline_span else q.start)
    # What hedges a change stands before its last number or before the whole of it.
    before = text[max(0, q.start - 48) : q.start]
    hedge = _HEDGE_BEFORE.search(before) or _HEDGE_BEFORE.search(text[max(0, first - 48) : first])
    after = _HEDGE_AFTER.match(text, q.end)
    qualifier = hedge.group(1).strip() if hedge else after.group(1) if after else None
    relative = _RELATIVE_AFTER.match(text, q.end) or _RELATIVE_BEFORE.search(before)
    kind = relative.group(1).lower() if relative else None
    named = bool(_NAMED_BEFORE.search(before)) and before.split()[-1:] != [] and before.split()[-1] not in _NOT_NAMES
    return replace(
        q,
        noun=noun,
        noun_end=noun_end,
        qualifier=qualifier,
        relative=None if kind is None else kind != "absolute",
        named=named and q.form in ("plain", "year", "count"),
    )


def _noun_after(text: str, at: int) -> tuple[str | None, int | None]:
    """The noun phrase right after a number, cut at the first function word or punctuation; its last plural wins."""
    words: list[re.Match[str]] = []
    position = at + 1 if text[at : at + 1] in ("+", "$", "}") else at
    joined = False  # '300 spoken and written answers': one 'and' between adjectives is passed over
    while len(words) < 7:
        match = _WORDS.match(text, position)
        if match is None or not match.group(1):
            break
        word = match.group(1).lower()
        if word == "and" and words and not joined and not any(_plural(w.group(1)) for w in words):
            joined = True
        elif word in _STOP and word not in _SKIPPED:
            break
        elif words or word not in _SKIPPED:
            words.append(match)
        position = match.end()
        if text[position : position + 1] not in (" ", "-"):
            break
    words = _before_and(text, words)
    if not words:
        return None, None
    last = len(words) - 1
    plural = next((i for i, w in enumerate(words) if _plural(w.group(1))), last)
    return text[words[0].start(1) : words[plural].end(1)], words[plural].end(1)


def _before_and(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """Only the words before an 'and' when no plural follows it."""
    for i in range(1, len(words)):
        if " and " in text[words[i - 1].end() : words[i].start()] and not any(_plural(w.group(1)) for w in words[i:]):
            return words[:i]
    return words


def _plural(word: str) -> bool:
    return (
        len(word) > 3
        and word.endswith("s")
        and word.lower() != "news"
        and not word.endswith(("ss", "ous", "us", "is", "'s", "’s"))
    )
