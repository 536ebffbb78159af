"""Loading into a real server: what arrives, again, in another order, next to other data."""

from __future__ import annotations

import random

import pytest
from graph_sample import EXTRACTIONS, PAPERS, linking, sample_graph
from neo4j_support import chain, dump, node, run

from kg.errors import StoreError, UsageError
from kg.graph.build import build_graph
from kg.graph.schema import Label
from kg.records import Edge
from kg.write.neo4j import load, remove_graph
from kg.write.neo4j_connection import Connection

NO_CHANGE = (0, 0, 0, 0)


def changes(report: object) -> tuple[int, ...]:
    return tuple(getattr(report, n) for n in ("nodes_created", "edges_created", "nodes_removed", "edges_removed"))


def as_dump(built: object, graph: str) -> tuple[list[object], list[object]]:
    """What `dump` must give for a graph that was loaded whole."""

    def stored(properties: dict[str, object]) -> dict[str, object]:
        return {"_kg_graph": graph} | {k: list(v) if isinstance(v, tuple) else v for k, v in properties.items()}

    nodes = sorted(built.nodes, key=lambda n: n.id)
    edges = sorted(built.edges, key=lambda e: e.id)
    return (
        [([n.label], stored(n.properties)) for n in nodes],
        [(e.type, e.source, e.target, stored(e.properties)) for e in edges],
    )


def test_everything_arrives_with_its_types(server: Connection, graph: str) -> None:
    built = sample_graph()
    done = []
    report = load(built.nodes, built.edges, server, graph=graph, progress=done.append)
    assert dump(server, graph) == as_dump(built, graph)
    assert report.nodes == {label: n for label, n in built.node_counts().items() if n}
    assert report.nodes_created == len(built.nodes) == sum(report.nodes.values())
    assert report.edges_created == len(built.edges) == sum(report.edges.values())
    assert sum(done) == len(built.nodes) + len(built.edges)


def test_loading_again_in_any_order_and_batch_changes_nothing(server: Connection, graph: str) -> None:
    built = sample_graph()
    load(built.nodes, built.edges, server, graph=graph)
    first = dump(server, graph)
    assert changes(load(built.nodes, built.edges, server, graph=graph, prune=True)) == NO_CHANGE
    assert dump(server, graph) == first
    nodes, edges = list(built.nodes), list(built.edges)
    for seed in range(2):
        random.Random(seed).shuffle(nodes)
        random.Random(seed).shuffle(edges)
        assert changes(load(nodes, edges, server, graph=graph, batch=3 + seed)) == NO_CHANGE
        assert dump(server, graph) == first


def test_a_shuffled_first_load_gives_the_same_graph(server: Connection, graph: str) -> None:
    built = sample_graph()
    nodes, edges = list(built.nodes), list(built.edges)
    random.Random(1).shuffle(nodes)
    random.Random(2).shuffle(edges)
    load(nodes, edges, server, graph=graph, batch=2)
    assert dump(server, graph) == as_dump(built, graph)


def test_a_property_that_is_gone_from_the_build_goes_and_one_of_the_user_stays(server: Connection, graph: str) -> None:
    load([node(Label.METHOD, "m", name="A", aliases=("a", "b"), papers=2)], [], server, graph=graph)
    run(server, "MATCH (n:Method {_kg_graph: $g}) SET n.rank = 0.5, n:Favourite", g=graph)
    load([node(Label.METHOD, "m", name="A", papers=1)], [], server, graph=graph)
    [(labels, properties)] = dump(server, graph)[0]
    assert sorted(labels) == ["Favourite", "Method"]
    assert properties == {"_kg_graph": graph, "id": "m", "kind": "Method", "name": "A", "papers": 1, "rank": 0.5}


def test_prune_removes_what_the_build_lacks_and_only_that(server: Connection, graph: str) -> None:
    built = sample_graph()
    smaller = build_graph(PAPERS[:2], EXTRACTIONS[:2], linking())
    other = f"{graph}/other"
    try:
        load(built.nodes, built.edges, server, graph=other)
        load(built.nodes, built.edges, server, graph=graph)
        untouched = dump(server, other)
        kept = load(smaller.nodes, smaller.edges, server, graph=graph)
        assert (kept.nodes_removed, kept.edges_removed) == (0, 0)
        assert len(dump(server, graph)[0]) == len(built.nodes)
        report = load(smaller.nodes, smaller.edges, server, graph=graph, prune=True)
        assert dump(server, graph) == as_dump(smaller, graph)
        assert report.nodes_removed == len(built.nodes) - len(smaller.nodes)
        assert report.edges_removed == len(built.edges) - len(smaller.edges)
        assert dump(server, other) == untouched
    finally:
        remove_graph(server, graph=other)


def test_removing_a_paper_takes_away_its_facts_only(server: Connection, graph: str) -> None:
    built = sample_graph()
    gone = PAPERS[2].id
    rest = build_graph([*PAPERS[:2], PAPERS[3]], [*EXTRACTIONS[:2], EXTRACTIONS[3]], linking())
    load(built.nodes, built.edges, server, graph=graph)
    load(rest.nodes, rest.edges, server, graph=graph, removed_papers=[gone])
    assert dump(server, graph) == as_dump(rest, graph)


