"""Words that tell whether a phrase or a name is the baseline of a number: features of a linear ranker.

The trees of `kg.extract.attributes` see structure; these features see which words stand in, before and after the
candidate and between it and the number ('outperforms X by', 'X, while ours reaches').
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.extract.attributes import Candidate, Subject, nearest_mention
from kg.extract.claim_context import Context
from kg.extract.scorers import Linear

_PASSED_OVER = frozenset("the a an its their our all both several many most any two three four five six of".split())
_TELLING = frozenset(
    "outperform outperforms outperforming outperformed surpass surpasses surpassing than over compared to improve "
    "improves improved improving reduce reduces reducing while whereas and ; respectively by with of achieves "
    "achieving achieve baseline baselines relative versus vs from against speedup faster but up".split()
)
_LEAD = 60
_TAIL = 24
"""Characters read before and after a candidate."""
_SENTENCE = 40
_LONGEST_GAP = 9
"""Tokens read of a sentence (long ones say less of one number), and between candidate and number."""


def word_scores(ranker: Linear, context: Context, subject: Subject, found: Sequence[Candidate]) -> list[float]:
    """What `ranker` thinks of each candidate."""
    return [ranker.scores(baseline_words(context, subject, candidate))[0] for candidate in found]


def baseline_words(context: Context, subject: Subject, candidate: Candidate) -> list[str]:
    """Names of the features that hold for `candidate`, at its mention nearest to the number."""
    span = nearest_mention(context, subject.quantity, candidate)[1]
    kind = subject.kind
    own = context.sentence(subject.quantity.start)
    offset = max(-3, min(3, context.sentence(span[0]) - own))
    sort = "phrase" if candidate.phrase else candidate.role
    found = [f"sort={sort}", f"kind={kind}", f"sort+kind={sort}|{kind}", f"away={offset}", f"sort+away={sort}|{offset}"]
    lead = context.words(max(0, span[0] - _LEAD), span[0])
    bare = [w for w in lead if w not in _PASSED_OVER]
    word, previous = (bare[-1] if bare else "^"), (lead[-1] if lead else "^")
    following = [*context.words(span[1], span[1] + _TAIL), "$"][:2]
    found += [f"before={word}", f"before2={'_'.join(bare[-2:])}", f"just before={previous}"]
    found += [f"before+sort={word}|{sort}", f"before+kind={word}|{kind}"]
    found += [f"after={following[0]}", f"after2={'_'.join(following)}", f"after+sort={following[0]}|{sort}"]
    if candidate.phrase:
        found += _inside(context, span, previous)
    if offset == 0:
        found += _between(context, subject, span, sort=sort, word=word)
    sentence = set(context.words(*context.span(own))[:_SENTENCE])
    return found + [f"sentence={w}|{sort}" for w in sorted(sentence & _TELLING)]


def _inside(context: Context, span: tuple[int, int], previous: str) -> list[str]:
    """The words of a phrase and the names that it holds."""
    words = context.words(*span) or [""]  # a phrase may be the rest of a token: 'D' of '3D'
    names = [n for n in context.named if span[0] <= n.start and n.end <= span[1]]
    return [
        f"first={words[0]}",
        f"last={words[-1]}",
        f"first+before={words[0]}|{previous}",
        f"length={min(8, len(words))}",
        *(f"word={w}" for w in words),
        f"holds={'|'.join(n.kind for n in names[:3])}",
        f"ends in name={any(n.kind == 'method' and n.end == span[1] for n in names)}",
    ]


def _between(context: Context, subject: Subject, span: tuple[int, int], *, sort: str, word: str) -> list[str]:
    """What stands between the candidate and the number, both in one sentence."""
    q = subject.quantity
    side = "left" if span[0] < q.start else "right"
    left, right = (span[1], q.start) if span[0] < q.start else (q.end, span[0])
    found = [f"side={side}", f"side+sort={side}|{sort}", f"side+before={side}|{word}"]
    gap = _outline(context, left, right)
    if gap is not None:
        found.append(f"gap starts={side}|{' '.join(gap[:2])}")
        found.append(f"gap ends={side}|{' '.join(gap[-2:])}")
        found.append(f"gap={side}|{word}|{' '.join(gap[:1])}|{' '.join(gap[-1:])}")
        if len(gap) <= 5:
            found.append(f"whole gap={side}|{' '.join(gap)}")
    return found + [f"in gap={side}|{w}" for w in sorted(set(context.words(left, right)) & _TELLING)]


def _outline(context: Context, left: int, right: int) -> list[str] | None:
    """The tokens between two places, names and numbers as their signs; None for a long stretch."""
    found: list[str] = []
    at = context.token_at(left)
    while at < len(context.tokens):
        start, _, token = context.tokens[at]
        if start >= right:
            break
        end, sign = context.signs.get(start, (0, ""))
        found.append(sign or token)
        at = context.token_at(max(end, start + 1)) if sign else at + 1
        if len(found) > _LONGEST_GAP:
            return None
    return found
