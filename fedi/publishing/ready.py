"""Something written, ready to be published in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fedi.publishing.draft import Draft
from fedi.publishing.markdown import Mentioned
from fedi.storage.media import Picture, Voice


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft with all that had to be fetched or decoded beforehand.

    `pictures` and `voices` are those of the fullest draft in its order; where it names none, everybody has them.
    """

    draft: Draft
    mentions: Mapping[str, Mentioned] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    voices: tuple[Voice, ...] = ()
