"""The one form in which everything written is kept: Markdown with YAML front matter, as `front_matter` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands: the keys and numbers that lead to it."""
Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value]"

# What every reader of YAML takes for text, in any of its versions.
_PLAIN = re.compile(r"[^\W\d_][\w ,.!?'’()/+-]*", re.UNICODE)
_NO_TEXT = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|inf|nan)|.*\s-\s?$|.*\.(?i:inf|nan)|[\d.e+-]+"
)
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_STEP = "  "


def write(front: Mapping[str, Value], body: str) -> str:
    """Write front matter and a text; what is read of it again is the same, less the white space around values."""
    lines = ["---", *(line for line, _ in _mapping(front, ()))]
    body = body.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join([*lines, "---", body])


def places(front: Mapping[str, Value]) -> dict[int, Place]:
    """Return for the number of each line that `write` makes of front matter which value stands there."""
    return {number: place for number, (_, place) in enumerate(_mapping(front, ()), start=2)}


def _mapping(values: Mapping[str, Value], above: Place) -> Iterator[tuple[str, Place]]:
    for key, value in values.items():
        yield from _entry(f"{_STEP * len(above)}{_scalar(key)}:", value, (*above, key))


def _list(values: Sequence[Value], above: Place) -> Iterator[tuple[str, Place]]:
    indent = _STEP * len(above)
    for number, value in enumerate(values):
        place = (*above, number)
        if isinstance(value, Mapping) and value:
            (first, at), *more = _mapping(value, place)
            yield f"{indent}- {first.lstrip(' ')}", at
            yield from more
        else:
            yield from _entry(f"{indent}-", value, place)


def _entry(before: str, value: Value, place: Place) -> Iterator[tuple[str, Place]]:
    if isinstance(value, Mapping):
        yield before if value else f"{before} {{}}", place
        yield from _mapping(value, place)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield before if value else f"{before} []", place
        yield from _list(value, place)
    else:
        yield f"{before} {_scalar(value)}", place


def _scalar(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"{value}"
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text):
        return text
    if "\\[" in text and text.isprintable():
        # Between these quotes a bracket that is escaped stays escaped by one stroke.
        return "'" + text.replace("'", "''") + "'"
    quoted = json.dumps(text, ensure_ascii=False)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
