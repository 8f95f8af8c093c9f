"""What others may cause here, and how often: the rest of the rules between servers, against a whole instance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hearing import Hearing, hearing
from signed import key_of
from village import Person, Village, a_fetch, delivery, send

from fedi.activitypub.proofs import add_proof
from fedi.clock import now_ms
from fedi.storage import blocks, follows, notes


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.fixture
def far(here: Hearing) -> Village:
    """A village of people who mean no good."""
    assert here.here.world is not None
    return here.here.world["far.example"]


async def test_rule_16_a_handle_never_changes_hands_silently(here: Hearing, far: Village) -> None:
    anna = here.village.person("anna")
    await here.says(anna, "Follow", here.harbour)
    handle = f"anna@{here.village.host}"
    found = await here.here.house.remote.by_handle(handle)
    assert found.id == anna.id
    mallory = far.person("anna")
    far.documents["/.well-known/webfinger?resource=acct:anna@far.example"] = {
        "subject": f"acct:{handle}",
        "links": [{"rel": "self", "type": "application/activity+json", "href": mallory.id}],
    }
    await here.says(mallory, "Follow", here.harbour)
    assert (await here.here.house.remote.by_handle(handle)).id == anna.id
    rows = await here.here.read(
        lambda tx: tx.all("SELECT id FROM actors WHERE handle = :handle", handle=handle)
    )
    assert [row["id"] for row in rows] == [anna.id]


@pytest.mark.parametrize("change", ["host", "target", "method", "query"])
async def test_rule_18_what_was_signed_for_elsewhere_is_refused_here(
    here: Hearing, change: str
) -> None:
    anna = here.village.person("anna")
    follow = anna.says("Follow", here.harbour)
    other = {
        "host": "https://beta.test/inbox",
        "target": "https://alpha.test/actor/inbox",
        "method": "https://alpha.test/inbox",
        "query": "https://alpha.test/inbox?a=1",
    }[change]
    for form in ("cavage", "rfc9421"):
        request = delivery(follow, other, anna.key, form)  # type: ignore[arg-type]
        headers = dict(request.headers) | ({"host": "alpha.test"} if change != "host" else {})
        url = here.here.inbox + ("?a=2" if change == "query" else "")
        method = "PUT" if change == "method" else "POST"
        answer = await here.client.request(method, url, headers=headers, content=request.body)
        assert answer.status_code in (401, 405)
    assert await here.followers() == []


async def test_rule_19_an_accept_counts_only_for_a_follow_that_was_asked(here: Hearing) -> None:
    anna = here.village.person("anna")
    never = {
        "type": "Follow",
        "id": f"{here.harbour}/follows/1",
        "actor": here.harbour,
        "object": anna.id,
    }
    for number, thing in enumerate((never, never["id"], anna.id)):
        await here.says(anna, "Accept", thing, str(number))
    harbour = here.harbour
    assert not await here.here.read(lambda tx: follows.find(tx, harbour, anna.id))


async def test_rule_20_a_block_covers_actor_object_and_carrier_by_whatever_way(
    here: Hearing, far: Village
) -> None:
    anna, relay, post = here.village.person("anna"), far.person("relay"), await here.post()
    note = anna.a_note("Blocked", inReplyTo=post)
    here.village.documents["/users/anna/notes/1"] = note
    await here.here.write(lambda tx: blocks.add(tx, "", here.village.host, blocks.BLOCK, now_ms()))
    create = anna.says("Create", note)
    ways: list[tuple[Person, Any]] = [
        (anna, create),
        (relay, create),
        (relay, add_proof(create, key_of(anna.id, "ed25519", "ed25519-key"), now_ms())),
        (relay, relay.says("Announce", note["id"])),
        (relay, relay.replies(note["id"], "Look", "9", cc=[here.harbour])),
    ]
    for by, said in ways:
        assert await here.tell(by, said) in (202, 403)
    await here.world.deliver()
    assert await here.note(note["id"]) is None
    assert [path for path in here.village.asked if "/notes/" in path] == []


async def test_rule_21_a_permission_is_for_one_post_by_one_author(here: Hearing) -> None:
    anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
    quoting = f"{anna.id}/notes/1"
    await here.says(anna, "QuoteRequest", post, instrument=quoting)
    granted = here.village.told[-1]["result"]
    await here.says(ben, "QuoteRequest", post, instrument=quoting)
    assert here.village.told[-1]["type"] == "Reject"
    stamp = (await here.here.get(granted)).json()
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (quoting, post)
    other = await here.here.publish(source="---\n---\nAnother.\n")
    await here.says(anna, "QuoteRequest", other, "2", instrument=quoting)
    assert here.village.told[-1]["result"] != granted


async def test_rule_23_a_group_elsewhere_has_no_power_over_what_is_ours(
    here: Hearing, far: Village
) -> None:
    group, post = far.person("group", type="Group"), await here.post()
    anna = here.village.person("anna")
    assert await here.tell(anna, anna.replies(post)) == 202
    for number, inner in enumerate(
        (
            {"type": "Delete", "id": f"{group.id}/d", "actor": here.harbour, "object": post},
            {
                "type": "Delete",
                "id": f"{anna.id}/d",
                "actor": anna.id,
                "object": f"{anna.id}/notes/1",
            },
            {"type": "Announce", "id": f"{anna.id}/a", "actor": anna.id, "object": post},
            {"type": "Like", "id": f"{anna.id}/l", "actor": anna.id, "object": post},
        )
    ):
        assert await here.tell(group, group.says("Announce", inner, str(number))) == 202
    await here.world.deliver()
    stored = await here.find(post)
    assert (stored.withdrawn_at, stored.replies, stored.likes, stored.shares) == (None, 1, 0, 0)


async def test_rule_24_one_actor_counts_once_under_however_many_ids(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    for number in range(10):
        for kind, thing in (("Like", post), ("Announce", post), ("Follow", here.harbour)):
            assert await here.tell(anna, anna.says(kind, thing, str(number))) == 202
    stored = await here.find(post)
    assert (stored.likes, stored.shares) == (1, 1)
    assert await here.followers() == [anna.id]


async def test_rule_25_a_key_that_cannot_be_had_is_not_asked_for_again_and_again(
    here: Hearing,
) -> None:
    anna = here.village.person("anna")
    here.village.documents["/users/anna"] = 502
    for number in range(50):
        assert await here.tell(anna, anna.says("Like", here.harbour, str(number))) in (401, 503)
    assert len(here.village.asked) <= 4


async def test_rule_25_made_up_keys_of_one_server_are_asked_for_only_so_often(
    here: Hearing,
) -> None:
    anna = here.village.person("anna")
    for number in range(50):
        key = key_of(anna.id)
        made_up = key.__class__(f"{anna.id}#{number}", anna.id, key.algorithm, key.material)
        assert await here.tell(anna, anna.says("Follow", here.harbour), key=made_up) == 401
    assert len(here.village.asked) <= 4
    assert await here.here.read(lambda tx: notes.of_group(tx, here.harbour)) == []


async def test_rule_19_what_only_followers_may_read_is_refused_like_what_is_not_there(
    here: Hearing,
) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await here.says(anna, "Follow", here.harbour)
    secret = await here.post(source="---\nvisibility: followers\n---\nBehind the bakery.\n")
    absent = secret[:-2] + "zz"
    for key in (None, ben.key):
        forbidden, missing = [
            await send(here.client, a_fetch(url, key)) for url in (secret, absent)
        ]
        assert forbidden.status_code == missing.status_code == 404
        assert forbidden.content == missing.content
        assert forbidden.headers == missing.headers
    shown = await send(here.client, a_fetch(secret, anna.key))
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "private, no-store"
    assert (await send(here.client, a_fetch(secret))).status_code == 404
