"""Why an extraction says what it says: one paper with its spans and a reason for each."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from kg.extract.elided import KINDS, spelled_out
from kg.extract.extractor import Extractor
from kg.extract.roles import likeliest
from kg.records import Extraction, Paper


@dataclass(frozen=True)
class Span:
    """A stretch of the text and what it was taken for: 'method', 'dataset', 'metric', 'task' or 'claim'."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Reason:
    """What was taken, and why, in words."""

    label: str
    name: str
    why: str


@dataclass(frozen=True)
class Explanation:
    """A paper's text with its spans (sorted, not overlapping) and a reason for everything that was extracted."""

    text: str
    spans: tuple[Span, ...]
    reasons: tuple[Reason, ...]
    extraction: Extraction


def explain(extractor: Extractor, paper: Paper) -> Explanation:
    """Extract `paper` and give the reasons: probabilities, thresholds and the words that decided."""
    extraction, doc = extractor.read(paper)
    reading, found = doc._.kg_reading, doc._.kg_entities or ()
    reasons = []
    for entity in found:
        roles = reading.entities[entity.candidate].role_probabilities
        threshold = reading.thresholds[entity.kind]
        why = f"probability {entity.confidence:.2f}, threshold {threshold:.2f}, {_times(len(entity.mentions))}"
        if entity.role:
            rest = ", ".join(f"{role} {p:.2f}" for role, p in sorted(roles.items(), key=lambda r: (-r[1], r[0])))
            stated = "" if entity.role == likeliest(roles) else ", as the text says outright"
            why = f"{entity.role}{stated} ({rest}); {why}"
        if entity.kind in KINDS and (parts := spelled_out(entity.name)):
            why = f"{why}; stands for {' and '.join(parts)}"
        reasons.append(Reason(entity.kind, entity.name, why))
    for short, long in extraction.abbreviations:
        reasons.append(Reason("abbreviation", short, f"defined in the text as {long!r}"))
    for (method, dataset), evidence in zip(extraction.triples, extraction.triple_evidence, strict=True):
        words = paper.text[evidence.start : evidence.end]
        reasons.append(Reason("triple", f"{method} → {dataset}", f"probability {evidence.confidence:.2f}: {words!r}"))
    reasons += [
        Reason("claim", claim.number, _why_claim(claim.model_dump(exclude_none=True))) for claim in extraction.claims
    ]
    return Explanation(paper.text, _spans(extraction), tuple(reasons), extraction)


def as_html(explanation: Explanation, title: str) -> str:
    """The paper with its spans, drawn by displaCy, and the reasons as one HTML page; needs no network to be read."""
    from spacy import displacy

    colours = {"method": "#a8c7ff", "dataset": "#a5e3d8", "metric": "#fbd7b0", "task": "#dcc6fb", "claim": "#f6b5ba"}
    drawn = {
        "text": explanation.text,
        "ents": [{"start": s.start, "end": s.end, "label": s.label} for s in explanation.spans],
    }
    text = displacy.render([drawn], style="ent", manual=True, jupyter=False, options={"colors": colours})
    rows = "".join(
        f"<tr><td>{escape(r.label)}</td><th>{escape(r.name)}</th><td>{escape(r.why)}</td></tr>\n"
        for r in explanation.reasons
    )
    return _PAGE.format(title=escape(title), text=text, rows=rows)


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin-top: 2rem; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }}
</style>
</head>
<body>
<h1>{title}</h1>
{text}
<table>
{rows}</table>
</body>
</html>
"""


def _times(count: int) -> str:
    return "mentioned once" if count == 1 else f"mentioned {count} times"


def _why_claim(claim: dict[str, object]) -> str:
    shown = ("kind", "value", "value_max", "baseline_value", "unit", "qualifier", "direction", "relative")
    about = ("method", "baseline", "dataset", "metric", "flags")
    parts = [f"{name} {claim[name]}" for name in (*shown, *about) if claim.get(name) not in (None, ())]
    return f"probability {claim['confidence']:.2f}; " + ", ".join(parts) + f": {claim['text']!r}"


def _spans(extraction: Extraction) -> tuple[Span, ...]:
    """Claims first, then the longer of two overlapping mentions."""
    spans = [Span(claim.start, claim.end, "claim") for claim in extraction.claims]
    mentions = [
        Span(mention.start, mention.end, kind)
        for kind, entities in (
            ("dataset", extraction.datasets),
            ("method", extraction.methods),
            ("metric", extraction.metrics),
            ("task", extraction.tasks),
        )
        for entity in entities
        for mention in entity.mentions
    ]
    chosen: list[Span] = []
    for span in [*spans, *sorted(mentions, key=lambda s: (s.start - s.end, s.start))]:
        if all(span.end <= other.start or span.start >= other.end for other in chosen):
            chosen.append(span)
    return tuple(sorted(chosen, key=lambda s: s.start))
