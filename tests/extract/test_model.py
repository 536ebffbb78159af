"""The model at run time: the same answer each time, offsets that hold, and errors that say what to do."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ModelError
from kg.extract.abbreviations import find_abbreviations
from kg.extract.candidates import LONGEST, every_candidate, fold_key
from kg.extract.document import WINDOW, lay_out, text_pieces
from kg.extract.model import FILES, MANIFEST, Model, Text
from kg.extract.quantities import find_quantities
from kg.extract.reading import Reading
from kg.extract.sentences import sentences

SHIPPED = Path(str(files("kg.extract"))) / "weights"
TITLE = "QuickSort-Net: Sorting Networks for Low-Power Keyword Spotting"
TEXT = (
    f"{TITLE}\nWe propose QuickSort-Net (QSN), a small convolutional network for keyword spotting. "
    "QSN reaches 95.2% accuracy on ImageNet, 1.3 points above MobileNetV2, and needs 3x less memory. "
    "We also report results on CIFAR-10 and CIFAR-100, where ResNet-50 and ResNet-101 are the baselines."
)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


def as_given(text: str) -> Text:
    spans = sentences(text)
    return Text(
        text,
        max(0, text.find("\n")),
        [(q.start, q.end) for q in find_quantities(text)],
        [(a.short_span, a.long_span) for a in find_abbreviations(text, spans)],
        spans,
    )


def read(model: Model, text: str) -> Reading:
    return model.read(as_given(text))


def kept(reading: Reading, kind: str) -> dict[str, str | None]:
    return {e.name: e.role for e in reading.entities if e.kind == kind and e.confidence >= reading.thresholds[kind]}


def test_reads_what_a_plain_abstract_says(model: Model) -> None:
    reading = read(model, TEXT)
    methods, datasets = kept(reading, "method"), kept(reading, "dataset")
    assert methods["QSN" if "QSN" in methods else "QuickSort-Net"] == "proposed"
    assert "MobileNetV2" in methods
    assert datasets["ImageNet"] == "evaluated"
    assert "accuracy" in kept(reading, "metric")
    assert any("keyword spotting" in name.lower() for name in kept(reading, "task"))
    claims = {TEXT[n.start : n.end]: n for n in reading.numbers if n.claim > 0.5}
    assert any(
        text.startswith("95.2") and max(n.kinds, key=n.kinds.__getitem__) == "score" for text, n in claims.items()
    )


def test_names_that_differ_in_a_number_stay_apart(model: Model) -> None:
    forms = [
        {TEXT[start:end] for start, end in entity.mentions} for entity in read(model, TEXT).entities if entity.mentions
    ]
    for pair in ({"CIFAR-10", "CIFAR-100"}, {"ResNet-50", "ResNet-101"}):
        assert any(form & pair for form in forms)
        assert not any(pair <= form for form in forms)


def check_offsets(reading: Reading, text: str) -> None:
    for entity in reading.entities:
        assert entity.mentions == sorted(entity.mentions)
        assert all(0 <= start < end <= len(text) for start, end in entity.mentions)
        assert all(a[1] <= b[0] for a, b in zip(entity.mentions, entity.mentions[1:], strict=False))
        assert entity.name in {text[start:end] for start, end in entity.mentions}
        assert 0 <= entity.confidence <= 1
    for number in reading.numbers:
        assert 0 <= number.claim <= 1
        for attribute in number.attributes.values():
            assert all(0 <= at < len(reading.entities) for at, _ in attribute.entities)
            assert all(0 <= at < len(reading.phrases) for at, _ in attribute.phrases)
    for method, dataset, chance in reading.triples:
        assert (reading.entities[method].kind, reading.entities[dataset].kind) == ("method", "dataset")
        assert 0 <= chance <= 1


def test_the_answer_does_not_depend_on_what_was_read_before(model: Model) -> None:
    other = Model.load()
    first = read(model, TEXT)
    read(model, "Another text about GNNs on ZINC with 12% lower error.")
    assert repr(read(model, TEXT)) == repr(first) == repr(read(other, TEXT))
    assert model.fingerprint == other.fingerprint


def test_a_text_longer_than_the_window(model: Model) -> None:
    text = TEXT + " ".join(f" In study {i} the error of LSTM on TIMIT falls by {i}.5%." for i in range(80))
    reading = read(model, text)
    check_offsets(reading, text)
    assert max(end for e in reading.entities for _, end in e.mentions) > len(text) - 200


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(
            [
                "We propose",
                "ΔNet",
                "(",
                ")",
                "5.2%",
                "on",
                "ImageNet",
                "\n",
                ".",
                ",",
                "é́",
                "中文",
                "😀",
                "-",
                "10^-4",
                "\u200b",
                " ",
            ]
        ),
        max_size=40,
    ).map(" ".join)
)
def test_any_text_is_read_and_offsets_hold(text: str) -> None:
    check_offsets(read(_shared_model(), text), text)


_cache: list[Model] = []


def _shared_model() -> Model:
    if not _cache:
        _cache.append(Model.load())
    return _cache[0]


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "\n\n \n"])
def test_a_text_without_words(model: Model, text: str) -> None:
    reading = read(model, text)
    assert (reading.entities, reading.triples) == ([], [])


@settings(max_examples=60)
@given(st.text(alphabet="aB9-_() .,\né中$%", max_size=400))
def test_candidates_stay_within_a_sentence_and_windows_cover_the_pieces(text: str) -> None:
    spans = sentences(text)
    document = every_candidate(lay_out(text, 0, [], [], spans, tokenizer=_shared_model().parts.tokenizer))
    assert (document.span_last - document.span_first < LONGEST).all()
    assert (document.sentence_of[document.span_first] == document.sentence_of[document.span_last]).all()
    assert [p for left, right in document.windows for p in range(left, right)] == list(range(len(document.ids)))
    assert all(right - left <= WINDOW for left, right in document.windows)
    if document.words:
        edges = [*document.first_piece.tolist(), len(document.ids)]
        assert edges[0] == 0
        assert [last + 1 for last in document.last_piece.tolist()] == edges[1:]  # each token has pieces of its own
        assert all(first < after for first, after in pairwise(edges))


def test_signs_and_marks_of_the_tokenizer_are_tokens_like_others(model: Model) -> None:
    tokenizer = model.parts.tokenizer

    def pieces(text: str) -> list[str]:
        ids = lay_out(text, 0, [], [], [(0, len(text))], tokenizer=tokenizer).ids.tolist()
        assert ids == text_pieces(text, tokenizer)
        return [tokenizer.id_to_token(piece) for piece in ids]

    assert pieces("3× faster") == ["3", "×", "faster"]
    assert pieces("[MASK]") == ["[", "mask", "]"]
    assert pieces("\u0301") == ["[UNK]"]
    assert pieces("x" * 200) == ["[UNK]"]


def test_a_long_text_is_cut_where_a_sentence_begins(model: Model) -> None:
    text = "We sort many numbers with a network of nine gates. " * 120
    document = lay_out(text, 0, [], [], sentences(text), tokenizer=model.parts.tokenizer)
    begins = {int(document.first_piece[i]) for i in range(0, len(document.words), 11)}
    assert len(document.windows) > 2
    assert all(left in begins for left, _ in document.windows)


def test_keys_fold_spelling_but_keep_versions() -> None:
    assert fold_key("GSM-8K") == fold_key("GSM8K")
    assert fold_key("Vision Transformers") == fold_key("vision transformer")
    assert len({fold_key(name) for name in ("CIFAR-10", "CIFAR-100", "LLaMA", "LLaMA-2")}) == 4


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model in .*kg train"):
        Model.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(SHIPPED, tmp_path / "model")
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))
    with pytest.raises(ModelError, match=f"{name} is damaged"):
        Model.load(folder)


def test_a_model_of_another_version_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(SHIPPED, tmp_path / "model")
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "format": 999}))
    with pytest.raises(ModelError, match="another version"):
        Model.load(folder)


def test_the_package_stays_small() -> None:
    pipeline = sum(path.stat().st_size for path in SHIPPED.iterdir())
    encoder_to_start_from = Path(str(files("kg.train"))) / "pretrained.npz"
    assert pipeline < 25_000_000
    assert pipeline + encoder_to_start_from.stat().st_size < 30_000_000
