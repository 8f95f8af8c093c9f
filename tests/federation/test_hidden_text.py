"""What is kept for members or partners stands in nothing that anybody else comes by: every byte is looked through."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import orjson
import pytest
from for_some import ROW, edit, fetched, publish, seen_by_members
from hearing import Hearing
from hidden import KINDS, MEMBERS, PARTNERS, Texts, walk
from village import Person, a_fetch, send

from fedi.actors.may_read import Reader, may_read
from fedi.storage import media, objects, versions
from fedi.storage.tx import Tx


async def rows(at: Hearing) -> dict[str, list[str]]:
    """Every row of the database but what is kept for members and partners alone."""

    def unit(tx: Tx) -> dict[str, list[str]]:
        tables = tx.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        found: dict[str, list[str]] = {}
        for table in tables:
            there = [dict(row) for row in tx.all(f"SELECT * FROM {table['name']}")]
            found[table["name"]] = [str(row) for row in there if row.get("audience") not in ROW]
        return found

    return await at.here.read(unit)


def telling(found: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (table, row[max(0, hit.start() - 60) : hit.end() + 20])
        for table, there in found.items()
        for row in there
        for hit in re.finditer(f"{MEMBERS}|{PARTNERS}", row, re.IGNORECASE)
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_hidden_is_in_anything_that_leaves(
    at: Hearing, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "fedi")
    texts = Texts()
    post = await publish(at, kind, texts.of(kind), tmp_path)
    await check_the_public(at, post)
    shown = orjson.dumps(await fetched(at, post, "ben")).decode()
    assert [word for word in texts.partners if word not in shown] == []
    assert MEMBERS not in shown
    inside = (await seen_by_members(at, post)).decode()
    assert [word for word in (*texts.members, *texts.partners) if word not in inside] == []
    assert len(texts.members) > 9 and len(texts.partners) > 6
    assert MEMBERS not in caplog.text and PARTNERS not in caplog.text


async def check_the_public(at: Hearing, post: str) -> None:
    """Look through all that strangers and followers see, what was said and delivered, and the database."""
    walked = await walk(at, post, f"/oembed?url={post}", f"{post}/embed")
    assert len(walked.answers) > 100
    assert walked.telling("Seen by all") and walked.telling(MEMBERS, PARTNERS) == []
    for name in ("anna", "cara"):
        for url in walked.documents():
            answer = await send(at.client, a_fetch(url, Person(at.village, name).key))
            assert MEMBERS.encode() not in answer.content.lower(), (url, name)
            assert PARTNERS.encode() not in answer.content.lower(), (url, name)
    delivered = [heard for heard in at.village.heard if heard.method == "POST"]
    assert any(b"Seen by all" in heard.body for heard in delivered)
    for heard in at.village.heard:
        everything = f"{heard.path} {heard.headers} {heard.body!r}".lower()
        assert MEMBERS not in everything and PARTNERS not in everything
    # Whom only hidden text names was not even looked up.
    assert not any("hidden" in path for path in at.village.asked)
    assert telling(await rows(at)) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_hidden_text_stays_hidden_when_it_is_edited_and_leaves_no_sign(
    at: Hearing, tmp_path: Path, kind: str
) -> None:
    texts = Texts()
    post = await publish(at, kind, texts.of(kind), tmp_path)
    before = await at.here.read(lambda tx: objects.find(tx, post))
    document = (await at.here.get(post)).content
    said = len(at.village.told)
    source = await at.here.read(lambda tx: versions.source(tx, post, "public"))
    assert texts.members[0] in source
    added = "[[members: zqmemlate]] [[partners: zqparlate]]"
    await edit(at, post, source.replace("Seen by all.", f"Seen by all. {added}"), tmp_path)
    assert (await at.here.get(post)).content == document
    assert await at.here.read(lambda tx: objects.find(tx, post)) == before
    assert len(at.village.told) == said
    assert b"zqmemlate" in await seen_by_members(at, post)
    assert "zqparlate" in orjson.dumps(await fetched(at, post, "ben")).decode()
    await edit(at, post, source.replace("Seen by all.", f"Seen by all, edited. {added}"), tmp_path)
    assert len(at.village.told) == said + 1
    await check_the_public(at, post)
    assert b"zqmemlate" in await seen_by_members(at, post)


async def test_marks_that_are_taken_out_leave_nobody_a_version_of_their_own(
    at: Hearing, tmp_path: Path
) -> None:
    post = await publish(at, "update", "A [[members: zqmem1]] b [[partners: zqpar1]].", tmp_path)
    await edit(at, post, "A b.", tmp_path)
    there = await at.here.read(lambda tx: versions.audiences(tx, post, 1))
    assert there == {"public"}
    assert (
        await at.here.read(lambda tx: may_read(tx, post, Reader(member_of=at.harbour))) == "public"
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_withdrawn_is_gone_from_every_row(
    at: Hearing, tmp_path: Path, kind: str
) -> None:
    texts = Texts()
    post = await publish(at, kind, texts.of(kind), tmp_path)
    await at.here.withdraw(post)
    await at.world.deliver()
    everything = await at.all_there_is()
    assert telling(everything) == []
    assert "Seen by all" not in str(everything), "nor is what everybody saw"
    assert not list(at.here.config.media.iterdir())


async def test_what_is_withdrawn_before_all_have_heard_of_it_is_told_to_nobody_any_more(
    at: Hearing,
) -> None:
    post = await at.here.publish(source="Seen by all.")
    await at.here.withdraw(post)
    await at.world.deliver()
    told = [one["type"] for one in at.village.told if one["type"] in ("Create", "Delete")]
    assert told == ["Delete"]
    assert not any(b"Seen by all" in heard.body for heard in at.village.heard)


async def test_pictures_for_some_are_served_to_them_alone(at: Hearing, tmp_path: Path) -> None:
    post = await publish(at, "update", Texts().of("update"), tmp_path)

    def find(tx: Tx) -> dict[str, str]:
        found = media.of_object(tx, post)
        return {one.description.split()[-1]: at.here.house.site.media(one.name) for one in found}

    names = await at.here.read(find)
    door, cellar, roof = names["door"], names["zqparcellar"], names["zqmemroof"]
    [speech, whisper] = sorted(
        await at.here.read(lambda tx: media.voices_of(tx, post)), key=lambda voice: voice.bytes
    )
    for voice, status in ((speech, 200), (whisper, 404)):
        url = at.here.house.site.media(voice.name)
        assert (await at.here.get(url, "*/*")).status_code == status
    shown = {
        (name, picture): (
            await send(at.client, a_fetch(url, Person(at.village, name).key if name else None))
        ).status_code
        for name in ("", "anna", "ben", "cara")
        for picture, url in (("door", door), ("cellar", cellar), ("roof", roof))
    }
    allowed = {("ben", "cellar"), *((name, "door") for name in ("", "anna", "ben", "cara"))}
    assert shown == {key: 200 if key in allowed else 404 for key in shown}
    answer = await send(at.client, a_fetch(cellar, Person(at.village, "ben").key))
    assert answer.headers["cache-control"] == "private, no-store"
    assert "access-control-allow-origin" not in answer.headers
