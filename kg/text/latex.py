"""LaTeX inside a title or an abstract → Unicode text.

The names of symbols and the accents come from pylatexenc. Its own converter is made for whole, correct documents:
on abstracts, where braces are unbalanced, dollars are money and macros are the authors' own, it loses text. This
scanner therefore reads one token after the other and keeps whatever it does not know, without the backslash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

_MAX_DEPTH = 24
_MAX_MATH = 1500

_SKIP_WITH_ARGUMENT = frozenset(
    "begin end cite citep citet citealp citealt citeauthor citeyear ref eqref cref Cref autoref label vspace hspace"
    " color pagestyle thispagestyle includegraphics bibliography thanks".split()
)
_ARGUMENT = frozenset(
    "textbf textit emph text textrm textsf texttt textsc textsl textup textmd textnormal underline mathrm mathbf"
    " mathit mathsf mathtt mathcal mathbb mathfrak mathscr mathop mathbin mathds operatorname boldsymbol bm pmb mbox"
    " hbox fbox url path ensuremath smash uline textsubscript vphantom overline underbrace overbrace mat uppercase"
    " centering bold textsuperscript".split()
)
_SECOND_OF_TWO = frozenset("href textcolor colorbox hyperref".split())
_FRACTION = frozenset("frac dfrac tfrac nicefrac sfrac".split())
_NOTHING = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle limits nolimits displaystyle"
    " textstyle scriptstyle em it bf rm tt sc sf sl cal bfseries itshape ttfamily scshape small large Large"
    " footnotesize normalsize tiny protect noindent maketitle xspace relax null nonumber normalfont".split()
)
_SPACE = frozenset("quad qquad thinspace medspace enspace space newline par hfill linebreak".split())
_WORDS: Mapping[str, str] = {
    "ie": "i.e.", "eg": "e.g.", "etc": "etc.", "etal": "et al.", "wrt": "w.r.t.", "aka": "a.k.a.", "vs": "vs.",
    "cf": "cf.", "iid": "i.i.d.", "eps": "ε", "epsilon": "ε", "R": "R", "degree": "°", "celsius": "°C", "percent": "%",
    "textbackslash": "∖", "backslash": "∖", "textasciitilde": "∼", "textasciicircum": "^", "textquotesingle": "'",
    "colon": ":", "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "circ": "∘", "prime": "′", "not": "¬",
    "item": " • ", "textless": "<", "textgreater": ">", "star": "⋆", "ast": "*", "dots": "…",
    "ldots": "…", "cdots": "…",
    "LaTeX": "LaTeX", "TeX": "TeX", "slash": "/", "lbrack": "[", "rbrack": "]", "lbrace": "{", "rbrace": "}",
    "textdollar": "$", "nobreakdash": "", "hyp": "-", "mathellipsis": "…", "setminus": "∖", "smallsetminus": "∖",
}  # fmt: skip
_COMBINING: Mapping[str, str] = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "tilde": "\u0303", "widetilde": "\u0303", "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304",
    "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "acute": "\u0301", "grave": "\u0300", "check": "\u030c",
    "breve": "\u0306",
}  # fmt: skip
_SIGNS: Mapping[str, str] = {
    "\\": " ", ",": " ", ";": " ", ":": " ", " ": " ", "\n": " ", "!": "", "-": "", "/": "", "@": "", ">": " ",
    "(": "", ")": "", "[": " ", "]": " ", "|": "‖", "%": "%", "&": "&", "#": "#", "_": "_", "{": "{", "}": "}",
    "$": "$",
}  # fmt: skip
_ORDINAL = frozenset(("th", "st", "nd", "rd"))

_TOKEN = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|([{}$^_])", re.DOTALL)
_NAME_SPACES = re.compile(r"[ \t\n]*")
_SIMPLE_SCRIPT = re.compile(r"[-+−]?\w*(?:\.\d+)?'*[*⊤∘′†∞⋆]?|[-+]")
_ATOM = re.compile(r"[\w.]*")
_GROUPED = re.compile(r"(?<=\d)\\,(?=\d{3}(?!\d))")
_QUOTED = re.compile(r'(?<!\w)\\"([^\\"\n]{1,200})\\"(?!\w)')
_OPTIONAL = re.compile(r"[ \t\n]*\[[^\[\]]{0,200}\]")
_CODE_POINT = re.compile(r"\\unicode\{x?([0-9A-Fa-f]{2,6})\}")
_WITHOUT_TEXT = re.compile(r"\\(?:begin|end|cite[a-z]*|[a-z]*ref|label|href|color|textcolor)\*?\{[^{}]*\}")
_TIE = re.compile(r"~(?=\\(?:cite|[a-z]*ref))")
"""A space that would tie a reference, of which nothing stays, to its line."""
_VISIBLE_WORD = re.compile(r"[^\W_]+")


def has_latex(text: str) -> bool:
    """Whether `latex_to_text` might change `text`."""
    return "\\" in text or "$" in text or "^{" in text or "_{" in text


def latex_to_text(text: str) -> str:
    """`text` with its LaTeX resolved; `text` itself when that would lose its words. Dollars of money stay."""
    prepared = _TIE.sub("", _GROUPED.sub(",", text))
    if '\\"' in prepared:
        prepared = _QUOTED.sub(r'"\1"', prepared)
    if "\\unicode" in prepared:
        prepared = _CODE_POINT.sub(_code_point, prepared)
    converted = _Scanner(prepared).convert()
    return text if _loses_words(text, converted) else converted


def _code_point(match: re.Match[str]) -> str:
    number = int(match.group(1), 16)
    return chr(number) if 32 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""


def _loses_words(before: str, after: str) -> bool:
    """A converter that lost more than half of the letters outside of macros' names is not to be believed."""
    if len(after) >= 0.6 * len(before):
        return False
    plain = _TOKEN.sub(" ", _WITHOUT_TEXT.sub(" ", before))
    return _letters(after) < 0.5 * _letters(plain)


