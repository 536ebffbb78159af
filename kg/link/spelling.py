"""What is only style in a name: Unicode, dashes, Greek letters, plurals, British and American spelling.

Nothing here knows what a name means; see `kg.link.names` for that.
"""

from __future__ import annotations

import re
import unicodedata

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi "
        "chi psi omega".split(),
        strict=True,
    )
)
_GREEK |= {"ς": "sigma", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta"}
_LATEX_GREEK = re.compile(r"\\(var)?(" + "|".join(sorted(set(_GREEK.values()), key=len, reverse=True)) + r")\b", re.I)
_LATEX_COMMAND = re.compile(r"\\[a-zA-Z]+\s*|[{}$]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u00ad\ufe58\ufe63\uff0d]")
_ARROWS = re.compile(r"\s*(?:→|⇒|⟶|➔|->|=>|↦|\\to\b|\\rightarrow)\s*")
_BOTH_WAYS = re.compile(r"\s*(?:↔|⇔|<->|<=>)\s*")
_QUOTES = re.compile(r"[\"“”„«»‘’`´']")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_SYMBOLS = str.maketrans({"×": "x", "∞": " infinity ", "&": " and ", "♯": "#", "·": " ", "•": " ", "⁺": "+", "ℓ": "l"})


def plain(name: str) -> str:
    """`name` in plain characters: one kind of dash, no accents, Greek letters by name, arrows as `->`, no quotes."""
    text = _ARROWS.sub(" -> ", _BOTH_WAYS.sub(" <-> ", name)) if not name.isalnum() else name
    if "\\" in text or "$" in text or "{" in text:
        text = _LATEX_COMMAND.sub("", _LATEX_GREEK.sub(r" \2 ", text))
    text = _DASHES.sub("-", text.translate(_SYMBOLS)) if not text.isascii() or "&" in text else text
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
        text = "".join(_greek(char) for char in text)
    text = _QUOTES.sub("", _POSSESSIVE.sub("", text))
    return " ".join(text.split())


def _greek(char: str) -> str:
    return _GREEK.get(char.lower(), char)


_BRITISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), american)
    for pattern, american in (
        (r"(behavi|neighb|col|fav|hon|lab|hum|tum|vap|arm|rum|harb|flav|endeav)our", r"\1or"),
        (r"(mod|lab|trav|chann|canc|lev|tunn|fu|pan)ell(ing|ed|er|ers)$", r"\1el\2"),
        (r"signall(ing|ed|er)$", r"signal\1"),
        (r"is(e|ed|es|er|ers|ing|ation|ations|able)$", r"iz\1"),
        (r"(anal|paral|catal)ys(e|ed|er|ers|ing)$", r"\1yz\2"),
        (r"(cent|fib|theat|lit|met)re(s?)$", r"\1er\2"),
        (r"(dial|catal|anal)ogue(s?)$", r"\1og\2"),
        (r"^grey", "gray"),
        (r"artefact", "artifact"),
        (r"(def|off|lic)ence(s?)$", r"\1ense\2"),
        (r"judgement", "judgment"),
        (r"^programme(s?)$", r"program\1"),
        (r"ageing$", "aging"),
        (r"paedi", "pedi"),
        (r"haem", "hem"),
        (r"aemi(a|c)", r"emi\1"),
        (r"foet", "fet"),
        (r"oesoph", "esoph"),
        (r"tyre", "tire"),
        (r"sulph", "sulf"),
        (r"^ax(e)?s$", "axis"),
    )
)


_IRREGULAR = {
    "indices": "index",
    "indexes": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "analyses": "analysis",
    "hypotheses": "hypothesis",
    "criteria": "criterion",
    "corpora": "corpus",
    "corpuses": "corpus",
    "biases": "bias",
    "lenses": "lens",
    "atlases": "atlas",
    "viruses": "virus",
    "bonuses": "bonus",
    "consensuses": "consensus",
    "children": "child",
    "people": "person",
    "mice": "mouse",
    "leaves": "leaf",
    "halves": "half",
    "phenomena": "phenomenon",
    "automata": "automaton",
    "spectra": "spectrum",
    "optima": "optimum",
    "maxima": "maximum",
    "minima": "minimum",
    "formulae": "formula",
    "nuclei": "nucleus",
    "stimuli": "stimulus",
    "theses": "thesis",
}
_NO_PLURAL = frozenset(
    "always news lens series species bias alias atlas canvas gas texas kansas pandas pancreas bayes "
    "kinetics dynamics physics graphics robotics mathematics statistics semantics linguistics analytics ethics "
    "genetics genomics optics mechanics economics politics logistics diagnostics electronics acoustics aerodynamics "
    "thermodynamics forensics mixers keras".split()
)


def singular(word: str) -> str:
    """A lower-case word without its plural ending; words that only look like plurals stay."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _NO_PLURAL:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def american(word: str) -> str:
    """A lower-case word in American spelling; a regular change of letters that need not give an English word."""
    for pattern, replacement in _BRITISH:
        word = pattern.sub(replacement, word)
    return word


def fold_word(word: str) -> str:
    """A word of a name without what is only style: case, plural, British spelling."""
    if len(word) > 2 and word[-1] == "s" and (word[-2].isupper() or word[-2].isdigit()):
        return word[:-1].lower()  # GANs, ViTs
    lower = word.lower()
    if word[-1:] == "s" or (len(word) > 6 and word.isupper()):  # short capitals that end in S are acronyms
        lower = singular(lower)
    elif lower in _IRREGULAR:
        lower = _IRREGULAR[lower]
    return american(lower) if len(lower) > 4 or lower in ("grey",) else lower
