"""Train the claim scorers, which know no encoder: words, cues, structure.

Takes annotated papers (form of the annotation guidelines), aligns every annotated claim with a quantity of the
grammar, and fits two linear models (is it a claim, of which kind), boosted trees over their opinions, boosted trees a
claim attribute, and for baselines a linear ranker and trees over its opinion and that of the others. The entities are
those of the annotation; what a second stage sees comes from folds that did not train on the paper.
Deterministic for one version of scikit-learn; the weights are plain arrays that numpy reads at run time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extract.attributes import ATTRIBUTES, CLAIM_KINDS, ENTITY_OF, Attribute, Candidate, Subject, candidates, rows
from kg.extract.baseline_rows import baseline_rows
from kg.extract.baseline_words import baseline_words
from kg.extract.claim_context import Context
from kg.extract.claim_definitions import excluded
from kg.extract.claim_features import features
from kg.extract.claim_rows import claim_rows, kind_rows
from kg.extract.quantities import Quantity, find_quantities
from kg.extract.scorers import sigmoid, softmax
from kg.extract.sentences import sentences
from kg.extract.trees import Trees, load_trees
from kg.records import Dataset, Mention, Method, Metric, Task
from kg.text import clean
from kg.train.scorers import FOLDS, GENTLE, crossfit, fit_linear, fit_trees, linear_scores

CLAIM_THRESHOLD = 0.4
ATTRIBUTE_THRESHOLDS: dict[Attribute, float] = {"method": 0.15, "baseline": 0.12, "dataset": 0.14, "metric": 0.22}
"""Below these an attribute stays empty; lowered on papers that no model had seen, where whole claims gained by it, and
for baselines further: a doubtful one is wanted rather than none."""
_CLAIM_STRENGTH = 0.1
_KIND_STRENGTH = 0.3
_RANKER_STRENGTH = 0.1


@dataclass(frozen=True)
class GoldEntities:
    """The annotated entities of one paper as records."""

    methods: Sequence[Method]
    datasets: Sequence[Dataset]
    metrics: Sequence[Metric]
    tasks: Sequence[Task]


@dataclass(frozen=True)
class Example:
    """One quantity of an annotated paper, with its annotated claim if it is one."""

    context: Context
    quantity: Quantity
    claim: dict[str, Any] | None
    fold: int


def gold_context(paper: dict[str, Any], gold: dict[str, Any]) -> Context:
    """The text of `paper` with its quantities and the annotated entities of `gold`."""
    title = " ".join(clean(paper["title"] or "").split())
    abstract = clean(paper["abstract"] or "")
    text = f"{title}\n{abstract}" if title else abstract
    spans = sentences(text)
    return Context(text, len(title), spans, find_quantities(text), gold_entities(text, len(title), gold))


def gold_entities(text: str, title_end: int, gold: dict[str, Any]) -> GoldEntities:
    """The annotated entities as records; one that cleaned text no longer names is left out."""
    lists: dict[str, list[Any]] = {}
    for field, record in (("methods", Method), ("datasets", Dataset), ("metrics", Metric), ("tasks", Task)):
        lists[field] = []
        for entity in gold.get(field, []):
            places = list(_mentions(text, title_end, [entity["name"], *(entity.get("as") or [])]))
            if places:
                role = {"role": entity["role"]} if "role" in entity else {}
                lists[field].append(record(name=entity["name"], confidence=1.0, mentions=tuple(places), **role))
    return GoldEntities(**lists)


def _mentions(text: str, title_end: int, forms: Iterable[str]) -> Iterator[Mention]:
    spans: set[tuple[int, int]] = set()
    for form in forms:
        written = clean(form)
        if written:
            pattern = (
                ("(?<!\\w)" if written[0].isalnum() else "")
                + re.escape(written)
                + ("(?!\\w)" if written[-1].isalnum() else "")
            )
            spans |= {m.span() for m in re.finditer(pattern, text)}
    for start, end in sorted(spans):
        section: Any = "title" if end <= title_end else "abstract"
        yield Mention(text=text[start:end], start=start, end=end, section=section)


def align(context: Context, claims: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Position of a quantity → the annotated claim that it states; by place in the claim's words, else by value."""
    found: dict[int, dict[str, Any]] = {}
    for claim in claims:
        words, number = clean(claim["text"]), clean(claim["number"])
        at = context.text.find(words) if words else -1
        inner = words.find(number)
        place = (at + inner, at + inner + len(number)) if at >= 0 and inner >= 0 else None
        fits = [
            i for i, q in enumerate(context.quantities)
            if i not in found and _close(q.value, claim["value"])
        ]  # fmt: skip
        best = [
            i for i in fits if place and context.quantities[i].start < place[1] and place[0] < context.quantities[i].end
        ]
        inside = [i for i in fits if at >= 0 and at <= context.quantities[i].start < at + len(words)]
        chosen = next(iter([*best, *inside, *fits]), None)
        if chosen is not None:
            found[chosen] = claim
    return found


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 0.005 * max(abs(a), abs(b), 1e-9)


