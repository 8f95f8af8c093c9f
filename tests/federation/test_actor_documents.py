"""A group's document satisfies every server at once, and says nothing about people (interop §1.4)."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, a_group, some_keys
from federation.readers import READERS, Fetched
from signed import NOW

from fedi.activitypub.context import dropped_terms
from fedi.activitypub.keys import read_keys
from fedi.activitypub.vocabulary import read_actor
from fedi.actors.documents import actor_document, instance_document, paragraphs
from fedi.actors.groups import get_group, remove_group, rotate_keys, set_profile
from fedi.clock import iso
from fedi.storage import groups
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
PROFILE = {
    "summary": "We rent & we organise.\n\nThursdays <at seven>\nin the hall.",
    "fields": [("Web", "https://harbour.example/?a=1&b=2"), ("Since", '1919 "ish"')],
    "place": "Bristol",
    "themes": ["housing", "Solidarity"],
    "languages": ["en"],
    "also_known_as": ["https://old.example/groups/harbour"],
    "locked": True,
}


async def document(store: Store, **changes: Any) -> dict[str, Any]:
    def unit(tx: Tx) -> dict[str, Any]:
        group = a_group(tx)
        if changes:
            group = set_profile(tx, SITE, "harbour", changes, NOW + 1000)
        return actor_document(tx, SITE, group)

    return await store.write(unit)


def fetched(document: dict[str, Any]) -> Fetched:
    headers = {"content-type": "application/activity+json; charset=utf-8"}
    return Fetched(document["id"], 200, headers, document)


@pytest.mark.parametrize("server", sorted(READERS))
@pytest.mark.parametrize("changes", [{}, PROFILE], ids=["bare", "full"])
async def test_every_server_reads_a_group(
    store: Store, server: str, changes: dict[str, Any]
) -> None:
    view = READERS[server].read_actor(fetched(await document(store, **changes)))
    assert view


@pytest.mark.parametrize("changes", [{}, PROFILE], ids=["bare", "full"])
async def test_no_term_of_a_group_is_lost_to_a_reader_of_json_ld(
    store: Store, changes: dict[str, Any]
) -> None:
    assert dropped_terms(await document(store, **changes)) == set()


async def test_another_server_of_ours_reads_all_of_it(store: Store) -> None:
    read = read_actor(await document(store, **PROFILE))
    assert (read.id, read.type, read.username) == (HARBOUR, "Group", "harbour")
    assert read.inbox == f"{HARBOUR}/inbox"
    assert read.shared_inbox == "https://groups.example/inbox"
    assert read.followers == f"{HARBOUR}/followers"
    assert read.featured == f"{HARBOUR}/featured"
    assert read.manually_approves and read.discoverable and read.indexable
    assert read.webfinger == "harbour@groups.example"
    assert read.attribution_domains == ("groups.example",)
    assert read.also_known_as == ("https://old.example/groups/harbour",)
    assert "https://datatracker.ietf.org/doc/html/rfc9421" in read.implements
    assert [field.name for field in read.fields] == ["Web", "Since"]


async def test_both_keys_are_found_by_who_reads_keys(store: Store) -> None:
    rsa, ed25519 = some_keys()
    found = {key.id: key for key in read_keys(await document(store))}
    assert found[f"{HARBOUR}#key-1"].material == rsa.public
    assert found[f"{HARBOUR}#key-2"].material == ed25519.public
    assert {key.owner for key in found.values()} == {HARBOUR}


async def test_there_is_one_public_key_and_it_is_no_list(store: Store) -> None:
    made = await document(store)
    assert isinstance(made["publicKey"], dict)
    assert made["publicKey"]["id"] == f"{HARBOUR}#key-1"
    assert isinstance(made["icon"], dict) and isinstance(made["image"], dict)


async def test_after_a_rotation_old_proof_keys_stay_and_the_old_rsa_key_does_not(
    store: Store,
) -> None:
    def unit(tx: Tx) -> dict[str, Any]:
        a_group(tx)
        rsa, ed25519 = some_keys(1)
        group = rotate_keys(tx, SITE, "harbour", now=NOW + 1, rsa=rsa, ed25519=ed25519)
        return actor_document(tx, SITE, group)

    made = await store.write(unit)
    assert made["publicKey"]["id"] == f"{HARBOUR}#key-3"
    ids = [key["id"] for key in made["assertionMethod"]]
    assert ids == [f"{HARBOUR}#key-4", f"{HARBOUR}#key-2"]
    assert len(read_keys(made)) == 3
    assert ["expires" in key for key in made["assertionMethod"]] == [False, True]
    assert made["assertionMethod"][1]["expires"] == iso(NOW + 1)
    assert dropped_terms(made) == set()


async def test_links_carry_rel_me_and_everything_else_is_escaped(store: Store) -> None:
    made = await document(store, **PROFILE)
    web, since = made["attachment"]
    assert web["value"] == (
        '<a href="https://harbour.example/?a=1&amp;b=2" rel="me nofollow noopener">'
        "harbour.example/?a=1&amp;b=2</a>"
    )
    assert since["value"] == "1919 &quot;ish&quot;"
    assert made["summary"] == (
        "<p>We rent &amp; we organise.</p><p>Thursdays &lt;at seven&gt;<br>in the hall.</p>"
    )


@pytest.mark.parametrize(
    "value", ['https://x.example/"><script>', "javascript:alert(1)", "see https://x.example"]
)
async def test_what_is_not_one_plain_address_is_no_link(store: Store, value: str) -> None:
    made = await document(store, fields=[("Web", value)])
    assert "<" not in made["attachment"][0]["value"]


async def test_nobody_who_belongs_to_a_group_is_named(store: Store) -> None:
    made = await document(store, **PROFILE)
    assert made.keys().isdisjoint(
        {"members", "memberCount", "attributedTo", "moderators", "postingRestrictedToMods"}
    )
    assert made["openness"] == "invite_only"


async def test_the_picture_s_address_changes_with_the_picture(store: Store) -> None:
    def unit(tx: Tx) -> list[dict[str, str]]:
        groups = [
            a_group(tx),
            set_profile(tx, SITE, "harbour", {"motif": "wave", "ink": "river"}, NOW + 1),
            set_profile(tx, SITE, "harbour", {"avatar": "abc.jpg"}, NOW + 2),
        ]
        return [actor_document(tx, SITE, group)["icon"] for group in groups]

    icons = await store.write(unit)
    assert len({icon["url"] for icon in icons}) == 3
    assert icons[1]["url"] == f"{HARBOUR}/avatar.png?wave-river"
    assert icons[1]["mediaType"] == "image/png"
    assert icons[2] == {
        "type": "Image",
        "mediaType": "image/jpeg",
        "url": "https://groups.example/media/abc.jpg",
    }


async def test_a_removed_group_leaves_a_tombstone(store: Store) -> None:
    def unit(tx: Tx) -> dict[str, Any]:
        group = a_group(tx)
        remove_group(tx, SITE, "harbour", NOW + 1)
        removed = tx.one("SELECT removed_at FROM groups WHERE actor = :a", a=group.actor)
        assert removed and removed["removed_at"] == NOW + 1

        kept = groups.find(tx, "harbour")
        assert kept
        return actor_document(tx, SITE, kept)

    made = await store.write(unit)
    assert (made["type"], made["formerType"], made["id"]) == ("Tombstone", "Group", HARBOUR)
    assert "publicKey" not in made and "name" not in made


async def test_the_instance_is_an_application_with_keys(store: Store) -> None:
    def unit(tx: Tx) -> dict[str, Any]:
        a_group(tx)
        return instance_document(tx, SITE)

    made = await store.write(unit)
    assert dropped_terms(made) == set()
    read = read_actor(made)
    assert (read.type, read.username) == ("Application", "instance")
    assert read.manually_approves and not read.discoverable
    assert len(read_keys(made)) == 2


@pytest.mark.parametrize("server", ["Mastodon", "GoToSocial", "Mobilizon", "Misskey", "Pleroma"])
async def test_servers_that_fetch_signed_read_the_instance(store: Store, server: str) -> None:
    def unit(tx: Tx) -> dict[str, Any]:
        a_group(tx)
        return instance_document(tx, SITE)

    assert READERS[server].read_actor(fetched(await store.write(unit)))


async def test_a_group_found_again_is_the_same(store: Store) -> None:
    await document(store, **PROFILE)
    found = await store.read(lambda tx: get_group(tx, "harbour"))
    assert found.title == "Harbour Tenants" and found.locked and found.version == 2


def test_plain_text_becomes_paragraphs() -> None:
    assert paragraphs("") == ""
    assert paragraphs("a\n \n\nb\nc") == "<p>a</p><p>b<br>c</p>"
