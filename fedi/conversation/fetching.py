"""What must be fetched before it can be kept: posts that were only named or forwarded, and parents of replies."""

from __future__ import annotations

from typing import Any

from fedi.activitypub.context import understand
from fedi.activitypub.knocks import Signer
from fedi.activitypub.origins import same_origin
from fedi.activitypub.vocabulary import Note as ReadNote
from fedi.activitypub.vocabulary import id_of, read_note, type_of
from fedi.actors import blocked
from fedi.conversation import arriving, keeping, reading
from fedi.conversation.keeping import Place
from fedi.delivery.clockwork import job
from fedi.errors import Forbidden, Malformed, Missing
from fedi.house import House
from fedi.storage import notes, objects
from fedi.storage.tx import Tx

MOST_PARENTS = 20
"""How far up a thread is followed; most are shorter, and a hostile one has no end (interop §6.12)."""


@job("conversation.fetch")
async def fetch(house: House, payload: dict[str, Any]) -> None:
    """Fetch a post from where it is at home and keep it, or forget it when it is gone there."""
    name = payload["id"]
    now = house.now()
    try:
        read, document = await read_post(house, name, payload.get("inbox_of"))
    except Missing as missing:
        is_gone = missing.gone
        await house.store.write(lambda tx: _miss(tx, name, now, is_gone=is_gone))
        return
    except Malformed:
        return
    await house.remote.actor(read.attributed_to)
    inbox_of = payload.get("inbox_of")

    def unit(tx: Tx) -> None:
        if not keeping.revise(tx, read, document):
            arriving.take_in(tx, house.site, read, document, now, inbox_of=inbox_of)

    await house.store.write(unit)


@job("conversation.shared")
async def fetch_shared(house: House, payload: dict[str, Any]) -> None:
    """Fetch a post from where it is at home because somebody whom our groups follow shared it."""
    try:
        read, document = await read_post(house, payload["id"])
    except (Missing, Malformed):
        return
    if read.type not in reading.POSTS:
        return
    await house.remote.actor(read.attributed_to)
    now = house.now()

    def unit(tx: Tx) -> None:
        if reading.find_kept(tx, house.site, read, document, now):
            reading.share(tx, payload["by"], read.id, now)

    await house.store.write(unit)


@job("conversation.parents")
async def parents(house: House, payload: dict[str, Any]) -> None:
    """Follow what a reply answers up to something of ours, and hang all of it there.

    Where a parent's server does not answer it is all done again later; what was fetched is not kept before.
    """
    start = await house.store.read(lambda tx: notes.find(tx, payload["note"]))
    if start is None or start.thread is not None:
        return
    above: list[tuple[ReadNote, dict[str, Any]]] = []
    parent, seen = start.in_reply_to, {start.id}
    while parent and parent not in seen and len(above) < MOST_PARENTS:
        seen.add(parent)
        name = parent
        place = await house.store.read(lambda tx, name=name: _place_of(tx, name))
        if place is not None:
            await _hang(house, start, above, place)
            return
        if house.site.is_local(parent):
            return
        try:
            read, document = await read_post(house, parent)
            await house.remote.actor(read.attributed_to)
        except Malformed:
            return
        above.append((read, document))
        parent = read.in_reply_to


async def read_post(
    house: House, name: str, ours: str | None = None
) -> tuple[ReadNote, dict[str, Any]]:
    """Fetch a post from where it is at home, in the name of a group of `ours` or of the instance."""
    if await house.store.read(lambda tx: blocked.severity(tx, blocked.INSTANCE, [name])) == "block":
        raise Forbidden("This instance does not speak with that server.")
    signer: Signer = await house.remote.signer(ours if ours and ours != house.site.actor else None)
    found = await house.door.document(name, by=signer)
    document = understand(found.document)
    if type_of(document) in ("Create", "Announce"):
        inner = document.get("object")
        if not isinstance(inner, dict) or not same_origin(id_of(inner) or "", found.url):
            raise Malformed("This activity does not carry a post of its own server.")
        document = inner
    return read_note(document), document


async def get_note(house: House, url: str) -> notes.Note:
    """Return a post by its id or page, fetching it where it is not known yet; raise Unreachable or Malformed.

    What a person of ours asks about is kept, so that they can like, share or answer it.
    """
    known = await house.store.read(lambda tx: notes.find_at(tx, url))
    if known is not None:
        return known
    if house.site.is_local(url):
        raise Malformed("That is the address of something here.")
    read, document = await read_post(house, url)
    await house.remote.actor(read.attributed_to)
    now = house.now()

    def unit(tx: Tx) -> notes.Note | None:
        place = keeping.place_of(tx, house.site, read) or keeping.NOWHERE
        keeping.keep(tx, house.site, read, document, now, place=place)
        return notes.find(tx, read.id)

    kept = await house.store.write(unit)
    if kept is None:
        raise Malformed("This post was deleted by its author.")
    return kept


async def _hang(
    house: House, start: notes.Note, above: list[tuple[ReadNote, dict[str, Any]]], place: Place
) -> None:
    """Keep the parents from the top down, then hang the reply itself below them."""
    now = house.now()

    def unit(tx: Tx) -> None:
        for read, document in reversed(above):
            keeping.keep(tx, house.site, read, document, now)
        keeping.hang(tx, start.id, place)

    await house.store.write(unit)


def _place_of(tx: Tx, name: str) -> Place | None:
    ours = objects.find(tx, name)
    if ours is not None:
        return Place(ours.thread, ours.actor) if ours.withdrawn_at is None else None
    known = notes.find(tx, name)
    return Place(known.thread, known.to_group) if known and known.thread else None


def _miss(tx: Tx, name: str, now: int, *, is_gone: bool) -> None:
    """Forget what is not there any more; what was not public may just not be shown to us."""
    known = notes.find(tx, name)
    if known is None or not (is_gone or known.visibility in ("public", "unlisted")):
        return
    if is_gone:
        notes.bury(tx, name, known.author, now)
    keeping.forget(tx, name)
