"""The benches still run: their parts in small, and (slow) the whole table in tiny."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench import bare, inbox, large, people
from bench.__main__ import PARTS
from bench.load import get, load
from bench.people import Person
from bench.running import SERVER_CORES, free_port, process, settings
from bench.table import Line, percentile, render
from fedi.activitypub.keys import PublicKey
from fedi.activitypub.signatures import Request, verify
from fedi.clock import now_ms
from fedi.config import load as read_settings

TINY = large.Size(posts=12, followers=9, notes=10, likes=11, answers=5)


def test_the_table_names_what_missed_its_bar() -> None:
    drawn = render(
        [Line("pages", "≥ 5,000/s", "9,000/s", True), Line("start", "< 1.5 s", "2.00 s", False)]
    )
    assert [line.split()[0] for line in drawn.splitlines()[2:]] == ["pages", "start"]
    assert "met" in drawn
    assert "MISSED" in drawn
    assert percentile([3, 1, 2], 0.95) == 3
    assert percentile([], 0.95) == 0


async def test_the_load_counts_every_answer_and_what_it_cost() -> None:
    port = free_port()
    with process(["bench.bare", str(port)], port, SERVER_CORES) as server:
        result = (await load(server, [get(port, "/")] * 300, 5)).only(200)
        assert result.count == 300
        assert server.peak >= server.resident > 1
        with pytest.raises(RuntimeError):
            result.only(202)


def test_what_people_send_is_signed_as_their_documents_say() -> None:
    person = Person("https://far.example", 3)
    inbox_url = "https://localhost/groups/harbour/inbox"
    sent = person.sends(inbox_url, people.follow(person, "https://localhost/groups/harbour"))
    head, _, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert first == "POST /groups/harbour/inbox HTTP/1.1"
    key = person.document()["publicKey"]
    public = PublicKey(key["id"], key["owner"], "rsa", key["publicKeyPem"])
    verify(Request("POST", inbox_url, headers, body), public, now_ms())


async def test_bare_receipts_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "bare.sqlite"
    for together in (1, 50):
        assert await bare.receipts(file, 60, together) > 0
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM seen").fetchone() == (120,)


async def test_the_large_group_is_as_large_as_it_says(tmp_path: Path) -> None:
    config = read_settings(settings(tmp_path, free_port()))
    posts = await large.grow(config, TINY)
    assert len(posts) == 4
    with closing(sqlite3.connect(config.database)) as database:
        for table, there in (("objects", 16), ("follows", 10), ("notes", 11), ("reactions", 12)):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (there,), table
        counted = dict(database.execute("SELECT what, n FROM tallies"))
    assert (counted["followers"], counted["comments"]) == (TINY.followers, TINY.notes)


async def test_known_people_are_taken_in(tmp_path: Path) -> None:
    lines = await asyncio.wait_for(inbox.known(8), 60)
    assert [line.row.split(",")[0] for line in lines] == [f"inbox: {what}" for what in inbox.BARS]


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
async def test_each_part_of_the_table_runs(part: str) -> None:
    lines = await asyncio.wait_for(PARTS[part](0.01), 300)
    assert all(line.measured for line in lines)
