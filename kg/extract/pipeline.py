"""The extraction pipeline: which components, in which order, and the fingerprint of all that decides its answer."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__
from kg.errors import InputError, ModelError

if TYPE_CHECKING:
    from spacy.language import Language

DEFAULT_CONFIG = "default.cfg"


def load(config: Path | None = None, code: Path | None = None, min_confidence: float | None = None) -> Language:
    """The pipeline of `config` (None: the shipped one) as a spaCy Language.

    `code` is a Python file with factories of the user's own, imported first; `min_confidence` overrides the
    thresholds of entities, claims and triples.

    Raises InputError for a configuration that spaCy refuses, ModelError for a missing or damaged model.
    """
    from spacy import util
    from thinc.api import Config

    from kg.extract import components

    components.register_extensions()
    if code is not None:
        _import_file(code)
    try:
        settings = Config().from_str(_config_text(config))
        if min_confidence is not None:
            for name in ("kg_entities", "kg_claims", "kg_triples"):
                if name in settings["components"]:
                    settings["components"][name]["min_confidence"] = min_confidence
        nlp = util.load_model_from_config(settings, auto_fill=True)
        if nlp.batch_size < 1:
            raise ValueError(f"batch_size in [nlp] is {nlp.batch_size}, and at least 1 paper is read at a time")
        return nlp
    except (ModelError, InputError):
        raise
    except Exception as error:  # spaCy, thinc and pydantic each have errors of their own for a bad configuration
        raise InputError(f"the pipeline cannot be built: {error}", file=str(config or DEFAULT_CONFIG)) from error


def fingerprint(config: Path | None = None, code: Path | None = None, min_confidence: float | None = None) -> str:
    """Version of `kg` and a hash of every byte that decides what is extracted: code, tables, model, configuration.

    Equal fingerprints mean equal extractions of equal text, which is what the cache and the graph rely on.
    """
    digest = hashlib.sha256(_shipped_digest())
    for part in (_config_text(config), "" if code is None else _read(code), repr(min_confidence)):
        digest.update(hashlib.sha256(part.encode()).digest())
    for folder in sorted(set(_MODEL.findall(_config_text(config)))):
        _add_files(digest, Path(folder))
    return f"kg {__version__}+{digest.hexdigest()[:12]}"


@lru_cache(maxsize=1)
def _shipped_digest() -> bytes:
    """Hash of the package's own files that extraction uses, cached because they do not change while we run."""
    digest = hashlib.sha256()
    _add_files(digest, Path(str(files("kg.extract"))))
    return digest.digest()


_MODEL = re.compile(r'^model\s*=\s*"([^"]+)"', re.MULTILINE)
"""A model of the user's own in a configuration: its files decide as the shipped ones do."""


def _add_files(digest: hashlib._Hash, folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in {".pyc", ".md", ".svg", ".png"}:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())


def _config_text(config: Path | None) -> str:
    if config is None:
        return files("kg.extract").joinpath(DEFAULT_CONFIG).read_text(encoding="utf-8")
    return _read(config)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=str(path)) from error


def _import_file(path: Path) -> None:
    """Import a file of factories by its path, under its own name, as `spacy --code` does."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise InputError("is no Python file with spaCy factories", file=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InputError(f"fails on import: {error}", file=str(path)) from error
