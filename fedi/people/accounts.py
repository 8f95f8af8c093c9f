"""A person's account: making it, what they sign in with, closing it, and erasing it."""

from __future__ import annotations

import re
import secrets

from ulid import ULID

from fedi.errors import NotFound, Refused
from fedi.people import membership, pseudonyms, sessions, totp, tries
from fedi.people.tokens import hashed
from fedi.people.words import _
from fedi.storage import (
    challenges,
    erasing,
    invitations,
    linked_accounts,
    members,
    passkeys,
    persons,
)
from fedi.storage import (
    recovery_codes as codes,
)
from fedi.storage.persons import Person, login_of
from fedi.storage.tx import Tx

CODES = 10
# Without letters and digits that are mistaken for each other.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_SETTING_UP_MS = 30 * 60_000


def add_person(tx: Tx, name: str, *, password: str | None = None, now: int) -> Person:
    """Make a person under a pseudonym, or raise Refused; `password` is a hash that `passwords` made."""
    name = check_name(tx, name)
    person = Person(
        id=str(ULID()),
        login=login_of(name),
        name=name,
        password=password,
        totp=None,
        totp_used=0,
        language="",
        created_at=now,
        disabled_at=None,
    )
    if not persons.add(tx, person):
        raise _taken()
    return person


def check_name(tx: Tx, name: str) -> str:
    """Return a pseudonym as it would be kept, or raise Refused where nobody new could have it."""
    name = pseudonyms.checked(name)
    if persons.find_login(tx, name) is not None:
        raise _taken()
    return name


def _taken() -> Refused:
    return Refused(
        _("Somebody here has this pseudonym, or one that looks like it."),
        cure=_("Choose another one."),
    )


def set_password(tx: Tx, person_id: str, password: str | None) -> None:
    """Keep the hash of a new password, None for none; whoever changes it ends the sessions elsewhere as well."""
    persons.set_password(tx, person_id, password)


def set_language(tx: Tx, person_id: str, language: str) -> None:
    """Keep the language a person reads in; '' is the browser's."""
    persons.set_language(tx, person_id, language)


def begin_totp(tx: Tx, person_id: str, now: int) -> str:
    """Return the secret for a person's app, the same for half an hour; it counts once it is confirmed."""
    secret = challenges.find(tx, _setting_up(person_id), "totp", now) or totp.new_secret()
    challenges.put(tx, _setting_up(person_id), "totp", secret, now + _SETTING_UP_MS)
    return secret


def confirm_totp(tx: Tx, person_id: str, code: str, now: int) -> None:
    """Ask this person for codes from now on, since their app shows the right ones; else raise Refused."""
    secret = challenges.find(tx, _setting_up(person_id), "totp", now)
    if secret is None:
        raise Refused(_("That took too long. Begin anew."))
    step = totp.step_of(secret, code, now)
    if step is None:
        raise Refused(
            _("This is not the code that belongs here now."),
            cure=_(
                "Look whether the clock of the phone is right, and type the code it shows next."
            ),
        )
    challenges.take(tx, _setting_up(person_id), "totp", now)
    persons.set_totp(tx, person_id, secret)
    persons.use_totp(tx, person_id, step)


def check_totp(tx: Tx, person_id: str, code: str, now: int) -> bool:
    """Tell whether a code is right and was not used before; raise RateLimited after too many that were not.

    A wrong code counts only if this is committed.
    """
    person = persons.find(tx, person_id)
    if person is None or person.totp is None:
        return False
    tries.take(tx, tries.CODE, person_id, now)
    step = totp.step_of(person.totp, code, now)
    if step is None or not persons.use_totp(tx, person_id, step):
        return False
    tries.forgive(tx, tries.CODE, person_id)
    return True


def disable_totp(tx: Tx, person_id: str) -> None:
    """Ask this person for no codes any more."""
    persons.set_totp(tx, person_id, None)


def recovery_codes(tx: Tx, person_id: str) -> tuple[str, ...]:
    """Return ten new recovery codes, which are kept as hashes only; earlier ones count no more."""
    made = tuple(_new_code() for _number in range(CODES))
    codes.replace(tx, person_id, [_kept(person_id, code) for code in made])
    return made


def use_recovery_code(tx: Tx, person_id: str, code: str, now: int) -> bool:
    """Tell whether a recovery code is one of this person's; it is theirs no longer.

    Raises RateLimited after too many that were not; a wrong code counts only if this is committed.
    """
    tries.take(tx, tries.RECOVERY, person_id, now)
    if not codes.use(tx, person_id, _kept(person_id, code)):
        return False
    tries.forgive(tx, tries.RECOVERY, person_id)
    return True


def disable(tx: Tx, person_id: str, now: int) -> None:
    """Let a person no longer sign in, here or by a link, nor anybody by an invitation of theirs."""
    persons.set_disabled(tx, person_id, now)
    sessions.end_all(tx, person_id)
    invitations.withdraw_all(tx, "reset", person_id, now)
    for group in members.groups_of(tx, person_id):
        invitations.withdraw_made_by(tx, group, person_id, now)


def enable(tx: Tx, person_id: str) -> None:
    """Let a person sign in again."""
    persons.set_disabled(tx, person_id, None)


def erase(tx: Tx, person_id: str, now: int) -> None:
    """Delete a person and everything of theirs; what they did in groups stays, done by nobody.

    Raises Refused while they are the last member of a group. The pseudonym is free again.
    """
    person = persons.find(tx, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    for group in members.groups_of(tx, person_id):
        membership.leave(tx, group, person_id, now)
    sessions.end_all(tx, person_id)
    passkeys.remove_all(tx, person_id)
    linked_accounts.remove_all(tx, person_id)
    codes.replace(tx, person_id, ())
    invitations.remove_for(tx, person_id)
    challenges.take(tx, _setting_up(person_id), "totp", now)
    for pace, who in (
        (tries.PASSWORD, person.login),
        (tries.CODE, person_id),
        (tries.RECOVERY, person_id),
    ):
        tries.forgive(tx, pace, who)
    erasing.empty(tx, person_id, now)
    persons.remove(tx, person_id)


def _setting_up(person_id: str) -> str:
    return f"totp:{person_id}"


def _new_code() -> str:
    letters = ("".join(secrets.choice(_ALPHABET) for _n in range(_GROUP)) for _g in range(_GROUPS))
    return "-".join(letters)


def _kept(person_id: str, code: str) -> str:
    """Return what is kept of a recovery code; with 79 random bits it needs no slowness."""
    return hashed(person_id + " " + re.sub(r"[\s-]", "", code).lower())
