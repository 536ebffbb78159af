"""The check that a statement only reads, before any engine sees it.

An engine's read mode is not enough: LadybugDB opened read-only still runs `COPY … TO 'file'` and `LOAD FROM`, and Neo4j
lets a reader `LOAD CSV` and `CALL` procedures. So the statement is cut into tokens and held against a list of what is
allowed. Where the two engines, or an engine and this lexer, might cut a text differently (escapes outside strings,
lone carriage returns, invisible characters, letters that fold to ASCII), it is refused: a value can always travel as a
parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import QueryRefused

FIRST_WORDS = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN"})
"""What a statement may start with."""

FORBIDDEN = frozenset(
    "CREATE MERGE SET DELETE DETACH NODETACH REMOVE INSERT FOREACH CALL LOAD COPY USE DROP ALTER RENAME GRANT DENY "
    "REVOKE INSTALL UNINSTALL ATTACH EXPORT IMPORT CHECKPOINT COMMIT ROLLBACK SHOW TERMINATE EXPLAIN PROFILE".split()
)
"""Words that write, run procedures, touch files or leave the graph, wherever a clause could stand."""

MAX_LENGTH = 50_000
MAX_DEPTH = 100
"""Characters of a statement and brackets within brackets; a parser that recurses dies of more."""
MAX_CASES = 20
"""CASE expressions in a statement: some fifty within each other keep the embedded engine busy beyond its time limit."""

_TOKEN = re.compile(
    r"""
    (?P<space>(?:[ \t\n]|\r\n)+)
  | (?P<comment>//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
  | (?P<string>'(?:[^'\\]|\\[\\'"bfnrtBFNRT])*'|"(?:[^"\\]|\\[\\'"bfnrtBFNRT])*")
  | (?P<quoted>`(?:[^`]|``)*`)
  | (?P<parameter>\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+))
  | (?P<number>[0-9][A-Za-z0-9_]*)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>[-+*%^=<>!&|.,:;()\[\]{}~?]|/(?!\*))
    """,
    re.VERBOSE,
)
_UNICODE_ESCAPE = re.compile(r"\\u", re.IGNORECASE)
_ODD_IN_COMMENT = re.compile(r"/\*.*/\*|[^\t\n\r -~\u00a0-\u1fff\u2010-\u2027\u2030-\U0010ffff]|\r(?!\n)", re.DOTALL)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True)
class Token:
    """One piece of a statement: `kind` is a group of the lexer, `text` as written."""

    kind: str
    text: str
    line: int


def check(statement: str) -> None:
    """Return when `statement` is one Cypher statement that only reads; raise QueryRefused with the reason otherwise."""
    tokens = tuple(_tokens(statement))
    if tokens and tokens[-1].text == ";":
        tokens = tokens[:-1]
    if not tokens:
        raise QueryRefused("the statement is empty; write one that starts with MATCH and ends with RETURN")
    first = tokens[0]
    if first.kind != "word" or first.text.upper() not in FIRST_WORDS:
        raise QueryRefused(
            f"a statement that starts with {first.text!r} is not run: only reading is allowed, "
            "so it starts with MATCH, OPTIONAL MATCH, UNWIND, WITH or RETURN"
        )
    _check_words(tokens)
    _check_depth(tokens)


def parameters(statement: str) -> frozenset[str]:
    """Names of the parameters (`$name`) that the statement uses; QueryRefused when it cannot be cut into tokens."""
    return frozenset(token.text[1:] for token in _tokens(statement) if token.kind == "parameter")


def words(statement: str) -> frozenset[str]:
    """Words of the statement outside strings, comments and backticks, in upper case."""
    return frozenset(token.text.upper() for token in _tokens(statement) if token.kind == "word")


def _tokens(statement: str) -> Iterator[Token]:
    """The tokens without space and comments; whatever could be cut in two ways is refused."""
    if len(statement) > MAX_LENGTH:
        raise QueryRefused(f"the statement has {len(statement)} characters, more than {MAX_LENGTH}; use parameters")
    if _UNICODE_ESCAPE.search(statement):
        raise QueryRefused(r"\u escapes are not accepted; write the character itself or pass it as a parameter")
    position, line = 0, 1
    while position < len(statement):
        match = _TOKEN.match(statement, position)
        if match is None or match.lastgroup is None:
            raise QueryRefused(_unreadable(statement[position:], line))
        kind, text = match.lastgroup, match.group()
        if kind == "comment" and _ODD_IN_COMMENT.search(text, 1):
            raise QueryRefused(f"line {line}: a comment holds an invisible character or another comment; remove it")
        if kind not in {"space", "comment"}:
            yield Token(kind, text, line)
        position = match.end()
        line += text.count("\n")


def _unreadable(rest: str, line: int) -> str:
    character = rest[0]
    if character in "'\"":
        escapes = r"\\ \' \" \n \r \t \b \f"
        return f"line {line}: a string that starts here has no end, or another escape than {escapes}"
    if character == "`":
        return f"line {line}: a name in backticks has no end"
    if character == "/":
        return f"line {line}: a comment has no end"
    return (
        f"line {line}: the character {character!a} is not accepted outside strings; "
        "put names that need it in backticks, values in parameters"
    )


def _check_words(tokens: tuple[Token, ...]) -> None:
    for position, token in enumerate(tokens):
        if token.text == ";":
            raise QueryRefused(f"line {token.line}: one statement at a time; remove what follows the semicolon")
        if token.kind == "word" and token.text.upper() in FORBIDDEN and not _is_name(tokens, position):
            raise QueryRefused(
                f"line {token.line}: {token.text.upper()} is not run, because a query only reads; "
                "if it is a name of yours, put it in backticks"
            )


def _is_name(tokens: tuple[Token, ...], position: int) -> bool:
    """Whether the word can be nothing but a name: a property after a dot, a label after a colon, a key of a map."""

    def at(offset: int) -> Token:
        inside = 0 <= position + offset < len(tokens)
        return tokens[position + offset] if inside else Token("end", "", 0)

    before = at(-1).text
    if before == ".":
        owner = at(-2)
        return owner.kind in {"word", "quoted", "parameter"} or owner.text in {")", "]", "}", "{", ","}
    if before == ":":
        return True
    return before in {"{", ","} and at(1).text == ":"


def _check_depth(tokens: tuple[Token, ...]) -> None:
    depth = cases = 0
    for token in tokens:
        cases += token.kind == "word" and token.text.upper() == "CASE"
        if cases > MAX_CASES:
            raise QueryRefused(f"line {token.line}: more than {MAX_CASES} CASE expressions")
        if token.kind == "sign":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth > MAX_DEPTH:
                raise QueryRefused(f"line {token.line}: more than {MAX_DEPTH} brackets within brackets")
