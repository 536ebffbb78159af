"""The schemas in `schemas/` are those of the records, and records obey them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from kg.records import RECORDS, Extraction, Mention, Method, Paper, Record
from kg.schemas import schema_name, schema_text

FOLDER = Path(__file__).resolve().parent.parent / "schemas"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_schema_file_is_up_to_date(record: type[Record]) -> None:
    assert (FOLDER / schema_name(record)).read_text(encoding="utf-8") == schema_text(record), "run `make schemas`"


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {schema_name(record) for record in RECORDS}


def test_written_records_are_valid() -> None:
    mention = Mention(text="FastNet", start=0, end=7, section="title")
    extraction = Extraction(
        id="p1",
        title="FastNet",
        methods=(Method(name="FastNet", role="proposed", confidence=0.9, mentions=(mention,)),),
        sentences=((0, 7),),
    )
    paper = Paper(id="p1", title="FastNet", abstract="It is fast.", date="2024-05", identifiers={"doi": "10.1/x"})
    for record in (extraction, paper):
        jsonschema.validate(json.loads(record.model_dump_json()), json.loads(schema_text(type(record))))


def test_a_mention_must_fit_its_offsets() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Mention(text="FastNet", start=0, end=3, section="title")
