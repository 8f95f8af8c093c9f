"""Units of work: what is written is there, what fails is not, on both databases."""

from __future__ import annotations

import asyncio

import pytest
from facts import count, facts, put, until

from fedi.errors import Conflict, NotReady
from fedi.storage import signals


async def test_what_a_unit_writes_the_next_one_reads(store):
    await store.write(lambda tx: put(tx, "place", "Kreuzberg"))
    assert await store.read(facts) == {"place": "Kreuzberg"}


async def test_a_unit_returns_what_its_function_returns(store):
    assert await store.write(lambda tx: put(tx, "a", "1") or "done") == "done"


async def test_a_unit_that_raises_changes_nothing_and_its_caller_hears_why(store):
    def unit(tx):
        put(tx, "a", "1")
        raise Conflict("somebody was faster")

    with pytest.raises(Conflict, match="somebody was faster"):
        await store.write(unit)
    assert await store.read(count) == 0


async def test_a_unit_that_runs_out_of_an_iterator_does_not_keep_its_caller_waiting(store):
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.write(lambda tx: next(iter(())))


async def test_a_unit_for_reading_cannot_write(store):
    with pytest.raises(Exception, match=r"read-?only"):
        await store.read(lambda tx: put(tx, "a", "1"))
    assert await store.read(count) == 0
    await store.write(lambda tx: put(tx, "a", "1"))


async def test_a_reader_sees_one_moment_however_long_it_reads(store):
    def unit(tx):
        before = count(tx)
        asyncio.run_coroutine_threadsafe(store.write(lambda tx: put(tx, "a", "1")), loop).result(
            timeout=10
        )
        return before, count(tx)

    loop = asyncio.get_running_loop()
    assert await store.read(unit) == (0, 0)
    assert await store.read(count) == 1


async def test_a_caller_who_is_cancelled_does_not_lose_what_was_begun(store):
    caller = asyncio.create_task(store.write(lambda tx: put(tx, "a", "1")))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await store.write(lambda tx: put(tx, "b", "2"))
    await until(lambda: store.read(lambda tx: count(tx) == 2))


async def test_many_callers_at_once_all_get_their_own_answer(store):
    def unit(number):
        return lambda tx: put(tx, str(number), "x") or number

    answers = await asyncio.gather(*(store.write(unit(number)) for number in range(300)))
    assert answers == list(range(300))
    assert await store.read(count) == 300


async def test_execute_tells_how_many_rows_it_touched(store):
    await store.write(lambda tx: tx.executemany(INSERT, [{"n": n, "v": "x"} for n in "abc"]))
    assert await store.write(lambda tx: tx.execute("UPDATE facts SET value = 'y'")) == 3
    again = INSERT + " ON CONFLICT (name) DO NOTHING"
    assert await store.write(lambda tx: tx.execute(again, n="a", v="z")) == 0


async def test_one_is_the_first_row_or_none_even_of_a_statement_that_writes(store):
    returning = INSERT + " RETURNING name, value"
    row = await store.write(lambda tx: tx.one(returning, n="a", v="1"))
    assert row == {"name": "a", "value": "1"}
    assert await store.read(lambda tx: tx.one("SELECT * FROM facts WHERE name = 'b'")) is None
    await store.write(lambda tx: put(tx, "b", "2"))
    first = await store.write(lambda tx: tx.one("SELECT name FROM facts ORDER BY name"))
    assert first == {"name": "a"}


async def test_values_come_back_as_they_went_in(store):
    row = await store.read(
        lambda tx: tx.one(
            """
            SELECT CAST(:flag AS BIGINT) AS flag, CAST(:big AS BIGINT) AS big, CAST(:text AS TEXT) AS text,
                CAST(:data AS {bytes}) AS data, CAST(:none AS TEXT) AS none, '100 % :of it' AS mark
            """,
            flag=True,
            big=2**53 - 1,
            text="Žižkov ☂ 100 %",
            data=b"\x00\xff",
            none=None,
        )
    )
    assert row == {
        "flag": 1,
        "big": 2**53 - 1,
        "text": "Žižkov ☂ 100 %",
        "data": b"\x00\xff",
        "none": None,
        "mark": "100 % :of it",
    }
    assert type(row["data"]) is bytes


async def test_sums_are_whole_numbers(store):
    sums = (
        "SELECT sum(CAST(value AS BIGINT)) AS total, avg(CAST(value AS BIGINT)) AS mean FROM facts"
    )
    await store.write(lambda tx: (put(tx, "a", "1"), put(tx, "b", "2")))
    row = await store.read(lambda tx: tx.one(sums))
    assert row == {"total": 3, "mean": 1.5}
    assert type(row["total"]) is int


async def test_text_sorts_by_its_bytes(store):
    names = ["a", "B", "ä", "_", "-", "aa", "A", "z"]
    await store.write(lambda tx: tx.executemany(INSERT, [{"n": n, "v": ""} for n in names]))
    rows = await store.read(lambda tx: tx.all("SELECT name FROM facts ORDER BY name"))
    assert [row["name"] for row in rows] == sorted(names, key=str.encode)


async def test_listeners_hear_of_a_change_before_the_caller_is_answered(store):
    heard: list[str] = []
    store.listen("group:ana", heard.append)
    store.listen("group:bo", heard.append)
    await store.write(lambda tx: signals.bump(tx, "group:ana"))
    assert "group:ana" in heard and "group:bo" not in heard


async def test_whoever_listens_to_everything_hears_every_topic(store):
    heard: list[str] = []
    store.listen("*", heard.append)
    await store.write(lambda tx: (signals.bump(tx, "instance"), signals.bump(tx, "jobs")))
    assert {"instance", "jobs"} <= set(heard)


async def test_nobody_hears_of_a_unit_that_failed(store):
    def unit(tx):
        signals.bump(tx, "instance")
        raise Conflict("no")

    heard: list[str] = []
    store.listen("instance", heard.append)
    with pytest.raises(Conflict):
        await store.write(unit)
    assert "instance" not in heard


async def test_a_listener_that_fails_keeps_nobody_else_from_hearing(store):
    heard: list[str] = []
    store.listen("instance", lambda topic: 1 // 0)
    store.listen("instance", heard.append)
    await store.write(lambda tx: signals.bump(tx, "instance"))
    assert "instance" in heard


async def test_closing_finishes_what_was_begun_and_refuses_what_comes_later(store):
    begun = [asyncio.create_task(store.write(lambda tx: bump(tx))) for _ in range(20)]
    await asyncio.sleep(0)
    await store.close()
    assert sorted([await task for task in begun]) == list(range(1, 21))
    with pytest.raises(NotReady):
        await store.write(count)
    with pytest.raises(NotReady):
        await store.read(count)
    await store.close()


INSERT = "INSERT INTO facts (name, value) VALUES (:n, :v)"


def bump(tx):
    tx.lock("n")
    number = count(tx) + 1
    put(tx, str(number), "")
    return number
