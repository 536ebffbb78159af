"""A streaming writer of XML 1.0 that cannot write an illegal file.

XML 1.0 (section 2.2) has no place for most control characters, lone surrogates, U+FFFE and U+FFFF, not even escaped.
Texts are cleaned when they are read, so nothing of the kind should come this far; what does becomes U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO
from xml.sax.saxutils import escape

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = {"\r": "&#13;"}
_IN_ATTRIBUTE = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;", '"': "&quot;"}


def is_legal(text: str) -> bool:
    """Whether XML 1.0 can carry every character of `text`."""
    return text.isprintable() or _ILLEGAL.search(text) is None


def legal(text: str) -> str:
    """`text` with U+FFFD for every character that XML 1.0 cannot carry."""
    return text if is_legal(text) else _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


class XmlWriter:
    """Writes elements to a text stream as they come, one a line, indented by two spaces.

    Names of elements and attributes are ours and not checked; texts and values of attributes may be anything.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._depth = 0
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element around what is written inside the block."""
        self._line(f"<{name}{_attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def leaf(self, name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> None:
        """An element that holds a text or nothing."""
        opening = f"<{name}{_attributes(attributes)}"
        self._line(f"{opening}/>" if text is None else f"{opening}>{escape(legal(text), _IN_TEXT)}</{name}>")

    def _line(self, line: str) -> None:
        self._stream.write(f"{'  ' * self._depth}{line}\n")


def _attributes(attributes: Mapping[str, str] | None) -> str:
    return "".join(f' {name}="{escape(legal(value), _IN_ATTRIBUTE)}"' for name, value in (attributes or {}).items())
