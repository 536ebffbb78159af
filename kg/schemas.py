"""JSON Schemas of the records that stand in files."""

from __future__ import annotations

import json
import re
from pathlib import Path

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
    """Write every schema into `folder`; returns the files, sorted."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for record in RECORDS:
        path = folder / schema_name(record)
        path.write_text(schema_text(record), encoding="utf-8")
        paths.append(path)
    return sorted(paths)
