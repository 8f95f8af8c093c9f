"""From a file to what is published: mentions looked up, answers fetched, pictures made safe and stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from build import a_group, an_actor_document, said
from loopback import Loopback, loopback
from PIL import Image
from signed import NOW
from written import BOAT, UPDATE, document_of

from fedi.app import open_house
from fedi.config import load
from fedi.errors import Forbidden, Gone, NotFound, Refused
from fedi.house import House
from fedi.publishing import acts, album
from fedi.publishing.acts import Act, perform, performs, written
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.prepare import Told, edit_file, publish_file
from fedi.storage import jobs, objects
from fedi.storage.tx import Tx


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    config = load(
        {
            "FEDI_DATA": str(tmp_path / "data"),
            "FEDI_DOMAIN": "groups.example",
            "FEDI_ALLOW_PRIVATE": "127.0.0.0/8",
        }
    )
    async with open_house(config) as house:
        await house.store.write(lambda tx: (a_group(tx), a_group(tx, "marsh", title="Marsh")))
        yield house


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        actor = f"{running.origin}/users/anna"
        running.serves("/users/anna", an_actor_document(actor))
        jrd = {
            "subject": f"acct:anna@{running.host}",
            "links": [{"rel": "self", "type": "application/activity+json", "href": actor}],
        }
        running.serves("/.well-known/webfinger", jrd, "application/jrd+json")
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, "PNG")
    (tmp_path / "texts" / "boat.png").write_bytes(buffer.getvalue())
    return tmp_path / "texts"


async def published(house: House, folder: Path, source: str, **more: Any) -> Told:
    return await publish_file(
        house, "harbour", "update", source, folder=folder, by="bee", now=NOW, **more
    )


def files(house: House) -> list[str]:
    media = house.config.media
    return sorted(path.name for path in media.iterdir()) if media.is_dir() else []


async def test_who_is_mentioned_is_looked_up(house: House, server: Loopback, folder: Path) -> None:
    text = f"Thank you @anna@{server.host}, @marsh@groups.example and @nobody@127.0.0.1:9"
    told = await published(house, folder, text)
    assert told.not_found == ("nobody@127.0.0.1:9",)
    document = await house.store.read(lambda tx: document_of(tx, told.id))
    assert [tag["href"] for tag in document["tag"]] == [
        f"{server.origin}/users/anna",
        "https://groups.example/groups/marsh",
    ]
    sent = await house.store.read(lambda tx: said(tx, to=f"{server.origin}/users/anna"))
    assert [activity["object"]["id"] for activity in sent] == [told.id]


async def test_what_is_answered_is_fetched_first(
    house: House, server: Loopback, folder: Path
) -> None:
    note = server.serves(
        "/notes/1",
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "Note",
            "attributedTo": f"{server.origin}/users/anna",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "content": "<p>Who has a van?</p>",
        },
    )
    told = await published(house, folder, f"---\nreply_to: {note}\n---\nWe do.")
    document = await house.store.read(lambda tx: document_of(tx, told.id))
    assert document["inReplyTo"] == note
    assert document["tag"][0]["href"] == f"{server.origin}/users/anna"
    with pytest.raises(Refused, match="cannot be answered"):
        await published(house, folder, "We do.", reply_to=f"{server.origin}/notes/2")


async def test_a_picture_is_stored_and_its_file_goes_when_it_is_taken_down(
    house: House, folder: Path
) -> None:
    text = "---\npictures: [{file: boat.png, description: A boat}]\n---\nLook."
    told = await published(house, folder, text)
    document = await house.store.read(lambda tx: document_of(tx, told.id))
    [name] = files(house)
    assert document["attachment"][0]["url"] == f"https://groups.example/media/{name}"
    assert (document["attachment"][0]["width"], document["attachment"][0]["height"]) == (40, 30)

    async def clean_up() -> None:
        for job in await house.store.write(lambda tx: jobs.claim(tx, NOW + 9, 1000, 10)):
            if job.kind == "media.discard":
                await album.discard_files(house, job.payload)

    await edit_file(
        house, told.id, text.replace("Look.", "See."), folder=folder, by="bee", now=NOW + 1
    )
    await clean_up()
    assert files(house) == [name]
    act = Act("withdraw", "harbour", "bee", {"object": told.id})
    await house.store.write(lambda tx: perform(tx, house.site, act, NOW + 2))
    await clean_up()
    assert files(house) == []


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        ("none.png", "Line 4: none.png: No such file or directory."),
        ("text.md", "Line 4: text.md cannot be read as a picture."),
    ],
)
async def test_a_picture_that_cannot_be_read_is_refused_with_its_line(
    house: House, folder: Path, picture: str, sentence: str
) -> None:
    (folder / "text.md").write_text("no picture")
    text = (
        "---\npictures:\n  - {file: boat.png, description: A boat}\n"
        f"  - {{file: {picture}, description: Another}}\n---\nLook."
    )
    with pytest.raises(FrontMatterError) as caught:
        await published(house, folder, text)
    assert caught.value.sentence.startswith(sentence)
    assert files(house) == []


async def test_when_nothing_is_published_no_picture_stays(house: House, folder: Path) -> None:
    text = "---\npictures: [{file: boat.png, description: A boat}]\n---\nLook."
    with pytest.raises(NotFound):
        await publish_file(house, "nobody", "update", text, folder=folder, by="bee", now=NOW)
    assert files(house) == []


async def test_what_is_not_ours_cannot_be_edited(house: House, folder: Path) -> None:
    with pytest.raises(Refused, match="nothing of ours"):
        await edit_file(house, "https://home.example/1", "Hi", folder=folder, by="bee", now=NOW)


async def test_an_act_survives_being_written_down(house: House) -> None:
    arguments = written("update", UPDATE, {}, (BOAT,))
    act = Act("publish", "harbour", "bee", arguments)
    again = Act(**orjson.loads(orjson.dumps(asdict(act))))
    object_id = await house.store.write(lambda tx: perform(tx, house.site, again, NOW))
    document = await house.store.read(lambda tx: document_of(tx, object_id))
    assert document["attachment"][0]["focalPoint"] == [0.0, 0.5]


async def test_a_group_has_no_say_over_what_another_published(house: House) -> None:
    act = Act("publish", "harbour", "bee", written("update", UPDATE, {}, ()))
    object_id = await house.store.write(lambda tx: perform(tx, house.site, act, NOW))
    for kind in ("edit", "withdraw", "pin", "unpin"):
        arguments = {**act.arguments, "object": object_id}
        theirs = replace(act, kind=kind, group="marsh", arguments=arguments)
        with pytest.raises(Forbidden):
            await house.store.write(lambda tx, act=theirs: perform(tx, house.site, act, NOW))


async def test_pins_are_acts_as_well(house: House) -> None:
    act = Act("publish", "harbour", "bee", written("update", UPDATE, {}, ()))
    object_id = await house.store.write(lambda tx: perform(tx, house.site, act, NOW))

    async def does(kind: str) -> int | None:
        pin = Act(kind, "harbour", "bee", {"object": object_id})
        await house.store.write(lambda tx: perform(tx, house.site, pin, NOW))
        found = await house.store.read(lambda tx: objects.find(tx, object_id))
        return found.pinned_at if found else None

    assert await does("pin") == NOW
    assert await does("unpin") is None
    await does("withdraw")
    with pytest.raises(Gone):
        await does("pin")


async def test_an_unknown_act_is_refused_and_none_has_two_performers(house: House) -> None:
    def unit(tx: Tx) -> str:
        return perform(tx, house.site, Act("dance", "harbour", "bee"), NOW)

    with pytest.raises(Refused, match="dance"):
        await house.store.write(unit)
    with pytest.raises(RuntimeError, match="publish"):
        performs("publish")(acts.perform)  # pyright: ignore[reportArgumentType]
