"""Between two instances: locked groups, new keys, changed profiles, and a group that is removed."""

from __future__ import annotations

from build import some_keys
from speaking import follow, followers, following, heard
from world import Instance, World

from fedi.actors import follows as wishes
from fedi.actors.groups import remove_group, rotate_keys, set_profile
from fedi.clock import now_ms
from fedi.storage import actors
from fedi.storage.follows import ACCEPTED, PENDING


async def lock(one: Instance, name: str = "harbour") -> None:
    await one.write(lambda tx: set_profile(tx, one.house.site, name, {"locked": True}, now_ms()))


async def test_a_locked_group_decides_and_the_other_side_learns_of_it(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await lock(alpha)
    harbour = await beta.follow("sister", f"harbour@{alpha.domain}")
    await two.deliver()
    sister = beta.house.site.group("sister")
    assert (await alpha.get(harbour)).json()["manuallyApprovesFollowers"] is True
    assert await followers(alpha) == []
    assert await followers(alpha, state=PENDING) == [sister]
    assert await following(beta, state=PENDING) == [harbour]
    await alpha.write(
        lambda tx: wishes.accept_request(tx, alpha.house.site, "harbour", sister, now_ms())
    )
    await two.deliver()
    assert await followers(alpha) == [sister]
    assert await following(beta, state=ACCEPTED) == [harbour]


async def test_whoever_is_refused_neither_follows_nor_waits_on_either_side(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await lock(alpha)
    await beta.follow("sister", f"harbour@{alpha.domain}")
    await two.deliver()
    sister = beta.house.site.group("sister")
    await alpha.write(
        lambda tx: wishes.refuse_request(tx, alpha.house.site, "harbour", sister, now_ms())
    )
    await two.deliver()
    for state in (PENDING, ACCEPTED):
        assert await followers(alpha, state=state) == []
        assert await following(beta, state=state) == []


async def test_after_new_keys_messages_are_accepted_both_ways(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour = await follow(two)
    before = (await alpha.get(harbour)).json()["publicKey"]["id"]
    rsa, ed25519 = some_keys(90)
    await alpha.write(
        lambda tx: rotate_keys(
            tx, alpha.house.site, "harbour", now=now_ms(), rsa=rsa, ed25519=ed25519
        )
    )
    await two.deliver()
    after = (await alpha.get(harbour)).json()["publicKey"]["id"]
    assert after != before
    count = len(await heard(beta))
    post = await alpha.publish()
    await two.deliver()
    assert len(await heard(beta)) == count + 1
    await beta.publish(group="sister", source="---\n---\nWe come.\n", to=post)
    await two.deliver()
    assert "We come." in await alpha.page(post)


async def test_keys_that_changed_unheard_are_found_out_by_the_next_message(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    rsa, ed25519 = some_keys(91)
    await alpha.write(
        lambda tx: rotate_keys(
            tx, alpha.house.site, "harbour", now=now_ms(), rsa=rsa, ed25519=ed25519
        )
    )
    await alpha.write(lambda tx: tx.execute("DELETE FROM deliveries"))  # the Update never arrives
    count = len(await heard(beta))
    await alpha.publish()
    await two.deliver()
    assert len(await heard(beta)) == count + 1


async def test_a_changed_profile_reaches_those_who_follow(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour = await follow(two)
    await alpha.write(
        lambda tx: set_profile(
            tx, alpha.house.site, "harbour", {"title": "Harbour and Hill"}, now_ms()
        )
    )
    await two.deliver()
    known = await beta.read(lambda tx: actors.find(tx, harbour))
    assert known is not None
    assert known.name == "Harbour and Hill"


async def test_a_removed_group_is_gone_on_both_sides(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour = await follow(two)
    post = await alpha.publish()
    await two.deliver()
    await alpha.write(lambda tx: remove_group(tx, alpha.house.site, "harbour", now_ms()))
    await two.deliver()
    assert await following(beta) == []
    known = await beta.read(lambda tx: actors.find(tx, harbour))
    assert known is not None
    assert known.gone_at is not None
    for address, former in ((harbour, "Group"), (post, "Note")):
        gone = await alpha.get(address)
        assert gone.status_code == 410
        assert (gone.json()["type"], gone.json()["formerType"]) == ("Tombstone", former)
        assert (await alpha.get(address, "text/html")).status_code == 410
    finger = f"/.well-known/webfinger?resource=acct:harbour@{alpha.domain}"
    assert (await alpha.get(finger)).status_code == 410
