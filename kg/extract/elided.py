"""Names whose second half the text leaves out: besides 'CIFAR-10' the whole, 'CIFAR-10/100', as annotation has it.

The whole is what the text says of the other datasets or models; the linker spells it out (`kg.link.elided`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.elided import reach
from kg.extract.entities import FoundEntity
from kg.extract.triples import FoundTriple


def wholes(text: str, entities: Sequence[FoundEntity]) -> dict[tuple[str, str], FoundEntity]:
    """The wholes that begin with a method or dataset of `entities` and are not among them, by its kind and name."""
    known = {(entity.kind, entity.name) for entity in entities}
    found: dict[tuple[str, str], FoundEntity] = {}
    for entity in entities:
        if entity.kind not in ("method", "dataset"):
            continue
        reached = [(start, reach(text, start, end)) for start, end in entity.mentions]
        longer = [span for span, (_, end) in zip(reached, entity.mentions, strict=True) if span[1] > end]
        if not longer:
            continue
        name = text[slice(*longer[0])]
        if (entity.kind, name) not in known:
            known.add((entity.kind, name))
            mentions = tuple(span for span in longer if text[slice(*span)] == name)
            found[entity.kind, entity.name] = replace(entity, name=name, mentions=mentions)
    return found


def with_wholes(
    found: dict[tuple[str, str], FoundEntity], entities: Sequence[FoundEntity], triples: Sequence[FoundTriple]
) -> tuple[list[FoundEntity], list[FoundTriple]]:
    """Entities and triples with the wholes `found`: a whole is in the triples that the name at its beginning is in."""
    every = [*entities, *found.values()]
    more = list(triples)
    for triple in triples:
        methods = [triple.method, *(w.name for key, w in found.items() if key == ("method", triple.method))]
        datasets = [triple.dataset, *(w.name for key, w in found.items() if key == ("dataset", triple.dataset))]
        more += [replace(triple, method=m, dataset=d) for m in methods for d in datasets][1:]
    every.sort(key=lambda e: (e.kind, e.mentions, e.name))
    more.sort(key=lambda t: (t.start, t.end, t.method, t.dataset))
    return every, more
