"""Sentences about people are marked for translation where they stand; whoever shows them translates them."""

from __future__ import annotations


def _(message: str) -> str:
    """Mark a sentence for translation."""
    return message
