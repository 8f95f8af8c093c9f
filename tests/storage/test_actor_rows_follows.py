"""Follows and groups in the database."""

from __future__ import annotations

from dataclasses import replace

from signed import ANNA, BEN, NOW

from fedi.storage import actors, blocked_by, follows, groups
from fedi.storage.actors import Actor
from fedi.storage.follows import ACCEPTED, PENDING, Counts, Follow
from fedi.storage.groups import Field, Group
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = "https://groups.example/groups/harbour"
GROUP = Group(
    actor=HARBOUR,
    name="harbour",
    title="Harbour Tenants",
    created_at=NOW,
    updated_at=NOW,
    fields=(Field("Web", "https://harbour.example", NOW), Field("Since", "1919")),
    languages=("en", "cy"),
    themes=("housing",),
    followers_visible=True,
)


def an_actor(tx: Tx, actor: str, host: str) -> None:
    here = host == "groups.example"
    kept = Actor(actor, here, "Group", host, "x", "x", f"{actor}/inbox")
    (actors.put_local if here else actors.put_remote)(tx, kept, NOW)


async def test_a_group_comes_back_as_it_was_kept(store: Store) -> None:
    await store.write(lambda tx: an_actor(tx, HARBOUR, "groups.example"))
    assert await store.write(lambda tx: groups.add(tx, GROUP))
    assert await store.read(lambda tx: groups.find(tx, "harbour")) == GROUP
    later = replace(GROUP, title="Harbour", locked=True, fields=(), version=2, updated_at=NOW + 1)
    await store.write(lambda tx: groups.save(tx, later))
    await store.write(lambda tx: groups.note_post(tx, HARBOUR, NOW + 2))
    kept = await store.read(lambda tx: groups.find_by_actor(tx, HARBOUR))
    assert kept == replace(later, last_post_at=NOW + 2)


async def test_a_removed_group_stays_and_keeps_its_name(store: Store) -> None:
    await store.write(lambda tx: an_actor(tx, HARBOUR, "groups.example"))
    await store.write(lambda tx: groups.add(tx, GROUP))
    assert await store.write(lambda tx: groups.remove(tx, HARBOUR, NOW))
    assert not await store.write(lambda tx: groups.remove(tx, HARBOUR, NOW + 1))
    assert not await store.write(lambda tx: groups.add(tx, GROUP))
    assert await store.read(groups.list_) == []
    kept = await store.read(lambda tx: groups.find(tx, "harbour"))
    assert kept and kept.removed_at == NOW


async def test_a_follow_asked_for_again_keeps_what_was_decided(store: Store) -> None:
    await store.write(lambda tx: follows.add(tx, ANNA, HARBOUR, PENDING, "f1", NOW))
    assert await store.write(lambda tx: follows.decide(tx, ANNA, HARBOUR, NOW + 1))
    assert not await store.write(lambda tx: follows.decide(tx, ANNA, HARBOUR, NOW + 2))
    again = await store.write(lambda tx: follows.add(tx, ANNA, HARBOUR, PENDING, "f2", NOW + 3))
    assert again == Follow(ANNA, HARBOUR, ACCEPTED, "f2", NOW, NOW + 1)


async def test_a_follow_is_found_from_both_sides_by_its_activity(store: Store) -> None:
    kept = await store.write(lambda tx: follows.add(tx, ANNA, HARBOUR, ACCEPTED, "f1", NOW))
    assert await store.read(lambda tx: follows.find_begun(tx, ANNA, "f1")) == kept
    assert await store.read(lambda tx: follows.find_begun(tx, BEN, "f1")) is None
    assert await store.read(lambda tx: follows.find_answered(tx, HARBOUR, "f1")) == kept
    assert await store.read(lambda tx: follows.find_answered(tx, BEN, "f1")) is None


async def test_only_accepted_follows_count(store: Store) -> None:
    await store.write(lambda tx: an_actor(tx, HARBOUR, "groups.example"))
    await store.write(lambda tx: follows.add(tx, ANNA, HARBOUR, ACCEPTED, "", NOW))
    await store.write(lambda tx: follows.add(tx, BEN, HARBOUR, PENDING, "", NOW))
    await store.write(lambda tx: follows.add(tx, HARBOUR, BEN, ACCEPTED, "", NOW))
    assert await store.read(lambda tx: follows.counts(tx, HARBOUR)) == Counts(1, 1)
    assert await store.read(lambda tx: follows.counts(tx, BEN)) == Counts(0, 0), "nobody asks"
    assert await store.read(lambda tx: follows.count_pending(tx, HARBOUR)) == 1
    assert await store.read(lambda tx: follows.is_follower(tx, ANNA, HARBOUR))
    assert not await store.read(lambda tx: follows.is_follower(tx, BEN, HARBOUR))


