"""Joins the names of all papers into entities.

    names → keys (spelling, table) → short forms (definitions) → descriptions → clusters → entities with parents

Every step looks names up by key, so the cost grows linearly with their number, and no step depends on the order of the
extractions: adding papers and linking everything again is the same as linking from scratch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.extract.elided import spelled_out
from kg.ids import stable_id
from kg.link.decisions import Decisions
from kg.link.definitions import Senses, ShortForm, judge, shorts_of
from kg.link.descriptions import is_generic, is_phrase
from kg.link.elided import without_elided
from kg.link.entities import Cluster, build_entities
from kg.link.linking import JoinRule, Linking, Refusal
from kg.link.names import ParsedName
from kg.link.overrides import Overrides
from kg.link.same import gloss, identify
from kg.link.senses import Contexts
from kg.link.table import table
from kg.records import ENTITY_KINDS, EntityKind, Extraction, Method

Key = tuple[EntityKind, str]
"""What identifies a name across papers: its kind and the key of its canonical parse."""

ESTABLISHED = 2
"""A phrase that so many papers use without proposing it is a technique of the field, not one paper's description."""


@dataclass
class Occurrence:
    """One entity of one extraction, with the number of mentions of each of its forms."""

    paper: str
    kind: EntityKind
    name: str
    proposed: bool
    forms: Mapping[str, int]
    key: Key = ("method", "")
    rule: JoinRule | None = None
    local: bool = False
    defined: frozenset[str] = frozenset()
    """Short and long forms that the paper itself defines."""


