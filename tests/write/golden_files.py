"""The golden files of the exports: `python tests/write/golden_files.py` writes them anew; read the difference."""

from __future__ import annotations

import sys
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {
    "graphml": "sample.graphml",
    "graphml-pairs": "sample-pairs.graphml",
    "gexf": "sample.gexf",
    "gexf-pairs": "sample-pairs.gexf",
    "jsonl": "",
}


def write_golden(folder: Path) -> None:
    """Write every format of the sample graph into `folder`."""
    from graph_sample import sample_graph

    from kg.write import WRITERS

    for name, file in FORMATS.items():
        WRITERS[name].write(sample_graph(), folder / file)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    write_golden(GOLDEN)
