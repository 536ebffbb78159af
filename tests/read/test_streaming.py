"""The first records come before the file is read: memory does not grow with it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from kg.read import read
from kg.records import Paper

GOOD = "We study how a reader behaves when its input is long, and show that it need not be held in memory as a whole."
RECORDS = 24_000

FORMS: dict[str, Callable[[Iterable[int]], str]] = {
    "jsonl": lambda ns: "".join(json.dumps({"id": f"p{n}", "abstract": f"{GOOD} {n}"}) + "\n" for n in ns),
    "json": lambda ns: json.dumps({"results": [{"id": f"p{n}", "abstract": f"{GOOD} {n}"} for n in ns]}),
    "csv": lambda ns: "id,title,abstract\n" + "".join(f'p{n},T,"{GOOD} {n}"\n' for n in ns),
    "bib": lambda ns: "".join(f"@misc{{p{n},\n title = {{T}},\n abstract = {{{GOOD} {n}}}\n}}\n" for n in ns),
    "ris": lambda ns: "".join(f"TY  - JOUR\nTI  - T{n}\nAB  - {GOOD} {n}\nER  - \n\n" for n in ns),
    "xml": lambda ns: (
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        + "".join(f"<entry><title>T{n}</title><summary>{GOOD} {n}</summary></entry>" for n in ns)
        + "</feed>"
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_first_records_come_early(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"long.{form}"
    path.write_text(FORMS[form](range(RECORDS)))
    bytes_read: list[int] = []
    first = list(itertools.islice(read([path], progress=bytes_read.append), 100))
    assert all(isinstance(record, Paper) for record in first)
    assert sum(bytes_read) <= 2 * 2**20 < path.stat().st_size
