"""What is done about actors in the background, over real sockets and by the real clockwork."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from build import SITE, a_follow, a_group, a_remote_actor, an_actor_document, jobs_of, said
from dialling import Clock, near_door
from loopback import Loopback, loopback, says
from signed import NOW

import fedi.actors.handlers  # noqa: F401  registers the jobs
from fedi.activitypub.fetch import Door
from fedi.actors.groups import get_group, set_profile
from fedi.actors.remote import RemoteActors
from fedi.actors.upkeep import DAY_MS, KEEP_SEEN_MS
from fedi.config import Config
from fedi.delivery.clockwork import Clockwork
from fedi.delivery.followers_digest import followers_digest
from fedi.site import Site
from fedi.storage import actors, follows, jobs, seen
from fedi.storage.actors import Actor
from fedi.storage.follows import PENDING
from fedi.storage.store import Store

HARBOUR = SITE.group("harbour")


@dataclass(frozen=True)
class House:
    """As much of a running instance as these jobs use."""

    config: Config
    store: Store
    door: Door
    remote: RemoteActors
    clock: Clock
    client: Any = None
    site: Site = SITE

    def now(self) -> int:
        return self.clock()

    async def work(self) -> None:
        """Do everything that is due."""
        await Clockwork(self).drain(self.clock.now)

    async def add(self, kind: str, key: str, payload: dict[str, str]) -> None:
        """Have one job done now."""
        await self.store.write(lambda tx: jobs.add(tx, kind, key, payload, self.clock.now))
        await self.work()

    async def find(self, actor: str) -> Actor:
        found = await self.store.read(lambda tx: actors.find(tx, actor))
        assert found
        return found


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        yield running


@pytest.fixture
async def house(store: Store, config: Config) -> AsyncIterator[House]:
    clock = Clock()
    await store.write(a_group)
    async with near_door(config, clock) as door:
        yield House(config, store, door, RemoteActors(store, door, SITE, clock=clock), clock)


async def known(house: House, server: Loopback, **changes: Any) -> str:
    """An actor of this server that is known here."""
    actor = f"{server.origin}/users/anna"
    server.serves("/users/anna", an_actor_document(actor, **changes))
    await house.store.write(lambda tx: a_remote_actor(tx, actor))
    return actor


def finger(server: Loopback, actor: str) -> None:
    link = {"rel": "self", "type": "application/activity+json", "href": actor}
    jrd = {"subject": f"acct:anna@{server.host}", "links": [link]}
    server.serves("/.well-known/webfinger", jrd, "application/jrd+json")


async def test_a_handle_is_confirmed_by_webfinger_after_the_actor_was_met(
    house: House, server: Loopback
) -> None:
    actor = await known(house, server)
    finger(server, actor)
    assert (await house.find(actor)).handle is None
    await house.work()
    assert (await house.find(actor)).handle == f"anna@{server.host}"


async def test_a_handle_that_leads_to_another_actor_is_not_confirmed(
    house: House, server: Loopback
) -> None:
    actor = await known(house, server)
    finger(server, f"{server.origin}/users/usurper")
    await house.work()
    assert (await house.find(actor)).handle is None
    assert await house.store.read(lambda tx: jobs_of(tx, "actors.confirm_handle")) == []


async def test_a_handle_is_asked_about_again_while_its_server_is_down(
    house: House, server: Loopback
) -> None:
    await known(house, server)
    server.routes["/.well-known/webfinger"] = says(b"", status=503)
    await house.work()
    (job,) = await house.store.read(lambda tx: jobs_of(tx, "actors.confirm_handle"))
    assert job["due_at"] > NOW


async def test_a_refresh_takes_over_what_changed(house: House, server: Loopback) -> None:
    actor = await known(house, server, name="Anna B.")
    await house.add("actors.refresh", actor, {"actor": actor})
    assert (await house.find(actor)).name == "Anna B."


async def test_an_actor_that_is_410_is_let_go(house: House, server: Loopback) -> None:
    actor = await known(house, server)
    await house.store.write(lambda tx: a_follow(tx, by=actor, of=HARBOUR))
    server.routes["/users/anna"] = says(b"", status=410)
    await house.add("actors.refresh", actor, {"actor": actor})
    assert (await house.find(actor)).gone_at == NOW
    assert await house.store.read(lambda tx: follows.find(tx, actor, HARBOUR)) is None


async def test_an_actor_that_is_404_is_let_go_when_it_still_is_a_day_later(
    house: House, server: Loopback
) -> None:
    actor = await known(house, server)
    server.routes["/users/anna"] = says(b"", status=404)
    await house.add("actors.confirm_gone", actor, {"actor": actor})
    assert (await house.find(actor)).gone_at is None
    house.clock.now += DAY_MS // 2
    # Another delivery fails meanwhile; the day still counts from the first time.
    await house.add("actors.confirm_gone", actor, {"actor": actor})
    assert (await house.find(actor)).gone_at is None
    house.clock.now += DAY_MS // 2
    await house.work()
    assert (await house.find(actor)).gone_at == NOW + DAY_MS


async def test_an_actor_that_is_back_after_a_day_is_kept(house: House, server: Loopback) -> None:
    actor = await known(house, server)
    well = server.routes["/users/anna"]
    server.routes["/users/anna"] = says(b"", status=404)
    await house.add("actors.confirm_gone", actor, {"actor": actor})
    server.routes["/users/anna"] = well
    house.clock.now += DAY_MS
    await house.work()
    assert (await house.find(actor)).gone_at is None
    assert await house.store.read(lambda tx: jobs_of(tx, "actors.still_gone")) == []


@pytest.mark.parametrize("status", [500, 503, 401, 403])
async def test_a_server_that_is_broken_or_secretive_says_nothing_about_its_actors(
    house: House, server: Loopback, status: int
) -> None:
    actor = await known(house, server)
    server.routes["/users/anna"] = says(b"", status=status)
    await house.add("actors.confirm_gone", actor, {"actor": actor})
    assert (await house.find(actor)).gone_at is None


@pytest.mark.parametrize(
    ("html", "is_ours"),
    [
        (f'<a rel="me" href="{HARBOUR}">', True),
        ('<LINK REL="nofollow ME" HREF="https://groups.example/@harbour">', True),
        (f'<a href="{HARBOUR}">', False),
        (f'<a rel="menu" href="{HARBOUR}">', False),
        ('<a rel="me" href="https://groups.example/groups/orchard">', False),
        (f'<!-- <a rel="me" href="{HARBOUR}"> -->', False),
        ('<a rel="me" href="https://[broken">', False),
        ("", False),
    ],
)
async def test_a_link_of_a_profile_is_verified_if_its_page_links_back(
    house: House, server: Loopback, html: str, is_ours: bool
) -> None:
    server.routes["/"] = says(html.encode(), "text/html; charset=utf-8")
    page = f"{server.origin}/"
    await house.store.write(
        lambda tx: set_profile(tx, SITE, "harbour", {"fields": [("Web", page)]}, NOW)
    )
    await house.add("actors.verify_links", "harbour", {"group": "harbour"})
    group = await house.store.read(lambda tx: get_group(tx, "harbour"))
    assert group.fields[0].verified_at == (NOW if is_ours else None)


async def test_a_verified_link_outlasts_an_outage_but_not_a_page_that_is_gone(
    house: House, server: Loopback
) -> None:
    server.routes["/"] = says(f'<a rel="me" href="{HARBOUR}">'.encode(), "text/html")
    page = f"{server.origin}/"
    await house.store.write(
        lambda tx: set_profile(tx, SITE, "harbour", {"fields": [("Web", page)]}, NOW)
    )
    found: list[int | None] = []
    for status in (200, 503, 404):
        if status != 200:
            server.routes["/"] = says(b"", status=status)
        house.clock.now += DAY_MS
        await house.add("actors.verify_links", "harbour", {"group": "harbour"})
        group = await house.store.read(lambda tx: get_group(tx, "harbour"))
        found.append(group.fields[0].verified_at)
    assert found == [NOW + DAY_MS, NOW + DAY_MS, None]


@pytest.mark.parametrize("names_the_old_one", [True, False])
async def test_a_move_is_followed_if_the_new_actor_itself_confirms_it(
    house: House, server: Loopback, names_the_old_one: bool
) -> None:
    old = await known(house, server)
    new = f"{server.origin}/users/nora"
    aliases = [old] if names_the_old_one else []
    server.serves("/users/nora", an_actor_document(new, alsoKnownAs=aliases))
    await house.store.write(lambda tx: a_follow(tx, by=HARBOUR, of=old))
    await house.add("actors.move", old, {"origin": old, "target": new})
    waiting = await house.store.read(lambda tx: follows.ours_of(tx, new, PENDING))
    assert waiting == ([HARBOUR] if names_the_old_one else [])


@pytest.mark.parametrize("is_honest", [True, False])
async def test_a_difference_about_followers_is_settled_by_the_list_of_the_digest(
    house: House, server: Loopback, is_honest: bool
) -> None:
    actor = await known(house, server)
    url = f"{server.origin}/users/anna/followers_synchronization"
    listed = [HARBOUR] if is_honest else [HARBOUR, SITE.group("orchard")]
    server.serves(
        "/users/anna/followers_synchronization",
        {"type": "OrderedCollection", "orderedItems": listed},
    )
    digest = followers_digest([HARBOUR])
    await house.add("actors.sync", actor, {"actor": actor, "url": url, "digest": digest})
    undone = [sent["type"] for sent in await house.store.read(lambda tx: said(tx, to=actor))]
    assert undone == (["Undo"] if is_honest else [])
    asked = next(asked for asked in server.asked if asked.path.endswith("synchronization"))
    assert "signature" in asked.headers


async def test_what_was_seen_long_ago_is_forgotten_day_by_day(house: House) -> None:
    await house.store.write(lambda tx: seen.remember(tx, "x", "old", NOW - KEEP_SEEN_MS - 1))
    await house.store.write(lambda tx: seen.remember(tx, "x", "new", NOW))
    await house.add("actors.forget_seen", "", {})
    left = await house.store.read(lambda tx: tx.all("SELECT activity FROM seen"))
    assert [row["activity"] for row in left] == ["new"]
    (job,) = await house.store.read(lambda tx: jobs_of(tx, "actors.forget_seen"))
    assert job["due_at"] == NOW + DAY_MS
