"""XML, element by element, by defusedxml: no entities of a document's own, nothing fetched, flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from kg.read.raw import Source

_MAX_DEPTH = 200


def elements(stream: BinaryIO, source: Source, names: frozenset[str]) -> Iterator[tuple[str, Element]]:
    """Local name and element for each element of `names`, when it is complete; it is emptied afterwards.

    Raises InputError where the XML is broken, cut off or declares entities.
    """
    path: list[Element] = []
    inside = 0
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=False):
            wanted = local(element) in names
            if event == "start":
                path.append(element)
                inside += wanted
                if len(path) > _MAX_DEPTH:
                    raise source.error(f"XML nested more than {_MAX_DEPTH} deep")
                continue
            path.pop()
            inside -= wanted
            if wanted:
                yield local(element), element
            if not inside:
                element.clear()
                if path:
                    del path[-1][:]
    except ParseError as error:
        line, column = error.position
        raise source.error(f"broken or cut-off XML at column {column}: {error.msg}", line=line or None) from error
    except DefusedXmlException as error:
        raise source.error(f"XML that declares entities is not read, it may be an attack ({error})") from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not have
        raise source.error(f"XML in an encoding that cannot be read: {error}") from error


def local(element: Element) -> str:
    """The tag without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Element, *names: str) -> Element | None:
    """The first descendant along local names."""
    for name in names:
        found = next((inner for inner in element if local(inner) == name), None)
        if found is None:
            return None
        element = found
    return element


def text_of(element: Element | None, *names: str) -> str:
    """All text inside the first descendant along `names`; formulas (`tex-math`) between dollar signs."""
    found = child(element, *names) if element is not None and names else element
    return "".join(_pieces(found)).strip() if found is not None else ""


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        if local(inner) == "tex-math":
            yield f"${''.join(_pieces(inner)).strip().strip('$')}$"
        else:
            yield from _pieces(inner)
        yield inner.tail or ""


def texts_of(element: Element, name: str) -> list[str]:
    """The text of every child of that local name."""
    return [text for inner in element if local(inner) == name and (text := text_of(inner))]
