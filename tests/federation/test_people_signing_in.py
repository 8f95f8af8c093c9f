"""Signing in: right and wrong passwords, the second step, recovery, and what nobody can tell from outside."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from fedi.errors import RateLimited, Refused
from fedi.people import accounts, passwords, signing_in, totp
from fedi.people.signing_in import begin_step, by_password, by_recovery_code, finish_step
from fedi.storage import persons

NOW = 1_800_000_000_000
PASSWORD = "a quiet harbour"


@pytest.fixture
async def wren(store):
    kept = await signing_in.hash_apart(PASSWORD)
    return await store.write(lambda tx: accounts.add_person(tx, "Wren", password=kept, now=NOW))


@pytest.fixture
async def secret(store, wren):
    made = totp.new_secret()
    await store.write(lambda tx: persons.set_totp(tx, wren.id, made))
    return made


def code_at(secret: str, now: int) -> str:
    return totp.TOTP(secret).at(now // 1000)


async def refusal(coming) -> str:
    with pytest.raises(Refused) as refused:
        await coming
    return refused.value.sentence


@pytest.mark.parametrize("name", ["Wren", " wREN "])
async def test_a_pseudonym_and_its_password_let_somebody_in(store, wren, name):
    assert await by_password(store, name, PASSWORD, NOW) == wren


async def test_whoever_does_not_get_in_cannot_tell_why(store, wren):
    kept = passwords.hash_password(PASSWORD)

    def others(tx):
        accounts.add_person(tx, "passkey only", now=NOW)
        gone = accounts.add_person(tx, "disabled", password=kept, now=NOW)
        accounts.disable(tx, gone.id, NOW)

    await store.write(others)
    said = {
        await refusal(by_password(store, "Wren", "another harbour", NOW)),
        await refusal(by_password(store, "Wren", "x" * 2_000, NOW)),
        await refusal(by_password(store, "nobody", PASSWORD, NOW)),
        await refusal(by_password(store, "", "", NOW)),
        await refusal(by_password(store, "wr\x00en\ud800", "\x00\ud800", NOW)),
        await refusal(by_password(store, "passkey only", PASSWORD, NOW)),
        await refusal(by_password(store, "disabled", PASSWORD, NOW)),
    }
    assert len(said) == 1


async def test_for_whoever_is_not_there_a_password_is_compared_all_the_same(
    store, wren, monkeypatch
):
    compared = []
    verify = passwords.verify_password

    def noting(kept, text):
        compared.append(kept)
        return verify(kept, text)

    monkeypatch.setattr(passwords, "verify_password", noting)
    for name in ("Wren", "nobody"):
        await refusal(by_password(store, name, "another harbour", NOW))
    assert compared == [wren.password, None]


@pytest.mark.parametrize("name", ["Wren", "nobody"])
async def test_guessing_passwords_is_slow_whether_or_not_there_is_somebody(
    store, wren, name, monkeypatch
):
    monkeypatch.setattr(passwords, "verify_password", lambda kept, text: False)
    for _ in range(30):
        await refusal(by_password(store, name, "guess", NOW))
    with pytest.raises(RateLimited) as slowed:
        await by_password(store, name.upper(), "guess", NOW)
    assert 0 < slowed.value.seconds <= 20
    await refusal(by_password(store, name, "guess", NOW + 20_000))
    with pytest.raises(RateLimited):
        await by_password(store, name, "guess", NOW + 20_000)


async def test_whoever_gets_it_right_is_forgiven_what_went_before(store, wren, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "verify_password", lambda kept, text: False)
        for _ in range(29):
            await refusal(by_password(store, "Wren", "guess", NOW))
    await by_password(store, "Wren", PASSWORD, NOW)
    for _ in range(2):
        await refusal(by_password(store, "Wren", "guess", NOW))


async def test_a_hash_of_another_time_is_made_anew_when_its_password_is_given(store, wren):
    weaker = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await store.write(lambda tx: accounts.set_password(tx, wren.id, weaker))
    await refusal(by_password(store, "Wren", "another harbour", NOW))
    assert (await store.read(lambda tx: persons.find(tx, wren.id))).password == weaker
    await by_password(store, "Wren", PASSWORD, NOW)
    kept = (await store.read(lambda tx: persons.find(tx, wren.id))).password
    assert not passwords.is_outdated(kept)
    await by_password(store, "Wren", PASSWORD, NOW)


async def a_step(store, person, wanted="/console", remember=False):
    return await store.write(
        lambda tx: begin_step(tx, person.id, wanted, remember=remember, now=NOW)
    )


async def test_the_second_step_leads_to_where_somebody_was_going(store, wren, secret):
    step = await a_step(store, wren, "/console/harbour", remember=True)
    done = await finish_step(store, step, code_at(secret, NOW), NOW)
    assert (done.person.id, done.wanted, done.remember) == (wren.id, "/console/harbour", True)
    assert await refusal(finish_step(store, step, code_at(secret, NOW + 30_000), NOW + 30_000)) == (
        "That took too long. Sign in anew."
    )


async def test_a_wrong_code_can_be_corrected_and_a_used_one_cannot_be_used_again(
    store, wren, secret
):
    step, right = await a_step(store, wren), code_at(secret, NOW)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    assert "not right" in await refusal(finish_step(store, step, wrong, NOW))
    assert (await finish_step(store, step, right, NOW)).person.id == wren.id
    step = await a_step(store, wren)
    assert "used already" in await refusal(finish_step(store, step, right, NOW))


async def test_wrong_codes_are_counted_over_all_steps_of_a_person(store, wren, secret):
    right = code_at(secret, NOW)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(10):
        await refusal(finish_step(store, await a_step(store, wren), wrong, NOW))
    with pytest.raises(RateLimited):
        await finish_step(store, await a_step(store, wren), right, NOW)


async def test_a_recovery_code_stands_for_the_phone_even_when_codes_were_guessed_at(
    store, wren, secret
):
    codes = await store.write(lambda tx: accounts.recovery_codes(tx, wren.id))
    right = code_at(secret, NOW)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    step = await a_step(store, wren)
    for _ in range(10):
        await refusal(finish_step(store, step, wrong, NOW))
    assert (await finish_step(store, step, codes[0], NOW)).person.id == wren.id
    step = await a_step(store, wren)
    assert "used already" in await refusal(finish_step(store, step, codes[0], NOW))


async def test_a_second_step_needs_a_first_not_long_ago_by_somebody_who_may_sign_in(
    store, wren, secret
):
    late = NOW + signing_in.STEP_MS
    step = await a_step(store, wren)
    assert "too long" in await refusal(finish_step(store, step, code_at(secret, late), late))
    assert "too long" in await refusal(finish_step(store, "guess", code_at(secret, NOW), NOW))
    await store.write(lambda tx: accounts.disable(tx, wren.id, NOW))
    assert "too long" in await refusal(finish_step(store, step, code_at(secret, NOW), NOW))


async def test_a_recovery_code_lets_its_owner_in_once_without_a_password(store, wren):
    codes = await store.write(lambda tx: accounts.recovery_codes(tx, wren.id))
    assert await by_recovery_code(store, "wren", codes[3], NOW) == wren
    said = {
        await refusal(by_recovery_code(store, "wren", codes[3], NOW)),
        await refusal(by_recovery_code(store, "wren", "nonsense", NOW)),
        await refusal(by_recovery_code(store, "nobody", codes[4], NOW)),
    }
    await store.write(lambda tx: accounts.disable(tx, wren.id, NOW))
    said.add(await refusal(by_recovery_code(store, "wren", codes[5], NOW)))
    assert len(said) == 1


@pytest.mark.parametrize("name", ["wren", "nobody"])
async def test_guessing_recovery_codes_is_slow_whether_or_not_there_is_somebody(store, wren, name):
    for _ in range(30):
        await refusal(by_recovery_code(store, name, "guess", NOW))
    with pytest.raises(RateLimited):
        await by_recovery_code(store, name, "guess", NOW)
