"""What is wrong with a file that says it is a recording."""

from __future__ import annotations


class Broken(Exception):
    """The file is not what it says, or uses something that is not taken over; says what in a few words."""
