from __future__ import annotations

import random

import pytest
from graph_sample import BENCH, EXTRACTIONS, PAPERS, SWIFT, TINY, NameLinking, extraction, linking, sample_graph

from kg.errors import InputError
from kg.graph.build import Graph, build_graph, edge_key, node_key
from kg.graph.diff import diff
from kg.graph.schema import EDGE_PROPERTIES, NODE_PROPERTIES, PATTERNS, Label, Pattern, Rel
from kg.records import EntityKind, Paper

PYTHON_TYPES = {"string": str, "int": int, "float": float, "bool": bool, "strings": tuple}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample_graph()


def _name(graph: Graph, node_id: str) -> str:
    properties = next(node.properties for node in graph.nodes if node.id == node_id)
    return str(properties.get("name", properties.get("number", node_id)))


def _edges(graph: Graph, *types: Rel) -> list[tuple[str, str, str]]:
    return sorted(
        (_name(graph, edge.source), edge.type, _name(graph, edge.target)) for edge in graph.edges if edge.type in types
    )


def test_roles_become_relationships(graph: Graph) -> None:
    assert _edges(graph, Rel.PROPOSES, Rel.USES, Rel.COMPARES_WITH) == [
        ("p1", "COMPARES_WITH", "ResNet-50"),
        ("p1", "PROPOSES", "SwiftNet"),
        ("p2", "COMPARES_WITH", "SwiftNet"),
        ("p2", "PROPOSES", "TinyMixer"),
        ("p3", "USES", "SwiftNet"),
        ("p3", "USES", "SwiftNet-L"),
    ]
    assert _edges(graph, Rel.ADDRESSES, Rel.INTRODUCES) == [
        ("p1", "ADDRESSES", "image classification"),
        ("p3", "ADDRESSES", "character recognition"),
        ("p3", "INTRODUCES", "GlyphBench"),
    ]


def test_two_names_of_one_dataset_in_a_paper_make_one_edge_with_the_stronger_role(graph: Graph) -> None:
    assert [edge for edge in _edges(graph, Rel.EVALUATES_ON, Rel.MENTIONS) if edge[0] == "p2"] == [
        ("p2", "EVALUATES_ON", "CIFAR10")
    ]
    assert _edges(graph, Rel.EVALUATED_ON).count(("TinyMixer", "EVALUATED_ON", "CIFAR10")) == 1


def test_one_pair_has_an_edge_for_each_paper_that_says_so(graph: Graph) -> None:
    assert _edges(graph, Rel.EVALUATED_ON).count(("SwiftNet", "EVALUATED_ON", "CIFAR10")) == 2


def test_claims_point_at_what_they_are_about_and_keep_a_baseline_that_is_no_method(graph: Graph) -> None:
    assert _edges(graph, Rel.OF, Rel.OVER, Rel.ON, Rel.IN)[:4] == [
        ("1.5 points", "IN", "accuracy"),
        ("1.5 points", "OF", "TinyMixer"),
        ("1.5 points", "ON", "CIFAR10"),
        ("1.5 points", "OVER", "SwiftNet"),
    ]
    claim = next(node.properties for node in graph.nodes if node.properties.get("number") == "12x")
    assert claim["baseline"] == "standard training"
    assert ("12x", "OVER", "standard training") not in _edges(graph, Rel.OVER)
    assert claim["sentence"] == "Training is up to 12x faster than standard training."


def test_entities_know_their_aliases_their_papers_and_what_they_are_variants_of(graph: Graph) -> None:
    swift = next(node.properties for node in graph.nodes if node.properties.get("name") == "SwiftNet")
    assert swift["papers"] == 3
    assert set(swift["aliases"]) == {"Swift-Net", "Swift Network"}
    assert _edges(graph, Rel.VARIANT_OF) == [("SwiftNet-L", "VARIANT_OF", "SwiftNet")]


def test_every_text_edge_shows_its_words(graph: Graph) -> None:
    texts = {paper.id: paper.text for paper in PAPERS}
    for edge in graph.edges:
        if edge.type != Rel.VARIANT_OF:
            p = edge.properties
            assert set(p) == set(EDGE_PROPERTIES)
            assert str(p["sentence"]) in texts[str(p["paper_id"])]
            assert texts[str(p["paper_id"])][int(p["start"]) : int(p["end"])] in str(p["sentence"])


