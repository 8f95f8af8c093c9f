"""Signing in: a password, then a code where one is asked for; nothing tells existing people from others."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import orjson

from fedi.errors import Refused
from fedi.people import accounts, passwords, tries
from fedi.people.tokens import hashed, new_token
from fedi.people.words import _
from fedi.storage import challenges, persons
from fedi.storage.persons import Person, login_of
from fedi.storage.store import Store
from fedi.storage.tx import Tx

STEP_MS = 10 * 60_000
"""How long one may look for one's phone."""


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody has proved who they are; `wanted` is the path they were on their way to."""

    person: Person
    wanted: str
    remember: bool


async def hash_apart(text: str) -> str:
    """Hash a password in a thread, so that nobody waits for it; no more than two at a time."""
    return await asyncio.get_running_loop().run_in_executor(_two(), passwords.hash_password, text)


async def by_password(store: Store, name: str, text: str, now: int) -> Person:
    """Return who signs in with this pseudonym and password, or raise Refused, RateLimited after many tries."""
    login = login_of(name)

    def look(tx: Tx) -> Person | None:
        tries.take(tx, tries.PASSWORD, login, now)
        return persons.find_login(tx, name)

    person = await store.write(look)
    kept = person.password if person else None
    is_right = await asyncio.get_running_loop().run_in_executor(
        _two(), passwords.verify_password, kept, text
    )
    if person is None or kept is None or not is_right or person.disabled_at is not None:
        raise Refused(_("The pseudonym and the password do not belong together."))
    renewed = await hash_apart(text) if passwords.is_outdated(kept) else None

    def welcome(tx: Tx) -> None:
        tries.forgive(tx, tries.PASSWORD, login)
        if renewed is not None:
            persons.set_password(tx, person.id, renewed)

    await store.write(welcome)
    return person


async def by_recovery_code(store: Store, name: str, code: str, now: int) -> Person:
    """Return who gets in with this pseudonym and recovery code, or raise Refused, RateLimited after many tries."""

    def unit(tx: Tx) -> Person | None:
        person = persons.find_login(tx, name)
        # For nobody the same is done, under an id nobody has.
        who = person.id if person else f"nobody:{login_of(name)}"
        is_right = accounts.use_recovery_code(tx, who, code, now)
        return person if is_right and person and person.disabled_at is None else None

    person = await store.write(unit)
    if person is None:
        raise Refused(
            _("The pseudonym and the code do not belong together, or the code was used already.")
        )
    return person


def begin_step(tx: Tx, person_id: str, wanted: str, *, remember: bool, now: int) -> str:
    """Return the token of somebody whose password was right and who is asked for a code."""
    token = new_token()
    payload = orjson.dumps([person_id, wanted, remember]).decode()
    challenges.put(tx, hashed(token), "second step", payload, now + STEP_MS)
    return token


async def finish_step(store: Store, token: str, code: str, now: int) -> Done:
    """Return who has given the right code as well, of their app or for recovery, or raise Refused.

    Raises RateLimited after many that were wrong.
    """

    def unit(tx: Tx) -> Done | Refused:
        payload = challenges.find(tx, hashed(token), "second step", now)
        person_id, wanted, remember = orjson.loads(payload) if payload else ("", "", False)
        person = persons.find(tx, person_id)
        if person is None or person.disabled_at is not None:
            return Refused(_("That took too long. Sign in anew."))
        is_app = len([sign for sign in code if sign.isalnum()]) <= 6
        check = accounts.check_totp if is_app else accounts.use_recovery_code
        if not check(tx, person_id, code, now):
            return Refused(
                _("This code is not right, or it was used already."),
                cure=_("Wait for the next one, or use a recovery code."),
            )
        challenges.take(tx, hashed(token), "second step", now)
        return Done(person, wanted, remember)

    # Returned, not raised, inside: what was tried in vain is to be counted.
    done = await store.write(unit)
    if isinstance(done, Refused):
        raise done
    return done


@cache
def _two() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
