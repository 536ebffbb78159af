"""Extractions by the content of their paper and the fingerprint of their extractor.

A build that was killed goes on from here, and a build with more papers extracts only the new ones. One file a
fingerprint: a line is `key TAB extraction`, appended chunk by chunk, so that only the last line can be torn.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from kg.errors import StoreError
from kg.folders import CACHED
from kg.ids import stable_id
from kg.records import Extraction, Paper


class ExtractionCache:
    """The extractions of one extractor, in a folder. Keeps only their places in memory, some 200 bytes each."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Open or create the cache; what follows the last whole line is cut off. Raises StoreError."""
        self._path = folder / f"{stable_id(fingerprint)}{CACHED}"
        self._places: dict[str, tuple[int, int]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a+b")
        except OSError as error:
            raise StoreError(
                f"{folder}: the cache cannot be written ({error.strerror}); choose another folder"
            ) from error
        self._index()

    def __enter__(self) -> ExtractionCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, paper: Paper) -> bool:
        """Whether a paper with this text is here."""
        return _key(paper) in self._places

    def get(self, paper: Paper) -> Extraction:
        """The extraction of a paper with this text, under this paper's id.

        Raises KeyError when it is not here, StoreError when its line is damaged.
        """
        start, length = self._places[_key(paper)]
        self._file.seek(start)
        try:
            found = Extraction.model_validate_json(self._file.read(length))
        except ValidationError as error:
            raise StoreError(f"{self._path} is damaged; remove it and run again") from error
        return found if found.id == paper.id else found.model_copy(update={"id": paper.id})

    def put(self, items: Iterable[tuple[Paper, Extraction]]) -> None:
        """Keep the extractions of a chunk; they are on disk when this returns."""
        end = self._file.seek(0, os.SEEK_END)
        lines = bytearray()
        for paper, extraction in items:
            key, body = _key(paper), extraction.model_dump_json().encode("utf-8")
            self._places[key] = (end + len(lines) + len(key) + 1, len(body))
            lines += key.encode("ascii") + b"\t" + body + b"\n"
        try:
            self._file.write(lines)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be written ({error.strerror})") from error

    def forget_others(self) -> None:
        """Remove the caches of other fingerprints from the folder: nothing will ask for them again."""
        for path in sorted(self._path.parent.glob(f"*{CACHED}")):
            if path != self._path:
                path.unlink(missing_ok=True)

    def _index(self) -> None:
        self._file.seek(0)
        whole = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            key, tab, body = line.partition(b"\t")
            if tab:
                self._places[key.decode("ascii", "replace")] = (whole + len(key) + 1, len(body) - 1)
            whole += len(line)
        self._file.truncate(whole)


def _key(paper: Paper) -> str:
    return stable_id(paper.title, paper.abstract)
