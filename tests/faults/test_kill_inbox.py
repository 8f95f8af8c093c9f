"""A server that is killed while others speak to it: nothing it took is lost, and nothing takes effect twice."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from build import some_keys
from running import LOOPBACK, free_port
from signed import key_of, public_key_of
from village import PUBLIC, delivery
from written import ready

from fedi.activitypub import vocabulary
from fedi.activitypub.keys import multikey_document
from fedi.activitypub.signatures import Request
from fedi.actors import known
from fedi.actors.groups import add_group, get_group
from fedi.actors.instance import add_instance
from fedi.clock import iso, now_ms
from fedi.config import Config, load
from fedi.publishing import publish
from fedi.storage.migrate import migrate
from fedi.storage.store import open_store
from fedi.storage.tx import Tx

ABREAST = 24
POSTS = 10
"""As many as rounds at most: in each, everybody speaks of another one."""


@dataclass(frozen=True)
class House:
    """Where the server lives, and what others speak of."""

    config: Config
    environment: dict[str, str]
    posts: tuple[str, ...]

    @property
    def inbox(self) -> str:
        return self.config.site.shared_inbox

    @property
    def harbour(self) -> str:
        return self.config.site.group("harbour")

    async def rows(self, sql: str) -> list[Any]:
        """Ask the database, while the server is down or up."""
        async with await open_store(self.config) as store:
            return await store.read(lambda tx: tx.all(sql))


def person(number: int) -> str:
    return f"https://home.example/users/u{number}"


async def a_house(folder: Path, people: int) -> House:
    """A migrated database with a group, its posts, and people whose keys are known."""
    domain = f"localhost:{free_port()}"
    given = {
        "data": str(folder),
        "domain": domain,
        "listen": domain.replace("localhost", "127.0.0.1"),
        "allow_private": LOOPBACK,
        "rate_limits": "off",
        "log": "error",
    }
    environment = {f"FEDI_{name.upper()}": value for name, value in given.items()}
    config = load(environment)
    migrate(config)
    now = now_ms()

    def settle(tx: Tx) -> tuple[str, ...]:
        rsa, ed25519 = some_keys()
        add_instance(tx, config.site, rsa, ed25519, now)
        add_group(tx, config.site, "harbour", "Harbour", now=now, rsa=rsa, ed25519=ed25519)
        for number in range(people):
            _introduce(tx, person(number), now)
        group = get_group(tx, "harbour")
        return tuple(publish.publish(tx, config.site, group, ready(), now) for _ in range(POSTS))

    async with await open_store(config) as store:
        posts = await store.write(settle)
    return House(config, {**os.environ, **environment}, posts)


def _introduce(tx: Tx, actor: str, now: int) -> None:
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": actor,
        "type": "Person",
        "preferredUsername": actor.rpartition("/")[2],
        "inbox": f"{actor}/inbox",
        "followers": f"{actor}/followers",
        "assertionMethod": [multikey_document(public_key_of(actor, "ed25519", "key"))],
    }
    known.keep(tx, vocabulary.read_actor(document), document, now)


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `fedi serve` without the worker, for nobody it would deliver to is there; until it ends or is killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fedi", "serve", "--no-worker"),
        env=house.environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(30):
            while not await _answers(client, f"{house.config.origin}/readyz"):
                assert process.returncode is None, "fedi serve ended; its complaint is above"
                await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def what_they_say(house: House, people: int, round_: int) -> list[dict[str, Any]]:
    """A like, a share, a reply and a follow by each of so many people; every round has its own ids."""
    said: list[dict[str, Any]] = []
    for number in range(people):
        actor, post = person(number), house.posts[(number + round_) % POSTS]
        note = {
            "id": f"{actor}/notes/{round_}",
            "type": "Note",
            "attributedTo": actor,
            "inReplyTo": post,
            "content": f"<p>No. {number}</p>",
            "published": iso(now_ms()),
            "to": [PUBLIC],
        }
        for kind, thing in (
            ("Like", post),
            ("Announce", post),
            ("Create", note),
            ("Follow", house.harbour),
        ):
            name = f"{actor}/{kind.lower()}s/{round_}"
            said.append({"id": name, "type": kind, "actor": actor, "object": thing})
    random.shuffle(said)
    return said


def signed(house: House, activity: dict[str, Any]) -> Request:
    key = key_of(activity["actor"], "ed25519", "key")
    context = {"@context": "https://www.w3.org/ns/activitystreams"}
    return delivery({**context, **activity}, house.inbox, key, "rfc9421")


async def speak(
    house: House, said: Sequence[dict[str, Any]], acknowledged: set[str], until: int | None = None
) -> None:
    """Say everything, many at once, and note what was taken; stop when so much was, or nobody answers."""
    waiting = list(reversed(said))

    async def one() -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            while waiting and (until is None or len(acknowledged) < until):
                activity = waiting.pop()
                request = signed(house, activity)
                try:
                    answer = await client.post(
                        request.url, headers=dict(request.headers), content=request.body
                    )
                except httpx.TransportError:
                    return
                assert answer.status_code == 202, answer.text
                acknowledged.add(activity["id"])

    await asyncio.gather(*(one() for _ in range(ABREAST)))


async def kill_while_they_speak(house: House, said: Sequence[dict[str, Any]]) -> set[str]:
    """Kill the server at a random moment of all this, and return what it had acknowledged."""
    acknowledged: set[str] = set()
    moment = random.randint(ABREAST, len(said) * 9 // 10)
    async with serving(house) as process:
        speaking = asyncio.create_task(speak(house, said, acknowledged))
        while len(acknowledged) < moment:  # noqa: ASYNC110  the moment is to be met exactly, not announced
            await asyncio.sleep(0)
        await asyncio.sleep(random.random() / 50)
        process.kill()
        await speaking
    return acknowledged


async def assert_all_took_effect(house: House, names: set[str]) -> None:
    """Check that each of these activities is remembered and has its one effect."""
    seen = {row["activity"] for row in await house.rows("SELECT activity FROM seen")}
    assert names <= seen
    begun = {row["activity"] for row in await house.rows("SELECT activity FROM reactions")}
    notes = {row["id"] for row in await house.rows("SELECT id FROM notes")}
    follows = {row["follower"] for row in await house.rows("SELECT follower FROM follows")}
    for name in names:
        actor, kind, round_ = name.rsplit("/", 2)
        match kind:
            case "creates":
                assert f"{actor}/notes/{round_}" in notes
            case "follows":
                assert actor in follows
            case _:
                assert name in begun


async def assert_sums(house: House, people: int, rounds: int) -> None:
    """Check that everything was counted once, and every Follow answered once."""
    posts = await house.rows("SELECT id, likes, shares, replies FROM objects")
    tables = {
        "likes": "SELECT object AS id, count(*) AS n FROM reactions WHERE kind = 'like' GROUP BY object",
        "shares": "SELECT object AS id, count(*) AS n FROM reactions WHERE kind = 'share' GROUP BY object",
        "replies": "SELECT thread AS id, count(*) AS n FROM notes GROUP BY thread",
    }
    for column, sql in tables.items():
        counted = {row["id"]: row["n"] for row in await house.rows(sql)}
        assert {row["id"]: row[column] for row in posts if row[column]} == counted, column
        assert sum(counted.values()) == people * rounds
    answered = [
        orjson.loads(row["body"])["object"]["id"]
        for row in await house.rows("SELECT body FROM activities WHERE type = 'Accept'")
    ]
    assert len(answered) == len(set(answered)) == people * rounds
    assert len(await house.rows("SELECT id FROM deliveries")) == people * rounds


async def rounds_of_death(folder: Path, people: int, rounds: int) -> None:
    """Kill the server once in each round, bring it back, and say everything again."""
    house = await a_house(folder, people)
    for round_ in range(rounds):
        said = what_they_say(house, people, round_)
        acknowledged = await kill_while_they_speak(house, said)
        assert 0 < len(acknowledged) < len(said)
        await assert_all_took_effect(house, acknowledged)
        async with serving(house):
            again: set[str] = set()
            await speak(house, said, again)
        assert len(again) == len(said)
        await assert_all_took_effect(house, again)
        await assert_sums(house, people, round_ + 1)


async def test_a_server_that_is_stopped_in_order_answers_what_it_took_and_loses_nothing(
    tmp_path: Path,
) -> None:
    house = await a_house(tmp_path / "data", 40)
    said = what_they_say(house, 40, 0)
    acknowledged: set[str] = set()
    async with serving(house) as process:
        speaking = asyncio.create_task(speak(house, said, acknowledged))
        while len(acknowledged) < 30:  # noqa: ASYNC110
            await asyncio.sleep(0)
        process.terminate()
        await speaking
        assert await process.wait() == 0
    seen = await house.rows("SELECT activity FROM seen")
    assert {row["activity"] for row in seen} == acknowledged
    await assert_all_took_effect(house, acknowledged)


async def test_what_was_acknowledged_before_a_kill_is_there_and_counted_once(
    tmp_path: Path,
) -> None:
    await rounds_of_death(tmp_path / "data", people=60, rounds=2)


@pytest.mark.slow
async def test_ten_kills_during_two_thousand_activities_each_lose_and_repeat_nothing(
    tmp_path: Path,
) -> None:
    await rounds_of_death(tmp_path / "data", people=500, rounds=10)
