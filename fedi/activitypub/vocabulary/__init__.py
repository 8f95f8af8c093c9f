"""What foreign documents mean: plain JSON becomes typed values, whichever server wrote it."""

from fedi.activitypub.vocabulary.activity import Activity, read_activity
from fedi.activitypub.vocabulary.actor import ACTOR_TYPES, Actor, Field, read_actor
from fedi.activitypub.vocabulary.event import Event, Place
from fedi.activitypub.vocabulary.media import Attachment, LinkRef
from fedi.activitypub.vocabulary.note import Note, read_note
from fedi.activitypub.vocabulary.parts import Emoji, Mention, Option, Poll
from fedi.activitypub.vocabulary.values import (
    PUBLIC,
    Visibility,
    as_list,
    first,
    id_of,
    ids_of,
    is_public,
    millis_of,
    text_of,
    type_of,
    types_of,
    visibility,
    with_plain_keys,
)

__all__ = [
    "ACTOR_TYPES",
    "PUBLIC",
    "Activity",
    "Actor",
    "Attachment",
    "Emoji",
    "Event",
    "Field",
    "LinkRef",
    "Mention",
    "Note",
    "Option",
    "Place",
    "Poll",
    "Visibility",
    "as_list",
    "first",
    "id_of",
    "ids_of",
    "is_public",
    "millis_of",
    "read_activity",
    "read_actor",
    "read_note",
    "text_of",
    "type_of",
    "types_of",
    "visibility",
    "with_plain_keys",
]
