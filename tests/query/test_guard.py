from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryRefused
from kg.query.guard import FORBIDDEN, MAX_DEPTH, MAX_LENGTH, check, parameters, words

READS = [
    "MATCH (n) RETURN 'a\\' DELETE n //'",
    "MATCH (m:Method) RETURN m.name",
    "  \n// what it does\nMATCH (m) RETURN m;\n/* end */ ",
    "optional match (m) return m",
    "UNWIND [1, 2] AS x RETURN x",
    "WITH toLower($name) AS wanted MATCH (m) WHERE any(a IN m.aliases WHERE toLower(a) = wanted) RETURN m.name",
    "RETURN 'CREATE (n) SET n.x = 1; DELETE n' AS text",
    'RETURN "it\'s \\"DROP\\" // no comment /* neither" AS text',
    "MATCH (n) // CREATE a node; DETACH DELETE n\nRETURN n",
    "MATCH (n) /* LOAD CSV; CALL x() */ RETURN n",
    "MATCH (n:Set)-[:`CREATE`]->(m:`LOAD`) RETURN n.set, m.`delete`, n.call AS `use`",
    "MATCH (n {set: 1, call: 2}) RETURN {copy: n.load, merge: 3} AS m",
    "MATCH (n)-[:LOAD]->(m) RETURN n.create.set, (n).merge, n[0].drop",
    "MATCH (n)-[r:OF|USES*1..3]->(m) WHERE n.value >= 1.5e3 AND m.x <> -2 RETURN r, $set, $1",
    "MATCH (created)-->(settings) RETURN created.id, settings.id, created.loaded",
    "MATCH (n) WHERE n.name =~ '(?i)bert.*\\\\d+' RETURN n",
    "MATCH (n) RETURN 'a;b', '😀 naïve \u200b' AS `naïve 😀`",
    "MATCH (n) /* Straße, 数据 */ RETURN n\r\nORDER BY n.id",
    "MATCH (a) RETURN a.id UNION MATCH (b) RETURN b.id",
]

WRITES = [
    "CREATE (n:Method {id: 'x'})",
    "MATCH (n) SET n.x = 1 RETURN n",
    "MATCH (n) set n.x = 1",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) REMOVE n.name",
    "MATCH (n) MERGE (n)-[:X]->(m)",
    "MATCH (n) INSERT (:X)",
    "MATCH (n) FOREACH (x IN [1] | CREATE (:X))",
    "COPY (MATCH (n) RETURN n) TO 'leak.csv'",
    "LOAD FROM '/etc/passwd' RETURN *",
    "LOAD CSV FROM 'file:///x' AS row RETURN row",
    "MATCH (n) LOAD CSV FROM 'file:///x' AS row RETURN row",
    "MATCH (n) CALL apoc.load.json('http://x') YIELD value RETURN value",
    "CALL db.labels()",
    "MATCH (n) CALL { CREATE (m) RETURN m } RETURN n",
    "MATCH (n) CALL (n) { DELETE n } RETURN 1",
    "EXPLAIN MATCH (n) RETURN n",
    "PROFILE MATCH (n) DELETE n",
    "CYPHER runtime=slotted MATCH (n) RETURN n",
    "USE neo4j MATCH (n) RETURN n",
    "MATCH (n) USE x RETURN n",
    "INSTALL httpfs",
    "ATTACH 'x.db' AS x",
    "EXPORT DATABASE 'x'",
    "DROP TABLE Method",
    "ALTER TABLE Method ADD x INT64",
    "SHOW USERS",
    "BEGIN TRANSACTION",
    "GRANT ROLE x TO y",
    "START n=node(*) RETURN n",
    "MATCH (n) RETURN n; MATCH (n) DELETE n",
    "MATCH (n) RETURN n;;",
    "MATCH (n) RETURN n; // a\nRETURN 1",
    "RETURN 1;\n;",
    # the lexers of the engines and ours must agree
    "MATCH (n) \\u0053ET n.x = 1",
    "MATCH (n) WHERE n.name = '\\u0027 SET n.x = 1 //' RETURN n",
    "MATCH (n) WHERE n.name = '\\\\u0027 SET n.x = 1 //' RETURN n",
    "MATCH (n) WHERE n.name = '\\U00000027' RETURN n",
    "MATCH (n) SE\u200bT n.x = 1",
    "MATCH (n)\u00a0RETURN n",
    "MATCH (n) \u2028DELETE n",
    "MATCH (n) \u017fET n.x = 1",
    "\ufeffMATCH (n) RETURN n",
    "MATCH (n) // hidden \rDELETE n\n RETURN n",
    "MATCH (n) // hidden \u2028DELETE n\n RETURN n",
    "MATCH (n) // hidden \u0085DELETE n\n RETURN n",
    "MATCH (n) // hidden \x0bDELETE n\n RETURN n",
    "MATCH (n) // \u200b\n RETURN n",
    "MATCH (n) /* a /* b */ DELETE n /* */ */ RETURN n",
    "MATCH (n) DE/* */LETE n CREATE (m)",
    "MATCH (n) RETURN 'open",
    "MATCH (n) RETURN \"open' DELETE n",
    "MATCH (n) RETURN 'a\\q' DELETE n",
    "MATCH (n) RETURN n.`open DELETE n",
    "MATCH (n) RETURN n.```open DELETE n",
    "MATCH (n) /* open RETURN n",
    "MATCH (n) RETURN '''' DELETE n",
    "MATCH (n) RETURN 'a' 'b' SET n.x = 'c'",
    "MATCH (n) RETURN 1. CREATE (m)",
    "MATCH (n)-[*1..]->() SET n.x = 1",
    "MATCH (n) RETURN {a: COUNT { CREATE (m) }} AS x",
    "MATCH (n) WHERE EXISTS { CALL { RETURN 1 } } RETURN n",
    "MATCH (set) WITH set, call RETURN 1",
    "MATCH (n) RETURN n@x",
    "MATCH (n) RETURN n\x00",
    "",
    "   // nothing\n",
    ";",
    "'MATCH' (n) RETURN n",
    "`MATCH` (n) RETURN n",
    "(MATCH (n) RETURN n)",
    "RETURN " + "(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1),
    "RETURN '" + "x" * MAX_LENGTH + "'",
]


