from __future__ import annotations

import re

import pytest

from kg.errors import KgError, UsageError
from kg.graph.schema import EDGE_PROPERTIES, NODE_PROPERTIES, Label, Rel
from kg.query import guard
from kg.query.named import Question, parse, question, questions, suggestions
from kg.query.store import Store

ALL = questions()

VALUES: dict[str, str | int] = {
    "dataset": "cifar-10",
    "method": "Swift Network",
    "task": "IMAGE classification",
    "paper": "p1",
    "name": "swiftnet",
    "text": "WIFT",
}
"""An alias or another case of the name, so that every question is asked as a person would."""

EXPECTED: dict[str, list[tuple[object, ...]]] = {
    "methods-on-dataset": [("SwiftNet", "p1"), ("SwiftNet", "p2"), ("TinyMixer", "p2")],
    "datasets-of-method": [("CIFAR10", "p1"), ("CIFAR10", "p2"), ("GlyphBench", "p3"), ("ImageNet", "p1")],
    "datasets-of-family": [
        ("SwiftNet", "CIFAR10", "p1"),
        ("SwiftNet", "CIFAR10", "p2"),
        ("SwiftNet", "GlyphBench", "p3"),
        ("SwiftNet", "ImageNet", "p1"),
        ("SwiftNet-L", "GlyphBench", "p3"),
    ],
    "leaderboard": [("accuracy", 96.5, "SwiftNet", "p1")],
    "speedups": [(12.0, "x", "TinyMixer", "standard training", "p2"), (3.2, "x", "SwiftNet", "ResNet-50", "p1")],
    "introduced-by": [("SwiftNet", "p1")],
    "compared-with": [("ResNet-50", "baseline", "p1"), ("TinyMixer", "proposed", "p2")],
    "papers-on-task": [(2021, "p1")],
    "metrics-with-dataset": [("accuracy", "96.5%", "p1"), ("accuracy", "1.5 points", "p2")],
    "claims-of-paper": [("96.5%", "score", "p1"), ("3.2x", "speedup", "p1"), ("40%", "reduction", "p1")],
    "most-evaluated-datasets": [("CIFAR10", 2, "p1"), ("ImageNet", 1, "p1")],
    "gains": [(1.5, "points", "accuracy", "TinyMixer", "SwiftNet", "p2")],
    "reductions": [(40.0, "%", "memory", "SwiftNet", "ResNet-50", "p1")],
    "claims-of-method": [("40%", "p1"), ("96.5%", "p1"), ("79.0%", "p3"), ("3.2x", "p1")],
    "methods-of-task": [("SwiftNet", "p1")],
    "datasets-of-task": [("CIFAR10", 1, "p1"), ("ImageNet", 1, "p1")],
    "co-evaluated-datasets": [("ImageNet", 1, "p1")],
    "users-of-method": [("COMPARES_WITH", "p2"), ("USES", "p3")],
    "most-used-methods": [("SwiftNet", 2, "p2"), ("ResNet-50", 1, "p1"), ("SwiftNet-L", 1, "p3")],
    "variants-of": [("SwiftNet-L", "Method", "p3")],
    "dataset-by-year": [(2023, 1, "p2"), (2021, 1, "p1")],
    "find": [("SwiftNet", "Method", 3, "p1"), ("SwiftNet-L", "Method", 1, "p3")],
}
"""What each row must hold, in the order of the rows."""


def _ask(store: Store, asked: Question, **values: str | int) -> list[dict[str, object]]:
    return list(store.run(asked.statement, asked.bind(values)).records())


def _given(asked: Question) -> dict[str, str | int]:
    return {p.name: VALUES[p.name] for p in asked.parameters if p.default is None}


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.name)
def test_a_question_answers_with_the_sentence_and_the_paper(store: Store, asked: Question) -> None:
    rows = _ask(store, asked, **_given(asked))
    assert rows
    for row in rows:
        assert row["sentence"] and row["paper"] and row["title"]
    if asked.name in EXPECTED:
        expected = EXPECTED[asked.name]
        assert len(rows) == len(expected)
        for row, values in zip(rows, expected, strict=True):
            assert set(values) <= set(row.values())


def test_the_facts_of_a_paper_are_all_there(store: Store) -> None:
    rows = _ask(store, question("paper-facts"), paper="SwiftNet: Faster")
    assert [(row["role"], row["name"]) for row in rows] == [
        ("PROPOSES", "SwiftNet"),
        ("ADDRESSES", "image classification"),
        ("EVALUATES_ON", "CIFAR10"),
        ("MEASURES", "accuracy"),
        ("COMPARES_WITH", "ResNet-50"),
        ("MEASURES", "memory"),
        ("EVALUATES_ON", "ImageNet"),
    ]


def test_a_leaderboard_keeps_to_one_metric_when_asked(store: Store) -> None:
    board = question("leaderboard")
    assert [row["value"] for row in _ask(store, board, dataset="GlyphBench")] == [81.0, 79.0]
    assert [row["method"] for row in _ask(store, board, dataset="GlyphBench", metric="ACCURACY")] == [
        "SwiftNet-L",
        "SwiftNet",
    ]
    assert _ask(store, board, dataset="GlyphBench", metric="memory") == []


