"""What is passed on by somebody else counts with a proof; without one its origin has the word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hearing import Hearing, hearing
from signed import key_of
from village import Person, Village, claiming, delivery, send

from fedi.activitypub.proofs import add_proof
from fedi.clock import now_ms
from fedi.storage import blocks
from fedi.web.inbox import FORWARDS


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


def proven(activity: dict[str, Any], by: Person) -> dict[str, Any]:
    """The activity with a proof of its actor."""
    return add_proof(activity, key_of(by.id, "ed25519", "ed25519-key"), now_ms())


@pytest.fixture
def relay(here: Hearing) -> Person:
    """Somebody of another server, who passes things on."""
    far = here.here.world["far.example"]  # pyright: ignore[reportOptionalSubscript]
    assert isinstance(far, Village)
    return far.person("relay")


async def test_a_forwarded_reply_with_a_proof_is_taken_as_it_is(
    here: Hearing, relay: Person
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(relay, proven(anna.replies(post, "With proof"), anna)) == 202
    assert "With proof" in await here.here.page(post)
    assert "/users/anna/notes/1" not in here.village.asked


async def test_a_proof_that_was_tampered_with_proves_nothing(here: Hearing, relay: Person) -> None:
    anna, post = here.village.person("anna"), await here.post()
    told = proven(anna.replies(post, "With proof"), anna)
    forged = claiming(told, object=claiming(told["object"], content="Forged"))
    assert await here.tell(relay, forged) == 202
    await here.world.deliver()
    assert await here.note(f"{anna.id}/notes/1") is None
    assert here.village.asked.count("/users/anna/notes/1") == 1, (
        "its origin was asked, and knew nothing"
    )


async def test_a_proof_by_somebody_else_proves_nothing(here: Hearing, relay: Person) -> None:
    anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
    like = proven(anna.says("Like", post), ben)
    assert await here.tell(relay, like) == 401
    assert (await here.find(post)).likes == 0


async def test_a_forwarded_reply_without_a_proof_is_what_its_origin_says(
    here: Hearing, relay: Person
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    here.village.documents["/users/anna/notes/1"] = anna.a_note("As it is", inReplyTo=post)
    assert await here.tell(relay, anna.replies(post, "As the relay has it")) == 202
    assert await here.note(f"{anna.id}/notes/1") is None
    await here.world.deliver()
    page = await here.here.page(post)
    assert "As it is" in page
    assert "As the relay has it" not in page


async def test_a_forwarded_delete_without_a_proof_deletes_what_is_gone_and_nothing_else(
    here: Hearing, relay: Person
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    create = anna.replies(post, "Still here")
    here.village.documents["/users/anna/notes/1"] = create["object"]
    assert await here.tell(anna, create) == 202
    delete = anna.says("Delete", create["object"]["id"])
    assert await here.tell(relay, delete) == 202
    await here.world.deliver()
    assert "Still here" in await here.here.page(post)
    here.village.documents["/users/anna/notes/1"] = 410
    assert await here.tell(relay, claiming(delete, id=f"{anna.id}/deletes/2")) == 202
    await here.world.deliver()
    assert await here.note(f"{anna.id}/notes/1") is None
    assert (await here.find(post)).replies == 0


async def test_what_was_not_public_is_not_forgotten_because_we_are_not_shown_it(
    here: Hearing, relay: Person
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    create = anna.replies(post, "Between us", to=[here.harbour], cc=[])
    assert await here.tell(anna, create) == 202
    assert await here.tell(relay, anna.says("Delete", create["object"]["id"])) == 202
    await here.world.deliver()
    assert await here.note(f"{anna.id}/notes/1") is not None


@pytest.mark.parametrize("kind", ["Like", "Announce", "Follow", "Undo", "Accept", "Move", "Flag"])
async def test_what_only_its_actor_could_have_said_is_refused_from_anybody_else(
    here: Hearing, relay: Person, kind: str
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    before = await here.all_there_is()
    thing = here.harbour if kind == "Follow" else post
    assert await here.tell(relay, anna.says(kind, thing)) == 401
    after = await here.all_there_is()
    for table in ("follows", "reactions", "reports", "activities", "notes", "seen", "tombstones"):
        assert after[table] == before[table]


@pytest.mark.parametrize("thing", ["name alone", "to nobody here", "of another server", "ours"])
async def test_what_concerns_nobody_here_is_not_looked_up(
    here: Hearing, relay: Person, thing: str
) -> None:
    anna = here.village.person("anna")
    said: dict[str, Any] = {
        "name alone": f"{anna.id}/notes/1",
        "to nobody here": anna.a_note("To the world"),
        "of another server": claiming(anna.a_note("x"), id="https://far.example/notes/1"),
        "ours": {"id": f"{here.harbour}/x", "type": "Note"},
    }
    assert await here.tell(relay, anna.says("Create", said[thing])) == 202
    await here.world.deliver()
    assert not [path for path in here.village.asked if "/notes/" in path]


async def test_what_one_server_passes_on_is_looked_up_only_so_often(
    here: Hearing, relay: Person
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    answers: list[int] = []
    for number in range(FORWARDS.burst + 3):
        create = anna.replies(post, "x", str(number))
        request = delivery(create, here.here.inbox, relay.key)
        answers.append((await send(here.client, request)).status_code)
    assert answers.count(202) >= FORWARDS.burst
    assert answers[-1] == 429
    waiting = await here.here.read(
        lambda tx: tx.all("SELECT key FROM jobs WHERE kind = 'conversation.fetch'")
    )
    assert len(waiting) == answers.count(202)


@pytest.mark.parametrize("blocked", ["home.example", "far.example"])
async def test_neither_who_is_blocked_nor_what_they_carry_comes_in(
    here: Hearing, relay: Person, blocked: str
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    here.village.documents["/users/anna/notes/1"] = anna.a_note("As it is", inReplyTo=post)
    await here.here.write(lambda tx: blocks.add(tx, "", blocked, blocks.BLOCK, now_ms()))
    assert await here.tell(relay, anna.replies(post, "Carried")) in (202, 403)
    told = proven(anna.replies(post, "With proof", "2"), anna)
    assert await here.tell(relay, told) in (202, 403)
    await here.world.deliver()
    assert (await here.find(post)).replies == 0
