"""The one door for foreign JSON: bytes become a plain object, or are refused."""

from __future__ import annotations

import json
from typing import Any

import orjson

from fedi.errors import Malformed

MAX_DEPTH = 30
MAX_NUMBER = 2**53 - 1
"""The largest of which every reader knows the neighbours; a proof cannot be checked over a larger one."""


def parse(data: bytes, *, strict: bool = False) -> dict[str, Any]:
    """Read a JSON object, or raise Malformed.

    Refused are: other values than objects, nesting over 30, invalid UTF-8, lone surrogates, NaN,
    numbers from 2^53 on, and, when `strict`, duplicate keys (they let one signed document be read in
    two ways). NUL characters are dropped, because PostgreSQL stores none.
    """
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Malformed("This is not JSON.") from error
    if not isinstance(document, dict):
        raise Malformed("This is not a JSON object.")
    _check_bounds(document)
    if strict and has_duplicate_keys(data):
        raise Malformed("A key stands twice in this JSON object.")
    if b"\\u0000" in data:
        document = _without_nul(document)
    return document


def has_duplicate_keys(data: bytes) -> bool:
    """Tell whether any object of a JSON text names a key twice, or raise Malformed."""
    found = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len({key for key, _ in pairs}) != len(pairs)

    try:
        json.loads(data, object_pairs_hook=look)
    except (ValueError, RecursionError) as error:
        raise Malformed("This is not JSON.") from error
    return found


def _check_bounds(document: dict[str, Any]) -> None:
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for container in level:
            for value in container.values() if type(container) is dict else container:
                kind = type(value)
                if kind is dict or kind is list:
                    below.append(value)
                elif (kind is int or kind is float) and abs(value) > MAX_NUMBER:
                    raise Malformed("A number in this JSON is too large.")
        if not below:
            return
        level = below
    raise Malformed("This JSON is nested too deeply.")


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {key.replace("\0", ""): _without_nul(item) for key, item in value.items()}
    return value
