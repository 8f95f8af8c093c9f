"""The one form in which everything written is kept: Markdown with YAML front matter, as `front_matter` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

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
    lines = ["---", *_mapping(front, "")] if front else ["---"]
    body = body.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join([*lines, "---", body])


def _mapping(values: Mapping[str, Value], indent: str) -> Iterator[str]:
    for key, value in values.items():
        yield from _entry(f"{indent}{_scalar(key)}:", value, indent)


def _list(values: Sequence[Value], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping) and value:
            first, *more = _mapping(value, indent + _STEP)
            yield f"{indent}- {first.lstrip(' ')}"
            yield from more
        else:
            yield from _entry(f"{indent}-", value, indent)


def _entry(before: str, value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield before if value else f"{before} {{}}"
        yield from _mapping(value, indent + _STEP)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield before if value else f"{before} []"
        yield from _list(value, indent + _STEP)
    else:
        yield f"{before} {_scalar(value)}"


def _scalar(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"{value}"
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
