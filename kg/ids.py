"""Stable identifiers: a hash of a canonical tuple, never of joined strings.

Joined strings collide (`a_b` + `c` = `a` + `b_c`); the JSON form of a list of parts does not.
"""

from __future__ import annotations

import hashlib
import json

_LENGTH = 20
"""Hexadecimal digits kept of the SHA-256: 80 bits, no collision to expect below 10^11 ids."""


def stable_id(*parts: str | int | float | None) -> str:
    """Identifier of the tuple `parts`: 20 hexadecimal digits, the same on every machine and in every run."""
    canonical = json.dumps(parts, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:_LENGTH]
