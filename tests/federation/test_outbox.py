"""What is written down when an actor of ours says something."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from outgoing import SITE, a_note, add_follower, add_sender
from signed import NOW, public_key_of

from fedi.activitypub.proofs import check_proof
from fedi.delivery import activities, outbox
from fedi.errors import NotFound
from fedi.storage import activities as kept
from fedi.storage import actors, blocked_by, blocks, deliveries, queue
from fedi.storage.activities import Activity
from fedi.storage.queue import Delivery
from fedi.storage.store import Store
from fedi.storage.tx import Tx

FAR = "https://far.example"
OTHER = "https://other.example"


def a_group(tx: Tx) -> str:
    return add_sender(tx, "harbour", NOW)


def a_follower(tx: Tx, server: str = FAR, name: str = "anna", *, shared: bool = True) -> str:
    return add_follower(tx, SITE.group("harbour"), server, name, shared=shared, now=NOW)


def publish(tx: Tx, activity: dict[str, Any] | None = None, also: tuple[str, ...] = ()) -> Activity:
    group = SITE.group("harbour")
    said = activity or activities.create(group, a_note(group))
    name = outbox.publish(tx, SITE, by=group, activity=said, audience="public", now=NOW, also=also)
    found = kept.find(tx, name)
    assert found is not None
    return found


def send(tx: Tx, *to: str, audience: activities.Audience = "direct") -> Activity:
    group = SITE.group("harbour")
    note = activities.create(group, a_note(group))
    name = outbox.send(tx, SITE, by=group, activity=note, to=to, now=NOW, audience=audience)
    found = kept.find(tx, name)
    assert found is not None
    return found


def inboxes(tx: Tx, *servers: str) -> list[str]:
    """Where deliveries are on their way to."""
    hosts = [server.partition("://")[2] for server in servers or (FAR, OTHER, SITE.origin)]
    waiting: list[Delivery] = []
    for host in hosts:
        waiting += queue.list_waiting(tx, host, 0, 100)
    return sorted(delivery.inbox for delivery in waiting)


async def test_an_activity_is_kept_as_the_very_bytes_that_go_out(store: Store) -> None:
    def unit(tx: Tx) -> Activity:
        a_group(tx)
        return publish(tx)

    said = await store.write(unit)
    document = orjson.loads(said.body)
    assert said.id == document["id"]
    assert said.id.startswith(f"{SITE.origin}/activities/")
    assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"
    assert document["actor"] == said.actor == SITE.group("harbour")
    assert (said.type, said.object, said.audience) == (
        "Create",
        f"{SITE.origin}/updates/1",
        "public",
    )
    assert said.document == document


async def test_an_activity_carries_a_proof_by_its_actor(store: Store) -> None:
    def unit(tx: Tx) -> Activity:
        a_group(tx)
        return publish(tx)

    document = (await store.write(unit)).document
    key = public_key_of(SITE.group("harbour"), "ed25519", "key-2")
    assert check_proof(document, key)
    assert not check_proof(document | {"type": "Delete"}, key)


async def test_nobody_speaks_for_an_actor_without_keys_here(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.write(publish)


async def test_the_actor_of_an_activity_is_whoever_says_it(store: Store) -> None:
    def unit(tx: Tx) -> Activity:
        group = a_group(tx)
        return publish(tx, activities.create("https://far.example/mallory", a_note(group)))

    assert (await store.write(unit)).document["actor"] == SITE.group("harbour")


async def test_an_activity_keeps_the_id_it_brings(store: Store) -> None:
    name = f"{SITE.origin}/updates/1/activity"

    def unit(tx: Tx) -> Activity:
        group = a_group(tx)
        return publish(tx, {"id": name, **activities.create(group, a_note(group))})

    assert (await store.write(unit)).id == name


async def test_a_large_object_is_named_instead_of_carried(store: Store) -> None:
    def unit(tx: Tx) -> tuple[Activity, Activity]:
        group = a_group(tx)
        small = activities.create(group, a_note(group, "x" * 55_000))
        large = activities.create(group, a_note(group, "x" * 61_000))
        return publish(tx, small), publish(tx, large)

    small, large = await store.write(unit)
    assert small.document["object"]["content"] == "x" * 55_000
    assert large.document["object"] == large.object == f"{SITE.origin}/updates/1"
    assert max(len(small.body), len(large.body)) < 60 * 1024
    assert check_proof(large.document, public_key_of(SITE.group("harbour"), "ed25519", "key-2"))


async def test_a_publication_goes_once_to_each_inbox_of_the_accepted_followers(
    store: Store,
) -> None:
    def unit(tx: Tx) -> tuple[Activity, list[str]]:
        group = a_group(tx)
        a_follower(tx, FAR, "anna")
        a_follower(tx, FAR, "ben")
        a_follower(tx, OTHER, "chris", shared=False)
        a_follower(tx, OTHER, "dora", shared=False)
        asked = a_follower(tx, OTHER, "eli", shared=False)
        tx.execute("UPDATE follows SET state = 'pending' WHERE follower = :who", who=asked)
        gone = a_follower(tx, OTHER, "fay", shared=False)
        actors.mark_gone(tx, gone, NOW)
        hostile = a_follower(tx, OTHER, "gil", shared=False)
        blocked_by.add(tx, group, hostile, "", NOW)
        return publish(tx, also=(hostile,)), inboxes(tx)

    said, planned = await store.write(unit)
    assert planned == [
        f"{FAR}/inbox",
        f"{OTHER}/users/chris/inbox",
        f"{OTHER}/users/dora/inbox",
    ]
    assert said.planned == 3


@pytest.mark.parametrize("subject", ["far.example", f"{FAR}/users/anna"])
@pytest.mark.parametrize("grp", ["", SITE.group("harbour")])
async def test_nothing_is_sent_to_who_is_blocked_by_the_instance_or_the_group(
    store: Store, subject: str, grp: str
) -> None:
    def unit(tx: Tx) -> tuple[int, list[str]]:
        a_group(tx)
        anna = a_follower(tx, FAR, "anna")
        a_follower(tx, OTHER, "ben")
        blocks.add(tx, grp, subject, blocks.BLOCK, NOW)
        said = publish(tx, also=(anna,))
        send(tx, anna)
        return said.planned, inboxes(tx)

    assert await store.write(unit) == (1, [f"{OTHER}/inbox"])


@pytest.mark.parametrize(("grp", "severity"), [("", "limit"), (SITE.group("choir"), "block")])
async def test_who_is_limited_or_blocked_by_another_group_hears_everything(
    store: Store, grp: str, severity: str
) -> None:
    def unit(tx: Tx) -> int:
        a_group(tx)
        a_follower(tx, FAR, "anna")
        blocks.add(tx, grp, "far.example", severity, NOW)
        return publish(tx).planned

    assert await store.write(unit) == 1


async def test_who_is_mentioned_hears_of_it_through_the_inbox_its_host_shares(
    store: Store,
) -> None:
    def unit(tx: Tx) -> list[str]:
        a_group(tx)
        anna = a_follower(tx, FAR, "anna")
        ben = a_follower(tx, OTHER, "ben", shared=False)
        tx.execute("DELETE FROM follows WHERE follower = :who", who=ben)
        publish(tx, also=(anna, ben, ben, "https://nowhere.example/unknown"))
        return inboxes(tx)

    assert await store.write(unit) == [f"{FAR}/inbox", f"{OTHER}/users/ben/inbox"]


async def test_what_is_for_somebody_alone_goes_to_their_own_inbox(store: Store) -> None:
    def unit(tx: Tx) -> tuple[list[str], list[str]]:
        a_group(tx)
        anna, ben = a_follower(tx, FAR, "anna"), a_follower(tx, FAR, "ben")
        send(tx, anna, ben)
        alone = inboxes(tx)
        tx.execute("DELETE FROM deliveries")
        send(tx, anna, ben, audience="unlisted")
        return alone, inboxes(tx)

    alone, together = await store.write(unit)
    assert alone == [f"{FAR}/users/anna/inbox", f"{FAR}/users/ben/inbox"]
    assert together == [f"{FAR}/inbox"]


async def test_groups_of_one_instance_hear_each_other(store: Store) -> None:
    def unit(tx: Tx) -> list[str]:
        group = a_group(tx)
        choir = add_sender(tx, "choir", NOW)
        tx.execute(
            "INSERT INTO follows (follower, followed, state, activity, created_at) "
            "VALUES (:choir, :group, 'accepted', '', 0)",
            choir=choir,
            group=group,
        )
        publish(tx)
        return inboxes(tx)

    assert await store.write(unit) == [SITE.shared_inbox]


async def test_a_unit_that_fails_leaves_no_activity_and_no_delivery(store: Store) -> None:
    def unit(tx: Tx) -> None:
        a_group(tx)
        a_follower(tx)
        publish(tx)
        raise RuntimeError("the domain row could not be written")

    with pytest.raises(RuntimeError):
        await store.write(unit)
    assert await store.read(lambda tx: tx.all("SELECT id FROM activities")) == []
    assert await store.read(deliveries.overview) == []


async def test_what_a_group_said_to_all_can_be_paged_through_newest_first(store: Store) -> None:
    def unit(tx: Tx) -> list[str]:
        a_group(tx)
        return [publish(tx).id for _ in range(5)]

    said = await store.write(unit)

    def pages(tx: Tx) -> list[str]:
        found: list[str] = []
        before = None
        while page := kept.list_said(tx, SITE.group("harbour"), "public", before, 2):
            found += [activity.id for activity in page]
            before = (page[-1].created_at, page[-1].id)
        return found

    assert await store.read(pages) == sorted(said, reverse=True)
