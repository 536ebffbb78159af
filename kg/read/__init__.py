"""Files of any form → Papers.

    paths ─expand─▶ files ─open, detect─▶ a format's `read` ─▶ Raw ─finish─▶ Paper | Rejected ─merge─▶ Merged

`read` streams: memory does not grow with a file, except for plain text. `merge` sees all papers and finds those that
are the same. `READERS` is the table of formats.
"""

from __future__ import annotations

from kg.read.formats import READERS, detect
from kg.read.identity import Merged, merge
from kg.read.reading import LANGUAGES, input_files, read

__all__ = ["LANGUAGES", "READERS", "Merged", "detect", "input_files", "merge", "read"]
