"""Follower synchronisation, both ways (FEP-8fcf): two servers find out where their idea of a follow differs."""

from __future__ import annotations

import re

from fedi.activitypub.origins import same_origin
from fedi.actors import blocked
from fedi.actors.follows import as_said
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.delivery.clockwork import House, job
from fedi.delivery.followers_digest import followers_digest
from fedi.site import Site
from fedi.storage import actors, follows, groups, jobs, signals
from fedi.storage.follows import PENDING, Follow
from fedi.storage.tx import Tx

MOST_PAGES = 10
MOST_ITEMS = 2_000
LONGEST_HEADER = 4_000
_PART = re.compile(r'\s*([A-Za-z]+)="([^"]*)"\s*(?:,|$)', re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def followers_there(tx: Tx, group: str, host: str) -> list[str]:
    """Return who on one host follows a group, for the collection that only this host may read."""
    return follows.followers_on(tx, group, host)


def note_header(tx: Tx, signer: str, header: str, now: int) -> bool:
    """Compare what a sender believes of us with what we know; where they differ, look into it as a job.

    The header counts only where it was signed, names the sender's own followers, and an address of its own
    server.
    """
    parts = _parts(header)
    url, digest = parts.get("url", ""), parts.get("digest", "").lower()
    sender = actors.find(tx, signer)
    if sender is None or blocked.severity(tx, blocked.INSTANCE, [signer]) == "block":
        return False
    if not sender.followers or parts.get("collectionId") != sender.followers:
        return False
    if not same_origin(url, signer) or not _DIGEST.fullmatch(digest):
        return False
    if followers_digest(follows.ours_of(tx, signer)) == digest:
        return False
    jobs.add(tx, "actors.sync", signer, {"actor": signer, "url": url, "digest": digest}, now)
    return True


@job("actors.sync")
async def look_into(house: House, payload: dict[str, str]) -> None:
    """Fetch whom an actor counts as followers here, and settle what differs."""
    items = house.door.collection(
        payload["url"], pages=MOST_PAGES, items=MOST_ITEMS, by=await house.remote.signer()
    )
    listed = {item async for item in items if isinstance(item, str)}
    now = house.now()
    await house.store.write(
        lambda tx: settle(tx, house.site, payload["actor"], listed, payload["digest"], now)
    )


def settle(tx: Tx, site: Site, actor: str, listed: set[str], digest: str, now: int) -> None:
    """End the follows that only we believe in, and take back those that only the other side believes in.

    Nothing happens unless the list is the very one the digest was made of: it may have changed meanwhile.
    """
    if followers_digest(listed) != digest or not all(site.is_local(name) for name in listed):
        return
    for ours in follows.ours_of(tx, actor):
        if ours not in listed:
            follows.remove(tx, ours, actor)
            _bump(tx, ours)
    for name in sorted(listed):
        if groups.find_by_actor(tx, name) and follows.find(tx, name, actor) is None:
            never = as_said(Follow(name, actor, PENDING, "", now, None))
            outbox.send(tx, site, by=name, activity=build.undo(name, never), to=[actor], now=now)


def _parts(header: str) -> dict[str, str]:
    return {} if len(header) > LONGEST_HEADER else dict(_PART.findall(header))


def _bump(tx: Tx, actor: str) -> None:
    group = groups.find_by_actor(tx, actor)
    if group:
        signals.bump(tx, f"group:{group.name}")
