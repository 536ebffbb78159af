"""The questions that ship with `kg`: one `.cypher` file each, described in its header comment.

    // Methods that were evaluated on a dataset, with the sentence that says so.
    //
    // $dataset: dataset; a name of the dataset; example CIFAR-10
    // $limit: int = 100; at most this many rows
    MATCH …

The first paragraph is the description. Each parameter has a line: name, type, perhaps a default (JSON), then what it is
and perhaps an example, parted by semicolons. Types are string, int, float, and method, dataset, metric, task: a string
that names such an entity by any of its names, in any case. Every question runs unchanged on the embedded store and on
Neo4j, and the file name is the name of the question.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from kg import resources
from kg.errors import KgError, UsageError
from kg.query.result import Result

ParameterType = Literal["string", "int", "float", "method", "dataset", "metric", "task"]
ParameterValue = str | int | float
Run = Callable[[str, Mapping[str, object]], Result]

_PARAMETER = re.compile(
    r"\$(?P<name>[a-z_]+): (?P<type>string|int|float|method|dataset|metric|task)(?: = (?P<default>[^;]+))?"
    r"; (?P<description>[^;]+?)(?:; example (?P<example>[^;]+))?"
)


@dataclass(frozen=True)
class Parameter:
    """One value that a question needs; without a default it must be given."""

    name: str
    type: ParameterType
    description: str
    default: ParameterValue | None = None
    example: str | None = None

    def parse(self, text: str | float) -> ParameterValue:
        """The value of what a person typed; UsageError when it is of another type."""
        try:
            if self.type == "int":
                return int(text)
            return float(text) if self.type == "float" else str(text).strip()
        except (ValueError, OverflowError) as error:
            kind = "a whole number" if self.type == "int" else "a number"
            raise UsageError(f"{self.name} is {text!r}, but it must be {kind}") from error


@dataclass(frozen=True)
class Question:
    """One shipped question."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    statement: str

    def bind(self, values: Mapping[str, str | int | float]) -> dict[str, ParameterValue]:
        """Typed values for every parameter; UsageError for one that is unknown, missing or of another type."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise UsageError(f"{self.name} has no parameter {name!r}{_guess(name, list(known))}")
        bound: dict[str, ParameterValue] = {}
        for parameter in self.parameters:
            value = parameter.parse(values[parameter.name]) if parameter.name in values else parameter.default
            if value is None:
                raise UsageError(f"{self.name} needs {parameter.description}: -p {parameter.name}={_sample(parameter)}")
            bound[parameter.name] = value
        return bound


def questions(folder: Path | None = None) -> list[Question]:
    """Every question by name; of `folder` instead of the shipped ones when given. KgError for a faulty header."""
    place = folder or resources.folder("cypher") / "queries"
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(place.glob("*.cypher"))]


def question(name: str) -> Question:
    """The shipped question called `name`; UsageError with the nearest names when there is none."""
    found = {question.name: question for question in questions()}
    if name not in found:
        raise UsageError(f"there is no question {name!r}{_guess(name, list(found))} (see `kg questions`)")
    return found[name]


def parse(name: str, text: str) -> Question:
    """A question from the text of its file; KgError when the header is not in its form."""
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("//")), len(lines))
    header = [line.removeprefix("//").strip() for line in lines[:end]]
    description = " ".join(line for line in header if line and not line.startswith("$"))
    parameters = tuple(_parameter(name, line) for line in header if line.startswith("$"))
    statement = "\n".join(lines[end:]).strip()
    if not description or not statement:
        raise KgError(f"{name}.cypher: a question has a description in its first comment and a statement after it")
    return Question(name, description, parameters, statement)


def suggestions(run: Run, asked: Question, bound: Mapping[str, ParameterValue]) -> list[str]:
    """Why an answer may be empty: for each value that names no entity of the graph, a line with the nearest names.

    `run` sends a statement with parameters to the engine that gave the empty answer.
    """
    lines = []
    for parameter in asked.parameters:
        value = str(bound[parameter.name])
        if parameter.type in _NAMES and value:
            rows = run(_NAMES[parameter.type], {}).rows
            forms = {str(form): str(row[0]) for row in rows for form in (row[0], *cast("list[str]", row[1] or []))}
            if value.lower() not in {form.lower() for form in forms}:
                near = _nearest(value, forms)
                tail = f"; did you mean {' or '.join(near)}?" if near else ""
                lines.append(f"no {parameter.type} in this graph is called {value!r}{tail}")
    return lines


_NAMES: dict[str, str] = {
    "method": "MATCH (n:Method) RETURN n.name AS name, n.aliases AS aliases ORDER BY n.papers DESC, n.id",
    "dataset": "MATCH (n:Dataset) RETURN n.name AS name, n.aliases AS aliases ORDER BY n.papers DESC, n.id",
    "metric": "MATCH (n:Metric) RETURN n.name AS name, n.aliases AS aliases ORDER BY n.papers DESC, n.id",
    "task": "MATCH (n:Task) RETURN n.name AS name, n.aliases AS aliases ORDER BY n.papers DESC, n.id",
}


def _nearest(value: str, forms: Mapping[str, str]) -> list[str]:
    """Up to three names: equal without case, space and hyphen, then those that contain the value, then similar ones."""
    wanted = _squeezed(value)
    squeezed: dict[str, str] = {}
    for form, name in forms.items():
        squeezed.setdefault(_squeezed(form), name)
    if wanted in squeezed:
        return [squeezed[wanted]]
    inside = [name for form, name in squeezed.items() if wanted and wanted in form]
    similar = [squeezed[form] for form in difflib.get_close_matches(wanted, squeezed, n=3)]
    return list(dict.fromkeys([*similar, *inside]))[:3]


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).lower()


def _parameter(name: str, line: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None:
        raise KgError(f"{name}.cypher: {line!r} is not of the form '$name: type = default; description; example value'")
    given = match["default"]
    try:
        default = None if given is None else json.loads(given)
    except json.JSONDecodeError as error:
        raise KgError(f"{name}.cypher: the default {given!r} of ${match['name']} is not JSON") from error
    kind = cast("ParameterType", match["type"])
    return Parameter(match["name"], kind, match["description"].strip(), default, match["example"])


def _sample(parameter: Parameter) -> str:
    sample = parameter.example or "VALUE"
    return f"'{sample}'" if " " in sample else sample


def _guess(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; there are {', '.join(known)}" if known else "; it takes none"
