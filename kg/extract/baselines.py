"""Baselines that are no names: noun phrases such as 'the previous state of the art' that a number is measured against.

A phrase is wanted as the text has it, so one place gives several candidates, the bare noun phrase and the phrase with
what follows it ('models' and 'models trained on clean data'); the scorer of attributes chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.extract.claim_context import Context

_COMPARATOR = re.compile(
    r"\b(?:than|over|above|below|versus|vs\.?|w\.r\.t\.|against|comp(?:ared?|aring|arison) (?:to|with)"
    r"|(?:relative|respect|contrast) to|in comparison (?:to|with)|instead of|on top of"
    r"|outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beat(?:s|ing)?|improv(?:es?|ed|ing) (?:up)?on"
    r"|improvements? (?:up)?on|then|improv(?:es?|ed|ing)|match(?:es|ed|ing)?|gains? from|up"
    r"|increas(?:es|ed|ing)|accelerat(?:es|ed|ing)|boost(?:s|ed|ing)|speeds up|baselines?,? (?:such as|like)"
    r"|(?:enhance|advance|lift|raise|double|halve|lower|cut|decrease)s|unlike|replacing|utili[sz]ing|using"
    r"|a quarter|half|a fraction|\d\S{0,12} from)$",
    re.IGNORECASE,
)
_LAST_OF_COMPARATOR = tuple(
    "than over above below vs vs. w.r.t. against to with of on then from up as like improve outperform surpass exceed "
    "beat match quarter half fraction s ed ing".split()
)
"""How whatever `_COMPARATOR` finds ends: that is soon seen, and few words do."""
_RIVAL = re.compile(
    r"(?:existing|previous(?:ly)?|prior|state-of-the-art|sota|strong(?:est)?|best|leading|competing|other|standard"
    r"|vanilla|original|dense|naive|baseline|conventional|traditional|current|recent|latest|full|alternative|classical"
    r"|supervised|random|human|published|unmodified|uncompressed|fastest|popular|comparable|larger|equivalent)\b",
    re.IGNORECASE,
)
_RIVAL_HEAD = re.compile(
    r"(?:baselines?|counterparts?|competitors?|methods?|models?|approach(?:es)?|works?|art|sota|state-of-the-art"
    r"|techniques?|systems?|algorithms?|networks?|results?|record|solutions?|frameworks?|strategies|controls?|training"
    r"|tuning|implementations?|packages|tools|libraries|pipelines?|architectures?|policies|policy|detectors?|agents?"
    r"|performance|setting|optimizers?|solvers?|planners?|classifiers?|modules?|learners?|encoders?|descriptors?"
    r"|entry|ones|schemes?|variants?|supervision|attacks?|defen[sc]es?)$",
    re.IGNORECASE,
)
_COUNTERPARTS = tuple("counterpart counterparts baseline baselines competitor competitors".split())
_RIVALS_BEGIN = re.compile(
    r"(?:existing|previous|prior|state-of-the-art|sota|other|recent|current|traditional|conventional|competing|leading"
    r"|published|best|strong)",
    re.IGNORECASE,
)
_RIVALS_END = re.compile(
    r"\b(?:methods|approaches|baselines|algorithms|models|systems|solutions|techniques|works?|sota|state-of-the-art)$",
    re.IGNORECASE,
)
_BEST = re.compile(r"(?:best|strongest)", re.IGNORECASE)
_OWNER = re.compile(r"(?:['’]s|(?<=s)['’])(?= |$)")
"""Ends the owner in 'the best model's accuracy', which may itself be the baseline."""
_LEAD = re.compile(
    r"(?: (?:the|a|an|all|both|its|their|our|several|many|most|any|two|three|four|five|six|of|those"
    r"|that|\d+))+ ?$"
)
_WORD = re.compile(
    r"(?<!\w)(?:(?:\d(?:st|nd|rd|th)-)?[A-Za-z][\w'’/+-]*"
    r"|(?<!\d[.,])(?<!\w-)\d+(?:\.\d+)?[BMD](?:-[A-Za-z][\w-]*)?(?!\w)|[1-9]\d?\w?-[a-z]\w*)"
)
"""A word; '7B' and '3D' are words of a phrase ('7B base model'), the unit after a number is none."""
_SHORT = re.compile(r" \([A-Z][\w+-]{1,9}s?\)(?= [a-z])")
_STOP = frozenset(
    "of in on for from with and or to that which who across per over under by at as the a an is are was were be been "
    "than when while where whose without within into using via about between after before during through against among "
    "but can could will would may might has have had do does did we our it its their this these those then thus so yet "
    "both respectively compared comparing relative including not even more less fewer such if because since until "
    "unless up down off out all several many most any some each i.e e.g versus vs outperforms outperform outperforming "
    "surpasses surpass surpassing surpassed achieves achieve achieving improves improve improving improved exceeds "
    "exceed exceeding beats beating beat outperformed show shows reduces reduce reducing significantly consistently "
    "significant requires require requiring only also further matching matches match upon demonstrates demonstrate "
    "yields yield yielding reaches reach obtains obtain faster better higher given two three four five six seven eight "
    "nine ten above below beyond despite unlike alongside towards already still enhances boosts increases accelerates "
    "decreases lowers raises lifts cuts advances doubles halves replacing utilizing utilising simply "
    "multiple various corresponding respective different whereas".split()
)
_PARTICIPLES = frozenset(
    "trained based learned designed built proposed reported used developed tuned finetuned".split()
)
_PREPOSITION = re.compile(r" (?:on|with|without|from|for|using|by|in|to|only|under|over|at)\b")
_ON = re.compile(
    r" (?:(?:of|with|without|for|from|that use|that rely on|relying on|based on|using|on|in)"
    r"|(?:pre-?trained|fine-?tuned|trained)(?: (?:on|with|for|from|without|under|only with|only on|using))?"
    r"|used (?:in|for|by)|developed for)"
    r"(?: (?:the|a|an|its|their|all))? (?!terms\b|average\b|total\b|particular\b)"
)
_AND = re.compile(r",? (?:and|or) (?:the )?(?=[a-z])")
_SHORTEST, _LONGEST = 3, 90
_ENDINGS = (".", ",", "by", "on", "in", "and", "with", "while", "(", "of", "for", "at", "to", "from", "as", "such")


