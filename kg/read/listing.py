"""Pages and lists of papers that people saved as text: what is a title, what an abstract, what furniture.

The forms that are told apart by their structure, not by their wording:

- `Abstract:` lists, with or without `Title:`, `Authors:`, `arXiv:` … lines (also arXiv's listings and e-mails);
- daily-papers pages: header, then title, blank line, abstract, authors ("• 4 authors" or an organisation), "·", date;
- search pages on which titles and abstracts alternate line by line;
- plain paragraphs, one an abstract, each with or without its title before it; and one file a paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kg.read.identifiers import identifiers_of
from kg.read.raw import Raw

_FURNITURE = re.compile(
    r"(?:new|get trending papers in your email inbox(?: once a day)?!?|subscribe|daily papers"
    r"|by\s?AK and the research community|hugging face|trending papers|back to (?:top|articles)|log in|sign up|menu"
    r"|models|datasets|spaces|docs|enterprise|pricing|community|daily|weekly|monthly|search|view (?:pdf|all)|previous"
    r"|next|submitted by\s?.{0,40}|upvote|published on .{4,20}|\W*|abstract|summary|references|contents|\d+)",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"(?:new(?=Get)|Get trending papers in your email inbox(?: once a day)?!|Subscribe(?=[A-Z0-9\W])|Daily Papers"
    r"|by\s?AK and the research community)+"
)
_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
_DATE = re.compile(rf"(?P<date>(?:{_MONTHS})\.? \d{{1,2}}(?:, \d{{4}})?)(?P<comments>\s+\d+)?")
_GLUED_DATE = re.compile(rf"(?:{_MONTHS}) \d{{1,2}}(?=[A-Z][a-z])")
_AUTHORS = re.compile(r"[•*·\-–]?\s*\d+ authors?", re.IGNORECASE)
_DOT = re.compile(r"[·•∙⋅]")
_FIELD = re.compile(
    r"(?P<name>title|authors?|abstract|comments?|subjects?|categories|journal[- ]ref|doi|arxiv(?:\s?id)?|msc-class"
    r"|acm-class|report-no|date(?: \(.{1,40}?\))?|year|venue|url|link|keywords|license|published|id)\s*:(?!//)\s*",
    re.IGNORECASE,
)
_ARXIV_FIELD = re.compile(r"(?:\[\d+\]\s*)?arXiv:(?P<id>[\w./-]+)")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s")
_ENDS = re.compile(r"[.!?…][\"'”’)\]}$]*$")
_NOT_TITLE = re.compile(
    r"https?://\S+|\S+@\S+|(?:keywords|index terms|code|project(?: page)?|github|copyright|©|received|accepted)\b.*",
    re.IGNORECASE,
)
_PROSE_LENGTH = 260
_PROSE_WORDS = 14


@dataclass(slots=True)
class _Unit:
    """One line, or the lines of one paragraph that was wrapped."""

    text: str
    line: int
    block: int
    kind: str = "short"


@dataclass(slots=True)
class _Entry:
    """A paper as it grows, unit by unit."""

    line: int
    title: str = ""
    abstract: list[str] = field(default_factory=list)
    date: str | None = None

    def raw(self) -> Raw:
        return Raw(title=self.title, abstract="\n".join(self.abstract), date=self.date, line=self.line)


def papers_in(text: str) -> Iterator[Raw]:
    """The papers of a page or list saved as text, each with the number of its first line."""
    lines = text.splitlines()
    labels = [match.group("name").casefold() for line in lines if (match := _FIELD.match(line.lstrip()))]
    if "abstract" in labels:
        yield from _labelled(lines)
        return
    units = _units(lines)
    dotted = any(unit.kind == "dot" for unit in units)
    yield from _listing(units) if dotted or _alternates(units) else _paragraphs(units)


# ── Units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _units(lines: list[str]) -> list[_Unit]:
    units: list[_Unit] = []
    block: list[tuple[int, str]] = []
    count = 0
    for number, line in enumerate([*lines, ""], start=1):
        text = line.strip()
        if text:
            block.append((number, text))
        elif block:
            units += _units_of_block(block, count)
            block, count = [], count + 1
    _mark_furniture(units)
    return units


def _units_of_block(block: list[tuple[int, str]], count: int) -> list[_Unit]:
    """Each line of a paragraph is a unit, unless its lines are the pieces of a wrapped text."""
    widths = [len(text) for _, text in block]
    wrapped = len(block) > 1 and max(widths) <= 130 and not any(_is_mark(text) for _, text in block)
    body = widths[:-1]
    if wrapped and (len(block) == 2 or min(body) * 2 >= max(body)) and not _DOT.fullmatch(block[0][1]):
        first = 1 if len(block) > 3 and widths[0] * 4 < max(widths) * 3 else 0  # a title above its wrapped abstract
        joined = [_Unit(block[0][1], block[0][0], count)] if first else []
        text = "\n".join(piece for _, piece in block[first:])
        return [*joined, _Unit(text, block[first][0], count, _kind(text))]
    return [_Unit(text, number, count, _kind(text)) for number, text in block]


def _is_mark(text: str) -> bool:
    return bool(_DOT.fullmatch(text) or _AUTHORS.fullmatch(text) or _DATE.fullmatch(text))


def _kind(text: str) -> str:
    if _DOT.fullmatch(text):
        return "dot"
    if _AUTHORS.fullmatch(text):
        return "authors"
    if _DATE.fullmatch(text):
        return "date"
    return "prose" if _is_prose(text) else "short"


def _is_prose(text: str) -> bool:
    """Whether a text is an abstract (or a paragraph of one) and not a title."""
    words = len(text.split())
    if len(text) >= _PROSE_LENGTH:
        return True
    return (words >= _PROSE_WORDS and text.rstrip().endswith((".", ".”", '."', ".)"))) or (
        words >= 2 * _PROSE_WORDS and _SENTENCE_END.search(text) is not None
    )


def _mark_furniture(units: list[_Unit]) -> None:
    """Footers by their dot (`authors or organisation`, `·`, date), headers by their words."""
    for at, unit in enumerate(units):
        if unit.kind == "dot":
            before = units[at - 1] if at else None
            if before is not None and before.kind == "short" and not _ENDS.search(before.text):
                before.kind = "authors"  # an organisation
        elif unit.kind == "short" and _FURNITURE.fullmatch(unit.text):
            unit.kind = "furniture"
    first = next((unit for unit in units if unit.kind == "short"), None)
    if first is not None:
        bare = _GLUED.sub("", first.text, count=1)
        first.text = (_GLUED_DATE.sub("", bare, count=1) if bare != first.text else bare).strip()
        if not first.text or _FURNITURE.fullmatch(first.text):
            first.kind = "furniture"


def _alternates(units: list[_Unit]) -> bool:
    """Whether the page is a long list of title, abstract, title, abstract."""
    content = [unit.kind for unit in units if unit.kind in ("short", "prose")]
    pairs = sum(a == "short" and b == "prose" for a, b in pairwise(content))
    return pairs >= 3 and pairs * 2 >= 0.8 * len(content)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _listing(units: list[_Unit]) -> Iterator[Raw]:
    """Pages of papers, each a title above its abstract; a footer may follow or be missing."""
    entry: _Entry | None = None
    shorts: list[_Unit] = []
    closed = True  # whether the footer of `entry` has been seen
    for unit in units:
        if unit.kind == "short":
            shorts.append(unit)
        elif unit.kind == "prose":
            if entry is not None and not closed and not shorts:
                entry.abstract.append(unit.text)
                continue
            if entry is not None:
                yield entry.raw()
            entry, closed = _started(unit, shorts), False
            shorts = []
        elif unit.kind in ("authors", "dot"):
            if entry is not None and not closed:
                entry.abstract += [short.text for short in shorts]  # its last lines: a link, a short sentence
            shorts, closed = [], True
        elif unit.kind == "date" and entry is not None and closed and entry.date is None:
            entry.date = unit.text
    if entry is not None:
        yield entry.raw()


def _started(prose: _Unit, shorts: list[_Unit]) -> _Entry:
    """A new entry: its title is the last short line, with those directly above it in the same paragraph."""
    if not shorts:
        return _Entry(prose.line, abstract=[prose.text])
    title = [shorts[-1]]
    for short in reversed(shorts[:-1]):
        same = short.block == title[0].block and short.block != prose.block and not _ENDS.search(short.text)
        if not same or len(short.text) < 40:
            break
        title.insert(0, short)
    return _Entry(title[0].line, " ".join(unit.text for unit in title), [prose.text])


def _paragraphs(units: list[_Unit]) -> Iterator[Raw]:
    """Text without a page's marks: paragraphs that are abstracts, or one paper."""
    content = [unit for unit in units if unit.kind in ("short", "prose")]
    prose = [unit for unit in content if unit.kind == "prose"]
    first_prose = next((at for at, unit in enumerate(content) if unit.kind == "prose"), len(content))
    if not prose:
        if 0 < len(content) <= 3 and content[-1].text.endswith("."):  # a very short abstract
            yield Raw(abstract="\n".join(unit.text for unit in content), line=content[0].line)
        return
    if first_prose > 0 and not any(unit.kind == "short" for unit in content[first_prose:]):
        # One title, then text: one paper, whatever its paragraphs.
        yield Raw(
            title=_best_title(content[:first_prose]).text,
            abstract="\n".join(unit.text for unit in prose),
            line=content[0].line,
        )
        return
    shorts: list[_Unit] = []
    for unit in content:
        if unit.kind == "short":
            shorts.append(unit)
            continue
        title = _best_title(shorts) if shorts else None
        yield Raw(title=title.text if title else "", abstract=unit.text, line=(title or unit).line)
        shorts = []


