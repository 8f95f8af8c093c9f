"""An update has nothing beyond what every published thing has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Update:
    """A short post."""
