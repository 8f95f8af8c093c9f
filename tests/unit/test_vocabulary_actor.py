"""Actors are read whichever server wrote them, and only what is theirs is believed."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.activitypub.vocabulary import Field, read_actor
from fedi.errors import Malformed

ME = "https://a.example/users/alice"


def person(**changes: Any) -> dict[str, Any]:
    document = {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": ME,
        "type": "Person",
        "preferredUsername": "alice",
        "inbox": f"{ME}/inbox",
        **changes,
    }
    return {key: value for key, value in document.items() if value != "absent"}


def test_an_actor_of_mastodon_is_read() -> None:
    actor = read_actor(
        person(
            name="Alice",
            summary="<p>Hi <script>x</script></p>",
            url="https://a.example/@alice",
            outbox=f"{ME}/outbox",
            followers=f"{ME}/followers",
            following=f"{ME}/following",
            featured=f"{ME}/collections/featured",
            endpoints={"sharedInbox": "https://a.example/inbox"},
            icon={"type": "Image", "mediaType": "image/png", "url": "https://m.example/i.png"},
            image={"type": "Image", "url": "https://m.example/h.png"},
            manuallyApprovesFollowers=True,
            discoverable=True,
            indexable=True,
            published="2020-01-01T00:00:00Z",
            alsoKnownAs=["https://old.example/u/alice"],
            movedTo="https://new.example/u/alice",
            attachment=[
                {
                    "type": "PropertyValue",
                    "name": "Web",
                    "value": '<a href="https://x.example" rel="me">x</a>',
                },
                {"type": "IdentityProof", "name": "x"},
            ],
            webfinger="alice@example.com",
            attributionDomains=["a.example"],
        )
    )
    assert (actor.name, actor.username, actor.summary_html) == ("Alice", "alice", "<p>Hi </p>")
    assert (actor.url, actor.shared_inbox) == (
        "https://a.example/@alice",
        "https://a.example/inbox",
    )
    assert (actor.outbox, actor.followers, actor.following, actor.featured) == (
        f"{ME}/outbox",
        f"{ME}/followers",
        f"{ME}/following",
        f"{ME}/collections/featured",
    )
    assert (actor.icon_url, actor.header_url) == (
        "https://m.example/i.png",
        "https://m.example/h.png",
    )
    assert actor.manually_approves
    assert actor.discoverable
    assert actor.indexable
    assert not actor.is_group
    assert not actor.suspended
    assert actor.published_ms == 1_577_836_800_000
    assert actor.also_known_as == ("https://old.example/u/alice",)
    assert actor.moved_to == "https://new.example/u/alice"
    assert actor.fields == (
        Field("Web", '<a href="https://x.example" rel="nofollow noopener ugc">x</a>'),
    )
    assert actor.webfinger == "alice@example.com"
    assert actor.attribution_domains == ("a.example",)


def test_the_little_an_actor_needs_is_enough() -> None:
    actor = read_actor(person())
    assert (actor.name, actor.url, actor.summary_html, actor.fields) == ("alice", ME, "", ())
    assert (actor.shared_inbox, actor.icon_url, actor.published_ms) == (None, None, None)


def test_a_group_of_lemmy_and_one_of_peertube_are_groups() -> None:
    lemmy = person(type="Group", attributedTo=f"{ME}/moderators", language=[{"identifier": "fr"}])
    peertube = person(
        type="Group",
        icon=[
            {"type": "Image", "width": 120, "url": "https://a.example/120.jpg"},
            {"type": "Image", "width": 48, "url": "https://a.example/48.jpg"},
        ],
        attributedTo=[{"type": "Person", "id": "https://a.example/p"}],
    )
    assert read_actor(lemmy).is_group
    assert read_actor(peertube).icon_url == "https://a.example/120.jpg"


@pytest.mark.parametrize(
    "kind", ["Note", "Create", "Tombstone", "OrderedCollection", "", None, 5, "absent"]
)
def test_what_is_not_an_actor_is_refused(kind: Any) -> None:
    with pytest.raises(Malformed):
        read_actor(person(type=kind))


def test_among_several_types_that_of_an_actor_counts() -> None:
    assert read_actor(person(type=["ex:Bot", "Service"])).type == "Service"


@pytest.mark.parametrize(
    "uri", ["absent", None, "", 5, "alice", "acct:alice@a.example", "ftp://a.example/alice"]
)
def test_without_an_id_on_the_web_it_is_refused(uri: Any) -> None:
    with pytest.raises(Malformed):
        read_actor(person(id=uri))


@pytest.mark.parametrize("name", ["alice", "A_1", "a.b-c", "enterprise.lemmy.ml", "x" * 2048])
def test_usernames_of_other_servers_are_read(name: str) -> None:
    assert read_actor(person(preferredUsername=name)).username == name


@pytest.mark.parametrize(
    "name", ["absent", "", None, 5, "a b", "ä", ".a", "a.", "a/b", "a@b", "a\n", "x" * 2049]
)
def test_other_usernames_are_refused(name: Any) -> None:
    with pytest.raises(Malformed):
        read_actor(person(preferredUsername=name))


@pytest.mark.parametrize(
    "inbox",
    [
        *("absent", None, 5, "inbox", "https://b.example/inbox", "http://a.example/inbox"),
        *("https://a.example:444/inbox", "https://a.example.evil.example/inbox"),
        "https://a.example@evil.example/inbox",
    ],
)
def test_an_inbox_on_another_server_is_refused(inbox: Any) -> None:
    with pytest.raises(Malformed):
        read_actor(person(inbox=inbox))


@pytest.mark.parametrize("inbox", ["https://A.example./in", "https://a.example:443/in"])
def test_the_same_server_may_be_spelt_differently(inbox: str) -> None:
    assert read_actor(person(inbox=inbox)).inbox == inbox


@pytest.mark.parametrize("key", ["outbox", "followers", "following", "featured", "url"])
def test_what_lies_on_another_server_is_not_believed(key: str) -> None:
    value = getattr(read_actor(person(**{key: "https://b.example/x"})), key)
    assert value == (ME if key == "url" else None)


def test_a_shared_inbox_is_read_in_both_places_and_only_on_the_same_server() -> None:
    theirs = "https://b.example/inbox"
    assert (
        read_actor(person(sharedInbox="https://a.example/i")).shared_inbox == "https://a.example/i"
    )
    assert read_actor(person(endpoints={"sharedInbox": theirs})).shared_inbox is None
    assert read_actor(person(endpoints=None)).shared_inbox is None
    assert read_actor(person(endpoints=[{"sharedInbox": "https://a.example/i"}])).shared_inbox


def test_names_are_one_line_without_tricks_and_cut() -> None:
    assert read_actor(person(name="\u202eA\nl\x00ice\u200b ")).name == "A lice"
    assert len(read_actor(person(name="x" * 5_000)).name) == 2_048
    assert read_actor(person(name="\u200b")).name == "alice"
    assert read_actor(person(name=None, nameMap={"de": "Ali"})).name == "Ali"


def test_of_many_fields_fifty_are_kept() -> None:
    row = {"type": "schema:PropertyValue", "name": "a", "value": "b"}
    assert len(read_actor(person(attachment=[row] * 60)).fields) == 50
    assert len(read_actor(person(attachment=row)).fields) == 1
    empty = {**row, "name": "", "value": None}
    assert read_actor(person(attachment=[empty, "x", None])).fields == ()
    assert read_actor(person(attachment={**row, "value": None})).fields == (Field("a", ""),)


@pytest.mark.parametrize("value", ["true", 1, None, {}, [True]])
def test_only_true_is_true(value: Any) -> None:
    actor = read_actor(person(manuallyApprovesFollowers=value, suspended=value, discoverable=value))
    assert not (actor.manually_approves or actor.suspended or actor.discoverable)


@pytest.mark.parametrize(
    "handle", ["alice", "alice@", "@", "a b@c.example", "alice@a.example/x", 5]
)
def test_what_is_no_handle_is_not_claimed(handle: Any) -> None:
    assert read_actor(person(webfinger=handle)).webfinger is None


@pytest.mark.parametrize("handle", ["acct:alice@a.example", "@alice@a.example", "alice@a.example"])
def test_a_handle_is_read_in_its_spellings(handle: str) -> None:
    assert read_actor(person(webfinger=handle)).webfinger == "alice@a.example"


def test_what_its_software_can_do_is_read_from_the_actor_and_its_generator() -> None:
    signatures = {"href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421"}
    generator = {"type": "Application", "implements": signatures}
    assert read_actor(person(generator=generator)).implements == (signatures["href"],)
    assert read_actor(person(implements=[signatures])).implements == (signatures["href"],)
    assert read_actor(person(generator="https://a.example/app")).implements == ()


def test_prefixed_names_are_read() -> None:
    actor = read_actor(
        {
            "@id": ME,
            "@type": "as:Person",
            "as:preferredUsername": "alice",
            "ldp:inbox": {"@id": f"{ME}/inbox"},
            "toot:discoverable": True,
        }
    )
    assert (actor.inbox, actor.discoverable) == (f"{ME}/inbox", True)
