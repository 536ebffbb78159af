"""Values of fields, which may be text, lists or objects, as text and as names of persons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping


def text_of(value: object) -> str:
    """The text of a field that may be a string, a list of strings or an object around one; "" for none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return " ".join(part for item in value if (part := text_of(item)))
    if isinstance(value, Mapping):
        return next((text_of(value[key]) for key in ("value", "text", "content", "en", "#text") if value.get(key)), "")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def first_text(value: object) -> str | None:
    """The first text of a field."""
    if isinstance(value, list | tuple):
        return next((text for item in value if (text := first_text(item))), None)
    return text_of(value).strip() or None


def people(value: object) -> tuple[str, ...]:
    """Names of persons: a list of strings or objects, or one string of names joined by `;`, `and` or commas."""
    if isinstance(value, str):
        return _split_names(value)
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, Iterable) or isinstance(value, bytes):
        return ()
    return tuple(name for item in value if (name := _person(item)))


def _person(item: object) -> str:
    if isinstance(item, str):
        return item.strip()
    if isinstance(item, list | tuple):  # arXiv's authors_parsed: last, first, suffix
        parts = [part for part in item[:3] if isinstance(part, str)]
        return " ".join((*parts[1:2], *parts[:1], *parts[2:3])).strip()
    if not isinstance(item, Mapping):
        return ""
    for key in ("name", "full_name", "fullname", "fullName", "display_name", "literal", "value", "#text"):
        if isinstance(item.get(key), str) and item[key].strip():
            return str(item[key]).strip()
    if isinstance(item.get("author"), Mapping):
        return _person(item["author"])
    first = item.get("given") or item.get("first") or item.get("first_name") or item.get("firstName") or ""
    last = item.get("family") or item.get("last") or item.get("last_name") or item.get("lastName") or ""
    return f"{first} {last}".strip() if isinstance(first, str) and isinstance(last, str) else ""


def _split_names(text: str) -> tuple[str, ...]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):  # a list that went through a table
        try:
            return people(json.loads(text if '"' in text else text.replace("'", '"')))
        except ValueError:
            text = text[1:-1].replace("'", "").replace('"', "")
    for separator in (r"\s*;\s*", r"\s+and\s+", r"\s*\|\s*"):
        if len(parts := re.split(separator, text)) > 1:
            names = [name for part in parts for name in ([part] if separator == r"\s*;\s*" else _commas(part))]
            return tuple(turned(name) for name in names if name)
    return tuple(name for name in _commas(text) if name)


def _commas(text: str) -> list[str]:
    """`A. Smith, B. Jones` is two names; `Smith, Anna` is one."""
    parts = [part.strip() for part in text.strip(", ").split(",")]
    return parts if len(parts) != 2 or " " in parts[0] else [f"{parts[1]} {parts[0]}".strip()]


def turned(name: str) -> str:
    """`Smith, Anna` → `Anna Smith`."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip() if comma else name.strip()