async def test_pages_of_followers_leave_nobody_out(store: Store) -> None:
    who = [f"https://home.example/{n}" for n in range(7)]
    for n, name in enumerate(who):
        # Three of them in the same moment.
        await store.write(
            lambda tx, n=n, name=name: follows.add(tx, name, HARBOUR, ACCEPTED, "", NOW + n // 3)
        )
    walked: list[str] = []
    before = None
    while True:
        page = await store.read(
            lambda tx, before=before: follows.list_followers(tx, HARBOUR, before=before, limit=2)
        )
        if not page:
            break
        walked += [follow.follower for follow in page]
        before = (page[-1].created_at, page[-1].follower)
    assert sorted(walked) == who
    assert walked[0] == who[6]


async def test_pages_of_whom_a_group_follows_leave_nobody_out(store: Store) -> None:
    for name in (ANNA, BEN):
        await store.write(lambda tx, name=name: follows.add(tx, HARBOUR, name, ACCEPTED, "", NOW))
    first = await store.read(lambda tx: follows.list_following(tx, HARBOUR, limit=1))
    last = await store.read(
        lambda tx: follows.list_following(tx, HARBOUR, before=(NOW, first[0].followed))
    )
    assert [follow.followed for follow in first + last] == [BEN, ANNA]


async def test_followers_are_found_by_host_and_ours_apart(store: Store) -> None:
    elsewhere = "https://away.example/carl"
    await store.write(lambda tx: an_actor(tx, HARBOUR, "groups.example"))
    await store.write(lambda tx: an_actor(tx, ANNA, "home.example"))
    await store.write(lambda tx: an_actor(tx, elsewhere, "away.example"))
    for follower, followed in ((ANNA, HARBOUR), (elsewhere, HARBOUR), (HARBOUR, ANNA)):
        await store.write(
            lambda tx, a=follower, b=followed: follows.add(tx, a, b, ACCEPTED, "", NOW)
        )
    there = await store.read(lambda tx: follows.followers_on(tx, HARBOUR, "home.example"))
    assert there == [ANNA]
    assert await store.read(lambda tx: follows.ours_of(tx, ANNA)) == [HARBOUR]
    assert await store.read(lambda tx: follows.ours_of(tx, HARBOUR)) == []


async def test_however_often_somebody_follows_and_leaves_they_count_once(store: Store) -> None:
    def unit(tx: Tx) -> None:
        def followers() -> int:
            return follows.counts(tx, HARBOUR).followers

        an_actor(tx, HARBOUR, "groups.example")
        for state in (ACCEPTED, ACCEPTED, PENDING):
            assert follows.add(tx, ANNA, HARBOUR, state, "", NOW).state == ACCEPTED
            assert followers() == 1
        follows.add(tx, BEN, HARBOUR, PENDING, "", NOW)
        assert followers() == 1
        assert follows.add(tx, BEN, HARBOUR, ACCEPTED, "", NOW + 1).decided_at == NOW + 1
        assert not follows.decide(tx, BEN, HARBOUR, NOW + 2)
        assert followers() == 2
        for _ in range(2):
            follows.remove(tx, ANNA, HARBOUR)
            assert followers() == 1
        follows.add(tx, ANNA, HARBOUR, PENDING, "", NOW)
        follows.remove(tx, ANNA, HARBOUR)
        assert followers() == 1

    await store.write(unit)


async def test_when_an_actor_is_gone_its_follows_go_both_ways(store: Store) -> None:
    await store.write(lambda tx: an_actor(tx, HARBOUR, "groups.example"))
    await store.write(lambda tx: follows.add(tx, ANNA, HARBOUR, ACCEPTED, "", NOW))
    await store.write(lambda tx: follows.add(tx, HARBOUR, ANNA, PENDING, "", NOW))
    await store.write(lambda tx: follows.add(tx, BEN, HARBOUR, ACCEPTED, "", NOW))
    ended = await store.write(lambda tx: follows.remove_all(tx, ANNA))
    assert {(follow.follower, follow.followed) for follow in ended} == {
        (ANNA, HARBOUR),
        (HARBOUR, ANNA),
    }
    assert await store.read(lambda tx: follows.counts(tx, HARBOUR)) == Counts(1, 0)


async def test_a_block_by_somebody_is_noted_until_it_is_taken_back(store: Store) -> None:
    for name in ("1", "2"):
        await store.write(lambda tx, name=name: blocked_by.add(tx, HARBOUR, ANNA, name, NOW))
    assert await store.read(lambda tx: blocked_by.has(tx, HARBOUR, ANNA))
    assert not await store.read(lambda tx: blocked_by.has(tx, HARBOUR, BEN))
    assert await store.read(lambda tx: blocked_by.find_begun(tx, ANNA, "2")) == HARBOUR
    for who, name in ((ANNA, "1"), (BEN, "2"), (ANNA, "")):
        found = await store.read(lambda tx, w=who, n=name: blocked_by.find_begun(tx, w, n))
        assert found is None
    await store.write(lambda tx: blocked_by.remove(tx, HARBOUR, ANNA))
    assert not await store.read(lambda tx: blocked_by.has(tx, HARBOUR, ANNA))
