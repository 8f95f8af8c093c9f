"""Something written, ready to be published in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fedi.publishing.draft import Draft
from fedi.publishing.markdown import Mentioned
from fedi.storage.media import Picture


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft with all that had to be fetched or decoded beforehand.

    `pictures` are those of the fullest draft in its order, or, where it names none, pictures that everybody sees.
    """

    draft: Draft
    mentions: Mapping[str, Mentioned] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
