"""What a claim is about: its method, baseline, dataset and metric, chosen among the entities by a learned scorer.

For each claim and each entity of the right kind (for a baseline also phrases such as 'prior work') a row of numbers
says how they stand to each other in the text: distance, what stands between, lists that run in parallel, roles. The
scorer (`kg.train.claims`) ranks the rows; below its threshold the attribute stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kg.extract.baselines import NO_PHRASE, baseline_phrases, phrase_row
from kg.extract.claim_context import Context, Named, list_span
from kg.extract.measures import measure_class
from kg.extract.quantities import Quantity
from kg.extract.units import Form
from kg.records import ClaimKind, EntityKind

Attribute = Literal["method", "baseline", "dataset", "metric"]
ATTRIBUTES: tuple[Attribute, ...] = ("method", "baseline", "dataset", "metric")
CLAIM_KINDS: tuple[ClaimKind, ...] = ("speedup", "gain", "score", "reduction", "cost", "scale")
ENTITY_OF: dict[Attribute, EntityKind] = {
    "method": "method",
    "baseline": "method",
    "dataset": "dataset",
    "metric": "metric",
}

_FAR = 60.0
_FORMS: tuple[Form, ...] = ("percent", "points", "factor", "fraction", "time", "size", "rate", "plain", "count")
_ROLES = ("proposed", "used", "compared", "mentioned", "introduced", "evaluated", "training")
_MEASURES = ("quality", "error", "time", "rate", "memory", "compute", "size", "other")
_BEFORE_WORDS = (
    "on",
    "in",
    "for",
    "of",
    "over",
    "than",
    "to",
    "with",
    "by",
    "(",
    ",",
    "and",
    "from",
    "against",
    "using",
)
_COMPARATORS = frozenset(
    "than over compared outperform outperforms outperforming outperformed surpass surpasses surpassing surpassed vs "
    "versus against beats beating exceeds relative".split()
)
_BETTERED = re.compile(
    r"\b(?:improv|increas|boost|enhanc|accelerat|speed(?:s|ing)? up|reduc|lower|decreas|cut|compress|rais|lift)\w*"
    r"(?: (?:up)?on)?(?: (?:the|a|an|its|our|standard|original|existing|vanilla|pre-?trained))*(?: [\w.'-]+)? $",
    re.IGNORECASE,
)
"""What stands before the thing that is made better, which is then the baseline: 'improves the … by'."""
_OWN = frozenset("we our it its ours this".split())


Mention = tuple[float, tuple[int, int]]
"""Words between a number and a mention, and where the mention is."""


@dataclass(frozen=True)
class Candidate:
    """What an attribute may be: an entity (its mentions), or a phrase of the text."""

    name: str
    mentions: tuple[tuple[int, int], ...]
    role: str = ""
    phrase: bool = False
    number: int = -1


@dataclass(frozen=True)
class Subject:
    """A quantity taken as a claim, with the probability of each kind."""

    quantity: Quantity
    kinds: Sequence[float]

    @property
    def kind(self) -> ClaimKind:
        """The most probable kind, the first of equals."""
        return CLAIM_KINDS[max(range(len(CLAIM_KINDS)), key=lambda i: (self.kinds[i], -i))]


def candidates(context: Context, attribute: Attribute) -> list[Candidate]:
    """All that `attribute` may be in this text; the same for each of its claims."""
    kind = ENTITY_OF[attribute]
    lists = {
        "method": context.entities.methods,
        "dataset": context.entities.datasets,
        "metric": context.entities.metrics,
    }
    places: dict[int, list[tuple[int, int]]] = {}
    for one in context.of_kind(kind):
        places.setdefault(one.number, []).append((one.start, one.end))
    found = [
        Candidate(
            e.name,
            tuple(places.get(i) or ((m.start, m.end) for m in e.mentions)),
            str(getattr(e, "role", "")),
            number=i,
        )
        for i, e in enumerate(lists[kind])
    ]
    if attribute == "baseline":
        found += [Candidate(p, tuple(spans), phrase=True) for p, spans in baseline_phrases(context).items()]
    return found


def rows(context: Context, subject: Subject, attribute: Attribute, found: Sequence[Candidate]) -> NDArray[np.float32]:
    """The features of each candidate, a row each."""
    q = subject.quantity
    shared = _claim_features(context, subject)
    away = [_away(context, q, c) for c in found]
    nearest = [mentions[0] for mentions in away]
    order = sorted(range(len(found)), key=lambda i: (nearest[i][0], i))
    ranks = {i: rank for rank, i in enumerate(order)}
    before = [i for i in order if nearest[i][1][0] < q.start]
    after = [i for i in order if nearest[i][1][0] >= q.start]
    result = []
    for i, candidate in enumerate(found):
        own = _pair_features(context, q, candidate, away[i], attribute)
        position = [
            float(ranks[i]),
            float(before.index(i)) if i in before else 20.0,
            float(after.index(i)) if i in after else 20.0,
            float(len(found)),
            _aligned(context, q, candidate, attribute),
        ]
        result.append([*shared, *position, *own])
    return np.array(result, dtype=np.float32).reshape(len(found), -1)


def _claim_features(context: Context, subject: Subject) -> list[float]:
    q = subject.quantity
    left, right = context.span(context.sentence(q.start))
    lead = context.words(left, q.start)
    return [
        *subject.kinds,
        *(float(q.form == form) for form in _FORMS),
        float(q.baseline_value is not None),
        float(q.series is not None),
        float(q.position),
        float(q.end <= context.title_end),
        float(len(lead)),
        float(context.numbers_between(left, right)),
        float(bool(_OWN & set(lead))),
        float(bool(_COMPARATORS & set(context.words(left, right)))),
    ]


def _distance(context: Context, q: Quantity, span: tuple[int, int]) -> float:
    """Words between the number and a mention; another sentence counts as forty words."""
    if span[0] < q.end and q.start < span[1]:
        return 0.0
    sentences = abs(context.sentence(span[0]) - context.sentence(q.start))
    left, right = (span[1], q.start) if span[1] <= q.start else (q.end, span[0])
    gap = max(0, context.token_at(right) - context.token_at(left))
    return 40.0 * sentences + min(gap, 39) if sentences else float(gap)


def nearest_mention(context: Context, q: Quantity, candidate: Candidate) -> Mention:
    """The mention of `candidate` nearest to the number: words between them, and its place."""
    return _away(context, q, candidate)[0]


def _away(context: Context, q: Quantity, candidate: Candidate) -> list[Mention]:
    """The mentions of `candidate`, the nearest to the number first."""
    return sorted((_distance(context, q, span), span) for span in candidate.mentions)


def _pair_features(
    context: Context, q: Quantity, candidate: Candidate, away: Sequence[Mention], attribute: Attribute
) -> list[float]:
    span = away[0][1]
    own = context.sentence(q.start)
    offset = context.sentence(span[0]) - own
    is_before = span[0] < q.start
    left, right = (span[1], q.start) if is_before else (q.end, span[0])
    gap = context.words(left, right) if offset == 0 and left < right else []
    others = [
        n for n in context.of_kind(ENTITY_OF[attribute]) if left <= n.start < right and n.number != candidate.number
    ]
    in_sentence = [(distance, s) for distance, s in away if context.sentence(s[0]) == own]
    *before_it, after_it = context.once(("beside", span), lambda: _beside(context, span))
    return [
        min((distance for distance, s in in_sentence if s[0] < q.start), default=_FAR),
        min((distance for distance, s in in_sentence if s[0] >= q.start), default=_FAR),
        float(is_before),
        float(max(-8, min(8, offset))),
        float(len(gap)) if offset == 0 else _FAR,
        float(gap.count(",")),
        float(gap.count(";") + gap.count("while") + gap.count("whereas") + gap.count("but")),
        float(gap.count("and")),
        float("(" in gap) - float(")" in gap),
        float(bool(_COMPARATORS & set(gap))),
        float(context.numbers_between(left, right)) if offset == 0 else 9.0,
        float(len({n.number for n in others})) if offset == 0 else 9.0,
        *before_it,
        float(gap[:1] == ["of"]) + 2.0 * float(gap[-1:] == ["of"]),
        float(gap[:1] == ["by"]) + 2.0 * float(gap[-1:] == ["by"]),
        float(gap[-1:] in (["in"], ["on"])),
        after_it,
        float(len(in_sentence)),
        float(len(candidate.mentions)),
        float(candidate.mentions[0][0] < context.title_end),
        float(min(20, context.sentence(candidate.mentions[0][0]))),
        float(candidate.mentions[0][0] > q.end),
        *(float(candidate.role == role) for role in _ROLES),
        float(candidate.phrase),
        float(len(candidate.name)),
        *(phrase_row(context, *span) if candidate.phrase else NO_PHRASE),
        float(_from_list(context, q, span)) if offset == 0 else _FAR,
        _direct(context, q, span) if offset == 0 else 0.0,
        float(candidate.phrase and any(span[0] <= n.start and n.end <= span[1] for n in context.of_kind("method"))),
        float(_only_of_role(context, candidate, attribute)),
        float(_MEASURES.index(measure_class(candidate.name)) if attribute == "metric" else -1),
        float(_first_in_sentence(context, candidate, own, attribute)),
    ]


def _beside(context: Context, span: tuple[int, int]) -> list[float]:
    """What stands before a mention, and last what stands after it; whatever number asks."""
    lead = context.words(max(0, span[0] - 60), span[0])
    previous = lead[-1] if lead else ""
    following = context.words(span[1], span[1] + 20)[:1]
    return [
        *(float(previous == w) for w in _BEFORE_WORDS),
        float(bool(_COMPARATORS & set(lead[-4:]))),
        float(bool(_BETTERED.search(context.text, max(0, span[0] - 48), span[0]))),
        float(following == ["("]) + 2.0 * float(following == [","]),
    ]


def _from_list(context: Context, q: Quantity, span: tuple[int, int]) -> int:
    """Words between a mention and the whole list that the number belongs to."""
    first, last = list_span(context, q)
    if span[1] <= first:
        return len(context.words(span[1], first))
    return len(context.words(last, span[0])) if span[0] >= last else 0


_JOINTS_BEFORE = frozenset(("", "(", "=", ":", "of", "of (", "at", "is", "by", "with", "( up to", "of up to"))
_JOINTS_AFTER = frozenset(
    ("", "on", "in", "for", "of", "on the", "in the", "for the", "in terms of", "(", "with", "points", "on average on")
)


def _direct(context: Context, q: Quantity, span: tuple[int, int]) -> float:
    """1 when only a joint such as '(' or 'of' stands between mention and number, 2 when after it, 3 for a list."""
    if span[1] <= q.start and q.start - span[1] < 16:
        return float(" ".join(context.words(span[1], q.start)) in _JOINTS_BEFORE)
    if q.end <= span[0] < q.end + 24 and " ".join(context.words(q.end, span[0])) in _JOINTS_AFTER:
        return 2.0
    first, last = list_span(context, q)
    if span[0] >= last and " ".join(context.words(last, span[0])) in _JOINTS_AFTER:
        return 3.0
    return 3.0 if span[1] <= first and " ".join(context.words(span[1], first)) in _JOINTS_BEFORE else 0.0


def _only_of_role(context: Context, candidate: Candidate, attribute: Attribute) -> bool:
    if attribute in ("metric", "baseline") or candidate.phrase:
        return False
    entities = context.entities.methods if attribute == "method" else context.entities.datasets
    return sum(e.role == candidate.role for e in entities) == 1


def _first_in_sentence(context: Context, candidate: Candidate, sentence: int, attribute: Attribute) -> bool:
    """Whether the candidate is the first of its kind that the sentence names."""
    left, right = context.span(sentence)
    first = next((n for n in context.of_kind(ENTITY_OF[attribute]) if left <= n.start < right), None)
    return first is not None and first.number == candidate.number and not candidate.phrase


def _aligned(context: Context, q: Quantity, candidate: Candidate, attribute: Attribute) -> float:
    """1 when the number and the entity hold the same place in lists of equal length, -1 for another place, else 0."""
    names = [] if candidate.phrase else aligned_list(context, q, attribute)
    if not names:
        return 0.0
    if names[q.position].number == candidate.number:
        return 1.0
    return -1.0 if any(n.number == candidate.number for n in names) else 0.0


def aligned_list(context: Context, q: Quantity, attribute: Attribute) -> list[Named]:
    """The nearest list of names of the sentence that is as long as the list of numbers that `q` is in; else empty."""
    if q.series is None:
        return []
    size, own = len(context.series[q.series]), context.sentence(q.start)
    lists = [
        run for run in context.lists[ENTITY_OF[attribute]] if len(run) == size and context.sentence(run[0].start) == own
    ]
    return min(lists, key=lambda run: list_distance(run, q), default=[])


def list_distance(run: Sequence[Named], q: Quantity) -> int:
    """Characters between a list of names and a number."""
    return min(abs(run[0].start - q.end), abs(q.start - run[-1].end))
