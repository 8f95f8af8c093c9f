"""The documents of what our actors say, in the shapes that other servers take (interop §3.2, §8.3)."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.activitypub.vocabulary import PUBLIC, ids_of, visibility
from fedi.delivery import activities
from fedi.delivery.activities import Audience, addressed

NOW = 1_790_000_000_000
GROUP = "https://groups.example/groups/harbour"
FOLLOWERS = f"{GROUP}/followers"
NOTE = "https://groups.example/updates/1"
ANNA = "https://home.example/users/anna"
FOLLOW = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": f"{ANNA}/follows/1",
    "type": "Follow",
    "actor": ANNA,
    "object": GROUP,
    "proof": {"type": "DataIntegrityProof"},
    "signature": {"type": "RsaSignature2017"},
}
EMBEDDED_FOLLOW = {
    "id": f"{ANNA}/follows/1",
    "type": "Follow",
    "actor": ANNA,
    "object": GROUP,
}


def a_note(audience: Audience) -> dict[str, Any]:
    return {"id": NOTE, "type": "Note", "published": "2026-01-01T00:00:00Z"} | addressed(
        GROUP, audience
    )


@pytest.mark.parametrize("audience", ["public", "unlisted", "followers", "direct"])
def test_mastodon_reads_each_audience_as_it_was_meant(audience: Audience) -> None:
    said = activities.create(GROUP, a_note(audience))
    assert visibility(ids_of(said["to"]), ids_of(said["cc"]), FOLLOWERS) == audience
    assert (said["to"], said["cc"]) == (said["object"]["to"], said["object"]["cc"])


@pytest.mark.parametrize("audience", ["public", "unlisted", "followers", "direct"])
def test_who_is_mentioned_is_addressed_once_whoever_else_may_see_it(audience: Audience) -> None:
    said = addressed(GROUP, audience, [ANNA, ANNA])
    assert [*said["to"], *said["cc"]].count(ANNA) == 1
    assert visibility(said["to"], said["cc"], FOLLOWERS) == audience


def test_a_create_says_when_its_object_was_published() -> None:
    assert activities.create(GROUP, a_note("public"))["published"] == "2026-01-01T00:00:00Z"
    assert "published" not in activities.create(GROUP, {"id": NOTE, "to": [], "cc": []})


def test_an_update_carries_the_whole_object_to_whom_it_was_addressed() -> None:
    said = activities.update(GROUP, a_note("unlisted"), NOW)
    assert said["object"] == a_note("unlisted")
    assert (said["to"], said["cc"]) == ([FOLLOWERS], [PUBLIC])


def test_an_update_of_an_actor_is_public() -> None:
    said = activities.update(GROUP, {"id": GROUP, "type": "Group"}, NOW)
    assert (said["to"], said["cc"]) == ([PUBLIC], [FOLLOWERS])


def test_a_delete_leaves_a_tombstone_that_says_what_it_was() -> None:
    said = activities.delete(GROUP, NOTE, "Note", "public", NOW, [ANNA])
    assert said["object"] == {
        "id": NOTE,
        "type": "Tombstone",
        "formerType": "Note",
        "deleted": "2026-09-21T14:13:20Z",
    }
    assert (said["to"], said["cc"]) == ([PUBLIC], [FOLLOWERS, ANNA])


def test_an_actor_that_is_deleted_is_named_by_its_id_alone() -> None:
    assert activities.delete_actor(GROUP)["object"] == GROUP


def test_an_announce_names_what_it_shares_and_copies_in_its_author() -> None:
    said = activities.announce(GROUP, "https://home.example/notes/5", ANNA, NOW)
    assert said["object"] == "https://home.example/notes/5"
    assert (said["to"], said["cc"]) == ([PUBLIC], [FOLLOWERS, ANNA])


def test_an_accept_and_a_reject_embed_the_whole_follow_without_its_signatures() -> None:
    for answer in (activities.accept(GROUP, FOLLOW), activities.reject(GROUP, FOLLOW)):
        assert answer["object"] == EMBEDDED_FOLLOW
        assert answer["to"] == [ANNA]
        assert "result" not in answer


def test_the_accept_of_a_quote_names_its_authorization() -> None:
    request = {"id": f"{ANNA}/quotes/1", "type": "QuoteRequest", "actor": ANNA, "object": NOTE}
    stamp = "https://groups.example/quotes/1"
    assert activities.accept(GROUP, request, stamp)["result"] == stamp


def test_an_ignore_names_the_join_by_its_id() -> None:
    join = {"id": f"{ANNA}/joins/1", "type": "Join", "actor": {"id": ANNA}, "object": NOTE}
    said = activities.ignore(GROUP, join)
    assert (said["type"], said["object"], said["to"]) == ("Ignore", join["id"], [ANNA])


def test_an_undo_embeds_what_it_takes_back_and_goes_to_the_same_people() -> None:
    like = {"id": "https://groups.example/activities/1", **activities.like(GROUP, NOTE, ANNA)}
    said = activities.undo(GROUP, {"@context": [], "proof": {}, **like})
    assert said["object"] == like
    assert said["to"] == [ANNA]


def test_a_follow_names_whom_it_follows_by_a_plain_id() -> None:
    assert activities.follow(GROUP, ANNA) == {
        "type": "Follow",
        "actor": GROUP,
        "to": [ANNA],
        "object": ANNA,
    }


def test_what_is_pinned_and_unpinned_names_the_collection() -> None:
    said = activities.add(GROUP, NOTE, f"{GROUP}/featured")
    assert (said["type"], said["object"], said["target"]) == ("Add", NOTE, f"{GROUP}/featured")
    assert activities.remove(GROUP, NOTE, f"{GROUP}/featured") == said | {"type": "Remove"}


def test_a_report_names_the_actor_first_and_then_what_it_said() -> None:
    said = activities.flag("https://groups.example/actor", ANNA, [f"{ANNA}/notes/1"], "spam")
    assert said["object"] == [ANNA, f"{ANNA}/notes/1"]
    assert said["to"] == [ANNA]
    assert said["actor"] == "https://groups.example/actor"


def test_a_block_goes_to_the_blocked_alone() -> None:
    said = activities.block(GROUP, ANNA)
    assert (said["type"], said["object"], said["to"]) == ("Block", ANNA, [ANNA])
