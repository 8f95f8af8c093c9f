"""What others deleted is remembered as long as it can matter, and no longer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hearing import Hearing, hearing

from fedi.clock import now_ms
from fedi.conversation import replies
from fedi.conversation.replies import DAY_MS
from fedi.storage import notes
from fedi.storage.tx import Tx


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def buried(here: Hearing, days: int) -> set[str]:
    """What is still known to be deleted, by its last part, once that is so many days ago."""

    def age(tx: Tx) -> None:
        tx.execute("UPDATE tombstones SET at = :at", at=now_ms() - days * DAY_MS)

    await here.here.write(age)
    await replies.dig_up(here.here.house, {})
    rows = await here.here.read(lambda tx: tx.all("SELECT id FROM tombstones ORDER BY id"))
    return {row["id"].rpartition("/")[2] for row in rows}


async def test_what_strangers_deleted_is_forgotten_after_a_year(here: Hearing) -> None:
    anna = here.village.person("anna")
    for number in range(3):
        await here.says(anna, "Delete", f"{anna.id}/notes/{number}", f"gone-{number}")
    assert await buried(here, 364) == {"0", "1", "2"}
    assert await buried(here, 366) == set()


async def test_more_than_fits_into_one_unit_is_forgotten_in_one_go(here: Hearing) -> None:
    def fill(tx: Tx) -> None:
        for number in range(1_001):
            notes.bury(tx, f"https://home.example/{number}", "https://home.example/anna", 0)

    await here.here.write(fill)
    assert await buried(here, 366) == set()


async def test_what_something_here_answers_or_quotes_stays_deleted(here: Hearing) -> None:
    anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
    answered, parent = f"{anna.id}/notes/answered", f"{anna.id}/notes/parent"
    for name in ("answered", "parent", "alone"):
        assert await here.tell(anna, anna.replies(post, name, name)) == 202
    await here.here.publish(source="---\n---\nThank you.\n", to=answered)
    assert await here.tell(ben, ben.replies(parent, "Me too", "child")) == 202
    await here.says(anna, "QuoteRequest", post, instrument=f"{anna.id}/notes/quoting")
    for name in ("answered", "parent", "alone", "quoting"):
        await here.says(anna, "Delete", f"{anna.id}/notes/{name}", f"gone-{name}")
    assert await buried(here, 366) == {"answered", "parent", "quoting"}
    assert await here.note(parent) is None
