"""PostgreSQL: what one person may do once stays once, however many do it at the same moment."""

from __future__ import annotations

import asyncio
import threading

import pytest
from build import a_group

from fedi.errors import RateLimited, Refused
from fedi.people import accounts, invitations, membership, totp, tries
from fedi.storage import persons
from fedi.storage.store import open_store

NOW = 1_800_000_000_000
AT_ONCE = 6


@pytest.fixture
async def store(postgres_config):
    async with await open_store(postgres_config) as store:
        yield store


async def together(store, unit):
    """Let units run at the same moment, each in a transaction of its own; return what became of each."""
    meeting = threading.Barrier(AT_ONCE)
    met = threading.local()

    def beside_others(tx, number):
        if number not in met.__dict__:
            met.__dict__[number] = True
            meeting.wait(timeout=10)
        return unit(tx, number)

    units = (store.write(lambda tx, n=n: beside_others(tx, str(n))) for n in range(AT_ONCE))
    return await asyncio.gather(*units, return_exceptions=True)


async def test_two_people_on_the_last_use_of_a_link_only_one_gets_in(store):
    group = await store.write(a_group)
    token = await store.write(
        lambda tx: invitations.invite(tx, group=group.actor, made_by="", uses=2, days=1, now=NOW)
    )

    def come(tx, number):
        person = accounts.add_person(tx, f"bird {number}", now=NOW)
        return invitations.accept(tx, token, person.id, NOW)

    came = await together(store, come)
    assert came.count(group.actor) == 2
    refused = [one for one in came if isinstance(one, Refused)]
    assert [one.sentence for one in refused] == [invitations.USED_UP] * (AT_ONCE - 2)
    assert len(await store.read(lambda tx: membership.members_of(tx, group.actor))) == 2
    assert len(await store.read(persons.list_)) == 2


async def test_of_all_members_who_leave_at_once_one_has_to_stay(store):
    group = await store.write(a_group)
    ids = []
    for number in range(AT_ONCE):
        person = await store.write(
            lambda tx, n=number: accounts.add_person(tx, f"bird {n}", now=NOW)
        )
        await store.write(lambda tx, p=person: membership.join(tx, group.actor, p.id, NOW))
        ids.append(person.id)
    left = await together(
        store, lambda tx, number: membership.leave(tx, group.actor, ids[int(number)], NOW)
    )
    assert left.count(None) == AT_ONCE - 1
    assert sum(isinstance(one, Refused) for one in left) == 1
    assert len(await store.read(lambda tx: membership.members_of(tx, group.actor))) == 1


async def test_one_code_is_good_for_one_of_all_who_give_it_at_once(store):
    person = await store.write(lambda tx: accounts.add_person(tx, "wren", now=NOW))
    secret = totp.new_secret()
    await store.write(lambda tx: persons.set_totp(tx, person.id, secret))
    code = totp.TOTP(secret).at(NOW // 1000)
    given = await together(store, lambda tx, _: accounts.check_totp(tx, person.id, code, NOW))
    assert sorted(given) == [False] * (AT_ONCE - 1) + [True]


async def test_guesses_at_one_moment_are_all_counted(store):
    pace = tries.Pace("test", 4, 60_000)
    tried = await together(store, lambda tx, _: tries.take(tx, pace, "wren", NOW))
    assert tried.count(None) == 4
    assert sum(isinstance(one, RateLimited) for one in tried) == AT_ONCE - 4


async def test_of_all_links_made_at_once_for_the_first_person_one_counts(store):
    tokens = await together(store, lambda tx, _: invitations.begin_link(tx, NOW))
    found = [
        await store.read(lambda tx, t=token: invitations.open_(tx, t, NOW)) for token in tokens
    ]
    assert sum(one is not None for one in found) == 1
