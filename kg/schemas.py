"""JSON Schemas of the records that stand in files."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kg.files import atomic_write
from kg.records import RECORDS, SCHEMA_VERSION, Record


def schema_name(record: type[Record]) -> str:
    """File name of a record's schema: 'extraction.schema.json'."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", record.__name__).lower() + ".schema.json"


def schema_text(record: type[Record]) -> str:
    """The schema of a record as the text of its file (JSON Schema 2020-12, sorted keys)."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-schema-version": SCHEMA_VERSION,
        **record.model_json_schema(mode="serialization"),
    }
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into `folder`; returns the files, sorted. InputError when it cannot be written."""
    paths = []
    for record in RECORDS:
        path = folder / schema_name(record)
        with atomic_write(path) as file:
            file.write(schema_text(record))
        paths.append(path)
    return sorted(paths)
