"""Pre-training in rounds, each kept on disk until the last is done: `kg pretrain`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import save
from tokenizers import Tokenizer

from kg.errors import InputError
from kg.files import atomic_write
from kg.train.base import save_pretrained, start_from
from kg.train.corpus import raw_texts, unannotated_texts
from kg.train.device import choose_device, use_all_cores
from kg.train.imitate import IMITATION, imitate, made_narrow
from kg.train.network import Encoder
from kg.train.papers import read_json_lines
from kg.train.pretrain import Schedule, pretrain
from kg.train.shrink import kept_layers

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
    tokenizer, encoder = start_from(start, lambda: raw_texts(corpus))
    wide, numbers = encoder, layers or range(1, len(encoder.layers) + 1)
    if layers is not None:
        encoder = kept_layers(encoder, layers)
    texts = [text for text in unannotated_texts(corpus, _left_out(without), seed) if len(text.split()) > 1]
    if not texts:
        raise InputError("holds no paper with a title or an abstract to read", file=str(corpus))
    report(f"{len(texts)} texts, {tokenizer.get_vocab_size()} word pieces, {len(encoder.layers)} layers, on {chosen}")
    use_all_cores()
    learn: Learn = pretrain
    schedules = rounds(pieces, seed)
    if heads is not None or inner is not None:
        heads, inner = heads or encoder.sizes.heads, inner or encoder.sizes.inner
        encoder = made_narrow(encoder, heads, inner, texts, tokenizer)
        report(f"{heads} heads and {inner} inner units of each layer kept")
        learn = partial(imitate, teacher=wide, layers=numbers)
        schedules = rounds(pieces, seed, IMITATION)
    encoder = encoder.to(chosen)
    kept = out.with_name(f"{out.name}.rounds")
    in_rounds(kept, encoder, texts, tokenizer, schedules, report, learn=learn)
    save_pretrained(out, tokenizer, encoder)
    kept.unlink(missing_ok=True)


def _left_out(path: Path | None) -> list[dict[str, Any]]:
    """The papers of `path`; InputError when none has a title or an abstract to know it by, as in annotation."""
    papers = read_json_lines(path) if path else []
    if papers and not any(paper.get("title") or paper.get("abstract") for paper in papers):
        raise InputError("has no titles and abstracts: name the papers, not their annotation", file=str(path))
    return papers


def in_rounds(  # noqa: PLR0917
    path: Path,
    encoder: Encoder,
    texts: Sequence[str],
    tokenizer: Tokenizer,
    schedules: Sequence[Schedule],
    report: Callable[[str], None],
    *,
    learn: Learn = pretrain,
) -> None:
    """Let `encoder` `learn` in rounds, after those that an interrupted run with the same input left in `path`.

    Every second round reads from the other end, so that the second begins with what the first has not read.
    """
    begun = hashlib.sha256(repr((tokenizer.to_str(), texts, encoder.device.type, encoder.sizes)).encode())
    for value in encoder.state_dict().values():
        begun.update(value.cpu().numpy().tobytes())
    given = begun.hexdigest()
    digests = [hashlib.sha256(repr((schedules[:n], given)).encode()).hexdigest() for n in range(1, len(schedules) + 1)]
    done = 0
    if path.is_file():
        with safe_open(path, "pt") as kept:
            made_of = (kept.metadata() or {}).get("made_of")
            if made_of in digests:
                done = digests.index(made_of) + 1
                encoder.load_state_dict({name: kept.get_tensor(name) for name in kept.keys()})  # noqa: SIM118
                report(f"pre-trained encoder taken from {path}, round {done} of {len(schedules)}")
    for number in range(done, len(schedules)):
        report(f"round {number + 1} of {len(schedules)}")
        learn(encoder, texts[::-1] if number % 2 else texts, tokenizer, schedules[number], report)
        weights = {name: value.cpu().contiguous() for name, value in encoder.state_dict().items()}
        with atomic_write(path, "wb") as file:
            file.write(save(weights, {"made_of": digests[number]}))


def rounds(pieces: int, seed: int, like: Schedule | None = None) -> list[Schedule]:
    """Rounds of at most `_ROUND` pieces, otherwise `like` the given one: warm restarts (Loshchilov & Hutter, 2017).

    The rate rises and falls in each, and optimizer and guesser begin anew: the encoder is all that a round leaves to
    the next, and one that took an hour is not lost when the next is interrupted.
    """
    count = -(-pieces // _ROUND)
    ends = [pieces * n // count for n in range(count + 1)]
    like = like or Schedule(pieces)
    return [replace(like, pieces=ends[n + 1] - ends[n], seed=seed + n) for n in range(count)]
