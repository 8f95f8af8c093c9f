"""What hangs on a post of elsewhere as the reading list shows it: recordings, and polls with what they came to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from doorstep import a_browser
from hearing import Hearing, hearing
from village import Person

from fedi.clock import iso, now_ms

READING = "/console/harbour/reading"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    """An instance whose group harbour follows anna."""
    async with hearing(tmp_path) as one:
        anna = one.village.person("anna")
        await one.here.follow("harbour", f"anna@{one.village.host}")
        await one.world.deliver()
        await one.says(anna, "Accept", one.village.told[-1])
        yield one


@pytest.fixture
def anna(here: Hearing) -> Person:
    return here.village.person("anna")


async def read(here: Hearing, who: Person, text: str, **more: Any) -> str:
    """Let somebody publish something; return the list on which the group reads it."""
    note = who.a_note(text, text.strip("?"), **more)
    await here.says(who, "Create", note, f"create-{text}", to=note["to"], cc=note["cc"])
    wren = await a_browser(here.here)
    return await wren.open(READING)


async def test_a_recording_is_a_link_that_says_what_it_is(here: Hearing, anna: Person) -> None:
    voice = {"type": "Audio", "mediaType": "audio/ogg", "url": "https://files.example/speech.ogg"}
    page = await read(here, anna, "Hear", attachment=[voice, voice | {"name": "How it <sounds>"}])
    link = '<a href="https://files.example/speech.ogg" rel="nofollow noopener noreferrer">'
    assert f"{link}Listen to the recording</a>" in page
    assert f"Recording: {link}<bdi>How it &lt;sounds&gt;</bdi></a>" in page
    assert "<audio" not in page


def asked(*options: tuple[str, int | None], several: bool = False, **more: Any) -> dict[str, Any]:
    """A question with its answers, and how many gave each where its server tells."""
    answers = [
        {"type": "Note", "name": name}
        | ({} if votes is None else {"replies": {"type": "Collection", "totalItems": votes}})
        for name, votes in options
    ]
    return {"type": "Question", "anyOf" if several else "oneOf": answers, **more}


async def test_a_poll_of_elsewhere_shows_its_answers_and_how_many_gave_each(
    here: Hearing, anna: Person
) -> None:
    over, ahead = iso(now_ms() - 60_000), iso(now_ms() + 3_600_000)
    poll = asked(("Today", 1_200), ("<Never>", 1), votersCount=1_201, endTime=ahead)
    page = await read(here, anna, "When?", **poll)
    for option, votes in (("Today", "1,200 votes"), ("&lt;Never&gt;", "1 vote")):
        told = page.partition(f"<bdi>{option}</bdi>")[2].partition("</li>")[0]
        assert f">{votes}</span>" in told
    assert "1,201 people have voted" in page and "open until" in page
    assert "several answers" not in page

    poll = asked(("Tea", None), ("Soup", None), several=True, endTime=over)
    page = await read(here, anna, "What?", summary="Food", sensitive=True, **poll)
    warned = page.partition('<details class="warned">')[2].partition("</details>")[0]
    assert "<bdi>Tea</bdi></div>" in warned and "<bdi>Soup</bdi></div>" in warned
    assert "People may choose several answers" in warned and "closed on" in warned
    assert "voted" not in warned


async def test_what_is_no_poll_or_a_broken_one_has_no_answers(here: Hearing, anna: Person) -> None:
    note = asked(("Hidden", 3)) | {"type": "Note"}
    await read(here, anna, "Plainly", **note)
    page = await read(here, anna, "Broken", type="Question", oneOf={"name": 7})
    assert "Plainly" in page and "Broken" in page
    assert "Hidden" not in page and " votes" not in page