def _best_title(shorts: list[_Unit]) -> _Unit:
    """The first line above an abstract that may be a title."""
    return next((unit for unit in shorts if not _NOT_TITLE.fullmatch(unit.text)), shorts[0])


# ── Labelled fields ──────────────────────────────────────────────────────────────────────────────────────────────────


def _labelled(lines: list[str]) -> Iterator[Raw]:
    """`Abstract:` lists. A field goes on until the next label; `\\\\` lines are those of arXiv's e-mails."""
    fields: dict[str, list[str]] = {}
    start, name = 0, ""
    loose: list[tuple[int, str]] = []  # lines between two records: the last may be a title
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        label = _FIELD.match(text)
        arxiv = _ARXIV_FIELD.match(text)
        if label or arxiv:
            key = "arxiv" if arxiv else _canonical(label.group("name") if label else "")
            if "abstract" in fields and (key in fields or key in ("title", "arxiv", "abstract")):
                yield _from_fields(fields, start)
                fields = {}
            if not fields:
                start = number
                if key == "abstract" and loose:
                    start, title = loose[-1]
                    fields["title"] = [title]
            loose = []
            name = key
            rest = arxiv.group("id") if arxiv else text[label.end() :] if label else ""
            fields.setdefault(name, []).append(rest)
        elif not text or set(text) <= set("\\-=_"):
            name = "" if name != "abstract" or set(text) - set(" ") else "abstract"
        elif name and not (name == "abstract" and _starts_anew(text, lines, number)):
            fields[name].append(text)
        elif _ARXIV_ITEM.match(text) is None:
            loose.append((number, text))
            name = ""
    if "abstract" in fields:
        yield _from_fields(fields, start)


