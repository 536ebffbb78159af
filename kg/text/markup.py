"""HTML and JATS inside a title or an abstract."""

from __future__ import annotations

import html
import re

# Only these count as markup: `<eos>`, `<s>` or `<think>` in an abstract are its subject matter.
_INLINE = (
    "a|abbr|alternatives|b|bdi|big|bold|cite|code|em|fixed-case|font|i|inline-formula|italic|kbd|mark|monospace|q|roman|"
    "sc|small|span|strong|sub|sup|tex-math|tt|u|underline|url|var|xref|ext-link|named-content|"
    "math|mrow|mi|mo|mn|msub|msup|msubsup|mfrac|msqrt|mtext|mstyle|mspace|mover|munder|semantics|annotation"
)
_BLOCK = (
    "abstract|address|blockquote|body|br|dd|disp-formula|div|dl|dt|h[1-6]|hr|html|img|label|li|list|list-item|ol|p|pre|"
    "sec|section|table|tbody|td|th|title|tr|ul"
)
_TAG = re.compile(rf"<(/?)(?:(?:jats|mml|ns\d):)?(?:({_INLINE})|(?:{_BLOCK}))(?:\s[^<>]{{0,500}})?/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.{0,2000}?-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HEADING = re.compile(r"<((?:jats:)?title)>\s*(?:abstract|summary)\s*[.:]?\s*</\1>", re.IGNORECASE)
_POWER = re.compile(r"(?<=[\dA-Za-z)])<((?:jats:)?sup)>\s*([-+−]?\d{1,4}|[nkd])\s*</\1>", re.IGNORECASE)
_MATHML = re.compile(r"<((?:mml:)?math)\b.{0,4000}?</\1>", re.DOTALL | re.IGNORECASE)
_DOCUMENT = re.compile(r"\\documentclass.{0,3000}?\\begin\{document\}(.{0,3000}?)\\end\{document\}", re.DOTALL)


def has_markup(text: str) -> bool:
    """Whether `strip_markup` might change `text`."""
    return "<" in text or ("&" in text and ";" in text)


def strip_markup(text: str) -> str:
    """Tags out (a block becomes a space, `10<sup>-4</sup>` becomes `10^-4`), entities resolved."""
    if "<" in text:
        if "tex-math" in text:  # the same formula again in MathML
            text = _DOCUMENT.sub(r"\1", _MATHML.sub("", text))
        text = _COMMENT.sub("", text)
        text = _HEADING.sub(" ", text)
        text = _POWER.sub(r"^\2", text)
        text = _TAG.sub(lambda match: "" if match.group(2) else " ", text)
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text)
