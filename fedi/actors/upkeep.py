"""What is done about actors in the background: handles, profiles, those who are gone, links that lead back."""

from __future__ import annotations

from fedi.activitypub import webfinger
from fedi.activitypub.proofs import FRESH_MS
from fedi.actors import groups, known, rel_me
from fedi.delivery.clockwork import House, job
from fedi.delivery.ledger import CONFIRM_GONE
from fedi.errors import Missing, Unreachable
from fedi.storage import actors, jobs, seen

DAY_MS = 86_400_000
KEEP_SEEN_MS = FRESH_MS + DAY_MS
"""How long a repeated activity is known as one: for longer than its signature or its proof would prove it."""


@job("actors.confirm_handle")
async def confirm_handle(house: House, payload: dict[str, str]) -> None:
    """Ask WebFinger whether the handle an actor's id and name suggest leads back to it, and bind it if so."""
    actor = await house.store.read(lambda tx: actors.find(tx, payload["actor"]))
    if actor is None or actor.handle or actor.gone_at is not None:
        return
    handle = await webfinger.confirm(house.door, actor.id, actor.username)
    if handle is not None:
        await house.store.write(lambda tx: actors.set_handle(tx, actor.id, handle.address.lower()))


@job("actors.refresh")
async def refresh(house: House, payload: dict[str, str]) -> None:
    """Fetch an actor afresh; whether one that is missing is gone is found out separately."""
    actor_id = payload["actor"]
    try:
        await house.remote.actor(actor_id, max_age_ms=0)
    except Missing:
        now = house.now()
        await house.store.write(
            lambda tx: jobs.add(tx, CONFIRM_GONE, actor_id, {"actor": actor_id}, now)
        )


@job(CONFIRM_GONE)
async def confirm_gone(house: House, payload: dict[str, str]) -> None:
    """Let go of an actor whose server says 410; after a 404 ask once more a day later (interop §5.1)."""
    await _if_missing(house, payload["actor"], let_go_at_404=False)


@job("actors.still_gone")
async def still_gone(house: House, payload: dict[str, str]) -> None:
    """Let go of an actor that is still missing a day after it was."""
    await _if_missing(house, payload["actor"], let_go_at_404=True)


@job("actors.verify_links")
async def verify_links(house: House, payload: dict[str, str]) -> None:
    """Look whether the pages a group names link back to it with `rel="me"`."""
    name = payload["group"]
    group = await house.store.read(lambda tx: groups.find_group(tx, name))
    if group is None:
        return
    ours = {group.actor, house.site.page_of(name)}
    found: dict[str, int | None] = {}
    for link in {field.value for field in group.fields if rel_me.is_link(field.value)}:
        try:
            linked = await rel_me.links_back(house.door, link, ours)
        except Unreachable as error:
            if error.may_retry:
                continue  # what was verified stays so while its server is merely down
            linked = False
        found[link] = house.now() if linked else None
    await house.store.write(lambda tx: groups.mark_verified(tx, name, found))


@job("actors.forget_seen", every=DAY_MS)
async def forget_seen(house: House, payload: dict[str, str]) -> None:
    """Drop what the seen-before guard no longer needs."""
    before = house.now() - KEEP_SEEN_MS
    await house.store.write(lambda tx: seen.prune(tx, before))


async def _if_missing(house: House, actor_id: str, *, let_go_at_404: bool) -> None:
    try:
        await house.remote.actor(actor_id, max_age_ms=0)
    except Missing as error:
        now = house.now()
        if error.gone or let_go_at_404:
            await house.store.write(lambda tx: known.let_go(tx, actor_id, now))
        else:
            # The first time counts: asked for again meanwhile, this job keeps its date.
            await house.store.write(
                lambda tx: jobs.add(
                    tx, "actors.still_gone", actor_id, {"actor": actor_id}, now + DAY_MS
                )
            )
