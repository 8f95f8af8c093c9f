"""The one clock: milliseconds since the epoch, as integers."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any


def now_ms() -> int:
    """Return the present moment in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def iso(ms: int) -> str:
    """Write a moment as ActivityStreams wants it: UTC with Z, seconds (xsd:dateTime)."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_iso(value: Any) -> int | None:
    """Read a moment that names its zone (Z or an offset), in milliseconds; None if it does not."""
    try:
        moment = datetime.fromisoformat(value)
        return None if moment.tzinfo is None else int(moment.timestamp() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None