def test_the_evidence_is_the_sentence_that_says_it_not_the_title(graph: Graph) -> None:
    proposes = next(e for e in graph.edges if e.type == Rel.PROPOSES and e.source == "p1")
    assert proposes.properties["sentence"] == "We propose SwiftNet (Swift Network) for image classification."
    compares = next(e for e in graph.edges if e.type == Rel.COMPARES_WITH and e.source == "p2")
    assert str(compares.properties["sentence"]).startswith("TinyMixer is compared with")


def test_the_graph_keeps_to_its_schema(graph: Graph) -> None:
    known = {node.id: node.label for node in graph.nodes}
    assert len(known) == len(graph.nodes)
    assert len({edge.id for edge in graph.edges}) == len(graph.edges)
    for node in graph.nodes:
        schema = NODE_PROPERTIES[Label(node.label)]
        assert {key: type(value) for key, value in node.properties.items()} == {
            key: PYTHON_TYPES[schema[key]] for key in node.properties
        }
        assert (node.properties["id"], node.properties["kind"]) == (node.id, node.label)
    for edge in graph.edges:
        assert Pattern(Label(known[edge.source]), Rel(edge.type), Label(known[edge.target])) in PATTERNS
        assert (edge.properties["id"], edge.properties["kind"]) == (edge.id, edge.type)


def test_the_order_of_the_input_changes_nothing(graph: Graph) -> None:
    papers, extractions = list(PAPERS), list(EXTRACTIONS)
    for seed in range(5):
        random.Random(seed).shuffle(papers)
        random.Random(seed + 9).shuffle(extractions)
        assert build_graph(papers, extractions, linking()) == graph
    assert list(graph.nodes) == sorted(graph.nodes, key=node_key)
    assert list(graph.edges) == sorted(graph.edges, key=edge_key)


def test_counts_name_every_label_and_type(graph: Graph) -> None:
    assert graph.node_counts()["Paper"] == 4
    assert set(graph.node_counts()) == set(Label)
    assert graph.edge_counts()["VARIANT_OF"] == 1
    assert set(graph.edge_counts()) == set(Rel)


def test_a_paper_without_an_extraction_is_a_node_and_an_extraction_without_a_paper_an_error() -> None:
    assert [node.id for node in build_graph([SWIFT], [], linking()).nodes] == ["p1"]
    with pytest.raises(InputError, match=r"p2.*none of the papers"):
        build_graph([SWIFT], [extraction(TINY)], linking())
    with pytest.raises(InputError, match=r"p1.*two papers"):
        build_graph([SWIFT, SWIFT], [], linking())


def test_removing_a_paper_removes_exactly_what_it_alone_supports(graph: Graph) -> None:
    kept = [e for e in EXTRACTIONS if e.id != BENCH.id]
    smaller = build_graph([p for p in PAPERS if p is not BENCH], kept, linking())
    change = diff(graph, smaller)
    assert not change.added_nodes and not change.added_edges and not change.changed_edges
    gone = {str(n.properties.get("name", n.id)) for n in change.removed_nodes if n.label != Label.CLAIM}
    assert gone == {"p3", "GlyphBench", "SwiftNet-L", "character recognition"}
    assert {e.properties.get("paper_id", "p3") for e in change.removed_edges} == {"p3"}
    assert {(old.properties["name"], old.properties["papers"], new.properties["papers"]) for old, new in
            change.changed_nodes} == {("SwiftNet", 3, 2), ("accuracy", 3, 2)}  # fmt: skip


def test_equal_graphs_do_not_differ(graph: Graph) -> None:
    assert not diff(graph, sample_graph())
    assert diff(Graph(), graph).added_nodes == graph.nodes


def test_an_id_shared_by_a_paper_and_an_entity_is_refused() -> None:
    clash = linking().entities[0].id
    with pytest.raises(InputError, match="id of an entity"):
        build_graph([*PAPERS, Paper(id=clash)], EXTRACTIONS, linking())


@pytest.mark.parametrize("kind", ["method", "dataset", "metric", "task"])
def test_every_kind_of_entity_may_have_variants(kind: EntityKind) -> None:
    names = [entry.name for entry in linking().entities if entry.kind == kind]
    parents = NameLinking(EXTRACTIONS, {(kind, names[1]): names[0]})
    graph = build_graph(PAPERS, EXTRACTIONS, parents)
    assert _edges(graph, Rel.VARIANT_OF) == [(names[1], "VARIANT_OF", names[0])]
