"""Which language an abstract is in. Cheap for English; py3langid only for what looks unusual."""

from __future__ import annotations

from functools import cache
from typing import Any

_ENGLISH = frozenset("the of and to is in that for with we this are on by as an our from which be it can at".split())
_SAMPLE = 1000
_ENOUGH = 0.12
"""Share of English function words from which a text counts as English without further ado. English abstracts have 0.2
to 0.45, those of other languages in Latin script below 0.1 ("in", "on", "as", "an" exist in several)."""
_SURE = 0.9


def language_of(title: str, abstract: str) -> str:
    """ISO 639-1 code of the language; `en` in case of doubt, so that no English paper is lost."""
    words = abstract[:_SAMPLE].lower().split()
    if sum(word in _ENGLISH for word in words) >= _ENOUGH * max(len(words), 1):
        return "en"
    code, probability = _identifier().classify(f"{title} {abstract}"[:3000])
    return str(code) if probability >= _SURE else "en"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