_ARXIV_ITEM = re.compile(r"\[\d+\]|\(.{0,80}\)$")


def _starts_anew(text: str, lines: list[str], number: int) -> bool:
    """Whether a line inside an abstract is the title of the next: alone between a blank line and a label."""
    after = lines[number].strip() if number < len(lines) else ""
    before = lines[number - 2].strip() if number > 1 else ""
    return not before and not _is_prose(text) and _FIELD.match(after) is not None


def _canonical(label: str) -> str:
    label = label.casefold()
    if label.startswith("date"):
        return "date"
    return {"author": "authors", "arxiv id": "arxiv", "link": "url", "published": "date"}.get(label, label)


def _from_fields(fields: dict[str, list[str]], line: int) -> Raw:
    def joined(name: str) -> str:
        return "\n".join(fields.get(name, ())).strip()

    identifiers: dict[str, str] = {}
    for name in ("url", "doi", "arxiv"):
        value = joined(name)
        prefix = {"doi": "doi:", "arxiv": "arXiv:"}.get(name, "")
        identifiers.update(identifiers_of(prefix + value if value and "/" not in value[:8] else value))
    authors = re.split(r",\s*|\s+and\s+|\s*;\s*", joined("authors")) if joined("authors") else []
    return Raw(
        title=joined("title"),
        abstract=joined("abstract"),
        id=joined("id") or None,
        date=joined("date") or joined("year") or None,
        venue=joined("venue") or joined("journal-ref") or None,
        url=joined("url").split()[0] if joined("url") else None,
        authors=[author.strip() for author in authors],
        identifiers=identifiers,
        line=line,
    )
