"""What an act is called in one line: kept as a text of ours with what belongs into it, told in each reader's tongue."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any

import orjson

from fedi.errors import Named

_MARK = "\x1f"
"""What a kept label begins with; a line that was kept in somebody's language does not."""


def label(text: str, /, **values: str) -> str:
    """Return a line as it is kept; what of the values is `Named` is a text of ours as well."""
    filled = {name: [one] if isinstance(one, Named) else one for name, one in values.items()}
    return _kept({"say": text, "with": filled})


def counted(one: str, many: str, number: int) -> str:
    """Return a line about so many of something (`count` in its text) as it is kept."""
    return _kept({"say": one, "many": many, "count": number})


def told(kept: str, spoken: NullTranslations) -> str:
    """Tell a line to a reader; one that was kept in somebody's language stays as it is."""
    if not kept.startswith(_MARK):
        return kept
    line = orjson.loads(kept.removeprefix(_MARK))
    text = line["say"]
    if "many" in line:
        many, number = line["many"], line["count"]
        return spoken.ngettext(text, many, number) % {"count": number}
    values = {
        name: one if isinstance(one, str) else one[0] and spoken.gettext(one[0])
        for name, one in line["with"].items()
    }
    said = spoken.gettext(text)
    return said % values if values else said


def filled(kept: str, name: str) -> str:
    """Return what was filled into a line under a name, '' where nothing was."""
    line = orjson.loads(kept.removeprefix(_MARK)) if kept.startswith(_MARK) else {}
    value = line.get("with", {}).get(name, "")
    return value if isinstance(value, str) else ""


def _kept(line: dict[str, Any]) -> str:
    return _MARK + orjson.dumps(line).decode()
