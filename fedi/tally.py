"""What this process has done since it began, counted for whoever watches it; nothing here says who or where."""

from __future__ import annotations

from collections import Counter

counted: Counter[tuple[str, str]] = Counter()
"""How often what came to which end."""


def count(what: str, end: str, times: int = 1) -> None:
    """Count something that came to an end; costs next to nothing."""
    counted[what, end] += times
