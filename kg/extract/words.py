"""A tokenizer whose token boundaries are the word boundaries of the text.

spaCy's own keeps `CIFAR-10/100` and `3.2x` as one token and splits `LLaMA-2-7B` here and there, so offsets of names
would fall inside tokens. Here a token is a run of word characters, one other character, or extra white space.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

_TOKEN = re.compile(r"(\w+|[^\w\s])( (?!\s))?|(\s+)")
"""A word or sign, the single space after it, or other white space."""

TEXT = "kg_text"
"""Where a Doc keeps the text it was made of."""


class WordTokenizer:
    """Splits text at word boundaries; `doc.text` is the text, whatever white space it holds."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The tokens of `text` as a spaCy Doc."""
        found = _TOKEN.findall(text)
        words = [word or white for word, _, white in found]
        return Doc(self.vocab, words=words, spaces=[bool(space) for _, space, _ in found], user_data={TEXT: text})

    # spaCy stores a pipeline's tokenizer with it; this one has no state to store.
    def to_bytes(self, **_: object) -> bytes:
        """Nothing to store."""
        return b""

    def from_bytes(self, _data: bytes, **_kwargs: object) -> WordTokenizer:
        """Nothing to read."""
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        """Nothing to store."""

    def from_disk(self, _path: object, **_: object) -> WordTokenizer:
        """Nothing to read."""
        return self
