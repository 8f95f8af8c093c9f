"""Two instances find out that they disagree about who follows whom, and settle it (FEP-8fcf)."""

from __future__ import annotations

from speaking import follow, followers, following
from village import a_fetch, send
from world import World

from fedi.storage import follows

SECRET = "---\nvisibility: followers\n---\nBehind the old bakery.\n"


async def test_a_follow_that_only_the_follower_believes_in_is_dropped(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await beta.add_group("cousin", "Cousin")
    harbour = await follow(two)
    await beta.follow("cousin", f"harbour@{alpha.domain}")
    await two.deliver()
    cousin = beta.house.site.group("cousin")
    await alpha.write(lambda tx: follows.remove(tx, cousin, harbour))  # and beta never hears of it
    await alpha.publish(source=SECRET)
    await two.deliver()
    assert await following(beta, "sister") == [harbour]
    assert await following(beta, "cousin") == []


async def test_a_follow_that_only_the_followed_believes_in_is_taken_back(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await beta.add_group("cousin", "Cousin")
    harbour = await follow(two)
    await beta.follow("cousin", f"harbour@{alpha.domain}")
    await two.deliver()
    cousin, sister = beta.house.site.group("cousin"), beta.house.site.group("sister")
    await beta.write(lambda tx: follows.remove(tx, cousin, harbour))  # and alpha never hears of it
    await alpha.publish(source=SECRET)
    await two.deliver()
    assert await followers(alpha) == [sister]


async def test_each_server_is_told_of_its_own_people_only(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour = await follow(two)
    await alpha.add_group("near", "Near")
    await alpha.follow("near", f"harbour@{alpha.domain}")
    await two.deliver()
    assert len(await followers(alpha)) == 2
    url = f"{harbour}/followers_synchronization"
    told = await send(two.visitor, a_fetch(url, (await beta.house.remote.signer()).key))
    assert told.json()["orderedItems"] == [beta.house.site.group("sister")]
    assert (await alpha.get(url)).status_code == 401
