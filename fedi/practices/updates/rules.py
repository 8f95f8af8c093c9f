"""How a group publishes an update."""

from __future__ import annotations

from fedi.practices.updates.document import from_document, to_document
from fedi.practices.updates.model import Update
from fedi.publishing.front_matter import Problems, Values
from fedi.publishing.kinds import Kind, register
from fedi.publishing.words import _


def read(values: Values, problems: Problems) -> Update:
    """Make an update of front matter."""
    return Update()


KIND = register(
    Kind(
        name="update",
        path="updates",
        stamp="update",
        type="Note",
        meaning="GroupUpdate",
        label=_("Update"),
        plural=_("Updates"),
        schema={},
        read=read,
        to_document=to_document,
        from_document=from_document,
        is_titled=False,
    )
)
