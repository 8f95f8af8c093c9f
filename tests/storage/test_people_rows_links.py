"""The rows of links that let somebody in, on both databases."""

from __future__ import annotations

from dataclasses import replace

from fedi.storage import invitations
from fedi.storage.invitations import Invitation

GROUP = "https://groups.example/groups/harbour"


def a_link(id_: str = "i", **changes) -> Invitation:
    usual = Invitation(id_, "join", GROUP, "", "1", 2, 0, 10, 100)
    return replace(usual, **changes)


async def test_a_link_is_used_as_often_as_it_may_be(store):
    await store.write(lambda tx: invitations.add(tx, a_link()))
    used = [await store.write(lambda tx: invitations.spend(tx, "i", 50)) for _ in range(3)]
    assert used == [True, True, False]
    found = await store.read(lambda tx: invitations.find(tx, "i"))
    assert found == a_link(uses=2)
    assert not found.is_open(50)


async def test_a_link_that_expired_or_was_withdrawn_is_not_used(store):
    await store.write(
        lambda tx: (invitations.add(tx, a_link("a")), invitations.add(tx, a_link("b")))
    )
    assert await store.write(lambda tx: invitations.spend(tx, "a", 99))
    assert not await store.write(lambda tx: invitations.spend(tx, "a", 100))
    assert await store.write(lambda tx: invitations.withdraw(tx, "b", 20))
    assert not await store.write(lambda tx: invitations.withdraw(tx, "b", 30))
    assert not await store.write(lambda tx: invitations.spend(tx, "b", 50))
    assert not await store.write(lambda tx: invitations.spend(tx, "c", 50))


async def test_links_are_withdrawn_by_whom_they_are_for_or_who_made_them(store):
    links = (
        a_link("join"),
        a_link("other", made_by="2"),
        a_link("elsewhere", group="x"),
        a_link("reset", purpose="reset", group="", person="1", made_by=""),
        a_link("others", purpose="reset", group="", person="2", made_by=""),
    )
    await store.write(lambda tx: [invitations.add(tx, one) for one in links])
    await store.write(lambda tx: invitations.withdraw_made_by(tx, GROUP, "1", 20))
    await store.write(lambda tx: invitations.withdraw_all(tx, "reset", "1", 20))
    still = await store.write(
        lambda tx: [one.id for one in links if invitations.spend(tx, one.id, 30)]
    )
    assert still == ["other", "elsewhere", "others"]
    assert [one.id for one in await store.read(lambda tx: invitations.of_group(tx, GROUP, 30))] == [
        "other"
    ]
    await store.write(lambda tx: invitations.remove_for(tx, "2"))
    assert await store.read(lambda tx: invitations.find(tx, "others")) is None


async def test_links_that_are_long_over_are_forgotten(store):
    links = (a_link("old"), a_link("new", expires_at=300), a_link("gone", expires_at=300))
    await store.write(lambda tx: [invitations.add(tx, one) for one in links])
    await store.write(lambda tx: invitations.withdraw(tx, "gone", 50))
    assert await store.write(lambda tx: invitations.prune(tx, 50)) == 0
    assert await store.write(lambda tx: invitations.prune(tx, 101)) == 2
    assert await store.read(lambda tx: invitations.find(tx, "new"))
