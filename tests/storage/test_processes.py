"""Several processes on one database: nobody is refused, everybody hears, and a killed one loses nothing."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import pytest
from facts import count, facts, migrated, until

from fedi.storage.store import open_store

WRITING = str(Path(__file__).with_name("writing.py"))


def start(config, name: str, number: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, WRITING, config.database, name, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


async def finish(process: subprocess.Popen[bytes]) -> tuple[list[str], str]:
    out, err = await asyncio.to_thread(process.communicate, timeout=60)
    return out.decode().splitlines(), err.decode()


async def test_processes_that_write_at_once_are_never_refused(config):
    migrated(config)
    others = [start(config, name, 300) for name in ("one", "two")]
    async with await open_store(config) as store:
        running = [asyncio.create_task(finish(process)) for process in others]
        async with asyncio.timeout(60):
            while not all(task.done() for task in running):
                await store.read(count)
                await store.write(count)
        for task in running:
            acknowledged, errors = await task
            assert (len(acknowledged), errors) == (300, "")
        assert await store.read(count) == 1200


async def test_a_change_in_another_process_is_heard(config):
    migrated(config)
    heard: list[str] = []
    async with await open_store(config) as store:
        store.listen("facts", heard.append)
        await store.read(count)
        assert (await finish(start(config, "other", 1)))[1] == ""
        await until(lambda: asyncio.sleep(0, bool(heard)))
        heard.clear()
        assert (await finish(start(config, "another", 1)))[1] == ""
        await until(lambda: asyncio.sleep(0, "facts" in heard))


async def kill_while_it_writes(config, name: str) -> None:
    """Kill a writing process at a random moment, and miss nothing it acknowledged."""
    process = start(config, name, 1_000_000)
    assert process.stdout
    acknowledged = [await asyncio.to_thread(process.stdout.readline)]
    await asyncio.sleep(random.uniform(0, 0.3))
    process.kill()
    rest, errors = await finish(process)
    assert errors == ""
    acknowledged = [acknowledged[0].decode().strip(), *rest]
    async with await open_store(config) as store:
        kept = set(await store.read(facts))
    missing = [
        key for key in acknowledged for half in ("left", "right") if f"{key} {half}" not in kept
    ]
    assert not missing
    assert {key.replace("left", "right") for key in kept if key.endswith("left")} == {
        key for key in kept if key.endswith("right")
    }


async def test_a_killed_process_loses_nothing_it_acknowledged(config):
    migrated(config)
    for number in range(2):
        await kill_while_it_writes(config, f"round-{number}")


@pytest.mark.slow
async def test_a_process_killed_forty_times_loses_nothing_it_acknowledged(config):
    migrated(config)
    for number in range(40):
        await kill_while_it_writes(config, f"round-{number}")
