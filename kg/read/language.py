"""Which language an abstract is in. Cheap for English; py3langid only for what looks unusual."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|is|in|that|for|with|we|this|are|on|by|as|an|our|from|which|be)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.12
"""Share of English function words from which a text counts as English without further ado. English abstracts have 0.2
to 0.45, those of other languages in Latin script below 0.1 ("a", "in", "on", "as" exist in several)."""
_SURE = 0.9


def language_of(title: str, abstract: str) -> str:
    """ISO 639-1 code of the language; `en` in case of doubt, so that no English paper is lost."""
    words = len(_WORD.findall(abstract))
    if words and len(_ENGLISH.findall(abstract)) >= _ENOUGH * words:
        return "en"
    code, probability = _identifier().classify(f"{title} {abstract}"[:3000])
    return str(code) if probability >= _SURE else "en"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
