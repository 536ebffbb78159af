"""Text as the sources write it → text as `kg` stores it. All offsets of the project point into the result.

    raw → characters → HTML, JATS → LaTeX → what a web page left of LaTeX → spaces

What `clean` promises: one line, single spaces, NFC, legal XML 1.0, no lone surrogate, no invisible character;
cleaning twice changes nothing; words are never lost in bulk (a converter that would lose them is not believed).
"""

from __future__ import annotations

import re
import unicodedata

from kg.text.characters import repair, xml_legal
from kg.text.latex import has_latex, latex_to_text
from kg.text.markup import has_markup, strip_markup
from kg.text.remains import join_broken_words, restore_stripped

__all__ = ["clean", "fold", "xml_legal"]

_PASSES = 6
"""Markup may be escaped inside markup; each pass takes one layer off. Real text needs two passes."""

_SPECIAL = re.compile(r"[^\n -~]|[\\$&<~`]|--|[\^_]\{|\(cid:|[ \w]-\n")
"""Anything that a printable ASCII text without markup does not hold."""
_MARKS = ("\\", "$", "&", "<", "~", "`", "--", "^{", "_{", "(cid:")
"""The same for a text of one line."""

_DEFUSE = str.maketrans({"\\": "∖", "$": "＄", "&": "＆", "<": "‹", "~": "∼", "`": "'", "{": "(", "}": ")", "^": "ˆ"})
"""For text that is still changing after `_PASSES`: replace what makes it change."""


def clean(raw: str) -> str:
    """The stored form of a raw title or abstract.

    LaTeX becomes Unicode (`450$\\times$` → `450×`, `$\\mathcal{O}(n^2)$` → `O(n^2)`, `6.25~\\%` → `6.25%`); a
    superscript or subscript keeps its sign without braces (`10^{-4}` → `10^-4`, `x^{n+1}` → `x^(n+1)`);
    `--` and `---` become dashes; what a web page left of LaTeX next to digits is restored (`2.7times` → `2.7×`);
    tags, entities, ligatures, soft hyphens and double encodings are resolved. Linear in the length of `raw`.
    """
    text = _one_pass(raw)
    if text == raw:
        return text
    for _ in range(_PASSES):
        again = _one_pass(text)
        if again == text:
            return text
        text = again
    text = " ".join(text.translate(_DEFUSE).replace("--", "–").split())
    for _ in range(_PASSES):
        text = _one_pass(text)
    return text


def _is_plain(text: str) -> bool:
    if text.isascii() and text.isprintable():  # the usual case, ten times as fast as the pattern
        return not any(mark in text for mark in _MARKS)
    return _SPECIAL.search(text) is None


def _one_pass(text: str) -> str:
    if _is_plain(text):
        return restore_stripped(" ".join(text.split()))
    text = repair(text)
    if has_markup(text):
        text = strip_markup(text)
    text = join_broken_words(text)
    if has_latex(text):
        text = latex_to_text(text)
    text = " ".join(restore_stripped(text).split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """What two spellings of the same words have in common: case, punctuation and spaces taken away.

    For comparing texts, never for storing them. Takes cleaned text.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    return _NOT_WORD.sub("", text.casefold())