def test_removing_a_paper_leaves_what_other_builds_added(server: Connection, graph: str) -> None:
    """Two builds that share one graph name: a paper that only the first has stays when the second removes another."""
    built, first = sample_graph(), build_graph(PAPERS[:2], EXTRACTIONS[:2], linking())
    load(built.nodes, built.edges, server, graph=graph)
    load(first.nodes, first.edges, server, graph=graph, removed_papers=[PAPERS[2].id])
    papers = [properties["id"] for labels, properties in dump(server, graph)[0] if labels == ["Paper"]]
    assert papers == sorted({p.id for p in PAPERS} - {PAPERS[2].id})


def test_nodes_and_relationships_of_the_user_are_never_touched(server: Connection, graph: str) -> None:
    built = sample_graph()
    method = next(n for n in built.nodes if n.label == Label.METHOD)
    load(built.nodes, built.edges, server, graph=graph)
    run(
        server,
        "MATCH (m:Method {_kg_graph: $g, id: $id}) "
        "CREATE (u:Method {id: $id, name: 'mine'})-[:READS {note: 'x'}]->(m), (:Paper {title: 'mine too'})",
        g=graph,
        id=method.id,
    )
    mine = dump(server, None)
    try:
        report = load([], [], server, graph=graph, prune=True)
        assert report.nodes_kept == 1
        assert [properties["id"] for _, properties in dump(server, graph)[0]] == [method.id]
        assert dump(server, None) == mine
        load(built.nodes, built.edges, server, graph=graph)
        assert dump(server, graph) == as_dump(built, graph)
        assert dump(server, None) == mine
    finally:
        run(server, "MATCH (u {name: 'mine'}) DETACH DELETE u")
        run(server, "MATCH (u {title: 'mine too'}) DETACH DELETE u")


def test_an_edge_without_its_end_is_an_error_and_not_silence(server: Connection, graph: str) -> None:
    nodes, edges = chain(3)
    with pytest.raises(StoreError, match=r"1 of 3 relationships Paper-PROPOSES-Method have an end"):
        load(nodes[1:], edges, server, graph=graph)


def test_what_the_schema_does_not_know_is_refused(server: Connection, graph: str) -> None:
    nodes, edges = chain(1)
    with pytest.raises(StoreError, match="label 'Person'"):
        load([nodes[0].model_copy(update={"label": "Person"})], [], server, graph=graph)
    wrong = Edge.model_validate({**edges[0].model_dump(), "type": "`]-() DETACH DELETE n //"})
    with pytest.raises(StoreError, match="DETACH"):
        load(nodes, [wrong], server, graph=graph)
    with pytest.raises(StoreError, match="colour"):
        load([node(Label.METHOD, "m", name="A", colour="red")], [], server, graph=graph)
    with pytest.raises(StoreError, match=r"the name of 'm'… is longer"):
        load([node(Label.METHOD, "m", name="x" * 9_000)], [], server, graph=graph)
    with pytest.raises(UsageError, match="batch"):
        load(nodes, edges, server, graph=graph, batch=0)
    assert dump(server, graph)[1] == []


HOSTILE = [
    "'}) DETACH DELETE n //",
    '"}) MATCH (n) DETACH DELETE n; //',
    "back\\slash \\' \\\" \\u0027 \\\\",
    "`tick` $rows {id: 1} [x]",
    "line\nbreak\r\nand\ttab",
    "emoji 🧠👩‍🔬 zero\u200bwidth\u200d \u2028 \ufeff",
    "مرحبا שלום 你好 e\u0301 Ω",
    "[not, a, list]",
    "{not: 'a map'}",
    " spaces around ",
    "null",
]


def test_hostile_text_arrives_as_it_is(server: Connection, graph: str) -> None:
    nodes = [node(Label.PAPER, text, title=text, authors=(text, "", "x,y;z|")) for text in HOSTILE]
    methods = [node(Label.METHOD, f"m{n}", name=text, aliases=(text,)) for n, text in enumerate(HOSTILE)]
    _, [wanted, *_] = chain(1)
    edges = [
        wanted.model_copy(
            update={"id": f"e{n}", "source": text, "target": f"m{n}", "properties": {"id": f"e{n}", "sentence": text}}
        )
        for n, text in enumerate(HOSTILE)
    ]
    load([*nodes, *methods], edges, server, graph=graph)
    stored, links = dump(server, graph)
    assert sorted(p["title"] for _, p in stored if "title" in p) == sorted(HOSTILE)
    assert sorted(p["name"] for _, p in stored if "name" in p) == sorted(HOSTILE)
    assert all(p["authors"][0] == p["title"] == p["id"] for _, p in stored if "title" in p)
    assert sorted(p["sentence"] for *_, p in links) == sorted(HOSTILE)


def test_a_hostile_graph_name_is_a_value_too(server: Connection) -> None:
    name = "'}) DETACH DELETE n //"
    nodes, edges = chain(2)
    try:
        load(nodes, edges, server, graph=name)
        assert len(dump(server, name)[0]) == len(nodes)
    finally:
        remove_graph(server, graph=name)
    assert dump(server, name) == ([], [])
