"""The collections of a group: counts for everybody, lists where the group shows them, the outbox whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from build import SITE, a_follow, a_group, a_remote_actor
from federation.readers import READERS, Fetched
from signed import ANNA, BEN, NOW

from fedi.activitypub.context import dropped_terms
from fedi.actors import collections
from fedi.actors.groups import get_group, set_profile
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.errors import NotFound
from fedi.storage import deeds, objects
from fedi.storage.deeds import Deed
from fedi.storage.objects import StoredObject, Version
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")


def publish(
    tx: Tx, name: str, *, audience: Any = "public", at: int = NOW, to: str | None = None
) -> str:
    """Publish a note in the simplest way, and return its id."""
    thing = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"https://groups.example/updates/{name}",
        "type": "Note",
        "attributedTo": HARBOUR,
        "content": f"<p>{name}</p>",
        "published": "2026-01-01T00:00:00Z",
        **build.addressed(HARBOUR, audience),
    }
    stored = StoredObject(
        thing["id"],
        "update",
        HARBOUR,
        "Note",
        audience,
        1,
        to or thing["id"],
        at,
        at,
        title=name,
        in_reply_to=to,
    )
    version = Version(thing["id"], 1, audience, orjson.dumps(thing), "", "", {}, at)
    objects.add(tx, stored, version)
    outbox.publish(
        tx, SITE, by=HARBOUR, activity=build.create(HARBOUR, thing), audience=audience, now=at
    )
    return thing["id"]


async def page(store: Store, which: str, cursor: str | None = "first") -> Any:
    return await store.read(
        lambda tx: collections.of_group(tx, SITE, get_group(tx, "harbour"), which, cursor)
    )


async def walk(store: Store, which: str) -> list[Any]:
    """Every item of a collection, page by page."""
    items: list[Any] = []
    url: str | None = f"{HARBOUR}/{which}?page=first"
    while url:
        found = await page(store, which, parse_qs(urlsplit(url).query)["page"][0])
        assert found["partOf"] == f"{HARBOUR}/{which}"
        assert found["id"] == url
        items += found["orderedItems"]
        url = found.get("next")
    return items


async def group(store: Store, **changes: Any) -> None:
    await store.write(a_group)
    if changes:
        await store.write(lambda tx: set_profile(tx, SITE, "harbour", changes, NOW))


@pytest.mark.parametrize("which", ["followers", "following"])
async def test_counts_are_told_and_lists_are_not_unless_the_group_wants_it(
    store: Store, which: str
) -> None:
    await group(store)
    await store.write(lambda tx: a_follow(tx, of=HARBOUR))
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    found = await page(store, which, None)
    assert found["totalItems"] == 1 and found["type"] == "OrderedCollection"
    assert "first" not in found and "orderedItems" not in found
    with pytest.raises(NotFound):
        await page(store, which)
    await store.write(lambda tx: set_profile(tx, SITE, "harbour", {"followers_visible": True}, NOW))
    assert (await page(store, which, None))["first"] == f"{HARBOUR}/{which}?page=first"
    assert await walk(store, which) == [ANNA]


async def test_every_follower_is_on_one_page(store: Store) -> None:
    await group(store, followers_visible=True)
    who = [
        f"https://home.example/users/a{n}?x=1&y=-%2F%25é+" for n in range(collections.PAGE * 2 + 1)
    ]
    for n, name in enumerate(who):
        await store.write(lambda tx, n=n, name=name: a_follow(tx, by=name, of=HARBOUR, now=n // 9))
    assert sorted(await walk(store, "followers")) == sorted(who)


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-x", "١-x", "9" * 17 + "-x"])
async def test_a_page_that_was_never_told_of_is_not_found(store: Store, cursor: str) -> None:
    await group(store, followers_visible=True)
    for which in ("followers", "following", "outbox"):
        with pytest.raises(NotFound):
            await page(store, which, cursor)


async def test_the_outbox_shows_public_posts_newest_first_with_the_whole_object(
    store: Store,
) -> None:
    await group(store)
    names = [f"n{n:02}" for n in range(collections.OUTBOX_PAGE + 5)]
    for n, name in enumerate(names):
        await store.write(lambda tx, n=n, name=name: publish(tx, name, at=NOW + n))
    for audience in ("unlisted", "followers"):
        await store.write(lambda tx, a=audience: publish(tx, a, audience=a, at=NOW + 99))
    assert (await page(store, "outbox", None))["totalItems"] == len(names)
    shown = await walk(store, "outbox")
    assert [item["type"] for item in shown] == ["Create"] * len(names)
    assert [item["object"]["id"].rpartition("/")[2] for item in shown] == names[::-1]
    assert len((await page(store, "outbox"))["orderedItems"]) == collections.OUTBOX_PAGE


async def test_the_outbox_shows_an_edited_post_as_it_is_now(store: Store) -> None:
    await group(store)
    name = await store.write(lambda tx: publish(tx, "draft"))

    def edit(tx: Tx) -> None:
        stored = objects.find(tx, name)
        first = objects.version(tx, name, "public")
        assert stored and first
        thing = {**orjson.loads(first.document), "content": "<p>better</p>"}
        newer = replace(first, version=2, document=orjson.dumps(thing))
        objects.revise(tx, replace(stored, version=2), newer)
        outbox.publish(
            tx,
            SITE,
            by=HARBOUR,
            activity=build.update(HARBOUR, thing, NOW + 1),
            audience="public",
            now=NOW + 1,
        )

    await store.write(edit)
    (shown,) = await walk(store, "outbox")
    assert shown["object"]["content"] == "<p>better</p>"
    # The activity's own proof was made over the first version.
    assert "proof" not in shown


async def test_what_was_withdrawn_is_not_in_the_outbox(store: Store) -> None:
    await group(store)
    name = await store.write(lambda tx: publish(tx, "gone"))
    await store.write(lambda tx: objects.withdraw(tx, name, NOW + 1))
    assert await walk(store, "outbox") == []
    assert (await page(store, "outbox", None))["totalItems"] == 0


async def test_a_share_is_in_the_outbox_until_it_is_taken_back(store: Store) -> None:
    await group(store)
    await store.write(a_remote_actor)
    note = "https://home.example/notes/1"

    def share(tx: Tx) -> None:
        activity = build.announce(HARBOUR, note, ANNA, NOW)
        said = outbox.publish(tx, SITE, by=HARBOUR, activity=activity, audience="public", now=NOW)
        deeds.add(tx, Deed(HARBOUR, "share", note, said, NOW))

    await store.write(share)
    (shown,) = await walk(store, "outbox")
    assert (shown["type"], shown["object"]) == ("Announce", note)
    assert (await page(store, "outbox", None))["totalItems"] == 1
    await store.write(lambda tx: deeds.remove(tx, Deed(HARBOUR, "share", note, shown["id"], NOW)))
    assert await walk(store, "outbox") == []
    assert (await page(store, "outbox", None))["totalItems"] == 0


async def test_an_answer_is_shown_in_the_outbox_and_counted_until_it_is_withdrawn(
    store: Store,
) -> None:
    await group(store)
    begun = await store.write(lambda tx: publish(tx, "begun"))
    for audience in ("public", "unlisted"):
        await store.write(
            lambda tx, a=audience: publish(tx, f"{a}-answer", audience=a, to=begun, at=NOW + 1)
        )
    await store.write(lambda tx: deeds.add(tx, Deed(HARBOUR, "like", ANNA, "", NOW)))
    assert (await page(store, "outbox", None))["totalItems"] == 2
    assert len(await walk(store, "outbox")) == 2
    answer = "https://groups.example/updates/public-answer"
    await store.write(lambda tx: objects.withdraw(tx, answer, NOW + 2))
    assert (await page(store, "outbox", None))["totalItems"] == 1
    assert len(await walk(store, "outbox")) == 1


async def test_what_is_pinned_is_featured_by_id_and_only_if_it_is_public(store: Store) -> None:
    await group(store)
    first, second = [
        await store.write(lambda tx, name=name: publish(tx, name)) for name in ("one", "two")
    ]
    quiet = await store.write(lambda tx: publish(tx, "quiet", audience="followers"))
    for n, name in enumerate((first, quiet, second)):
        await store.write(lambda tx, n=n, name=name: objects.pin(tx, name, NOW + n))
    found = await page(store, "featured", None)
    assert found["orderedItems"] == [second, first] and found["totalItems"] == 2


async def test_featured_tags_are_the_themes_and_at_most_ten(store: Store) -> None:
    await group(store, themes=["Housing", "food", *[f"t{n}" for n in range(12)]])
    found = await page(store, "featured_tags", None)
    assert len(found["items"]) == 10
    assert found["items"][0] == {
        "type": "Hashtag",
        "href": "https://groups.example/tags/housing",
        "name": "#Housing",
    }


async def test_there_are_no_other_collections(store: Store) -> None:
    await group(store)
    for which, cursor in (("members", None), ("featured", "first"), ("featured_tags", "first")):
        with pytest.raises(NotFound):
            await page(store, which, cursor)


@pytest.mark.parametrize("server", ["Mastodon", "Gancio", "Mobilizon", "GoToSocial"])
@pytest.mark.parametrize("which", ["outbox", "followers", "featured"])
async def test_other_servers_read_them(store: Store, server: str, which: str) -> None:
    await group(store)
    await store.write(lambda tx: publish(tx, "one"))
    found = await page(store, which, None)
    headers = {"content-type": "application/activity+json; charset=utf-8"}
    fetched = Fetched(found["id"], 200, headers, found)
    role = which if which in ("outbox", "featured") else "collection"
    assert READERS[server].read_collection(fetched, role=role)


async def test_no_term_of_a_collection_is_lost(store: Store) -> None:
    await group(store, followers_visible=True)
    await store.write(lambda tx: publish(tx, "one"))
    await store.write(lambda tx: a_follow(tx, by=BEN, of=HARBOUR))
    for which in ("followers", "following", "outbox", "featured", "featured_tags"):
        assert dropped_terms(await page(store, which, None)) == set()
    for which in ("followers", "following", "outbox"):
        assert dropped_terms(await page(store, which)) == set()
