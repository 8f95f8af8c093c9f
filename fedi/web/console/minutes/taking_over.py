"""A text that minutes stand in, with or without front matter, as what would have to be typed into their form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fedi.publishing import written
from fedi.publishing.draft import AUDIENCES
from fedi.publishing.front_matter import FrontMatterError, Problems, parse, split
from fedi.publishing.marks import sealed, unsealed, unveiled, veiled
from fedi.web.console.minutes.days import day_in
from fedi.web.console.minutes.labels import meaning_of
from fedi.web.console.minutes.loose import understand
from fedi.web.console.writing import plain_tree, typed_of

SCALARS = frozenset(
    [
        "title",
        "language",
        "warning",
        "reply_to",
        "date",
        "end",
        "timezone",
        "online",
        "attendance",
        "attendance_remote",
    ]
)
RECORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(keys.split())
    for name, keys in {
        "place": "name area street lat lon precision",
        "next": "date place online agenda",
        "witness": "group note",
        "mirror": "title post group note prepared_by next",
        "roles": "role held_by note",
        "agenda": "title notes",
        "decisions": "text how result consent stand_aside block abstain review note reasons item key",
        "actions": "text role due done key",
        "reasons": "text stance",
    }.items()
}
"""What may stand in a mapping under each key; under the last ones is a list of them."""
OURS = frozenset({"title", "date", "timezone"})
"""What front matter of minutes from here cannot do without: nothing below it is to be guessed."""
LISTS = frozenset({"roles", "agenda", "decisions", "actions", "reasons"})


def typed_in(text: str) -> dict[str, list[str]]:
    """Return what would have to be typed into the form; what no field can hold stands in the notes.

    What is marked for some stays so, whole and as it was written; a text with a mark that cannot be read is all notes.
    """
    tree, body = _apart(text)
    front = {key: value for key, value in tree.items() if _fits(key, value)}
    others = {key: _marked(value) for key, value in tree.items() if key not in front}
    if not front.keys() & LISTS and not front.keys() >= OURS:
        try:
            plain, kept = sealed(_as_lines(others) + body)
        except FrontMatterError:
            return typed_of("minutes", _dated(front), _as_lines(others) + body)
        found = understand(plain, is_named="title" in front)
        made = unsealed({**found.front, "": found.body}, kept)
        return typed_of("minutes", {**made, **_dated(front)}, made[""])
    lines = _as_lines(others)
    return typed_of("minutes", front, f"{lines}\n{body}".strip())


def _apart(text: str) -> tuple[dict[str, Any], str]:
    """Return front matter and text; front matter that cannot be read is text."""
    try:
        head, body, before = split(text)
        problems = Problems([])
        found = parse(veiled(head), problems, before)
        problems.raise_if_any()
    except FrontMatterError:
        return {}, text
    tree = unveiled(plain_tree(found))
    if isinstance(audience := tree.get("visibility"), str):
        tree["visibility"] = audience.lower()
    # What somebody noted beside the front matter is read by nobody else.
    aside = "\n".join(line for line in head.splitlines() if line.lstrip().startswith("#"))
    return (tree, f"{aside}\n\n{body}".strip()) if tree else ({}, text)


def _marked(value: Any) -> Any:
    """Return files that are for some alone with marks around what is said of them: as text, all would read it."""
    if isinstance(value, list):
        return [_marked(piece) for piece in value]
    whom = str(value.get("audience")).lower() if isinstance(value, Mapping) else ""
    if whom not in ("members", "partners"):
        return value
    return {
        key: f"[[{whom}: {told}]]" if key != "audience" and isinstance(told, str) else told
        for key, told in value.items()
    }


def _fits(key: str, value: Any) -> bool:
    """Tell whether the form has a field for all that stands under a key."""
    if key in LISTS and isinstance(value, list):
        return all(_fits_record(key, piece) for piece in value)
    if key == "hashtags":
        return isinstance(value, str) or _are_texts(value)
    if key == "visibility":
        return value in AUDIENCES
    return _fits_record(key, value) if key in RECORDS else key in SCALARS and isinstance(value, str)


def _fits_record(key: str, value: Any) -> bool:
    if not isinstance(value, Mapping):
        return isinstance(value, str)
    inner: Mapping[str, Any] = value
    return inner.keys() <= RECORDS[key] and all(
        isinstance(piece, str)
        or (name == "agenda" and _are_texts(piece))
        or (name in ("reasons", "place") and _fits(name, piece))
        for name, piece in inner.items()
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(piece, str) for piece in value)


def _dated(front: dict[str, Any]) -> dict[str, Any]:
    """Return front matter of another tool with its day as ours has it."""
    moment = str(front.get("date") or "")
    if not moment or re.match(r"\d{4}-\d{2}-\d{2}", moment):
        return front
    day = day_in(moment)
    return {**front, "date": day} if day else front


def _as_lines(others: Mapping[str, Any]) -> str:
    """Write what no field can hold as lines of text; a list below a label that is known is one line."""
    if not others:
        return ""
    plain = {
        key: ", ".join(value) if _are_texts(value) and meaning_of(key)[0] else value
        for key, value in others.items()
    }
    simple = {key: value for key, value in plain.items() if isinstance(value, str)}
    rest = {key: value for key, value in plain.items() if key not in simple}
    lines = [f"{key}: {value}" for key, value in simple.items()]
    if rest:
        lines += ["", *written.write(rest, "").splitlines()[1:-1]]
    return "\n".join(lines) + "\n\n"
