"""The user's decisions about names."""

from __future__ import annotations

from pathlib import Path

import pytest
from link_sample import paper

from kg.errors import InputError
from kg.link import Linking, as_linked, link, load_overrides
from kg.link.overrides import Overrides, parse_overrides
from kg.records import TripleEvidence

CORPUS = [
    paper("p1", methods=["BlueNet", "SAM", "GymBox"], datasets=["KMNIST"]),
    paper("p2", methods=["AzureNet", "SAM"], datasets=["Kuzushiji-MNIST"]),
    paper("p3", methods=["Bluenet", "Swish", "SWISH"]),
]


def linked(text: str) -> Linking:
    return link(CORPUS, parse_overrides(text))


def test_join() -> None:
    text = '[[join]]\nkind = "method"\nnames = ["BlueNet", "AzureNet"]\n'
    linking = linked(text)
    assert linking.id_of("p1", "method", "BlueNet") == linking.id_of("p2", "method", "AzureNet")
    assert linking.id_of("p3", "method", "Bluenet") == linking.id_of("p2", "method", "AzureNet")
    entity = next(e for e in linking.entities if e.id == linking.id_of("p1", "method", "BlueNet"))
    assert "override" in {join.rule for join in entity.joins}


def test_split_of_spellings() -> None:
    assert link(CORPUS).id_of("p3", "method", "Swish") == link(CORPUS).id_of("p3", "method", "SWISH")
    linking = linked('[[split]]\nkind = "method"\nnames = ["SWISH"]\n')
    assert linking.id_of("p3", "method", "Swish") != linking.id_of("p3", "method", "SWISH")


def test_split_by_paper_shows_the_given_name() -> None:
    linking = linked('[[split]]\nkind = "method"\nname = "SAM"\npapers = ["p2"]\nas = "SAM (optimiser)"\n')
    first, second = linking.id_of("p1", "method", "SAM"), linking.id_of("p2", "method", "SAM")
    assert first != second
    assert next(e.name for e in linking.entities if e.id == second) == "SAM (optimiser)"


def test_rename() -> None:
    linking = linked('[[rename]]\nkind = "method"\nname = "bluenet"\nto = "BlueNet (2020)"\n')
    entity = next(e for e in linking.entities if e.id == linking.id_of("p1", "method", "BlueNet"))
    assert entity.name == "BlueNet (2020)"
    assert entity.id == link(CORPUS).id_of("p1", "method", "BlueNet")


def test_drop_everywhere_and_in_one_paper() -> None:
    linking = linked('[[drop]]\nkind = "method"\nname = "bluenet"\n')
    assert linking.id_of("p1", "method", "BlueNet") is None
    assert linking.id_of("p3", "method", "Bluenet") is None
    linking = linked('[[drop]]\nkind = "method"\nname = "bluenet"\npapers = ["p1"]\n')
    assert linking.id_of("p1", "method", "BlueNet") is None
    assert linking.id_of("p3", "method", "Bluenet") is not None


def test_retype_moves_the_entity_and_what_hangs_on_it() -> None:
    overrides = parse_overrides('[[retype]]\nkind = "method"\nname = "GymBox"\nto = "dataset"\n')
    evidence = (TripleEvidence(start=0, end=1, confidence=0.5), TripleEvidence(start=1, end=2, confidence=0.5))
    before = CORPUS[0].model_copy(
        update={"triples": (("BlueNet", "KMNIST"), ("GymBox", "KMNIST")), "triple_evidence": evidence}
    )
    (after,) = as_linked([before], overrides)
    assert [entity.name for entity in after.datasets] == ["KMNIST", "GymBox"]
    assert after.datasets[1].role == "evaluated"
    assert after.triples == (("BlueNet", "KMNIST"),)
    assert len(after.triple_evidence) == 1
    assert list(as_linked([after], overrides)) == [after]
    for extraction in (before, after):
        linking = link([extraction], overrides)
        assert linking.id_of("p1", "dataset", "GymBox") is not None
        assert linking.id_of("p1", "method", "GymBox") is None


def test_deleting_the_lines_undoes_it() -> None:
    assert link(CORPUS, Overrides()) == link(CORPUS)
    assert linked("") == link(CORPUS)


def test_example_file_is_valid_and_says_what_it_does(examples: Path) -> None:
    overrides = load_overrides(examples / "overrides.toml")
    linking = link(CORPUS, overrides)
    assert linking.id_of("p1", "dataset", "KMNIST") == linking.id_of("p2", "dataset", "Kuzushiji-MNIST")
    assert linking.id_of("p3", "method", "Swish") != linking.id_of("p3", "method", "SWISH")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('\n[[join]]\nkind = "method"\n', 2, "needs names"),
        ('[[join]]\nkind = "method"\nnames = ["A"]\n', 1, "at least 2"),
        ('# x\n[[drop]]\nkind = "thing"\nname = "A"\n', 2, "must be one of"),
        ('[[drop]]\nkind = "method"\nname = "A"\n\n[[drop]]\nkind = "method"\n', 5, "needs name"),
        ('[[drop]]\nkind = "method"\nname = "..."\n', 1, "no letters"),
        ('[[merge]]\nkind = "method"\n', 1, "unknown table"),
        ('[[rename]]\nkind = "method"\nname = "A"\nto = "B"\nextra = 1\n', 1, "unknown key"),
        ('[drop]\nkind = "method"\nname = "A"\n', 1, "double brackets"),
        ('[[retype]]\nkind = "method"\nname = "A"\nto = "method"\n', 1, "already"),
        ("[[drop]]\nkind = \n", 2, "TOML"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        load_overrides(file)
    assert (caught.value.file, caught.value.line) == (str(file), line)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_overrides(tmp_path / "none.toml")
