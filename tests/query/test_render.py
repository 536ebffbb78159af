from __future__ import annotations

import csv
import io
import json

import pytest

from kg.errors import UsageError
from kg.query.render import render
from kg.query.result import Result, plain

RESULT = Result(
    ("method", "value", "sentence", "more"),
    (
        (
            "SwiftNet",
            3.0,
            "It is [bold]three[/bold] times as fast as the other, which is a long sentence, indeed.",
            None,
        ),
        ("Größe", 0.25, 'He said "no", twice\nand left.', ["a", "b"]),
    ),
)


def _rendered(result: Result, form: str, width: int | None = None) -> str:
    stream = io.StringIO()
    render(result, form, stream, width=width)
    return stream.getvalue()


def test_a_table_folds_long_sentences_and_loses_nothing() -> None:
    text = _rendered(RESULT, "table", 60)
    assert max(map(len, text.splitlines())) <= 60
    for word in ["SwiftNet", "[bold]three[/bold]", "indeed.", "Größe", "0.25", "2 rows"]:
        assert word in text
    assert "3.0" not in text


def test_a_table_says_when_rows_were_left_out_and_shows_no_control_characters() -> None:
    text = _rendered(Result(("a",), (("\x1b[31mred\x07",),), truncated=True), "table", 80)
    assert "1 row; there are more" in text
    assert "\x1b" not in text and "\x07" not in text


def test_an_empty_answer_is_an_answer() -> None:
    empty = Result(("a", "b"), ())
    assert "0 rows" in _rendered(empty, "table", 80)
    assert json.loads(_rendered(empty, "json")) == []
    assert _rendered(empty, "jsonl") == ""
    assert _rendered(empty, "csv") == "a,b\r\n"


def test_json_and_json_lines_hold_the_values() -> None:
    expected = RESULT.records()
    assert json.loads(_rendered(RESULT, "json")) == expected
    assert [json.loads(line) for line in _rendered(RESULT, "jsonl").splitlines()] == expected


def test_csv_is_read_back() -> None:
    rows = list(csv.reader(io.StringIO(_rendered(RESULT, "csv"), newline="")))
    assert rows[0] == list(RESULT.columns)
    assert rows[1][:2] == ["SwiftNet", "3"] and rows[1][3] == ""
    assert rows[2] == ["Größe", "0.25", 'He said "no", twice\nand left.', '["a", "b"]']


def test_an_unknown_format_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="there are table, json, jsonl, csv"):
        _rendered(RESULT, "xml")


def test_values_of_an_engine_become_json_values() -> None:
    import datetime

    assert plain({"_ID": 1, "a": None, "b": (1, {2})}) == {"b": [1, [2]]}
    assert plain(datetime.date(2024, 1, 2)) == "2024-01-02"
    assert plain(b"x") == "b'x'"
