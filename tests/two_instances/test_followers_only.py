"""What a group says to its followers alone is read by them and by nobody else, on every path."""

from __future__ import annotations

import pytest
from speaking import follow, heard
from village import a_fetch, send
from world import World

from fedi.activitypub.keys import PrivateKey
from fedi.errors import Missing, RefusedByPeer
from fedi.storage import keys

SECRET = (
    "---\nvisibility: followers\ntitle: Where we meet\nlanguage: en\n---\nBehind the old bakery.\n"
)


async def key_of_group(two: World, name: str, group: str) -> PrivateKey:
    one = two[name]
    actor = one.house.site.group(group)
    stored = await one.read(lambda tx: keys.signing(tx, actor, "rsa"))
    return PrivateKey(stored.id, actor, "rsa", stored.private or "")


async def test_a_follower_hears_it_and_may_fetch_it_and_nobody_else(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await beta.add_group("stranger", "Stranger")
    await follow(two)
    post = await alpha.publish(source=SECRET)
    await two.deliver()
    create = (await heard(beta))[-1][1]
    sister = await key_of_group(two, "beta", "sister")
    stranger = await key_of_group(two, "beta", "stranger")
    instance = (await beta.house.remote.signer()).key
    paths = [post, f"{post}/replies", f"{post}/likes", f"{post}/shares", f"{post}/context", create]
    for path in paths:
        shown = await send(two.visitor, a_fetch(path, sister))
        assert shown.status_code == 200, path
        assert "private" in shown.headers["cache-control"]
        for other in (None, stranger, instance):
            assert (await send(two.visitor, a_fetch(path, other))).status_code == 404, path
    assert "old bakery" in (await send(two.visitor, a_fetch(post, sister))).json()["content"]


async def test_what_is_forbidden_looks_exactly_like_what_is_not_there(two: World) -> None:
    alpha = two["alpha"]
    post = await alpha.publish(source=SECRET)
    absent = post[:-3] + "zzz"
    stranger = await key_of_group(two, "beta", "sister")
    for suffix in ("", "/replies", "/embed", "/calendar.ics", "/interact"):
        for accept in ("application/activity+json", "text/html", "*/*"):
            answers = [await alpha.get(address + suffix, accept) for address in (post, absent)]
            assert [answer.status_code for answer in answers] == [404, 404]
            one, other = (
                (a.text.replace(post, "").replace(absent, ""), _headers(a)) for a in answers
            )
            assert one == other
        signed = [
            await send(two.visitor, a_fetch(address + suffix, stranger))
            for address in (post, absent)
        ]
        assert [(a.status_code, a.text, _headers(a)) for a in signed[:1]] == [
            (404, signed[1].text, _headers(signed[1]))
        ]


def _headers(answer: object) -> dict[str, str]:
    headers = dict(answer.headers)  # pyright: ignore
    return {
        name: value for name, value in headers.items() if name not in ("date", "content-length")
    }


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/groups/harbour",
        "/groups/harbour/feed.atom",
        "/groups/harbour/feed.json",
        "/groups/harbour/calendar.ics",
        "/groups/harbour/outbox?page=first",
        "/groups/harbour/featured",
        "/calendar",
        "/calendar.ics",
        "/tags/secret",
        "/tags/secret/feed.atom",
        "/sitemap.xml",
        "/nodeinfo/2.1",
    ],
)
async def test_no_list_shows_it(two: World, path: str) -> None:
    alpha = two["alpha"]
    await alpha.publish(
        "call",
        "---\nvisibility: followers\ntitle: Where we meet\nstart: 2027-06-19T17:00\ntimezone: UTC\n"
        "hashtags: [secret]\n---\nBehind the old bakery.\n",
    )
    for accept in ("text/html", "application/activity+json"):
        answer = await alpha.get(path, accept)
        assert "old bakery" not in answer.text
        assert "Where we meet" not in answer.text


async def test_a_group_that_follows_can_fetch_it_in_its_own_name(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish(source=SECRET)
    sister = await beta.house.remote.signer(beta.house.site.group("sister"))
    fetched = await beta.house.door.document(post, by=sister)
    assert "old bakery" in fetched.document["content"]
    with pytest.raises((Missing, RefusedByPeer)):
        await beta.house.door.document(post, by=await beta.house.remote.signer())


async def test_a_reply_to_followers_alone_is_not_shown_to_everybody(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    await alpha.follow("harbour", f"sister@{beta.domain}")
    await two.deliver()
    post = await alpha.publish()
    await two.deliver()
    reply = await beta.publish(
        group="sister", source="---\nvisibility: followers\n---\nOnly for you.\n", to=post
    )
    await two.deliver()
    assert "Only for you." not in await alpha.page(post)
    assert (await alpha.get(f"{post}/replies")).json()["totalItems"] == 0
    assert (await beta.get(reply)).status_code == 404
