"""Which candidates may be names at all, by the encoder's tags: most of them need no closer look.

The tags say of each word piece whether it is inside a name and whether it begins one, a column a type. A group goes on
when one of its mentions begins where a name may begin and has no piece that is in none; all its mentions go with it, so
that its score is the same as if all groups had gone on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kg.extract.document import Document
from kg.extract.heads import TYPES

Floats = npt.NDArray[np.float32]


def plausible(document: Document, tags: Floats, floor: float) -> Document:
    """`document` with only the groups that may be names; as it is when there is none.

    `tags` are log-odds, [pieces, 2 · types]: inside a name, then its first piece; below `floor` a piece is in no name,
    or begins none. Training chooses it so that nothing is lost (kg.train.calibrate).
    """
    if not len(document.keys):
        return document
    likely = tags.reshape(len(tags), 2, len(TYPES)).max(axis=2) >= floor
    outside = np.concatenate([[0], np.cumsum(~likely[:, 0])])
    first, last = document.first_piece[document.span_first], document.last_piece[document.span_last]
    named = likely[first, 1] & (outside[last + 1] == outside[first])
    kept = np.logical_or.reduceat(named, document.group_edges[:-1])
    if kept.all() or not kept.any():
        return document
    spans = kept[document.span_group]
    return replace(
        document,
        span_first=document.span_first[spans],
        span_last=document.span_last[spans],
        span_group=(np.cumsum(kept) - 1)[document.span_group[spans]],
        keys=[key for key, keep in zip(document.keys, kept.tolist(), strict=True) if keep],
    )
