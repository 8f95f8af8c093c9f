"""The inbox answers 202 for what took effect or needs nothing, and refuses the rest without a trace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from hearing import Hearing, hearing
from signed import BEN, Form, key_of, public_key_of
from village import Person, by_another, claiming, delivery, send

from fedi.activitypub.keys import public_key_document
from fedi.actors.groups import remove_group
from fedi.clock import now_ms
from fedi.storage import seen
from fedi.storage.seen import MOST_TYPES, OTHERS

HOUR = 3_600_000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
@pytest.mark.parametrize("personal", [False, True])
async def test_a_follow_takes_effect_and_is_answered(
    here: Hearing, form: Form, personal: bool
) -> None:
    anna = here.village.person("anna")
    inbox = f"{here.harbour}/inbox" if personal else here.here.inbox
    assert await here.tell(anna, anna.says("Follow", here.harbour), inbox=inbox, form=form) == 202
    assert await here.followers() == [anna.id]
    await here.world.deliver()
    (accept,) = here.village.told
    assert (accept["type"], accept["actor"]) == ("Accept", here.harbour)
    assert accept["object"]["id"] == f"{anna.id}/follows/1"


async def test_what_is_not_signed_is_refused_and_has_no_effect(here: Hearing) -> None:
    anna = here.village.person("anna")
    before = await here.all_there_is()
    request = delivery(anna.says("Follow", here.harbour), here.here.inbox, None)
    answer = await send(here.client, request)
    assert answer.status_code == 401
    assert "@target-uri" in answer.headers["accept-signature"]
    assert await here.all_there_is() == before
    assert here.village.asked == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"type": "Follow"', "application/activity+json", 400),
        (b"[]", "application/activity+json", 400),
        (b"", "application/activity+json", 400),
        (b"\xff\xfe{", "application/activity+json", 400),
        (b'{"type": "Follow"}', "application/activity+json", 400),
        (b'{"type": "Follow", "actor": "https://home.example/users/anna"}', "text/plain", 400),
        (b'{"type": "Follow", "actor": "https://home.example/users/anna"}', "", 400),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "application/ld+json", 400),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', "application/activity+json", 413),
    ],
)
async def test_what_cannot_be_read_is_refused_with_its_reason(
    here: Hearing, body: bytes, kind: str, status: int
) -> None:
    anna = here.village.person("anna")
    before = await here.all_there_is()
    assert await here.tell(anna, body, kind=kind) == status
    assert await here.all_there_is() == before
    assert here.village.asked == []


async def test_a_type_that_nobody_handles_is_taken_counted_and_costs_nothing(here: Hearing) -> None:
    anna = here.village.person("anna")
    for name in ("1", "2"):
        assert await here.tell(anna, anna.says("Bite", here.harbour, name)) == 202
    assert here.village.asked == []
    day = now_ms() // 86_400_000
    assert await here.here.read(lambda tx: seen.ignored_since(tx, day)) == {"Bite": 2}


async def test_made_up_types_do_not_fill_the_database(here: Hearing) -> None:
    anna = here.village.person("anna")
    for number in range(MOST_TYPES + 5):
        unsigned = delivery(anna.says(f"Made{number}", here.harbour), here.here.inbox, None)
        assert (await send(here.client, unsigned)).status_code == 202
    counted = await here.here.read(lambda tx: seen.ignored_since(tx, 0))
    assert len(counted) == MOST_TYPES + 1
    assert counted[OTHERS] == 5


async def test_the_same_activity_takes_effect_once_wherever_it_comes_in(here: Hearing) -> None:
    anna = here.village.person("anna")
    post = await here.post()
    like = anna.says("Like", post)
    for inbox in (here.here.inbox, f"{here.harbour}/inbox", here.here.inbox):
        assert await here.tell(anna, like, inbox=inbox) == 202
    assert (await here.find(post)).likes == 1
    assert await here.tell(anna, anna.says("Undo", like, "2")) == 202
    assert (await here.find(post)).likes == 0
    assert await here.tell(anna, like) == 202, "an Undo frees the id"
    assert (await here.find(post)).likes == 1


async def test_an_activity_without_an_id_is_taken_and_harmless_when_repeated(here: Hearing) -> None:
    anna = here.village.person("anna")
    post = await here.post()
    for _ in range(3):
        assert await here.tell(anna, anna.says("Like", post, "")) == 202
    assert (await here.find(post)).likes == 1


async def test_an_inbox_of_a_group_that_never_was_says_404_and_of_a_removed_one_410(
    here: Hearing,
) -> None:
    anna = here.village.person("anna")
    site = here.here.house.site
    follow = anna.says("Follow", here.harbour)
    assert await here.tell(anna, follow, inbox=f"{site.group('nobody')}/inbox") == 404
    await here.here.write(lambda tx: remove_group(tx, site, "harbour", now_ms()))
    assert await here.tell(anna, follow, inbox=f"{here.harbour}/inbox") == 410


async def test_a_server_that_does_not_give_its_key_now_is_asked_to_come_again(
    here: Hearing,
) -> None:
    anna = here.village.person("anna")
    document = here.village.documents["/users/anna"]
    here.village.documents["/users/anna"] = 502
    request = delivery(anna.says("Follow", here.harbour), here.here.inbox, anna.key)
    answer = await send(here.client, request)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    here.village.documents["/users/anna"] = document
    assert await here.followers() == []


async def test_a_new_key_is_asked_for_once_and_the_message_is_taken(here: Hearing) -> None:
    anna = here.village.person("anna")
    assert await here.tell(anna, anna.says("Follow", here.harbour)) == 202
    newer, public = key_of(anna.id, "rsa", "key-2"), public_key_of(anna.id, "rsa", "key-2")
    here.village.person("anna", publicKey=public_key_document(public))
    post = await here.post()
    assert await here.tell(anna, anna.says("Like", post), key=newer) == 202
    assert (await here.find(post)).likes == 1
    assert await here.tell(anna, anna.says("Like", post, "2"), key=anna.key) == 401
    assert here.village.asked.count("/users/anna") <= 3


@pytest.mark.parametrize("kind", ["Delete", "Update"])
async def test_a_farewell_of_somebody_unknown_is_taken_without_asking_anybody(
    here: Hearing, kind: str
) -> None:
    for number in range(200):
        ghost = Person(here.village, f"ghost{number}")
        assert await here.tell(ghost, ghost.says(kind, ghost.id), key=key_of(BEN)) == 202
    assert here.village.heard == []


async def test_the_farewell_of_an_actor_whose_key_is_gone_is_looked_into(here: Hearing) -> None:
    anna = here.village.person("anna")
    assert await here.tell(anna, anna.says("Follow", here.harbour)) == 202
    await here.world.deliver()
    here.village.documents["/users/anna"] = 410
    lost = key_of(anna.id, "rsa", "nobody-knows")
    assert await here.tell(anna, anna.says("Delete", anna.id), key=lost) == 202
    assert await here.followers() == [anna.id], "the word of a key that nobody knows is no proof"
    await here.world.deliver(ahead=700_000)
    assert await here.followers() == []


@pytest.mark.parametrize("ago", [-61 * 60_000, 66 * 60_000, 2 * HOUR])
async def test_what_was_signed_too_long_ago_or_in_the_future_is_refused(
    here: Hearing, ago: int
) -> None:
    anna = here.village.person("anna")
    assert await here.tell(anna, anna.says("Follow", here.harbour), ago=ago) == 401
    assert await here.tell(anna, anna.says("Follow", here.harbour), ago=ago // 2) == 202


async def test_a_body_that_was_exchanged_on_the_way_is_refused(here: Hearing) -> None:
    anna = here.village.person("anna")
    follow = anna.says("Follow", here.harbour)
    request = delivery(follow, here.here.inbox, anna.key)
    forged = by_another(request, orjson.dumps(claiming(follow, id=f"{anna.id}/follows/2")))
    assert (await send(here.client, forged)).status_code == 401
    assert (await send(here.client, request)).status_code == 202


async def test_an_activity_that_names_two_actors_is_refused(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    post = await here.post()
    for actor in ([anna.id, ben.id], {"id": ben.id}, None, 7):
        before = await here.all_there_is()
        like = claiming(anna.says("Like", post), actor=actor)
        assert await here.tell(anna, like) in (400, 401)
        after = await here.all_there_is()
        assert after["reactions"] == before["reactions"]
