"""What can be chosen in a poll and what was, as plain HTML for where no page draws it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fedi.publishing import words
from fedi.publishing.times import moment_in_words, read_moment
from fedi.publishing.words import say


def results(facts: Mapping[str, Any], language: str) -> str:
    """Return the options of a poll with their votes, and until when it is open; nothing for what is no poll."""
    if not facts["options"]:
        return ""
    items = "".join(
        f"<li>{escape(option['name'])}: {option['votes']}</li>" for option in facts["options"]
    )
    moment = read_moment(facts["closed"] or facts["ends"] or "", facts["timezone"])
    if moment is None:
        return f"<ul>{items}</ul>"
    message = words.CLOSED_ON if facts["closed"] else words.OPEN_UNTIL
    told = say(message, language, when=moment_in_words(moment, language))
    return f"<ul>{items}</ul><p>{escape(told)}</p>"