def examples(papers: dict[str, dict[str, Any]], annotations: Sequence[dict[str, Any]]) -> list[Example]:
    """Every quantity of the annotated papers that is not excluded for certain; papers are dealt to folds in turn."""
    found = []
    for position, gold in enumerate(annotations):
        context = gold_context(papers[gold["id"]], gold)
        claims = align(context, gold["claims"])
        found += [
            Example(context, q, claims.get(i), position % FOLDS)
            for i, q in enumerate(context.quantities)
            if not excluded(context, q)
        ]
    return found


@dataclass(frozen=True)
class Pairs:
    """Claims with all that an attribute of theirs may be, a pair a row.

    `rows` are the features, `wanted` says whether the candidate is the annotated one, `owners` is the position of the
    claim and `found` the candidate.
    """

    rows: NDArray[np.float32]
    wanted: NDArray[np.int8]
    owners: list[int]
    found: list[Candidate]


def pairs_of(chosen: Sequence[Example], kinds: NDArray[np.float64], attribute: Attribute) -> Pairs:
    """The pairs of all claims, claim by claim."""
    matrices, labels, owners, every = [], [], [], []
    cache: dict[int, list[Candidate]] = {}
    for position, (example, probabilities) in enumerate(zip(chosen, kinds, strict=True)):
        key = id(example.context)
        if key not in cache:
            cache[key] = candidates(example.context, attribute)
        found = cache[key]
        if not found or example.claim is None:
            continue
        wanted = example.claim.get(attribute)
        matrices.append(rows(example.context, Subject(example.quantity, list(probabilities)), attribute, found))
        labels += [is_wanted(example.context, attribute, candidate, wanted) for candidate in found]
        owners += [position] * len(found)
        every += found
    return Pairs(_stacked(matrices), np.array(labels, dtype=np.int8), owners, every)


def is_wanted(context: Context, attribute: Attribute, candidate: Candidate, wanted: str | None) -> bool:
    """Whether `candidate` is what the annotation names."""
    if not wanted:
        return False
    if candidate.phrase:
        return _core(candidate.name) == _core(wanted)
    entities: Any = {
        "method": context.entities.methods,
        "dataset": context.entities.datasets,
        "metric": context.entities.metrics,
    }
    entity = entities[ENTITY_OF[attribute]][candidate.number]
    return _core(wanted) in {_core(entity.name), *(_core(m.text) for m in entity.mentions)}


def _core(name: str) -> str:
    plain = re.sub(r"[^\w%+@]+", "", clean(name).casefold())
    plain = (
        re.sub(r"(?:models?|methods?|approach(?:es)?|baselines?|datasets?|benchmarks?|techniques?)$", "", plain)
        or plain
    )
    return plain.removesuffix("s")