def link(
    extractions: Iterable[Extraction],
    overrides: Overrides | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> Linking:
    """The entities of all `extractions`, joined across papers.

    `overrides` are the user's decisions (`load_overrides`). `progress` is called with 1 for each extraction read.
    The result is the same for the same extractions in any order.
    """
    corpus = _Corpus(Decisions(overrides or Overrides()))
    for extraction in extractions:
        corpus.add(extraction)
        if progress is not None:
            progress(1)
    return corpus.linking()


def as_linked(extractions: Iterable[Extraction], overrides: Overrides | None = None) -> Iterator[Extraction]:
    """`extractions` with the names and kinds that `link` sees: what the graph is to be built from.

    Entities have the kinds that the user's `retype` gives: a method becomes a dataset with the matching role and the
    other way round; triples and claims keep what still holds. Elided names are spelled out.
    """
    decisions = Decisions(overrides or Overrides())
    return (_seen(extraction, decisions) for extraction in extractions)


def _seen(extraction: Extraction, decisions: Decisions) -> Extraction:
    return decisions.retype(without_elided(extraction))


@dataclass
class _Corpus:
    """What all papers say, as far as names go."""

    decisions: Decisions
    occurrences: list[Occurrence] = field(default_factory=list)
    definitions: dict[tuple[str, EntityKind, str], str] = field(default_factory=dict)
    """(paper, kind, key of the short form) → long form."""
    parsed: dict[Key, ParsedName] = field(default_factory=dict)
    dropped: set[tuple[str, EntityKind, str]] = field(default_factory=set)

    def add(self, extraction: Extraction) -> None:
        """The entities and definitions of one paper."""
        paper = extraction.id
        extraction = _seen(extraction, self.decisions)
        pairs = list(extraction.abbreviations)
        for kind in ENTITY_KINDS:
            before = len(self.occurrences)
            keys: set[str] = set()
            found: list[tuple[str, str]] = []
            for entity in extraction.entities(kind):
                if self.decisions.drops(paper, kind, entity.name):
                    continue
                forms = Counter(mention.text for mention in entity.mentions)
                if not all(entity.name in spelled_out(form) for form in forms):
                    forms.setdefault(entity.name, 1)
                proposed = isinstance(entity, Method) and entity.role == "proposed"
                self.occurrences.append(Occurrence(paper, kind, entity.name, proposed, forms))
                keys.update(identify(form, kind).key for form in forms)
                found += [pair for pair in (gloss(form) for form in forms) if pair is not None]
            shorts = shorts_of([*pairs, *found])
            for o in self.occurrences[before:]:
                o.defined = frozenset({*shorts, *shorts.values()}.intersection(o.forms))
            for short, long in shorts.items():
                short_key, long_key = identify(short, kind).key, identify(long, kind).key
                if short_key in keys or long_key in keys:
                    self.definitions.setdefault((paper, kind, short_key), long)

    def linking(self) -> Linking:
        """Everything joined."""
        self.occurrences.sort(key=lambda o: (o.kind, o.paper, o.name))
        self._first_keys()
        shorts = self._short_forms()
        refusals = self._resolve_shorts(shorts)
        self._set_descriptions_apart()
        roots = _Union()
        for (kind, short), form in shorts.items():
            if form.main is not None:
                roots.join((kind, short), (kind, form.main))
        for first, second in self.decisions.joined_keys():
            roots.join(first, second)
        return self._build(roots, refusals)

    def _first_keys(self) -> None:
        for o in self.occurrences:
            forced = self.decisions.forced(o.paper, o.kind, o.name)
            pair = gloss(o.name)
            identity = identify(pair[0] if pair else o.name, o.kind)
            o.key = (o.kind, forced or identity.key)
            o.rule = "override" if forced else None
            self.parsed.setdefault(o.key, identity.parsed)

    def _short_forms(self) -> dict[Key, ShortForm]:
        """What every short form of the corpus stands for."""
        found: dict[Key, Senses] = defaultdict(Senses)
        for (paper, kind, short), long in self.definitions.items():
            long_key = identify(long, kind).key
            found[kind, short].papers[long_key].add(paper)
            found[kind, short].names[long_key].add(long)
            self.parsed.setdefault((kind, long_key), identify(long, kind).parsed)
            self.parsed.setdefault((kind, short), ParsedName(kind, tuple(short.split())))
        for key in {o.key for o in self.occurrences}:
            if key not in found and len(table().senses(key[1], key[0])) > 1:
                found[key] = Senses()
        return {key: judge(key[1], key[0], found[key]) for key in sorted(found)}

    def _resolve_shorts(self, shorts: Mapping[Key, ShortForm]) -> list[Refusal]:
        """Give every use of an ambiguous short form its sense, or set it apart."""
        contexts = Contexts(self.occurrences, self.definitions, shorts)
        refused: dict[Key, list[Occurrence]] = defaultdict(list)
        for o in self.occurrences:
            form = shorts.get(o.key)
            if o.rule == "override" or form is None:
                continue
            own = self.definitions.get((o.paper, o.kind, o.key[1]))
            if own is not None:
                sense = identify(own, o.kind).key
                if form.main is None or sense not in form.agreeing:
                    o.key, o.rule = (o.kind, sense), "abbreviation"
            elif form.main is None and not self.decisions.joins(o.key):
                found = contexts.sense(o.paper, o.key, form)
                if found is not None:
                    o.key, o.rule = (o.kind, found), "context"
                else:
                    refused[o.key].append(o)
                    o.local = True
            elif not form.sole:
                o.rule = "dominant"
        return [_refusal(shorts[key], refused[key]) for key in sorted(refused)]

    def _set_descriptions_apart(self) -> None:
        """Descriptions belong to their paper: generic ones always, proposed phrases unless the field uses them."""
        users: dict[Key, set[str]] = defaultdict(set)
        for o in self.occurrences:
            if not o.proposed:
                users[o.key].add(o.paper)
        defined = {(paper, kind, identify(long, kind).key) for (paper, kind, _), long in self.definitions.items()}
        for o in self.occurrences:
            if o.local or o.rule == "override" or self.decisions.joins(o.key):
                continue
            if is_generic(o.name, o.kind):
                o.local = not table().knows(self._parsed(o))
            elif o.kind == "method" and o.proposed and is_phrase(o.name):
                known = (o.paper, o.kind, o.key[1]) in defined or table().knows(self._parsed(o))
                o.local = not known and len(users[o.key] - {o.paper}) < ESTABLISHED

    def _parsed(self, o: Occurrence) -> ParsedName:
        return self.parsed.get(o.key) or identify(o.name, o.kind).parsed

    def _build(self, roots: _Union, refusals: list[Refusal]) -> Linking:
        clusters: dict[tuple[str, ...], Cluster] = {}
        for o in self.occurrences:
            root = roots.root(o.key)
            ident: tuple[str, ...] = (root[0], "paper", o.paper, o.key[1]) if o.local else root
            # a root may be a short form that the table or a definition knows and no paper uses by itself
            parsed = self.parsed.get(root) or self._parsed(o)
            cluster = clusters.setdefault(ident, Cluster(stable_id(*ident), o.kind, parsed, o.local))
            cluster.occurrences.append(o)
            if not o.local:
                cluster.keys.add(o.key)
        for members in roots.groups():
            joined = clusters.get(roots.root(members[0]))
            if joined is not None:
                joined.keys.update(members)
        ids = {
            (o.paper, o.kind, o.name): clusters[
                (o.kind, "paper", o.paper, o.key[1]) if o.local else roots.root(o.key)
            ].id
            for o in self.occurrences
        }
        entities, foreign = build_entities(clusters.values(), self.decisions)
        return Linking(entities, (*refusals, *foreign), ids)


def _refusal(form: ShortForm, uses: list[Occurrence]) -> Refusal:
    listed = "; ".join(sorted(form.names.get(sense, sense) for sense in form.senses))
    reason = f"the short form is ambiguous ({listed}), and these papers neither define it nor tell it by what they name"
    counts = Counter(o.name for o in uses)
    name = min(counts, key=lambda name: (-counts[name], name))
    return Refusal(uses[0].kind, name, listed, tuple(sorted({o.paper for o in uses})), reason)


class _Union:
    """Keys that are one; the root of a group is its shortest key, in a tie the first in the alphabet."""

    def __init__(self) -> None:
        self._up: dict[Key, Key] = {}

    def root(self, key: Key) -> Key:
        """The key that stands for the group of `key`."""
        while key in self._up:
            key = self._up[key]
        return key

    def join(self, first: Key, second: Key) -> None:
        """Make the groups of both one."""
        one, other = sorted((self.root(first), self.root(second)), key=lambda key: (len(key[1]), key[1], key[0]))
        if one != other:
            self._up[other] = one

    def groups(self) -> Iterator[list[Key]]:
        """All groups of two keys and more."""
        members: dict[Key, list[Key]] = defaultdict(list)
        for key in sorted(self._up):
            members[self.root(key)].append(key)
        for root, keys in members.items():
            yield [root, *keys]
