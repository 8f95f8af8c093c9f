"""Finding somebody elsewhere by what a member typed, and saying in words why nobody was found."""

from __future__ import annotations

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

_REASONS: tuple[tuple[type[FediError], str, str], ...] = (
    (
        Missing,
        _("Nobody of that name is there."),
        _("Look for a slip in the name, or paste the address of their profile."),
    ),
    (
        NotFound,
        _("Nobody of that name is there."),
        _("Look for a slip in the name, or paste the address of their profile."),
    ),
    (
        RefusedByPeer,
        _("Their server does not want to tell us about them."),
        _("Perhaps it blocks this server."),
    ),
    (
        WrongType,
        _("What is there is no account of the fediverse."),
        _("Paste the address of a profile, or write a handle like @name@server.example."),
    ),
    (
        NotPublicAddress,
        _("That is no public address."),
        _("Write a handle like @name@server.example."),
    ),
    (
        Unreachable,
        _("Their server does not answer now."),
        _("Try again in a few minutes."),
    ),
    (Forbidden, _("This server does not speak with theirs."), _("Ask whoever keeps it.")),
    (
        Malformed,
        _("This is neither a handle nor an address."),
        _("Write a handle like @name@server.example, or paste the address of a profile."),
    ),
)


async def find_actor(house: House, typed: str) -> Actor:
    """Return whom a handle or the address of a profile means, looking them up; raise Refused in words."""
    wanted = typed.strip()
    try:
        if wanted.startswith(("https://", "http://")):
            return await house.remote.actor(wanted)
        return await house.remote.by_handle(wanted)
    except FediError as error:
        for kind, sentence, cure in _REASONS:
            if isinstance(error, kind):
                raise Refused(sentence, cure=cure) from error
        raise
