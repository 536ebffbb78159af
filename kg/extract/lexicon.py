"""How often a name stands in annotated papers and as what: one feature of the model among others, never a rule.

A key (`kg.extract.candidates.fold_key`) is stored as a 64-bit hash with the number of papers that contain it and the
number in which it names an entity of each type, so the table holds no text.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

LEXICON_FEATURES = 9
"""Columns of `Lexicon.features`: known at all, how often, a log-ratio a type, how often in unannotated papers."""

_TYPES = 5
_PRIOR = (0.02, 0.004, 0.006, 0.008, 0.004)  # how often a candidate is of each type when nothing is known


def key_hash(key: str) -> int:
    """64 bits that are the same in every process and on every machine; two checksums, because they are fast."""
    data = key.encode()
    return zlib.crc32(data) << 32 | zlib.adler32(data)


@dataclass(frozen=True)
class Lexicon:
    """Counts by key.

    `hashes` is sorted; `counts` has a row each: papers with the key, papers where it is a method, dataset, metric,
    task, baseline phrase; `frequency` the logarithm of the papers of an unannotated corpus that contain it.
    `own` gives, at training time only, what each training paper itself put in, so that it can be taken out again.
    """

    hashes: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.uint16]
    frequency: npt.NDArray[np.uint8]
    own: Sequence[Mapping[str, Sequence[int]]] = field(default=())

    @classmethod
    def empty(cls) -> Lexicon:
        """A lexicon that knows nothing."""
        return cls(np.zeros(0, np.uint64), np.zeros((0, 1 + _TYPES), np.uint16), np.zeros(0, np.uint8))

    def features(self, keys: Sequence[str], leave_out: int | None = None) -> npt.NDArray[np.float32]:
        """One row a key. `leave_out` takes out the counts of one paper of the data that made this lexicon."""
        rows = np.zeros((len(keys), LEXICON_FEATURES), np.float32)
        if not len(self.hashes) or not keys:
            return rows
        wanted = np.array([key_hash(key) for key in keys], np.uint64)
        at = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        known = self.hashes[at] == wanted
        counts = np.where(known[:, None], self.counts[at], 0).astype(np.float32)
        if leave_out is not None:
            mine = self.own[leave_out]
            counts -= np.array([[1, *mine[key]] if key in mine else [1] + [0] * _TYPES for key in keys], np.float32)
            counts = np.maximum(counts, 0)
        seen = counts[:, :1]
        prior = np.array(_PRIOR, np.float32)
        rows[:, 0] = seen[:, 0] > 0
        rows[:, 1] = np.log1p(seen[:, 0])
        rows[:, 2 : 2 + _TYPES] = np.log((counts[:, 1:] + prior * 2) / (seen + 2) / prior) / 3
        frequency = np.where(known, self.frequency[at], 0).astype(np.float32)
        rows[:, 7] = frequency / 128
        rows[:, 8] = frequency > 0
        return rows
