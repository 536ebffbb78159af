from __future__ import annotations

from pathlib import Path

import igraph
import networkx
import pytest
from golden_files import FORMATS, GOLDEN, write_golden
from graph_sample import sample_graph
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.errors import InputError, UsageError
from kg.graph.build import Graph
from kg.records import Edge, Node
from kg.write import WRITERS
from kg.write.gexf import write_gexf
from kg.write.graphml import write_graphml
from kg.write.jsonl import read_graph, write_graph
from kg.write.view import VIEWS
from kg.write.xml import legal

NS = {"g": "http://graphml.graphdrawing.org/xmlns", "x": "http://gexf.net/1.3", "viz": "http://gexf.net/1.3/viz"}


def _methods(names: list[str]) -> Graph:
    """A graph of methods with these names, each a variant of the first."""
    nodes = tuple(
        Node(id=f"n{i:03}", label="Method", properties={"id": f"n{i:03}", "kind": "Method", "name": name, "papers": 1})
        for i, name in enumerate(names)
    )
    edges = tuple(
        Edge(
            id=f"e{i:03}",
            type="VARIANT_OF",
            source=f"n{i:03}",
            source_label="Method",
            target="n000",
            target_label="Method",
            properties={"id": f"e{i:03}", "kind": "VARIANT_OF", "sentence": name},
        )
        for i, name in enumerate(names)
    )
    return Graph(nodes, edges)


def test_exports_equal_the_golden_files(tmp_path: Path) -> None:
    write_golden(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    expected = {path.name: path.read_bytes() for path in GOLDEN.iterdir()}
    assert written.keys() == expected.keys()
    for name, content in expected.items():
        assert written[name] == content, f"{name} changed; see tests/write/golden_files.py"


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_writes_a_file_or_a_folder_as_its_table_says(tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    WRITERS[name].write(sample_graph(), target)
    assert WRITERS[name].description
    assert target.is_dir() if WRITERS[name].folder else target.is_file()
    assert set(FORMATS) <= set(WRITERS)


@pytest.mark.parametrize("view", VIEWS)
def test_graphml_keeps_the_rules_of_gephi(tmp_path: Path, view: str) -> None:
    path = tmp_path / "x.graphml"
    write_graphml(sample_graph(), path, view=view)  # type: ignore[arg-type]
    root = etree.parse(path).getroot()
    keys = root.findall("g:key", NS)
    owners = {key.get("id"): (key.get("for"), key.get("attr.name"), key.get("attr.type")) for key in keys}
    assert len(owners) == len(keys) == len({(owner, name) for owner, name, _ in owners.values()})
    assert {owner for owner, _, _ in owners.values()} == {"node", "edge"}
    assert {kind for _, _, kind in owners.values()} <= {"string", "int", "double", "boolean"}
    for owner, elements in (("node", root.findall(".//g:node", NS)), ("edge", root.findall(".//g:edge", NS))):
        assert elements
        assert len({element.get("id") for element in elements}) == len(elements)
        for element in elements:
            data = {owners[item.get("key")][1]: item.text for item in element.findall("g:data", NS)}
            assert all(owners[item.get("key")][0] == owner for item in element.findall("g:data", NS))
            assert data["label"] and data["kind"]
            assert all(text for text in data.values()), "Gephi skips empty data, so none is written"
            if owner == "edge":
                assert element.get("label") == data["label"] == data["kind"]


def test_the_whole_graph_is_read_back_by_networkx(tmp_path: Path) -> None:
    graph, path = sample_graph(), tmp_path / "x.graphml"
    write_graphml(graph, path)
    back = networkx.read_graphml(path, force_multigraph=True)
    assert set(back) == {node.id for node in graph.nodes}
    for node in graph.nodes:
        expected = {
            key: "; ".join(value) if isinstance(value, tuple) else value
            for key, value in node.properties.items()
            if key != "id" and value != ()
        }
        assert {key: back.nodes[node.id][key] for key in expected} == expected
    ends = {key: (source, target, data) for source, target, key, data in back.edges(keys=True, data=True)}
    assert ends.keys() == {edge.id for edge in graph.edges}
    for edge in graph.edges:
        source, target, data = ends[edge.id]
        assert (source, target, data["label"]) == (edge.source, edge.target, edge.type)
        assert {key: data[key] for key in edge.properties if key != "id"} == {
            key: value for key, value in edge.properties.items() if key != "id"
        }


def test_igraph_counts_the_same(tmp_path: Path) -> None:
    graph, path = sample_graph(), tmp_path / "x.graphml"
    write_graphml(graph, path)
    back = igraph.Graph.Read_GraphML(str(path))
    assert (back.vcount(), back.ecount(), back.is_directed()) == (len(graph.nodes), len(graph.edges), True)
    assert sorted(back.es["kind"]) == sorted(edge.type for edge in graph.edges)


def test_the_pair_view_has_one_edge_a_pair_weighted_by_papers(tmp_path: Path) -> None:
    path = tmp_path / "x.graphml"
    write_graphml(sample_graph(), path, view="methods-datasets")
    back = networkx.read_graphml(path)
    assert not back.is_multigraph()
    names = networkx.get_node_attributes(back, "name")
    edges = {(names[a], names[b]): data for a, b, data in back.edges(data=True)}
    assert {pair: data["weight"] for pair, data in edges.items()} == {
        ("SwiftNet", "CIFAR10"): 2.0,
        ("SwiftNet", "ImageNet"): 1.0,
        ("SwiftNet", "GlyphBench"): 1.0,
        ("SwiftNet-L", "GlyphBench"): 1.0,
        ("TinyMixer", "CIFAR10"): 1.0,
    }
    assert edges["SwiftNet", "CIFAR10"]["papers"] == "p1; p2"
    assert "ResNet-50" not in names.values()


def test_gexf_has_types_colours_sizes_and_no_date(tmp_path: Path) -> None:
    graph, path = sample_graph(), tmp_path / "x.gexf"
    write_gexf(graph, path)
    root = etree.parse(path).getroot()
    assert root.get("version") == "1.3"
    assert [child.tag for child in root.find("x:meta", NS)] == [f"{{{NS['x']}}}creator"]
    nodes, edges = root.findall(".//x:node", NS), root.findall(".//x:edge", NS)
    assert (len(nodes), len(edges)) == (len(graph.nodes), len(graph.edges))
    assert all(node.find(f"viz:{part}", NS) is not None for node in nodes for part in ("color", "size", "position"))
    assert {edge.get("kind") for edge in edges} == {edge.type for edge in graph.edges}
    declared = {a.get("id"): a.get("type") for a in root.findall(".//x:attributes[@class='node']/x:attribute", NS)}
    assert declared["value"] == "double" and declared["year"] == "integer" and declared["relative"] == "boolean"
    assert {value.get("for") for value in root.findall(".//x:node//x:attvalue", NS)} == set(declared)
    assert networkx.read_gexf(path, version="1.3") if "1.3" in networkx.readwrite.gexf.GEXF.versions else True


TEXTS = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5)


@settings(max_examples=40)
@given(TEXTS)
def test_any_text_survives_and_the_file_is_always_legal(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    names = [*names, "a\x01b\x0c", "\ud800x", "\ufffe", "]]>", "<&\"'>", "\r\n\t x ", "&#0;", "😀\u200b"]
    folder = tmp_path_factory.mktemp("xml")
    graph = _methods(names)
    write_graphml(graph, folder / "x.graphml")
    write_gexf(graph, folder / "x.gexf")
    expected = [legal(name) for name in names]
    graphml = etree.parse(folder / "x.graphml")
    assert [data.text for data in graphml.iterfind(".//g:node/g:data[@key='node_name']", NS)] == expected
    assert [data.text for data in graphml.iterfind(".//g:edge/g:data[@key='edge_sentence']", NS)] == expected
    gexf = etree.parse(folder / "x.gexf")
    assert [node.get("label") for node in gexf.iterfind(".//x:node", NS)] == expected
    back = networkx.read_graphml(folder / "x.graphml")
    assert [back.nodes[f"n{i:03}"]["name"] for i in range(len(names))] == expected
    assert igraph.Graph.Read_GraphML(str(folder / "x.graphml")).vcount() == len(names)


def test_only_what_xml_forbids_is_replaced() -> None:
    assert legal("a\x00\x0b\ud800\uffffb") == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}" + (
        "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"
    )
    kept = "\t\n\r \x7f\x85\u2028é漢😀\ue000\ufffd"
    assert legal(kept) == kept


