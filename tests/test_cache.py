"""The cache keeps what was finished, whatever happens to the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.cache import ExtractionCache
from kg.errors import StoreError
from kg.records import Extraction, Paper


def paper(number: int) -> Paper:
    return Paper(id=f"p{number}", title=f"Paper {number}", abstract="Words.")


def extraction(number: int) -> Extraction:
    return Extraction(id=f"p{number}", title=f"Paper {number}", sentences=((0, 7),), extractor="x")


def filled(folder: Path, numbers: range) -> None:
    with ExtractionCache(folder, "x") as cache:
        cache.put((paper(n), extraction(n)) for n in numbers)


def test_what_was_put_is_found_again(tmp_path: Path) -> None:
    filled(tmp_path, range(3))
    filled(tmp_path, range(3, 5))
    with ExtractionCache(tmp_path, "x") as cache:
        assert [cache.get(paper(n)) for n in range(5)] == [extraction(n) for n in range(5)]
        assert paper(9) not in cache


def test_same_text_under_another_id(tmp_path: Path) -> None:
    filled(tmp_path, range(1))
    with ExtractionCache(tmp_path, "x") as cache:
        found = cache.get(paper(0).model_copy(update={"id": "other"}))
    assert found.id == "other"


def test_changed_text_or_extractor_is_not_found(tmp_path: Path) -> None:
    filled(tmp_path, range(1))
    with ExtractionCache(tmp_path, "x") as cache:
        assert paper(0).model_copy(update={"abstract": "Other words."}) not in cache
    with ExtractionCache(tmp_path, "y") as cache:
        assert paper(0) not in cache
        cache.forget_others()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    filled(tmp_path, range(1))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes().replace(b"sentences", b"sentenc#s"))
    with ExtractionCache(tmp_path, "x") as cache, pytest.raises(StoreError, match="damaged; remove it"):
        cache.get(paper(0))


def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    filled(tmp_path, range(3))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for cut in (1, 10, 60):
        file.write_bytes(whole[:-cut])
        with ExtractionCache(tmp_path, "x") as cache:
            assert cache.get(paper(1)) == extraction(1)
            assert paper(2) not in cache
            cache.put([(paper(2), extraction(2))])
            assert cache.get(paper(2)) == extraction(2)
        assert file.read_bytes() == whole
