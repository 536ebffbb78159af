"""`kg query`, `kg questions`, `kg extract --explain`: answers for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import lxml.html
import pytest
from command import Run


def test_methods_on_cifar_10_with_the_sentences_that_say_so(kg: Run, example_build: Path) -> None:
    result = kg("query", example_build, "methods-on-dataset", "-p", "dataset=CIFAR-10", "-f", "json")
    rows = json.loads(result.stdout)
    assert len({row["method"] for row in rows}) >= 8
    papers = {p["id"]: p for p in map(json.loads, (example_build / "papers.jsonl").read_text().splitlines())}
    for row in rows:
        paper = papers[row["paper"]]
        assert row["sentence"] in f"{paper['title']}\n{paper['abstract']}"


def test_the_one_line_of_the_mission(kg: Run, example_build: Path) -> None:
    statement = (
        "MATCH (m:Method)-[:EVALUATED_ON]->(:Dataset {name: 'CIFAR-10'}) RETURN DISTINCT m.name AS name ORDER BY m.name"
    )
    result = kg("query", example_build, statement, "-f", "csv")
    names = [row["name"] for row in csv.DictReader(io.StringIO(result.stdout))]
    assert len(names) >= 8
    assert names == sorted(names)


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_every_format_prints_every_row(kg: Run, example_build: Path, form: str) -> None:
    result = kg("query", example_build, "MATCH (d:Dataset) RETURN d.name AS name ORDER BY d.name LIMIT 3", "-f", form)
    assert result.returncode == 0, result.stderr
    count = {
        "table": lambda text: len(text.strip().splitlines()) - 3,
        "json": lambda text: len(json.loads(text)),
        "jsonl": lambda text: len(text.splitlines()),
        "csv": lambda text: len(list(csv.reader(io.StringIO(text)))) - 1,
    }[form]
    assert count(result.stdout) == 3


def test_every_question_has_an_answer_in_the_examples(kg: Run, example_build: Path) -> None:
    from kg.query import named

    for question in named.questions():
        parameters = [f"-p{p.name}={p.example}" for p in question.parameters if p.default is None]
        result = kg("query", example_build, question.name, *parameters, "-f", "jsonl")
        assert result.returncode == 0, result.stderr
        assert result.stdout, f"{question.name} {parameters}: no rows\n{result.stderr}"
    listed = kg("questions").stdout
    assert all(question.name in listed for question in named.questions())


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE (n:Method {id: 'x'})",
        "MATCH (n) DETACH DELETE n",
        "MATCH (n:Method) SET n.name = 'x' RETURN n",
        "COPY (MATCH (n:Method) RETURN n.name) TO 'leak.csv'",
        "LOAD FROM '/etc/passwd' RETURN *",
        "MATCH (n:Method) RETURN n.name; DROP TABLE Method",
        "CALL show_tables() RETURN *",
    ],
)
def test_statements_that_do_more_than_read_are_refused(
    kg: Run, example_build: Path, tmp_path: Path, statement: str
) -> None:
    result = kg("query", example_build, statement)
    assert result.returncode == 1
    assert "only read" in result.stderr or "one statement at a time" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "leak.csv").exists()


def test_a_parameter_that_the_statement_does_not_have_is_refused(kg: Run, example_build: Path) -> None:
    result = kg("query", example_build, "MATCH (m:Method {name: $name}) RETURN m.name", "-p", "nme=BERT")
    assert result.returncode != 0
    assert "-p nme: the statement has only $name" in result.stderr


def test_unknown_names_get_a_hint(kg: Run, example_build: Path) -> None:
    assert "methods-on-dataset" in kg("query", example_build, "method-on-dataset", "-p", "dataset=x").stderr
    result = kg("query", example_build, "methods-on-dataset", "-p", "dataset=CIFAR 10")
    assert "CIFAR-10" in result.stdout + result.stderr
    assert kg("query", example_build, "methods-on-dataset").returncode == 2
    assert kg("query", example_build, "methods-on-dataset", "-p", "datset=CIFAR-10").returncode == 2


def test_explain_shows_why(kg: Run, examples: Path, tmp_path: Path) -> None:
    first = json.loads((examples / "abstracts.jsonl").read_text(encoding="utf-8").splitlines()[0])
    page = tmp_path / "page.html"
    result = kg("extract", examples / "abstracts.jsonl", "--explain", first["id"], "--html", page)
    assert result.returncode == 0, result.stderr
    assert first["title"] in result.stdout
    assert "probability" in result.stdout
    assert "http://" not in page.read_text(encoding="utf-8").replace("http://www.w3.org", "")
    assert page.read_text(encoding="utf-8").count("probability") == result.stdout.count("probability")
    assert kg("extract", examples / "abstracts.jsonl", "--explain", "nothing").returncode == 2


def test_the_page_of_a_paper_is_its_text_and_no_markup_of_its_own(kg: Run, tmp_path: Path) -> None:
    abstract = "We propose TinyNet, a naïve network for images <b> & more. It is 3× faster than ResNet-18."
    paper = {"id": "p1", "title": "TinyNet <script>alert(1)</script>", "abstract": abstract}
    (tmp_path / "p.jsonl").write_text(json.dumps(paper), encoding="utf-8")
    page = tmp_path / "page.html"
    result = kg("extract", tmp_path / "p.jsonl", "--explain", "p1", "--html", page)
    assert result.returncode == 0, result.stderr
    content = page.read_text(encoding="utf-8")
    assert '<meta charset="utf-8">' in content and "naïve" in content
    assert "<script" not in content and "<b>" not in content
    tree = lxml.html.fromstring(content)
    rows = [[cell.text_content() for cell in row] for row in tree.iter("tr")]
    assert ["method", "TinyNet"] in [row[:2] for row in rows]
    assert any(row[0] == "claim" and "speedup" in row[2] for row in rows)