def test_two_ids_that_xml_cannot_carry_stay_two(tmp_path: Path) -> None:
    nodes = tuple(Node(id=i, label="Paper", properties={"id": i, "kind": "Paper"}) for i in ("a\x01", "a\x02", "a b"))
    write_graphml(Graph(nodes), tmp_path / "x.graphml")
    ids = [node.get("id") for node in etree.parse(tmp_path / "x.graphml").iterfind(".//g:node", NS)]
    assert len(set(ids)) == 3 and ids[2] == "a b"


def test_an_empty_graph_is_a_file_that_opens(tmp_path: Path) -> None:
    for view in VIEWS:
        write_graphml(Graph(), tmp_path / "x.graphml", view=view)
        write_gexf(Graph(), tmp_path / "x.gexf", view=view)
        assert len(networkx.read_graphml(tmp_path / "x.graphml")) == 0
        assert etree.parse(tmp_path / "x.gexf") is not None


def test_an_unknown_view_and_a_place_that_cannot_be_written_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are full, methods-datasets"):
        write_graphml(Graph(), tmp_path / "x.graphml", view="half")  # type: ignore[arg-type]
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="file"):
        write_graphml(Graph(), tmp_path / "file" / "x.graphml")


def test_json_lines_are_read_back_equal_and_damage_is_named(tmp_path: Path) -> None:
    graph = sample_graph()
    write_graph(graph, tmp_path)
    assert read_graph(tmp_path) == graph
    (tmp_path / "edges.jsonl").write_text('{"id": "x"}\n')
    with pytest.raises(InputError, match=r"edges\.jsonl:1"):
        read_graph(tmp_path)
    with pytest.raises(InputError, match=r"nodes\.jsonl"):
        read_graph(tmp_path / "nowhere")
