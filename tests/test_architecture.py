"""The rooms of the package import only downwards; see the contracts in pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_import_contracts() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_importing_the_package_is_light() -> None:
    assert _loaded_with("kg, kg.cli", {"spacy", "onnxruntime", "neo4j", "ladybug"}) == "[]"


def test_a_process_that_extracts_loads_nothing_of_what_comes_after() -> None:
    later = {"networkx", "ladybug", "pyarrow", "neo4j", "rapidfuzz", "kg.link", "kg.graph", "kg.write"}
    assert _loaded_with("kg.workers, kg.extract.extractor", later) == "[]"


def _loaded_with(modules: str, asked: set[str]) -> str:
    """Those of `asked` that a new process has loaded when it has imported `modules`, as Python prints them."""
    code = f"import sys, {modules}; print(sorted({asked!r} & set(sys.modules)))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_no_statement_is_put_together_from_strings() -> None:
    """Values reach Cypher as parameters: `run(f'…')` is the beginning of an injection."""
    for path in sorted((ROOT / "kg").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"run", "execute"}
            ):
                assert not any(isinstance(argument, ast.JoinedStr) for argument in node.args), f"{path}:{node.lineno}"
