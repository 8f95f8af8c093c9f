"""Groups are added, changed, given new keys and removed, and whoever follows them hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from build import SITE, a_follow, a_group, a_remote_actor, jobs_of, said, some_keys
from signed import ANNA, NOW

from fedi.activitypub.keys import read_keys
from fedi.activitypub.proofs import check_proof
from fedi.actors.groups import (
    add_group,
    all_groups,
    find_group,
    get_group,
    mark_verified,
    remove_group,
    rotate_keys,
    set_profile,
)
from fedi.actors.known import public_key
from fedi.delivery.signing import signing_key
from fedi.errors import Gone, NotFound, Refused
from fedi.storage import actors, follows, keys
from fedi.storage.follows import ACCEPTED, PENDING
from fedi.storage.groups import Field, Group
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")


async def change(store: Store, at: int = NOW + 1000, **changes: Any) -> Group:
    return await store.write(lambda tx: set_profile(tx, SITE, "harbour", changes, at))


async def followed(store: Store) -> None:
    """A group that Anna follows."""
    await store.write(a_group)
    await store.write(a_remote_actor)
    await store.write(lambda tx: a_follow(tx, of=HARBOUR))


async def heard(store: Store) -> list[dict[str, Any]]:
    return await store.read(lambda tx: said(tx, to=ANNA))


@pytest.mark.parametrize("name", ["harbour", "a", "x" * 30, "__", "0_9"])
async def test_a_name_of_small_letters_digits_and_lines_is_taken(store: Store, name: str) -> None:
    group = await store.write(lambda tx: a_group(tx, name))
    assert group.actor == f"https://groups.example/groups/{name}"
    assert await store.read(lambda tx: find_group(tx, name)) == group


@pytest.mark.parametrize(
    "name",
    [
        *("", "x" * 31, "Harbour", "har bour", "har-bour", "har.bour", "hafen\n", "häfen", "١"),
        *("admin", "instance", "actor", "inbox"),
    ],
)
async def test_any_other_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(Refused):
        await store.write(lambda tx: a_group(tx, name))
    assert await store.read(all_groups) == []


async def test_a_name_is_given_once_for_ever(store: Store) -> None:
    await store.write(a_group)
    with pytest.raises(Refused, match="is or was"):
        await store.write(a_group)
    await store.write(lambda tx: remove_group(tx, SITE, "harbour", NOW + 1))
    with pytest.raises(Refused, match="is or was"):
        await store.write(lambda tx: a_group(tx, title="Another"))
    kept = await store.read(lambda tx: tx.one("SELECT name FROM actors WHERE id = :a", a=HARBOUR))
    assert kept and kept["name"] == "Harbour Tenants"


async def test_a_group_needs_a_title(store: Store) -> None:
    rsa, ed25519 = some_keys()
    for title in ("", "  ", "x" * 201):
        with pytest.raises(Refused, match="title"):
            await store.write(
                lambda tx, title=title: add_group(
                    tx, SITE, "harbour", title, now=NOW, rsa=rsa, ed25519=ed25519
                )
            )


async def test_what_was_removed_is_gone_and_what_never_was_is_not_found(store: Store) -> None:
    await store.write(a_group)
    await store.write(lambda tx: remove_group(tx, SITE, "harbour", NOW + 1))
    with pytest.raises(Gone):
        await store.read(lambda tx: get_group(tx, "harbour"))
    with pytest.raises(NotFound) as never:
        await store.read(lambda tx: get_group(tx, "orchard"))
    assert not isinstance(never.value, Gone)
    assert await store.read(lambda tx: find_group(tx, "harbour")) is None


async def test_followers_are_told_of_a_changed_profile_with_the_whole_actor(store: Store) -> None:
    await followed(store)
    group = await change(store, title="Harbour", summary="We organise.")
    (update,) = await heard(store)
    assert (update["type"], update["actor"]) == ("Update", HARBOUR)
    assert update["object"]["name"] == "Harbour"
    assert update["object"]["publicKey"]["id"] == f"{HARBOUR}#key-1"
    assert group.version == 2 and group.updated_at == NOW + 1000


async def test_a_change_that_changes_nothing_is_not_told(store: Store) -> None:
    await followed(store)
    await change(store, title="Harbour Tenants", locked=False)
    assert await heard(store) == []


async def test_each_change_is_later_than_the_one_before(store: Store) -> None:
    await followed(store)
    first = await change(store, title="One")
    second = await change(store, title="Two")
    assert second.updated_at > first.updated_at


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "other"},
        {"actor": "https://evil.example/"},
        {"title": " "},
        {"summary": "x" * 5001},
        {"quotes": "maybe"},
        {"fields": [("", "value")]},
        {"fields": [("name", "")]},
        {"fields": [("name", "value")] * 21},
    ],
)
async def test_a_change_that_cannot_be_is_refused_whole(
    store: Store, wrong: dict[str, Any]
) -> None:
    await store.write(a_group)
    with pytest.raises(Refused):
        await change(store, locked=True, **wrong)
    assert not (await store.read(lambda tx: get_group(tx, "harbour"))).locked


async def test_links_of_a_profile_are_looked_at_and_stay_verified_while_they_stay(
    store: Store,
) -> None:
    await store.write(a_group)
    await change(store, fields=[("Web", "https://harbour.example"), ("Since", "1919")])
    (job,) = await store.read(lambda tx: jobs_of(tx, "actors.verify_links"))
    assert job["group"] == "harbour"
    seen_at = {"https://harbour.example": NOW + 5}
    await store.write(lambda tx: mark_verified(tx, "harbour", seen_at))
    await store.write(lambda tx: mark_verified(tx, "harbour", {"https://harbour.example": NOW + 9}))
    after = await change(store, NOW + 2000, fields=[("Web", "https://harbour.example")])
    assert after.fields == (Field("Web", "https://harbour.example", NOW + 5),)
    await store.write(lambda tx: mark_verified(tx, "harbour", {"https://harbour.example": None}))
    found = await store.read(lambda tx: get_group(tx, "harbour"))
    assert found.fields[0].verified_at is None
    other = await change(store, NOW + 3000, fields=[("Web", "https://other.example")])
    assert other.fields[0].verified_at is None


async def rotated(store: Store) -> None:
    rsa, ed25519 = some_keys(1)
    await store.write(
        lambda tx: rotate_keys(tx, SITE, "harbour", now=NOW + 50, rsa=rsa, ed25519=ed25519)
    )


async def test_new_keys_are_announced_under_the_old_ones(store: Store) -> None:
    await followed(store)
    await rotated(store)
    (update,) = await heard(store)
    new_ids = {key.id for key in read_keys(update["object"])}
    assert new_ids == {f"{HARBOUR}#key-{n}" for n in (2, 3, 4)}

    def who_signs(tx: Tx) -> tuple[str, str]:
        row = tx.one("SELECT created_at FROM activities WHERE id = :id", id=update["id"])
        assert row
        old = signing_key(tx, HARBOUR, "rsa", row["created_at"])
        return old.id, signing_key(tx, HARBOUR, "rsa", row["created_at"] + 1).id

    assert await store.read(who_signs) == (f"{HARBOUR}#key-1", f"{HARBOUR}#key-3")
    prover = await store.read(lambda tx: keys.find(tx, update["proof"]["verificationMethod"]))
    assert prover and check_proof(update, public_key(prover), NOW + 50)


async def test_ids_of_keys_are_never_used_again(store: Store) -> None:
    await store.write(a_group)
    await rotated(store)
    kept = await store.read(lambda tx: keys.of_actor(tx, HARBOUR))
    assert [(key.id.partition("#")[2], key.valid_until) for key in kept] == [
        ("key-1", NOW + 50),
        ("key-2", NOW + 50),
        ("key-3", None),
        ("key-4", None),
    ]


async def test_a_removed_group_says_farewell_to_those_it_knew_and_lets_them_go(
    store: Store,
) -> None:
    await followed(store)
    friend = "https://friend.example/groups/orchard"
    await store.write(lambda tx: a_remote_actor(tx, friend))
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=friend))
    await store.write(lambda tx: remove_group(tx, SITE, "harbour", NOW + 1))
    for who in (ANNA, friend):
        (farewell,) = await store.read(lambda tx, who=who: said(tx, to=who))
        assert (farewell["type"], farewell["object"]) == ("Delete", HARBOUR)
    rows = await store.read(lambda tx: tx.all("SELECT follower FROM follows"))
    assert rows == []
    assert await store.read(all_groups) == []


async def test_a_removed_group_says_farewell_to_all_it_followed_however_many(store: Store) -> None:
    def unit(tx: Tx) -> int:
        a_group(tx)
        anna = a_remote_actor(tx)
        for n in range(1001):
            who = f"https://home.example/users/a{n}"
            actor = replace(anna, id=who, inbox=f"{who}/inbox", shared_inbox=None)
            actors.put_remote(tx, actor, NOW)
            follows.add(tx, HARBOUR, who, PENDING if n % 2 else ACCEPTED, "", NOW + n)
        remove_group(tx, SITE, "harbour", NOW + 2000)
        (row,) = tx.all("SELECT planned FROM activities WHERE type = 'Delete'")
        return row["planned"]

    assert await store.write(unit) == 1001
