"""From the numbers of a text to its claims: which count, of what kind, about what.

The grammar (`kg.extract.quantities`) gives every number; a learned scorer over words, form and entities near it
decides which are results, sizes or costs of what the paper delivers, and of which kind; `kg.extract.attributes` finds
what each is about. A claim needs a number: 'zero errors' is a claim of value 0, 'no loss of accuracy' gives none,
because it names no value and the annotation guidelines leave such statements out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kg.extract.attributes import ATTRIBUTES, Attribute, Candidate, Subject, candidates, nearest_mention, rows
from kg.extract.baseline_rows import baseline_rows
from kg.extract.baseline_words import word_scores
from kg.extract.baselines import says_of_which_kind
from kg.extract.claim_context import Context, EntityLists
from kg.extract.claim_definitions import certainty, excluded, kind_by_definition
from kg.extract.claim_features import features
from kg.extract.claim_model import ClaimModel, shipped_model
from kg.extract.claim_properties import claim_unit, direction, flags, is_relative
from kg.extract.claim_rows import claim_rows, kind_rows
from kg.extract.clauses import clause
from kg.extract.parallel import PARALLEL, in_parallel, with_the_lists_metric, with_the_rival_after
from kg.extract.quantity import Quantity
from kg.extract.scorers import sigmoid, softmax
from kg.extract.second_opinion import NO_OPINION, ReadingLike, SecondOpinion
from kg.records import Claim

_JOINT = re.compile(r"/|&|\b(?:and|or)\b")
"""What stands before the last member of a list."""

_MARGIN = re.compile(r" (?:points? |percent |%)?(?:more|less|better|worse|higher|lower|above|below|over)\b")
"""After a number that says how far another one is from something."""

_REACHED = ("score", "cost")
"""Kinds of numbers that say what a method reached, not what it changed."""


def find_claims(  # noqa: PLR0917  # one argument for each thing that earlier components found
    text: str,
    title_end: int,
    sentences: Sequence[tuple[int, int]],
    quantities: Sequence[Quantity],
    entities: EntityLists,
    reading: ReadingLike | None = None,
    *,
    model: ClaimModel | None = None,
) -> list[Claim]:
    """The claims of `text` in the order of their numbers.

    `title_end` is where the title ends, `quantities` come from `find_quantities`, `entities` are the records of this
    text, `reading` is what the encoder thinks of each number (None: decide without it). `model` None takes the one
    that ships with the package.
    """
    model = model or shipped_model()
    context = Context(text, title_end, sentences, quantities, entities)
    opinion = SecondOpinion(reading) if reading is not None else NO_OPINION
    kept = [q for q in quantities if not excluded(context, q)]
    scored = _scored(context, kept, model, opinion)
    if not scored:
        return []
    first = [subject for _, subject in scored]
    choices = {a: candidates(context, a) for a in ATTRIBUTES}
    metrics = _choose(context, first, "metric", choices["metric"], model, opinion, [None] * len(first))
    subjects = _with_kinds(context, first, metrics, model, opinion)
    about = _attributes(context, subjects, metrics, choices, model, opinion)
    return [
        _claim(context, subject, probability, chosen)
        for (probability, _), subject, chosen in zip(scored, subjects, about, strict=True)
    ]


def _scored(
    context: Context, kept: Sequence[Quantity], model: ClaimModel, opinion: SecondOpinion
) -> list[tuple[float, Subject]]:
    """The quantities that are claims, each with its probability and a first guess of its kind."""
    sure = {q: certainty(context, q) for q in kept}
    likely = [q for q in kept if sure[q] or not opinion.unlikely(q)]
    near = _with_neighbours(context, kept, likely)
    if not near:
        return []
    named = [features(context, q) for q in near]
    claim_scores = [model.claim.scores(names)[0] for names in named]
    kind_scores = [softmax(model.kind.scores(names)) for names in named]
    second = model.claim_trees.scores(claim_rows(context, near, claim_scores, kind_scores))[:, 0].tolist()
    found = []
    for i, q in enumerate(near):
        probability = max(opinion.claim(q, sigmoid(second[i])), sure[q])
        if probability >= model.threshold and q in likely:
            found.append((probability, Subject(q, kind_scores[i])))
    return found


def _with_neighbours(context: Context, every: Sequence[Quantity], wanted: Sequence[Quantity]) -> list[Quantity]:
    """Those of `every` that are `wanted` or stand in a sentence or a list with one that is: its row looks at them."""
    sentences = {context.sentence(q.start) for q in wanted}
    series = {q.series for q in wanted} - {None}
    return [q for q in every if context.sentence(q.start) in sentences or q.series in series]


def _with_kinds(
    context: Context,
    subjects: Sequence[Subject],
    metrics: Sequence[str | None],
    model: ClaimModel,
    opinion: SecondOpinion,
) -> list[Subject]:
    """The claims with the final probability of each kind."""
    matrix = kind_rows(context, subjects, metrics)
    by_kind = model.kind_trees.scores(matrix).tolist()
    return [
        Subject(s.quantity, kind_by_definition(context, s.quantity, opinion.kinds(s.quantity, softmax(scores)), metric))
        for s, scores, metric in zip(subjects, by_kind, metrics, strict=True)
    ]


def _attributes(  # noqa: PLR0917
    context: Context,
    subjects: Sequence[Subject],
    metrics: Sequence[str | None],
    choices: dict[Attribute, list[Candidate]],
    model: ClaimModel,
    opinion: SecondOpinion,
) -> list[dict[Attribute, str | None]]:
    """The names of the attributes of each claim, None where the text does not say it."""
    columns: dict[Attribute, Sequence[str | None]] = {"metric": metrics}
    for attribute in ATTRIBUTES:
        if attribute not in columns:
            barred = columns["method"] if attribute == "baseline" else [None] * len(subjects)
            columns[attribute] = _choose(context, subjects, attribute, choices[attribute], model, opinion, barred)
    chosen = [{attribute: column[i] for attribute, column in columns.items()} for i in range(len(subjects))]
    for one in chosen:
        if one["baseline"] is not None and one["baseline"] == one["method"]:
            one["baseline"] = None
    return chosen


def _choose(  # noqa: PLR0917
    context: Context,
    subjects: Sequence[Subject],
    attribute: Attribute,
    found: list[Candidate],
    model: ClaimModel,
    opinion: SecondOpinion,
    barred: Sequence[str | None],
) -> list[str | None]:
    """The name of the candidate for each claim, None where none is likely enough; `barred` is what it may not become.

    A number that stands in a row with others takes its own name of the row in place of another's.
    """
    if not found:
        return [None] * len(subjects)
    matrix = np.concatenate([rows(context, subject, attribute, found) for subject in subjects])
    own = model.attributes[attribute].scores(matrix)[:, 0].reshape(len(subjects), len(found))
    if attribute == "baseline":
        words = np.array([word_scores(model.baseline_words, context, subject, found) for subject in subjects])
        second = model.baseline_trees.scores(baseline_rows(context, subjects, own, words))
        own = second[:, 0].reshape(len(subjects), len(found))
    chosen: list[int | None] = []
    for subject, logits in zip(subjects, own.tolist(), strict=True):
        scores = opinion.attribute(subject.quantity, attribute, found, [sigmoid(score) for score in logits])
        best = max(range(len(found)), key=lambda i: (scores[i], -i))
        likely = scores[best] >= model.attribute_thresholds[attribute]
        chosen.append(_whole_phrase(context, subject, found, scores, best) if likely else None)
    if attribute == "metric":
        chosen = with_the_lists_metric(context, [s.quantity for s in subjects], found, chosen)
    if attribute == "method":
        results = [s.kind in _REACHED for s in subjects]
        chosen = with_the_rival_after(context, [s.quantity for s in subjects], results, found, chosen)
    if attribute in PARALLEL:
        chosen = in_parallel(context, [s.quantity for s in subjects], attribute, found, chosen, barred)
    return [None if i is None else found[i].name for i in chosen]


def _whole_phrase(
    context: Context, subject: Subject, found: Sequence[Candidate], scores: Sequence[float], best: int
) -> int:
    """The candidate `best`; the phrase that it stands in where this is about a kind ('existing NeRF methods')."""
    if found[best].phrase:
        return best
    left, right = nearest_mention(context, subject.quantity, found[best])[1]
    around = [
        i
        for i, candidate in enumerate(found)
        if candidate.phrase
        and any(start < left and right < end for start, end in candidate.mentions)
        and says_of_which_kind(candidate.name)
    ]
    return max(around, key=lambda i: (scores[i], -i), default=best)


def _hedge_of_its_list(context: Context, q: Quantity) -> str | None:
    """The hedge before the first number of a list, which is for all: 'up to 12x and 6x'.

    A score and its margin, 'nearly 96%, 2% more than …', are no list.
    """
    if q.series is None:
        return None
    members = context.series[q.series]
    joint = context.text[members[-2].end : members[-1].start] if len(members) > 1 else ""
    return members[0].qualifier if _JOINT.search(joint) and not _MARGIN.match(context.text, q.end) else None


def _claim(context: Context, subject: Subject, probability: float, about: dict[Attribute, str | None]) -> Claim:
    q, kind = subject.quantity, subject.kind
    unit = claim_unit(context.text, q, kind)
    return Claim(
        text=clause(context, q),
        number=context.text[q.start : q.end],
        start=q.start,
        end=q.end,
        kind=kind,
        value=q.value,
        value_max=q.value_max,
        baseline_value=q.baseline_value,
        unit=unit,
        qualifier=q.qualifier or _hedge_of_its_list(context, q),
        direction=direction(kind, unit, about["metric"]),
        relative=is_relative(q, kind, unit),
        flags=flags(q, kind, unit, about["metric"]),
        method=about["method"],
        baseline=about["baseline"],
        dataset=about["dataset"],
        metric=about["metric"],
        confidence=round(probability, 4),
    )
