"""One name, one node: which names of all papers mean the same thing, why, and what the user decides otherwise."""

from __future__ import annotations

from kg.link.explain import Explanation, Review, explain, review
from kg.link.fuzzy import compare_with_fuzzy, read_pairs
from kg.link.linking import Join, LinkedEntity, Linking, Refusal
from kg.link.overrides import Overrides, load_overrides
from kg.link.resolve import as_linked, link
from kg.link.same import Verdict, same
from kg.link.table import MetricFacts, metric_facts

__all__ = [
    "Explanation",
    "Join",
    "LinkedEntity",
    "Linking",
    "MetricFacts",
    "Overrides",
    "Refusal",
    "Review",
    "Verdict",
    "as_linked",
    "compare_with_fuzzy",
    "explain",
    "link",
    "load_overrides",
    "metric_facts",
    "read_pairs",
    "review",
    "same",
]
