"""A Fedify server finds a group, follows, hears what it publishes, and leaves."""

from __future__ import annotations

import json
import re

from conversing import Conversation, begin
from running import eventually
from written import CALL, MINUTES, REQUEST, UPDATE

WHAT_FOLLOWERS_HEAR = (
    ("update", UPDATE, "Note", "Nine weeks."),
    ("minutes", MINUTES, "Article", "Top floors read"),
    ("call", CALL, "Event", "Write the number"),
    ("request", REQUEST, "Note", "Eleven households"),
)


def test_a_group_is_found_by_its_handle_as_what_it_is(conversation: Conversation):
    found = conversation.do("lookup", what=conversation.handle)
    assert (found["type"], found["id"]) == ("Group", conversation.group_id)
    assert found["preferredUsername"] == conversation.group
    assert found["name"] == "Tenants United"
    assert found["summary"] == "<p>We meet on Thursdays.</p>"
    assert (found["followers"], found["following"], found["posts"]) == (0, 0, 0)
    assert found["locked"] is False
    assert found["sharedInbox"] == f"{conversation.instance.origin}/inbox"
    assert "Tenants United" in conversation.instance.page(found["url"])
    picture = conversation.instance.client.get(found["icon"])
    assert picture.headers["content-type"] == found["iconType"]
    assert {key["algorithm"] for key in found["keys"]} == {"RSASSA-PKCS1-v1_5", "Ed25519"}


def test_a_group_that_is_not_there_is_not_found(talk: Conversation):
    assert talk.do("lookup", what=f"@nobody@{talk.instance.domain}") is None


def test_what_the_server_tells_about_itself_is_as_nodeinfo_wants_it(talk: Conversation):
    told = talk.do("nodeinfo", origin=talk.instance.origin)
    versions = [one["told"] for one in told if "nodeinfo" in one["rel"]]
    assert len(versions) == 2
    assert {version["software"]["name"] for version in versions} == {"fedi"}


def test_following_and_leaving_show_in_the_counts(conversation: Conversation):
    follow = conversation.follow()
    conversation.has_followers(1)
    assert conversation.do("lookup", what=conversation.handle)["followers"] == 1
    conversation.do("undo", activity=follow)
    conversation.has_followers(0)
    assert conversation.counts()["followers"] == 0


def test_who_left_hears_nothing_more(talk: Conversation):
    talk.do("undo", activity=talk.follow())
    talk.has_followers(0)
    talk.publish("update", UPDATE)
    # Deliveries to one server keep their order, so the new Accept would come after what was published.
    talk.follow()
    assert "Create" not in {told["type"] for told in talk.said()}


def test_a_follower_hears_each_kind_and_can_check_it(conversation: Conversation):
    conversation.follow()
    for kind, source, its_type, words in WHAT_FOLLOWERS_HEAR:
        name = conversation.publish(kind, source)
        heard = conversation.heard("Create", lambda told, name=name: told["object"]["id"] == name)
        thing = heard["object"]
        assert (thing["type"], thing["by"], thing["languages"]) == (
            its_type,
            [conversation.group_id],
            ["en"],
        )
        assert words in thing["content"]
        assert thing["proof"] == "verified"
        fetched = conversation.do("fetch", url=name)
        assert fetched == thing
    assert conversation.do("lookup", what=conversation.handle)["posts"] == len(WHAT_FOLLOWERS_HEAR)


def test_a_call_comes_with_its_times_and_minutes_with_their_name(talk: Conversation):
    call = talk.do("fetch", url=talk.publish("call", CALL))
    assert (call["startTime"], call["endTime"]) == ("2027-06-19T16:00:00Z", "2027-06-19T17:00:00Z")
    assert call["name"] == "Open the windows"
    minutes = talk.do("fetch", url=talk.publish("minutes", MINUTES))
    assert minutes["name"] == "Thursday assembly"


