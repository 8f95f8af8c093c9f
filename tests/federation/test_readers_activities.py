"""What activities do to each server, as its reader tells it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from federation.readers import READERS, Effect, Json, Refused, Stored, mastodon
from federation.readers import sample_activities as a
from federation.readers import samples as s
from federation.readers.subjects import STORED

SECOND_NOTE = "https://peer.example/notes/5"
EVERYBODY = sorted(set(READERS) - {"Lemmy", "PieFed"})
STAMPED = "2026-11-21T10:00:00Z"


def told(server: str, activity: Json, stored: Stored = STORED, **headers: str) -> Effect:
    """Return what the activity does on this server."""
    return READERS[server].read_activity(activity, {**s.TYPE, **headers}, stored)


def fresh(**more: Any) -> Stored:
    """Return a server that follows the group and has seen nothing of it yet."""
    return replace(a.STORED, **more)


@pytest.mark.parametrize("server", ["Mastodon", "GoToSocial", "Misskey", "Pleroma", "Friendica"])
def test_a_followed_groups_note_is_shown(server: str) -> None:
    effect = told(server, a.CREATE, fresh())
    assert (effect.what, effect.about) == ("post shown", s.NOTE["id"])
    assert effect.post is not None
    assert effect.post.text == "Rehearsal moved to the library."


@pytest.mark.parametrize("server", EVERYBODY)
def test_a_followed_groups_event_is_shown(server: str) -> None:
    assert told(server, a.CREATE_EVENT, fresh()).what == "post shown"


def test_mobilizon_takes_a_note_only_as_a_comment() -> None:
    comment = a.activity("Create", 20, {**s.NOTE, "inReplyTo": s.EVENT["id"]}, **s.ADDRESSED)
    assert told("Mobilizon", comment).what == "post shown"
    assert (
        told("Mobilizon", a.CREATE).why == "a Note is a comment, below an event or another comment"
    )


def test_gancio_takes_events_only_from_those_it_trusts() -> None:
    assert told("Gancio", a.CREATE_EVENT, fresh(following=frozenset())).what == "ignored"


def test_nobody_following_means_nothing_shown() -> None:
    effect = told("Mastodon", a.CREATE, fresh(following=frozenset()))
    assert effect.why == "nobody here follows the author or is addressed"


@pytest.mark.parametrize(
    "note",
    [
        {**s.NOTE, "inReplyTo": SECOND_NOTE},
        {**s.NOTE, "cc": [s.ANNA]},
    ],
)
def test_a_reply_and_a_mention_reach_those_who_do_not_follow(note: Json) -> None:
    stored = fresh(following=frozenset(), objects={SECOND_NOTE: {"id": SECOND_NOTE}})
    create = a.activity("Create", 21, note, to=note["to"], cc=note["cc"])
    assert told("Mastodon", create, stored).what == "post shown"


def test_an_id_that_was_deleted_never_comes_back() -> None:
    stored = fresh().after(a.DELETE, told("Mastodon", a.DELETE, fresh()))
    assert (
        told("Mastodon", a.CREATE, stored).why == "an id that was deleted once is blocked forever"
    )


@pytest.mark.parametrize(
    ("updated", "what"),
    [
        ("2026-11-21T10:00:01Z", "edited"),
        (STAMPED, "counted"),
        (None, "counted"),
        ("2026-11-21T09:59:59Z", "ignored"),
    ],
)
def test_mastodon_edits_only_by_a_later_updated(updated: str | None, what: str) -> None:
    note = {**s.NOTE, "published": "2026-11-21T09:00:00Z", "updated": updated}
    if updated is None:
        del note["updated"]
    assert told("Mastodon", a.activity("Update", 22, note, **s.ADDRESSED)).what == what


@pytest.mark.parametrize(("hours", "what"), [(23, "post shown"), (25, "ignored")])
def test_mastodon_takes_an_update_of_an_unknown_post_only_while_it_is_young(
    hours: int, what: str
) -> None:
    published = 1_795_255_200_000  # 2026-11-21T10:00:00Z
    assert told("Mastodon", a.UPDATE, fresh(now=published + hours * 3_600_000)).what == what


def test_misskey_edits_polls_and_profiles_but_no_events() -> None:
    question = a.activity("Update", 23, s.QUESTION, **s.ADDRESSED)
    stored = replace(STORED, objects={**STORED.objects, s.QUESTION["id"]: s.QUESTION})
    assert told("Misskey", question, stored).what == "edited"
    assert told("Misskey", a.UPDATE_GROUP).what == "profile updated"
    assert told("Misskey", a.UPDATE_EVENT).why == "an Update of type Event is not applied"


@pytest.mark.parametrize(("option", "what"), [("Thursday", "counted"), ("Saturday", "ignored")])
def test_mastodon_counts_again_what_can_be_chosen_as_before(option: str, what: str) -> None:
    later = deepcopy(s.QUESTION)
    later["oneOf"][0] |= {"name": option, "replies": {"type": "Collection", "totalItems": 9}}
    stored = fresh(objects={s.QUESTION["id"]: s.QUESTION})
    assert told("Mastodon", a.activity("Update", 26, later, **s.ADDRESSED), stored).what == what


def test_an_update_of_the_profile_is_examined_as_an_actor() -> None:
    broken = a.activity("Update", 24, {**s.GROUP, "inbox": None})
    with pytest.raises(Refused, match="Mastodon: The inbox is an https address"):
        told("Mastodon", broken)


def test_gancio_fails_on_an_update_whose_first_attachment_is_no_picture() -> None:
    event = {**s.EVENT, "attachment": s.EVENT["attachment"][::-1]}
    assert told("Gancio", a.UPDATE_EVENT).what == "edited"
    assert told("Gancio", a.activity("Update", 25, event, **s.ADDRESSED)).what == "ignored"


@pytest.mark.parametrize("server", EVERYBODY)
def test_a_tombstone_takes_the_event_away(server: str) -> None:
    assert told(server, a.DELETE_EVENT) == Effect("deleted", s.EVENT["id"])


def test_a_group_that_deletes_itself_is_gone() -> None:
    goodbye = a.activity("Delete", 26, s.GROUP_ID, to=s.ADDRESSED["to"])
    assert told("Mastodon", goodbye) == Effect("account deleted", s.GROUP_ID)


@pytest.mark.parametrize(
    ("server", "of_an_id", "of_a_create"),
    [
        ("Mastodon", "boosted", "ignored"),
        ("GoToSocial", "boosted", "ignored"),
        ("Misskey", "boosted", "ignored"),
        ("Mobilizon", "boosted", "relayed"),
        ("Lemmy", "ignored", "post shown"),
        ("PieFed", "ignored", "post shown"),
        ("Gancio", "ignored", "ignored"),
    ],
)
def test_an_announcement_does_what_the_table_says(
    server: str, of_an_id: str, of_a_create: str
) -> None:
    create: Json = {
        "id": "https://peer.example/c/1",
        "type": "Create",
        "actor": s.ANNA,
        "object": s.PAGE,
    }
    wrapped = a.activity("Announce", 27, create, **s.ADDRESSED)
    assert told(server, a.ANNOUNCE).what == of_an_id
    assert told(server, wrapped).what == of_a_create


def test_mastodon_boosts_a_wrapped_create_whose_own_id_leads_to_the_post() -> None:
    create: Json = {
        "id": "https://peer.example/c/1",
        "type": "Create",
        "actor": s.ANNA,
        "object": s.PAGE,
    }
    wrapped = a.activity("Announce", 27, create, **s.ADDRESSED)
    found = replace(STORED, objects={**STORED.objects, create["id"]: s.PAGE})
    assert told("Mastodon", wrapped, found) == Effect("boosted", create["id"])


@pytest.mark.parametrize("server", sorted(set(READERS) - {"Gancio"}))
def test_our_answer_to_a_follow_is_understood(server: str) -> None:
    assert told(server, a.ACCEPT) == Effect("follow accepted", a.FOLLOW_OF_ANNA["id"])
    assert told(server, a.REJECT) == Effect("follow refused", a.FOLLOW_OF_ANNA["id"])


@pytest.mark.parametrize("server", ["Mastodon", "GoToSocial", "Lemmy", "PieFed"])
def test_an_answer_to_what_was_not_asked_is_dropped(server: str) -> None:
    effect = told(server, a.ACCEPT, fresh(asked={}))
    assert (effect.what, effect.why) == (
        "ignored",
        "an answer to something that was not asked is dropped",
    )


def test_an_accept_by_the_bare_id_is_understood_too() -> None:
    bare = a.activity("Accept", 28, a.FOLLOW_OF_ANNA["id"])
    assert {told(server, bare).what for server in ("Mastodon", "Lemmy", "PieFed")} == {
        "follow accepted"
    }


@pytest.mark.parametrize(("server", "what"), [("Lemmy", "follow requested"), ("PieFed", "ignored")])
def test_a_groups_follow_is_taken_by_lemmy_and_dropped_by_piefed(server: str, what: str) -> None:
    assert told(server, a.FOLLOW).what == what


@pytest.mark.parametrize("server", sorted(set(READERS) - {"PieFed"}))
def test_an_undone_follow_is_understood(server: str) -> None:
    assert told(server, a.UNDO) == Effect("follow undone", a.FOLLOW["id"])


def test_a_quote_is_granted_by_a_stamp_and_refused_without_one() -> None:
    assert told("Mastodon", a.ACCEPT_QUOTE).what == "quote accepted"
    refusal = a.activity("Reject", 29, a.QUOTE_REQUEST_OF_ANNA)
    assert told("Mastodon", refusal).what == "quote refused"
    assert told("Misskey", a.ACCEPT_QUOTE).what == "ignored"


def test_a_quote_request_must_be_about_the_requesters_own_post() -> None:
    assert told("Mastodon", a.QUOTE_REQUEST).what == "quote requested"
    foreign = {**a.QUOTE_REQUEST, "instrument": {**s.QUOTE, "attributedTo": s.ANNA}}
    assert told("Mastodon", foreign).why == "the quoting post is not by the requester"


def test_mobilizon_answers_to_joins_and_ignores_their_undoing() -> None:
    join = {"id": "https://peer.example/joins/1", "type": "Join", "actor": s.ANNA}
    join["object"] = s.EVENT["id"]
    stored = fresh(asked={join["id"]: join})
    assert (
        told("Mobilizon", a.activity("Accept", 30, join), stored).what == "participation accepted"
    )
    undo = a.activity("Undo", 31, {**join, "actor": s.GROUP_ID})
    assert told("Mobilizon", undo).why == "Undo of a Join does nothing"


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("Accept", "attends"),
        ("TentativeAccept", "may attend"),
        ("Reject", "does not attend"),
    ],
)
def test_friendica_takes_answers_about_an_event_for_rsvp(kind: str, what: str) -> None:
    answer = a.activity(kind, 32, {**s.EVENT, "actor": s.ANNA})
    assert told("Friendica", answer) == Effect(what, s.EVENT["id"])


def test_a_wrapped_foreign_activity_does_not_excuse_a_groups_own_post_at_lemmy() -> None:
    wrapped = a.activity("Announce", 33, a.CREATE, **s.ADDRESSED)
    with pytest.raises(Refused, match="Lemmy: The author must be a Person"):
        told("Lemmy", wrapped)


@pytest.mark.parametrize(
    ("activity", "what", "about"),
    [
        (a.ADD, "pinned", s.EVENT["id"]),
        (a.REMOVE, "unpinned", s.EVENT["id"]),
        (a.FLAG, "reported", s.ANNA),
        (a.BLOCK, "blocked", s.ANNA),
    ],
)
def test_pins_reports_and_blocks_are_understood(activity: Json, what: str, about: str) -> None:
    for server in ("Mastodon", "Misskey", "Pleroma", "Friendica"):
        assert told(server, activity) == Effect(what, about)


def test_what_nobody_handles_is_left_alone_with_a_reason() -> None:
    effect = told("Misskey", a.activity("Ignore", 34, "https://peer.example/joins/1"))
    assert effect.why == "Misskey has no handler for Ignore"


def test_an_update_by_a_stranger_on_the_same_host_is_refused() -> None:
    stranger = {**a.UPDATE, "actor": f"{s.E}/groups/other"}
    for server in EVERYBODY:
        with pytest.raises(Refused):
            told(server, stranger)


def test_the_followers_header_of_a_delivery_is_examined() -> None:
    header = f'collectionId="{s.FOLLOWERS}", url="{s.GROUP_ID}/sync", digest="{"0f" * 32}"'
    assert told("Mastodon", a.CREATE, fresh(), **{"Collection-Synchronization": header}).post
    stranger = header.replace(s.FOLLOWERS, f"{s.E}/groups/other/followers")
    with pytest.raises(Refused, match="names the actor's followers"):
        told("Mastodon", a.CREATE, fresh(), **{"Collection-Synchronization": stranger})
    assert mastodon.BOOK["follower_synchronisation_is_sound"].section == "§2.7"
