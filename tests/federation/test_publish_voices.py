"""Voice notes on the public surface: documents, pages, feeds, the command line, and the parts that players ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from commanding import Terminal
from hearing import Hearing, hearing
from sounds import HTML, RECORDINGS, WORD

from fedi.clock import now_ms
from fedi.publishing import prepare
from fedi.publishing.front_matter import FrontMatterError

SOURCE = "---\nvoices:\n  - {file: speech.bin, transcript: We won the lift.}\n---\n"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def publish(at: Hearing, folder: Path, media_type: str = "audio/wav") -> str:
    (folder / "speech.bin").write_bytes(RECORDINGS[media_type]())
    told = await prepare.publish_file(
        at.here.house, "harbour", "update", SOURCE, folder=folder, by="us", now=now_ms()
    )
    return told.id


@pytest.mark.parametrize("media_type", RECORDINGS)
async def test_a_recording_is_heard_everywhere_with_what_is_said(
    at: Hearing, tmp_path: Path, media_type: str
) -> None:
    anna = at.village.person()
    await at.says(anna, "Follow", at.harbour)
    post = await publish(at, tmp_path, media_type)
    await at.world.deliver()
    [sound] = at.village.told[-1]["object"]["attachment"]
    assert (sound["type"], sound["mediaType"]) == ("Audio", media_type)
    assert sound["name"] == "We won the lift." and sound["duration"].startswith("PT")
    served = await at.here.get(sound["url"], "*/*")
    assert (served.status_code, served.headers["content-type"]) == (200, media_type)
    assert served.headers["x-content-type-options"] == "nosniff"
    assert WORD not in served.content and HTML not in served.content
    page = await at.here.page(post)
    path = sound["url"].removeprefix(at.here.config.origin)
    assert f'<audio controls preload="none" src="{path}"' in page
    assert "We won the lift." in page
    # Where there is no text, what is said stands for it.
    assert "We won the lift." in await at.here.page(at.harbour)
    atom = (await at.here.get(f"{at.harbour}/feed.atom", "*/*")).text
    assert f'rel="enclosure" type="{media_type}" href="{sound["url"]}"' in atom
    feed = (await at.here.get(f"{at.harbour}/feed.json", "*/*")).json()
    [attachment] = feed["items"][0]["attachments"]
    assert attachment["mime_type"] == media_type and attachment["duration_in_seconds"] >= 1
    await at.here.withdraw(post)
    await at.world.deliver()
    assert (await at.here.get(sound["url"], "*/*")).status_code == 404
    assert not list(at.here.config.media.iterdir())


async def test_what_cannot_be_played_is_refused_with_its_line_and_nothing_stays(
    at: Hearing, tmp_path: Path
) -> None:
    (tmp_path / "speech.bin").write_bytes(HTML)
    with pytest.raises(FrontMatterError, match=r"Line 3: speech.bin is not a recording"):
        await prepare.publish_file(
            at.here.house, "harbour", "update", SOURCE, folder=tmp_path, by="us", now=now_ms()
        )
    assert not at.here.config.media.exists() or not list(at.here.config.media.iterdir())


@pytest.mark.parametrize(
    ("asked", "status", "told", "part"),
    [
        ("", 200, None, slice(None)),
        ("bytes=0-1", 206, "bytes 0-1/{}", slice(0, 2)),
        ("bytes=10-", 206, "bytes 10-{last}/{}", slice(10, None)),
        ("bytes=-5", 206, "bytes {tail}-{last}/{}", slice(-5, None)),
        ("bytes=0-999999999", 206, "bytes 0-{last}/{}", slice(None)),
        ("bytes=999999999-", 416, "bytes */{}", slice(0, 0)),
        ("bytes=-0", 416, "bytes */{}", slice(0, 0)),
        ("bytes=0-1,4-5", 200, None, slice(None)),
        ("lines=0-1", 200, None, slice(None)),
        ("bytes=a-b", 200, None, slice(None)),
    ],
)
async def test_players_get_the_part_they_ask_for(
    at: Hearing, tmp_path: Path, asked: str, status: int, told: str | None, part: slice
) -> None:
    post = await publish(at, tmp_path)
    [sound] = (await at.here.get(post)).json()["attachment"]
    whole = (await at.here.get(sound["url"], "*/*")).content
    answer: httpx.Response = await at.here.get(sound["url"], "*/*", Range=asked)
    assert (answer.status_code, answer.content) == (status, whole[part])
    length = len(whole)
    expected = told and told.format(length, last=length - 1, tail=length - 5)
    assert answer.headers.get("content-range") == expected
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "audio/wav"


def test_the_command_line_says_what_is_said(terminal: Terminal) -> None:
    terminal.write("speech.bin", RECORDINGS["audio/ogg"]())
    terminal.write("post.md", SOURCE)
    checked = terminal.fedi("publish", "harbour", "--kind", "update", "--check", "post.md")
    assert "recording: 2 s, We won the lift." in checked
    assert terminal.fedi("publish", "harbour", "--kind", "update", "post.md")