@pytest.mark.parametrize("statement", READS)
def test_a_statement_that_reads_is_accepted(statement: str) -> None:
    check(statement)


@pytest.mark.parametrize("statement", WRITES)
def test_anything_else_is_refused_with_a_reason(statement: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        check(statement)
    assert len(str(refused.value)) > 20


def test_the_message_names_the_line_and_the_word() -> None:
    with pytest.raises(QueryRefused, match="line 2: DELETE is not run"):
        check("MATCH (n)\nDELETE n")


SPACE = st.sampled_from([" ", "\n", "\t", " /* x */ ", " // y\n", "\r\n"])
MIXED = st.sampled_from(sorted(FORBIDDEN)).flatmap(
    lambda word: st.lists(st.booleans(), min_size=len(word), max_size=len(word)).map(
        lambda up: "".join(c.upper() if u else c.lower() for c, u in zip(word, up, strict=True))
    )
)


@settings(max_examples=200)
@given(word=MIXED, before=SPACE, after=SPACE, tail=st.sampled_from(["(m)", "n", "n.x = 1", "{ RETURN 1 }", "'f'", ""]))
def test_a_forbidden_word_is_found_in_every_case_and_spacing(word: str, before: str, after: str, tail: str) -> None:
    with pytest.raises(QueryRefused):
        check(f"MATCH (n){before}{word}{after}{tail}")


@settings(max_examples=200)
@given(text=st.text(max_size=30), quote=st.sampled_from("'\""))
def test_what_stands_in_a_string_is_never_taken_for_cypher(text: str, quote: str) -> None:
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    if "\\u" not in escaped.lower():
        check(f"MATCH (n) WHERE n.name = {quote}{escaped}{quote} RETURN n")


@settings(max_examples=300)
@given(st.text(st.sampled_from("'\"`\\/*;. \n:{}$uSETdelete()1"), max_size=40))
def test_any_text_is_accepted_or_refused_and_nothing_else(text: str) -> None:
    try:
        check(f"MATCH (n) {text}")
    except QueryRefused:
        return
    assert not words(f"MATCH (n) {text}") & FORBIDDEN or ":" in text or "." in text


def test_ten_thousand_of_anything_end_at_once() -> None:
    for piece in ["'", '"', "`", "\\", "/*", "//", "/", "*", "''", "(", "a.", "\\'", " ", "/*/", "$", "1e"]:
        text = f"MATCH (n) {piece * 10_000}"
        try:
            check(text)
        except QueryRefused as refused:
            assert str(refused)


def test_parameters_are_found_outside_strings_and_comments() -> None:
    statement = "// $no\nMATCH (n {id: $id}) WHERE n.name = '$text' /* $nor */ RETURN n.`$this`, $limit_2"
    assert parameters(statement) == {"id", "limit_2"}


def test_very_many_case_expressions_are_refused() -> None:
    nested = "CASE WHEN true THEN " * 60 + "1" + " END" * 60
    with pytest.raises(QueryRefused, match="CASE"):
        check(f"RETURN {nested} AS x")
    check("RETURN " + ", ".join(f"CASE WHEN true THEN {i} END AS c{i}" for i in range(5)))
