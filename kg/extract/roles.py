"""Roles: the most probable one, and those that the text states outright, above what the model makes of them.

The model has seen well-known names used a thousand times and introduced never, so it calls them used even where the
paper at hand introduces them. Where the words leave no doubt, the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

INTRODUCED = {"method": "proposed", "dataset": "introduced"}
"""Kinds of entities that a paper can introduce, and what that role is called."""

_INTRODUCES = re.compile(
    r"\b(?:we|this (?:paper|work|article|study|report)|(?:the|our) (?:paper|work|authors?))\b[^.;:]{0,40}?\b"
    r"(?:propos|introduc|present|develop|devis|creat|unveil|releas)(?:e|es|ed|s)?\b(?P<between>[^.;:]{0,60})$",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"\b(?:we|this (?:paper|work))\b[^.;:]{0,160}\b(?:called|named|dubbed|termed|coined|namely|abbreviated as)[ ,]+$",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:of|for|to|on|with|using|from|by|that|which|in|into|over|through|via|how|as|at|between|under|is|are"
    r"|results?|analysis|study|experiments?|evaluation|evidence|extension|variants?)\b",
    re.IGNORECASE,
)

_ENDS = re.compile(r" ?[(,.;:–—]| (?:a|an|the|which|that|for|to|and then|as our)\b")
"""What may follow the name; a noun would say that something is introduced which is only based on it."""


def likeliest(probabilities: Mapping[str, float]) -> str | None:
    """The role of the highest probability, the first of equals; None for an entity that has no role."""
    return max(probabilities, key=lambda role: probabilities[role], default=None)


def is_introduced(
    text: str, title_end: int, mentions: Iterable[tuple[int, int]], sentences: Sequence[tuple[int, int]]
) -> bool:
    """Whether the text says that this paper introduces what stands at `mentions`.

    Either the title begins with the name and a colon, or one mention is the object of 'we propose', 'this paper
    introduces', 'we develop …, called' with nothing but determiners, adjectives and nouns in between.
    """
    for start, end in mentions:
        if start == 0 and end < title_end and text[end] == ":":
            return True
        left = max((s for s, e in sentences if s <= start < e), default=0)
        before = text[left:start]
        found = _INTRODUCES.search(before)
        direct = found is not None and not _ELSEWHERE.search(found["between"])
        if (direct or _NAMES.search(before)) and _ENDS.match(text, end) and _is_name(text[start:end]):
            return True
    return False


def _is_name(form: str) -> bool:
    """A proper name: a capital within a word or a digit, or nothing but words that begin with capitals."""
    words = re.findall(r"\w+", form)
    inner = any(any(c.isupper() or c.isdigit() for c in word[1:]) for word in words)
    return inner or all(word[0].isupper() for word in words)
