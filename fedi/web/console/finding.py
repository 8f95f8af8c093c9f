"""Finding somebody elsewhere by what a member typed, and saying in words why nobody was found."""

from __future__ import annotations

from fedi.activitypub.handles import parse_handle
from fedi.errors import (
    FediError,
    Forbidden,
    Malformed,
    Missing,
    NotFound,
    NotPublicAddress,
    Refused,
    RefusedByPeer,
    Unreachable,
    WrongType,
)
from fedi.house import House
from fedi.publishing.words import _
from fedi.storage.actors import Actor

_NOBODY = (
    _("Nobody of that name is there."),
    _("Look for a slip in the name, or paste the address of their profile."),
)
_NO_ACCOUNT = (
    _("What is there is no account of the fediverse."),
    _("Paste the address of a profile, or write a handle like @name@server.example."),
)
_REASONS: tuple[tuple[type[FediError], str, str], ...] = (
    (Missing, *_NOBODY),
    (NotFound, *_NOBODY),
    (
        RefusedByPeer,
        _("Their server does not want to tell us about them."),
        _("Perhaps it blocks this server."),
    ),
    (WrongType, *_NO_ACCOUNT),
    (Malformed, *_NO_ACCOUNT),
    (
        NotPublicAddress,
        _("That is no public address."),
        _("Write a handle like @name@server.example."),
    ),
    (Unreachable, _("Their server does not answer now."), _("Try again in a few minutes.")),
    (Forbidden, _("This server does not speak with theirs."), _("Ask whoever keeps it.")),
)


async def find_actor(house: House, typed: str) -> Actor:
    """Return whom a handle or the address of a profile means, looking them up; raise Refused in words."""
    wanted = typed.strip()
    is_address = wanted.startswith(("https://", "http://"))
    try:
        handle = None if is_address else parse_handle(wanted)
    except Malformed as error:
        raise Refused(
            _("This is neither a handle nor an address."),
            cure=_("Write a handle like @name@server.example, or paste the address of a profile."),
        ) from error
    try:
        return await (
            house.remote.actor(wanted) if handle is None else house.remote.by_handle(handle)
        )
    except FediError as error:
        for kind, sentence, cure in _REASONS:
            if isinstance(error, kind):
                raise Refused(sentence, cure=cure) from error
        raise
