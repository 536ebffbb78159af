"""Which candidates may be names at all, by the encoder's tags: most of them need no closer look.

The tags say of each word piece whether it is inside a name and whether it begins one, a column a type. A group goes on
when one of its mentions begins where a name may begin and has no piece that is in none; all its mentions go with it, so
that its score is the same as if all groups had gone on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.extract.candidates import likely_candidates
from kg.extract.document import Document
from kg.extract.heads import TYPES

Floats = npt.NDArray[np.float32]


def plausible(document: Document, tags: Floats, floor: float) -> Document:
    """`document` with the groups that may be names; with all when there is none.

    `tags` are log-odds, [pieces, 2 · types]: inside a name, then its first piece; below `floor` a piece is in no name,
    or begins none. Training chooses it so that nothing is lost (kg.train.calibrate).
    """
    if not document.words or not len(tags):
        return document
    likely = tags.reshape(len(tags), 2, len(TYPES)).max(axis=2) >= floor
    outside = np.concatenate([[0], np.cumsum(~likely[:, 0])])
    inside = outside[document.last_piece + 1] == outside[document.first_piece]
    return likely_candidates(document, likely[document.first_piece, 1].tolist(), inside.tolist())
