"""What groups do: one folder for each practice, found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Import the rules of every practice, so that each has registered its kind; doing it twice does nothing."""
    for practice in iter_modules(__path__):
        import_module(f"{__name__}.{practice.name}.rules")
