"""The pipeline as a whole: true offsets, the same answer every time, replaceable parts, errors for people."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, ModelError
from kg.extract import pipeline
from kg.extract.extractor import LONGEST_TEXT, Extractor
from kg.extract.settings import Settings
from kg.records import Extraction, Paper, Rejected
from kg.text import clean

TEXT = Paper(
    id="p1",
    title="FastNet: Quick Training of Small Networks",
    abstract="Training is slow. We propose FastNet, a convolutional network with Sparse Gate Units (SGU). On CIFAR-10 "
    "and SVHN, FastNet reaches an accuracy of 95.2% and 97.1%, respectively, and trains 3.5× faster than ResNet-50.",
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def holds(extraction: Extraction, text: str) -> None:
    for kind in ("method", "dataset", "metric", "task"):
        entities = extraction.entities(kind)
        assert len({entity.name for entity in entities}) == len(entities)
        for mention in (mention for entity in entities for mention in entity.mentions):
            assert text[mention.start : mention.end] == mention.text
    names = {kind: {e.name for e in extraction.entities(kind)} for kind in ("method", "dataset", "metric", "task")}
    for claim in extraction.claims:
        assert text[claim.start : claim.end] == claim.number
        assert claim.text in text
        assert claim.method is None or claim.method in names["method"]
        assert claim.dataset is None or claim.dataset in names["dataset"]
        assert claim.metric is None or claim.metric in names["metric"]
    assert all(m in names["method"] and d in names["dataset"] for m, d in extraction.triples)
    assert len(extraction.triples) == len(extraction.triple_evidence)


def test_a_plain_abstract(extractor: Extractor) -> None:
    found = extractor.extract(TEXT)
    holds(found, TEXT.text)
    assert "FastNet" in {m.name for m in found.methods if m.role == "proposed"}
    assert {"CIFAR-10", "SVHN"} <= {d.name for d in found.datasets if d.role == "evaluated"}
    assert ("SGU", "Sparse Gate Units") in found.abbreviations
    assert {95.2, 97.1, 3.5} <= {claim.value for claim in found.claims}
    assert ("FastNet", "CIFAR-10") in found.triples


def test_offsets_hold_on_the_corpus(extractor: Extractor, shared: Path) -> None:
    from kg.read import read

    papers = [paper for paper in read([shared / "gold" / "papers.jsonl"]) if isinstance(paper, Paper)]
    for paper in random.Random(3).sample(papers, 60):
        holds(extractor.extract(paper), paper.text)


@settings(max_examples=60)
@given(title=st.text(max_size=40), abstract=st.text(max_size=300))
def test_any_text_is_extracted(title: str, abstract: str) -> None:
    paper = Paper(id="x", title=clean(title), abstract=clean(abstract))
    holds(SHARED_EXTRACTOR().extract(paper), paper.text)


def SHARED_EXTRACTOR(cache: list[Extractor] = []) -> Extractor:  # noqa: B006, N802  # hypothesis allows no fixture here
    if not cache:
        cache.append(Extractor())
    return cache[0]


def test_the_answer_does_not_depend_on_what_was_read_before(extractor: Extractor) -> None:
    other = TEXT.model_copy(update={"id": "p2", "abstract": TEXT.abstract + " It is small."})
    first = extractor.extract(TEXT)
    list(extractor.extract_all([other, TEXT, other]))
    assert extractor.extract(TEXT) == first == Extractor().extract(TEXT)


def test_a_text_that_is_no_abstract_costs_only_itself(extractor: Extractor) -> None:
    long = Paper(id="book", abstract="word " * (LONGEST_TEXT // 4), sources=("shelf.txt:1",))
    first, second = extractor.extract_all([long, TEXT])
    assert isinstance(first, Rejected)
    assert first.file == "shelf.txt:1"
    assert "no abstract" in first.reason
    assert isinstance(second, Extraction)


def test_confidence_trades_recall_for_precision() -> None:
    low, high = (Extractor(Settings(min_confidence=c)).extract(TEXT) for c in (0.1, 0.95))
    assert len(low.methods) > len(high.methods)
    assert all(entity.confidence >= 0.95 for entity in high.methods + high.datasets)
    assert pipeline.fingerprint(min_confidence=0.1) != pipeline.fingerprint(min_confidence=0.95)


def test_the_components_fit_together() -> None:
    nlp = pipeline.load()
    assert nlp.analyze_pipes()["problems"] == {name: [] for name in nlp.pipe_names}


def test_a_component_of_the_user(tmp_path: Path) -> None:
    code = tmp_path / "mine.py"
    code.write_text(
        "from spacy.language import Language\n"
        "@Language.factory('no_claims')\n"
        "def make(nlp, name):\n"
        "    def component(doc):\n"
        "        doc._.kg_claims = []\n"
        "        return doc\n"
        "    return component\n",
        encoding="utf-8",
    )
    default = Path(pipeline.__file__).with_name(pipeline.DEFAULT_CONFIG).read_text(encoding="utf-8")
    config = tmp_path / "mine.cfg"
    config.write_text(
        default.replace('factory = "kg_claims"\nmodel = null\nmin_confidence = null', 'factory = "no_claims"'), "utf-8"
    )
    found = Extractor(Settings(config=config, code=code)).extract(TEXT)
    assert found.claims == ()
    assert found.methods
    assert found.extractor != pipeline.fingerprint()


def test_papers_that_are_read_together_keep_apart(tmp_path: Path) -> None:
    code = tmp_path / "mine.py"
    code.write_text(
        "from spacy.language import Language\n"
        "@Language.component('picky')\n"
        "def component(doc):\n"
        "    if 'forbidden' in doc.text:\n"
        "        raise RuntimeError('not this one')\n"
        "    return doc\n",
        encoding="utf-8",
    )
    default = Path(pipeline.__file__).with_name(pipeline.DEFAULT_CONFIG).read_text(encoding="utf-8")
    config = tmp_path / "mine.cfg"
    config.write_text(
        default.replace('"kg_elided"]', '"kg_elided", "picky"]') + '\n[components.picky]\nfactory = "picky"\n', "utf-8"
    )
    extractor = Extractor(Settings(config=config, code=code))
    papers = [TEXT.model_copy(update={"id": f"p{n}", "abstract": TEXT.abstract * n}) for n in range(20)]
    bad = papers[5].model_copy(update={"abstract": "This is forbidden.", "sources": ("shelf.txt:5",)})
    found = list(extractor.extract_all([*papers[:5], bad, *papers[6:]]))
    assert isinstance(found[5], Rejected)
    assert "not this one" in found[5].reason
    assert found[5].file == "shelf.txt:5"
    assert found[:5] + found[6:] == [extractor.extract(paper) for paper in papers[:5] + papers[6:]]


def test_a_model_of_the_user(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(Path(pipeline.__file__).parent / "weights", folder)
    default = Path(pipeline.__file__).with_name(pipeline.DEFAULT_CONFIG).read_text(encoding="utf-8")
    config = tmp_path / "mine.cfg"
    config.write_text(default.replace("model = null", f'model = "{folder}"'), "utf-8")
    found = Extractor(Settings(config=config)).extract(TEXT)
    shipped = Extractor().extract(TEXT)
    assert found.model_copy(update={"extractor": shipped.extractor}) == shipped
    before = pipeline.fingerprint(config)
    assert before == found.extractor != shipped.extractor
    (folder / "claims.npz").write_bytes((folder / "claims.npz").read_bytes() + b" ")
    assert pipeline.fingerprint(config) != before


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("not a configuration", InputError),
        ('[nlp]\nlang = "en"\npipeline = ["x"]\n[components.x]\nfactory = "no_such_factory"\n', InputError),
        ('[nlp]\nlang = "en"\npipeline = []\nbatch_size = 0\n', InputError),
    ],
)
def test_a_bad_configuration_is_named(tmp_path: Path, text: str, error: type[Exception]) -> None:
    config = tmp_path / "bad.cfg"
    config.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=r"bad\.cfg"):
        pipeline.load(config)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    default = Path(pipeline.__file__).with_name(pipeline.DEFAULT_CONFIG).read_text(encoding="utf-8")
    config = tmp_path / "mine.cfg"
    config.write_text(default.replace("model = null", f'model = "{tmp_path / "nowhere"}"'), encoding="utf-8")
    with pytest.raises(ModelError, match="nowhere"):
        pipeline.load(config)
