"""What is forgotten in the background: sessions, questions and tries whose time is over, and old links."""

from __future__ import annotations

from fedi.delivery.clockwork import House, job
from fedi.people.invitations import HOUR_MS, KEEP_MS
from fedi.storage import challenges, invitations, sessions, translation_links, tries
from fedi.storage.tx import Tx


@job("people.sweep", every=HOUR_MS)
async def sweep(house: House, payload: dict[str, str]) -> None:
    """Forget what nobody can use any more."""
    now = house.now()

    def unit(tx: Tx) -> None:
        sessions.prune(tx, now)
        challenges.prune(tx, now)
        tries.prune(tx, now)
        invitations.prune(tx, now - KEEP_MS)
        translation_links.prune(tx, now - KEEP_MS)

    await house.store.write(unit)
