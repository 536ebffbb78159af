"""What an extractor is made of, without what making one takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.extract import pipeline


@dataclass(frozen=True)
class Settings:
    """What an extractor is made of; small and picklable, so that a worker process can make its own."""

    config: Path | None = None
    code: Path | None = None
    min_confidence: float | None = None

    def fingerprint(self) -> str:
        """Version and hash of everything that decides the extraction."""
        return pipeline.fingerprint(self.config, self.code, self.min_confidence)
