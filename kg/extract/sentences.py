"""Sentence boundaries in titles and abstracts, on character offsets.

A pattern is enough here: abstracts are edited prose, and what misleads a general splitter (`et al.`, `vs. 79.8`,
`w.r.t.`, a full stop glued to the next sentence by a web page) is a short list.
"""

from __future__ import annotations

import re

_END = re.compile(r"[.!?]['\"”’)\]]{0,3}(?=\s)|\n")
_START = re.compile(r"\s+(?=[A-Z0-9\"“‘'(\[$À-ÞΑ-Ω])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|vs|cf|resp|approx|w\.r\.t|Fig|Figs|Eq|Eqs|Sec|Tab|Ref|Refs|No|Dr|Prof|St|Thm|Prop|a\.k\.a"
    r"|i\.i\.d|viz|U\.S|Inc|Ltd)|(?<![A-Za-z0-9])[A-Z])\.$"
)
_GLUED = re.compile(
    r"[.!?](?<=[a-z]{3}.)(?=(?:The|This|These|To|In|We|Our|It|However|Moreover|Furthermore|Additionally|Specifically"
    r"|Experiments|Experimental|Extensive|Code|For|By|As|On|With|While|Based)\b)"
)
_LONGEST_ABBREVIATION = 8


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans [start, end) of the sentences of `text`, in order, without the white space between them.

    A newline always ends a sentence, so the title of `Paper.text` is one of its own.
    """
    cuts = sorted(set(_boundaries(text)) | {match.end() for match in _GLUED.finditer(text)})
    spans, start = [], 0
    for cut in [*cuts, len(text)]:
        piece = text[start:cut]
        left = start + len(piece) - len(piece.lstrip())
        right = left + len(piece.strip())
        if right > left:
            spans.append((left, right))
        start = cut
    return spans


def _boundaries(text: str) -> list[int]:
    found = []
    for match in _END.finditer(text):
        end = match.end()
        if match.group() == "\n" or (_START.match(text, end) and not _is_abbreviation(text, match.start())):
            found.append(end)
    return found


def _is_abbreviation(text: str, dot: int) -> bool:
    """Whether the full stop at `dot` belongs to an abbreviation."""
    return text[dot] == "." and bool(_ABBREVIATION.search(text[max(0, dot - _LONGEST_ABBREVIATION) : dot + 1]))
