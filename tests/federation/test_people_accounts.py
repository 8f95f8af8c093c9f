"""Accounts: made, given a second step and codes, closed, and erased without a trace."""

from __future__ import annotations

import pytest
from build import a_group
from members import a_member

from fedi.errors import NotFound, RateLimited, Refused
from fedi.people import accounts, invitations, membership, sessions, totp
from fedi.people.accounts import add_person, check_totp, use_recovery_code
from fedi.storage import (
    challenges,
    drafts,
    linked_accounts,
    log,
    passkeys,
    pending,
    persons,
    recovery_codes,
    roles,
)
from fedi.storage.drafts import Draft
from fedi.storage.linked_accounts import LinkedAccount
from fedi.storage.log import Entry
from fedi.storage.passkeys import Passkey
from fedi.storage.pending import Pending
from fedi.storage.roles import Role

NOW = 1_800_000_000_000
STEP = totp.STEP_MS
MINUTE = 60_000


def code_at(secret: str, now: int) -> str:
    return totp.TOTP(secret).at(now // 1000)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
async def wren(store):
    return await store.write(lambda tx: add_person(tx, "Wren", now=NOW))


@pytest.fixture
async def secret(store, wren):
    """The secret of somebody who has set up codes; the code of NOW is used."""

    def unit(tx):
        made = accounts.begin_totp(tx, wren.id, NOW)
        accounts.confirm_totp(tx, wren.id, code_at(made, NOW), NOW)
        return made

    return await store.write(unit)


async def test_a_person_is_made_with_what_they_typed_made_tidy(store):
    person = await store.write(lambda tx: add_person(tx, "  Wren  of Quay ", now=NOW))
    assert (person.name, person.login, person.password) == ("Wren of Quay", "wren of quay", None)
    assert await store.read(lambda tx: persons.find_login(tx, "WREN OF QUAY")) == person


@pytest.mark.parametrize("name", ["wren", "WREN", " Wren", "\uff37ren"])
async def test_nobody_gets_a_pseudonym_that_looks_like_another(store, wren, name):
    with pytest.raises(Refused, match="Somebody here has this pseudonym"):
        await store.write(lambda tx: add_person(tx, name, now=NOW))
    assert await store.read(persons.list_) == [wren]


async def test_a_person_who_cannot_be_is_refused(store):
    with pytest.raises(Refused, match="2 to 40"):
        await store.write(lambda tx: add_person(tx, "w", now=NOW))


async def test_codes_are_asked_for_once_an_app_has_shown_the_right_one(store, wren):
    secret = await store.write(lambda tx: accounts.begin_totp(tx, wren.id, NOW))
    assert await store.write(lambda tx: accounts.begin_totp(tx, wren.id, NOW + 1)) == secret
    wrong = other_than(code_at(secret, NOW))
    with pytest.raises(Refused, match="not the code"):
        await store.write(lambda tx: accounts.confirm_totp(tx, wren.id, wrong, NOW))
    assert (await store.read(lambda tx: persons.find(tx, wren.id))).totp is None
    code = code_at(secret, NOW)
    await store.write(lambda tx: accounts.confirm_totp(tx, wren.id, code, NOW))
    assert (await store.read(lambda tx: persons.find(tx, wren.id))).totp == secret
    # The secret is shown no more: whoever sets codes up again gets another one.
    assert await store.write(lambda tx: accounts.begin_totp(tx, wren.id, NOW)) != secret


async def test_setting_up_codes_takes_half_an_hour_at_most(store, wren):
    secret = await store.write(lambda tx: accounts.begin_totp(tx, wren.id, NOW))
    late = NOW + 30 * MINUTE
    with pytest.raises(Refused, match="took too long"):
        await store.write(
            lambda tx: accounts.confirm_totp(tx, wren.id, code_at(secret, late), late)
        )


@pytest.mark.parametrize(
    ("steps", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
async def test_a_code_is_good_a_step_before_and_after_its_time(store, wren, secret, steps, is_good):
    now = NOW + 10 * STEP
    code = code_at(secret, now + steps * STEP)
    assert await store.write(lambda tx: check_totp(tx, wren.id, code, now)) is is_good


async def test_a_code_is_good_once_and_no_older_one_after_it(store, wren, secret):
    now = NOW + 10 * STEP
    for code, is_good in [
        (code_at(secret, now), True),
        (code_at(secret, now), False),
        (code_at(secret, now - STEP), False),
        (f" {code_at(secret, now + STEP)[:3]} {code_at(secret, now + STEP)[3:]} ", True),
    ]:
        assert await store.write(lambda tx, c=code: check_totp(tx, wren.id, c, now)) is is_good
    confirming = code_at(secret, NOW)
    assert not await store.write(lambda tx: check_totp(tx, wren.id, confirming, NOW))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\ud800"])
async def test_what_is_no_code_is_a_wrong_one(store, wren, secret, code):
    assert not await store.write(lambda tx: check_totp(tx, wren.id, code, NOW + 10 * STEP))


async def test_a_code_may_be_typed_in_the_digits_of_any_script(store, wren, secret):
    now = NOW + 10 * STEP
    arabic = code_at(secret, now).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert await store.write(lambda tx: check_totp(tx, wren.id, arabic, now))


async def test_without_codes_none_is_right(store, wren, secret):
    await store.write(lambda tx: accounts.disable_totp(tx, wren.id))
    now = NOW + 10 * STEP
    assert not await store.write(lambda tx: check_totp(tx, wren.id, code_at(secret, now), now))
    assert not await store.write(lambda tx: check_totp(tx, "nobody", code_at(secret, now), now))


async def test_guessing_codes_is_slow_and_time_forgives(store, wren, secret):
    now = NOW + 10 * STEP
    wrong = other_than(code_at(secret, now))
    for _ in range(10):
        assert not await store.write(lambda tx: check_totp(tx, wren.id, wrong, now))
    right = code_at(secret, now)
    with pytest.raises(RateLimited) as slowed:
        await store.write(lambda tx: check_totp(tx, wren.id, right, now))
    assert 0 < slowed.value.seconds <= 15 * 60
    later = now + 15 * MINUTE
    wrong = other_than(code_at(secret, later))
    assert not await store.write(lambda tx: check_totp(tx, wren.id, wrong, later))
    with pytest.raises(RateLimited):
        await store.write(lambda tx: check_totp(tx, wren.id, wrong, later))
    much_later = later + 15 * MINUTE
    right = code_at(secret, much_later)
    assert await store.write(lambda tx: check_totp(tx, wren.id, right, much_later))
    wrong = other_than(right)
    for _ in range(10):  # and all is forgiven
        assert not await store.write(lambda tx: check_totp(tx, wren.id, wrong, much_later))


async def test_ten_recovery_codes_are_given_and_each_is_good_once(store, wren):
    codes = await store.write(lambda tx: accounts.recovery_codes(tx, wren.id))
    assert len(set(codes)) == 10
    first, second = codes[:2]
    for code, is_good in [(first, True), (first, False), (f" {second.upper()}", True), ("", False)]:
        used = await store.write(lambda tx, c=code: use_recovery_code(tx, wren.id, c, NOW))
        assert used is is_good
    assert await store.read(lambda tx: recovery_codes.count(tx, wren.id)) == 8


async def test_a_recovery_code_is_good_for_its_owner_until_there_are_new_ones(store, wren):
    finch = await store.write(lambda tx: add_person(tx, "finch", now=NOW))
    codes = await store.write(lambda tx: accounts.recovery_codes(tx, wren.id))
    assert not await store.write(lambda tx: use_recovery_code(tx, finch.id, codes[0], NOW))
    newer = await store.write(lambda tx: accounts.recovery_codes(tx, wren.id))
    assert not await store.write(lambda tx: use_recovery_code(tx, wren.id, codes[0], NOW))
    assert await store.write(lambda tx: use_recovery_code(tx, wren.id, newer[0], NOW))


async def test_who_is_disabled_is_out_everywhere_until_they_are_enabled(store):
    group = await store.write(a_group)
    person, token = await store.write(lambda tx: a_member(tx, group.actor, now=NOW))

    def links(tx):
        return (
            invitations.reset_link(tx, person.id, NOW),
            invitations.invite(tx, group=group.actor, made_by=person.id, uses=5, days=1, now=NOW),
        )

    reset, invited = await store.write(links)
    await store.write(lambda tx: accounts.disable(tx, person.id, NOW))
    assert await store.read(lambda tx: sessions.find(tx, token, NOW)) is None
    for link in (reset, invited):
        assert await store.read(lambda tx, t=link: invitations.open_(tx, t, NOW)) is None
    [member] = await store.read(lambda tx: membership.members_of(tx, group.actor))
    assert member.disabled
    await store.write(lambda tx: accounts.enable(tx, person.id))
    again = await store.write(lambda tx: sessions.begin(tx, person.id, "", NOW))
    assert await store.read(lambda tx: sessions.find(tx, again, NOW))
    assert await store.read(lambda tx: sessions.find(tx, token, NOW)) is None


async def test_whoever_is_erased_is_nowhere_any_more(store):
    group = await store.write(a_group)
    person, token = await store.write(lambda tx: a_member(tx, group.actor, now=NOW))
    await store.write(lambda tx: a_member(tx, group.actor, "finch", now=NOW))

    def leave_traces(tx):
        passkeys.add(tx, Passkey("key", person.id, b"k", 0, "Phone", NOW))
        linked_accounts.add(tx, LinkedAccount("https://home.example/a", person.id, "@a", NOW))
        accounts.recovery_codes(tx, person.id)
        accounts.begin_totp(tx, person.id, NOW)
        use_recovery_code(tx, person.id, "wrong", NOW)
        invitations.reset_link(tx, person.id, NOW)
        invitations.invite(tx, group=group.actor, made_by=person.id, uses=1, days=1, now=NOW)
        roles.put(tx, Role(group.actor, "minutes", "Minutes", 0, NOW, person.id, person.id))
        roles.note_turn(tx, group.actor, "minutes", person.id, NOW)
        log.add(tx, Entry("1", group.actor, NOW, "pin", "", person.id, "x", "A post"))
        log.add(tx, Entry("2", group.actor, NOW, "remove_member", "", "", person.id, "wren"))
        for act, arguments in (("publish", {}), ("remove_member", {"person": person.id})):
            pending.add(
                tx,
                Pending(act, group.actor, act, arguments, act, person.id, NOW, NOW + 1_000),
            )
        drafts.add(tx, Draft("d", group.actor, "update", person.id, person.id, NOW, NOW))

    await store.write(leave_traces)
    assert await store.read(lambda tx: tables_with(tx, person.id))
    await store.write(lambda tx: accounts.erase(tx, person.id, NOW))
    assert await store.read(lambda tx: tables_with(tx, person.id)) == []
    assert await store.read(lambda tx: sessions.find(tx, token, NOW)) is None
    assert (
        await store.read(lambda tx: challenges.find(tx, f"totp:{person.id}", "totp", NOW)) is None
    )
    assert (await store.read(lambda tx: pending.find(tx, "publish"))).state == "lapsed"
    # The pseudonym is free, for somebody else.
    assert (await store.write(lambda tx: add_person(tx, "wren", now=NOW))).id != person.id


async def test_the_last_member_cannot_be_erased_and_nothing_of_theirs_is_lost(store):
    group = await store.write(a_group)
    person, token = await store.write(lambda tx: a_member(tx, group.actor, now=NOW))
    with pytest.raises(Refused, match="Nobody would be left in Harbour Tenants") as refused:
        await store.write(lambda tx: accounts.erase(tx, person.id, NOW))
    assert "Invite somebody else" in refused.value.cure
    assert await store.read(lambda tx: sessions.find(tx, token, NOW))
    assert await store.read(lambda tx: membership.is_member(tx, group.actor, person.id))


async def test_nobody_cannot_be_erased(store):
    with pytest.raises(NotFound):
        await store.write(lambda tx: accounts.erase(tx, "nobody", NOW))


def tables_with(tx, text: str) -> list[str]:
    """Return every table in which a text stands anywhere."""
    names = [row["name"] for row in tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        name
        for name in names
        if any(
            text in str(value)
            for row in tx.all(f'SELECT * FROM "{name}"')
            for value in row.values()
        )
    ]
