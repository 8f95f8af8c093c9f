"""Activities are read whichever server wrote them."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.activitypub.vocabulary import read_activity
from fedi.errors import Malformed

ALICE = "https://a.example/users/alice"
GROUP = "https://ours.example/groups/choir"


def follow(**changes: Any) -> dict[str, Any]:
    return {
        "id": f"{ALICE}#follows/1",
        "type": "Follow",
        "actor": ALICE,
        "object": GROUP,
        **changes,
    }


def test_a_follow_is_read() -> None:
    document = follow(published="2026-01-01T00:00:00Z", to=GROUP)
    activity = read_activity(document)
    assert (activity.id, activity.type, activity.actor) == (f"{ALICE}#follows/1", "Follow", ALICE)
    assert (activity.object, activity.objects) == (GROUP, (GROUP,))
    assert (activity.to, activity.cc, activity.published_ms) == ((GROUP,), (), 1_767_225_600_000)
    assert activity.document is document


@pytest.mark.parametrize(
    "actor", [ALICE, [ALICE], {"id": ALICE, "type": "Person"}, [{"@id": ALICE}]]
)
def test_an_actor_may_be_an_id_an_object_or_a_list(actor: Any) -> None:
    assert read_activity(follow(actor=actor)).actor == ALICE


@pytest.mark.parametrize(
    "actor",
    [
        None,
        "",
        5,
        {},
        [],
        {"id": 5},
        "acct:alice@a.example",
        "javascript:x",
        "https://a.example\\@b.example/",
    ],
)
def test_without_an_actor_on_the_web_it_is_refused(actor: Any) -> None:
    with pytest.raises(Malformed):
        read_activity(follow(actor=actor))


@pytest.mark.parametrize("kind", [None, "", 5, [], [None], {"id": "Follow"}])
def test_without_a_type_it_is_refused(kind: Any) -> None:
    with pytest.raises(Malformed):
        read_activity(follow(type=kind))


def test_among_several_types_the_known_one_counts() -> None:
    assert read_activity(follow(type=["ex:Wave", "Follow"])).type == "Follow"
    assert read_activity(follow(type="as:Follow")).type == "Follow"
    assert read_activity(follow(type="ex:Wave")).type == "ex:Wave"


@pytest.mark.parametrize("uri", [None, "", 5, "urn:x:1", {"id": []}])
def test_an_id_that_is_not_on_the_web_is_none(uri: Any) -> None:
    assert read_activity(follow(id=uri)).id is None


def test_several_objects_are_kept_such_as_the_votes_of_gotosocial() -> None:
    votes = [{"type": "Note", "id": f"{ALICE}/v/{n}", "name": n} for n in "ab"]
    activity = read_activity(follow(type="Create", object=[*votes, None, 5, {}]))
    assert activity.object == votes[0]
    assert activity.objects == tuple(votes)


def test_a_flag_names_an_actor_and_posts_and_says_why() -> None:
    activity = read_activity(
        follow(type="Flag", object=[GROUP, f"{GROUP}/1"], content="<p>spam\u202e!</p>")
    )
    assert activity.objects == (GROUP, f"{GROUP}/1")
    assert activity.content == "spam!"


@pytest.mark.parametrize(
    "reaction",
    [{"type": "EmojiReact", "content": "🎉"}, {"type": "Like", "_misskey_reaction": "🎉"}],
)
def test_the_emoji_of_a_reaction_is_its_content(reaction: dict[str, Any]) -> None:
    assert read_activity(follow(**reaction)).content == "🎉"


def test_a_quote_request_carries_the_quoting_post() -> None:
    note = {"type": "Note", "id": f"{ALICE}/1"}
    activity = read_activity(follow(type="QuoteRequest", object=f"{GROUP}/1", instrument=note))
    assert activity.instrument == note


def test_a_move_and_a_remove_say_from_where_and_to_where() -> None:
    activity = read_activity(
        follow(type="Move", target=f"{ALICE}2", origin=[GROUP], result={"id": "x"})
    )
    assert (activity.target, activity.origin, activity.result) == (f"{ALICE}2", GROUP, {"id": "x"})


def test_recipients_are_all_who_are_addressed() -> None:
    activity = read_activity(follow(to=["a", "b"], cc="b", audience={"id": "c"}))
    assert activity.recipients == ("a", "b", "c")
    assert activity.audience == ("c",)


def test_prefixed_names_are_read() -> None:
    activity = read_activity(
        {"@id": f"{ALICE}#1", "@type": "as:Like", "as:actor": {"@id": ALICE}, "as:object": GROUP}
    )
    assert (activity.id, activity.type, activity.actor, activity.object) == (
        f"{ALICE}#1",
        "Like",
        ALICE,
        GROUP,
    )
