from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graph_sample import sample_graph

from kg.query.store import Store
from kg.write.store import write_store


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_store(sample_graph(), folder)
    return folder


@pytest.fixture(scope="session")
def store(sample_folder: Path) -> Iterator[Store]:
    with Store.open(sample_folder) as opened:
        yield opened
