"""Bad input costs itself: one clear message with its place, all the rest is read."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import tempfile
from pathlib import Path

import pytest
import zstandard

from kg.read import read
from kg.records import Paper, Rejected

GOOD = "We study how a reader behaves when its input is damaged, and show that one bad record costs only itself."


def line(number: int) -> str:
    return json.dumps({"id": f"p{number}", "title": f"Paper number {number}", "abstract": f"{GOOD} Case {number}."})


def both(*paths: Path) -> tuple[list[str], list[tuple[str, int | None, str]]]:
    records = list(read(paths))
    kept = [record.id for record in records if isinstance(record, Paper)]
    return kept, [(r.file, r.line, r.reason) for r in records if isinstance(r, Rejected)]


def test_broken_json_in_line_7(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(line(n) if n != 7 else line(n)[:50] for n in range(1, 11)))
    kept, lost = both(path)
    assert kept == [f"p{n}" for n in range(1, 11) if n != 7]
    assert [(file, number) for file, number, _ in lost] == [("a.jsonl", 7)]
    assert "broken JSON at column" in lost[0][2]


def test_first_line_broken_is_still_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("\n".join((line(1)[:50], line(2), line(3))))
    kept, lost = both(path)
    assert (kept, len(lost), lost[0][1]) == (["p2", "p3"], 1, 1)


def test_lines_that_are_no_objects(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join((line(1), "[1, 2]", "17", '"text"', "[" * 100_000, "", line(2))))
    kept, lost = both(path)
    assert kept == ["p1", "p2"]
    assert [number for _, number, _ in lost] == [2, 3, 4, 5]


def test_line_of_forty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        file.write(line(1) + "\n" + '{"abstract": "' + "x" * 40_000_000 + '"}\n' + line(3) + "\n")
    kept, lost = both(path)
    assert kept == ["p1", "p3"]
    assert lost == [("a.jsonl", 2, "line of more than 32 MiB; one record a line is expected")]


def test_nul_bytes_and_wrong_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    latin = line(2).replace("damaged", "beschädigt").encode("latin-1")
    path.write_bytes(
        b"\n".join((line(1).replace("damaged", "dam\\u0000aged").encode(), latin, b"\0\0\0", line(3).encode()))
    )
    notes: list[str] = []
    records = [record for record in read([path], note=notes.append) if isinstance(record, Paper)]
    assert [record.id for record in records] == ["p1", "p2", "p3"]
    assert "damaged" in records[0].abstract
    assert "beschädigt" in records[1].abstract
    assert notes == ["a.jsonl:2: not valid UTF-8, read as Windows-1252"]


PAPER_FILES = {
    "a.json": "[{body}]",
    "b.json": "[\n  {body}\n]",
    "c.jsonl": "{body}\n",
    "d.bib": "@article{{p1, title={{Damaged}}, abstract={{We read damaged files of many kinds, in turn.}}}}\n",
    "e": "@article{{p1, title={{Damaged}}, abstract={{We read damaged files of many kinds, in turn.}}}}\n",
    "f.csv": "id,title,abstract\np1,Damaged,We read damaged files of many kinds one after another.\n",
}


@pytest.mark.parametrize("name", PAPER_FILES)
def test_a_byte_order_mark_changes_nothing(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = PAPER_FILES[name].format(body=line(1)).encode()
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + content)
    kept, lost = both(path)
    assert (len(kept), lost) == (1, [])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + content)))
    assert len([record for record in read(["-"]) if isinstance(record, Paper)]) == 1


def test_truncated_json_document(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(("[" + ",\n".join(line(n) for n in range(1, 6)))[:-30])
    kept, lost = both(path)
    assert kept == ["p1", "p2", "p3", "p4"]
    assert len(lost) == 1
    assert "cut-off JSON after record 4" in lost[0][2]


def entry(number: int) -> str:
    return (
        f"<entry><id>urn:{number}</id><title>Paper {number}</title><summary>{GOOD} Case {number}.</summary></entry>\n"
    )


FEED = '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'


def test_truncated_xml(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(FEED + entry(1) + entry(2) + entry(3)[:60])
    records = list(read([path]))
    assert [record.title for record in records if isinstance(record, Paper)] == ["Paper 1", "Paper 2"]
    lost = [record for record in records if isinstance(record, Rejected)]
    assert [(r.file, r.line) for r in lost] == [("a.xml", 5)]
    assert "cut-off XML" in lost[0].reason


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">\n' for n in range(1, 10))
BOMBS = {
    "laughs": f'<?xml version="1.0"?>\n<!DOCTYPE feed [<!ENTITY l0 "ha">\n{LAUGHS}]>\n',
    "quadratic": f'<?xml version="1.0"?>\n<!DOCTYPE feed [<!ENTITY l9 "{"a" * 50_000}">]>\n',
    "external": '<?xml version="1.0"?>\n<!DOCTYPE feed [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>\n',
}


@pytest.mark.parametrize("kind", BOMBS)
def test_xml_with_entities_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    body = entry(1).replace("damaged", "&l9;" * 100)
    path.write_text(BOMBS[kind] + '<feed xmlns="http://www.w3.org/2005/Atom">' + body + "</feed>")
    kept, lost = both(path)
    assert kept == []
    assert len(lost) == 1
    assert "entities" in lost[0][2]


def test_deep_xml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(FEED + "<a>" * 100_000)
    assert "nested" in both(path)[1][0][2]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_cut_off_compressed_file(compress, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.jsonl.x"
    noise = os.urandom(150_000).hex()
    content = (line(1) + "\n" + line(2) + "\n" + noise + "\n" + line(3)).encode()
    path.write_bytes(compress(content)[:-40])
    kept, lost = both(path)
    assert kept[:2] == ["p1", "p2"]
    assert any("damaged or cut off" in reason for _, _, reason in lost)


def test_decompression_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(b"word " * 60_000_000))
    kept, lost = both(path)
    assert (kept, len(lost)) == ([], 1)
    assert "plain text of more than" in lost[0][2] or "bomb" in lost[0][2]


def test_empty_binary_and_missing_files_cost_one_line_each(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "good.jsonl").write_text(line(1) + "\n" + line(2))
    (tmp_path / "unknown.xml").write_text("<html-but-not><p/></html-but-not>")
    kept, lost = both(
        *(tmp_path / name for name in ("empty.txt", "binary.txt", "missing.txt", "good.jsonl", "unknown.xml"))
    )
    assert kept == ["p1", "p2"]
    assert [file for file, _, _ in lost] == ["empty.txt", "binary.txt", "missing.txt", "unknown.xml"]
    assert [reason.split(";")[0] for _, _, reason in lost[:3]] == [
        "is empty",
        "is binary and of no known format",
        "no such file or directory",
    ]


def test_directory_without_permission() -> None:
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good.jsonl").write_text(line(1) + "\n" + line(2))
        (folder / "closed").mkdir()
        folder.chmod(0o755)
        both(folder)  # everything is imported while it may be
        (folder / "closed").chmod(0)
        try:
            if root:
                os.seteuid(65_534)  # root may read everything, so do it as nobody
            kept, lost = both(folder)
        finally:
            if root:
                os.seteuid(0)
            (folder / "closed").chmod(0o700)
    assert (kept, lost) == (["p1", "p2"], [("closed", None, "directory: no permission to list it")])


def test_csv_rows_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [
        "id,title,abstract",
        f'p1,One,"{GOOD}"',
        f'p2,Two,"{"x" * 200_000}"',
        f"p3,Three,{GOOD} Case 3.",
        "p4,Four",
        "",
    ]
    path.write_text("\n".join(rows))
    kept, lost = both(path)
    assert kept == ["p1", "p3"]
    assert [(number, reason.split(":")[0]) for _, number, reason in lost] == [(3, "broken row"), (5, "no abstract")]


def test_csv_with_the_line_ends_of_old_macs(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(f'id,title,abstract\rp1,One,{GOOD}\rp2,Two,"{GOOD}\rCase 2."\r'.encode())
    assert both(path) == (["p1", "p2"], [])


def test_csv_without_an_abstract_column_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"heading,body\nOne,{GOOD}\n")
    reason = both(path)[1][0][2]
    assert "heading, body" in reason
    assert "--columns abstract=" in reason


REASONS = [
    ("", "no abstract"),
    ("N/A", "no abstract"),
    ("No abstract available.", "no abstract"),
    ("Too short to say anything.", "abstract of only 26 characters"),
    ("This paper has been withdrawn by the author due to a crucial error in equation 3.", "withdrawn"),
    ("x " * 30_000, "abstract of 59,999 characters; abstracts are expected, not whole papers"),
    (
        "Wir zeigen, dass tiefe Netze mit Restverbindungen leichter zu trainieren sind und auf großen Bilddaten"
        " deutlich weniger Fehler machen als die bisher bekannten Verfahren ohne diese Verbindungen.",
        "not English but de; --all-languages keeps it",
    ),
    (
        "Nous montrons que les réseaux profonds avec des connexions résiduelles sont plus faciles à entraîner et"
        " qu'ils font moins d'erreurs que les méthodes connues sur de grandes bases d'images.",
        "not English but fr; --all-languages keeps it",
    ),
    (
        "我们提出了一种新的图像分类方法,该方法使用残差连接来训练非常深的神经网络,并在多个数据集上取得了更好的结果,优于以前的所有方法。",
        "not English but zh; --all-languages keeps it",
    ),
]


@pytest.mark.parametrize(("abstract", "reason"), REASONS)
def test_what_is_no_abstract_to_work_with(abstract: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "Some Title", "abstract": abstract}) + "\n" + line(2))
    kept, lost = both(path)
    assert kept == ["p2"]
    assert [(number, why) for _, number, why in lost] == [(1, reason)]


def test_languages_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"abstract": abstract}) for abstract, _ in REASONS[-3:]))
    assert all(isinstance(record, Paper) for record in read([path], languages=None))
    assert [isinstance(record, Paper) for record in read([path], languages=("de", "en"))] == [True, False, False]


@pytest.mark.parametrize(
    "abstract",
    [
        "withdrawal of consent is modelled as machine unlearning; users who have withdrawn are removed from the model.",
        "Multi-head attention, RoPE, RMSNorm, SwiGLU: ablations on C4, WikiText-103, LAMBADA, PIQA, ARC, BoolQ.",
        "Abstract meaning representations are graphs of sentences, and parsing into them is still hard to do well.",
    ],
)
def test_unusual_but_good_abstracts_are_kept(abstract: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"abstract": abstract}))
    assert [record.abstract for record in read([path]) if isinstance(record, Paper)] == [abstract]
