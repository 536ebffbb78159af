"""From the encoder's vectors to a `Reading`: which groups are names, which names are one entity, who goes with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kg.extract import heads
from kg.extract.document import Document, Span
from kg.extract.features import GROUP_FEATURES, group_features
from kg.extract.forms import both_names, defined_apart, is_variant, may_be_one, same_digits, set_apart, share_word
from kg.extract.pairs import number_features, same_features, triple_features
from kg.extract.reading import AttributeReading, EntityCandidate, NumberReading, PhraseCandidate, Reading
from kg.records import ENTITY_KINDS

if TYPE_CHECKING:
    from kg.extract.model import Parts

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

ATTRIBUTES = ("method", "baseline", "dataset", "metric")
_PHRASE = heads.TYPES.index("phrase")
_SURE = 0.65
"""From here on the scorer of equal names is believed of two methods that have no word in common."""
_UNLIKELY = 0.01
"""A number that is a claim with less than this is none; what it is about is not asked."""
_ALLOWED = {"method": (0,), "baseline": (0, _PHRASE), "dataset": (1,), "metric": (2,)}


@dataclass
class _Cluster:
    """Groups of one type that are one entity."""

    kind: int
    groups: list[int]
    mentions: list[tuple[int, int, int]]  # start, end, group
    confidence: float

    @property
    def spans(self) -> list[Span]:
        return [(start, end) for start, end, _ in self.mentions]


@dataclass(frozen=True)
class Encoded:
    """What the encoder gives: a vector of the text, and a row a word piece projected for spans, numbers and tags."""

    whole: Floats
    spans: Floats
    numbers: Floats
    tags: Floats


def decode(document: Document, encoded: Encoded, parts: Parts, tokens: Floats) -> Reading:
    """The `Reading` of a document from the vectors of its word pieces; `tokens` are its token features."""
    thresholds = dict(parts.settings["thresholds"])
    if not len(encoded.spans) or not len(document.keys):
        return Reading([], [], [], [], thresholds)
    weights, whole = parts.weights, encoded.whole
    features = group_features(document, tokens, parts.lexicon)
    vectors = heads.span_vectors(
        weights,
        "span",
        encoded.spans,
        document.first_piece[document.span_first],
        document.last_piece[document.span_last],
        length=document.span_last - document.span_first + 1,
    )
    edges = document.group_edges
    mean, top = heads.pooled(vectors, edges[:-1], np.diff(edges))
    scores = heads.group_scores(weights, mean, top, features, whole)
    context = _Context(document, edges.tolist(), weights, vectors, features, whole, mean, top, parts.settings)
    return context.reading(context.clusters(scores), encoded.numbers, thresholds)


@dataclass
class _Context:
    """What the steps of decoding share."""

    document: Document
    edges: list[int]
    weights: heads.Weights
    vectors: Floats
    features: Floats
    whole: Floats
    mean: Floats
    top: Floats
    settings: Mapping[str, Any]
    _found: dict[int, list[Span]] = field(default_factory=dict)

    def clusters(self, scores: Floats) -> list[_Cluster]:
        """The entities by type: likely groups, joined where they mean the same, overlaps going to the surer.

        `scores` is [groups, types].
        """
        calibration = [self.settings["calibration"][name] for name in heads.TYPES]
        slopes, shifts = np.array(calibration, np.float32).T
        sure = heads.sigmoid(scores * slopes + shifts)
        likely = [self._likely(sure[:, kind]) for kind in range(len(heads.TYPES))]
        leaders = self._joined(likely, sure)
        return [
            cluster
            for kind, (groups, leader) in enumerate(zip(likely, leaders, strict=True))
            for cluster in self._of_kind(kind, groups, sure[:, kind], leader)
        ]

    def _likely(self, sure: Floats) -> list[int]:
        """The groups that may be of a type, the surest first."""
        count = min(self.settings["most"], int((sure >= self.settings["floor"]).sum()))
        likely: list[int] = np.argsort(-sure, kind="stable")[:count].tolist()
        return likely

    def _of_kind(self, kind: int, groups: Sequence[int], sure: Floats, leader: Mapping[int, int]) -> list[_Cluster]:
        taken: list[Span] = []
        found: dict[int, _Cluster] = {}
        for group in groups:
            free = [s for s in self._mentions(group) if not any(s[0] < e and s[1] > b for b, e in taken)]
            if not free:
                continue
            taken += free
            cluster = found.setdefault(leader[group], _Cluster(kind, [], [], 0.0))
            cluster.groups.append(group)
            cluster.mentions += [(start, end, group) for start, end in free]
            cluster.confidence = max(cluster.confidence, float(sure[group]))
        for cluster in found.values():
            cluster.mentions.sort()
        return sorted(found.values(), key=lambda c: c.mentions)

    def _mentions(self, group: int) -> list[Span]:
        """The places of a group, looked up once: they are asked for by each type and each pair."""
        if group in self._found:
            return self._found[group]
        document = self.document
        left, right = self.edges[group : group + 2]
        starts = document.starts[document.span_first[left:right]].tolist()
        ends = document.ends[document.span_last[left:right]].tolist()
        spans: list[Span] = []
        for span in zip(starts, ends, strict=True):
            if not spans or span[0] >= spans[-1][1]:
                spans.append(span)
        self._found[group] = spans
        return spans

    def _joined(self, likely: Sequence[Sequence[int]], sure: Floats) -> list[dict[int, int]]:
        """The leader of each group, by type: those above the joining floor are joined where the model says 'the same'.

        `sure` is [groups, types]; the names of all types are compared at once.
        """
        leaders = [{g: g for g in groups} for groups in likely]
        floor = self.settings["join_floor"]
        strong = [(kind, g) for kind, groups in enumerate(likely[:_PHRASE]) for g in groups if sure[g, kind] >= floor]
        kinds, groups = [kind for kind, _ in strong], [g for _, g in strong]
        if len(set(kinds)) == len(kinds):
            return leaders
        rows = heads.entity_vectors(
            self.weights, self.mean[groups], self.top[groups], self.features[groups], self.whole,
            kind=heads.one_hot(kinds, len(heads.TYPES)),
        )  # fmt: skip
        pairs = same_features(self.document, [self._mentions(g) for g in groups], kinds)
        scores = heads.pair_scores(self.weights, "same", rows, rows, pairs)
        same = heads.sigmoid((scores + scores.T) * np.float32(0.5))
        for kind in sorted(set(kinds)):
            own = [i for i, k in enumerate(kinds) if k == kind]
            self._join(kind, [groups[i] for i in own], same[np.ix_(own, own)].tolist(), leaders[kind])
        return leaders

    def _join(self, kind: int, groups: Sequence[int], same: list[list[float]], leader: dict[int, int]) -> None:
        """Set the `leader` of `groups` of one type; `same` says of each two of them how surely they are one."""
        text = self.document.text
        at = {text[start:end]: i for i, group in enumerate(groups) for start, end in self._mentions(group)}
        for form, i in at.items():
            if form[-1:] == "s" and form[-2:-1].isupper() and form[:-1] in at:  # GCNs are what a GCN is
                same[i][at[form[:-1]]] = same[at[form[:-1]]][i] = 1.0
        alike = [
            (value, a, b)
            for a, row in enumerate(same)
            for b, value in enumerate(row[a + 1 :], start=a + 1)
            if value >= self.settings["join"]
        ]
        for value, a, b in sorted(alike, reverse=True):
            first, second = leader[groups[a]], leader[groups[b]]
            if first == second:
                continue
            left = [i for i, g in enumerate(groups) if leader[g] == first]
            right = [i for i, g in enumerate(groups) if leader[g] == second]
            if not self._may_join([groups[i] for i in left], [groups[i] for i in right], kind, value):
                continue
            if fsum(same[i][j] for i in left for j in right) >= self.settings["join_mean"] * len(left) * len(right):
                leader.update({groups[i]: first for i in right})

    def _may_join(self, left: list[int], right: list[int], kind: int, value: float) -> bool:
        """Whether the forms of two clusters can name one thing, however alike the scorer finds them.

        What the text defines by two abbreviations, or names in one breath while the letters differ, is two things.
        Datasets are joined only where the letters say so, and so are two proper names of methods. Other names may not
        differ in their digits, nor methods in their variant; methods that share no word and are no abbreviation of one
        another need a surer scorer.
        """
        text = self.document.text
        defined = [(text[slice(*short)], text[slice(*long)]) for short, long in self.document.abbreviations]
        pairs = [(self._form(a), self._form(b)) for a in left for b in right]
        if any(defined_apart(a, b, defined) for a, b in pairs):
            return False
        names_agree = [may_be_one(a, b, defined, names_only=True) for a, b in pairs]
        places = [(self._mentions(a), self._mentions(b)) for a in left for b in right]
        if not all(names_agree) and any(set_apart(text, a, b) for a, b in places):
            return False
        if heads.TYPES[kind] == "dataset" or all(names_agree):
            return all(names_agree)
        apart = [pair for pair, agrees in zip(pairs, names_agree, strict=True) if not agrees]
        of_one_size = all(same_digits(a, b) for a, b in apart)
        if heads.TYPES[kind] != "method" or not of_one_size:
            return of_one_size
        related = value >= _SURE or any(
            agrees or share_word(*pair) or may_be_one(*pair, defined, names_only=False)
            for pair, agrees in zip(pairs, names_agree, strict=True)
        )
        return related and not any(both_names(a, b) or is_variant(a, b) for a, b in apart)

    def _form(self, group: int) -> str:
        start, end = self._mentions(group)[0]
        return self.document.text[start:end]

    def entity_rows(self, clusters: Sequence[_Cluster]) -> tuple[Floats, Floats]:
        """Vector and role logits of each cluster, pooled over all its groups' mentions."""
        if not clusters:
            return np.zeros((0, self.weights["entity.bias"].shape[0]), np.float32), np.zeros((0, 8), np.float32)
        spans = [[i for g in sorted(c.groups) for i in range(*self.edges[g : g + 2])] for c in clusters]
        counts = np.array([len(s) for s in spans])
        vectors = self.vectors[[i for own in spans for i in own]]
        mean, top = heads.pooled(vectors, np.cumsum(counts) - counts, counts)
        features = np.stack([self.features[c.groups].max(axis=0) for c in clusters]).reshape(-1, GROUP_FEATURES)
        kinds = heads.one_hot([c.kind for c in clusters], len(heads.TYPES))
        rows = heads.entity_vectors(self.weights, mean, top, features, self.whole, kind=kinds)
        return rows, heads.linear(self.weights, "roles", rows)

    def reading(self, clusters: Sequence[_Cluster], numbers: Floats, thresholds: dict[str, float]) -> Reading:
        """Roles, numbers and triples of the clusters."""
        rows, logits = self.entity_rows(clusters)
        methods, datasets = heads.softmax(logits[:, :4]), heads.softmax(logits[:, 4:])
        roles = np.concatenate([methods, datasets], axis=1)
        named = [i for i, c in enumerate(clusters) if c.kind != _PHRASE]
        place = {at: i for i, at in enumerate(named)}
        phrases = [i for i, c in enumerate(clusters) if c.kind == _PHRASE]
        place.update({at: i for i, at in enumerate(phrases)})
        return Reading(
            [self._entity(clusters[i], methods[i] if clusters[i].kind == 0 else datasets[i]) for i in named],
            [PhraseCandidate(*clusters[i].spans[0], round(clusters[i].confidence, 3)) for i in phrases],
            self._numbers(clusters, rows, roles, numbers, place),
            self._triples(clusters, rows, roles, place),
            thresholds,
        )

    def _entity(self, cluster: _Cluster, roles: Floats) -> EntityCandidate:
        names = heads.METHOD_ROLES if cluster.kind == 0 else heads.DATASET_ROLES
        chances = dict(zip(names, (round(float(p), 3) for p in roles), strict=True)) if cluster.kind < 2 else {}
        return EntityCandidate(
            ENTITY_KINDS[cluster.kind],
            self._name(cluster),
            cluster.spans,
            round(cluster.confidence, 3),
            names[int(np.argmax(roles))] if chances else None,
            chances,
        )

    def _name(self, cluster: _Cluster) -> str:
        """A defined short form if there is one, else the commonest form of the surest group, the first of equals.

        A dataset that the text also names without its split or noun ('COCO' beside 'COCO test-dev') is named so.
        """
        text = self.document.text
        shorts = {short for short, _ in self.document.abbreviations}
        for start, end, _ in cluster.mentions:
            if (start, end) in shorts:
                return text[start:end]
        forms = [text[start:end] for start, end, group in cluster.mentions if group == cluster.groups[0]]
        body = [text[s:e] for s, e, g in cluster.mentions if g == cluster.groups[0] and s >= self.document.title_end]
        name = max(body or forms, key=(body or forms).count)
        if heads.TYPES[cluster.kind] != "dataset":
            return name
        others = {text[start:end] for start, end, _ in cluster.mentions}
        bare = [o for o in others if name.startswith(f"{o} ") and not any(c.isdigit() for c in name[len(o) :])]
        return min(bare, key=len, default=name)

    def _triples(
        self, clusters: Sequence[_Cluster], rows: Floats, roles: Floats, place: Mapping[int, int]
    ) -> list[tuple[int, int, float]]:
        methods = [i for i, c in enumerate(clusters) if c.kind == 0]
        datasets = [i for i, c in enumerate(clusters) if c.kind == 1]
        if not methods or not datasets:
            return []
        near = triple_features(
            self.document, [clusters[m].spans for m in methods], [clusters[d].spans for d in datasets]
        )
        left = np.broadcast_to(roles[methods][:, None], (len(methods), len(datasets), 8))
        right = np.broadcast_to(roles[datasets][None], (len(methods), len(datasets), 8))
        scores = heads.pair_scores(
            self.weights, "triple", rows[methods], rows[datasets], np.concatenate([near, left, right], axis=2)
        )
        slope, shift = self.settings["calibration"]["triple"]
        chance = heads.sigmoid(scores * np.float32(slope) + np.float32(shift))
        return [
            (place[m], place[d], round(float(chance[i, j]), 3))
            for i, m in enumerate(methods)
            for j, d in enumerate(datasets)
            if chance[i, j] >= self.settings["floor"]
        ]

    def _numbers(
        self,
        clusters: Sequence[_Cluster],
        rows: Floats,
        roles: Floats,
        numbers: Floats,
        place: Mapping[int, int],
    ) -> list[NumberReading]:
        quantities = self.document.quantities
        if not quantities:
            return []
        first, last = self.document.quantity_pieces()
        vectors = heads.span_vectors(self.weights, "number", numbers, first, last, length=last - first + 1)
        slope = np.float32(self.settings["calibration"]["kind"][0])
        kinds = heads.softmax(heads.linear(self.weights, "kinds", vectors) * slope)
        asked = np.flatnonzero(1 - kinds[:, 0] >= _UNLIKELY).tolist()
        about = dict(zip(asked, self._attributes(clusters, rows, roles, vectors[asked], asked, place), strict=True))
        return [
            NumberReading(
                *quantities[n],
                round(float(1 - kinds[n, 0]), 3),
                {
                    name: round(float(p / max(1e-9, 1 - kinds[n, 0])), 3)
                    for name, p in zip(heads.KINDS[1:], kinds[n, 1:], strict=True)
                },
                about.get(n, {}),
            )
            for n in range(len(quantities))
        ]

    def _attributes(  # noqa: PLR0917
        self,
        clusters: Sequence[_Cluster],
        rows: Floats,
        roles: Floats,
        vectors: Floats,
        asked: Sequence[int],
        place: Mapping[int, int],
    ) -> list[dict[str, AttributeReading]]:
        """What each of the quantities with the numbers `asked` is about; `vectors` has a row for each of them."""
        attributes: list[dict[str, AttributeReading]] = [{} for _ in asked]
        if not asked:
            return attributes
        nothing = heads.linear(self.weights, "none", vectors)
        kept = [c.confidence >= self.settings["thresholds"][heads.TYPES[c.kind]] for c in clusters]
        types, spans = [c.kind for c in clusters], [c.spans for c in clusters]
        near = number_features(self.document, self.document.quantities, spans, types, kept, asked=asked)
        near = np.concatenate([near, np.broadcast_to(roles[None], (len(asked), *roles.shape))], axis=2)
        for column, attribute in enumerate(ATTRIBUTES):
            able = [i for i, kind in enumerate(types) if kind in _ALLOWED[attribute]]
            scores = heads.pair_scores(self.weights, attribute, vectors, rows[able], near[:, able])
            for at, own in enumerate(attributes):
                chances, none = _choice(scores[at], nothing[at, column], [kept[i] for i in able])
                ranked = sorted(zip(chances, able, strict=True), key=lambda pair: (-pair[0], pair[1]))
                own[attribute] = AttributeReading(
                    [(place[i], chance) for chance, i in ranked if types[i] != _PHRASE],
                    none,
                    [(place[i], chance) for chance, i in ranked if types[i] == _PHRASE],
                )
        return attributes


def _choice(scores: Floats, none: float, kept: Sequence[bool]) -> tuple[list[float], float]:
    """Probabilities of the entities and of none of them.

    Entities below their threshold do not take from the others: each is weighed as if it alone were added.
    """
    highest = max([float(none), *scores.tolist()])
    weights = np.exp(scores - highest)
    empty = float(np.exp(none - highest))
    total = empty + float(sum(w for w, k in zip(weights.tolist(), kept, strict=True) if k))
    chances = [w / (total if k else total + w) for w, k in zip(weights.tolist(), kept, strict=True)]
    return [round(chance, 3) for chance in chances], round(empty / total, 3)
