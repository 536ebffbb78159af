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

from kg.extract.attributes import ATTRIBUTES, CLAIM_KINDS, Attribute, Candidate, Subject, candidates, rows
from kg.extract.baseline_rows import baseline_rows
from kg.extract.baseline_words import word_scores
from kg.extract.claim_context import Context, EntityLists
from kg.extract.claim_features import features
from kg.extract.claim_model import ClaimModel, shipped_model
from kg.extract.claim_properties import claim_unit, direction, flags, is_relative
from kg.extract.claim_rows import claim_rows, kind_rows
from kg.extract.clauses import clause
from kg.extract.measures import is_error
from kg.extract.parallel import PARALLEL, in_parallel, with_the_lists_metric
from kg.extract.quantity import Quantity
from kg.extract.scorers import sigmoid, softmax
from kg.extract.second_opinion import NO_OPINION, ReadingLike, SecondOpinion
from kg.records import Claim


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
    if not kept:
        return []
    named = [features(context, q) for q in kept]
    claim_scores = [model.claim.scores(names)[0] for names in named]
    kind_scores = [softmax(model.kind.scores(names)) for names in named]
    second = model.claim_trees.scores(claim_rows(context, kept, claim_scores, kind_scores))[:, 0].tolist()
    found = []
    for q, score, kinds in zip(kept, second, kind_scores, strict=True):
        probability = max(opinion.claim(q, sigmoid(score)), _SURE if included(context, q) else 0.0)
        if probability >= model.threshold:
            found.append((probability, Subject(q, kinds)))
    return found


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
        Subject(s.quantity, _by_definition(context, s, opinion.kinds(s.quantity, softmax(scores)), metric))
        for s, scores, metric in zip(subjects, by_kind, metrics, strict=True)
    ]


_GAIN, _REDUCTION = CLAIM_KINDS.index("gain"), CLAIM_KINDS.index("reduction")
_MORE = re.compile(
    r"increas|\brais|\bris(?:es?|ing)\b|inflat|boost|\bgr[eo]w|worse|degrad|amplif|deteriorat", re.IGNORECASE
)


def _by_definition(context: Context, subject: Subject, kinds: list[float], metric: str | None) -> list[float]:
    """Less of a bad thing is a reduction, also where the text says that it improves: 'improves WER by 2%'.

    People who annotate take it for a gain here and there; the definition in the guidelines decides for all papers
    alike. Where the text says that there is more of it, what was learned stands.
    """
    if metric is None or not is_error(metric) or _MORE.search(clause(context, subject.quantity)):
        return kinds
    settled = list(kinds)
    settled[_REDUCTION] += settled[_GAIN]
    settled[_GAIN] = 0.0
    return settled


_STATISTIC = re.compile(r"\bp\s?(?:-value)?s?\s?(?:of )?[<=>≤]\s?$", re.IGNORECASE)
_CONFIDENCE = re.compile(r"\s?(?:CI\b|confidence (?:interval|level)|significance)", re.IGNORECASE)


_SETTING = re.compile(
    r"(?:\b(?:with|using|and|at) (?:a )?(?:total |global |mini-?)?batch[- ]size|learning[- ]rate|weight decay"
    r"|dropout(?: rate)?|temperature|momentum) of (?:about |only )?$",
    re.IGNORECASE,
)
_TRAINED = re.compile(r"\b(?:pre-?)?train(?:ed|ing|s)?\b[^.;,]{0,30} for (?:only |just |about )?$", re.IGNORECASE)
_ROUNDS = re.compile(r"[ -](?:training )?(?:epochs|steps|iterations)")


def excluded(context: Context, q: Quantity) -> bool:
    """What the guidelines leave out for certain: numbers inside names, years, p-values, settings of training."""
    if q.form == "year" or (q.form == "ordinal" and q.noun == "century") or _CONFIDENCE.match(context.text, q.end):
        return True
    if _STATISTIC.search(context.text, max(0, q.start - 14), q.start):
        return True
    before = context.text[max(0, q.start - 48) : q.start]
    if _SETTING.search(before) or (_ROUNDS.match(context.text, q.end) and _TRAINED.search(before)):
        return True
    return any(n.start <= q.start and q.end <= n.end and (n.start, n.end) != (q.start, q.end) for n in context.named)


_SHARE_NEEDED = re.compile(
    r"\s(?:of )?(?:(?:the|its|their|our|all|total|full|original|trainable|learnable|model|training|label(?:l?ed)?"
    r"|inference|memory|number of|amount of) )*(?:param(?:eter)?s?|data|labels?|annotations?|memory|compute|computation"
    r"|costs?|samples?|examples?|flops|macs|tokens?|time|energy|storage|size|queries)\b(?![-/])",
    re.IGNORECASE,
)
_FOR_INSTANCE = re.compile(r"(?:e\.g\.,?|such as|i\.e\.,?|\brate(?: of)?|[=≤<>≥]) ?$")
_SURE = 0.9


def included(context: Context, q: Quantity) -> bool:
    """What the guidelines take in: a resource of which only a fraction is needed, '1/100 of the parameters'.

    Such fractions are too rare to be learned; of eleven in the annotated papers ten are claims.
    """
    written = q.form == "fraction" and "/" in context.text[q.start : q.end]
    if not written or not _SHARE_NEEDED.match(context.text, q.end):
        return False
    return not _FOR_INSTANCE.search(context.text, max(0, q.start - 10), q.start)


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
        chosen.append(best if scores[best] >= model.attribute_thresholds[attribute] else None)
    if attribute == "metric":
        chosen = with_the_lists_metric(context, [s.quantity for s in subjects], found, chosen)
    if attribute in PARALLEL:
        chosen = in_parallel(context, [s.quantity for s in subjects], attribute, found, chosen, barred)
    return [None if i is None else found[i].name for i in chosen]


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
        qualifier=q.qualifier,
        direction=direction(kind, unit, about["metric"]),
        relative=is_relative(q, kind, unit),
        flags=flags(q, kind, unit, about["metric"]),
        method=about["method"],
        baseline=about["baseline"],
        dataset=about["dataset"],
        metric=about["metric"],
        confidence=round(probability, 4),
    )