def baseline_phrases(context: Context) -> dict[str, list[tuple[int, int]]]:
    """Phrases that a number may be measured against and that name no method, with their places, in order.

    Runs of words without function words count when they follow a comparison ('than prior work'), when they end in
    'baseline' or 'counterpart', and when they open with a word such as 'existing' and end in one such as 'methods';
    each also with the phrases that go on from it, and cut where it owns what follows ('the best model's accuracy').
    """
    places: dict[str, list[tuple[int, int]]] = {}
    methods = [(n.start, n.end) for n in context.of_kind("method")]
    for start, end in _noun_phrases(context.text):
        phrase = context.text[start:end]
        compared = _is_compared(context.text, start)
        if not (
            compared or phrase.lower().endswith(_COUNTERPARTS) or (_RIVAL.match(phrase) and _RIVAL_HEAD.search(phrase))
        ):
            continue
        owner = _OWNER.search(phrase)
        shorter = [(start, start + owner.start())] if owner and owner.start() > _SHORTEST else []
        for left, right in [(start, end), *shorter, *_longer(context, start, end, compared)]:
            if not any(s <= left and right <= e for s, e in methods):
                spans = places.setdefault(context.text[left:right], [])
                if (left, right) not in spans:
                    spans.append((left, right))
    return places


def _is_compared(text: str, start: int) -> bool:
    """Whether a comparison such as 'than' ends right before `start`, articles and the like passed over."""
    before = _LEAD.sub(" ", text[max(0, start - 40) : start]).rstrip()
    return before.lower().endswith(_LAST_OF_COMPARATOR) and bool(_COMPARATOR.search(before))


def _noun_phrases(text: str) -> Iterator[tuple[int, int]]:
    """Runs of words between function words and punctuation; 'state of the art' and '(SOTA)' do not end one."""
    start = end = -1
    skip = 0
    for word in _WORD.finditer(text):
        if word.start() < skip:
            continue
        whole = word.end()
        if text.startswith("state of the art", word.start()):
            whole = skip = word.start() + len("state of the art")
        if short := _SHORT.match(text, whole):
            skip = short.end()
        lower = word.group().lower()
        follows = start >= 0 and text[end : word.start()] == " "
        stops = lower in _STOP or (lower in _PARTICIPLES and (not follows or bool(_PREPOSITION.match(text, whole))))
        if not follows or stops:
            if start >= 0 and _SHORTEST < end - start < _LONGEST:
                yield start, end
            start = -1
        if not stops:
            start = word.start() if start < 0 else start
            end = short.end() if short else whole
    if start >= 0 and _SHORTEST < end - start < _LONGEST:
        yield start, end


def _longer(context: Context, start: int, end: int, compared: bool) -> Iterable[tuple[int, int]]:
    """The phrase with one or two of the phrases that go on from it, and with a second one after 'and'."""
    text, found = context.text, []
    right = end
    for _ in range(2):
        joint = _ON.match(text, right)
        nxt = next(iter(_noun_phrases(text[joint.end() : joint.end() + _LONGEST])), None) if joint else None
        if joint is None or nxt is None or nxt[0] != 0:
            break
        right = joint.end() + nxt[1]
        if right - start >= _LONGEST:
            break
        found.append((start, right))
    joint = _AND.match(text, end) if compared else None
    nxt = next(iter(_noun_phrases(text[joint.end() : joint.end() + _LONGEST])), None) if joint else None
    if joint is not None and nxt is not None and nxt[0] == 0 and joint.end() + nxt[1] - start < _LONGEST:
        found.append((start, joint.end() + nxt[1]))
    return found


def says_of_which_kind(phrase: str) -> bool:
    """Whether a name in the middle of `phrase` says of which kind the rivals are: 'existing NeRF methods' is not NeRF.

    So it is with 32 of 32 annotated baselines that have this form or are the name in it.
    """
    rivals = _RIVALS_BEGIN.match(phrase) and _RIVALS_END.search(phrase)
    return "(" not in phrase and bool(rivals or (_BEST.match(phrase) and _RIVAL_HEAD.search(phrase)))


def phrase_row(context: Context, start: int, end: int) -> list[float]:
    """What tells a whole phrase from a part of one: its length, what it holds, the word that follows it."""
    return context.once(("phrase", start, end), lambda: _phrase_row(context, start, end))


def _phrase_row(context: Context, start: int, end: int) -> list[float]:
    words = context.words(start, end)
    after = (context.words(end, end + 24) or [""])[0]
    inside = [n.kind for n in context.named if start <= n.start and n.end <= end]
    return [
        float(len(words)),
        float(any(w in _STOP for w in words)),
        float("and" in words),
        float("dataset" in inside) + 2.0 * float("metric" in inside),
        float(bool(_RIVAL.match(context.text[start:end]))),
        float(bool(_RIVAL_HEAD.search(context.text[start:end]))),
        float(_ENDINGS.index(after) if after in _ENDINGS else -1),
        float(bool(_ON.match(context.text, end))),
        float(_is_compared(context.text, start)),
    ]


NO_PHRASE: tuple[float, ...] = (0.0,) * 9
"""The row of a candidate that is an entity."""
