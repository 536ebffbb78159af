"""What the role scorer looks at: the words around each mention of an entity, its place, its shape, its company."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kg.extract.claim_context import Context, Named
from kg.records import EntityKind

_CUES: tuple[tuple[str, str], ...] = (
    (
        "propose",
        r"propos\w+|introduc\w+|present\w*|develop\w*|devis\w+|design\w*|call(?:ed)?|named|dubbed|termed|releas\w+"
        r"|contribut\w+|novel|new|formulat\w+|deriv\w+|build|creat\w+|construct\w+|describ\w+|namely|suggest\w*",
    ),
    (
        "use",
        r"us(?:e|es|ed|ing)|bas(?:ed|es|ing)|appl(?:y|ies|ied|ying)|employ\w*|adopt\w*|leverag\w+|utili[sz]\w+|via"
        r"|integrat\w+|combin\w+|incorporat\w+|extend\w*|build(?:s|ing)?|built|inspired|exploit\w*|train(?:ed|ing)?"
        r"|finetun\w+|tuned?|through|implement\w*|embed\w*|adapt\w*|into|augment\w*|equipp?\w*|follow\w*|investigat\w+"
        r"|stud(?:y|ies|ied)|analy[sz]\w+|examin\w+|evaluat\w+|prov(?:e|es|ed)|show\w*",
    ),
    (
        "compare",
        r"than|outperform\w*|compar\w+|baselines?|versus|vs|surpass\w*|against|over|beats?|exceed\w*|better|worse"
        r"|rival\w*|competitive|superior\w*|faster|state|sota|relative|counterparts?|unlike|instead|while|whereas"
        r"|alternatives?|match\w*|higher|lower",
    ),
    (
        "mention",
        r"recent\w*|existing|previous\w*|traditional\w*|conventional\w*|however|although|popular\w*|prior|have|has"
        r"|such|like|common\w*|typical\w*|current\w*|often|widely|success\w*|advances?|despite|known|most|many|since"
        r"|suffer\w*|limit\w*|challeng\w+|fail\w*|standard|classical|become|rel(?:y|ies)",
    ),
    ("own", r"we|our|ours|this|here"),
    ("result", r"experiments?|results?|demonstrat\w+|achiev\w+|improv\w+|reduc\w+|empirical\w*|benchmarks?|outcomes?"),
    ("data", r"datasets?|benchmarks?|corpus|corpora|collect\w+|annotat\w+|released?|pretrain\w+|tested|tests?"),
)
_RULES = tuple((name, re.compile(f"(?:{words})")) for name, words in _CUES)
_HEADS = re.compile(
    r"(?:frameworks?|methods?|algorithms?|networks?|models?|loss(?:es)?|modules?|approach(?:es)?|systems?|training"
    r"|learning|attention|optimization|decoding|sampling|strateg(?:y|ies)|mechanisms?|transformers?|pipelines?"
    r"|agents?|estimators?|regression|search|pruning|distillation|schemes?|techniques?|architectures?)$"
)


def role_features(context: Context, kind: EntityKind, number: int, name: str) -> list[str]:
    """Names of the features of the entity that stands at `number` in the list of its kind."""
    mentions = [n for n in context.of_kind(kind) if n.number == number]
    every = context.of_kind(kind)
    found = _whole(context, mentions, every, name)
    for mention in mentions:
        found += _around(context, mention, every)
    return sorted(set(found))


def _whole(context: Context, mentions: Sequence[Named], every: Sequence[Named], name: str) -> list[str]:
    words = name.lower().split()
    order: dict[int, None] = {}
    for one in every:
        order.setdefault(one.number)
    rank = list(order).index(mentions[0].number) if mentions else 9
    found = [f"words={min(5, len(words))}", f"shape={_shape(name)}", f"rank={min(4, rank)}", f"of={min(6, len(order))}"]
    found += [f"rank+of={min(3, rank)}/{min(5, len(order))}", f"times={min(4, len(mentions))}"]
    if words and _HEADS.match(words[-1]):
        found += [f"head={words[-1].rstrip('s')}"]
    at = sorted({context.sentence(m.start) for m in mentions if m.start >= context.title_end})
    in_title = any(m.start < context.title_end for m in mentions)
    count = max(1, len(context.sentences))
    found += [f"in title={in_title}", f"only title={in_title and not at}", f"title+shape={in_title}:{_shape(name)}"]
    if at:
        found += [f"first={_third(at[0], count)}", f"last={_third(at[-1], count)}", f"sentences={min(4, len(at))}"]
        found += [f"first+last={_third(at[0], count)}{_third(at[-1], count)}{in_title}"]
    return found


def _third(sentence: int, count: int) -> str:
    if sentence <= 1:
        return "begin"
    return "end" if sentence >= count - 1 else "early" if sentence < count / 2 else "late"


def _shape(name: str) -> str:
    if any(c.isdigit() for c in name):
        return "digit"
    if any(c.isupper() for word in name.split() for c in word[1:]):
        return "inner"
    return "lower" if name.islower() else "title"


def _around(context: Context, mention: Named, every: Sequence[Named]) -> list[str]:
    if mention.start < context.title_end:
        return _in_title(context, mention)
    at = context.sentence(mention.start)
    left_edge, right_edge = context.span(at)
    left, right = context.words(left_edge, mention.start), context.words(mention.end, right_edge)
    found = [f"L{i}={w}" for i, w in enumerate(reversed(left[-4:]), start=1)]
    found += [f"R{i}={w}" for i, w in enumerate(right[:3], start=1)]
    found += [f"L12={'_'.join(left[-2:])}", f"L123={'_'.join(left[-3:])}", f"R12={'_'.join(right[:2])}"]
    found += [f"LW={w}" for w in left[-6:]] + [f"RW={w}" for w in right[:5]]
    found += _cue_features(left, right, _third(at, max(1, len(context.sentences))))
    found += [f"start={' '.join(context.words(left_edge, right_edge)[:2])}", f"subject={not left}"]
    others = [n for n in every if left_edge <= n.start < right_edge and n.number != mention.number]
    found.append(f"company={min(3, len({n.number for n in others}))}")
    found.append(f"before others={any(n.start < mention.start for n in others)}")
    found.append(f"numbers={min(2, context.numbers_between(left_edge, right_edge))}")
    return found


def _in_title(context: Context, mention: Named) -> list[str]:
    before = ["^", *context.words(0, mention.start)]
    after = [*context.words(mention.end, context.title_end), "$"]
    found = [f"TL1={before[-1]}", f"TR1={after[0]}", f"T={'^' if len(before) == 1 else ''}{after[0]}"]
    return [*found, f"TL12={'_'.join(before[-2:])}", f"TR12={'_'.join(after[:2])}"]


def _cue_features(left: Sequence[str], right: Sequence[str], place: str) -> list[str]:
    """The nearest words that say what is done with the name, on both sides."""
    cues = [(cue, distance) for distance, word in enumerate(reversed(left)) if (cue := _cue(word))]
    near = [cue for cue, _ in cues[:3]] or ["none"]
    after = next((cue for word in right[:8] if (cue := _cue(word))), "none")
    found = [f"C1={near[0]}", f"C12={'_'.join(near[:2])}", f"C123={'_'.join(near)}", f"place={place}"]
    found += [f"C1+place={near[0]}:{place}", f"CR1={after}", f"C1CR1={near[0]}_{after}"]
    found += [f"S={cue}" for cue, _ in cues] + [f"we before={bool({'we', 'our'} & set(left))}"]
    if cues:
        found.append(f"C1+far={near[0]}:{min(3, cues[0][1] // 2)}")
    return found


@lru_cache(maxsize=1 << 14)
def _cue(word: str) -> str | None:
    return next((name for name, rule in _RULES if rule.fullmatch(word)), None)
