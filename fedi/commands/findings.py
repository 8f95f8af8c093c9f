"""What doctor finds: a state, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; `cure` says what to do unless it is ok."""

    state: State
    what: str
    cure: str = ""


def ok(what: str) -> Finding:
    """Note what is as it should be."""
    return Finding("ok", what)


def warn(what: str, cure: str) -> Finding:
    """Note what works, and what one should know of it."""
    return Finding("warn", what, cure)


def bad(what: str, cure: str) -> Finding:
    """Note what does not work."""
    return Finding("bad", what, cure)
