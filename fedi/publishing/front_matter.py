"""Markdown with YAML 1.2 front matter, read as text with line numbers and typed by a schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fedi.errors import Named, Refused
from fedi.publishing.words import _

if TYPE_CHECKING:
    from ruamel.yaml import Node

_LIKE = _("Write lines like title: Hello")
MAX_FRONT_MATTER = 32_000
"""Characters; the longest list of decisions anybody wrote fits ten times."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of a file, and what to do about it."""

    line: int
    why: Refused

    @property
    def sentence(self) -> str:
        """Return what is wrong, in English."""
        return self.why.sentence

    @property
    def cure(self) -> str:
        """Return what to do about it, in English."""
        return self.why.cure

    def told(self, translate: Callable[[str], str]) -> str:
        """Say all of it in one line of a language."""
        sentence, cure = self.why.told(translate)
        said = translate(_("Line %(line)s: %(problem)s")) % {
            "line": self.line,
            "problem": sentence,
        }
        return f"{said} {cure}".rstrip()


class SeenBy(Refused):
    """What is wrong with a text as some of its readers see it; `whose` says as whose, with %(problem)s in it."""

    def __init__(self, whose: str, problem: Refused) -> None:
        self.problem = problem
        super().__init__(whose, problem=problem)

    def told(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """Say it with the cure of the problem itself."""
        return super().told(translate)[0], self.problem.told(translate)[1]


class FrontMatterError(Refused):
    """The head of a file is wrong; every problem is listed, and nothing was published."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("", cure=_("Nothing was published. Mend it and try again."))

    def told(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """Say every problem in a line of its own."""
        lines = (problem.told(translate) for problem in self.problems)
        return "\n".join(lines), super().told(translate)[1]


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

    def add(self, line: int, sentence: str, cure: str, **values: object) -> None:
        """Note one problem; its texts are marked for translation, with `values` to fill in."""
        self.found.append(Problem(line, Refused(sentence, cure=cure, **values)))

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
    never_closed = Refused(
        _("The front matter is never closed."), cure=_("Put a line with --- after its last key.")
    )
    raise FrontMatterError([Problem(1, never_closed)])


def parse(front: str, problems: Problems, lines_before: int = 1) -> Found:
    """Read YAML as text; whatever is not a mapping of plain text, lists and mappings is a problem."""
    if len(front) > MAX_FRONT_MATTER:
        problems.add(
            lines_before,
            _("The front matter is too long."),
            _("Move what is long below the second ---."),
        )
        return Found(lines_before or 1, {}, {})
    found, wrong = _parsed(front, lines_before)
    problems.found += wrong
    return found


# What is written is read for each of its audiences, and again for each page that shows it; YAML is most of that.
@lru_cache(maxsize=32)
def _parsed(front: str, lines_before: int) -> tuple[Found, tuple[Problem, ...]]:
    problems = Problems([])
    return _parse(front, problems, lines_before), tuple(problems.found)


def _parse(front: str, problems: Problems, lines_before: int) -> Found:
    from ruamel.yaml import YAML, MappingNode
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    nothing = Found(lines_before or 1, {}, {})
    try:
        node: Any = YAML(typ="safe", pure=True).compose(front)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = (mark.line if mark else 0) + 1 + lines_before
        quotes = _("Text with a colon or a # in it needs quotes around it.")
        why = str(error.problem or "")
        if "\\t" in why:
            problems.add(line, _("There is a tab here, where only spaces may stand."), quotes)
        else:
            problems.add(line, _("This is not YAML: %(why)s."), quotes, why=why)
        return nothing
    except (YAMLError, RecursionError):
        problems.add(lines_before, _("The front matter is not YAML."), _LIKE)
        return nothing
    if node is None:
        return nothing
    if not isinstance(node, MappingNode):
        problems.add(
            lines_before + 1,
            _("The front matter is not a list of keys."),
            _LIKE,
        )
        return nothing
    return _text_of(node, problems, lines_before)


def read_fields(found: Found, schema: Schema, problems: Problems, what: Named) -> Values:
    """Read a mapping by its schema, noting every unknown, missing or unreadable key; `what` is what it tells of."""
    known = ", ".join(sorted(schema))
    values: dict[str, Any] = dict.fromkeys(schema)
    if not isinstance(found.value, dict):
        problems.add(
            found.line,
            _("%(what)s should have keys."),
            _("It may have: %(known)s."),
            what=what,
            known=known,
        )
        return Values(values, {}, found.line)
    lines = found.keys or {}
    given = {
        key: piece
        for key, piece in found.value.items()
        if piece.value != "" or (key in schema and schema[key].may_be_empty)
    }
    for key in found.value.keys() - schema.keys():
        near = get_close_matches(key, schema, n=1)
        problems.add(
            lines.get(key, found.line),
            _("%(what)s has no key `%(key)s`."),
            _("Did you mean `%(near)s`?") if near else _("The keys are: %(known)s."),
            what=what,
            key=key,
            near=near[0] if near else "",
            known=known,
        )
    for key, field in schema.items():
        value = field.read(given[key], problems) if key in given else None
        if key in given and value is not HIDDEN:
            values[key] = value
        elif field.required:
            needs = _("%(what)s needs `%(key)s`.")
            problems.add(lines.get(key, found.line), needs, field.required, what=what, key=key)
    return Values(values, lines, found.line)


def _text_of(node: Node, problems: Problems, lines_before: int) -> Found:
    from ruamel.yaml import ScalarNode, SequenceNode

    line = int(node.start_mark.line) + 1 + lines_before
    if node.anchor is not None:
        # Aliases repeat what they name; a small file could grow without end.
        problems.add(line, _("Anchors (&) and aliases (*) are not read here."), _("Write it out."))
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
            problems.add(key_line, _("A key here is not plain text."), _LIKE)
            continue
        key = str(name.value)
        if key in keys:
            problems.add(key_line, _("`%(key)s` is there twice."), _("Keep one of them."), key=key)
            continue
        keys[key] = key_line
        if isinstance(piece, ScalarNode) and piece.value == "" and not piece.style:
            continue  # a key with nothing after it
        pieces[key] = _text_of(piece, problems, lines_before)
    return Found(line, pieces, keys)
