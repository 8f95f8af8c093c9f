"""What is kept for members or partners stands in nothing that anybody else comes by: every byte is looked through."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from hearing import Hearing, hearing
from hidden import KINDS, MEMBERS, PARTNERS, Texts, walk
from PIL import Image
from sounds import a_wav
from village import Person, a_fetch, send

from fedi.actors.may_read import Reader, may_read
from fedi.clock import now_ms
from fedi.publishing import prepare
from fedi.storage import media, objects, partners, versions
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx

ROW = {"members", "partners"}


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hearing]:
    """The harbour, which anna follows and ben is a partner of; cara has nothing to do with it."""
    for name, colour in (("door", "teal"), ("roof", "red"), ("cellar", "blue")):
        buffer = BytesIO()
        Image.new("RGB", (64, 48), colour).save(buffer, "PNG")
        (tmp_path / f"{name}.png").write_bytes(buffer.getvalue())
    for seconds, name in enumerate(("speech", "whisper"), 1):
        (tmp_path / f"{name}.wav").write_bytes(a_wav(seconds))
    async with hearing(tmp_path) as one:
        anna, ben, _ = (one.village.person(name) for name in ("anna", "ben", "cara"))
        one.village.person("hidden")
        await one.says(anna, "Follow", one.harbour)
        await one.here.house.remote.actor(ben.id)
        await one.here.write(lambda tx: partners.add(tx, one.harbour, ben.id, now_ms()))
        yield one


async def publish(at: Hearing, kind: str, source: str, folder: Path) -> str:
    told = await prepare.publish_file(
        at.here.house, "harbour", kind, source, folder=folder, by="us", now=now_ms()
    )
    await at.world.deliver()
    return told.id


async def fetched(at: Hearing, url: str, name: str) -> dict[str, Any]:
    """The document that somebody in the village is shown."""
    answer = await send(at.client, a_fetch(url, Person(at.village, name).key))
    assert answer.status_code == 200, (url, name)
    return answer.json()


async def seen_by_members(at: Hearing, post: str) -> bytes:
    """What the console shows members of something: its document, text and facts."""

    def unit(tx: Tx) -> bytes:
        audience = may_read(tx, post, Reader(member_of=at.harbour))
        version = objects.version(tx, post, audience or "")
        assert version
        facts = orjson.dumps(version.facts)
        return version.document + version.html.encode() + version.source.encode() + facts

    return await at.here.read(unit)


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


async def edit(at: Hearing, post: str, source: str, folder: Path) -> None:
    await prepare.edit_file(at.here.house, post, source, folder=folder, by="us", now=now_ms())
    await at.world.deliver()


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
    assert not list(at.here.config.media.iterdir())


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


@pytest.mark.parametrize(
    ("kind", "audience"),
    # Nobody could vote in a poll for members alone.
    [(kind, who) for kind in KINDS for who in sorted(ROW) if (kind, who) != ("poll", "members")],
)
async def test_a_post_for_some_is_nowhere_for_others(
    at: Hearing, tmp_path: Path, kind: str, audience: str
) -> None:
    before = await public_state(at)
    said = len(at.village.told)
    post = await publish(at, kind, Texts().of(kind, f"visibility: {audience}\n"), tmp_path)
    told = [heard for heard in at.village.heard if heard.method == "POST"][said:]
    inbox = ["/users/ben/inbox"] if audience == "partners" else []
    assert [heard.path for heard in told] == inbox
    assert all(MEMBERS.encode() not in heard.body.lower() for heard in told)
    walked = await walk(at, post, f"{post}/embed", f"/oembed?url={post}", f"{post}/interact")
    assert not walked.telling("Seen by all", MEMBERS, PARTNERS)
    # Not even its address, but where it was asked for.
    name = post.rpartition("/")[2]
    assert [url for url, _, _ in walked.telling(name) if name not in url] == []
    for suffix in ("", "/replies", "/likes", "/shares", "/context"):
        answers = {
            name: (
                await send(at.client, a_fetch(post + suffix, Person(at.village, name).key))
            ).status_code
            for name in ("anna", "ben", "cara")
        }
        can = 200 if audience == "partners" else 404
        assert answers == {"anna": 404, "ben": can, "cara": 404}, suffix
    assert await public_state(at) == before
    assert b"Seen by all" in await seen_by_members(at, post)
    await at.here.withdraw(post)
    await at.world.deliver()
    deletes = [heard for heard in at.village.heard if b'"Delete"' in heard.body]
    assert [heard.path for heard in deletes] == inbox


async def public_state(at: Hearing) -> dict[str, bytes]:
    """What counts and lists say, which must not change for what is not public."""
    paths = ("/groups/harbour", "/groups/harbour/outbox", "/nodeinfo/2.1", "/sitemap.xml", "/")
    return {path: (await at.here.get(path, "text/html")).content for path in paths}


async def test_a_former_partner_is_told_of_a_withdrawal_and_of_nothing_new(
    at: Hearing, tmp_path: Path
) -> None:
    ben = Person(at.village, "ben")
    post = await publish(at, "update", "---\nvisibility: partners\n---\nFirst words", tmp_path)
    await at.here.write(lambda tx: partners.remove(tx, at.harbour, ben.id))
    assert (await send(at.client, a_fetch(post, ben.key))).status_code == 404
    said = len(at.village.told)
    await edit(at, post, "---\nvisibility: partners\n---\nSecond words", tmp_path)
    assert len(at.village.told) == said
    await at.here.withdraw(post)
    await at.world.deliver()
    assert [one["type"] for one in at.village.told[said:]] == ["Delete"]


async def test_an_answer_for_some_is_not_counted_at_what_it_answers(
    at: Hearing, tmp_path: Path
) -> None:
    first = await publish(at, "update", "Seen by all.", tmp_path)
    await publish(at, "update", f"---\nreply_to: {first}\nvisibility: members\n---\nNo.", tmp_path)

    def replies(tx: Tx) -> int:
        found: StoredObject | None = objects.find(tx, first)
        assert found
        return found.replies

    assert await at.here.read(replies) == 0
    await publish(at, "update", f"---\nreply_to: {first}\n---\nYes.", tmp_path)
    assert await at.here.read(replies) == 1


async def test_a_partner_whose_signature_cannot_be_checked_is_shown_what_all_see(
    at: Hearing, tmp_path: Path
) -> None:
    post = await publish(at, "update", "A [[partners: zqpar1]] b.", tmp_path)
    ben = Person(at.village, "ben")
    signed = a_fetch(post + "#key", ben.key, "rfc9421")
    answer = await send(at.client, a_fetch(post), **signed.headers)
    assert (answer.status_code, PARTNERS in answer.text) == (200, False)
    assert PARTNERS in (await send(at.client, a_fetch(post, ben.key))).text
    for _ in range(2):  # also from ready bytes
        assert PARTNERS not in (await at.here.get(post)).text
        assert PARTNERS in (await send(at.client, a_fetch(post, ben.key))).text