def _letters(text: str) -> int:
    return sum(len(word) for word in _VISIBLE_WORD.findall(text))


@cache
def _symbols() -> Mapping[str, str]:
    """Macro name → Unicode, from pylatexenc, with our own words first."""
    from pylatexenc.latex2text import get_default_latex_context_db

    table: dict[str, str] = {}
    for spec in get_default_latex_context_db().iter_macro_specs():
        text = spec.simplify_repl
        if isinstance(text, str) and "%" not in text and spec.macroname not in table:
            table[spec.macroname] = unicodedata.normalize("NFC", text)
    return {**table, **_WORDS}


class _Scanner:
    """One conversion: where the braces and dollars of the text match, and the walk over its tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.closing, self.math = _pairs(text)

    def convert(self) -> str:
        return self._walk(0, len(self.text), math=False, depth=0)

    def _walk(self, start: int, end: int, *, math: bool, depth: int) -> str:
        if depth > _MAX_DEPTH:
            return _TOKEN.sub(" ", self.text[start:end])
        out: list[str] = []
        at = start
        while match := _TOKEN.search(self.text, at, end):
            out.append(self.text[at : match.start()])
            name, sign, mark = match.groups()
            if name is not None:
                piece, at = self._macro(name, match, end, math, depth)
            elif sign is not None:
                piece, at = self._sign(sign, match.end(), end, math, depth)
            else:
                piece, at = self._mark(mark, match.start(), end, math, depth)
            out.append(piece)
        out.append(self.text[at:end])
        return "".join(out)

    def _mark(self, mark: str, at: int, end: int, math: bool, depth: int) -> tuple[str, int]:
        """A brace, a dollar, a superscript or a subscript."""
        if mark == "{":
            close = self.closing.get(at, end)
            if close >= end:
                return ("" if math else "{"), at + 1
            inner = self._walk(at + 1, close, math=math, depth=depth + 1)
            plain = not math and self.text[at + 1] != "\\"
            return (f"{{{inner}}}" if plain else inner.strip() if not math else inner), close + 1
        if mark == "$":
            inside = self.math.get(at)
            if inside is None or inside[1] > end:
                return "$", at + 1
            return self._walk(*inside[:2], math=True, depth=depth + 1).strip(), inside[2]
        if mark in "^_" and (math or self.text.startswith("{", at + 1)):
            return self._script(mark, at + 1, end, depth)
        return ("" if mark == "}" and math else mark), at + 1

    def _script(self, mark: str, at: int, end: int, depth: int) -> tuple[str, int]:
        content, after = self._argument(at, end, True, depth)
        content = content.strip()
        if content in ("∘", "°"):
            return "°", after
        if content in _ORDINAL or not content:
            return content, after
        return (f"{mark}{content}" if _SIMPLE_SCRIPT.fullmatch(content) else f"{mark}({content})"), after

    def _argument(self, at: int, end: int, math: bool, depth: int) -> tuple[str, int]:
        """The argument that starts at `at` (a group, a macro or one character), converted, and where it ends."""
        at = min(_end_of(_NAME_SPACES, self.text, at), end)
        if at >= end:
            return "", end
        if self.text[at] == "{":
            close = self.closing.get(at, end)
            closed = close < end  # else its content is text like any other
            return (self._walk(at + 1, close, math=math, depth=depth + 1), close + 1) if closed else ("", at + 1)
        match = _TOKEN.match(self.text, at, end)
        if match is None:
            return self.text[at], at + 1
        name, sign, mark = match.groups()
        if mark is not None or depth > _MAX_DEPTH:
            return ("", at) if mark in ("}", "$") else (mark or "", match.end())
        if name is not None:
            return self._macro(name, match, end, math, depth + 1)
        return self._sign(sign, match.end(), end, math, depth + 1)

    def _macro(self, name: str, match: re.Match[str], end: int, math: bool, depth: int) -> tuple[str, int]:
        at = match.end()
        if name in _NOTHING or name in _SPACE:
            keeps_space = name in ("left", "right")
            return " " * (name in _SPACE), (at if keeps_space else min(_end_of(_NAME_SPACES, self.text, at), end))
        if name in _SKIP_WITH_ARGUMENT:
            at = _end_of(_OPTIONAL, self.text, at)
            return "", (self._argument(at, end, math, depth)[1] if self.text.startswith("{", at) else at)
        if name in _COMBINING:
            return self._accent(_COMBINING[name], at, end, math, depth)
        if name in _ARGUMENT:
            return self._argument(at, end, math and not name.startswith("text"), depth)
        if name in _FRACTION or name in _SECOND_OF_TWO or name in ("sqrt", "footnote"):
            return self._with_arguments(name, at, end, math, depth)
        return self._symbol(name, at, end, math)

    def _with_arguments(self, name: str, at: int, end: int, math: bool, depth: int) -> tuple[str, int]:
        first, at = self._argument(at, end, math or name in _FRACTION or name == "sqrt", depth)
        if name == "sqrt":
            return f"√{_atom(first)}", at
        if name == "footnote":
            return (f" ({first.strip()})" if first.strip() else ""), at
        if name in _SECOND_OF_TWO:
            return self._argument(at, end, math, depth) if self.text.startswith("{", at) else (first, at)
        below, at = self._argument(at, end, True, depth)
        return (f"{_atom(first)}/{_atom(below)}" if below else first), at

    def _symbol(self, name: str, at: int, end: int, math: bool) -> tuple[str, int]:
        before = self.text[at - len(name) - 2 : at - len(name) - 1]
        symbol = _symbols().get(name)
        if symbol is None:
            symbol = _glued(name)
        if self.text.startswith("{}", at) and at + 2 <= end:
            at += 2
        follows = self.text[at] if at < end else ""
        if math and len(symbol) > 1 and symbol.isalpha():  # `n\\log2` is not nlog2
            symbol = " " * before.isalnum() + symbol + " " * follows.isalnum()
        return symbol, at

    def _accent(self, accent: str, at: int, end: int, math: bool, depth: int) -> tuple[str, int]:
        letter, after = self._argument(at, end, math, depth)
        letter = {"ı": "i", "ȷ": "j"}.get(letter.strip(), letter.strip())
        if not letter or not letter[0].isalpha():
            return letter, after
        return unicodedata.normalize("NFC", letter[0] + accent) + letter[1:], after

    def _sign(self, sign: str, at: int, end: int, math: bool, depth: int) -> tuple[str, int]:
        if sign in "([" and (inside := self.math.get(at - 2)) is not None and inside[1] <= end:
            return self._walk(*inside[:2], math=True, depth=depth + 1).strip(), inside[2]
        if sign in "`'^~\"=." and not math:
            follows = self.text[at : at + 1]
            if at < end and (follows.isalpha() or follows in "{\\"):
                accented, after = self._accent(_COMBINING[sign], at, end, math, depth)
                if accented:
                    return accented, after
            return ("" if sign in "=." and follows.isalnum() else sign), at
        return _SIGNS.get(sign, sign), at


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _atom(content: str) -> str:
    """`content`, in parentheses when it is more than one number or name."""
    content = content.strip()
    return content if _ATOM.fullmatch(content) else f"({content})"


def _glued(name: str) -> str:
    """An unknown macro: often a known one whose braces were lost (`\\mathcalO`, `\\sqrtT`), else its own name."""
    for length in range(min(len(name) - 1, 12), 2, -1):
        known, rest = name[:length], name[length:]
        if len(rest) <= 2:
            if known in _ARGUMENT:
                return rest
            if known == "sqrt":
                return f"√{rest}"
            if known in _COMBINING:
                return unicodedata.normalize("NFC", rest[0] + _COMBINING[known]) + rest[1:]
    return name


_DELIMITER = re.compile(r"\\[()\[\]]|\\.|\$\$|[{}$]", re.DOTALL)


def _pairs(text: str) -> tuple[dict[int, int], dict[int, tuple[int, int, int]]]:
    """Matching braces (open → close) and formulas (opening → start and end of the content, where text goes on)."""
    closing: dict[int, int] = {}
    math: dict[int, tuple[int, int, int]] = {}
    braces: list[int] = []
    opened: dict[str, tuple[int, int]] = {}
    for match in _DELIMITER.finditer(text):
        token, start, end = match.group(), match.start(), match.end()
        if token == "{":
            braces.append(start)
        elif token == "}":
            if braces:
                closing[braces.pop()] = start
        elif token in (r"\(", r"\["):
            opened[token] = (start, end)
        elif token in (r"\)", r"\]"):
            begin = opened.pop(r"\(" if token == r"\)" else r"\[", None)
            if begin is not None and start - begin[1] <= _MAX_MATH:
                math[begin[0]] = (begin[1], start, end)
        elif token in ("$", "$$"):
            begin = opened.get(token)
            if begin is not None and _is_formula(text, begin[1], start, end):
                math[begin[0]] = (begin[1], start, end)
                del opened[token]
            else:
                opened[token] = (start, end)
    return closing, math


_MACRO_WITH_TEXT = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\})?")
_PROSE = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}")
_SUM_OF_MONEY = re.compile(r"\d[^A-Za-z]*[A-Za-z]?\W*\s.*[A-Za-z]{2}|\d[^A-Za-z]*[A-Za-z]?,\s+[A-Za-z]", re.DOTALL)


def _is_formula(text: str, start: int, end: int, after: int) -> bool:
    """Whether the text between two dollar signs is a formula and not the words between two sums of money."""
    if not 0 < end - start <= _MAX_MATH:
        return False
    content = text[start:end]
    if _PROSE.search(_MACRO_WITH_TEXT.sub(" ", content)):
        return False
    if content[-1].isspace() and text[after : after + 1].isdigit():
        return False
    return any(mark in content for mark in "\\^_") or (content.strip() != "" and not _SUM_OF_MONEY.match(content))
