"""Candidate spans of a document, those of one name gathered into groups.

A candidate is a run of up to `LONGEST` tokens within a sentence that begins and ends like a name. Candidates whose
letters are the same after folding case, punctuation and a plural s are one group, and so are the two sides of a
definition 'Long Form (ABBR)': what the model decides, it decides for a group with all its mentions before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from kg.extract.document import TOKEN, Document, Span, owners

LONGEST = 12
"""Tokens of the longest candidate; one gold form in a hundred is longer."""

_BARRIERS = frozenset(",;!?\n")
_CLOSERS = frozenset(")]}+*$'")
_KEPT = frozenset("%+@.")
_CHANGED_END = frozenset("s.")
_NOT_FIRST = frozenset(
    "the a an our their its this that these those we it they is are was were be been being of and or but for with to in"
    " on at by from as into than then when which who whose while also can may not such both each either our novel new"
    " propose proposed proposes present presents introduce introduces using use uses show shows based called named i e"
    " has have had will would there here however moreover furthermore specifically thus i.e e.g et al".split()
)
_NOT_LAST = frozenset(
    "the a an our their its this that these those we it they is are was were be been being of and or but for with to in"
    " on at by from as into than then when which who whose while also can may not such using via i.e e.g has have had"
    " will would between among over under per without within through during about propose show shows that".split()
)


def every_candidate(document: Document) -> Document:
    """`document` with all its candidates."""
    tokens = _Tokens.of(document)
    found = _runs(tokens, tokens.starts, lambda _key, _token: True)
    names = aliases(document)
    return _with(document, ((names.get(key, key), first, last) for key, first, last in found))


def likely_candidates(document: Document, begins: Sequence[bool], inside: Sequence[bool]) -> Document:
    """`document` with the groups that have a mention which begins where a token `begins` and only runs `inside`.

    Each of them has all its mentions, as if all candidates had been found; where there is no such group, all are.
    """
    tokens = _Tokens.of(document)
    names = aliases(document)
    starts = [i for i in tokens.starts if begins[i] and inside[i]]
    likely = _runs(tokens, starts, lambda _key, token: inside[token])
    wanted = {names.get(key, key) for key, _, _ in likely}
    if not wanted:
        return every_candidate(document)
    keys = wanted.union(key for key, name in names.items() if name in wanted)
    ordered = [*sorted(keys), ""]

    def goes_on(key: str, _token: int) -> bool:
        """Whether one of `keys` begins so, or is this but for its end."""
        after = ordered[bisect_left(ordered, key, 0, len(keys))]
        return after.startswith(key) or (key[-1:] in _CHANGED_END and _finish(key) in keys)

    found = _runs(tokens, tokens.starts, goes_on)
    named = ((names.get(key, key), first, last) for key, first, last in found)
    return _with(document, (one for one in named if one[0] in wanted))


def candidate_keys(text: str, sentences: Sequence[Span]) -> set[str]:
    """The keys of all candidates of a text, definitions apart."""
    matches = list(TOKEN.finditer(text))
    words = [m.group().lower() for m in matches]
    starts, ends = [m.start() for m in matches], [m.end() for m in matches]
    tokens = _Tokens.made(words, starts, ends, owners(np.array(starts, np.int64), sentences).tolist())
    return {key for key, _, _ in _runs(tokens, tokens.starts, lambda _key, _token: True)}


def fold_key(text: str) -> str:
    """The key of the group that a span with this text belongs to."""
    return _finish("".join(_kind(token.lower())[0] for token in TOKEN.findall(text)))


def _finish(key: str) -> str:
    key = key.strip(".")
    return key[:-1] if len(key) > 4 and key.endswith("s") and not key.endswith("ss") else key


@lru_cache(maxsize=1 << 14)
def _kind(word: str) -> tuple[str, int, bool, bool, bool]:
    """Of a token in lower case: its part in a key, the depth of brackets it adds, whether it can start a name, whether
    it can if a hyphen follows, whether it can end one."""
    letters = word[0].isalnum()
    return (
        word if letters or word in _KEPT else "",
        1 if word in "([{" else -1 if word in ")]}" else 0,
        letters and word not in _NOT_FIRST,
        letters,
        word in _CLOSERS or (letters and word not in _NOT_LAST),
    )


@dataclass(frozen=True)
class _Tokens:
    """The tokens of a text as the search for candidates sees them."""

    words: Sequence[str]
    sentences: Sequence[int]
    cores: Sequence[str]  # what each adds to a key
    opens: Sequence[int]  # brackets
    ending: Sequence[bool]  # whether it can be the last of a name
    starts: Sequence[int]  # the tokens that can be the first of one

    @classmethod
    def of(cls, document: Document) -> _Tokens:
        places = document.starts.tolist(), document.ends.tolist(), document.sentence_of.tolist()
        return cls.made(document.words, *places)

    @classmethod
    def made(
        cls, words: Sequence[str], starts: Sequence[int], ends: Sequence[int], sentences: Sequence[int]
    ) -> _Tokens:
        if not words:
            return cls((), (), (), (), (), ())
        cores, opens, first, hyphenated, last = zip(*map(_kind, words), strict=True)
        beginning = [
            i
            for i, able in enumerate(first)
            if able or (hyphenated[i] and words[i + 1 : i + 2] == ["-"] and ends[i] == starts[i + 1])
        ]
        return cls(words, sentences, cores, opens, last, beginning)


def _runs(
    tokens: _Tokens, starts: Iterable[int], goes_on: Callable[[str, int], bool]
) -> Iterator[tuple[str, int, int]]:
    """Key, first and last token of each candidate that begins at one of `starts`.

    A run ends early where `goes_on` says no of the letters with the token of this number.
    """
    words, sentences, cores, opens, ending = tokens.words, tokens.sentences, tokens.cores, tokens.opens, tokens.ending
    for i in starts:
        key, depth, sentence = "", 0, sentences[i]
        for j in range(i, min(i + LONGEST, len(words))):
            if sentences[j] != sentence or (not depth and words[j] in _BARRIERS):
                break
            depth += opens[j]
            if depth < 0:
                break
            key += cores[j]
            if not goes_on(key, j):
                break
            if depth == 0 and ending[j]:
                yield (_finish(key) if key[-1:] in _CHANGED_END else key), i, j


def aliases(document: Document) -> dict[str, str]:
    """The key of the short form by that of the long one, for what the text defines."""
    text = document.text
    return {fold_key(text[slice(*long)]): fold_key(text[slice(*short)]) for short, long in document.abbreviations}


def _with(document: Document, found: Iterable[tuple[str, int, int]]) -> Document:
    """`document` with these candidates, the groups in the order of their first."""
    groups: dict[str, int] = {}
    rows = sorted((groups.setdefault(name, len(groups)), first, last) for name, first, last in found)
    table = np.array(rows, np.int64).reshape(-1, 3)
    return replace(document, span_first=table[:, 1], span_last=table[:, 2], span_group=table[:, 0], keys=list(groups))
