"""Raw titles and abstracts → stored text."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.text import clean, fold, xml_legal

LATEX = [
    (r"a 450$\times$ speedup", "a 450× speedup"),
    (r"conductivity ($\kappa_\mathrm{L}$)", "conductivity (κ_L)"),
    (r"6.25~\% of the data", "6.25% of the data"),
    (r"\textbf{Big} and \emph{new} words", "Big and new words"),
    (r"{\sc SmallCaps} is {\it not} shouting", "SmallCaps is not shouting"),
    (r"in $\mathcal{O}(n^2)$ time", "in O(n^2) time"),
    (r"regret of $\tilde{\mathcal{O}}(\sqrt{T})$", "regret of Õ(√T)"),
    (r"$\frac{1}{n+1}$ and $\sqrt{x+1}$", "1/(n+1) and √(x+1)"),
    (r"na\"ive H\"older Fr\'echet Erd\H{o}s \c{c}a", "naïve Hölder Fréchet Erdős ça"),
    (r"our models\' results", "our models' results"),
    ("fast--slow, and so---on", "fast–slow, and so—on"),
    (r"error of $10^{-4}$, or 10^{-4}, or $x^{n+1}$", "error of 10^-4, or 10^-4, or x^(n+1)"),
    (r"as shown \citep{smith2020, jones} before", "as shown before"),
    (r"of ResNet-50~\cite{he}. In Table~\ref{all} more", "of ResNet-50. In Table more"),
    (r"\ie, this; \eg that", "i.e., this; e.g. that"),
    (r"our \MyMacro beats \ours{}", "our MyMacro beats ours"),
    (r"see \href{https://a.org/x_y}{the page} or \url{https://b.org/c_d}", "see the page or https://b.org/c_d"),
    (r"Evo\textbf{never closed brace", "Evonever closed brace"),
    (r"2.4\times faster", "2.4× faster"),
    (r"\mathcalO(\sqrtT) when braces were lost", "O(√T) when braces were lost"),
    (r"$n\log n$ and $90^\circ$, the 5$^{\text{th}}$", "n log n and 90°, the 5th"),
    (r"\begin{itemize} \item one \item two \end{itemize}", "• one • two"),
    (r"10\,000 steps in 12\,ms", "10,000 steps in 12 ms"),
    (r"Fig.~3 and a~38\% gain, but ~1 second", "Fig. 3 and a 38% gain, but ~1 second"),
    ("``quoted'' text", "“quoted” text"),
]
STRIPPED = [
    ("10sim100times speed", "10∼100× speed"),
    ("2.7times less", "2.7× less"),
    ("sim800times faster", "∼800× faster"),
    ("224times224 pixels", "224×224 pixels"),
    ("0.939 pm 0.008", "0.939 ± 0.008"),
    ("of approx 7%", "of ≈ 7%"),
    ("mathcal{O}(n)", "O(n)"),
]
KEPT = [
    "+4% accuracy",
    "three times faster, 40 times smaller",
    "the sim2real gap at 5 pm",
    "costs $7,800, less than $12 USD",
    "from $5 to $10 per run",
    "the <think> and <eos> tokens, x < y and p <0.05",
    "AT&T and R&D",
    "use --verbose or --dry-run",
    "https://example.org/~someone/page_1",
    "R^2 and snake_case_names",
    "don’t “touch” the quotes – or dashes",
]
OTHERS = [
    ("CO<sub>2</sub>, 10<sup>-4</sup>, 5<sup>th</sup>", "CO2, 10^-4, 5th"),
    ("<jats:title>Abstract</jats:title><jats:p>We <jats:italic>do</jats:italic> it.</jats:p>", "We do it."),
    ("a &lt; b &amp;amp; c&nbsp;d &#233;", "a < b & c d é"),
    ("ﬁne eﬃcient ﬂow", "fine efficient flow"),
    ("it\u00e2\u0080\u0099s", "it’s"),
    ("Universit\u00c3\u00a4t", "Universität"),
    ("soft\u00adware zero\u200bwidth \ufeffmark", "software zerowidth mark"),
    ("repre-\nsentation by fine-\ntuning, state-of-the-\nart", "representation by fine-tuning, state-of-the-art"),
    ("e(cid:14)cient net(cid:173) works, fine-(cid:173) tuned", "efficient networks, fine-tuned"),
    ("an (cid:15)-tube (cid:", "an (cid:15)-tube (cid:"),
    ("a (cid:12)-VAE at the rate (cid:13)", "a (cid:12)-VAE at the rate (cid:13)"),
    ("two  spaces\nand\r\nlines\tand\u00a0more ", "two spaces and lines and more"),
    ("nul\x00 bell\x07 form\x0cfeed", "nul bell form feed"),
    ("lone \ud83d, pair \ud83d\ude00", "lone \ufffd, pair 😀"),
    ("GPT\u20114 𝒪(𝑛)", "GPT-4 O(n)"),
    ("e\u0301", "é"),
]


@pytest.mark.parametrize(("raw", "stored"), LATEX + STRIPPED + OTHERS + [(text, text) for text in KEPT])
def test_stored_form(raw: str, stored: str) -> None:
    assert clean(raw) == stored
    assert clean(stored) == stored


MARKS = (
    r"\textbf{ } { $ $$ \( \) \alpha \times _{ ^{ ^ _ \" \' \\ \% ~ -- --- `` '' &amp; &lt; < > </p> <b> <jats:p>"
    r" 10 sim times pm % 0.5 a bc The the- word \frac \sqrt \tilde \left \cite \footnote \unicode{x41} &#x26;"
)
PIECES = st.sampled_from(
    [*MARKS.split(), "-\n", "\n", " ", "\u00ad", "\u00e2\u0080\u0099", "ﬁ", "\ud800", "\x00", "é", "\u0301", "\ufffe"]
)
RAW = st.one_of(st.text(st.characters(), max_size=80), st.lists(PIECES, max_size=40).map("".join))


@settings(max_examples=300)
@given(RAW)
@example(r"$5 for 50\% of $7")
@example("&amp;" * 3 + "amp;lt;b&gt;")
@example("&" + "amp;" * 40 + "lt;")
@example(r"\textbackslash alpha \{x\} \$y\$ \_{a}")
def test_cleaning_promises(raw: str) -> None:
    stored = clean(raw)
    assert clean(stored) == stored
    assert stored == " ".join(stored.split())
    assert unicodedata.is_normalized("NFC", stored)
    assert xml_legal(stored) == stored
    stored.encode("utf-8")


@settings(max_examples=200)
@given(st.text(st.characters()))
def test_xml_legal_text_is_read_back(raw: str) -> None:
    element = ElementTree.Element("text")
    element.text = xml_legal(raw)
    assert (ElementTree.fromstring(ElementTree.tostring(element)).text or "") == element.text.replace("\r", "\n")


@settings(max_examples=200)
@given(st.lists(st.from_regex(r"[a-zA-Z]{2,9}", fullmatch=True), min_size=5, max_size=30), st.randoms())
def test_words_are_not_lost(words: list[str], random) -> None:  # type: ignore[no-untyped-def]
    broken = " ".join(word + random.choice(["", "", r" \%", "$", "{", "}", r"\ ", " $x$"]) for word in words)
    kept = clean(broken)
    assert all(word in kept for word in words)


@pytest.mark.parametrize(
    "piece",
    ["{", "}", "$", "\\", "$x", r"\frac", r"\textbf{", r"\begin{a}", "<", "&", "<b>", "-\na", "``", r"\(", "^{", "a~"],
)
def test_long_repeats_end(piece: str) -> None:
    raw = piece * 20_000
    assert clean(raw) == clean(clean(raw))


def test_fold_forgets_case_punctuation_and_accents() -> None:
    assert fold("Naïve Bayes: A Re-Visit!") == fold("naive bayes – a revisit")
    assert fold("GPT-2") != fold("GPT-3")
