"""Pre-training in rounds, each kept on disk until the last is done: `kg pretrain`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save
from tokenizers import Tokenizer

from kg.errors import InputError
from kg.files import atomic_write
from kg.train.base import save_pretrained, sizes_of, start_from
from kg.train.corpus import raw_texts, unannotated_texts
from kg.train.device import choose_device, use_all_cores
from kg.train.imitate import IMITATION, imitate, made_narrow
from kg.train.kept import digest, digest_of
from kg.train.network import Encoder
from kg.train.papers import read_json_lines
from kg.train.pretrain import Schedule, pretrain
from kg.train.shrink import check_narrower, kept_layers

Learn = Callable[[Encoder, Sequence[str], Tokenizer, Schedule, Callable[[str], None]], None]
"""Trains an encoder in place on texts."""

_ROUND = 12_000_000
"""Word pieces in one round: about half of 101,536 abstracts."""


def run(
    corpus: Path,
    out: Path,
    *,
    start: str,
    layers: Sequence[int] | None,
    heads: int | None,
    inner: int | None,
    pieces: int,
    without: Path | None,
    seed: int,
    device: str,
    report: Callable[[str], None],
) -> None:
    """See `kg.train.pretrain_encoder`."""
    chosen = choose_device(device)
    if out.is_dir():
        raise InputError("is a folder: name a file for the encoder", file=str(out))
    tokenizer, wide, trained = start_from(start, lambda: raw_texts(corpus))
    encoder = wide if layers is None else kept_layers(wide, layers)
    check_narrower(encoder.sizes, heads, inner)
    texts = [text for text in unannotated_texts(corpus, _left_out(without), seed) if len(text.split()) > 1]
    if not texts:
        raise InputError("holds no paper with a title or an abstract to read", file=str(corpus))
    report(f"{len(texts)} texts, {tokenizer.get_vocab_size()} word pieces, {encoder.sizes.layers} layers, on {chosen}")
    use_all_cores()
    if heads is None and inner is None:
        course = Course(lambda: encoder, pretrain, rounds(pieces, seed))
        trained = None  # they do not fit another encoder
    else:

        def begin() -> Encoder:
            small = made_narrow(encoder, heads, inner, texts, tokenizer)
            counts = ", ".join(map(str, small.sizes.heads))
            report(f"the layers keep {counts} heads, and {small.sizes.inner} inner units each")
            return small

        taught = layers or range(1, encoder.sizes.layers + 1)
        trained = trained if taught[-1] == wide.sizes.layers else None
        course = Course(begin, partial(imitate, teacher=wide, layers=taught), rounds(pieces, seed, IMITATION))
    kept = out.with_name(f"{out.name}.rounds")
    given = digest(wide, (wide.sizes, tokenizer.to_str(), texts, chosen.type, layers, heads, inner))
    encoder = in_rounds(kept, course, given, texts, tokenizer, chosen, report)
    save_pretrained(out, tokenizer, encoder, trained)
    kept.unlink(missing_ok=True)


@dataclass(frozen=True)
class Course:
    """What is done in rounds: the encoder that `begin` makes learns as each of `schedules` says."""

    begin: Callable[[], Encoder]
    learn: Learn
    schedules: Sequence[Schedule]


def _left_out(path: Path | None) -> list[dict[str, Any]]:
    """The papers of `path`; InputError when none has a title or an abstract to know it by, as in annotation."""
    papers = read_json_lines(path) if path else []
    if papers and not any(paper.get("title") or paper.get("abstract") for paper in papers):
        raise InputError("has no titles and abstracts: name the papers, not their annotation", file=str(path))
    return papers


def in_rounds(  # noqa: PLR0917
    path: Path,
    course: Course,
    given: str,
    texts: Sequence[str],
    tokenizer: Tokenizer,
    device: torch.device,
    report: Callable[[str], None],
) -> Encoder:
    """The encoder after all rounds, those apart that an interrupted run left in `path` when `given` was the same.

    `given` tells one input from another. Every second round reads from the other end, so that the second begins with
    what the first has not read.
    """
    digests = [digest_of((course.schedules[:n], given)) for n in range(1, len(course.schedules) + 1)]
    done, encoder = 0, None
    if path.is_file():
        with safe_open(path, "pt") as kept:
            made_of = (kept.metadata() or {}).get("made_of")
            if made_of in digests:
                done = digests.index(made_of) + 1
                state = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118
                encoder = Encoder(sizes_of(state))
                encoder.load_state_dict(state)
                report(f"pre-trained encoder taken from {path}, round {done} of {len(digests)}")
            else:
                report(f"{path} is of another run and is not gone on from")
    encoder = (encoder or course.begin()).to(device)
    for number in range(done, len(digests)):
        report(f"round {number + 1} of {len(digests)}")
        course.learn(encoder, texts[::-1] if number % 2 else texts, tokenizer, course.schedules[number], report)
        weights = {name: value.cpu().contiguous() for name, value in encoder.state_dict().items()}
        with atomic_write(path, "wb") as file:
            file.write(save(weights, {"made_of": digests[number]}))
    return encoder


def rounds(pieces: int, seed: int, like: Schedule | None = None) -> list[Schedule]:
    """Rounds of at most `_ROUND` pieces, otherwise `like` the given one: warm restarts (Loshchilov & Hutter, 2017).

    The rate rises and falls in each, and optimizer and guesser begin anew: the encoder is all that a round leaves to
    the next, and one that took an hour is not lost when the next is interrupted.
    """
    count = max(1, -(-pieces // _ROUND))
    ends = [pieces * n // count for n in range(count + 1)]
    like = like or Schedule(pieces)
    return [replace(like, pieces=ends[n + 1] - ends[n], seed=seed + n) for n in range(count)]
