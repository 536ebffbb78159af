"""Pages and lists saved as text: every paper is found, nothing of the page becomes one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.read import merge, read
from kg.read.listing import papers_in
from kg.records import Paper, Rejected

FIRST = (
    "We train a small network to sort lists of numbers that are longer than any it has seen. It uses a pointer to two"
    " places of the list, which it moves by one place a step. On lists of 1,000 numbers it makes no error, and it needs"
    " 40% fewer steps than a transformer of the same size."
)
SECOND = (
    "Pruning removes weights that matter little, but which ones matter changes while a network is trained. We therefore"
    " prune a little at every step and let weights grow back. With one tenth of its weights the network loses 0.3"
    " points of accuracy, where pruning after training loses 2.1 points."
)
THIRD = (
    "Readers of code look at names first. We ask whether models of code do the same and rename all variables of a"
    " benchmark at random. The rate of solved tasks falls from 61% to 44%, more for short functions than for long ones."
)
PAPERS = [
    ("Sorting With Two Pointers", FIRST),
    ("Grow Back: Pruning While Training", SECOND),
    ("What is in a Name?", THIRD),
]
TRENDING = "Get trending papers in your email inbox"
HEADER = f"new\n\n{TRENDING}!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nMar 3\n\n"


def found(text: str) -> list[tuple[str, str]]:
    return [(raw.title, raw.abstract) for raw in papers_in(text)]


def page(*footers: str, header: str = HEADER) -> str:
    return header + "".join(
        f"{title}\n\n{abstract}\n\n{footer}" for (title, abstract), footer in zip(PAPERS, footers, strict=True)
    )


FOOTER = "  • 3 authors\n·\nFeb 4, 2023 7\n\n"
ORGANISATION = "Example Lab ExampleLab\n·\nMay 5\n\n"


@pytest.mark.parametrize(
    "text",
    [
        page(FOOTER, FOOTER, FOOTER),
        page(FOOTER, ORGANISATION, "  • 12 authors\n·\nJan 16"),
        page(FOOTER, "", FOOTER),  # the second has lost its footer
        page("", "", ""),
        page(FOOTER, FOOTER, FOOTER, header=""),
        page(FOOTER, FOOTER, FOOTER, header="Hugging Face\n\nModels\n\nDatasets\n\nTrending Papers\n\n"),
        page(FOOTER, FOOTER, FOOTER).replace("\n", "\r\n"),
        page(FOOTER, FOOTER, FOOTER).replace("\n\n", "\n"),
        page(FOOTER, FOOTER, FOOTER, header=HEADER.replace("\n", "")),
    ],
)
def test_daily_papers_pages(text: str) -> None:
    assert found(text) == PAPERS


def test_search_page_with_its_header_glued_to_the_first_title() -> None:
    lines = "\n".join(f"{title}\n{abstract}" for title, abstract in PAPERS)
    assert found(f"{TRENDING} once a day!\n{TRENDING}!\nSubscribe{lines}") == PAPERS
    assert found(lines) == PAPERS


def test_last_line_of_an_abstract_before_the_footer_belongs_to_it() -> None:
    text = page(FOOTER, "Code: https://example.org/grow\n\n" + FOOTER, FOOTER)
    assert found(text)[1] == (PAPERS[1][0], f"{SECOND}\nCode: https://example.org/grow")
    assert len(found(text)) == 3


def test_dates_of_footers_go_with_their_paper() -> None:
    raws = list(papers_in(page(FOOTER, "", "  • 1 authors\n·\nAug 22")))
    assert [raw.date for raw in raws] == ["Feb 4, 2023 7", None, "Aug 22"]
    assert [raw.line for raw in raws] == [13, 21, 25]


def test_abstract_lists() -> None:
    assert found(f"Abstract:{FIRST}\nAbstract: {SECOND}\n\nABSTRACT: {THIRD}\n") == [
        ("", abstract) for _, abstract in PAPERS
    ]
    titled = "\n\n".join(f"{title}\nAbstract: {abstract}" for title, abstract in PAPERS)
    assert found(titled) == PAPERS
    fields = "\n".join(
        f"Title: {title}\nAuthors: A. One, B. Two\nAbstract: {abstract}\nURL: https://e.org/1"
        for title, abstract in PAPERS
    )
    raws = list(papers_in(fields))
    assert [(raw.title, raw.abstract) for raw in raws] == PAPERS
    assert raws[1].authors == ["A. One", "B. Two"]
    assert raws[1].url == "https://e.org/1"


def wrapped(text: str, width: int = 60) -> str:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > width:
            lines.append(line.strip())
            line = ""
        line += f" {word}"
    return "\n".join([*lines, line.strip()])


def test_wrapped_paragraphs() -> None:
    assert [(t, " ".join(a.split())) for t, a in found("\n\n".join(wrapped(a) for _, a in PAPERS))] == [
        ("", a) for _, a in PAPERS
    ]
    titled = "\n\n".join(f"{title}\n\n{wrapped(abstract)}" for title, abstract in PAPERS)
    assert [(t, " ".join(a.split())) for t, a in found(titled)] == PAPERS


def test_one_file_a_paper() -> None:
    one = f"{PAPERS[0][0]}\n\n{FIRST}\n\n{SECOND}\n"
    assert found(one) == [(PAPERS[0][0], f"{FIRST}\n{SECOND}")]


def test_list_of_titles_is_no_paper() -> None:
    assert found(HEADER + "\n\n".join(title for title, _ in PAPERS) + "\n\nModels\n\nWebsite") == []
    assert found("\n".join(title for title, _ in PAPERS)) == []


@settings(max_examples=150)
@given(st.text(st.sampled_from("aB .·•\n\n\r:1,Abstract"), max_size=400))
def test_any_text_is_cut_into_papers_without_inventing_words(text: str) -> None:
    for raw in papers_in(text):
        assert raw.line is not None
        for word in f"{raw.title} {raw.abstract}".split():
            assert word in text


def test_the_seeds(shared: Path) -> None:
    files = sorted((shared / "seeds").glob("*.txt"))
    records = [list(read([file])) for file in files]
    assert [len(found) for found in records] == [10, 87, 57, 221, 53]
    papers = [record for found in records for record in found if isinstance(record, Paper)]
    assert not any(isinstance(record, Rejected) for found in records for record in found)
    merged = merge(papers)
    assert (len(merged.papers), len(merged.duplicates)) == (411, 17)
    assert merge(reversed(papers)) == merged
    assert all(paper.year is None or paper.date for paper in papers)
