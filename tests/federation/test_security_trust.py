"""Whom to believe: the rules of trust between servers, each tried against a whole instance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hearing import Hearing, hearing
from signed import key_of, public_key_of
from village import Village, claiming

from fedi.activitypub.keys import public_key_document


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.fixture
def far(here: Hearing) -> Village:
    """A village of people who mean no good."""
    assert here.here.world is not None
    return here.here.world["far.example"]


GOOD = [
    "https://home.example/users/anna/notes/1",
    "https://HOME.example/users/anna/notes/1",
    "https://home.example:443/users/anna/notes/1",
    "https://home.example./users/anna/notes/1",
    "https://hömé.example/notes/1",
    "http://home.example/users/anna/notes/1",
    "https://home.example:8443/users/anna/notes/1",
    "https://far.example@home.example/notes/1",
]


@pytest.mark.parametrize("name", GOOD)
async def test_rule_01_what_is_said_on_one_server_is_not_of_another(
    here: Hearing, far: Village, name: str
) -> None:
    mallory, anna, post = far.person("mallory"), here.village.person("anna"), await here.post()
    note = claiming(mallory.a_note("Forged", inReplyTo=post), id=name)
    for author in (mallory.id, anna.id):
        for kind in ("Create", "Update"):
            forged = mallory.says(kind, claiming(note, attributedTo=author), f"{kind}{author[-1]}")
            assert await here.tell(mallory, forged) in (202, 400)
    await here.world.deliver()
    assert (await here.all_there_is())["notes"] == []


async def test_rule_01_a_post_of_ones_own_server_may_not_be_attributed_to_another(
    here: Hearing, far: Village
) -> None:
    mallory, anna, post = far.person("mallory"), here.village.person("anna"), await here.post()
    note = claiming(mallory.a_note("Forged", inReplyTo=post), attributedTo=anna.id)
    far.documents["/users/mallory/notes/1"] = note
    assert await here.tell(mallory, mallory.says("Create", note)) == 202
    assert await here.tell(mallory, mallory.says("Create", note["id"], "2")) == 202
    await here.world.deliver()
    assert (await here.all_there_is())["notes"] == []


async def test_rule_01_the_id_of_an_activity_is_on_its_actors_server(
    here: Hearing, far: Village
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    like = claiming(anna.says("Like", post), id="https://far.example/likes/1")
    assert await here.tell(anna, like) == 400
    assert (await here.find(post)).likes == 0


@pytest.mark.parametrize("kind", ["Update", "Delete"])
async def test_rule_02_a_neighbour_neither_edits_nor_deletes(here: Hearing, kind: str) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    post = await here.post()
    create = anna.replies(post, "As it was")
    assert await here.tell(anna, create) == 202
    note = create["object"]
    for author in (anna.id, ben.id):
        forged = claiming(
            note, content="Forged", updated="2999-01-01T00:00:00Z", attributedTo=author
        )
        said = ben.says(kind, forged if kind == "Update" else note["id"], author[-3:])
        assert await here.tell(ben, said) == 202
    await here.world.deliver()
    kept = await here.note(note["id"])
    assert kept is not None
    assert "As it was" in kept.html


async def test_rule_02_a_neighbour_does_not_bury_what_is_still_to_come(here: Hearing) -> None:
    anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
    assert await here.tell(ben, ben.says("Delete", f"{anna.id}/notes/1")) == 202
    assert await here.tell(anna, anna.replies(post)) == 202
    assert await here.note(f"{anna.id}/notes/1") is not None


@pytest.mark.parametrize("kind", ["Like", "Announce", "EmojiReact"])
async def test_rule_02_a_neighbour_does_not_take_back_what_another_did(
    here: Hearing, kind: str
) -> None:
    anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
    did = anna.says(kind, post, content="🔥")
    await here.says(anna, kind, post, content="🔥")
    for number, named in enumerate((did, did["id"], claiming(did, actor=ben.id))):
        await here.says(ben, "Undo", named, str(number))
    stored = await here.find(post)
    assert stored.likes + stored.shares == 1


async def test_rule_02_nobody_elsewhere_touches_what_is_ours(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    before = (await here.here.get(post)).json()
    for kind in ("Update", "Delete", "Undo", "Remove"):
        thing = post if kind != "Update" else claiming(before, content="Forged")
        assert await here.tell(anna, anna.says(kind, thing)) == 202
    for kind in ("Update", "Delete"):
        assert await here.tell(anna, anna.says(kind, here.harbour, "2")) == 202
    await here.world.deliver()
    assert (await here.here.get(post)).json() == before
    assert (await here.here.get(here.harbour)).status_code == 200


async def test_rule_03_what_is_embedded_in_a_share_is_not_believed(
    here: Hearing, far: Village
) -> None:
    mallory, anna, post = far.person("mallory"), here.village.person("anna"), await here.post()
    forged = anna.replies(post, "Never said")
    assert await here.tell(mallory, mallory.says("Announce", forged)) == 202
    assert await here.tell(mallory, mallory.says("Announce", forged["object"], "2")) == 202
    await here.world.deliver()
    assert (await here.all_there_is())["notes"] == []


async def test_rule_03_what_is_fetched_instead_is_as_its_origin_says(here: Hearing) -> None:
    anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
    here.village.documents["/users/anna/notes/1"] = anna.a_note("As it is", inReplyTo=post)
    carried = claiming(anna.a_note("As ben has it", inReplyTo=post))
    assert await here.tell(ben, ben.says("Create", carried)) == 202
    await here.world.deliver()
    kept = await here.note(f"{anna.id}/notes/1")
    assert kept is not None
    assert kept.html == "<p>As it is</p>"


@pytest.mark.parametrize("kind", ["Follow", "Like", "Announce", "Create", "Block", "Flag", "Move"])
async def test_rule_04_a_good_signature_of_another_actor_has_no_effect(
    here: Hearing, far: Village, kind: str
) -> None:
    anna, mallory, post = here.village.person("anna"), far.person("mallory"), await here.post()
    thing = {"Follow": here.harbour, "Block": here.harbour, "Move": anna.id}.get(kind, post)
    if kind == "Create":
        thing = anna.a_note("Forged", inReplyTo=post)
    before = await here.all_there_is()
    for liar in (mallory, here.village.person("ben")):
        status = await here.tell(liar, anna.says(kind, thing, liar.name))
        assert status == (202 if kind == "Create" else 401)
    after = await here.all_there_is()
    for table in ("follows", "reactions", "notes", "reports", "blocked_by", "seen", "activities"):
        assert after[table] == before[table]


@pytest.mark.parametrize("wrong", ["another id", "another owner", "not named by its owner"])
async def test_rule_04_a_key_speaks_only_for_the_owner_who_names_it(
    here: Hearing, far: Village, wrong: str
) -> None:
    anna = here.village.person("anna")
    anna_says = anna.says("Follow", here.harbour)
    public = public_key_of("https://far.example/keys/1", "rsa", "k")
    key = key_of("https://far.example/keys/1", "rsa", "k")
    document = public_key_document(public) | {"@context": "https://w3id.org/security/v1"}
    match wrong:
        case "another id":
            far.documents["/keys/1"] = document | {
                "id": "https://far.example/keys/2",
                "owner": anna.id,
            }
        case "another owner":
            far.documents["/keys/1"] = document | {"owner": "https://far.example/users/mallory"}
        case _:
            far.documents["/keys/1"] = document | {"owner": anna.id}
    assert await here.tell(anna, anna_says, key=key) == 401
    assert await here.followers() == []
