"""What finders find, and the text as they see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["phone", "email", "address", "payment", "person", "coordinates"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something private: where it stands in the text that was looked through, and on which line."""

    kind: Kind
    start: int
    end: int
    text: str
    line: int


class Span(NamedTuple):
    """Where something begins and ends."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of text of bounded length; `plain` is the same without web addresses, in as many characters."""

    text: str
    plain: str
    language: str
    regions: tuple[str, ...]


_URL = re.compile(r"\b(?:https?|xmpp|matrix|payto|ftp)://?[^\s<>\"]{1,400}", re.IGNORECASE)


def any_of(patterns: str) -> str:
    """Make one pattern of several, which stand with blanks between them; `_` is a blank within one."""
    return "(?:" + "|".join(patterns.split()).replace("_", r"\s") + ")"


def without_addresses(text: str) -> str:
    """Return a text with blanks in place of web addresses, which are made to be passed on."""
    return _URL.sub(lambda found: " " * len(found[0]), text)


def spans(pattern: re.Pattern[str], text: str, group: str | int = 0) -> Iterator[Span]:
    """Give where a pattern matches."""
    for found in pattern.finditer(text):
        yield Span(found.start(group), found.end(group))
