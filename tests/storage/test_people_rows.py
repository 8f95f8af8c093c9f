"""The rows of people on both databases: what is kept comes back, and what is taken is taken once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedi.storage import (
    challenges,
    erasing,
    linked_accounts,
    log,
    members,
    oauth_clients,
    passkeys,
    pending,
    persons,
    recovery_codes,
    sessions,
    settings,
    tries,
)
from fedi.storage.linked_accounts import LinkedAccount
from fedi.storage.log import Entry
from fedi.storage.oauth_clients import OAuthClient
from fedi.storage.passkeys import Passkey
from fedi.storage.pending import Pending
from fedi.storage.persons import Person
from fedi.storage.sessions import Session

GROUP = "https://groups.example/groups/harbour"
WREN = Person("1", "wren", "Wren", None, None, 0, "", 1, None)
FINCH = replace(WREN, id="2", login="finch", name="Finch", password="hash", language="ar")


@pytest.fixture
async def people(store):
    await store.write(lambda tx: (persons.add(tx, WREN), persons.add(tx, FINCH)))
    return store


async def test_a_setting_is_what_it_was_last_set_to(store):
    assert await store.read(lambda tx: settings.get(tx, "instance_name", "none")) == "none"
    for value in ("North", "South"):
        await store.write(lambda tx, value=value: settings.put(tx, "instance_name", value))
    assert await store.read(lambda tx: settings.get(tx, "instance_name")) == "South"


async def test_a_person_is_found_by_id_and_by_login_however_it_is_written(people):
    assert await people.read(lambda tx: persons.find(tx, "1")) == WREN
    assert await people.read(lambda tx: persons.find(tx, "3")) is None
    assert await people.read(lambda tx: persons.find_login(tx, " WREN ")) == WREN
    for name in ("wre", "", "wr\x00en", "wren\ud800", "wren\u200b"):
        assert await people.read(lambda tx, n=name: persons.find_login(tx, n)) is None
    assert await people.read(persons.list_) == [FINCH, WREN]


async def test_a_login_is_given_once(people):
    again = replace(WREN, id="3", name="wReN")
    assert not await people.write(lambda tx: persons.add(tx, again))
    assert await people.read(lambda tx: persons.find(tx, "3")) is None


async def test_there_is_nobody_before_the_first(store):
    assert not await store.read(persons.any_)
    await store.write(lambda tx: persons.add(tx, WREN))
    assert await store.read(persons.any_)


async def test_what_a_person_changes_is_kept_and_nobody_else_changes(people):
    def unit(tx):
        persons.set_password(tx, "1", "new")
        persons.set_totp(tx, "1", "secret")
        persons.set_language(tx, "1", "es")
        persons.set_disabled(tx, "1", 9)

    await people.write(unit)
    changed = replace(WREN, password="new", totp="secret", language="es", disabled_at=9)
    assert await people.read(lambda tx: persons.find(tx, "1")) == changed
    assert await people.read(lambda tx: persons.find(tx, "2")) == FINCH


async def test_a_step_of_a_code_is_used_once_and_none_before_it_afterwards(people):
    used = [
        await people.write(lambda tx, step=step: persons.use_totp(tx, "1", step))
        for step in (5, 5, 4, 6)
    ]
    assert used == [True, False, False, True]


async def test_a_person_is_removed_when_nothing_else_is_left_of_them(people):
    await people.write(lambda tx: members.add(tx, GROUP, "1", 1))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await people.write(lambda tx: persons.remove(tx, "1"))
    await people.write(lambda tx: members.remove(tx, GROUP, "1"))
    assert await people.write(lambda tx: persons.remove(tx, "1"))
    assert not await people.write(lambda tx: persons.remove(tx, "1"))


async def test_a_session_is_found_until_it_expires_and_while_its_person_may_sign_in(people):
    session = Session("s", "1", "Firefox", 10, 0, 10, 100)
    await people.write(lambda tx: sessions.add(tx, session))
    assert await people.read(lambda tx: sessions.find(tx, "s", 99)) == session
    assert await people.read(lambda tx: sessions.find(tx, "s", 100)) is None
    await people.write(lambda tx: sessions.note_seen(tx, "s", 50, 200))
    await people.write(lambda tx: sessions.note_proof(tx, "s", 70))
    later = replace(session, seen_at=50, expires_at=200, proved_at=70)
    assert await people.read(lambda tx: sessions.find(tx, "s", 199)) == later
    await people.write(lambda tx: persons.set_disabled(tx, "1", 1))
    assert await people.read(lambda tx: sessions.find(tx, "s", 99)) is None


async def test_sessions_of_one_person_end_alone_or_all_but_one_and_expired_ones_are_swept(people):
    def unit(tx):
        for number, (name, person) in enumerate([("a", "1"), ("b", "1"), ("c", "1"), ("d", "2")]):
            sessions.add(tx, Session(name, person, "", number, 0, 0, 100 + number))

    await people.write(unit)
    assert await people.write(lambda tx: sessions.prune(tx, 100)) == 1
    mine = await people.read(lambda tx: sessions.of_person(tx, "1", 50))
    assert [one.id for one in mine] == ["c", "b"]
    assert await people.write(lambda tx: sessions.remove_all(tx, "1", keep="b")) == 1
    assert not await people.write(lambda tx: sessions.remove(tx, "c"))
    assert await people.write(lambda tx: sessions.remove(tx, "b"))
    assert await people.read(lambda tx: sessions.find(tx, "d", 50))


async def test_members_are_in_the_order_in_which_they_joined(people):
    assert await people.write(lambda tx: members.add(tx, GROUP, "1", 5))
    assert not await people.write(lambda tx: members.add(tx, GROUP, "1", 6))
    await people.write(lambda tx: (members.add(tx, GROUP, "2", 4), members.add(tx, "x", "2", 1)))
    found = await people.read(lambda tx: members.of_group(tx, GROUP))
    assert [(one.person, one.name, one.joined_at) for one in found] == [
        ("2", "Finch", 4),
        ("1", "Wren", 5),
    ]
    assert await people.read(lambda tx: members.groups_of(tx, "2")) == [GROUP, "x"]
    assert await people.write(lambda tx: members.remove(tx, GROUP, "2"))
    assert not await people.read(lambda tx: members.has(tx, GROUP, "2"))
    assert not await people.write(lambda tx: members.remove(tx, GROUP, "2"))


async def test_a_passkey_is_found_by_its_credential_and_belongs_to_one_person(people):
    key = Passkey("abc_-", "1", b"\x00\xffkey", 3, "Phone", 10)
    assert await people.write(lambda tx: passkeys.add(tx, key))
    assert not await people.write(lambda tx: passkeys.add(tx, replace(key, person="2")))
    assert await people.read(lambda tx: passkeys.find(tx, "abc_-")) == key
    assert not await people.write(lambda tx: passkeys.rename(tx, "2", "abc_-", "Mine"))
    assert await people.write(lambda tx: passkeys.rename(tx, "1", "abc_-", "Old phone"))
    await people.write(lambda tx: passkeys.note_use(tx, "abc_-", 4, 20))
    [kept] = await people.read(lambda tx: passkeys.of_person(tx, "1"))
    assert kept == replace(key, label="Old phone", sign_count=4, used_at=20)
    assert not await people.write(lambda tx: passkeys.remove(tx, "2", "abc_-"))
    assert await people.write(lambda tx: passkeys.remove(tx, "1", "abc_-"))
    assert await people.read(lambda tx: passkeys.find(tx, "abc_-")) is None


async def test_a_question_is_answered_once_for_its_purpose_and_in_time(store):
    await store.write(lambda tx: challenges.put(tx, "c", "passkey", "first", 100))
    await store.write(lambda tx: challenges.put(tx, "c", "passkey", "second", 100))
    assert await store.read(lambda tx: challenges.find(tx, "c", "passkey", 99)) == "second"
    assert await store.read(lambda tx: challenges.find(tx, "c", "passkey", 100)) is None
    assert await store.write(lambda tx: challenges.take(tx, "c", "oauth", 99)) is None
    assert await store.write(lambda tx: challenges.take(tx, "c", "passkey", 99)) == "second"
    assert await store.write(lambda tx: challenges.take(tx, "c", "passkey", 99)) is None
    await store.write(lambda tx: challenges.put(tx, "d", "oauth", "late", 100))
    assert await store.write(lambda tx: challenges.take(tx, "d", "oauth", 100)) is None
    await store.write(lambda tx: challenges.put(tx, "e", "oauth", "late", 100))
    assert await store.write(lambda tx: challenges.prune(tx, 99)) == 0
    assert await store.write(lambda tx: challenges.prune(tx, 100)) == 1


async def test_recovery_codes_are_used_once_and_replaced_together(people):
    await people.write(lambda tx: recovery_codes.replace(tx, "1", ["a", "b"]))
    await people.write(lambda tx: recovery_codes.replace(tx, "2", ["a"]))
    used = [await people.write(lambda tx: recovery_codes.use(tx, "1", "a")) for _ in range(2)]
    assert used == [True, False]
    assert await people.read(lambda tx: recovery_codes.count(tx, "1")) == 1
    await people.write(lambda tx: recovery_codes.replace(tx, "1", ["c"]))
    assert not await people.write(lambda tx: recovery_codes.use(tx, "1", "b"))
    assert await people.write(lambda tx: recovery_codes.use(tx, "2", "a"))


async def test_an_account_elsewhere_lets_one_person_in(people):
    account = LinkedAccount("https://home.example/users/anna", "1", "@anna@home.example", 5)
    assert await people.write(lambda tx: linked_accounts.add(tx, account))
    assert not await people.write(lambda tx: linked_accounts.add(tx, replace(account, person="2")))
    assert await people.read(lambda tx: linked_accounts.find(tx, account.actor)) == account
    assert await people.read(lambda tx: linked_accounts.of_person(tx, "1")) == [account]
    assert not await people.write(lambda tx: linked_accounts.remove(tx, "2", account.actor))
    assert await people.write(lambda tx: linked_accounts.remove(tx, "1", account.actor))
    await people.write(lambda tx: linked_accounts.add(tx, account))
    await people.write(lambda tx: linked_accounts.remove_all(tx, "1"))
    assert await people.read(lambda tx: linked_accounts.find(tx, account.actor)) is None


async def test_a_host_knows_us_by_what_it_said_last(store):
    client = OAuthClient("home.example", "id", "secret", {"token": "https://home.example/t"}, 5)
    newer = replace(client, client_id="new", endpoints={}, registered_at=6)
    for one in (client, newer):
        await store.write(lambda tx, one=one: oauth_clients.put(tx, one))
    assert await store.read(lambda tx: oauth_clients.find(tx, "home.example")) == newer
    assert "secret" not in repr(newer)
    await store.write(lambda tx: oauth_clients.remove(tx, "home.example"))
    assert await store.read(lambda tx: oauth_clients.find(tx, "home.example")) is None


async def test_tries_are_kept_until_they_are_forgotten(store):
    assert await store.read(lambda tx: tries.until(tx, "x")) == 0
    await store.write(lambda tx: (tries.put(tx, "x", 10), tries.put(tx, "x", 20)))
    assert await store.read(lambda tx: tries.until(tx, "x")) == 20
    assert await store.write(lambda tx: tries.prune(tx, 19)) == 0
    assert await store.write(lambda tx: tries.prune(tx, 20)) == 1
    await store.write(lambda tx: tries.put(tx, "y", 10))
    await store.write(lambda tx: tries.remove(tx, "y"))
    assert await store.read(lambda tx: tries.until(tx, "y")) == 0


async def test_a_person_is_taken_out_of_what_groups_keep(store):
    def unit(tx):
        log.add(tx, Entry("1", GROUP, 1, "pin", "", "wren", "x", "A post"))
        log.add(tx, Entry("2", GROUP, 2, "remove_member", "", "finch", "wren", "Wren"))
        for name, arguments in (("a", {"person": "wren"}), ("b", {"person": "wrench"})):
            pending.add(tx, Pending(name, GROUP, "remove_member", arguments, "", "finch", 1, 9))
        pending.add(tx, Pending("c", GROUP, "act", {}, "", "wren", 1, 9))
        pending.add(tx, Pending("d", GROUP, "act", {}, "", "finch", 1, 9))
        pending.decide(tx, "d", "done", 5, by="wren")
        erasing.empty(tx, "wren", 7)
        found = [pending.find(tx, name) for name in "abcd"]
        return log.of_group(tx, GROUP, None, 9), found

    lines, found = await store.write(unit)
    assert [(one.person, one.about, one.label) for one in lines] == [
        ("finch", "", ""),
        ("", "x", "A post"),
    ]
    assert [one and (one.state, one.asked_by, one.decided_by, one.decided_at) for one in found] == [
        None,
        ("waiting", "finch", "", None),
        ("lapsed", "", "", 7),
        ("done", "finch", "", 5),
    ]
