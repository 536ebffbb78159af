"""The same paper from several sources is one Paper; what only looks alike stays apart."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.read import merge
from kg.read.dates import iso_date, year_of
from kg.read.finish import finish
from kg.read.identifiers import identifiers_of, own_id
from kg.read.raw import Raw, Source
from kg.records import Paper

LONG = (
    "Graph networks pass messages between neighbouring vertices and thereby learn representations that respect the"
    " structure of molecules, social relations and citation networks, as we demonstrate on three different benchmarks."
)
OTHER = (
    "Speech recognisers transcribe conversations between several speakers although their voices overlap frequently,"
    " provided that enough simulated mixtures are available while the acoustic encoder is being trained from scratch."
)


def paper(source: str = "a.jsonl:1", **fields: Any) -> Paper:
    fields.setdefault("abstract", LONG)
    made = finish(Raw(**fields), Source("x"), ("en",))
    assert isinstance(made, Paper), made
    return made.model_copy(update={"sources": (source,)})


def test_arxiv_versions_are_one_paper_and_the_newest_counts() -> None:
    one = paper(title="First Title", abstract=LONG, identifiers={"arxiv": "2401.00001v1"}, authors=["A. Writer"])
    two = paper("b.xml", title="Second Title", abstract=OTHER, url="https://arxiv.org/abs/2401.00001v2")
    merged = merge([one, two]).papers
    assert [(p.id, p.title, p.abstract, p.identifiers["arxiv"], p.authors) for p in merged] == [
        ("2401.00001", "Second Title", OTHER, "2401.00001v2", ("A. Writer",))
    ]
    assert merged[0].sources == ("a.jsonl:1", "b.xml")


def test_fields_are_the_best_of_each() -> None:
    page = paper("page.txt:3", title="Graph Networks", date="Oct 30, 2024")
    record = paper(
        "r.jsonl:9", id="x:7", title="Graph networks", year=2024, venue="ICLR", authors=["A", "B"], url="https://e.org"
    )
    merged = merge([page, record])
    assert len(merged.papers) == 1
    only = merged.papers[0]
    assert (only.id, only.date, only.year, only.venue, only.authors) == ("x:7", "2024-10-30", 2024, "ICLR", ("A", "B"))
    assert [duplicate.paper for duplicate in merged.duplicates] == ["x:7"]


def test_a_paper_without_title_joins_its_abstract() -> None:
    bare = paper("list.txt:2", abstract=LONG.replace("neighbouring vertices", "Neighbouring  vertices;"))
    titled = paper("page.txt:8", title="Graph Networks")
    assert [p.title for p in merge([bare, titled]).papers] == ["Graph Networks"]


def test_copies_that_went_through_a_web_page_are_one() -> None:
    latex = paper(title="Fast", abstract=LONG + r" It is $2.7\times$ faster, see https://a.org/x.")
    page = paper("b.txt:1", abstract=LONG + " It is 2.7times faster, see https://mirror.dev/x.")
    assert len(merge([latex, page]).papers) == 1


def test_titles_alone_join_nothing() -> None:
    papers = merge(
        [paper(title="A Survey of the Field", abstract=LONG), paper("b", title="A Survey of the Field", abstract=OTHER)]
    )
    assert len(papers.papers) == 2
    assert papers.duplicates == ()


def test_small_corrections_do_not_make_another_paper() -> None:
    corrected = LONG.replace("three different", "three").replace("thereby ", "")
    assert (
        len(
            merge(
                [paper(title="Graph Networks at Work"), paper("b", title="Graph Networks at Work", abstract=corrected)]
            ).papers
        )
        == 1
    )


def test_one_abstract_under_two_unlike_titles_stays_two() -> None:
    """Sources do attach the wrong abstract."""
    two = merge([paper(title="Mixing Sounds"), paper("b", title="Mapping Mangrove Forests"), paper("c")])
    assert len(two.papers) == 2
    assert len({p.id for p in two.papers}) == 2


def test_an_id_that_a_source_gives_twice_is_made_distinct() -> None:
    two = merge([paper(id="p1", title="Graphs"), paper("b", id="p1", title="Voices", abstract=OTHER)])
    ids = [p.id for p in two.papers]
    assert len(set(ids)) == 2
    assert all(id_.startswith("p1~") for id_ in ids)


def test_ids() -> None:
    assert paper(id="t139-aistats").id == "t139-aistats"
    assert paper(id="arXiv:2401.00001v3").id == "2401.00001"
    assert paper(id="http://arxiv.org/abs/hep-th/9901001v2").id == "hep-th/9901001"
    assert paper(id="cvpr:None").id == paper(id=None).id == paper(title="Any").id
    assert paper(identifiers={"doi": "10.1/x"}, url="https://aclanthology.org/P18-1001/").id == "P18-1001"
    assert paper(abstract=OTHER).id != paper().id
    short = "A short abstract, but not too short to be one."
    assert paper(title="One", abstract=short).id != paper(title="Two", abstract=short).id


TITLES = st.sampled_from(["", "Graph Networks", "Graph Networks Revisited Twice", "Voices in the Crowd"])
MANY = st.lists(
    st.builds(
        lambda title, abstract, arxiv, own, year, number: paper(
            f"f{number}.txt:1",
            title=title,
            abstract=abstract,
            id=own,
            year=year,
            identifiers={"arxiv": arxiv} if arxiv else {},
        ),
        TITLES,
        st.sampled_from([LONG, OTHER, LONG + " Once more.", LONG.upper()]),
        st.sampled_from(["", "2401.00001v1", "2401.00001v2", "2402.00002"]),
        st.sampled_from([None, "own-1", "own-2"]),
        st.sampled_from([None, 2020, 2021]),
        st.integers(0, 5),
    ),
    max_size=8,
)


TWICE = [
    paper("f1.txt:1", title="Graph Networks", id="own-2", identifiers={"arxiv": "2402.00002"}),
    paper("f2.txt:1", title="Voices in the Crowd", abstract=OTHER, identifiers={"arxiv": "2401.00001v1"}),
    paper("f3.txt:1", title="Voices in the Crowd", id="own-1"),
    paper("f4.txt:1", title="Graph Networks Revisited Twice", id="own-1", identifiers={"arxiv": "2402.00002"}),
    paper("f5.txt:1", identifiers={"arxiv": "2401.00001v2"}),
]
"""The last is joined to the second, whose title it takes over; only then is it the third's too."""