def train(papers: dict[str, dict[str, Any]], annotations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All arrays of the claim model.

    What a second stage learns from was scored by models that had not seen the paper.
    """
    every = examples(papers, annotations)
    folds = [e.fold for e in every]
    named = [features(e.context, e.quantity) for e in every]
    labels = [int(e.claim is not None) for e in every]
    claims = [i for i, label in enumerate(labels) if label]
    kinds = [CLAIM_KINDS.index((every[i].claim or {})["kind"]) for i in claims]
    claim_names, claim_folds = [named[i] for i in claims], [folds[i] for i in claims]
    arrays: dict[str, Any] = {"threshold": np.array(CLAIM_THRESHOLD)}
    arrays |= _prefixed("claim", fit_linear(named, labels, _CLAIM_STRENGTH))
    kind_model = fit_linear(claim_names, kinds, _KIND_STRENGTH, len(CLAIM_KINDS))
    arrays |= _prefixed("kind", kind_model)

    first = crossfit(named, labels, folds, _CLAIM_STRENGTH)[:, 0]
    kind_scores = linear_scores(kind_model, named)
    kind_scores[claims] = crossfit(claim_names, kinds, claim_folds, _KIND_STRENGTH, len(CLAIM_KINDS))
    probabilities = np.array([softmax(list(row)) for row in kind_scores])
    matrix = np.concatenate(
        [
            claim_rows(every[group[0]].context, [every[i].quantity for i in group], first[group], probabilities[group])  # type: ignore[arg-type]
            for group in _by_paper(every, range(len(every)))
        ]
    )
    arrays |= _prefixed("claim_trees", fit_trees(matrix, np.array(labels, dtype=np.int8)))

    chosen = [every[i] for i in claims]
    metrics = _metrics_out_of_fold(chosen, probabilities[claims], claim_folds)
    matrix = np.concatenate(
        [
            kind_rows(
                chosen[group[0]].context,
                [Subject(chosen[i].quantity, list(probabilities[claims[i]])) for i in group],
                [metrics[i] for i in group],
            )
            for group in _by_paper(chosen, range(len(chosen)))
        ]
    )
    second = np.zeros((len(chosen), len(CLAIM_KINDS)))
    for k, kind in enumerate(CLAIM_KINDS):
        target = np.array([int(k == own) for own in kinds], dtype=np.int8)
        arrays |= _prefixed(f"kind_trees.{kind}", fit_trees(matrix, target))
        second[:, k] = _crossfit_trees(matrix, target, claim_folds)
    final = np.array([softmax(list(row)) for row in second])
    for attribute in ATTRIBUTES:
        pairs = pairs_of(chosen, probabilities[claims] if attribute == "metric" else final, attribute)
        arrays |= _prefixed(attribute, fit_trees(pairs.rows, pairs.wanted))
        arrays[f"{attribute}.cut"] = np.array(ATTRIBUTE_THRESHOLDS[attribute])
        if attribute == "baseline":
            arrays |= _second_baselines(chosen, final, claim_folds, pairs)
    return arrays


def _second_baselines(
    chosen: Sequence[Example], kinds: NDArray[np.float64], folds: Sequence[int], pairs: Pairs
) -> dict[str, Any]:
    """The ranker of baselines by words, and the trees over its opinion and that of the first trees."""
    pair_folds = [folds[i] for i in pairs.owners]
    structure = _crossfit_trees(pairs.rows, pairs.wanted, pair_folds)
    subjects = [Subject(e.quantity, list(own)) for e, own in zip(chosen, kinds, strict=True)]
    named = [
        baseline_words(chosen[i].context, subjects[i], candidate)
        for i, candidate in zip(pairs.owners, pairs.found, strict=True)
    ]
    labels = pairs.wanted.tolist()
    words = crossfit(named, labels, pair_folds, _RANKER_STRENGTH)[:, 0]
    places: dict[int, list[int]] = {}
    for place, owner in enumerate(pairs.owners):
        places.setdefault(owner, []).append(place)
    blocks: list[NDArray[np.float32]] = []
    order: list[int] = []
    for group in _by_paper(chosen, places):
        where = np.array([places[i] for i in group])
        blocks.append(
            baseline_rows(chosen[group[0]].context, [subjects[i] for i in group], structure[where], words[where])
        )
        order += where.ravel().tolist()
    return {
        **_prefixed("baseline_words", fit_linear(named, labels, _RANKER_STRENGTH)),
        **_prefixed("baseline_trees", fit_trees(_stacked(blocks), pairs.wanted[order], GENTLE)),
    }


def _stacked(blocks: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """One matrix of all rows; an attribute may have no candidate in the whole of an annotation."""
    return np.concatenate(blocks) if blocks else np.zeros((0, 0), dtype=np.float32)


def _prefixed(name: str, arrays: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}.{key}": value for key, value in arrays.items()}


def _by_paper(chosen: Sequence[Example], positions: Iterable[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for i in positions:
        groups.setdefault(id(chosen[i].context), []).append(i)
    return list(groups.values())


def _crossfit_trees(matrix: NDArray[np.float32], target: NDArray[np.int8], folds: Sequence[int]) -> NDArray[np.float64]:
    result = np.zeros(len(matrix))
    where = np.array(folds)
    for fold in range(FOLDS):
        result[where == fold] = _as_trees(fit_trees(matrix[where != fold], target[where != fold])).scores(
            matrix[where == fold]
        )[:, 0]
    return result


def _as_trees(arrays: dict[str, Any]) -> Trees:
    return load_trees(_prefixed("t", arrays), "t")


def _metrics_out_of_fold(
    chosen: Sequence[Example], kinds: NDArray[np.float64], folds: Sequence[int]
) -> list[str | None]:
    """The metric found for each claim by trees that had not seen its paper."""
    pairs = pairs_of(chosen, kinds, "metric")
    scores = _crossfit_trees(pairs.rows, pairs.wanted, [folds[i] for i in pairs.owners])
    best: dict[int, int] = {}
    for row, owner in enumerate(pairs.owners):
        if owner not in best or scores[row] > scores[best[owner]]:
            best[owner] = row
    known = {o: pairs.found[at].name for o, at in best.items() if sigmoid(scores[at]) >= ATTRIBUTE_THRESHOLDS["metric"]}
    return [known.get(position) for position in range(len(chosen))]
