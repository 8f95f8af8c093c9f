"""An update as a Note, which every server shows whole."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fedi.practices.updates.model import Update
from fedi.publishing.kinds import Part, Subject


def to_document(details: Update, subject: Subject) -> Part:
    """Open with the title, if there is one: a Note's name is shown by few and taken for a warning by some."""
    return Part(opening=f"<p><strong>{escape(subject.title)}</strong></p>" if subject.title else "")


def from_document(document: Mapping[str, Any]) -> Update | None:
    """Read a Note."""
    return Update() if document.get("type") == "Note" else None
