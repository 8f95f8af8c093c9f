"""Markdown with YAML 1.2 front matter, read as text with line numbers and typed by a schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ruamel.yaml import YAML, MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from fedi.errors import Refused

MAX_FRONT_MATTER = 32_000
"""Characters; the longest list of decisions anybody wrote fits ten times."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of a file, and what to do about it."""

    line: int
    sentence: str
    cure: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence} {self.cure}".rstrip()


class FrontMatterError(Refused):
    """The head of a file is wrong; every problem is listed, and nothing was published."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(
            "\n".join(map(str, self.problems)), cure="Nothing was published. Mend it and try again."
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of front matter, all of it text, with the line it stands on."""

    line: int
    value: str | list[Found] | dict[str, Found]
    keys: Mapping[str, int] | None = None
    """The lines of the keys, where the piece is a mapping."""
    is_hidden: bool = False
    """Whether there was a text that the audience read for does not see."""


@dataclass(slots=True)
class Problems:
    """Gathers problems, so that a person hears of all of them at once."""

    found: list[Problem]

    def add(self, line: int, sentence: str, cure: str) -> None:
        """Note one problem."""
        self.found.append(Problem(line, sentence, cure))

    def raise_if_any(self) -> None:
        """Raise FrontMatterError unless all went well."""
        if self.found:
            raise FrontMatterError(self.found)


Reader = Callable[[Found, Problems], Any]
"""Turns a piece into a value, or notes problems and returns None."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a schema: how its value is read, and what to write where it must not be missing."""

    read: Reader
    required: str = ""
    may_be_empty: bool = False
    """Whether an empty text in quotes is a value."""


Schema = Mapping[str, Field]

HIDDEN = object()
"""What is read where an audience sees nothing of what a piece cannot do without: the piece is not there for them."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a mapping said: each key of its schema, None where it is absent, and the lines they stand on."""

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    start: int
    is_whole: bool = True
    """Whether they are all that was written, and not what one audience sees of it."""

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def line(self, key: str) -> int:
        """Return the line of a key, or where the mapping begins."""
        return self.lines.get(key, self.start)


def split(text: str) -> tuple[str, str, int]:
    """Return front matter, body, and the number of lines before the front matter's first."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", text, 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), 1
    raise FrontMatterError(
        [Problem(1, "The front matter is never closed.", "Put a line with --- after its last key.")]
    )


def parse(front: str, problems: Problems, lines_before: int = 1) -> Found:
    """Read YAML as text; whatever is not a mapping of plain text, lists and mappings is a problem."""
    nothing = Found(lines_before or 1, {}, {})
    if len(front) > MAX_FRONT_MATTER:
        problems.add(
            lines_before, "The front matter is too long.", "Move what is long below the second ---."
        )
        return nothing
    try:
        node: Any = YAML(typ="safe", pure=True).compose(front)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = (mark.line if mark else 0) + 1 + lines_before
        problems.add(line, _explain(error), 'Text with ": " or " #" in it needs quotes around it.')
        return nothing
    except (YAMLError, RecursionError):
        problems.add(lines_before, "The front matter is not YAML.", "Write lines like title: Hello")
        return nothing
    if node is None:
        return nothing
    if not isinstance(node, MappingNode):
        problems.add(
            lines_before + 1,
            "The front matter is not a list of keys.",
            "Write lines like title: Hello",
        )
        return nothing
    return _text_of(node, problems, lines_before)


def read_fields(found: Found, schema: Schema, problems: Problems, what: str) -> Values:
    """Read a mapping by its schema, noting every unknown, missing or unreadable key."""
    known = ", ".join(sorted(schema))
    values: dict[str, Any] = dict.fromkeys(schema)
    if not isinstance(found.value, dict):
        problems.add(found.line, f"{what} should have keys.", f"It may have: {known}.")
        return Values(values, {}, found.line)
    lines = found.keys or {}
    given = {
        key: piece
        for key, piece in found.value.items()
        if piece.value != "" or (key in schema and schema[key].may_be_empty)
    }
    for key in found.value.keys() - schema.keys():
        near = get_close_matches(key, schema, n=1)
        cure = f"Did you mean `{near[0]}`?" if near else f"The keys are: {known}."
        problems.add(lines.get(key, found.line), f"{what} has no key `{key}`.", cure)
    for key, field in schema.items():
        value = field.read(given[key], problems) if key in given else None
        if key in given and value is not HIDDEN:
            values[key] = value
        elif field.required:
            problems.add(lines.get(key, found.line), f"{what} needs `{key}`.", field.required)
    return Values(values, lines, found.line)


def _explain(error: MarkedYAMLError) -> str:
    problem = str(error.problem or "it cannot be read")
    if "\\t" in problem:
        problem = "there is a tab where only spaces may stand"
    return f"This is not YAML: {problem}."


def _text_of(node: Node, problems: Problems, lines_before: int) -> Found:
    line = int(node.start_mark.line) + 1 + lines_before
    if node.anchor is not None:
        # Aliases repeat what they name; a small file could grow without end.
        problems.add(line, "Anchors (&) and aliases (*) are not read here.", "Write it out.")
        return Found(line, "")
    if isinstance(node, ScalarNode):
        return Found(line, str(node.value).strip())
    if isinstance(node, SequenceNode):
        return Found(line, [_text_of(piece, problems, lines_before) for piece in node.value])
    pieces: dict[str, Found] = {}
    keys: dict[str, int] = {}
    for name, piece in node.value:
        key_line = int(name.start_mark.line) + 1 + lines_before
        if not isinstance(name, ScalarNode):
            problems.add(key_line, "A key here is not plain text.", "Write lines like title: Hello")
            continue
        key = str(name.value)
        if key in keys:
            problems.add(key_line, f"`{key}` is there twice.", "Keep one of them.")
            continue
        keys[key] = key_line
        if isinstance(piece, ScalarNode) and piece.value == "" and not piece.style:
            continue  # a key with nothing after it
        pieces[key] = _text_of(piece, problems, lines_before)
    return Found(line, pieces, keys)
