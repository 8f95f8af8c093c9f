"""The inbox: read, authenticate, receive, 202; nobody is answered before the effect is on disk."""

from __future__ import annotations

from typing import Any

from fedi.activitypub.authenticate import Authenticated, authenticate
from fedi.activitypub.context import understand
from fedi.activitypub.origins import host_of
from fedi.activitypub.parse import has_duplicate_keys, parse
from fedi.activitypub.signatures import Request, read_signature
from fedi.activitypub.vocabulary import Activity, id_of, read_activity
from fedi.actors import sync
from fedi.actors.groups import get_group
from fedi.actors.receive import Incoming, count_unknown, handles, receive
from fedi.clock import now_ms
from fedi.conversation import forwarded
from fedi.errors import Malformed, Unauthorised, Unavailable, Unreachable
from fedi.house import House
from fedi.storage import actors, jobs
from fedi.storage.tx import Tx
from fedi.web.limits import Limits, Rule

LOOK_LATER_MS = 600_000
"""When to ask for an actor whose farewell could not be checked; in between all farewells are one."""
FORWARDS = Rule("forwards", 120, 1 / 5)
"""How much of what one server passes on is looked up at its origin; each costs that origin a request."""


class Inbox:
    """Takes in what others say."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._forwards = Limits()

    async def take(self, asked: Request, inbox_of: str | None) -> None:
        """Take in one activity, or raise; afterwards it took effect or needs nothing.

        `inbox_of` is whose own inbox it came to, None for the shared one.
        """
        house, content = self._house, asked.body or b""
        document = parse(content)
        if "proof" in document and has_duplicate_keys(content):
            raise Malformed("A key stands twice in this JSON object.")
        activity = read_activity(understand(document))
        now = now_ms()
        if not handles(activity.type):
            await house.store.write(lambda tx: count_unknown(tx, activity.type, now))
            return
        if _is_farewell(activity) and not await _is_known(house, activity.actor):
            # Asking for their key would let anybody make us fetch (interop §6.25).
            return
        try:
            who = await authenticate(asked, document, house.remote.key, now)
        except Unauthorised:
            if not await self._is_last_word(activity, asked, now):
                raise
            return
        except Unreachable as error:
            raise Unavailable("Your key could not be fetched; try again later.") from error
        if who.actor is None:
            await self._take_forwarded(activity, who.signer, now)
            return
        if who.actor != activity.actor:
            # Read through its context it names another actor than the one who was proven.
            raise Unauthorised("This activity names two actors.")
        await _introduce(house, who.actor)
        incoming = _incoming(house, activity, document, who, inbox_of, now)
        synchronisation = _synchronisation(asked) if who.by == "signature" else None

        def unit(tx: Tx) -> str:
            if inbox_of and inbox_of != house.site.actor:
                get_group(tx, inbox_of.rpartition("/")[2])
            if synchronisation:
                sync.note_header(tx, incoming.by, synchronisation, now)
            return receive(tx, incoming)

        await house.store.write(unit)

    async def _take_forwarded(self, activity: Activity, signer: str, now: int) -> None:
        """Look up what somebody passed on; what only its actor could have said is refused."""
        if activity.type not in forwarded.TYPES:
            raise Unauthorised("Who signed this is not who says it.")
        self._forwards.take(FORWARDS, host_of(signer))
        site = self._house.site
        await self._house.store.write(
            lambda tx: forwarded.take(tx, site, activity, carried_by=signer, now=now)
        )

    async def _is_last_word(self, activity: Activity, asked: Request, now: int) -> bool:
        """Tell whether this says that its actor is gone, whose key is then gone, too; its server is asked later."""
        if activity.type != "Delete" or not _is_farewell(activity):
            return False
        if not {"signature", "signature-input"} & asked.headers.keys():
            return False
        await self._house.store.write(
            lambda tx: jobs.add(
                tx, "actors.refresh", activity.actor, {"actor": activity.actor}, now + LOOK_LATER_MS
            )
        )
        return True


def _incoming(
    house: House,
    activity: Activity,
    document: dict[str, Any],
    who: Authenticated,
    inbox_of: str | None,
    now: int,
) -> Incoming:
    return Incoming(
        activity=activity,
        document=document,
        by=who.actor or who.signer,
        site=house.site,
        now=now,
        inbox_of=inbox_of,
        proof="http" if who.by == "signature" else "proof",
        carried_by=who.signer if who.signer != who.actor else None,
    )


async def _introduce(house: House, actor: str) -> None:
    """Make sure that we know who speaks; usually their key brought their document along."""
    try:
        await house.remote.meet(actor)
    except Unreachable as error:
        if error.may_retry:
            raise Unavailable("Your actor could not be fetched; try again later.") from error
        raise Unauthorised("There is no such actor.") from error


async def _is_known(house: House, actor: str) -> bool:
    return await house.store.read(lambda tx: actors.find(tx, actor)) is not None


def _synchronisation(asked: Request) -> str | None:
    """Give the header of FEP-8fcf if the signature covers it; else anybody on the way could have put it there."""
    info = read_signature(asked)
    covered = info is not None and "collection-synchronization" in info.covered
    return asked.headers.get("collection-synchronization") if covered else None


def _is_farewell(activity: Activity) -> bool:
    return activity.type in ("Delete", "Update") and id_of(activity.object) == activity.actor