@settings(max_examples=150)
@given(MANY, st.randoms(use_true_random=False))
@example(TWICE, random.Random(1))
def test_order_does_not_matter_and_nothing_is_lost(papers: list[Paper], order: random.Random) -> None:
    merged = merge(papers)
    shuffled = list(papers)
    order.shuffle(shuffled)
    assert merge(shuffled) == merged
    assert merge(merged.papers).papers == merged.papers
    assert len(merged.papers) + len(merged.duplicates) == len(papers)
    assert len({p.id for p in merged.papers}) == len(merged.papers)
    assert {s for p in merged.papers for s in p.sources} == {s for p in papers for s in p.sources}
    assert [p.id for p in merged.papers] == sorted(p.id for p in merged.papers)
    versions = [p.identifiers["arxiv"][:10] for p in merged.papers if "arxiv" in p.identifiers]
    assert len(versions) == len(set(versions))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2401.12345", {"arxiv": "2401.12345"}),
        ("arXiv:2401.12345v2", {"arxiv": "2401.12345v2"}),
        ("https://arxiv.org/pdf/2401.12345v1.pdf", {"arxiv": "2401.12345v1"}),
        ("oai:arXiv.org:math/0309136", {"arxiv": "math/0309136"}),
        ("https://huggingface.co/papers/2401.12345", {"arxiv": "2401.12345"}),
        ("https://doi.org/10.48550/arXiv.2401.12345", {"arxiv": "2401.12345"}),
        ("https://doi.org/10.1145/3292500.3330701", {"doi": "10.1145/3292500.3330701"}),
        ("doi:10.18653/v1/P18-1001", {"doi": "10.18653/v1/p18-1001", "acl": "P18-1001"}),
        ("https://aclanthology.org/2020.acl-main.1.pdf", {"acl": "2020.acl-main.1"}),
        ("https://openreview.net/forum?id=rJ4km2R5t7", {"openreview": "rJ4km2R5t7"}),
        ("t139-aistats", {}),
        ("12345.6789", {}),
        ("https://example.org/2401.12345", {}),
    ],
)
def test_identifiers(text: str, found: dict[str, str]) -> None:
    assert identifiers_of(text) == found


def test_what_stands_where_an_id_is_missing() -> None:
    assert [own_id(value) for value in (None, "", "None", "iccv:None", "nan", float("nan"), [], 7, " a1 ")] == [
        None
    ] * 7 + ["7", "a1"]


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (2024, "2024"),
        ("2024", "2024"),
        ("2024-10", "2024-10"),
        ("2024-10-30T12:00:00Z", "2024-10-30"),
        ("2024/10/30", "2024-10-30"),
        ("20241030", "2024-10-30"),
        ("Oct 30, 2024 5", "2024-10-30"),
        ("30 October 2024", "2024-10-30"),
        ("Wed, 30 Oct 2024 17:57:34 GMT", "2024-10-30"),
        ("October 2024", "2024-10"),
        ("2024 Oct 3", "2024-10-03"),
        ("2023-02-30", "2023-02"),
        (1497290254000, "2017-06-12"),
        ({"date-parts": [[2024, 10]]}, "2024-10"),
        ([2024, 10, 30], "2024-10-30"),
        ("Aug 22", None),
        ("Aug 22 4", None),
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (10**30, None),
        ({"date-parts": [[None]]}, None),
    ],
)
def test_dates(value: object, iso: str | None) -> None:
    assert iso_date(value) == iso
    assert year_of(value) == (int(iso[:4]) if iso else None)
