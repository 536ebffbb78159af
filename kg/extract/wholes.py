"""Besides a name the whole that it begins, as annotation has it: 'CIFAR-10/100' besides 'CIFAR-10'.

The whole is what the text says of the other datasets or models; the linker spells it out (`kg.link.elided`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.extract.document import Span
from kg.extract.elided import KINDS, reach
from kg.extract.entities import FoundEntity
from kg.extract.triples import FoundTriple


@dataclass(frozen=True)
class Whole:
    """A whole and the entity whose name it begins with."""

    begins: FoundEntity
    name: str
    mentions: tuple[Span, ...]

    @property
    def alone(self) -> bool:
        """Whether the name at the beginning stands nowhere else."""
        return len(self.mentions) == len(self.begins.mentions)

    def stands_in(self, triple: FoundTriple) -> Span | None:
        """The mention that the words of `triple` reach into."""
        return next((span for span in self.mentions if span[0] < triple.end and span[1] > triple.start), None)


def find_wholes(text: str, entities: Sequence[FoundEntity]) -> list[Whole]:
    """The wholes that begin with a method or dataset of `entities` and are not among them."""
    known = {(entity.kind, entity.name) for entity in entities}
    found: list[Whole] = []
    for entity in entities:
        if entity.kind not in KINDS:
            continue
        mentions: dict[str, list[Span]] = {}
        for start, end in entity.mentions:
            if (stop := reach(text, start, end)) > end:
                mentions.setdefault(text[start:stop], []).append((start, stop))
        found += [
            Whole(entity, name, tuple(spans)) for name, spans in mentions.items() if (entity.kind, name) not in known
        ]
        known.update((entity.kind, name) for name in mentions)
    return found


def with_wholes(
    wholes: Sequence[Whole], entities: Sequence[FoundEntity], triples: Sequence[FoundTriple]
) -> tuple[list[FoundEntity], list[FoundTriple]]:
    """Entities and triples with `wholes`, each with the role and the triples that the name at its beginning has there.

    A dataset that stands elsewhere too may have its role from there: then the whole has it if a triple's words reach
    into it, else it is only mentioned.
    """
    more = list(triples)
    for whole in wholes:
        of_method = whole.begins.kind == "method"
        for triple in list(more):
            name = triple.method if of_method else triple.dataset
            span = whole.stands_in(triple) if name == whole.begins.name else None
            if span is not None:
                longer = replace(triple, end=max(triple.end, span[1]))
                more.append(replace(longer, method=whole.name) if of_method else replace(longer, dataset=whole.name))
    placed = {name for triple in more for name in (triple.method, triple.dataset)}
    every = list(entities)
    for whole in wholes:
        sure = whole.begins.kind == "method" or whole.alone or whole.name in placed
        role = whole.begins.role if sure else "mentioned"
        every.append(replace(whole.begins, name=whole.name, mentions=whole.mentions, role=role))
    every.sort(key=lambda entity: entity.place)
    more.sort(key=lambda triple: triple.place)
    return every, more