def test_what_was_published_before_can_be_read_in_the_outbox(talk: Conversation):
    names = [talk.publish("update", UPDATE) for _ in range(2)]
    outbox = talk.do("walk", url=f"{talk.group_id}/outbox")
    assert outbox["totalItems"] == 2
    assert [item["object"] for item in outbox["items"]] == [[name] for name in reversed(names)]


def test_an_edit_and_a_withdrawal_reach_followers(talk: Conversation):
    talk.follow()
    name = talk.publish("update", UPDATE)
    talk.fedi("edit", name, "-", given=UPDATE.replace("Nine weeks.", "Ten weeks."))
    update = talk.heard("Update", lambda told: told["object"]["id"] == name)
    assert "Ten weeks." in update["object"]["content"]
    assert update["object"]["proof"] == "verified"
    assert update["object"]["updated"]
    talk.fedi("withdraw", name)
    talk.heard("Delete", lambda told: told["object"]["id"] == name)
    assert talk.instance.document(name).status_code == 410


def test_what_is_for_followers_is_theirs_alone(conversation: Conversation):
    conversation.follow()
    source = UPDATE.replace("language: en", "language: en\nvisibility: followers")
    name = conversation.publish("update", source)
    heard = conversation.heard("Create", lambda told: told["object"]["id"] == name)
    assert heard["object"]["to"] == [f"{conversation.group_id}/followers"]
    assert conversation.do("fetch", url=name)["proof"] == "verified"
    stranger = conversation.peer.do("person", name=f"not-{conversation.person}", title="Stranger")
    assert conversation.peer.do("lookup", by=stranger["id"].rpartition("/")[2], what=name) is None
    assert conversation.instance.document(name).status_code == 404


def test_what_is_for_followers_tells_who_of_them_is_there(talk: Conversation):
    talk.follow()
    talk.publish("update", UPDATE.replace("language: en", "language: en\nvisibility: followers"))
    header = _parts(talk.heard("Create")["synchronisation"])
    followers = f"{talk.group_id}/followers"
    theirs = {"collection": followers, "followers": [talk.person_id]}
    assert header["collectionId"] == followers
    assert header["digest"] == _parts(talk.do("synchronisation", **theirs))["digest"]
    partial = talk.do("walk", url=header["url"])
    assert [item["id"] for item in partial["items"]] == [talk.person_id]


def _parts(header: str) -> dict[str, str]:
    return dict(re.findall(r'(\w+)="([^"]*)"', header))


def test_a_locked_group_is_asked_and_answers(talk: Conversation):
    locked = begin(talk.instance, talk.peer, talk.form, "--locked")
    assert locked.do("lookup", what=locked.handle)["locked"] is True
    follow = locked.peer.do("follow", by=locked.person, whom=locked.handle)
    (waiting,) = json.loads(locked.fedi("requests", locked.group, "--json"))
    assert waiting == {"id": locked.person_id, "handle": locked.person_handle}
    assert not locked.said()
    locked.fedi("requests", locked.group, "accept", locked.person_handle)
    locked.heard("Accept", lambda told: told["object"]["id"] == follow)
    locked.has_followers(1)


def test_a_locked_group_can_say_no(talk: Conversation):
    locked = begin(talk.instance, talk.peer, talk.form, "--locked")
    follow = locked.peer.do("follow", by=locked.person, whom=locked.handle)
    locked.fedi("requests", locked.group, "refuse", locked.person_handle)
    locked.heard("Reject", lambda told: told["object"]["id"] == follow)
    assert locked.counts()["followers"] == 0


def test_a_group_follows_somebody_there(conversation: Conversation):
    conversation.fedi("follow", conversation.group, conversation.person_handle)
    conversation.heard("Follow", lambda told: told["object"]["id"] == conversation.person_id)
    eventually(lambda: conversation.counts()["following"] == 1, "the Accept of the follow")
    conversation.fedi("unfollow", conversation.group, conversation.person_handle)
    conversation.heard("Undo")
    assert conversation.counts()["following"] == 0
