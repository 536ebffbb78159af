"""A name → its slots: `Llama-2-7B-chat` → core (llama, 2), size 7b, variant chat.

The core is the name without spaces, hyphens, case, plurals and British spelling, cut into runs of letters and runs of
digits: `GSM8K` = `GSM-8K`, `U-Net` = `UNet`, but `Llama-2-7B` is not `Llama-27B`. Around the core stand slots: size,
variant, split, language pair, rank and averaging. Two names have the same key exactly when core and slots agree, and a
slot that only one of them states makes them differ, so joining by key is safe and takes one dictionary look-up a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from kg.link.spelling import fold_word, plain
from kg.link.words import (
    COUNTED,
    COUNTS,
    GENERIC_HEADS,
    GLUED_VARIANTS,
    LANGUAGES,
    LEADING,
    METHOD_VARIANTS,
    METRIC_LETTERS_AT,
    METRIC_WORDS,
    MODEL_KINDS,
    NAME_SUFFIXES,
    SIZE_LETTER_FAMILIES,
    SIZE_LETTERS,
    SPLIT_NOUNS,
    SPLITS,
    SUFFIXES,
    WHOLE_NAMES,
)
from kg.records import EntityKind

Slot = Literal["size", "variant", "split", "language pair", "rank", "averaging", "patch", "case"]
SLOTS: tuple[Slot, ...] = ("size", "variant", "split", "language pair", "rank", "averaging", "patch", "case")


@dataclass(frozen=True)
class ParsedName:
    """A name cut into what identifies it. `core` is empty for a name that says nothing ('our dataset')."""

    kind: EntityKind
    core: tuple[str, ...]
    slots: tuple[tuple[Slot, str], ...] = ()

    @property
    def key(self) -> str:
        """Equal for two names of one kind exactly when they are one name."""
        slots = ";".join(f"{slot}={value}" for slot, value in self.slots)
        return " ".join(self.core) + (f" [{slots}]" if slots else "")

    @property
    def family(self) -> str:
        """The first run of letters; names of different families are never compared."""
        return next((run for run in self.core if not run[0].isdigit()), self.core[0] if self.core else "")

    def slot(self, wanted: Slot) -> tuple[str, ...]:
        """The values of one slot, sorted."""
        return tuple(value for slot, value in self.slots if slot == wanted)

    def with_core(self, core: tuple[str, ...], extra: tuple[tuple[Slot, str], ...] = ()) -> ParsedName:
        """The same slots around another core."""
        return replace(self, core=core, slots=tuple(sorted({*self.slots, *extra})))


_CODES = "|".join(sorted(LANGUAGES.values()))
_LANGUAGE = "|".join(sorted(LANGUAGES, key=len, reverse=True))
_PAIR_SEP = r"\s*(?:->|<->|-to-|\s+to\s+|\s+into\s+|2|/|-|_)\s*"
_PAIR_NAMES = re.compile(rf"\b({_LANGUAGE})({_PAIR_SEP})({_LANGUAGE})\b", re.I)
_PAIR_CODES = re.compile(rf"(?<![A-Za-z0-9])({_CODES})({_PAIR_SEP})({_CODES})(?![A-Za-z0-9])", re.I)
_PAIR_GLUED = re.compile(r"(?<![A-Za-z])(En|De|Fr|Zh|Ru|Cs|Ro|Ja)(En|De|Fr|Zh|Ru|Cs|Ro|Ja)(?![A-Za-z])")

_VERSION = re.compile(
    r"(?:(?<=[^A-Za-z])|^)v(?:er(?:sion)?)?\.?\s?(?=\d)"
    r"|(?<=[a-z])V(?=\d)|(?<=[A-Z])v(?=\d)|(?<=[A-Z]{3})V(?=\d)"
    r"|(?<=[A-Za-z]{2}[a-z])(?<!con)(?<!Con)v(?=\d+(?:\.\d+)?(?![\d.]*[A-Za-z]{2}))"
    r"|(?<=[^A-Za-z])V(?:ersion)?(?=\d)|^Version (?=\d)"
)
_ROMAN = re.compile(r"(?<=[-_ ])(II|III|IV|VI|VII|VIII|IX)(?![A-Za-z0-9])")
_ROMAN_VALUE = {"II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8", "IX": "9"}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BARE_DECIMAL = re.compile(r"(?<![\d.])\.(?=\d)")
_DOT = re.compile(r"\.(?!\d)|(?<!\d)\.(?=\d)")
_SPLIT_YEAR = re.compile(r"(?<![A-Za-z])(trainval|train|test|val|dev|minival)[-_ ]?(\d{4}|\d{2})(?!\d)", re.I)
_SIZE_CHUNK = re.compile(r"(?:\d+x)?\d+(?:\.\d+)?[bm]$", re.I)
_SIZE_GLUED = re.compile(r"([A-Za-z]{2,}(?:\d+(?:\.\d+)?[-])?)(\d+(?:\.\d+)?[BM])$")
_CAMEL_END = re.compile(r"(?<=[a-z0-9A-Z])([A-Z][a-z]+)$")
_GLUED_SUFFIXES = frozenset({"score", "corpus", "dataset", "benchmark", "database"})
_RUNS = re.compile(r"\d+(?:\.\d+)*|[^\W\d]+")
_SEPARATORS = re.compile(r"[\s\-_/,:;()\[\]=^~|\\<>!?{}]+")
_AT = re.compile(r"@\s*|\bat\s+(?=\d|k\b|rank)", re.I)


@lru_cache(maxsize=200_000)
def parse(name: str, kind: EntityKind) -> ParsedName:
    """The slots of `name`, which names a thing of `kind`. Pure; the table of aliases is not consulted."""
    text = _strip_leading(plain(name))
    slots: list[tuple[Slot, str]] = []
    if kind != "metric":
        text = _take_language_pair(text, slots)
    text = _normalise_numbers(text, kind)
    chunks = _chunks(text, kind)
    if kind == "metric":
        chunks = _metric_chunks(chunks, slots)
    elif kind == "dataset":
        chunks = _dataset_chunks(chunks, slots)
    elif kind == "method":
        chunks = _method_chunks(chunks, slots)
    else:
        chunks = _drop_suffixes(chunks, SUFFIXES["task"])
    core = _core(chunks, kind)
    return ParsedName(kind, core, tuple(sorted(set(slots))))


def is_namelike(word: str) -> bool:
    """Whether a word looks like a proper name by its letters: an inner capital, all capitals, or a digit beside one."""
    letters = [char for char in word if char.isalpha()]
    return bool(letters) and (any(char.isupper() for char in word[1:]) or (word[0].isupper() and _has_digit(word)))


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _strip_leading(text: str) -> str:
    words = text.split(" ")
    while len(words) > 1 and (words[0] in LEADING or words[0] == "The"):
        words = words[1:]
    return " ".join(words).strip(" .,;:-")


def _take_language_pair(text: str, slots: list[tuple[Slot, str]]) -> str:
    for pattern in (_PAIR_NAMES, _PAIR_CODES, _PAIR_GLUED):
        match = pattern.search(text)
        if match is None:
            continue
        first, second = match.group(1).lower(), match.group(match.lastindex or 2).lower()
        pair = LANGUAGES.get(first, first), LANGUAGES.get(second, second)
        arrow = "<>" if "<->" in match.group() else ">"
        if arrow == "<>":
            pair = min(pair), max(pair)
        slots.append(("language pair", pair[0] + arrow + pair[1]))
        return f"{text[: match.start()]} {text[match.end() :]}".strip()
    return text


def _normalise_numbers(text: str, kind: EntityKind) -> str:
    text = _THOUSANDS.sub("", text)
    if kind == "metric":
        text = _BARE_DECIMAL.sub("0.", text)
    else:
        text = _ROMAN.sub(lambda match: _ROMAN_VALUE[match.group()], text)
        text = _VERSION.sub(" ", text)
        text = _SPLIT_YEAR.sub(r" \1 \2", text)
    text = text.replace("C++", "C plus plus").replace("+", " plus ").replace("#", " sharp ").replace("*", " star ")
    return _DOT.sub("", text.replace("%", " percent "))


def _chunks(text: str, kind: EntityKind) -> list[str]:
    """Words of the name; hyphens separate, except that a number before shot, way … is written in digits."""
    chunks = [chunk for chunk in _SEPARATORS.split(text) if chunk]
    if kind == "metric":
        chunks = [piece for chunk in chunks for piece in _AT.sub(" @ ", chunk).split()]
    for place, chunk in enumerate(chunks[:-1]):
        if chunk.lower() in COUNTS and fold_word(chunks[place + 1]) in COUNTED:
            chunks[place] = COUNTS[chunk.lower()]
    return chunks


def _drop_suffixes(chunks: list[str], suffixes: frozenset[str]) -> list[str]:
    """Take words like 'dataset' and 'score' off the end, also where they are glued on: CLIPScore, BookCorpus."""
    while len(chunks) > 1 and fold_word(chunks[-1]) in suffixes:
        chunks = chunks[:-1]
    glued = _CAMEL_END.search(chunks[-1]) if chunks else None
    if glued is not None and glued.start() > 2 and fold_word(glued.group()) in suffixes & _GLUED_SUFFIXES:
        return [*chunks[:-1], chunks[-1][: glued.start()]]
    return chunks


def _metric_chunks(chunks: list[str], slots: list[tuple[Slot, str]]) -> list[str]:
    kept: list[str] = []
    place = 0
    while place < len(chunks):
        chunk = chunks[place]
        word = chunk.lower()
        following = chunks[place + 1].lower() if place + 1 < len(chunks) else ""
        top = re.fullmatch(r"top(\d+|k)", word)
        if top is not None:
            slots.append(("rank", top.group(1)))
        elif word == "top" and re.fullmatch(r"\d+|k|n", following):
            slots.append(("rank", following))
            place += 1
        elif word in ("@", "at") and re.fullmatch(r"(top)?(\d[\d.]*|k|n)", following):
            slots.append(("rank", _rank(following.removeprefix("top"))))
            place += 1
            if kept and len(kept[-1]) <= 3:
                kept[-1] = METRIC_LETTERS_AT.get(kept[-1].lower(), kept[-1])
        elif re.fullmatch(r"(macro|micro|weighted)(average|averaged|avg)?", word):
            slots.append(("averaging", re.sub(r"(average|averaged|avg)$", "", word)))
            if following in ("average", "averaged", "avg", "averaging"):
                place += 1
        elif (glued := re.fullmatch(r"(macro|micro)(f1|f|precision|recall|auc|accuracy)", word)) is not None:
            slots.append(("averaging", glued.group(1)))
            kept.append(glued.group(2))
        else:
            kept.append(METRIC_WORDS.get(word, METRIC_WORDS.get(fold_word(chunk), chunk)))
        place += 1
    return _drop_suffixes(kept, SUFFIXES["metric"])


def _rank(value: str) -> str:
    """Thresholds below one are given in percent, as `mAP@0.5` is also `mAP@50`."""
    if re.fullmatch(r"0\.\d+", value):
        return format(round(float(value) * 100, 6), "g")
    return value


def _dataset_chunks(chunks: list[str], slots: list[tuple[Slot, str]]) -> list[str]:
    chunks = [chunk for chunk in chunks if fold_word(chunk) != "dataset"] if len(chunks) > 1 else chunks
    words = [chunk.lower() for chunk in chunks]
    chunks = [
        chunk
        for place, chunk in enumerate(chunks)
        if not (words[place : place + 2] == ["data", "set"] or words[place : place + 2] == ["data", "sets"])
        and not (place and words[place - 1] == "data" and words[place] in ("set", "sets"))
    ] or chunks
    kept: list[str] = []
    for place, chunk in enumerate(chunks):
        word = chunk.lower()
        following = chunks[place + 1].lower() if place + 1 < len(chunks) else ""
        if place and word == "test" and following in ("dev", "std"):
            slots.append(("split", f"test-{following}"))
        elif place and word in ("dev", "std") and chunks[place - 1].lower() == "test":
            continue
        elif place and word in SPLITS and _is_split(place, chunks):
            slots.append(("split", SPLITS[word]))
        elif place and fold_word(chunk) in SPLIT_NOUNS and place > 1 and chunks[place - 1].lower() in SPLITS:
            continue
        else:
            kept.append(chunk)
    return _drop_suffixes(kept, SUFFIXES["dataset"])


def _is_split(place: int, chunks: list[str]) -> bool:
    """A split word stands last, before 'set' or 'split', or before digits and the qualities of LibriSpeech."""
    rest = chunks[place + 1 :]
    return all(
        fold_word(chunk) in SPLIT_NOUNS or chunk.isdigit() or chunk.lower() in ("clean", "other", "dataset", "data")
        for chunk in rest
    )


def _method_chunks(chunks: list[str], slots: list[tuple[Slot, str]]) -> list[str]:
    chunks = _cut_sizes(chunks)
    kept: list[str] = []
    skip = False
    for place, chunk in enumerate(chunks):
        if skip:
            skip = False
            continue
        word, following = chunk.lower(), chunks[place + 1].lower() if place + 1 < len(chunks) else ""
        if _SIZE_CHUNK.match(word) and place:
            slots.append(("size", word))
        elif place and re.fullmatch(r"\d+(\.\d+)?", word) and following in ("b", "billion", "million"):
            slots.append(("size", word + following[0]))
            skip = True
        elif slots and slots[-1][0] == "size" and fold_word(chunk) in ("parameter", "param"):
            continue
        elif place and word in METHOD_VARIANTS and _is_variant(place, chunks):
            slots.append(("variant", word))
        elif place and (letter := _size_letter(chunks[0], kept, chunk)) is not None:
            slots.append(("variant", letter))
            if chunk[1:]:
                slots.append(("patch", chunk[1:]))
        elif place and _is_patch(kept, chunk, slots):
            slots.append(("patch", chunk.removeprefix("patch").removeprefix("p")))
        else:
            kept.append(chunk)
    return _drop_name_suffixes(kept)


def _is_variant(place: int, chunks: list[str]) -> bool:
    """'BERT-large' and 'Gemini Pro', but not the words of 'very large language models' or 'base model'."""
    following = chunks[place + 1].lower() if place + 1 < len(chunks) else ""
    if following in ("language", "vision", "multimodal", "scale", "batch"):
        return False
    return any(chunk != chunk.lower() or _has_digit(chunk) for chunk in chunks[:place])


def _size_letter(first: str, kept: list[str], chunk: str) -> str | None:
    """The size that a single letter means after a family that writes its sizes so: ViT-B, Swin-T, YOLOv8-n."""
    if not kept:
        return None
    family = "".join(run for run in _RUNS.findall("".join(kept).lower()) if not run[0].isdigit())
    letters = SIZE_LETTER_FAMILIES.get(family) or SIZE_LETTER_FAMILIES.get(first.lower()) or ""
    match = re.fullmatch(r"([TSBLHGNMXa-z])(8|14|16|32)?", chunk)
    if match is None or match.group(1).lower() not in letters:
        return None
    if match.group(2) and family not in ("vit", "visiontransformer", "mixer", "mlpmixer", "deit", "dit"):
        return None
    if match.group(1) == "G":
        return "gigantic"  # ViT-g is giant, ViT-G gigantic
    return SIZE_LETTERS[match.group(1).lower()]


def _is_patch(kept: list[str], chunk: str, slots: list[tuple[Slot, str]]) -> bool:
    return (
        bool(kept)
        and "".join(kept).lower().rstrip("0123456789") in ("vit", "deit", "visiontransformer", "clipvit", "dinovit")
        and re.fullmatch(r"(patch|p)?(8|14|16|32)", chunk) is not None
        and any(slot == "variant" for slot, _ in slots)
    )


def _cut_sizes(chunks: list[str]) -> list[str]:
    """Cut sizes and variants off that are written without a space: LLaMA7B, BERTBASE, YOLOv8n, MobileNetV3Large."""
    cut: list[str] = []
    for chunk in chunks:
        size = _SIZE_GLUED.fullmatch(chunk)
        upper = re.fullmatch(r"(\w*[A-Za-z])(BASE|LARGE|SMALL|TINY|HUGE)", chunk)
        camel = _CAMEL_END.search(chunk)
        letter = re.fullmatch(r"(\d+)([nsmlx])", chunk)
        if size is not None:
            cut += [size.group(1), size.group(2)]
        elif upper is not None and upper.group(1).upper() not in ("DATA", "KNOWLEDGE", "CODE"):
            cut += [upper.group(1), upper.group(2)]
        elif camel is not None and camel.group(1).lower() in GLUED_VARIANTS and _stands_alone(chunk[: camel.start(1)]):
            cut += [chunk[: camel.start(1)], camel.group(1)]
        elif letter is not None and cut and cut[0].lower().startswith("yolo"):
            cut += [letter.group(1), letter.group(2)]
        else:
            cut.append(chunk)
    return cut


def _stands_alone(prefix: str) -> bool:
    return len(prefix) > 1 or prefix.isdigit()


def _drop_name_suffixes(chunks: list[str]) -> list[str]:
    """Take 'model', 'network' … off proper names, 'algorithm', 'method' … off names of two words and more."""
    while len(chunks) > 1:
        last, before = fold_word(chunks[-1]), _before_suffix(chunks)
        weak = last in SUFFIXES["method"] and (len(before) > 1 or fold_word(before[0]) not in GENERIC_HEADS)
        named = last in NAME_SUFFIXES and _is_proper(before, chunks[-1])
        whole = "".join(fold_word(chunk) for chunk in chunks)
        if (not weak and not named) or whole in WHOLE_NAMES:
            break
        chunks = before
    return chunks


def _before_suffix(chunks: list[str]) -> list[str]:
    """`chunks` without the last word and, when that is 'model', without 'large language' before it."""
    end = len(chunks) - 1
    if fold_word(chunks[-1]) == "model":
        while end > 1 and chunks[end - 1].lower() in MODEL_KINDS:
            end -= 1
    return chunks[:end]


def _is_proper(words: list[str], suffix: str) -> bool:
    """Whether `words` is a proper name to which `suffix` was only added."""
    last = words[-1]
    if _has_digit(last) or is_namelike(last):
        return True
    one_capital = len(words) == 1 and last[:1].isupper() and suffix[:1].islower()
    return one_capital and fold_word(last) not in GENERIC_HEADS


def _core(chunks: list[str], kind: EntityKind) -> tuple[str, ...]:
    runs: list[str] = []
    for chunk in chunks:
        for run in _RUNS.findall(fold_word(chunk)):
            text = _fold_number(run, kind) if run[0].isdigit() else run
            if runs and not run[0].isdigit() and not runs[-1][0].isdigit():
                runs[-1] += text
            else:
                runs.append(text)
    return tuple(runs)


def _fold_number(run: str, kind: EntityKind) -> str:
    if "." in run:
        return re.sub(r"(?:\.0+)+$", "", run)
    if kind in ("dataset", "task") and len(run) == 4 and re.match(r"19[89]|20[0-3]", run):
        return run[2:]
    return run
