"""Single characters: what XML forbids, what nobody sees, what was decoded wrongly."""

from __future__ import annotations

import re
import unicodedata

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_INVISIBLE = re.compile(
    # Controls that are not spaces, soft hyphen, zero-width marks, direction marks, object and tag characters.
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffc\ufffe\uffff\U000e0000-\U000e0fff]"
)
_GLYPHS = {"11": "ff", "12": "fi", "13": "fl", "14": "ffi", None: "-\n"}
_GLYPH = re.compile(r"(?:(?<=[A-Za-z])\(cid:(1[1-4])\)|\(cid:(1[1-4])\)(?=[a-z]))|-?\(cid:173\)\s*")
"""Numbers of glyphs where a converter of PDF found no letter: ligatures of TeX's fonts, the hyphen at a line's end.

The same numbers are Greek letters in TeX's mathematics, which stand alone.
"""
_VARIANTS = re.compile(r"[\ufb00-\ufb06\U0001d400-\U0001d7ff\u2010\u2011]")
_ADJACENT = re.compile(r"[^\x00-\x7f]{2}")  # what was two bytes or more
_C1 = re.compile(r"[\x80-\x84\x86-\x9f]")


def xml_legal(text: str) -> str:
    """`text` without what XML 1.0 forbids: lone surrogates become U+FFFD, control characters go."""
    if text.isascii():
        return _ILLEGAL.sub("", text)
    return _ILLEGAL.sub("", _pair_surrogates(text))


def repair(text: str) -> str:
    """Resolve double encodings, ligatures, letters that are pictures of letters, and invisible characters."""
    text = _GLYPH.sub(lambda match: _GLYPHS[match.group(1) or match.group(2)], text)
    if text.isascii():
        return _INVISIBLE.sub("", text)
    text = _pair_surrogates(text)
    text = _undo_mojibake(text)
    text = _VARIANTS.sub(_plain_variant, text)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _pair_surrogates(text: str) -> str:
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _undo_mojibake(text: str) -> str:
    """UTF-8 that was read as another encoding, and Windows quotes that were read as control characters."""
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if _ADJACENT.search(text) and is_bad(text):
        text = fix_encoding(text)
    if _C1.search(text):
        text = _C1.sub(lambda match: match.group().encode("latin-1").decode("cp1252", "ignore"), text)
    return text


def _plain_variant(match: re.Match[str]) -> str:
    char = match.group()
    return "-" if char in "\u2010\u2011" else unicodedata.normalize("NFKC", char)
