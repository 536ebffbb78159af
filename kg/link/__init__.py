"""One name, one node: which names of all papers mean the same thing, why, and what the user decides otherwise."""

from __future__ import annotations

from kg.link.decisions import retyped
from kg.link.linking import Join, LinkedEntity, Linking, Refusal
from kg.link.overrides import Overrides, load_overrides
from kg.link.resolve import link
from kg.link.same import Verdict, same
from kg.link.table import MetricFacts, metric_facts

__all__ = [
    "Join",
    "LinkedEntity",
    "Linking",
    "MetricFacts",
    "Overrides",
    "Refusal",
    "Verdict",
    "link",
    "load_overrides",
    "metric_facts",
    "retyped",
    "same",
]