def test_speedups_over_one_baseline_by_name_alias_or_phrase(store: Store) -> None:
    speedups = question("speedups")
    assert [row["value"] for row in _ask(store, speedups, baseline="resnet-50")] == [3.2]
    assert [row["value"] for row in _ask(store, speedups, baseline="Standard Training")] == [12.0]
    assert _ask(store, speedups, baseline="nothing") == []


def test_years_and_limits_narrow(store: Store) -> None:
    assert [row["dataset"] for row in _ask(store, question("most-evaluated-datasets"), since=2022)] == ["CIFAR10"]
    assert len(_ask(store, question("most-evaluated-datasets"), limit=1)) == 1
    assert _ask(store, question("papers-on-task"), task="image classification", since=2022) == []


NOT_PORTABLE = {
    "LABELS": "a string on one engine, a list on the other",
    "TYPE": "absent on the embedded store",
    "CALL": "refused",
    "SHORTESTPATH": "another syntax",
    "TOFLOAT": "absent on the embedded store",
    "TOINTEGER": "absent on the embedded store",
    "TOSTRING": "absent on the embedded store",
    "PROPERTIES": "another result",
    "ELEMENTID": "absent on the embedded store",
    "ID": "internal ids differ",
    "REDUCE": "another syntax",
    "APOC": "not always installed",
    "DATE": "no dates in the graph",
}


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.name)
def test_a_question_keeps_to_what_both_engines_understand(asked: Question) -> None:
    statement = asked.statement
    guard.check(statement)
    for function, why in NOT_PORTABLE.items():
        assert not re.search(rf"(?<![.\w]){function}\s*\(", statement, re.IGNORECASE), why
    assert "+=" not in statement
    assert not re.search(r"\[\s*\w+\s+IN\b", statement, re.IGNORECASE), "list comprehensions differ"
    assert not re.search(r"\b(any|all|none|single)\([^)]*\$", statement), (
        "a parameter inside any() fails; bind it first"
    )
    assert not re.search(r":\s*(IN|ON)\b", statement), "IN and ON need backticks"
    assert not re.search(r"\(\w*:\w+:\w+", statement), "(n:A:B) means 'or' on one engine and 'and' on the other"
    assert "ORDER BY" in statement, "without an order the answer changes from run to run"
    assert statement.isascii()


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.name)
def test_a_question_names_only_what_is_in_the_schema(asked: Question) -> None:
    kinds = set(re.findall(r"[:|]`?([A-Z][A-Za-z_]+)`?", asked.statement))
    assert kinds <= {*Label, *Rel}
    known = {name for properties in NODE_PROPERTIES.values() for name in properties} | EDGE_PROPERTIES.keys()
    assert set(re.findall(r"\b[a-z]\.([a-z_]+)", asked.statement)) <= known
    assert guard.parameters(asked.statement) == {parameter.name for parameter in asked.parameters}


def test_the_questions_that_people_ask_first_are_there() -> None:
    assert set(EXPECTED) | {"paper-facts"} == {asked.name for asked in ALL}
    for asked in ALL:
        assert asked.description[0].isupper() and asked.description.endswith(".")


def test_an_unknown_question_or_parameter_meets_its_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean leaderboard"):
        question("leaderbord")
    asked = question("methods-on-dataset")
    with pytest.raises(UsageError, match="no parameter 'datset'; did you mean dataset"):
        asked.bind({"datset": "x"})
    with pytest.raises(UsageError, match=r"needs a name of the dataset: -p dataset=CIFAR-10"):
        asked.bind({})
    with pytest.raises(UsageError, match="limit is 'many', but it must be a whole number"):
        asked.bind({"dataset": "x", "limit": "many"})
    assert asked.bind({"dataset": " CIFAR-10 ", "limit": "5"}) == {"dataset": "CIFAR-10", "limit": 5}


def test_an_empty_answer_can_be_explained(store: Store) -> None:
    asked = question("methods-on-dataset")
    assert suggestions(store.run, asked, asked.bind({"dataset": "CIFAR 10"})) == [
        "no dataset in this graph is called 'CIFAR 10'; did you mean CIFAR10?"
    ]
    assert suggestions(store.run, asked, asked.bind({"dataset": "glyph"})) == [
        "no dataset in this graph is called 'glyph'; did you mean GlyphBench?"
    ]
    assert suggestions(store.run, asked, asked.bind({"dataset": "q"})) == ["no dataset in this graph is called 'q'"]
    assert suggestions(store.run, asked, asked.bind({"dataset": "cifar-10"})) == []


def test_a_header_is_read_and_a_faulty_one_is_named() -> None:
    text = "// What it\n// answers.\n//\n// $a: string; some text; example x y\n// $b: float = 1.5; a number\nRETURN $a"
    asked = parse("sample", text)
    assert asked.description == "What it answers."
    assert [(p.name, p.type, p.default, p.example) for p in asked.parameters] == [
        ("a", "string", None, "x y"),
        ("b", "float", 1.5, None),
    ]
    with pytest.raises(UsageError, match=r"-p a='x y'"):
        asked.bind({})
    with pytest.raises(KgError, match=r"bad\.cypher: .*not of the form"):
        parse("bad", "// Text.\n// $a string\nRETURN 1 AS x")
    with pytest.raises(KgError, match=r"bad\.cypher: the default .* not JSON"):
        parse("bad", "// Text.\n// $a: int = many; a number\nRETURN 1 AS x")
    with pytest.raises(KgError, match="a description in its first comment"):
        parse("bad", "RETURN 1 AS x")
