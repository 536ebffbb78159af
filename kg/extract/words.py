"""A tokenizer whose token boundaries are the word boundaries of the text.

spaCy's own keeps `CIFAR-10/100` and `3.2x` as one token and splits `LLaMA-2-7B` here and there, so offsets of names
would fall inside tokens. Here a token is a run of word characters, one other character, or extra white space.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")

TEXT = "kg_text"
"""Where a Doc keeps the text it was made of."""


class WordTokenizer:
    """Splits text at word boundaries; `doc.text` is the text, whatever white space it holds."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The tokens of `text` as a spaCy Doc."""
        words: list[str] = []
        spaces: list[bool] = []
        for match in _TOKEN.finditer(text):
            piece = match.group()
            if piece == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
            else:
                words.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces, user_data={TEXT: text})

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
