"""What is left of LaTeX and of line breaks when somebody else has stripped them.

Web pages drop the backslash and the dollar signs of `$2.7\\times$` and show `2.7times`. Such a name counts as a
symbol only where it touches a digit; `three times`, `+4%` and `sim2real` stay as they are.
"""

from __future__ import annotations

import re

_STRIPPED: tuple[tuple[str, re.Pattern[str], str], ...] = (
    # A word that must stand in the text, the pattern, what it becomes. The order matters: `10sim100times`.
    # Each pattern starts with its word and looks back from there: so the search is a search for the word.
    ("times", re.compile(r"times(?<=\dtimes)(?![a-z])"), "×"),
    ("times", re.compile(r"times(?<=\d times)(?= \d)"), "×"),
    ("times", re.compile(r"times(?<![A-Za-z]times)(?=\d)"), "×"),
    ("sim", re.compile(r"sim(?<![A-Za-z]sim)(?=\d)(?!\d[A-Za-z])"), "∼"),
    ("sim", re.compile(r"sim(?<=[\d%] sim)(?= \d)"), "∼"),
    ("approx", re.compile(r"approx(?<![A-Za-z]approx)(?= ?\d)"), "≈"),
    ("pm", re.compile(r"pm(?:(?<=\dpm)|(?<=\d pm)|(?<=\d%pm)|(?<=\d% pm))(?= ?\d)"), "±"),
    ("leq", re.compile(r"leq(?<![A-Za-z]leq)(?= ?\d)"), "≤"),
    ("geq", re.compile(r"geq(?<![A-Za-z]geq)(?= ?\d)"), "≥"),
    ("cdot", re.compile(r"cdot(?:(?<=\dcdot)|(?<=\d cdot))(?= ?\d)"), "·"),
    ("mus", re.compile(r"mu(?:(?<=\dmu)|(?<=\d mu))(?=s\b)"), "μ"),
    ("math", re.compile(r"math(?<![A-Za-z\\]math)(?:cal|bb|bf|rm|frak|sf|it) ?\{(\w{1,40})\}"), r"\1"),
    ("math", re.compile(r"math(?<![A-Za-z\\]math)(?:cal|bb|bf|rm|frak|sf|it) ([A-Z])\b"), r"\1"),
)
_PERCENT = re.compile(r"(?<=\d)[ ~]%(?!\w)")
_EM_DASH = re.compile(r"(?<=[^\s<!-])---(?=[^\s>-])|(?<=\s)---(?=\s)")
_EN_DASH = re.compile(r"(?<=[^\s<!-])--(?=[^\s>-])|(?<=\s)--(?=\s)")
_TIE = re.compile(
    r"(?<=[A-Za-z][a-z])~(?=[\w(\\$“])|(?<=[.,;:)%\]])~(?=[\w(\\$])|(?<=\d)~(?=[A-Za-z\\])|(?<= a)~(?=\d)"
)


def restore_stripped(text: str) -> str:
    """Give symbols back where only their LaTeX name is left beside a digit; dashes, ties and quotes of LaTeX too."""
    for word, pattern, replacement in _STRIPPED:
        if word in text:
            text = pattern.sub(replacement, text)
    if " %" in text or "~%" in text:
        text = _PERCENT.sub("%", text)
    if "--" in text:
        text = _EN_DASH.sub("–", _EM_DASH.sub("—", text))
    if "~" in text:
        text = _TIE.sub(" ", text)
    if "``" in text and "```" not in text:
        text = text.replace("``", "“").replace("''", "”")
    return text


_BREAK = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)*)-[ \t]*\r?\n[ \t]*([A-Za-z0-9]+)")
_KEEP_HYPHEN = frozenset(
    "all anti auto bi closed co cross data deep end ever few fine full high hyper inter intra large length long low"
    " macro meta micro mid mini model multi near neuro non off on one open out over per point post pre pseudo quasi re"
    " real self semi short single small soft state sub super task text three time token top two un under user well"
    " word zero".split()
)


def join_broken_words(text: str) -> str:
    """Undo hyphenation at line ends: `repre-⏎sentation` → `representation`, but `fine-⏎tuning` → `fine-tuning`.

    The form that the text uses elsewhere decides; failing that, a list of usual first parts of compounds.
    """
    if "\n" not in text or "-" not in text:
        return text
    breaks = list(_BREAK.finditer(text))
    if not breaks:
        return text
    flat = text.casefold()
    parts: list[str] = []
    done = 0
    for number, match in enumerate(breaks):
        left, right = match.groups()
        if right in ("and", "or", "to", "versus"):  # "pre- and post-training"
            continue
        hyphen = "-" if _keeps_hyphen(left, right, flat, search=number < 200) else ""
        parts += (text[done : match.start()], left, hyphen, right)
        done = match.end()
    return "".join((*parts, text[done:]))


def _keeps_hyphen(left: str, right: str, flat: str, *, search: bool) -> bool:
    if search:  # bounded, so that a text of line breaks stays linear
        if f"{left}-{right}".casefold() in flat:
            return True
        if f"{left}{right}".casefold() in flat:
            return False
    return "-" in left or left.casefold() in _KEEP_HYPHEN or left.isupper() or not right.islower()
